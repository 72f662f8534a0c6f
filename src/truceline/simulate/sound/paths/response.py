"""Responses: all ways from one place to one microphone as one filter, for sounds of up to some seconds."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from truceline.simulate.model.world import World
from truceline.simulate.sound.paths import air as airs
from truceline.simulate.sound.paths import echoes, ground, obstacles, roll, shock

Array = NDArray[np.float64]
Spectrum = NDArray[np.complex128]

RATE_HZ = 48_000
SHOCK_TAIL_S = 0.6
TAIL_S = 1.8
"""Echoes are followed so long after the first arrival."""
LEAD = 256
"""Samples kept before the first arrival: a step cut off at the converter's band rings on both sides."""
BANDS_M = (0.0, 60.0, 120.0, 220.0, 360.0, 520.0, 1e9)
"""Echoes between two of these ways share one absorption."""
PASS_HZ, STOP_HZ = 18_000.0, 23_500.0
"""The converter's low pass: open up to the first, closed from the second."""
COARSE_HZ = np.concatenate([[0.0], np.geomspace(10.0, RATE_HZ / 2, 160)])
"""The ground's reflection is worked out here and interpolated between."""
LOWEST_HZ = 12.0
"""What is slower is left out: no microphone here hears it, and it would not fade within a window."""
TINY = 1e-12
EDGE_S = 0.05
"""Windows of a sound end softly over this time."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """About a microphone: the world, its solids, scatterers, roll and air; and its own place (3,)."""

    world: World
    boxes: obstacles.Boxes
    scatterers: echoes.Scatterers
    roll: roll.Roll
    air: airs.Air
    ear_enu_m: Array


@dataclass(frozen=True, slots=True, eq=False)
class Beam:
    """How a source's strength depends on direction: axis (3,) or None for none, loss behind in decibels."""

    axis: Array | None = None
    behind_db: float = 0.0

    @property
    def mean(self) -> float:
        """Pressure over all sides, root mean square, as a share of that ahead."""
        cosine = np.linspace(-1.0, 1.0, 65)
        if self.axis is None:
            return 1.0
        return float(np.sqrt(np.mean(10.0 ** (-self.behind_db * (1.0 - cosine) / 20.0))))

    def gain(self, way_m: Array) -> Array:
        """Pressure (...) along ways (..., 3) as a share of that ahead: the loss grows with 1 − cos."""
        if self.axis is None:
            return np.ones(way_m.shape[:-1])
        length = np.maximum(np.linalg.norm(way_m, axis=-1), 1e-9)
        cosine = way_m @ self.axis / length
        gain: Array = 10.0 ** (-self.behind_db * (1.0 - cosine) / 40.0)
        return gain


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Sound at the microphone: its first sample, counted from the scenario's start, and pressures (n,) Pa."""

    first: int
    pressure_pa: Array


def blast_after_s(place: Place, source_enu_m: Array) -> float:
    """Time from a source to the microphone: straight through the wind, and around what hides it."""
    straight = float(airs.travel_s(place.ear_enu_m - source_enu_m, place.air))
    detours = obstacles.detours_m(
        place.world, place.boxes, start_enu_m=source_enu_m, end_enu_m=place.ear_enu_m
    )
    return straight + float(detours.sum()) / place.air.sound_mps


def heard(place: Place, source_enu_m: Array, *, emitted_pa: Array, start_s: float, beam: Beam) -> Heard:
    """A sound as it arrives: direct or bent around, from the ground, from walls, trees and roughness.

    Args:
        place: About the microphone.
        source_enu_m: (3,) where the sound is made.
        emitted_pa: (n,) pressure at 1 m ahead.
        start_s: When its first sample is emitted, seconds from the scenario's start.
        beam: Its directivity.
    """
    air = place.air
    way = place.ear_enu_m - source_enu_m
    detours = obstacles.detours_m(
        place.world, place.boxes, start_enu_m=source_enu_m, end_enu_m=place.ear_enu_m
    )
    arrival_s = start_s + float(airs.travel_s(way, air)) + float(detours.sum()) / air.sound_mps
    first = int(np.floor(arrival_s * RATE_HZ)) - LEAD
    count = _window(len(emitted_pa) + int(TAIL_S * RATE_HZ) + LEAD)
    frequency_hz = fft.rfftfreq(count, 1.0 / RATE_HZ)
    lost = obstacles.shadow_db(detours, frequency_hz, sound_mps=air.sound_mps)
    loss = _loss_db_m(air, count)
    near = _near(place, source_enu_m, frequency_hz=frequency_hz, loss_db_m=loss)
    near *= beam.gain(way) * 10.0 ** (-lost / 20.0)
    near *= np.exp(-2.0j * np.pi * frequency_hz * (arrival_s - first / RATE_HZ))
    begin_s = first / RATE_HZ - start_s
    far = _tail(place, source_enu_m, beam=beam, begin_s=begin_s, frequency_hz=frequency_hz)
    far += _rolled(place, source_enu_m, beam=beam, frequency_hz=frequency_hz)
    whole = fft.rfft(emitted_pa, count) * (near + far) * _converter(frequency_hz)
    return Heard(first, _edged(fft.irfft(whole, count)))


def heard_shock(place: Place, flight: shock.Flight, *, start_s: float) -> Heard | None:
    """A shock wave as it arrives, with its reflections; None where its cone does not sweep the microphone."""
    direct = shock.shock_at(flight, place.ear_enu_m, air=place.air)
    if direct is None:
        return None
    first = int(np.floor((start_s + direct.after_s) * RATE_HZ)) - LEAD
    count = _window(int(SHOCK_TAIL_S * RATE_HZ))
    frequency_hz = fft.rfftfreq(count, 1.0 / RATE_HZ)
    loss = _loss_db_m(place.air, count)
    begin_s = first / RATE_HZ - start_s
    from_path = flight.start_enu_m + direct.way_m * flight.direction
    lost = _shadow(place, from_path, frequency_hz=frequency_hz)
    whole = _wave(direct, frequency_hz=frequency_hz, loss_db_m=loss, begin_s=begin_s) * lost
    level = float(place.world.terrain.height_m(place.ear_enu_m[:2]))
    below = place.ear_enu_m * np.array([1.0, 1.0, -1.0]) + np.array([0.0, 0.0, 2.0 * level])
    bounced = shock.shock_at(flight, below, air=place.air)
    if bounced is not None:
        hard = ground.resistivity_kpa_s_m2(place.world, place.ear_enu_m[:2])
        drop = flight.start_enu_m[2] + bounced.way_m * flight.direction[2] - below[2]
        given_back = ground.reflection(
            COARSE_HZ,
            hard,
            way_m=max(bounced.air_m, 0.1),
            sine=float(np.clip(drop / max(bounced.air_m, 0.1), 0.0, 1.0)),
            sound_mps=place.air.sound_mps,
        )
        wave = _wave(bounced, frequency_hz=frequency_hz, loss_db_m=loss, begin_s=begin_s)
        whole += wave * _interpolated(given_back, frequency_hz) * lost
    whole += _shock_tail(place, flight, direct=direct, frequency_hz=frequency_hz, begin_s=begin_s)
    return Heard(first, _edged(fft.irfft(whole * RATE_HZ * _converter(frequency_hz), count)))


def _wave(wave: shock.Shock, *, frequency_hz: Array, loss_db_m: Array, begin_s: float) -> Spectrum:
    """One N-wave, delayed and worn by the air."""
    shape = shock.n_wave(frequency_hz, peak_pa=wave.peak_pa, length_s=wave.length_s)
    delay = np.exp(-2.0j * np.pi * frequency_hz * (wave.after_s - begin_s))
    spectrum: Spectrum = shape * delay * airs.absorption_gain(loss_db_m, wave.air_m)
    return spectrum


def _shock_tail(
    place: Place, flight: shock.Flight, *, direct: shock.Shock, frequency_hz: Array, begin_s: float
) -> Spectrum:
    """The shock wave given back by scatterers inside its cone, as clicks that follow it.

    The missile's speed is taken as even here: echoes need no exact times.
    """
    points, strengths = place.scatterers.places_enu_m, place.scatterers.strengths_m
    offset = points - flight.start_enu_m
    along = offset @ flight.direction
    aside = np.linalg.norm(offset - along[:, None] * flight.direction, axis=1)
    last_m = min(flight.reach_m, flight.missile.supersonic_m(place.air.sound_mps))
    sine = place.air.sound_mps / flight.missile.speed_mps(direct.way_m)
    left_m = along - aside * sine / np.sqrt(1.0 - sine**2)
    back = np.linalg.norm(points - place.ear_enu_m, axis=1)
    cone = (left_m > 0.0) & (left_m < last_m) & (aside > 1.0) & (back > echoes.NEAREST_M)
    ways = aside / np.sqrt(1.0 - sine**2) + back
    after_s = left_m / flight.missile.speed_mps(direct.way_m) + ways / place.air.sound_mps - begin_s
    miss_m = max(_miss_m(flight, direct, ear_enu_m=place.ear_enu_m), 1.0)
    peak = direct.peak_pa * (miss_m / np.maximum(aside, 1.0)) ** 0.75 * strengths / np.maximum(back, 1.0)
    clicks = _banded(after_s[cone], peak[cone], ways_m=ways[cone], air=place.air, frequency_hz=frequency_hz)
    shape = shock.n_wave(frequency_hz, peak_pa=1.0, length_s=direct.length_s)
    spectrum: Spectrum = _smeared(clicks, place.scatterers) * shape
    return spectrum


def _miss_m(flight: shock.Flight, direct: shock.Shock, *, ear_enu_m: Array) -> float:
    """How far the missile passes from the microphone."""
    toward = ear_enu_m - flight.start_enu_m - direct.way_m * flight.direction
    return float(np.linalg.norm(toward - float(toward @ flight.direction) * flight.direction))


def _near(place: Place, source_enu_m: Array, *, frequency_hz: Array, loss_db_m: Array) -> Spectrum:
    """The straight way and the one by the ground, relative to the time of the straight one."""
    way = place.ear_enu_m - source_enu_m
    straight_m = max(float(np.linalg.norm(way)), 0.2)
    direct = airs.absorption_gain(loss_db_m, straight_m) / straight_m
    terrain = place.world.terrain
    over = [
        max(float(point[2] - terrain.height_m(point[:2])), ground.NEAR_M)
        for point in (source_enu_m, place.ear_enu_m)
    ]
    flat_m = float(np.hypot(way[0], way[1]))
    bounced_m = max(float(np.hypot(flat_m, over[0] + over[1])), 0.2)
    middle = source_enu_m[:2] + way[:2] * over[0] / (over[0] + over[1])
    given_back = ground.reflection(
        COARSE_HZ,
        ground.resistivity_kpa_s_m2(place.world, middle),
        way_m=bounced_m,
        sine=(over[0] + over[1]) / bounced_m,
        sound_mps=place.air.sound_mps,
    )
    # On relief the mirror is not flat; the reflected way is never the shorter one.
    later_s = max(bounced_m - float(np.hypot(flat_m, over[0] - over[1])), 0.0) / place.air.sound_mps
    delay = np.exp(-2.0j * np.pi * frequency_hz * later_s)
    bounced = airs.absorption_gain(loss_db_m, bounced_m) / bounced_m * delay
    spectrum: Spectrum = direct + bounced * _interpolated(given_back, frequency_hz)
    return spectrum


def _interpolated(coarse: Spectrum, frequency_hz: Array) -> Spectrum:
    """A spectrum at ``COARSE_HZ`` between its points."""
    real = np.interp(frequency_hz, COARSE_HZ, coarse.real)
    spectrum: Spectrum = real + 1.0j * np.interp(frequency_hz, COARSE_HZ, coarse.imag)
    return spectrum


def _tail(place: Place, source_enu_m: Array, *, beam: Beam, begin_s: float, frequency_hz: Array) -> Spectrum:
    """All echoes as one spectrum: those of walls are mirror images, those of points are smeared."""
    points = echoes.scattered(place.scatterers, source_enu_m, ear_enu_m=place.ear_enu_m)
    walls = echoes.mirrored(place.boxes, source_enu_m, ear_enu_m=place.ear_enu_m)
    found = []
    for back in (points, walls):
        ways = back.out_m + back.back_m
        shares = back.share * beam.gain(back.turning_enu_m - source_enu_m)
        after_s = ways / place.air.sound_mps - begin_s
        found.append(_banded(after_s, shares, ways_m=ways, air=place.air, frequency_hz=frequency_hz))
    return _smeared(found[0], place.scatterers) + found[1]


def _rolled(place: Place, source_enu_m: Array, *, beam: Beam, frequency_hz: Array) -> Spectrum:
    """The roll, from the direct sound on; a beam's mean over all sides feeds it."""
    count = 2 * (len(frequency_hz) - 1)
    spectrum = roll.rolled(place.roll, source_enu_m, count=count, length_s=TAIL_S)
    start = np.exp(-2.0j * np.pi * frequency_hz * LEAD / RATE_HZ)
    straight_m = float(np.linalg.norm(place.ear_enu_m - source_enu_m))
    worn = airs.absorption_gain(_loss_db_m(place.air, count), straight_m)
    rolled: Spectrum = spectrum * start * worn * beam.mean * place.roll.share(straight_m)
    return rolled


def _smeared(spectrum: Spectrum, scatterers: echoes.Scatterers) -> Spectrum:
    """Echoes of points as what is no point gives them back."""
    smeared: Spectrum = spectrum * fft.rfft(scatterers.smear, 2 * (len(spectrum) - 1))
    return smeared


def _banded(after_s: Array, shares: Array, *, ways_m: Array, air: airs.Air, frequency_hz: Array) -> Spectrum:
    """Clicks (k,) after a window's begin as one spectrum; each band of way has one absorption."""
    count = 2 * (len(frequency_hz) - 1)
    slot = np.rint(after_s * RATE_HZ).astype(np.int64)
    last = min(int(TAIL_S * RATE_HZ), count - 1)
    kept = (slot >= LEAD) & (slot < last)
    # The last echoes fade out, so that the window's end is not heard.
    fade = np.clip((last - slot) / (0.3 * RATE_HZ), 0.0, 1.0)
    loss = _loss_db_m(air, count)
    whole: Spectrum = np.zeros(len(frequency_hz), dtype=np.complex128)
    for low, high in pairwise(BANDS_M):
        band = kept & (ways_m >= low) & (ways_m < high)
        if band.any():
            taps = np.zeros(count)
            np.add.at(taps, slot[band], (shares * fade)[band])
            middle = float(np.average(ways_m[band], weights=np.abs(shares[band]) + TINY))
            whole += fft.rfft(taps) * airs.absorption_gain(loss, middle)
    return whole


@lru_cache(maxsize=8)
def _loss_db_m(air: airs.Air, count: int) -> Array:
    """Absorption at the bins of ``count`` samples; kept, because windows are few in length. Read-only."""
    loss = airs.absorption_db_m(fft.rfftfreq(count, 1.0 / RATE_HZ), air)
    loss.setflags(write=False)
    return loss


def _shadow(place: Place, source_enu_m: Array, *, frequency_hz: Array) -> Array:
    """Share of the pressure left behind obstacles."""
    detours = obstacles.detours_m(
        place.world, place.boxes, start_enu_m=source_enu_m, end_enu_m=place.ear_enu_m
    )
    loss = obstacles.shadow_db(detours, frequency_hz, sound_mps=place.air.sound_mps)
    share: Array = 10.0 ** (-loss / 20.0)
    return share


def _window(count: int) -> int:
    """An even length, quick to transform, of at least so many samples."""
    return 2 * int(fft.next_fast_len(-(-count // 2), real=True))


def _converter(frequency_hz: Array) -> Array:
    """What is kept (n,): all between the slowest and the converter's band, the latter by a raised cosine."""
    place = np.clip((frequency_hz - PASS_HZ) / (STOP_HZ - PASS_HZ), 0.0, 1.0)
    slow = (frequency_hz / LOWEST_HZ) ** 4
    share: Array = (0.5 + 0.5 * np.cos(np.pi * place)) * slow / (1.0 + slow)
    return share


def _edged(wave: Array) -> Array:
    """A window of sound whose ends are silent."""
    count = round(EDGE_S * RATE_HZ)
    ends = np.ones(len(wave))
    ends[: LEAD // 2] = np.linspace(0.0, 1.0, LEAD // 2)
    ends[-count:] = np.linspace(1.0, 0.0, count)
    edged: Array = wave * ends
    return edged
