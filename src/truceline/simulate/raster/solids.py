"""Solids: bodies in the camera's axes, where they lie in the picture, and which samples they cover.

A body is a set of round cones (capsules whose ends differ), oblique boxes and cylinders. All rays start at the
camera's centre with depth 1, so that the parameter of a hit is its depth.

Method: intersection of a ray with a round cone after I. Quilez (2018, iquilezles.org), written for rays that
are not of unit length; boxes by slabs in their own axes (Kay and Kajiya 1986).
"""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.raster.view import OFFSETS_PX, SAMPLES, pixel_of

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]

NEAREST_M = 0.25
"""What comes nearer to the camera's centre than this is not drawn."""
NOTHING = np.float32(1e9)

CONE, BOX, CYLINDER = 15, 16, 10
"""Numbers kept for each kind of solid.

Cone: start (3), axis (3), radius, its change to the end, and six products. Box: middle (3), three axes that
measure -1 to 1 inside it (9), its middle in them (3). Cylinder: middle (3), half axis (3), radius, spoke (3).
"""


@jit
def cones_of(capsules: Array, rotation: Array, position: Array) -> Array:
    """Capsules (k, 8) in site metres as cones (k, 15) in the camera's axes."""
    out = np.empty((len(capsules), CONE))
    for row in range(len(capsules)):
        for axis in range(3):
            start = end = 0.0
            for part in range(3):
                start += rotation[axis, part] * (capsules[row, part] - position[part])
                end += rotation[axis, part] * (capsules[row, 3 + part] - position[part])
            out[row, axis] = start
            out[row, 3 + axis] = end - start
        a, b = out[row, 0:3], out[row, 3:6]
        radius, change = capsules[row, 6], capsules[row, 6] - capsules[row, 7]
        m0 = b[0] * b[0] + b[1] * b[1] + b[2] * b[2]
        m1 = -(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])
        m5 = a[0] * a[0] + a[1] * a[1] + a[2] * a[2]
        d2 = m0 - change * change
        out[row, 6], out[row, 7], out[row, 8], out[row, 9], out[row, 10] = radius, change, m0, d2, m1
        out[row, 11] = m5
        out[row, 12] = d2 * m5 - m1 * m1 + 2.0 * m1 * change * radius - m0 * radius * radius
        out[row, 13] = m5 - radius * radius
        ex, ey, ez = a[0] + b[0], a[1] + b[1], a[2] + b[2]
        last = capsules[row, 7]
        out[row, 14] = ex * ex + ey * ey + ez * ez - last * last
    return out


@jit
def boxes_of(boxes: Array, rotation: Array, position: Array) -> Array:
    """Boxes (m, 15) in site metres as (m, 16) in the camera's axes: middle, dual axes, the origin in them."""
    out = np.empty((len(boxes), BOX))
    for row in range(len(boxes)):
        axes = np.empty((3, 3))
        for axis in range(3):
            middle = 0.0
            for part in range(3):
                middle += rotation[axis, part] * (boxes[row, part] - position[part])
            out[row, axis] = middle
            for which in range(3):
                value = 0.0
                for part in range(3):
                    value += rotation[axis, part] * boxes[row, 3 + 3 * which + part]
                axes[which, axis] = value
        first = np.cross(axes[1], axes[2])
        volume = np.sum(axes[0] * first)
        second, third = np.cross(axes[2], axes[0]), np.cross(axes[0], axes[1])
        for axis in range(3):
            out[row, 3 + axis] = first[axis] / volume
            out[row, 6 + axis] = second[axis] / volume
            out[row, 9 + axis] = third[axis] / volume
        for which in range(3):
            value = 0.0
            for axis in range(3):
                value -= out[row, 3 + 3 * which + axis] * out[row, axis]
            out[row, 12 + which] = value
        out[row, 15] = 0.0
    return out


@jit
def cylinders_of(cylinders: Array, rotation: Array, position: Array) -> Array:
    """Cylinders (c, 10) in site metres as (c, 10) in the camera's axes: middle, half axis, radius, spoke."""
    out = np.empty((len(cylinders), CYLINDER))
    for row in range(len(cylinders)):
        for axis in range(3):
            middle = half = spoke = 0.0
            for part in range(3):
                start, end = cylinders[row, part], cylinders[row, 3 + part]
                middle += rotation[axis, part] * ((start + end) / 2 - position[part])
                half += rotation[axis, part] * (end - start) / 2
                spoke += rotation[axis, part] * cylinders[row, 7 + part]
            out[row, axis], out[row, 3 + axis], out[row, 7 + axis] = middle, half, spoke
        out[row, 6] = cylinders[row, 6]
    return out


@jit
def _grow(rect: Array, lens: Array, place: tuple[float, float, float], radius: float) -> bool:
    """Widen a rectangle (4,) in pixels by a ball; False if it is too near or behind."""
    x, y, z = place
    if z - radius < NEAREST_M:
        return False
    u, v = pixel_of(lens, x / z, y / z)
    slant = 1.0 + (x * x + y * y) / (z * z)
    reach = radius * lens[11] * slant / (z - radius) + 0.5
    rect[0], rect[1] = min(rect[0], u - reach), min(rect[1], v - reach)
    rect[2], rect[3] = max(rect[2], u + reach), max(rect[3], v + reach)
    return True


@jit
def _empty(rect: Array) -> None:
    rect[0] = rect[1] = 1e9
    rect[2] = rect[3] = -1e9


@jit
def rectangles(lens: Array, cones: Array, boxes: Array, cylinders: Array) -> Array:
    """Rectangles (k + m + c, 4) in pixels that hold each solid; left beyond right where it cannot be drawn."""
    out = np.empty((len(cones) + len(boxes) + len(cylinders), 4))
    row = 0
    for one in cones:
        _empty(out[row])
        good = _grow(out[row], lens, (one[0], one[1], one[2]), one[6])
        end = (one[0] + one[3], one[1] + one[4], one[2] + one[5])
        good = _grow(out[row], lens, end, one[6] - one[7]) and good
        if not good:
            _empty(out[row])
        row += 1
    for one in boxes:
        _box_rectangle(out[row], lens, one)
        row += 1
    for one in cylinders:
        _empty(out[row])
        good = _grow(out[row], lens, (one[0] - one[3], one[1] - one[4], one[2] - one[5]), one[6])
        good = _grow(out[row], lens, (one[0] + one[3], one[1] + one[4], one[2] + one[5]), one[6]) and good
        if not good:
            _empty(out[row])
        row += 1
    return out


@jit
def _box_rectangle(rect: Array, lens: Array, box: Array) -> None:
    """The rectangle of a box's eight corners; its axes are found again from the dual ones."""
    _empty(rect)
    first, second, third = box[3:6], box[6:9], box[9:12]
    a, b, c = np.cross(second, third), np.cross(third, first), np.cross(first, second)
    volume = np.sum(first * a)
    for corner in range(8):
        sa = (1.0 if corner & 1 else -1.0) / volume
        sb = (1.0 if corner & 2 else -1.0) / volume
        sc = (1.0 if corner & 4 else -1.0) / volume
        x = box[0] + sa * a[0] + sb * b[0] + sc * c[0]
        y = box[1] + sa * a[1] + sb * b[1] + sc * c[1]
        z = box[2] + sa * a[2] + sb * b[2] + sc * c[2]
        if not _grow(rect, lens, (x, y, z), 0.0):
            _empty(rect)
            return


@jit
def cover(
    depth: Float32, solid: NDArray[np.int16], sample: int, rect: Ints, scene: tuple[Float32, Array, Array, Array, Array]
) -> None:
    """Draw a body into one sample of its layer: the nearest depth and which solid has it.

    Args:
        depth: (rows, columns) of the layer, ``NOTHING`` where nothing is; ``solid`` likewise.
        sample: Which of the pixel's samples.
        rect: (4,) the layer's left, top, right, bottom in the rays' own pixels (margin included).
        scene: Rays; rectangles of the solids in those pixels; cones, boxes, cylinders.
    """
    rays, rects, cones, boxes, cylinders = scene
    du, dv = OFFSETS_PX[sample % SAMPLES, 0], OFFSETS_PX[sample % SAMPLES, 1]
    for row in range(len(rects)):
        left = max(int(np.floor(rects[row, 0])), rect[0])
        top = max(int(np.floor(rects[row, 1])), rect[1])
        right = min(int(np.ceil(rects[row, 2])) + 1, rect[2])
        bottom = min(int(np.ceil(rects[row, 3])) + 1, rect[3])
        for v in range(top, bottom):
            for u in range(left, right):
                # Neighbours' rays give those of the samples between the pixels' centres.
                un, vn = (u + 1 if u + 1 < rays.shape[1] else u), (v + 1 if v + 1 < rays.shape[0] else v)
                up, vp = (u if un > u else u - 1), (v if vn > v else v - 1)
                x = rays[v, u, 0] + du * (rays[v, un, 0] - rays[v, up, 0]) + dv * (rays[vn, u, 0] - rays[vp, u, 0])
                y = rays[v, u, 1] + du * (rays[v, un, 1] - rays[v, up, 1]) + dv * (rays[vn, u, 1] - rays[vp, u, 1])
                if row < len(cones):
                    hit = cone_hit(cones[row], x, y)
                elif row < len(cones) + len(boxes):
                    hit = box_hit(boxes[row - len(cones)], x, y)
                else:
                    hit = cylinder_hit(cylinders[row - len(cones) - len(boxes)], x, y)
                if hit < depth[v - rect[1], u - rect[0]]:
                    depth[v - rect[1], u - rect[0]] = hit
                    solid[v - rect[1], u - rect[0]] = row


@jit
def cone_hit(cone: Array, x: float, y: float) -> float:
    """Depth at which the ray (x, y, 1) meets a round cone, or ``NOTHING``."""
    dd = x * x + y * y + 1.0
    m2 = cone[3] * x + cone[4] * y + cone[5]
    m3 = -(cone[0] * x + cone[1] * y + cone[2])
    d2, change = cone[9], cone[7]
    if d2 > 0.0:
        k2 = d2 * dd - m2 * m2
        k1 = d2 * m3 - cone[10] * m2 + m2 * change * cone[6]
        inside = k1 * k1 - cone[12] * k2
        if inside >= 0.0 and k2 > 0.0:
            depth = -(np.sqrt(inside) + k1) / k2
            along = cone[10] - cone[6] * change + depth * m2
            if depth > 0.0 and 0.0 < along < d2:
                return depth
    nearest = 1e9
    inside = m3 * m3 - dd * cone[13]
    if inside > 0.0:
        nearest = (-m3 - np.sqrt(inside)) / dd
    m6 = m3 - m2
    inside = m6 * m6 - dd * cone[14]
    if inside > 0.0:
        nearest = min(nearest, (-m6 - np.sqrt(inside)) / dd)
    return nearest if nearest > 0.0 else 1e9


@jit
def box_hit(box: Array, x: float, y: float) -> float:
    """Depth at which the ray (x, y, 1) enters a box, or ``NOTHING``."""
    enters, leaves = 0.0, 1e9
    for which in range(3):
        at = 3 + 3 * which
        slope = box[at] * x + box[at + 1] * y + box[at + 2]
        start = box[12 + which]
        if abs(slope) < 1e-12:
            if abs(start) > 1.0:
                return 1e9
            continue
        first, second = (-1.0 - start) / slope, (1.0 - start) / slope
        enters = max(enters, min(first, second))
        leaves = min(leaves, max(first, second))
    return enters if 0.0 < enters <= leaves else 1e9


@jit
def cylinder_hit(cylinder: Array, x: float, y: float) -> float:
    """Depth at which the ray (x, y, 1) meets a flat-ended cylinder, or ``NOTHING``."""
    ax, ay, az = cylinder[3], cylinder[4], cylinder[5]
    aa = ax * ax + ay * ay + az * az
    da = (x * ax + y * ay + az) / aa
    ca = -(cylinder[0] * ax + cylinder[1] * ay + cylinder[2] * az) / aa
    px, py, pz = x - da * ax, y - da * ay, 1.0 - da * az
    ox, oy, oz = -cylinder[0] - ca * ax, -cylinder[1] - ca * ay, -cylinder[2] - ca * az
    square, half = px * px + py * py + pz * pz, px * ox + py * oy + pz * oz
    rest = ox * ox + oy * oy + oz * oz - cylinder[6] * cylinder[6]
    inside = half * half - square * rest
    if inside < 0.0:
        return 1e9
    root = np.sqrt(inside)
    depth = (-half - root) / square
    if depth > 0.0 and abs(ca + depth * da) <= 1.0:
        return depth
    # Else it can enter through the end that faces the camera.
    if abs(da) < 1e-12:
        return 1e9
    end = min((-1.0 - ca) / da, (1.0 - ca) / da)
    if end > depth and end <= (-half + root) / square and end > 0.0:
        return end
    return 1e9
