"""From clips to performances: one row for every step of time, smooth, on the ground, facing somewhere."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S, Action, Actor, ActorKind, Codes, Performance
from truceline.simulate.model.world import World
from truceline.simulate.scenario.script import Script
from truceline.simulate.staging.motion.clips import Clip, change_s
from truceline.simulate.staging.motion.ground import distinct, ground_m
from truceline.simulate.staging.motion.vehicles import BUILDS, attitude
from truceline.simulate.staging.role import Role

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SMOOTH_S = 0.2
"""Positions of bodies are averaged over this: no muscle starts in no time."""
_TURN_S = 1.05
"""A half turn of the body takes this long."""
_STEP_DOWN_S = 0.24
_STEPPED_OVER_M = 1.3
"""A drain narrower than this is stepped over."""

_DOOR_S = 0.7
_MOVES_MPS = 0.05


def performances_of(script: Script, roles: Sequence[Role], *, count: int) -> tuple[Performance, ...]:
    """The performances (``count`` samples each) of all roles, in their order."""
    columns = [_Columns(role, count) for role in roles]
    by_id = {one.role.plan.actor.actor_id: one for one in columns}
    for one in columns:
        one.take_seats(by_id)
    for one in columns:
        one.smooth()
    for one in columns:
        one.turn_to(by_id)
    return tuple(one.performance(script.setting.world) for one in columns)


class _Columns:
    """The columns of one performance while they are made."""

    def __init__(self, role: Role, count: int) -> None:
        self.role = role
        self.count = count
        self.places = np.zeros((count, 2))
        self.headings = np.zeros(count)
        self.ways = np.zeros(count)
        self.steer = np.zeros(count)
        self.rock = np.zeros(count)
        self.heights: Array | None = None
        self.action: Codes = np.zeros(count, dtype=np.int8)
        self.pieces: list[tuple[Clip, int, int]] = []
        for number, clip in enumerate(role.clips):
            later = [one.first for one in role.clips[number + 1 :]]
            end = min([count, *later])
            if clip.first < end:
                self._put(clip, end=end)

    def _put(self, clip: Clip, *, end: int) -> None:
        begin = clip.first
        self.pieces.append((clip, begin, end))
        rows = min(end - begin, len(clip.headings_rad))
        for column, values in (
            (self.places, clip.places_en_m),
            (self.headings, clip.headings_rad),
            (self.action, clip.action),
        ):
            column[begin : begin + rows] = values[:rows]
            column[begin + rows : end] = values[rows - 1]
        self.ways[begin : begin + rows] = clip.way_mps[:rows]
        if len(clip.way_mps) == 1 or rows < end - begin:
            self.ways[begin + rows : end] = 0.0
        if len(clip.steer_rad) > 1:
            self.steer[begin : begin + rows] = clip.steer_rad[:rows]
            self.steer[begin + rows : end] = clip.steer_rad[rows - 1]
        elif begin > 0:
            self.steer[begin:end] = self.steer[begin - 1]
        if len(clip.rock_rad) > 1:
            self.rock[begin : begin + rows] = clip.rock_rad[:rows]
        if clip.heights_m is not None:
            if self.heights is None:
                self.heights = np.full(self.count, self.role.plan.up_m)
            self.heights[begin : begin + rows] = clip.heights_m[:rows]
            self.heights[begin + rows :] = clip.heights_m[rows - 1]

    def take_seats(self, by_id: dict[str, "_Columns"]) -> None:
        """Whoever sits in a vehicle is where it is."""
        for clip, begin, end in self.pieces:
            if clip.aboard is not None:
                self.places[begin:end] = by_id[clip.aboard].places[begin:end]
                self.headings[begin:end] = by_id[clip.aboard].headings[begin:end]
        if self.role.in_vehicle is not None:  # from the moment of getting in on
            clip, begin, end = self.pieces[-1]
            inside = np.flatnonzero(self.action[begin:end] == Action.AWAY)
            if len(inside):
                begin += int(inside[0])
                self.places[begin:end] = by_id[self.role.in_vehicle].places[begin:end]

    def smooth(self) -> None:
        """Average the positions of bodies over a short time, each stay in the scene for itself."""
        if self.role.plan.actor.kind.is_vehicle:
            return
        for begin, end in _stretches(self.action != Action.AWAY):
            self.places[begin:end] = _averaged(self.places[begin:end], _SMOOTH_S)

    def turn_to(self, by_id: dict[str, "_Columns"]) -> None:
        """Where bodies face: as told, turned no faster than a body turns."""
        if self.role.plan.actor.kind.is_vehicle:
            return
        for clip, begin, end in self.pieces:
            if clip.face_actor is None:
                continue
            toward = by_id[clip.face_actor].places[begin:end] - self.places[begin:end]
            still = np.abs(self.ways[begin:end]) < _MOVES_MPS
            facing = np.arctan2(toward[:, 1], toward[:, 0])
            self.headings[begin:end] = np.where(still, facing, self.headings[begin:end])
        for begin, end in _stretches(self.action != Action.AWAY):
            turned: Array = np.unwrap(self.headings[begin:end])[:, None]
            for seconds in (_TURN_S * 2 / 3, _TURN_S / 3):
                turned = _averaged(turned, seconds)
            self.headings[begin:end] = turned[:, 0]

    def performance(self, world: World) -> Performance:
        """The finished performance."""
        actor = self.role.plan.actor
        share, before = _changes(self.action)
        nothing: Array = np.broadcast_to(np.zeros(1), self.count)
        pitch, roll = nothing, nothing
        if actor.kind.is_vehicle:
            up, pitch, roll = attitude(world, actor.kind, places_en_m=self.places, headings_rad=self.headings)
            pitch = pitch + self.rock
            roll = roll + 0.4 * self.rock
        elif self.heights is not None:
            up = self.heights
        elif actor.kind is ActorKind.BIRD:
            up = np.full(self.count, self.role.plan.up_m)
        else:
            rows, back = distinct(self.places)
            ground = ground_m(world, self.places[rows], narrowest_m=_STEPPED_OVER_M)[back]
            up = _averaged(ground[:, None], _STEP_DOWN_S)[:, 0]
        return Performance(
            actor=actor,
            enu_m=np.column_stack([self.places, up]),
            heading_rad=self.headings,
            speed_mps=self._speeds(),
            action=self.action,
            share=share,
            before=before,
            phase_rad=self._phase(actor),
            steer_rad=self.steer if actor.kind.is_vehicle else nothing,
            pitch_rad=pitch,
            roll_rad=roll,
            door=self._door() if self.role.doors else nothing,
            lamps=self._lamps(),
        )

    def _speeds(self) -> Array:
        velocity = np.stack([np.gradient(self.places[:, axis], STEP_S) for axis in (0, 1)], axis=1)
        speeds = velocity[:, 0] * np.cos(self.headings) + velocity[:, 1] * np.sin(self.headings)
        away = self.action == Action.AWAY
        edge = away.copy()  # nobody has a speed while coming or going
        edge[1:] |= away[:-1]
        edge[:-1] |= away[1:]
        along: Array = np.where(edge, np.where(away, 0.0, self.ways), speeds)
        return along

    def _phase(self, actor: Actor) -> Array:
        turns: Array
        if actor.kind.is_vehicle:
            turns = np.cumsum(self.ways * (STEP_S / BUILDS[actor.kind].wheel_m))
        elif actor.kind is ActorKind.BIRD:
            turns = np.arange(self.count, dtype=np.float64) * STEP_S * 2 * np.pi * 3.5
        else:
            strides = self.ways / stride_m(np.abs(self.ways), actor, action=self.action)
            turns = np.cumsum(strides, dtype=np.float64) * (2 * np.pi * STEP_S)
        return turns

    def _door(self) -> Array:
        door = np.zeros(self.count)
        at = np.arange(self.count)
        for opened, closed in self.role.doors:
            share = np.clip((at - opened) * STEP_S / _DOOR_S, 0.0, 1.0)
            if closed is not None:
                share = np.minimum(share, np.clip((closed - at) * STEP_S / _DOOR_S, 0.0, 1.0))
            door = np.maximum(door, share)
        return door

    def _lamps(self) -> Flags:
        lit = np.zeros(self.count, dtype=np.bool_)
        for begin, on in self.role.lamps:
            lit[begin:] = on
        return lit


def stride_m(speed_mps: Array, actor: Actor, *, action: Codes) -> Array:
    """Length (n,) of a stride, two steps, by speed.

    Walking: about 1.4 m at 1.35 m/s for 1.72 m of height, growing with the root of speed (Grieve and Gear
    1966); running: about 85 strides a minute, a little more when faster (Cavanagh and Kram 1989). Animals: by
    height.
    """
    tall = actor.height_m
    if actor.kind.is_animal:
        return np.asarray(np.maximum(1.1 * tall, tall * (0.9 + 0.42 * speed_mps)), dtype=np.float64)
    walking = tall * 0.83 * np.sqrt(np.maximum(speed_mps, 0.25) / 1.35)
    running = np.maximum(speed_mps, 1.5) / (1.34 + 0.028 * speed_mps) * (tall / 1.72) ** 0.5
    crawling = np.full_like(speed_mps, 0.55 * tall)
    stride: Array = np.where(action == Action.RUN, running, walking)
    return np.where(action == Action.CRAWL, crawling, stride)


def _changes(action: Codes) -> tuple[Array, Codes]:
    """How far each change of action has come (n,), and what was before it (n,)."""
    share, before = np.ones(len(action)), action.copy()
    cuts = np.flatnonzero(np.diff(action)) + 1
    for number, begin in enumerate(cuts.tolist()):
        end = int(cuts[number + 1]) if number + 1 < len(cuts) else len(action)
        was, now = Action(int(action[begin - 1])), Action(int(action[begin]))
        lasts = change_s(was, now)
        before[begin:end] = was
        share[begin:end] = np.minimum(1.0, (np.arange(end - begin) + 1) * STEP_S / max(lasts, STEP_S))
    return share, before


def _stretches(mask: Flags) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _averaged(rows: Array, seconds: float) -> Array:
    """The mean (n, k) over a time around each sample, ends continued straight on."""
    reach = round(seconds / STEP_S / 2)
    if len(rows) < 2 or reach < 1:
        return rows
    ahead = np.arange(1, reach + 1)[:, None]
    before = rows[0] - (rows[1] - rows[0]) * ahead[::-1]
    after = rows[-1] + (rows[-1] - rows[-2]) * ahead
    padded = np.concatenate([before, rows, after])
    total = np.cumsum(np.concatenate([np.zeros((1, rows.shape[1])), padded - rows[0]]), axis=0)
    mean: Array = rows[0] + (total[2 * reach + 1 :] - total[: -2 * reach - 1]) / (2 * reach + 1)
    return mean
