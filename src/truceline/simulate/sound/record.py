"""Recordings: all that a microphone hears of a play, and when each sound truly arrives there."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import Happening
from truceline.simulate.model.devices import MicrophonePlan, Stretch
from truceline.simulate.model.scenario import Play
from truceline.simulate.sound import microphone as mics
from truceline.simulate.sound.heard import Listening, listening, pressure_pa
from truceline.simulate.sound.making import makings
from truceline.simulate.sound.paths import response, shock
from truceline.simulate.sound.sources import weather

RATE_HZ = response.RATE_HZ
PIECE_S = 64.0
"""Long recordings are made in pieces of this length, so that an hour needs no more memory than a minute."""
SETTLING_S = 4.0
"""Automatic gain and filters have listened so long when a stretch begins."""


class Arrival(NamedTuple):
    """When a happening's sound truly reaches a microphone, seconds from the scenario's start."""

    happening: Happening
    blast_s: float
    shock_s: float | None


def arrivals(play: Play, microphone: MicrophonePlan) -> list[Arrival]:
    """The true arrival of every happening's sound and, within its cone, of its shock wave."""
    place = listening(play, microphone).place
    found = []
    for making in makings(play, place):
        wave = (
            None if making.flight is None else shock.shock_at(making.flight, place.ear_enu_m, air=place.air)
        )
        at_s = making.happening.start_s
        blast_s = at_s + response.blast_after_s(place, making.source_enu_m)
        found.append(Arrival(making.happening, blast_s, None if wave is None else at_s + wave.after_s))
    return found


def recorded(play: Play, microphone: MicrophonePlan, *, stretch: Stretch) -> NDArray[np.int16]:
    """What a microphone records: mono, 48 kHz, 16 bit, before any codec.

    The sample of index i is taken at ``stretch.start_s`` (to the nearest sample) + i / 48000, true time: what
    the recorder's clock makes of that is its note's affair. The same stretch sounds the same whatever is
    recorded before it; only an automatic gain remembers.
    """
    ears = listening(play, microphone)
    capsule = mics.capsule_of(microphone)
    gain = mics.AutomaticGain() if microphone.automatic_gain else None
    first, last = round(stretch.start_s * RATE_HZ), round(stretch.end_s * RATE_HZ)
    samples = np.zeros(max(last - first, 0), dtype=np.int16)
    state = mics.started(capsule)
    for begin in range(first - round(SETTLING_S * RATE_HZ), last, round(PIECE_S * RATE_HZ)):
        count = min(round(PIECE_S * RATE_HZ), last - begin)
        pressure = pressure_pa(ears, begin, count=count) + _own_noise(ears, capsule, first=begin, count=count)
        shares, state = mics.taken(pressure, capsule, state=state, gain=gain)
        low = min(max(first - begin, 0), count)
        samples[max(begin + low - first, 0) : max(begin + count - first, 0)] = mics.quantised(shares[low:])
    return samples


def _own_noise(ears: Listening, capsule: mics.Capsule, *, first: int, count: int) -> NDArray[np.float64]:
    """The capsule's own noise, told as the pressure that it passes for."""
    even = np.ones(weather.HOP + 1)
    return weather.blocks(
        weather.levelled(even, capsule.noise_db),
        (*ears.seed, 0x50_14),
        first=first,
        count=count,
        drops_hz=0.0,
    )
