"""Cels: for every frame the figures and shadows over the plate, in the order in which they are laid."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.cast.figure import poses
from truceline.simulate.cast.sprites import Projection, draw_shadow, draw_sprite, project
from truceline.simulate.patch import Patch, cut, hidden_by
from truceline.simulate.scene import HEIGHT_PX, WIDTH_PX, Actor, Scene
from truceline.simulate.scenery.plate import Plate

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

_SHADOW_TOWARD_EN = np.array([0.42, 0.30])
"""Metres of shadow for a metre of height: the veiled sun stands high in the south-west."""
_LEAST_SHARE = 0.002
"""A figure of which less than this is left counts as hidden."""


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """One actor over the whole clip, n frames.

    Attributes:
        en_m: (n, 2) ground points.
        visible: (n,) share of the figure's area that is in the picture and not hidden.
    """

    actor: Actor
    en_m: Array
    projection: Projection
    visible: Array


@dataclass(frozen=True, slots=True, eq=False)
class Cels:
    """What lies over the plate in each frame: shadows, then figures from far to near, cut to the picture."""

    layers: tuple[tuple[Patch, ...], ...]
    cast: tuple[Performance, ...]


def draw_cels(scene: Scene, plate: Plate, *, at_s: Array) -> Cels:
    """All figures of all frames at times (n,) seconds."""
    figures = [poses(actor, at_s) for actor in scene.cast]
    projections = [project(scene.true, figure) for figure in figures]
    visible = np.zeros((len(scene.cast), len(at_s)))
    layers = []
    for frame in range(len(at_s)):
        shadows: list[Patch] = []
        people: list[_Figure] = []
        for index, actor in enumerate(scene.cast):
            figure = _figure(actor, projections[index], frame=frame, plate=plate)
            if figure is None:
                continue
            people.append(replace(figure, index=index))
            shadow = draw_shadow(
                scene.true,
                figures[index].ground_en_m[frame],
                fall_en_m=_SHADOW_TOWARD_EN * actor.height_m,
                depth_m=figure.patch.depth_m,
            )
            shadows += [soft for soft in [_uncovered(shadow, plate)] if soft is not None]
        people.sort(key=lambda one: -one.patch.depth_m)
        for order, one in enumerate(people):
            left = one.patch
            for nearer in people[order + 1 :]:
                left = hidden_by(left, nearer.patch)
            visible[one.index, frame] = float(left.cover.sum()) / one.whole
        layers.append((*shadows, *(one.patch for one in people)))
    rows = zip(scene.cast, figures, projections, visible, strict=True)
    cast = tuple(
        Performance(actor, figure.ground_en_m, seen_at, seen) for actor, figure, seen_at, seen in rows
    )
    return Cels(tuple(layers), cast)


@dataclass(frozen=True, slots=True, eq=False)
class _Figure:
    """A figure as far as the border and solid things leave it, and the cover it would have in the open."""

    patch: Patch
    whole: float
    index: int


def _figure(actor: Actor, projection: Projection, *, frame: int, plate: Plate) -> _Figure | None:
    if not projection.seen[frame]:
        return None
    patch = draw_sprite(projection, frame, height_m=actor.height_m, tones=actor.tones)
    whole = float(patch.cover.sum())
    uncovered = _uncovered(patch, plate)
    if uncovered is None or float(uncovered.cover.sum()) < _LEAST_SHARE * whole:
        return None
    return _Figure(uncovered, whole, -1)


def _uncovered(patch: Patch, plate: Plate) -> Patch | None:
    """The part of a patch that lies in the picture and that no nearer solid thing covers."""
    inside = cut(patch, (WIDTH_PX, HEIGHT_PX))
    if inside is None:
        return None
    for occluder in plate.occluders:
        if occluder.depth_m < inside.depth_m:
            inside = hidden_by(inside, occluder)
    return inside
