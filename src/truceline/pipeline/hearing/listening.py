"""Listening to one recording: from its sound track to the discharges heard in it."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.listen.discharges.counting import CONSIDERED, discharge_of, groups_of, straight
from truceline.listen.discharges.cracks import blast_behind, crack_before
from truceline.listen.discharges.echoes import with_echoes
from truceline.listen.impulses.finding import MARGIN_S, found_in
from truceline.listen.places.air import UNKNOWN, Air
from truceline.pipeline.footage import Declared
from truceline.pipeline.hearing.windows import Window, windows
from truceline.pipeline.progress import Progress, told
from truceline.records.site import Site
from truceline.records.sounds import (
    CrackBlast,
    DischargeHeard,
    Impulse,
    Microphone,
    SoundClock,
    SoundCoding,
    SoundHeard,
)
from truceline.survey.footage_note import read_footage_note
from truceline.survey.sound_note import is_sound_note, read_sound_note
from truceline.video.probe import digest_of_footage
from truceline.video.sound.reader import RESTART_DOUBT_S, SoundReader
from truceline.video.times.timing import DRIFT

Array = NDArray[np.float64]

CAMERA_SIGMA_M = 0.5
"""A camera's microphone sits within the reach of an arm of its lens."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What listening rests on beside the recording.

    Attributes:
        site: Where cameras stand, or None.
        declared: What the command line says of the recording's start.
        air: The weather, as far as it is known.
    """

    site: Site | None = None
    declared: Declared = field(default_factory=Declared)
    air: Air = UNKNOWN


@dataclass(frozen=True, slots=True)
class _Origin:
    """Who recorded a sound, and when."""

    microphone: Microphone | None
    clock: SoundClock | None
    simulated: bool


def listen_to(path: Path, listening: Listening, *, progress: Progress) -> SoundHeard:
    """Everything sudden in the sound of one recording.

    Raises:
        InputError: It cannot be read, has no sound, or its note cannot be.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), do="Give a recording with sound.")
    origin = _origin(path, listening)
    digest, size_bytes = digest_of_footage(path)
    reader = SoundReader(path)
    coding = reader.track.coding
    impulses: list[Impulse] = []
    shapes: list[Array] = []
    cracks: dict[float, CrackBlast] = {}
    pieces = windows(reader.blocks(), rate_hz=coding.rate_hz, margin_s=MARGIN_S)
    for window in told(pieces, f"listening to {path.name}", total=None, progress=progress):
        found = found_in(window.samples, coding.rate_hz, start_s=window.start_s)
        for one, shape in zip(found.impulses, found.shapes, strict=True):
            if window.from_s <= one.at_s < window.until_s:
                blast, pair = _with_crack(one, window, coding=coding, air=listening.air)
                impulses.append(blast)
                shapes.append(shape)
                if pair is not None:
                    cracks[blast.at_s] = pair
    return SoundHeard(
        name=path.name,
        digest=digest,
        size_bytes=size_bytes,
        microphone=origin.microphone,
        clock=_over(origin.clock, reader),
        coding=coding,
        length_s=reader.length_s,
        gaps=reader.gaps,
        notes=reader.notes,
        impulses=tuple(impulses),
        discharges=_discharges(impulses, shapes, coding=coding, cracks=cracks),
        simulated=origin.simulated,
    )


def _discharges(
    impulses: list[Impulse], shapes: list[Array], *, coding: SoundCoding, cracks: dict[float, CrackBlast]
) -> tuple[DischargeHeard, ...]:
    rows = {one.at_s: row for row, one in enumerate(impulses)}
    found = []
    for group in groups_of(impulses):
        marked = with_echoes(group, np.array([shapes[rows[one.at_s]] for one in group]))
        pairs = [cracks[one.at_s] for one in marked if one.at_s in cracks]
        found.append(discharge_of(marked, coding=coding, cracks=straight(pairs, marked)))
    return tuple(found)


def _with_crack(
    one: Impulse, window: Window, *, coding: SoundCoding, air: Air
) -> tuple[Impulse, CrackBlast | None]:
    """An impulse and the shock wave ahead of it, where there is one and the coding keeps it.

    Where the impulse is the shock wave itself and the blast followed at once, it is moved to the blast.
    """
    if one.probability < CONSIDERED or not coding.keeps_cracks:
        return one, None
    rate_hz, at_s, sound_mps = coding.rate_hz, one.at_s - window.start_s, air.sound_mps
    pair = blast_behind(window.samples, rate_hz, crack_s=at_s, sound_mps=sound_mps)
    if pair is None:
        pair = crack_before(window.samples, rate_hz, blast_s=at_s, sound_mps=sound_mps)
    if pair is None:
        return one, None
    crack_s, blast_s = pair.crack_s + window.start_s, pair.blast_s + window.start_s
    return replace(one, at_s=blast_s), CrackBlast(crack_s, blast_s, pair.nearest_m, pair.farthest_m)


def _over(clock: SoundClock | None, reader: SoundReader) -> SoundClock | None:
    """The clock with a bound that holds over the whole recording: drift, and restarts of its stamps."""
    if clock is None:
        return None
    restarts = sum(one.kind == "restart" for one in reader.gaps)
    bound_s = clock.bound_s + DRIFT * reader.length_s + RESTART_DOUBT_S * restarts
    return SoundClock(clock.start_utc_ns, bound_s)


def _origin(path: Path, listening: Listening) -> _Origin:
    """Who recorded it and when: by its note, by the site, by the command line, or nobody knows."""
    declared = listening.declared
    microphone, clock, simulated = None, None, False
    if is_sound_note(path):
        note = read_sound_note(path)
        microphone, clock, simulated = note.microphone, note.clock, note.simulated
    elif (footage := read_footage_note(path)) is not None:
        clock = SoundClock(footage.start_utc_ns, footage.start_bound_s)
        simulated = footage.simulated
        microphone = Microphone(
            footage.camera_id, _camera_place(footage.camera_id, listening.site), CAMERA_SIGMA_M
        )
    if declared.camera_id is not None:
        place = _camera_place(declared.camera_id, listening.site)
        microphone = Microphone(declared.camera_id, place, CAMERA_SIGMA_M)
    noted = (None, None) if clock is None else (clock.start_utc_ns, clock.bound_s)
    start = noted[0] if declared.start_utc_ns is None else declared.start_utc_ns
    bound_s = noted[1] if declared.start_bound_s is None else declared.start_bound_s
    if start is not None and bound_s is None:
        raise InputError(
            "nobody says how well this start is known", where=str(path), do="Give a 95 % bound: --bound 2"
        )
    known = None if start is None or bound_s is None else SoundClock(start, bound_s)
    return _Origin(microphone, known, simulated)


def _camera_place(camera_id: str, site: Site | None) -> tuple[float, float, float] | None:
    if site is None:
        return None
    east, north, up = site.camera(camera_id).calibration.position_enu_m.tolist()
    return east, north, up
