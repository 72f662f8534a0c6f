"""Layers: each body drawn by itself, so that truth knows it whole, then put together sample by sample.

A layer has four samples a pixel, or more where a body moves fast: while the shutter is open each sample sees
the body at its own time, which is what blurs it. The nearest of all layers and the plate is seen at a sample.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.model.pictures import Shape
from truceline.simulate.raster.solids.cover import NOTHING, cover, sample_shift
from truceline.simulate.raster.solids.placing import NUMBERS, Camera, place_solids, rectangles
from truceline.simulate.raster.solids.surface import surface
from truceline.simulate.raster.view import OFFSETS_PX, SAMPLES, View

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]
Solids = tuple[Array, Array, Array]

TIMES = np.array([0.125, 0.625, 0.875, 0.375])
"""When each of the four samples looks, as shares of the exposure: neighbours look at distant times."""
STEP_PX = 2.5
"""A body that moves farther between samples gets more of them ..."""
MOST_PASSES = 4
"""... up to sixteen."""
NEAR_PLATE_M, NEAR_PLATE_SHARE = 0.10, 0.004
"""A body this little behind what the plate shows is still before it: feet on ground known to a pixel."""
HITS, SEEN, BOX, SEEN_BOX = 0, 1, 2, 6
"""Rows of what a layer measures: samples covered, samples seen, and the boxes (4 each) of both."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One body drawn.

    Attributes:
        rect: (4,) left, top, right, bottom in the rays' pixels, half-open.
        depth: (samples, rows, columns), ``NOTHING`` where the body is not; ``solid`` which solid is seen.
        solids: (times, n, numbers) its solids in the camera's axes; ``counts`` of them cones and boxes.
        whole_px: (4,) rectangle of the body's outline in the picture's pixels, not cut anywhere.
    """

    rect: Ints
    depth: Float32
    solid: NDArray[np.int16]
    solids: Array
    counts: tuple[int, int]
    whole_px: Array


def drawn_layer(view: View, shape: Shape, *, moved: Shape | None) -> Layer | None:
    """A body's layer, or None where nothing of it can be in the picture.

    ``moved`` is the body when the shutter closes; None for one that does not move.
    """
    start = _outline(view, shape)
    if start is None:
        return None
    end = None if moved is None or not _alike(shape, moved) else _outline(view, moved)
    passes = 1
    if end is not None:
        passes = int(np.clip(np.ceil(np.abs(end - start).max() / (STEP_PX * SAMPLES)), 1, MOST_PASSES))
    times = np.zeros(1) if end is None else _times(passes)
    whole = start if end is None else np.array([*np.minimum(start, end)[:2], *np.maximum(start, end)[2:]])
    rect = _within(view, whole)
    if rect is None:
        return None
    samples = SAMPLES * passes
    size = (samples, int(rect[3] - rect[1]), int(rect[2] - rect[0]))
    depth, solid = np.full(size, NOTHING, dtype=np.float32), np.zeros(size, dtype=np.int16)
    closing = shape if end is None or moved is None else moved
    margin = np.array([*view.margin_px, *view.margin_px], dtype=np.float64)
    solids = _draw(
        depth, solid, rect, (view.rays, margin, times), (_solids(shape), _solids(closing)), _camera(view)
    )
    return Layer(rect, depth, solid, solids, (len(shape.capsules), len(shape.boxes)), whole)


def _solids(shape: Shape) -> Solids:
    return (shape.capsules, shape.boxes, shape.cylinders)


def _camera(view: View) -> Camera:
    return (view.lens, view.rotation, view.position_enu_m)


def _alike(shape: Shape, moved: Shape) -> bool:
    """Whether two shapes have the same solids, so that they can be one body that moves."""
    return (
        shape.capsules.shape == moved.capsules.shape
        and shape.boxes.shape == moved.boxes.shape
        and shape.cylinders.shape == moved.cylinders.shape
    )


def _times(passes: int) -> Array:
    """Times (samples,) of the samples: each pass shifts the four by its share of their distance."""
    shift = (np.arange(passes)[:, None] + 0.5) / passes - 0.5
    times: Array = (TIMES[None, :] + shift / SAMPLES).ravel()
    return times


def _outline(view: View, shape: Shape) -> Array | None:
    """(4,) pixels that hold the body; None where it is behind the camera or has no solids."""
    outline: Array = _bounds(_solids(shape), _camera(view))
    return outline if outline[0] <= outline[2] else None


def _within(view: View, whole: Array) -> Ints | None:
    """The layer's rectangle in the rays' pixels; None for a body that does not touch the picture.

    It holds the margin only as far as the body reaches into it.
    """
    (across, down), (width, height) = view.margin_px, view.size_px
    left, top, right, bottom = (float(edge) for edge in whole)
    if right < 0 or bottom < 0 or left > width - 1 or top > height - 1:
        return None
    rows, columns = view.rays.shape[:2]
    return np.array(
        [
            max(math.floor(left) + across, 0),
            max(math.floor(top) + down, 0),
            min(math.ceil(right) + across + 1, columns),
            min(math.ceil(bottom) + down + 1, rows),
        ]
    )


@jit
def _bounds(shape: Solids, camera: Camera) -> Array:
    """(4,) pixels that hold all solids that can be drawn."""
    count = len(shape[0]) + len(shape[1]) + len(shape[2])
    solids, rects = np.empty((count, NUMBERS)), np.empty((count, 4))
    place_solids(solids, shape, shape, 0.0, camera)
    rectangles(rects, camera[0], solids, (len(shape[0]), len(shape[1])))
    out = np.array([1e9, 1e9, -1e9, -1e9])
    for row in range(count):
        if rects[row, 0] <= rects[row, 2]:
            for axis in range(2):
                out[axis] = min(out[axis], rects[row, axis])
                out[2 + axis] = max(out[2 + axis], rects[row, 2 + axis])
    return out


@jit
def _draw(  # noqa: PLR0913, PLR0917 - compiled code takes its arrays one by one
    depth: Float32,
    solid: NDArray[np.int16],
    rect: Ints,
    looks: tuple[Float32, Array, Array],
    pair: tuple[Solids, Solids],
    camera: Camera,
) -> Array:
    """Draw all samples of a layer; returns the solids in the camera's axes at the samples' times."""
    rays, margin, times = looks
    shape, closing = pair
    count, counts = len(shape[0]) + len(shape[1]) + len(shape[2]), (len(shape[0]), len(shape[1]))
    solids, rects = np.empty((len(times), count, NUMBERS)), np.empty((count, 4))
    for row in range(len(times)):
        place_solids(solids[row], shape, closing, times[row], camera)
    for sample in range(len(depth)):
        row = sample if len(times) > 1 else 0
        if row == sample:
            rectangles(rects, camera[0], solids[row], counts)
            for number in range(count):
                for axis in range(4):
                    rects[number, axis] += margin[axis]
        cover(depth, solid, rect, sample, (rays, rects, solids[row], counts))
    return solids


@jit
def count(measured: Array, depth: Float32, rect: Ints, margin: Array) -> None:  # noqa: PLR0917 - compiled
    """Count the samples that a body covers and the box of them, in the picture's pixels."""
    for axis in range(2):
        measured[BOX + axis], measured[BOX + 2 + axis] = 1e9, -1e9
        measured[SEEN_BOX + axis], measured[SEEN_BOX + 2 + axis] = 1e9, -1e9
    hits = 0
    for sample in range(len(depth)):
        du, dv = OFFSETS_PX[sample % SAMPLES, 0], OFFSETS_PX[sample % SAMPLES, 1]
        for row in range(depth.shape[1]):
            for column in range(depth.shape[2]):
                if depth[sample, row, column] < NOTHING:
                    hits += 1
                    _widen(measured, BOX, column + rect[0] - margin[0] + du, row + rect[1] - margin[1] + dv)
    measured[HITS] = hits / len(depth)
    measured[SEEN] = 0.0


@jit
def _widen(measured: Array, at: int, u: float, v: float) -> None:  # noqa: PLR0917 - compiled
    measured[at] = min(measured[at], u - 0.125)
    measured[at + 1] = min(measured[at + 1], v - 0.125)
    measured[at + 2] = max(measured[at + 2], u + 0.125)
    measured[at + 3] = max(measured[at + 3], v + 0.125)


@jit
def put(  # noqa: C901, PLR0912, PLR0913, PLR0917 - compiled
    light: Float32,
    ground: Float32,
    measured: Array,
    layer: tuple[Ints, Float32, NDArray[np.int16], Array, tuple[int, int]],
    others: tuple[Float32, Ints],
    plate: tuple[Float32, Float32, Array],
    looks: tuple[Array, Array],
) -> None:
    """Put a body into the light (h, w, channels) over the ground's, where it is the nearest.

    Args:
        light: Changed in the layer's rectangle.
        ground: The light behind all bodies.
        measured: (10,) see ``HITS``; what is seen is counted here.
        layer: Its rectangle, depth, which solid, solids and their counts.
        others: Nearest depth of all other bodies in the layer's rectangle cut to the picture (or empty), and
            that rectangle in the rays' pixels.
        plate: Depth of the plate, rays, and the margin (2,).
        looks: The body's paint and lights for ``surface``.
    """
    rect, depth, solid, solids, counts = layer
    nearest, inside = others
    plate_depth, rays, margin = plate
    paint, lights = looks
    channels, samples = light.shape[2], max(len(depth), len(nearest))
    shaded, total = np.empty(3), np.empty(3)
    shifts = np.empty((SAMPLES, 2))
    for sample in range(SAMPLES):
        shifts[sample, 0], shifts[sample, 1] = sample_shift(rays, rect, sample)
    for v in range(inside[1], inside[3]):
        for u in range(inside[0], inside[2]):
            row, column = v - rect[1], u - rect[0]
            y, x = int(v - margin[1]), int(u - margin[0])
            behind = plate_depth[y, x] * (1.0 + NEAR_PLATE_SHARE) + NEAR_PLATE_M
            seen, last = 0, -1
            for channel in range(3):
                total[channel] = 0.0
            for sample in range(samples):
                own = sample % len(depth)
                far = np.float64(depth[own, row, column])
                if not far < behind:
                    continue
                if len(nearest) > 0 and nearest[sample % len(nearest), v - inside[1], u - inside[0]] < far:
                    continue
                seen += 1
                turn = own % SAMPLES
                _widen(measured, SEEN_BOX, x + OFFSETS_PX[turn, 0], y + OFFSETS_PX[turn, 1])
                which = int(solid[own, row, column])
                # The faces of a box meet in sharp edges: each sample looks for its own.
                if which != last or which >= counts[0]:
                    at = (own if len(solids) > 1 else 0, which)
                    across, down = rays[v, u, 0] + shifts[turn, 0], rays[v, u, 1] + shifts[turn, 1]
                    point = (across * far, down * far, far)
                    surface(shaded, solids, at, point, counts, paint, lights)
                    last = which
                for channel in range(channels):
                    total[channel] += shaded[channel]
            if seen:
                measured[SEEN] += seen / samples
                for channel in range(channels):
                    change = (total[channel] - seen * ground[y, x, channel]) / samples
                    light[y, x, channel] += np.float32(change)


@jit
def take_nearest(nearest: Float32, nearest_rect: Ints, depth: Float32, rect: Ints) -> None:  # noqa: PLR0917 - compiled
    """Lower ``nearest`` (samples, rows, columns) to another layer's depth where the rectangles meet."""
    left, top = max(nearest_rect[0], rect[0]), max(nearest_rect[1], rect[1])
    right, bottom = min(nearest_rect[2], rect[2]), min(nearest_rect[3], rect[3])
    for sample in range(len(nearest)):
        for v in range(top, bottom):
            for u in range(left, right):
                far = depth[sample % len(depth), v - rect[1], u - rect[0]]
                nearest[sample, v - nearest_rect[1], u - nearest_rect[0]] = min(
                    nearest[sample, v - nearest_rect[1], u - nearest_rect[0]], far
                )
