"""Tracks of a play without its pictures: what cameras and detector would have given, with the truth beside.

Who stands in the picture and is not hidden is found with a small error of the pixel that lasts, through the
true calibration; tracks are put on the ground through the declared one, which is what a station knows. They
break where somebody is missed for long, is hidden, or passes close before another.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import ground_covariance, ground_from_pixel, pixel_from_site
from truceline.records.classes import ClassPosterior
from truceline.records.digests import sha256_of
from truceline.records.site import Camera, Retention, Site
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track
from truceline.simulate.model.actors import STEP_S, Action, Performance
from truceline.simulate.model.devices import Band, CameraPlan, Stretch
from truceline.simulate.model.scenario import Play, Setting
from truceline.simulate.scenario.shipped import shipped_scenarios
from truceline.simulate.scenario.variants import variant
from truceline.simulate.staging.play import play
from truceline.simulate.truth.devices import shown_s
from truceline.track.smooth import PEOPLE, VEHICLES, smooth
from truceline.world.sightings import CameraClock, CameraTracks
from truceline.world.views import View, views_of

Array = NDArray[np.float64]

PIXEL_SIGMA = 1.6
FOOT_PX = 1.5
LASTING_SHARE, MEMORY_S = 0.7, 1.2
MISSED = 0.06
BREAKS_PER_S = 1 / 40
"""As the detector does on simulated footage: share of frames missed, and how often a track breaks."""
COAST_S = 1.5
SHORTEST_S = 0.6
TOO_CLOSE = 0.5
"""Share of a box that one nearer to the camera covers: then the farther one is not found."""
SLOWEST_HZ = 8.0
FLOOR_M = 0.05
STILL_M = 0.3

HEIGHTS_M: Mapping[Action, float] = {
    Action.CROUCH: 1.05,
    Action.PRONE: 0.35,
    Action.CRAWL: 0.5,
    Action.FALL: 0.7,
    Action.LIE: 0.35,
    Action.AIM_PRONE: 0.4,
    Action.DRAG: 1.25,
    Action.DRAGGED: 0.45,
}
LOW = (Action.PRONE, Action.CRAWL, Action.LIE, Action.AIM_PRONE, Action.DRAGGED)
LONG_M, WIDE_M, VEHICLE_M = 1.4, 0.55, (3.4, 1.8)

PERSON = ClassPosterior(0.94, 0.02, 0.02, 0.02)
VEHICLE = ClassPosterior(0.02, 0.95, 0.01, 0.02)


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """What cameras gave of a play.

    Attributes:
        owners: Actor of each track, by run and track.
        ahead_s: How far each camera's clock truly is ahead, by camera.
    """

    play: Play
    site: Site
    cameras: tuple[CameraTracks, ...]
    owners: Mapping[tuple[str, str], str]
    ahead_s: Mapping[str, float]


def played(name: str, *, seed: int) -> Play:
    """A shipped scenario's short form for one seed."""
    return play(variant(shipped_scenarios()[name], where=name, seed=seed))


def staged(of: Play, *, seed: int, forgets_s: float = np.inf) -> Staged:
    """What the cameras of a play give; one run for each stretch that a camera supplies.

    Who stays still for longer than ``forgets_s`` becomes part of the background until he moves again.
    """
    site = site_of(of.setting)
    views = views_of(site)
    runs: list[CameraTracks] = []
    owners: dict[tuple[str, str], str] = {}
    for plan in of.setting.cameras:
        clock = CameraClock(plan.clock.network, plan.clock.bound_s)
        for number, stretch in enumerate(plan.supplies):
            run_id = hashlib.sha256(
                f"{of.setting.name} {seed} {plan.camera_id} {number}".encode()
            ).hexdigest()
            generator = _generator(f"detector {seed} {plan.camera_id} {number}")
            view = views[plan.camera_id]
            take = _Take(of, plan, stretch, run_id[:16], view, generator, forgets_s)
            given = tuple(take.tracks())
            owners |= {(take.run_id, track.track_id): actor for actor, track in given}
            tracks = tuple(track for _, track in given)
            runs.append(CameraTracks(take.run_id, plan.camera_id, (take.span,), tracks, clock))
    ahead = {plan.camera_id: plan.clock.offset_s for plan in of.setting.cameras}
    return Staged(of, site, tuple(runs), owners, ahead)


def with_supplies(of: Play, supplies: Mapping[str, Sequence[Stretch]]) -> Play:
    """The same play before cameras that supply other stretches; those that are not named give nothing."""
    cameras = tuple(
        replace(one, supplies=tuple(supplies[one.camera_id]))
        for one in of.setting.cameras
        if one.camera_id in supplies
    )
    return replace(of, setting=replace(of.setting, cameras=cameras))


def site_of(setting: Setting) -> Site:
    """The site as it would be declared."""
    cameras = tuple(
        Camera(
            one.camera_id,
            one.name,
            "thermal" if one.band is Band.THERMAL else "visible",
            one.width_px,
            one.height_px,
            one.declared,
        )
        for one in setting.cameras
    )
    return Site(
        site_id=setting.name,
        name=setting.title,
        simulated=True,
        instrument=setting.instrument,
        local_offset_minutes=setting.local_offset_minutes,
        origin=setting.origin,
        line=setting.line,
        zones=setting.zones,
        cameras=cameras,
        permits=setting.permits,
        retention=Retention(30, 7, 365),
        release_terms=None,
        digest=sha256_of(setting.name.encode()),
        landmarks=setting.landmarks,
    )


def _generator(content: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(content.encode()).digest()[:8]))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """One actor before one camera, frame by frame: where it is, its box, whether it can be seen."""

    performance: Performance
    places_enu_m: Array
    boxes_px: Array
    low: NDArray[np.bool_]
    visible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Take:
    """One stretch of one camera."""

    play: Play
    plan: CameraPlan
    stretch: Stretch
    run_id: str
    view: View
    generator: np.random.Generator
    forgets_s: float

    @property
    def at_s(self) -> Array:
        """(n,) true times of the frames; at a fast rate every other or every third frame is taken."""
        rate = float(self.plan.rate_hz)
        step = max(1, int(rate / SLOWEST_HZ)) / rate
        return np.arange(self.stretch.start_s, self.stretch.end_s - 1e-6, step)

    def shown_ns(self, at_s: Array) -> NDArray[np.int64]:
        shown = np.array([shown_s(self.plan.clock, float(one)) for one in at_s])
        return self.play.setting.start_utc_ns + np.round(shown * NS_PER_S).astype(np.int64)

    @property
    def span(self) -> UtcSpan:
        """By the camera's own clock."""
        start, end = self.shown_ns(np.array([self.stretch.start_s, self.stretch.end_s])).tolist()
        return UtcSpan(UtcNs(start), UtcNs(end))

    def tracks(self) -> Iterator[tuple[str, Track]]:
        """Each track with its actor's id."""
        all_seen = [self._seen(one) for one in self.play.performances]
        hidden = self._behind(all_seen)
        for seen, behind in zip(all_seen, hidden, strict=True):
            yield from self._pieces(seen, behind)

    def _seen(self, performance: Performance) -> _Seen:
        rows = np.clip(np.round(self.at_s / STEP_S).astype(int), 0, len(performance.heading_rad) - 1)
        places, actions = performance.enu_m[rows], performance.action[rows]
        low = np.isin(actions, [int(one) for one in LOW])
        heights = np.array([HEIGHTS_M.get(Action(int(one)), performance.actor.height_m) for one in actions])
        wide = np.where(low, LONG_M, WIDE_M)
        if performance.actor.kind.is_vehicle:
            heights, wide = np.full(len(rows), VEHICLE_M[1]), np.full(len(rows), VEHICLE_M[0])
        foot = pixel_from_site(self.plan.true, places)
        top = pixel_from_site(self.plan.true, places + heights[:, None] * np.array([0.0, 0.0, 1.0]))
        depth = (places - self.plan.true.position_enu_m) @ self.plan.true.rotation[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            half = wide * self.plan.true.focal_px[0] / np.maximum(depth, 1e-6) / 2
        boxes = np.stack([foot[:, 0] - half, top[:, 1], foot[:, 0] + half, foot[:, 1]], axis=1)
        there = (actions != Action.AWAY) & (depth > 1) & np.isfinite(boxes).all(axis=1)
        there &= self.view.sees(places[:, :2]) & ~self._forgotten(places[:, :2])
        return _Seen(performance, places, boxes, low, there)

    def _forgotten(self, places_en_m: Array) -> NDArray[np.bool_]:
        """Frames (n,) before which somebody has been still for too long."""
        if not np.isfinite(self.forgets_s):
            return np.zeros(len(places_en_m), dtype=np.bool_)
        back = round(self.forgets_s / float(self.at_s[1] - self.at_s[0]))
        earlier = np.maximum(np.arange(len(places_en_m)) - back, 0)
        still = np.linalg.norm(places_en_m - places_en_m[earlier], axis=1) < STILL_M
        forgotten: NDArray[np.bool_] = still & (np.arange(len(places_en_m)) >= back)
        return forgotten

    def _behind(self, all_seen: Sequence[_Seen]) -> list[NDArray[np.bool_]]:
        """For each actor, in which frames another one nearer to the camera covers it."""
        found = []
        for one in all_seen:
            area = np.maximum(np.prod(one.boxes_px[:, 2:] - one.boxes_px[:, :2], axis=1), 1e-9)
            behind = np.zeros(len(area), dtype=np.bool_)
            for other in all_seen:
                if other is one:
                    continue
                upper = np.minimum(one.boxes_px[:, 2:], other.boxes_px[:, 2:])
                common = np.clip(upper - np.maximum(one.boxes_px[:, :2], other.boxes_px[:, :2]), 0, None)
                nearer = other.boxes_px[:, 3] > one.boxes_px[:, 3]
                behind |= other.visible & nearer & (np.prod(common, axis=1) > TOO_CLOSE * area)
            found.append(behind)
        return found

    def _pieces(self, seen: _Seen, behind: NDArray[np.bool_]) -> Iterator[tuple[str, Track]]:
        step_s = float(self.at_s[1] - self.at_s[0])
        found = seen.visible & ~behind & (self.generator.random(len(behind)) >= MISSED)
        broken = self.generator.random(len(behind)) < BREAKS_PER_S * step_s
        white, lasting = self.generator.standard_normal((2, len(behind), 2))
        rows = np.flatnonzero(found)
        if not len(rows):
            return
        apart = (np.diff(rows) * step_s > COAST_S) | broken[rows[1:]]
        for piece in np.split(rows, np.flatnonzero(apart) + 1):
            if (piece[-1] - piece[0]) * step_s >= SHORTEST_S:
                track = self._track(seen, piece, errors_px=_errors(white, lasting, step_s=step_s))
                if track is not None:
                    yield seen.performance.actor.actor_id, track

    def _track(self, seen: _Seen, rows: NDArray[np.int64], *, errors_px: Array) -> Track | None:
        every = np.arange(rows[0], rows[-1] + 1)
        observed = np.isin(every, rows)
        pixels = np.stack([seen.boxes_px[:, [0, 2]].mean(axis=1), seen.boxes_px[:, 3]], axis=1)[every]
        # Half hidden feet, shadows, grass: the whole track is off in the picture.
        off_px = np.array([0.0, FOOT_PX * float(self.generator.standard_normal())])
        pixels = pixels + PIXEL_SIGMA * errors_px[every] + off_px
        noise = np.tile(np.eye(2) * PIXEL_SIGMA**2, (len(every), 1, 1))
        declared = self.plan.declared
        places = ground_from_pixel(declared, pixels)
        noises = ground_covariance(declared, pixels, pixel_covariance=noise) + np.eye(2) * FLOOR_M**2
        if not np.isfinite(places).all() or not np.isfinite(noises).all():
            return None
        is_vehicle = seen.performance.actor.kind.is_vehicle
        at_s = self.at_s[every]
        measured = np.where(observed[:, None], places, np.nan)
        path = smooth(at_s - at_s[0], measured, noises=noises, motion=VEHICLES if is_vehicle else PEOPLE)
        name = f"{self.run_id} {seen.performance.actor.actor_id} {rows[0]}"
        return Track(
            track_id=hashlib.sha256(name.encode()).hexdigest()[:12],
            camera_id=self.plan.camera_id,
            utc_ns=self.shown_ns(at_s),
            pts=every.astype(np.int64),
            state=path.state[:, :4],
            covariance=path.covariance[:, :4, :4],
            boxes_px=seen.boxes_px[every],
            observed=observed,
            kind="vehicle" if is_vehicle else "person",
            kinds=VEHICLE if is_vehicle else PERSON,
        )


def _errors(white: Array, lasting: Array, *, step_s: float) -> Array:
    """Errors (n, 2) of unit variance, of which a share lasts."""
    kept = float(np.exp(-step_s / MEMORY_S))
    slow = np.empty_like(lasting)
    slow[0] = lasting[0]
    for row in range(1, len(lasting)):
        slow[row] = kept * slow[row - 1] + np.sqrt(1 - kept**2) * lasting[row]
    both: Array = np.sqrt(LASTING_SHARE) * slow + np.sqrt(1 - LASTING_SHARE) * white
    return both
