"""Sounding: what the microphones record, into files of their own or to lie beside a camera's pictures."""

from collections.abc import Iterator, Sequence

import numpy as np

from truceline.pipeline.progress import Progress
from truceline.pipeline.simulation.footage.filming import Place, sound_path
from truceline.pipeline.simulation.footage.takes import Take
from truceline.simulate.model.devices import MicrophonePlan, Stretch
from truceline.simulate.model.scenario import Play
from truceline.simulate.sound.codec import for_codec
from truceline.simulate.sound.record import arrivals, recorded
from truceline.simulate.truth.declared import sound_note
from truceline.simulate.truth.devices import shown_s
from truceline.simulate.truth.happenings import Arrival, true_utc
from truceline.video.recording import SOUND_SUFFIXES, Sound, write_sound

LONGEST_S = 300.0
"""A sound file of a microphone that stands alone is no longer."""


def record_sounds(
    play: Play, takes: Sequence[Take], *, place: Place, progress: Progress
) -> tuple[Arrival, ...]:
    """Write the sounds, and give the true arrivals of every shot at every microphone."""
    microphones = play.setting.microphones
    found: list[Arrival] = []
    for done, microphone in enumerate(microphones):
        progress("recording sound", done, total=len(microphones))
        if microphone.recorded_with is None:
            _alone(play, microphone, place=place)
        else:
            for take in takes:
                if take.camera.camera_id == microphone.recorded_with and take.parts:
                    _with_pictures(play, microphone, take=take, place=place)
        found += [
            Arrival(microphone.microphone_id, one.happening, one.blast_s, one.shock_s)
            for one in arrivals(play, microphone)
        ]
    return tuple(found)


def _with_pictures(play: Play, microphone: MicrophonePlan, *, take: Take, place: Place) -> None:
    kept = [frame for frame in take.frames if frame.kept]
    stretch = Stretch(kept[0].true_s, kept[-1].true_s + 1 / float(take.camera.rate_hz))
    samples, rate_hz = for_codec(recorded(play, microphone, stretch=stretch), microphone.codec)
    path = sound_path(place, take.camera, number=take.number)
    np.savez(path, samples=samples, rate_hz=rate_hz)


def _alone(play: Play, microphone: MicrophonePlan, *, place: Place) -> None:
    folder = place.home / "sound"
    folder.mkdir(exist_ok=True)
    for number, stretch in enumerate(pieces(play.setting.duration_s), start=1):
        samples, rate_hz = for_codec(recorded(play, microphone, stretch=stretch), microphone.codec)
        name = f"{microphone.microphone_id}_{number:03d}{SOUND_SUFFIXES[microphone.codec]}"
        write_sound(folder / name, Sound(samples, rate_hz, microphone.codec))
        start = true_utc(play.setting, shown_s(microphone.clock, stretch.start_s))
        note = sound_note(play.setting, microphone, start_utc_ns=start)
        (folder / f"{name}.toml").write_text(note, encoding="utf-8")


def pieces(duration_s: float) -> Iterator[Stretch]:
    """The whole scenario in stretches of at most ``LONGEST_S``.

    >>> [piece.end_s for piece in pieces(700.0)]
    [300.0, 600.0, 700.0]
    """
    at_s = 0.0
    while at_s < duration_s:
        yield Stretch(at_s, min(at_s + LONGEST_S, duration_s))
        at_s += LONGEST_S
