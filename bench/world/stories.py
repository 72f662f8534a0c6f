"""Stories: the model incident before cameras that supply this or that, put together, against the truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from bench.world.stage import Staged, played, staged, with_supplies
from truceline.records.subjects import ClockProposal, Subject, World
from truceline.simulate.model.devices import Stretch
from truceline.simulate.model.scenario import Play
from truceline.world.together import put_together

MODEL_INCIDENT = "panmunjom-2017"
OBSERVER = "tod"
RUNNER = "runner"
FORGETS_S = 10.0
"""Who lies still becomes part of the scene after so long: the gap of the watched story."""
WATCHED = (Stretch(242.0, 2280.0),)
"""From when the driver gets out to when he is dragged, without a break."""


@dataclass(frozen=True, slots=True)
class ClockFound:
    """One clock against the truth: ``error_s`` of the offset, its bound, whether it was applied."""

    proposal: ClockProposal
    error_s: float


@dataclass(frozen=True, slots=True)
class Runner:
    """The runner from leaving the vehicle to being dragged.

    Attributes:
        probability: That the last track of him shows the same as the first: the product of all links between;
            0 where they are two subjects.
        others: Who else was taken for him.
    """

    probability: float
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """One sighting that was joined to an earlier one: its probability, and whether that is true."""

    probability: float
    is_true: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was made of one story."""

    clocks: tuple[ClockFound, ...]
    runner: Runner | None
    links: tuple[Linked, ...]


@cache
def short(seed: int) -> Told:
    """The short form as it is: two networks look at the line for 20 s, then only one looks, now and then."""
    return told(staged(played(MODEL_INCIDENT, seed=seed), seed=seed))


@cache
def watched(seed: int) -> Told:
    """The observer watches all the time; who lies still is lost until he is moved, half an hour later."""
    play = _supplied(played(MODEL_INCIDENT, seed=seed), {OBSERVER: WATCHED})
    return told(staged(play, seed=seed, forgets_s=FORGETS_S))


@cache
def apart(seed: int) -> Told:
    """Two networks that watch at one time and never the same ground."""
    play = played(MODEL_INCIDENT, seed=seed)
    kept = {name: supplies for name, supplies in _supplies(play).items() if name in ("cctv-1", "cctv-2")}
    return told(staged(with_supplies(play, {**kept, OBSERVER: (Stretch(225.0, 262.0),)}), seed=seed))


def _supplies(play: Play) -> dict[str, tuple[Stretch, ...]]:
    return {one.camera_id: one.supplies for one in play.setting.cameras}


def _supplied(play: Play, other: Mapping[str, tuple[Stretch, ...]]) -> Play:
    return with_supplies(play, {**_supplies(play), **other})


def told(of: Staged) -> Told:
    """Put together and compare."""
    world = put_together(of.cameras, of.site)
    return Told(_clocks(of, world), _runner(of, world), _links(of, world))


def _clocks(of: Staged, world: World) -> tuple[ClockFound, ...]:
    networks: dict[str, list[float]] = {}
    for camera in of.play.setting.cameras:
        networks.setdefault(camera.clock.network, []).append(of.ahead_s[camera.camera_id])
    return tuple(
        ClockFound(
            one, one.offset_s - float(np.mean(networks[one.clock_id]) - np.mean(networks[one.reference_id]))
        )
        for one in world.clocks
    )


def _owners(of: Staged, subject: Subject) -> list[str]:
    return [of.owners[one.run_id, one.track_id] for one in subject.sightings]


def _runner(of: Staged, world: World) -> Runner | None:
    times = {
        (one.run_id, track.track_id): int(track.utc_ns[0]) - of.ahead_s[one.camera_id] * 1e9
        for one in of.cameras
        for track in one.tracks
    }
    own = sorted((name for name, owner in of.owners.items() if owner == RUNNER), key=lambda name: times[name])
    if not own:
        return None
    place = {
        (one.run_id, one.track_id): (subject, number)
        for subject in world.subjects
        for number, one in enumerate(subject.sightings)
    }
    if own[0] not in place or own[-1] not in place:
        return None
    (first, begun), (last, ended) = place[own[0]], place[own[-1]]
    others = {name for subject in (first, last) for name in _owners(of, subject)} - {RUNNER}
    if first is not last:
        return Runner(0.0, tuple(sorted(others)))
    between = first.sightings[begun + 1 : ended + 1]
    return Runner(float(np.prod([one.probability for one in between])), tuple(sorted(others)))


def _links(of: Staged, world: World) -> tuple[Linked, ...]:
    found = []
    for subject in world.subjects:
        owners = _owners(of, subject)
        found += [
            Linked(one.probability, owners[number] == owners[number + 1])
            for number, one in enumerate(subject.sightings[1:])
        ]
    return tuple(found)
