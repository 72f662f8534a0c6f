"""Layers: each body drawn by itself, so that truth knows it whole, then put together sample by sample.

A layer has four samples a pixel, or more where a body moves fast: while the shutter is open each sample sees
the body at its own time, which is what blurs it. The nearest of all layers and the plate is seen at a sample.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.model.pictures import Shape
from truceline.simulate.raster.solids import NOTHING, boxes_of, cones_of, cover, cylinders_of, rectangles
from truceline.simulate.raster.surface import Tones, surface
from truceline.simulate.raster.view import OFFSETS_PX, SAMPLES, View

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]

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
        solids: Cones (times, k, 15), boxes (times, m, 16), cylinders (times, c, 10) in the camera's axes.
        whole_px: (4,) rectangle of the body's outline in the picture's pixels, not cut anywhere.
    """

    rect: Ints
    depth: Float32
    solid: NDArray[np.int16]
    solids: tuple[Array, Array, Array]
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
    pairs = (
        (shape.capsules, closing.capsules),
        (shape.boxes, closing.boxes),
        (shape.cylinders, closing.cylinders),
    )
    camera = (view.lens, view.rotation, view.position_enu_m)
    margin = np.array([*view.margin_px, *view.margin_px], dtype=np.float64)
    solids = _draw(depth, solid, rect, (view.rays, margin, times), pairs, camera)
    return Layer(rect, depth, solid, solids, whole)


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
    rects = _rectangles(
        (shape.capsules, shape.boxes, shape.cylinders), (view.lens, view.rotation, view.position_enu_m)
    )
    good = rects[:, 0] <= rects[:, 2]
    if not good.any():
        return None
    rects = rects[good]
    return np.array([rects[:, 0].min(), rects[:, 1].min(), rects[:, 2].max(), rects[:, 3].max()])


def _within(view: View, whole: Array) -> Ints | None:
    """The layer's rectangle in the rays' pixels; None for a body that does not touch the picture.

    It holds the margin only as far as the body reaches into it.
    """
    (across, down), (width, height) = view.margin_px, view.size_px
    if whole[2] < 0 or whole[3] < 0 or whole[0] > width - 1 or whole[1] > height - 1:
        return None
    left, top = np.floor(whole[:2]).astype(np.int64) + (across, down)
    right, bottom = np.ceil(whole[2:]).astype(np.int64) + (across + 1, down + 1)
    rows, columns = view.rays.shape[:2]
    return np.array([max(left, 0), max(top, 0), min(right, columns), min(bottom, rows)])


@jit
def _rectangles(solids: tuple[Array, Array, Array], camera: tuple[Array, Array, Array]) -> Array:
    lens, rotation, position = camera
    return rectangles(
        lens,
        cones_of(solids[0], rotation, position),
        boxes_of(solids[1], rotation, position),
        cylinders_of(solids[2], rotation, position),
    )


@jit
def _draw(
    depth: Float32,
    solid: NDArray[np.int16],
    rect: Ints,
    looks: tuple[Float32, Array, Array],
    pairs: tuple[tuple[Array, Array], tuple[Array, Array], tuple[Array, Array]],
    camera: tuple[Array, Array, Array],
) -> tuple[Array, Array, Array]:
    """Draw all samples of a layer; returns the solids in the camera's axes at the samples' times."""
    rays, margin, times = looks
    lens, rotation, position = camera
    cones = np.empty((len(times), len(pairs[0][0]), 15))
    boxes = np.empty((len(times), len(pairs[1][0]), 16))
    cylinders = np.empty((len(times), len(pairs[2][0]), 10))
    rects = np.empty((len(times), cones.shape[1] + boxes.shape[1] + cylinders.shape[1], 4))
    for row in range(len(times)):
        share = times[row]
        cones[row] = cones_of(pairs[0][0] + (pairs[0][1] - pairs[0][0]) * share, rotation, position)
        boxes[row] = boxes_of(pairs[1][0] + (pairs[1][1] - pairs[1][0]) * share, rotation, position)
        cylinders[row] = cylinders_of(pairs[2][0] + (pairs[2][1] - pairs[2][0]) * share, rotation, position)
        rects[row] = rectangles(lens, cones[row], boxes[row], cylinders[row]) + margin
    for sample in range(len(depth)):
        row = sample if len(times) > 1 else 0
        scene = (rays, rects[row], cones[row], boxes[row], cylinders[row])
        cover(depth[sample], solid[sample], sample, rect, scene)
    return cones, boxes, cylinders


@jit
def _hidden_by(other: Float32, corner: Ints, sample: int, place: tuple[int, int], depth: float) -> bool:
    """Whether another layer is nearer at a sample of a pixel (in the rays' pixels)."""
    row, column = place[0] - corner[1], place[1] - corner[0]
    if row < 0 or column < 0 or row >= other.shape[1] or column >= other.shape[2]:
        return False
    return bool(other[sample % len(other), row, column] < depth)


@jit
def count(measured: Array, depth: Float32, rect: Ints, margin: Array) -> None:
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
def _widen(measured: Array, at: int, u: float, v: float) -> None:
    measured[at] = min(measured[at], u - 0.125)
    measured[at + 1] = min(measured[at + 1], v - 0.125)
    measured[at + 2] = max(measured[at + 2], u + 0.125)
    measured[at + 3] = max(measured[at + 3], v + 0.125)


@jit
def put(  # noqa: PLR0913, PLR0917 - compiled code takes its arrays one by one
    light: Float32,
    ground: Float32,
    measured: Array,
    layer: tuple[Ints, Float32, NDArray[np.int16], Array],
    others: tuple[Float32, Ints, Float32, Ints],
    plate: tuple[Float32, Float32, Array],
    looks: tuple[tuple[Array, Array, Array], Tones, Array],
) -> None:
    """Put a body into the light (h, w, channels) over the ground's, where it is the nearest.

    Args:
        light: Changed in the layer's rectangle; ``ground`` is the light behind all bodies.
        measured: (10,) see ``HITS``; what is seen is counted here.
        layer: Its rectangle, depth, solids and (4,) the rectangle cut to the picture (in the rays' pixels).
        others: Nearest depth of all other bodies as ``nearest_others`` gives it, and its rectangle.
        plate: Depth of the plate, rays, and the margin (2,).
        looks: The body's solids, tones and lights for ``surface``.
    """
    rect, depth, solid, _ = layer
    nearest, nearest_rect, _, inside = others
    plate_depth, rays, margin = plate
    solids, tones, lights = looks
    channels, samples = light.shape[2], max(len(depth), len(nearest))
    shaded, total = np.empty(4), np.empty(3)
    for v in range(inside[1], inside[3]):
        for u in range(inside[0], inside[2]):
            row, column = v - rect[1], u - rect[0]
            y, x = int(v - margin[1]), int(u - margin[0])
            behind = plate_depth[y, x] * (1.0 + NEAR_PLATE_SHARE) + NEAR_PLATE_M
            seen, last = 0, -1
            total[:] = 0.0
            for sample in range(samples):
                own = sample % len(depth)
                far = depth[own, row, column]
                if not far < behind:
                    continue
                if len(nearest) > 0 and _hidden_by(nearest, nearest_rect, sample, (v, u), far):
                    continue
                seen += 1
                du, dv = OFFSETS_PX[own % SAMPLES, 0], OFFSETS_PX[own % SAMPLES, 1]
                _widen(measured, SEEN_BOX, x + du, y + dv)
                which = int(solid[own, row, column])
                if which != last:
                    at = own if len(solids[0]) > 1 else 0
                    bodies = (solids[0][at], solids[1][at], solids[2][at])
                    ray = _ray(rays, (v, u), du, dv)
                    surface(shaded, which, ray, float(far), bodies, tones, lights)
                    last = which
                for channel in range(channels):
                    total[channel] += shaded[channel]
            if seen:
                measured[SEEN] += seen / samples
                left = 1.0 - seen / samples
                for channel in range(channels):
                    change = total[channel] / samples - (1.0 - left) * ground[y, x, channel]
                    light[y, x, channel] += np.float32(change)


@jit
def _ray(rays: Float32, place: tuple[int, int], du: float, dv: float) -> tuple[float, float]:
    v, u = place
    un, vn = (u + 1 if u + 1 < rays.shape[1] else u), (v + 1 if v + 1 < rays.shape[0] else v)
    up, vp = (u if un > u else u - 1), (v if vn > v else v - 1)
    x = rays[v, u, 0] + du * (rays[v, un, 0] - rays[v, up, 0]) + dv * (rays[vn, u, 0] - rays[vp, u, 0])
    y = rays[v, u, 1] + du * (rays[v, un, 1] - rays[v, up, 1]) + dv * (rays[vn, u, 1] - rays[vp, u, 1])
    return float(x), float(y)


@jit
def take_nearest(nearest: Float32, nearest_rect: Ints, depth: Float32, rect: Ints) -> None:
    """Lower ``nearest`` (samples, rows, columns) to another layer's depth where the rectangles meet."""
    left, top = max(nearest_rect[0], rect[0]), max(nearest_rect[1], rect[1])
    right, bottom = min(nearest_rect[2], rect[2]), min(nearest_rect[3], rect[3])
    for sample in range(len(nearest)):
        for v in range(top, bottom):
            for u in range(left, right):
                far = depth[sample % len(depth), v - rect[1], u - rect[0]]
                if far < nearest[sample, v - nearest_rect[1], u - nearest_rect[0]]:
                    nearest[sample, v - nearest_rect[1], u - nearest_rect[0]] = far
