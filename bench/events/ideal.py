"""Subjects as a good tracker would give them, made from a play without its pictures.

Who can be seen is decided by each camera's field of view, by solids, crowns of trees and vehicles that stand
in the way, and by the stretches that cameras supply. Places are measured through the declared calibration,
and the true one differs by its draw; their noise has the size and the memory that the tracker's model has,
and the product's own smoother makes the paths. Identities are right: what is measured with these subjects is
how activities are told, not who is who.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bench.events.sight import Sight, occluders
from truceline.events.activities.ground import Ground
from truceline.geometry.camera import (
    ground_bias_jacobian,
    ground_covariance,
    ground_from_pixel,
    pixel_from_site,
)
from truceline.records.classes import ClassPosterior
from truceline.records.site import Camera
from truceline.records.subjects import Sighting, Subject
from truceline.records.time import NS_PER_S, UtcSpan
from truceline.simulate.model.actors import STEP_S, Action, ActorKind, Performance
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.scenario import Play
from truceline.simulate.staging.motion.vehicles import BUILDS
from truceline.simulate.truth.happenings import true_utc
from truceline.track.smooth import LASTING_MEMORY_S, LASTING_SHARE, PEOPLE, VEHICLES, smooth

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOOT_SIGMA_PX = 1.2
FOOT_SIGMA_SHARE = 0.03
"""Of the height in the picture: a foot is found to this share of the body, and never better than a pixel."""
HIDDEN_FOOT_FACTOR = 3.0
"""A foot that is hidden is inferred from what shows above it."""
EXTENT_SIGMA_M = 0.15
EXTENT_MISSING = 0.15
"""Share of rows in which heights are not measured, beside those with a hidden foot."""
COAST_S = 2.0
"""So long a track goes on unseen."""
LEAST_ROWS = 6

_SHARE_OF_HEIGHT = {
    Action.CROUCH: 0.62,
    Action.RUN: 0.97,
    Action.DRAG: 0.8,
    Action.CRAWL: 0.28,
    Action.PRONE: 0.2,
    Action.AIM_PRONE: 0.24,
    Action.FALL: 0.18,
    Action.LIE: 0.16,
    Action.DRAGGED: 0.22,
}
"""Of those who are upright it is 1."""
_LOW = (Action.CRAWL, Action.PRONE, Action.AIM_PRONE, Action.FALL, Action.LIE, Action.DRAGGED)
_OVERHANG_M = 1.3
_BANDS: dict[Band, Literal["visible", "thermal"]] = {Band.VISIBLE: "visible", Band.THERMAL: "thermal"}


@dataclass(frozen=True, slots=True, eq=False)
class IdealWorld:
    """What a good tracker would give of a play.

    Attributes:
        subjects: In the order of the cast; actors whom no camera saw are absent.
        actor_of: Subject to actor.
        seen_s: Actor to the (n,) times, seconds from the scenario's start, at which a camera saw it.
        supplied: Camera to the spans that it supplied.
    """

    subjects: tuple[Subject, ...]
    actor_of: dict[str, str]
    seen_s: dict[str, Array]
    supplied: tuple[tuple[str, UtcSpan], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What one camera measured of one actor: rows (n,) over its frames, seen or not."""

    camera_id: str
    at_s: Array
    seen: Flags
    places: Array
    noise: Array
    bias: Array
    height_m: Array
    width_m: Array


def ideal_subjects(play: Play, *, seed: int) -> IdealWorld:
    """The subjects of a play; the seed makes their noise repeatable."""
    generator = np.random.default_rng([seed, 77])
    sights = [Sight(camera, occluders(play)) for camera in play.setting.cameras]
    subjects: list[Subject] = []
    actor_of: dict[str, str] = {}
    seen_s: dict[str, Array] = {}
    for performance in play.performances:
        own = np.random.default_rng(generator.integers(2**63))
        if performance.actor.kind is ActorKind.BIRD:
            continue
        looks = [
            _look(performance, sight, at_s=_times(sight.camera, number), generator=own)
            for sight in sights
            for number in range(len(sight.camera.supplies))
        ]
        shown = [one for one in looks if one is not None and one.seen.any()]
        subject = _subject(play, performance, looks=shown, generator=own)
        if subject is None:
            continue
        subjects.append(subject)
        actor_of[subject.subject_id] = performance.actor.actor_id
        start_ns = true_utc(play.setting, 0.0)
        seen_s[performance.actor.actor_id] = (subject.utc_ns[subject.observed] - start_ns) / NS_PER_S
    return IdealWorld(tuple(subjects), actor_of, seen_s, tuple(_supplied(play)))


def ground_of(play: Play) -> Ground:
    """The ground as the declared survey has it."""
    setting = play.setting
    cameras = [
        Camera(one.camera_id, one.name, _BANDS[one.band], one.width_px, one.height_px, one.declared)
        for one in setting.cameras
    ]
    return Ground(setting.line, setting.landmarks, setting.zones, tuple(cameras), tuple(_supplied(play)))


def _supplied(play: Play) -> list[tuple[str, UtcSpan]]:
    return [
        (
            camera.camera_id,
            UtcSpan(true_utc(play.setting, one.start_s), true_utc(play.setting, one.end_s)),
        )
        for camera in play.setting.cameras
        for one in camera.supplies
    ]


def _times(camera: CameraPlan, number: int) -> Array:
    stretch = camera.supplies[number]
    return np.arange(stretch.start_s, stretch.end_s - 1e-9, float(1 / camera.rate_hz))


def _look(
    performance: Performance, sight: Sight, *, at_s: Array, generator: np.random.Generator
) -> _Look | None:
    rows = np.clip(np.round(at_s / STEP_S).astype(np.int64), 0, len(performance.action) - 1)
    enu = performance.enu_m[rows]
    heights, widths = _extents(performance, rows, camera=sight.camera)
    there = performance.action[rows] != Action.AWAY
    middle, foot = sight.clear(enu, heights, at_s=at_s, own=performance.actor.actor_id, there=there)
    if not middle.any():
        return None
    flat = np.column_stack([enu[:, :2], np.zeros(len(enu))])
    declared = sight.camera.declared
    pixels = pixel_from_site(sight.camera.true, flat)
    measured = ground_from_pixel(declared, pixels)
    sigma_px = np.maximum(FOOT_SIGMA_PX, FOOT_SIGMA_SHARE * sight.height_px(enu, heights))
    sigma_px = sigma_px * np.where(foot, 1.0, HIDDEN_FOOT_FACTOR)
    noise = ground_covariance(
        declared, pixels, pixel_covariance=sigma_px[:, None, None] ** 2 * np.eye(2)[None]
    )
    jacobian = ground_bias_jacobian(declared, flat[:, :2])
    bias = jacobian @ declared.covariance @ np.swapaxes(jacobian, 1, 2)
    seen = there & middle & np.isfinite(measured).all(axis=1) & np.isfinite(noise).all(axis=(1, 2))
    roots = np.zeros_like(noise)
    roots[seen] = np.linalg.cholesky(noise[seen])
    shaken = measured + np.einsum("nij,nj->ni", roots, _lasting(at_s, 2, generator=generator))
    height_m = heights + EXTENT_SIGMA_M * _lasting(at_s, 1, generator=generator)[:, 0]
    width_m = widths + EXTENT_SIGMA_M * _lasting(at_s, 1, generator=generator)[:, 0]
    missing = ~foot | (generator.uniform(size=len(at_s)) < EXTENT_MISSING)
    height_m[missing], width_m[missing] = np.nan, np.nan
    return _Look(
        sight.camera.camera_id,
        at_s,
        seen,
        np.where(seen[:, None], shaken, np.nan),
        noise,
        bias,
        np.maximum(height_m, 0.05),
        np.maximum(width_m, 0.05),
    )


def _lasting(at_s: Array, columns: int, *, generator: np.random.Generator) -> Array:
    """Unit noise (n, columns) of which the tracker's share lasts for the tracker's memory."""
    white = generator.standard_normal((len(at_s), columns))
    slow = generator.standard_normal((len(at_s), columns))
    steps = np.diff(at_s, prepend=at_s[:1])
    for row in range(1, len(at_s)):
        keep = float(np.exp(-steps[row] / LASTING_MEMORY_S))
        slow[row] = keep * slow[row - 1] + np.sqrt(1 - keep * keep) * slow[row]
    noise: Array = np.sqrt(LASTING_SHARE) * slow + np.sqrt(1 - LASTING_SHARE) * white
    return noise


def _extents(performance: Performance, rows: NDArray[np.int64], *, camera: CameraPlan) -> tuple[Array, Array]:
    """Height and width (n,) that the outline of an actor has from a camera, metres."""
    actor = performance.actor
    to = performance.enu_m[rows] - camera.true.position_enu_m
    away_m = np.maximum(np.hypot(to[:, 0], to[:, 1]), 1.0)
    angle = performance.heading_rad[rows] - np.arctan2(to[:, 1], to[:, 0])
    along, across = np.abs(np.cos(angle)), np.abs(np.sin(angle))
    drop = np.abs(to[:, 2]) / away_m
    if actor.kind.is_vehicle:
        build = BUILDS[actor.kind]
        length_m = build.wheelbase_m + _OVERHANG_M
        return np.full(len(rows), actor.height_m), length_m * across + build.width_m * along
    upright: Array = actor.height_m * _heights(performance)[rows]
    if actor.kind is not ActorKind.PERSON:
        return upright, actor.height_m * (0.5 + 1.0 * across)
    low = np.isin(performance.action[rows], _LOW)
    length_m = 0.9 * actor.height_m
    return (
        np.where(low, upright + length_m * along * drop, upright),
        np.where(low, np.hypot(length_m * across, 0.45), 0.55),
    )


def _heights(performance: Performance) -> Array:
    """Share (n,) of the body's height at each sample, changing as postures change."""
    table = np.array([_SHARE_OF_HEIGHT.get(one, 1.0) for one in Action])
    after, before = table[performance.action], table[performance.before]
    shares: Array = before + (after - before) * performance.share
    return shares


def _subject(
    play: Play, performance: Performance, *, looks: Sequence[_Look], generator: np.random.Generator
) -> Subject | None:
    """One subject from all looks: sorted by time, cut where it was long unseen, each piece smoothed."""
    if sum(int(one.seen.sum()) for one in looks) < LEAST_ROWS:
        return None
    columns = _sorted(looks)
    pieces = _pieces(columns.at_s, columns.seen)
    motion = VEHICLES if performance.actor.kind.is_vehicle else PEOPLE
    states, covariances = [], []
    for begin, end in pieces:
        path = smooth(
            columns.at_s[begin:end],
            columns.places[begin:end],
            noises=columns.noise[begin:end],
            motion=motion,
        )
        states.append(path.state[:, :4])
        covariances.append(path.covariance[:, :4, :4])
    rows = np.concatenate([np.arange(begin, end) for begin, end in pieces])
    name = f"{generator.integers(2**48):012x}"
    start_ns = true_utc(play.setting, 0.0)
    return Subject(
        subject_id=name,
        kinds=_kinds(performance.actor.kind, generator),
        sightings=tuple(Sighting("ideal", f"{name}-{one.camera_id}", one.camera_id, 1.0) for one in looks),
        utc_ns=start_ns + np.round(columns.at_s[rows] * NS_PER_S).astype(np.int64),
        state=np.concatenate(states),
        covariance=np.concatenate(covariances),
        bias_covariance=columns.bias[rows],
        observed=columns.seen[rows],
        sighting=columns.look[rows],
        height_m=np.where(columns.seen[rows], columns.height_m[rows], np.nan),
        width_m=np.where(columns.seen[rows], columns.width_m[rows], np.nan),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    at_s: Array
    seen: Flags
    places: Array
    noise: Array
    bias: Array
    height_m: Array
    width_m: Array
    look: NDArray[np.int64]


def _sorted(looks: Sequence[_Look]) -> _Columns:
    """All rows in order of time; of rows at one instant the one that was seen best."""
    at_s = np.concatenate([one.at_s for one in looks])
    seen = np.concatenate([one.seen for one in looks])
    noise = np.concatenate([one.noise for one in looks])
    spread = np.where(seen, np.trace(noise, axis1=1, axis2=2), np.inf)
    ticks = np.round(at_s * 1000).astype(np.int64)
    order = np.lexsort([spread, ticks])
    keep = order[np.concatenate([[True], np.diff(ticks[order]) > 0])]
    # An unseen row says nothing while another camera sees.
    seen_ticks = ticks[seen]
    near = np.searchsorted(np.sort(seen_ticks), ticks[keep] - 50) < np.searchsorted(
        np.sort(seen_ticks), ticks[keep] + 50
    )
    keep = keep[seen[keep] | ~near]

    def column(name: str) -> Array:
        whole: Array = np.concatenate([getattr(one, name) for one in looks])
        kept: Array = whole[keep]
        return kept

    look = np.concatenate([np.full(len(one.at_s), number) for number, one in enumerate(looks)])
    return _Columns(
        at_s=at_s[keep],
        seen=seen[keep],
        places=column("places"),
        noise=noise[keep],
        bias=column("bias"),
        height_m=column("height_m"),
        width_m=column("width_m"),
        look=look[keep],
    )


def _pieces(at_s: Array, seen: Flags) -> list[tuple[int, int]]:
    """Stretches of rows between long absences; each begins and ends with a row that was seen."""
    rows = np.flatnonzero(seen)
    cuts = np.flatnonzero(np.diff(at_s[rows]) > COAST_S)
    begins = np.concatenate([rows[:1], rows[cuts + 1]])
    ends = np.concatenate([rows[cuts], rows[-1:]]) + 1
    pieces = list(zip(begins.tolist(), ends.tolist(), strict=True))
    return [(begin, end) for begin, end in pieces if int(seen[begin:end].sum()) >= LEAST_ROWS] or pieces[:1]


def _kinds(kind: ActorKind, generator: np.random.Generator) -> ClassPosterior:
    """A class posterior as a good classifier gives it: mostly sure, not always equally."""
    sure = float(generator.uniform(0.9, 0.99))
    rest = (1 - sure) / 3
    values = {"person": rest, "vehicle": rest, "animal": rest, "unknown": rest}
    own = "vehicle" if kind.is_vehicle else "animal" if kind.is_animal else "person"
    values[own] = 1 - 3 * rest
    return ClassPosterior(**values)
