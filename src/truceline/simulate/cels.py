"""Cels: for every frame the figures and shadows that lie over the plate, in the order in which they are laid."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.figure import poses
from truceline.simulate.plate import Plate
from truceline.simulate.scene import HEIGHT_PX, WIDTH_PX, Actor, Scene
from truceline.simulate.sprites import Projection, Sprite, draw_shadow, draw_sprite, project

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
    """What is laid over the plate: shadows and figures, cut to the picture, for each frame from far to near."""

    layers: tuple[tuple[Sprite, ...], ...]
    cast: tuple[Performance, ...]


def draw_cels(scene: Scene, plate: Plate, at_s: Array) -> Cels:
    """All figures of all frames at times (n,) seconds."""
    figures = [poses(actor, at_s) for actor in scene.cast]
    projections = [project(scene.true, figure) for figure in figures]
    visible = np.zeros((len(scene.cast), len(at_s)))
    layers = []
    for frame in range(len(at_s)):
        shadows: list[Sprite] = []
        people: list[_Figure] = []
        for index, actor in enumerate(scene.cast):
            figure = _figure(actor, projections[index], frame, plate=plate)
            if figure is None:
                continue
            people.append(replace(figure, index=index))
            ground = figures[index].ground_en_m[frame]
            fall = _SHADOW_TOWARD_EN * actor.height_m
            shadow = draw_shadow(scene.true, ground, fall_en_m=fall, depth_m=figure.sprite.depth_m)
            shadows += [soft for soft in [_behind(shadow, plate)] if soft is not None]
        people.sort(key=lambda one: -one.sprite.depth_m)
        for order, one in enumerate(people):
            nearer = [other.sprite for other in people[order + 1 :]]
            visible[one.index, frame] = _left_over(one.sprite, nearer) / one.whole
        layers.append((*shadows, *(one.sprite for one in people)))
    rows = zip(scene.cast, figures, projections, visible, strict=True)
    cast = tuple(
        Performance(actor, figure.ground_en_m, seen_at, seen) for actor, figure, seen_at, seen in rows
    )
    return Cels(tuple(layers), cast)


@dataclass(frozen=True, slots=True, eq=False)
class _Figure:
    """A figure as far as the border and solid things leave it, and the cover it would have in the open."""

    sprite: Sprite
    whole: float
    index: int


def _figure(actor: Actor, projection: Projection, frame: int, *, plate: Plate) -> _Figure | None:
    if not projection.seen[frame]:
        return None
    sprite = draw_sprite(projection, frame, height_m=actor.height_m, tones=actor.tones)
    whole = float(sprite.paint[..., 3].sum())
    cut = _behind(sprite, plate)
    if cut is None or float(cut.paint[..., 3].sum()) < _LEAST_SHARE * whole:
        return None
    return _Figure(cut, whole, -1)


def _behind(sprite: Sprite, plate: Plate) -> Sprite | None:
    """The part of a sprite that lies in the picture and that no nearer solid thing covers; None if nothing is left."""
    height, width = sprite.paint.shape[:2]
    left, top = max(sprite.left_px, 0), max(sprite.top_px, 0)
    right, bottom = min(sprite.left_px + width, WIDTH_PX), min(sprite.top_px + height, HEIGHT_PX)
    if right <= left or bottom <= top:
        return None
    rows = slice(top - sprite.top_px, bottom - sprite.top_px)
    columns = slice(left - sprite.left_px, right - sprite.left_px)
    paint = sprite.paint[rows, columns]
    for occluder in plate.occluders:
        if occluder.depth_m < sprite.depth_m:
            paint = paint * (1 - occluder.cover[top:bottom, left:right, None])
    if not paint.any():
        return None
    return Sprite(left, top, paint, sprite.depth_m)


def _left_over(sprite: Sprite, nearer: list[Sprite]) -> float:
    """Cover (sum over pixels) of a sprite that is left when nearer figures are laid over it."""
    cover = sprite.paint[..., 3]
    for other in nearer:
        height, width = cover.shape
        above = np.zeros_like(cover)
        top, left = max(other.top_px, sprite.top_px), max(other.left_px, sprite.left_px)
        bottom = min(other.top_px + other.paint.shape[0], sprite.top_px + height)
        right = min(other.left_px + other.paint.shape[1], sprite.left_px + width)
        if bottom <= top or right <= left:
            continue
        theirs = other.paint[
            top - other.top_px : bottom - other.top_px, left - other.left_px : right - other.left_px, 3
        ]
        above[
            top - sprite.top_px : bottom - sprite.top_px, left - sprite.left_px : right - sprite.left_px
        ] = theirs
        cover = cover * (1 - above)
    return float(cover.sum())
