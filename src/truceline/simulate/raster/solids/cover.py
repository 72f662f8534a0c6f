"""Covering: which samples a body's solids cover, and how deep they lie there.

A body is a set of round cones (capsules whose ends differ), oblique boxes and cylinders. All rays start at
the camera's centre with depth 1, so that the parameter of a hit is its depth.

Method: intersection of a ray with a round cone after I. Quilez (2018, iquilezles.org), written for rays that
are not of unit length; boxes by slabs in their own axes (Kay and Kajiya 1986).
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.raster.view import OFFSETS_PX, SAMPLES

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]

NOTHING = np.float32(1e9)
_LAST_SAMPLE_PX = 0.375
_PARALLEL = 1e-12


@jit
def sample_shift(rays: Float32, rect: Ints, sample: int) -> tuple[float, float]:  # noqa: PLR0917 - compiled
    """How far a sample's ray lies from its pixel's, taken in the middle of a rectangle.

    Over a body's rectangle a lens changes the distance of neighbouring rays by a few hundredths at most, and
    so a sample's place by about a hundredth of a pixel.
    """
    du, dv = OFFSETS_PX[sample % SAMPLES, 0], OFFSETS_PX[sample % SAMPLES, 1]
    v = min(max((rect[1] + rect[3]) // 2, 1), rays.shape[0] - 2)
    u = min(max((rect[0] + rect[2]) // 2, 1), rays.shape[1] - 2)
    x = du * (rays[v, u + 1, 0] - rays[v, u - 1, 0]) + dv * (rays[v + 1, u, 0] - rays[v - 1, u, 0])
    y = du * (rays[v, u + 1, 1] - rays[v, u - 1, 1]) + dv * (rays[v + 1, u, 1] - rays[v - 1, u, 1])
    return 0.5 * x, 0.5 * y


@jit
def cover(  # noqa: PLR0917 - compiled
    depth: Float32,
    solid: NDArray[np.int16],
    rect: Ints,
    sample: int,
    scene: tuple[Float32, Array, Array, tuple[int, int]],
) -> None:
    """Draw a body into one sample of its layer: the nearest depth and which solid has it.

    Args:
        depth: (samples, rows, columns) of the layer, ``NOTHING`` where nothing is.
        solid: (samples, rows, columns) which solid is there.
        rect: (4,) the layer's left, top, right, bottom in the rays' own pixels (margin included).
        sample: Which sample.
        scene: Rays; rectangles of the solids in the rays' pixels; the solids; how many cones and boxes.
    """
    rays, rects, solids, counts = scene
    dx, dy = sample_shift(rays, rect, sample)
    for row in range(len(rects)):
        left = max(int(np.ceil(rects[row, 0] - _LAST_SAMPLE_PX)), rect[0])
        top = max(int(np.ceil(rects[row, 1] - _LAST_SAMPLE_PX)), rect[1])
        right = min(int(np.floor(rects[row, 2] + _LAST_SAMPLE_PX)) + 1, rect[2])
        bottom = min(int(np.floor(rects[row, 3] + _LAST_SAMPLE_PX)) + 1, rect[3])
        window = (left, top, right, bottom)
        if row < counts[0]:
            _cover_cone(depth[sample], solid[sample], rect, window, (rays, dx, dy), (solids, row))
        else:
            is_box = row < counts[0] + counts[1]
            _cover_other(depth[sample], solid[sample], rect, window, (rays, dx, dy), (solids, row), is_box)


@jit
def _cover_cone(  # noqa: PLR0913, PLR0917
    depth: Float32,
    solid: NDArray[np.int16],
    rect: Ints,
    window: tuple[int, int, int, int],
    shifted: tuple[Float32, float, float],
    one: tuple[Array, int],
) -> None:
    """Draw one cone in its window: ``cone_hit`` with everything that all rays share taken out of the loop."""
    rays, dx, dy = shifted
    solids, row = one
    ax, ay, az = solids[row, 0], solids[row, 1], solids[row, 2]
    bx, by, bz = solids[row, 3], solids[row, 4], solids[row, 5]
    d2, m1, k0 = solids[row, 9], solids[row, 10], solids[row, 12]
    twist = solids[row, 7] * solids[row, 6]
    corner_u, corner_v = rect[0], rect[1]
    for v in range(window[1], window[3]):
        for u in range(window[0], window[2]):
            x, y = rays[v, u, 0] + dx, rays[v, u, 1] + dy
            m2 = bx * x + by * y + bz
            k2 = d2 * (x * x + y * y + 1.0) - m2 * m2
            k1 = -d2 * (ax * x + ay * y + az) - m1 * m2 + m2 * twist
            inside = k1 * k1 - k0 * k2
            hit = 1e9
            if d2 > 0.0 and k2 > 0.0:
                if inside < 0.0:
                    continue
                hit = -(np.sqrt(inside) + k1) / k2
                along = m1 - twist + hit * m2
                if not (hit > 0.0 and 0.0 < along < d2):
                    hit = cone_hit(solids, row, x, y)
            else:
                hit = cone_hit(solids, row, x, y)
            if hit < depth[v - corner_v, u - corner_u]:
                depth[v - corner_v, u - corner_u] = hit
                solid[v - corner_v, u - corner_u] = row


@jit
def _cover_other(  # noqa: PLR0913, PLR0917
    depth: Float32,
    solid: NDArray[np.int16],
    rect: Ints,
    window: tuple[int, int, int, int],
    shifted: tuple[Float32, float, float],
    one: tuple[Array, int],
    is_box: bool,
) -> None:
    """Draw one box or cylinder in its window."""
    rays, dx, dy = shifted
    solids, row = one
    for v in range(window[1], window[3]):
        for u in range(window[0], window[2]):
            x, y = rays[v, u, 0] + dx, rays[v, u, 1] + dy
            hit = box_hit(solids, row, x, y) if is_box else cylinder_hit(solids, row, x, y)
            if hit < depth[v - rect[1], u - rect[0]]:
                depth[v - rect[1], u - rect[0]] = hit
                solid[v - rect[1], u - rect[0]] = row


@jit
def cone_hit(cones: Array, row: int, x: float, y: float) -> float:  # noqa: PLR0917 - compiled
    """Depth at which the ray (x, y, 1) meets a round cone, or ``NOTHING``.

    A ray that misses the endless cone misses the balls at its ends, which lie in it.
    """
    dd = x * x + y * y + 1.0
    m2 = cones[row, 3] * x + cones[row, 4] * y + cones[row, 5]
    m3 = -(cones[row, 0] * x + cones[row, 1] * y + cones[row, 2])
    d2, change = cones[row, 9], cones[row, 7]
    k2 = d2 * dd - m2 * m2
    from_start = from_end = True
    if d2 > 0.0 and k2 > 0.0:
        k1 = d2 * m3 - cones[row, 10] * m2 + m2 * change * cones[row, 6]
        inside = k1 * k1 - cones[row, 12] * k2
        if inside < 0.0:
            return 1e9
        depth = -(np.sqrt(inside) + k1) / k2
        along = cones[row, 10] - cones[row, 6] * change + depth * m2
        if depth > 0.0 and 0.0 < along < d2:
            return float(depth)
        from_start, from_end = along <= 0.0, along >= d2
    nearest = 1e9
    if from_start:
        inside = m3 * m3 - dd * cones[row, 13]
        if inside > 0.0:
            nearest = (-m3 - np.sqrt(inside)) / dd
    if from_end:
        m6 = m3 - m2
        inside = m6 * m6 - dd * cones[row, 14]
        if inside > 0.0:
            nearest = min(nearest, (-m6 - np.sqrt(inside)) / dd)
    return float(nearest) if nearest > 0.0 else 1e9


@jit
def box_hit(boxes: Array, row: int, x: float, y: float) -> float:  # noqa: PLR0917 - compiled
    """Depth at which the ray (x, y, 1) enters a box, or ``NOTHING``."""
    enters, leaves = 0.0, 1e9
    for which in range(3):
        at = 3 + 3 * which
        slope = boxes[row, at] * x + boxes[row, at + 1] * y + boxes[row, at + 2]
        start = boxes[row, 12 + which]
        if abs(slope) < _PARALLEL:
            if abs(start) > 1.0:
                return 1e9
            continue
        per = 1.0 / slope
        middle, half = -start * per, abs(per)
        enters = max(enters, middle - half)
        leaves = min(leaves, middle + half)
    return enters if 0.0 < enters <= leaves else 1e9


@jit
def cylinder_hit(cylinders: Array, row: int, x: float, y: float) -> float:  # noqa: PLR0917 - compiled
    """Depth at which the ray (x, y, 1) meets a flat-ended cylinder, or ``NOTHING``."""
    ax, ay, az = cylinders[row, 3], cylinders[row, 4], cylinders[row, 5]
    aa = ax * ax + ay * ay + az * az
    da = (x * ax + y * ay + az) / aa
    ca = -(cylinders[row, 0] * ax + cylinders[row, 1] * ay + cylinders[row, 2] * az) / aa
    px, py, pz = x - da * ax, y - da * ay, 1.0 - da * az
    ox, oy, oz = -cylinders[row, 0] - ca * ax, -cylinders[row, 1] - ca * ay, -cylinders[row, 2] - ca * az
    square, half = px * px + py * py + pz * pz, px * ox + py * oy + pz * oz
    rest = ox * ox + oy * oy + oz * oz - cylinders[row, 6] * cylinders[row, 6]
    inside = half * half - square * rest
    if inside < 0.0:
        return 1e9
    root = np.sqrt(inside)
    depth = (-half - root) / square
    if depth > 0.0 and abs(ca + depth * da) <= 1.0:
        return float(depth)
    # Else it can enter through the end that faces the camera.
    if abs(da) < _PARALLEL:
        return 1e9
    end = min((-1.0 - ca) / da, (1.0 - ca) / da)
    if end > depth and end <= (-half + root) / square and end > 0.0:
        return float(end)
    return 1e9
