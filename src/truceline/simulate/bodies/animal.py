"""Animals: dog, deer and bird as capsules on legs that step, or wings that beat."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.bodies.gait.footing import footing_of
from truceline.simulate.bodies.instant import (
    ACTION,
    BEFORE,
    EAST,
    HEADING,
    NORTH,
    PHASE,
    RATE,
    SHARE,
    SPEED,
    TIME,
    UP,
    instant,
)
from truceline.simulate.model.actors import Action, ActorKind, Performance
from truceline.simulate.model.pictures import Shape

Array = NDArray[np.float64]
Placed = tuple[float, float, float]

BACK, BELLY, LEGS, HEAD = range(4)
WARMTH_C = np.array([7.0, 9.0, 8.0, 12.0])
"""Fur keeps warmth in: the head and the belly show, the back less."""
_NECK_TURNS_S = 9.0


@dataclass(frozen=True, slots=True)
class Build:
    """A four-legged animal, shares of its height at the shoulder.

    Attributes:
        hip: Hind legs' joint ahead and up; ``shoulder`` of the fore legs; ``wide`` half their distance.
        leg: Upper and lower part of a leg; ``radii`` of leg (3), rump, chest, neck and head.
        neck: From the shoulder to the head's back when it looks, ahead and up; ``grazing`` when it eats.
        muzzle, ear, tail: Their lengths; ``tail_up`` how the tail is carried, radians above level.
    """

    hip: tuple[float, float]
    shoulder: tuple[float, float]
    wide: float
    leg: tuple[float, float]
    radii: tuple[float, float, float, float, float, float, float]
    neck: tuple[float, float]
    grazing: tuple[float, float]
    muzzle: float
    ear: float
    tail: float
    tail_up: float


DOG = Build(
    hip=(-0.46, 0.78),
    shoulder=(0.42, 0.76),
    wide=0.13,
    leg=(0.40, 0.46),
    radii=(0.11, 0.062, 0.042, 0.165, 0.215, 0.13, 0.125),
    neck=(0.22, 0.28),
    grazing=(0.34, -0.35),
    muzzle=0.25,
    ear=0.13,
    tail=0.42,
    tail_up=0.6,
)
DEER = Build(
    hip=(-0.42, 0.84),
    shoulder=(0.38, 0.80),
    wide=0.10,
    leg=(0.43, 0.47),
    radii=(0.10, 0.036, 0.022, 0.19, 0.205, 0.085, 0.075),
    neck=(0.30, 0.42),
    grazing=(0.44, -0.55),
    muzzle=0.20,
    ear=0.16,
    tail=0.12,
    tail_up=0.3,
)


def animal_at(performance: Performance, at_s: float) -> Shape:
    """An animal's shape at a time."""
    if performance.actor.kind is ActorKind.BIRD:
        return _bird(performance, at_s)
    build = DOG if performance.actor.kind is ActorKind.DOG else DEER
    footing = footing_of(performance)
    now = instant(performance, at_s, footing=footing)
    tall = performance.actor.height_m
    parts = [*_trunk(build, now), *_neck(build, now)]
    feet = _feet(footing.stands, footing.first, now=now, tall=tall)
    bob = 0.012 * np.sin(2 * now[PHASE]) * min(now[RATE] / 4, 1.0)
    for foot in range(4):
        hind = foot < 2
        joint = build.hip if hind else build.shoulder
        aside = build.wide if foot % 2 == 0 else -build.wide
        parts += _leg(build, (joint[0], aside * 0.8, joint[1] + bob), feet[foot], hind=hind)
    return _shape(performance, parts, now=now)


def _shape(
    performance: Performance, parts: list[tuple[Placed, Placed, float, float, int]], *, now: Array
) -> Shape:
    """Parts in shares of the height, in the animal's frame, as a shape in the site."""
    tall = performance.actor.height_m
    rows = np.array([[*start, *end, first, last] for start, end, first, last, _ in parts]) * tall
    cos, sin = np.cos(now[HEADING]), np.sin(now[HEADING])
    capsules = rows.copy()
    for at in (0, 3):
        capsules[:, at] = now[EAST] + rows[:, at] * cos - rows[:, at + 1] * sin
        capsules[:, at + 1] = now[NORTH] + rows[:, at] * sin + rows[:, at + 1] * cos
        capsules[:, at + 2] = now[UP] + rows[:, at + 2]
    return Shape(
        capsules,
        np.array([part[4] for part in parts]),
        np.empty((0, 15)),
        WARMTH_C[: len(performance.actor.tones)],
        ground_enu_m=now[EAST : UP + 1].copy(),
        heading_rad=float(now[HEADING]),
    )


def _trunk(build: Build, now: Array) -> list[tuple[Placed, Placed, float, float, int]]:
    (hip, hip_up), (front, front_up) = build.hip, build.shoulder
    bob = 0.012 * np.sin(2 * now[PHASE]) * min(now[RATE] / 4, 1.0)
    rump, chest = build.radii[3], build.radii[4]
    wag = 0.25 * np.sin(7.0 * now[TIME]) * (0.4 if build is DOG else 0.05)
    root = (hip - 0.10, 0.0, hip_up + 0.10 + bob)
    tip = (
        root[0] - build.tail * np.cos(build.tail_up),
        build.tail * wag,
        root[2] + build.tail * np.sin(build.tail_up),
    )
    return [
        ((hip, 0.0, hip_up + 0.02 + bob), (front, 0.0, front_up + 0.02 + bob), rump, chest, BACK),
        (
            (hip + 0.2, 0.0, hip_up - 0.06 + bob),
            (front, 0.0, front_up - 0.09 + bob),
            rump * 0.72,
            chest * 0.85,
            BELLY,
        ),
        (root, tip, 0.035, 0.022, BACK),
    ]


def _neck(build: Build, now: Array) -> list[tuple[Placed, Placed, float, float, int]]:
    """Neck, skull, muzzle and ears; the head goes down to graze and looks about otherwise."""
    grazes = _blend(now, Action.GRAZE)
    runs = min(max((now[SPEED] - 2.5) / 3.0, 0.0), 1.0)
    ahead = build.neck[0] + (build.grazing[0] - build.neck[0]) * grazes + 0.10 * runs
    up = build.neck[1] + (build.grazing[1] - build.neck[1]) * grazes - 0.14 * runs
    look = 0.35 * np.sin(2 * np.pi * now[TIME] / _NECK_TURNS_S) * (1 - runs) * (1 - 0.6 * grazes)
    (front, front_up), skull = build.shoulder, build.radii[6]
    base = (front + 0.06, 0.0, front_up + 0.08)
    top = (base[0] + ahead * np.cos(look), ahead * np.sin(look), base[2] + up)
    dip = -0.45 - 0.5 * grazes
    nose = (
        top[0] + build.muzzle * np.cos(dip) * np.cos(look),
        top[1] + build.muzzle * np.cos(dip) * np.sin(look),
        top[2] + build.muzzle * np.sin(dip),
    )
    parts = [
        (base, top, build.radii[4] * 0.72, build.radii[5], BACK),
        (top, nose, skull, skull * 0.48, HEAD),
    ]
    for side in (1.0, -1.0):
        root = (top[0] - 0.02, top[1] + side * skull * 0.7, top[2] + skull * 0.6)
        tip = (root[0] - 0.04, root[1] + side * build.ear * 0.6, root[2] + build.ear * 0.8)
        parts.append((root, tip, 0.035, 0.015, HEAD))
    return parts


def _blend(now: Array, action: Action) -> float:
    """How far the animal does ``action`` at present, 0 to 1."""
    share = now[SHARE] * now[SHARE] * (3 - 2 * now[SHARE])
    return float((now[ACTION] == action) * share + (now[BEFORE] == action) * (1 - share))


def _feet(stands: Array, first: NDArray[np.int64], *, now: Array, tall: float) -> Array:
    """Four feet (4, 3) in the animal's frame, shares of the height, from the footing."""
    cos, sin = np.cos(now[HEADING]), np.sin(now[HEADING])
    feet = np.empty((4, 3))
    for foot in range(4):
        rows = stands[first[foot] : first[foot + 1]]
        row = max(int(np.searchsorted(rows[:, 0], now[TIME] + 1e-9)) - 1, 0)
        place = rows[row, 4:7].copy()
        if now[TIME] > rows[row, 1] and row + 1 < len(rows):
            span = rows[row + 1, 2] - rows[row, 3]
            part = float(np.clip((now[PHASE] - rows[row, 3]) / max(span, 1e-6), 0.0, 1.0))
            place += (rows[row + 1, 4:7] - place) * (part * part * (3 - 2 * part))
            place[2] += 0.13 * tall * np.sin(np.pi * part)
        east, north = place[0] - now[EAST], place[1] - now[NORTH]
        feet[foot] = (east * cos + north * sin, -east * sin + north * cos, place[2] - now[UP])
    return feet / tall


def _leg(  # noqa: PLR0917 - compiled
    build: Build, joint: Placed, foot: Array, *, hind: bool
) -> list[tuple[Placed, Placed, float, float, int]]:
    """Thigh and shank to a foot; hind legs bend backwards below, fore legs at the elbow."""
    upper, lower = build.leg
    root = np.array(joint)
    target = foot + np.array([0.0, 0.0, build.radii[2]])
    way = target - root
    reach = float(np.linalg.norm(way)) + 1e-9
    along = way / reach
    reach = min(reach, (upper + lower) * 0.995)
    bend = (upper * upper - lower * lower + reach * reach) / (2 * reach)
    height = np.sqrt(max(upper * upper - bend * bend, 0.0))
    across = np.cross(along, np.array([0.0, 1.0, 0.0])) * (-1.0 if hind else 1.0)
    knee = root + along * bend + across * height
    end = root + along * reach
    thick, middle, thin = build.radii[:3]
    return [
        (_place(root), _place(knee), thick, middle, LEGS),
        (_place(knee), _place(end), middle, thin, LEGS),
    ]


def _place(point: Array) -> Placed:
    return (float(point[0]), float(point[1]), float(point[2]))


def _bird(performance: Performance, at_s: float) -> Shape:
    """A bird in the air, its wings beating with the phase; on the ground they are folded."""
    now = instant(performance, at_s)
    flies = now[ACTION] == Action.FLY
    beat = float(np.sin(now[PHASE])) if flies else 0.0
    parts: list[tuple[Placed, Placed, float, float, int]] = [
        ((-0.30, 0.0, 0.45), (0.32, 0.0, 0.52), 0.17, 0.20, BACK),
        ((-0.15, 0.0, 0.40), (0.25, 0.0, 0.44), 0.15, 0.18, BELLY),
        ((0.45, 0.0, 0.62), (0.52, 0.0, 0.62), 0.14, 0.12, HEAD),
        ((0.60, 0.0, 0.60), (0.74, 0.0, 0.57), 0.04, 0.015, LEGS),
        ((-0.40, 0.08, 0.45), (-0.85, 0.14, 0.44), 0.07, 0.05, BACK),
        ((-0.40, -0.08, 0.45), (-0.85, -0.14, 0.44), 0.07, 0.05, BACK),
    ]
    for side in (1.0, -1.0):
        if not flies:
            parts.append(((0.25, side * 0.16, 0.52), (-0.55, side * 0.13, 0.46), 0.10, 0.05, BACK))
            parts.append(((0.0, side * 0.08, 0.30), (0.04, side * 0.08, 0.03), 0.03, 0.03, LEGS))
            continue
        for ahead in (0.22, 0.08, -0.06):
            root = (ahead, side * 0.12, 0.55)
            wrist = (
                ahead + 0.05,
                side * (0.12 + 0.55 * np.cos(0.8 * beat)),
                0.55 + 0.55 * np.sin(0.8 * beat),
            )
            bent = 1.1 * beat - 0.25
            tip = (ahead - 0.18, wrist[1] + side * 0.60 * np.cos(bent), wrist[2] + 0.60 * np.sin(bent))
            parts += [(root, wrist, 0.07, 0.06, BACK), (wrist, tip, 0.06, 0.025, BACK)]
    return _shape(performance, parts, now=now)
