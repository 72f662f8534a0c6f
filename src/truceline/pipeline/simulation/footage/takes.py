"""Takes: what one camera films in one go, and the files that it goes into."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from truceline.records.time import NS_PER_S
from truceline.simulate.model.actors import STEP_S, Action, Performance
from truceline.simulate.model.devices import CameraPlan, Stretch
from truceline.simulate.model.scenario import Play, Setting
from truceline.simulate.sensors.flash import Flash, flashes_of
from truceline.simulate.sensors.nuisance.schedule import Slot, schedule
from truceline.simulate.sensors.sparks import sparks_of
from truceline.video.recording import SUFFIXES

MARGIN_S = 2.0
"""Performances are handed on with so much before and after what is filmed."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a take: its name, and which of the schedule's frames it holds, first and end."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One stretch of one camera, filmed by one process.

    Attributes:
        number: Of the stretch among the camera's, from 0.
        frames: Dropped ones are still in it; they are filmed by nobody.
        sound_codec: Codec of the microphone whose sound goes into the files, or None.
    """

    camera: CameraPlan
    number: int
    seed: int
    frames: tuple[Slot, ...]
    parts: tuple[FilePart, ...]
    sound_codec: str | None = None


def planned_takes(setting: Setting, cameras: Sequence[CameraPlan]) -> tuple[Take, ...]:
    """All takes; files of a camera are numbered through its stretches."""
    return tuple(take for camera in cameras for take in _of_camera(setting, camera))


def _of_camera(setting: Setting, camera: CameraPlan) -> list[Take]:
    codecs = [one.codec for one in setting.microphones if one.recorded_with == camera.camera_id]
    codec = codecs[0] if codecs else None
    found: list[Take] = []
    files = 0
    for number, stretch in enumerate(camera.supplies):
        seed = seed_of(setting.seed, camera.camera_id, number=number)
        frames = tuple(schedule(camera, stretch, seed=seed, start_utc_ns=setting.start_utc_ns))
        parts = _parts(camera, frames, suffix=SUFFIXES[codec], files=files)
        files += len(parts)
        found.append(Take(camera, number, seed, frames, tuple(parts), codec))
    return found


def _parts(camera: CameraPlan, frames: Sequence[Slot], *, suffix: str, files: int) -> list[FilePart]:
    """Cut at the recorder's segments, counted by the camera's clock from the stretch's first picture."""
    kept = [place for place, frame in enumerate(frames) if frame.kept]
    if not kept:
        return []
    start = frames[kept[0]].shown_utc_ns
    length_ns = camera.recording.segment_s * NS_PER_S
    parts: list[FilePart] = []
    for _, group in groupby(kept, key=lambda place: int((frames[place].shown_utc_ns - start) // length_ns)):
        places = list(group)
        name = f"{camera.camera_id}_{files + len(parts) + 1:03d}{suffix}"
        parts.append(FilePart(name, places[0], places[-1] + 1))
    return parts


def seed_of(seed: int, device_id: str, *, number: int) -> int:
    """A seed of its own for each stretch of each device, so that no two hold the same noise."""
    digest = hashlib.sha256(f"{seed}/{device_id}/{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Those who are in the scene during a stretch; their performances begin at ``start_s``.

    ``identities`` are the scenario's numbers of the same actors, from 1; ``flashes`` are in its time.
    """

    start_s: float
    performances: tuple[Performance, ...]
    identities: tuple[int, ...]
    flashes: tuple[Flash, ...] = ()


def cast_of(play: Play, stretch: Stretch) -> Cast:
    """Cut the performances to a stretch, and leave out who is not in the scene during it."""
    first = max(int((stretch.start_s - MARGIN_S) / STEP_S), 0)
    end = int(np.ceil((stretch.end_s + MARGIN_S) / STEP_S)) + 2
    found = [
        (_cut(one, slice(first, end)), identity)
        for identity, one in enumerate(play.performances, start=1)
        if bool((one.action[first:end] != Action.AWAY).any())
    ]
    seed = play.setting.seed
    flashes = (*flashes_of(play.happenings, seed=seed), *sparks_of(play.happenings, seed=seed))
    return Cast(
        first * STEP_S,
        tuple(one for one, _ in found),
        tuple(identity for _, identity in found),
        tuple(
            one
            for one in flashes
            if -MARGIN_S < one.at_s - stretch.start_s < stretch.end_s - stretch.start_s + MARGIN_S
        ),
    )


def _cut(performance: Performance, rows: slice) -> Performance:
    columns = {
        name: getattr(performance, name)[rows].copy()
        for name in performance.__dataclass_fields__
        if name != "actor"
    }
    return replace(performance, **columns)
