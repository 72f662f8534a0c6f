"""The plate: the empty scene as the camera sees it, drawn once at twice the resolution and reduced.

Overcast light, so no hard shadows; ground, path, line, hut, trees, hills and sky are procedural.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.records.site import Calibration
from truceline.simulate.patch import Patch, cut, laid
from truceline.simulate.scene import GATE_EAST_M, HEIGHT_PX, WIDTH_PX, Scene
from truceline.simulate.scenery.furniture import furnish, furnished_boxes
from truceline.simulate.scenery.solids import OVERSAMPLING, Box
from truceline.simulate.scenery.texture import Noise

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

_FAR_M = 400.0
"""Where the ground ends: trees stand from there up."""
_UP_M = 8.0
"""About the height of the mast."""
_HAZE_M = 420.0
_SLAB_HALF_WIDTH_M = 0.215
"""The slabs of the Joint Security Area's line are 43 cm wide."""
_SLAB_M = np.float32(1.2)
_LENS_SIGMA_PX = 0.5
_HAZE = np.array([0.80, 0.79, 0.77], dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """The empty picture (540, 960, 3) blue-green-red 0 to 1, and the cover of what stands in it."""

    picture: Float32
    occluders: tuple[Patch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GroundMap:
    """For each pixel (h, w) of the doubled picture where its ray goes.

    Attributes:
        east_m: Where it meets the ground, with ``north_m``; beyond the horizon the far end of the ray.
        footprint_m: Ground along the view in one pixel.
        distance_m: Along the ground from the mast.
        slope: Rise of the ray for a metre of distance, negative below the horizon.
        bearing_rad: Clockwise from north.
    """

    east_m: Float32
    north_m: Float32
    footprint_m: Float32
    distance_m: Float32
    slope: Float32
    bearing_rad: Float32


def draw_plate(scene: Scene) -> Plate:
    """The empty scene of a seed."""
    random = np.random.default_rng([scene.seed, 0x9E])
    noise = Noise.drawn(random)
    boxes = furnished_boxes(random)
    ground = ground_map(scene.true)
    picture = _ground_colours(scene, ground, noise=noise)
    picture = _shaded(picture, ground, boxes=boxes)
    haze = 1 - np.exp(-ground.distance_m / np.float32(_HAZE_M))
    picture = _blend(picture, over=np.broadcast_to(_HAZE, picture.shape), cover=haze)
    picture = _above_horizon(picture, ground, noise=noise)
    doubled_px = (WIDTH_PX * OVERSAMPLING, HEIGHT_PX * OVERSAMPLING)
    seen = [cut(thing, doubled_px) for thing in furnish(scene.true, boxes, random=random)]
    standing = [thing for thing in seen if thing is not None]
    for thing in standing:
        height, width = thing.paint.shape[:2]
        picture[thing.top_px : thing.top_px + height, thing.left_px : thing.left_px + width] = laid(
            picture, thing
        )
    soft = cv2.GaussianBlur(_reduced(picture), (3, 3), _LENS_SIGMA_PX)
    return Plate(np.clip(soft, 0, 1), tuple(_occluder(thing) for thing in standing))


def _occluder(thing: Patch) -> Patch:
    """The cover of a thing of the doubled picture, in the picture itself."""
    even_left, even_top = thing.left_px % OVERSAMPLING, thing.top_px % OVERSAMPLING
    height, width = thing.paint.shape[:2]
    after = ((-(height + even_top)) % OVERSAMPLING, (-(width + even_left)) % OVERSAMPLING)
    cover = np.pad(thing.cover, ((even_top, after[0]), (even_left, after[1])))
    rows, columns = cover.shape[0] // OVERSAMPLING, cover.shape[1] // OVERSAMPLING
    mean = cover.reshape(rows, OVERSAMPLING, columns, OVERSAMPLING).mean(axis=(1, 3))[..., None]
    return Patch(thing.left_px // OVERSAMPLING, thing.top_px // OVERSAMPLING, mean, thing.depth_m)


def _reduced(doubled: Float32) -> Float32:
    reduced = cv2.resize(doubled, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, dtype=np.float32)


def ground_map(calibration: Calibration) -> GroundMap:
    """Where each pixel of the doubled picture meets the ground.

    Method: the rays of every pixel in single precision, with the inverse of Brown's radial term as a series
    to the second order (its error is far below a hundredth of a pixel for a small k1).
    """
    half = (np.arange(WIDTH_PX * OVERSAMPLING) + 0.5) / OVERSAMPLING - 0.5
    across = ((half - calibration.centre_px[0]) / calibration.focal_px[0]).astype(np.float32)[None, :]
    half = (np.arange(HEIGHT_PX * OVERSAMPLING) + 0.5) / OVERSAMPLING - 0.5
    down = ((half - calibration.centre_px[1]) / calibration.focal_px[1]).astype(np.float32)[:, None]
    radius2 = across**2 + down**2
    straighten = 1 - calibration.k1 * radius2 + 3 * calibration.k1**2 * radius2**2
    across, down = across * straighten, down * straighten
    rows = calibration.rotation.astype(np.float32)
    ray = [across * rows[0, axis] + down * rows[1, axis] + rows[2, axis] for axis in range(3)]
    east0, north0, up0 = calibration.position_enu_m
    flat = np.hypot(ray[0], ray[1])
    slope = (ray[2] / flat).astype(np.float32)
    reach = np.where(slope < -up0 / _FAR_M, up0 / np.maximum(-slope, 1e-6), _FAR_M).astype(np.float32)
    east = (east0 + ray[0] / flat * reach).astype(np.float32)
    north = (north0 + ray[1] / flat * reach).astype(np.float32)
    footprint = reach**2 / np.float32(up0 * calibration.focal_px[0] * OVERSAMPLING)
    return GroundMap(east, north, footprint, reach, slope, np.arctan2(ray[0], ray[1]).astype(np.float32))


def _ground_colours(scene: Scene, ground: GroundMap, *, noise: Noise) -> Float32:
    """Grass in patches, the patrol's gravel, a worn path, concrete through the gate, the line's slabs."""
    patches = noise.patches(ground.east_m, ground.north_m, period_m=90.0)
    tufts = noise.detail(ground.east_m, ground.north_m, period_m=22.0, footprint_m=ground.footprint_m)
    grain = noise.detail(ground.north_m, ground.east_m, period_m=5.0, footprint_m=ground.footprint_m)
    grass = np.array([0.235, 0.375, 0.345], dtype=np.float32)
    dry = np.array([0.33, 0.46, 0.47], dtype=np.float32)
    mix = np.clip(0.45 + 0.28 * patches + 0.10 * tufts, 0, 1)[..., None]
    colour = (grass + (dry - grass) * mix) * (1 + 0.085 * tufts + 0.06 * grain)[..., None]
    stones = np.array([0.50, 0.53, 0.55], dtype=np.float32) * (1 + 0.05 * grain + 0.04 * tufts)[..., None]
    line = polyline_distance(scene.line_true_en_m, ground.east_m, north_m=ground.north_m)
    track = np.abs(line - 3.3) - 1.5 - 0.4 * patches - 0.12 * tufts
    worn = _worn_path(scene, ground) - 0.55 - 0.25 * patches - 0.15 * tufts
    colour = _blend(colour, over=stones, cover=0.85 * _edge(track, softness_m=0.5))
    colour = _blend(colour, over=stones * np.float32(0.92), cover=0.6 * _edge(worn, softness_m=0.5))
    return _paved(colour, ground, line=line, grain=grain)


def _worn_path(scene: Scene, ground: GroundMap) -> Float32:
    """Distance (h, w) to the way that visitors take, found at half the resolution: its edge is soft."""
    visitor = next(actor for actor in scene.cast if actor.role == "visitor")
    route = visitor.motion.route
    points, _ = route.at(np.concatenate([route.starts_m, [route.length_m - 2.5]]))
    east, north = ground.east_m[::2, ::2], ground.north_m[::2, ::2]
    nearest = np.full(east.shape, np.inf, dtype=np.float32)
    for start, end in zip(points[:-1].astype(np.float32), points[1:].astype(np.float32), strict=True):
        along = end - start
        share = ((east - start[0]) * along[0] + (north - start[1]) * along[1]) / np.float32(along @ along)
        share = np.clip(share, 0, 1)
        aside2 = (east - start[0] - share * along[0]) ** 2 + (north - start[1] - share * along[1]) ** 2
        nearest = np.minimum(nearest, aside2)
    size = (ground.east_m.shape[1], ground.east_m.shape[0])
    whole = cv2.resize(np.sqrt(nearest), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole, dtype=np.float32)


def _paved(colour: Float32, ground: GroundMap, *, line: Float32, grain: Float32) -> Float32:
    """Concrete through the gate, and the slabs of the line with a gap there and joints between them."""
    concrete = np.array([0.60, 0.615, 0.62], dtype=np.float32)
    softness = ground.footprint_m * np.float32(0.7) + np.float32(0.02)
    middle = np.float32(sum(GATE_EAST_M) / 2)
    across, along = ground.east_m - middle, ground.north_m
    path = np.maximum(np.abs(across) - np.float32(1.2), np.abs(along + np.float32(0.5)) - np.float32(5.5))
    sharp = np.clip(0.12 / softness, 0, 1)
    joints = (
        0.16
        * sharp
        * _edge(
            np.abs(np.mod(along, np.float32(2.2)) - np.float32(1.1)) - np.float32(0.02), softness_m=softness
        )
    )
    slabs = concrete * (1 + 0.03 * grain - joints)[..., None]
    colour = colour * (1 - 0.25 * _edge(path - 0.1, softness_m=softness + 0.15))[..., None]
    colour = _blend(colour, over=slabs, cover=_edge(path, softness_m=softness))
    gap = np.maximum(np.float32(GATE_EAST_M[0]) - ground.east_m, ground.east_m - np.float32(GATE_EAST_M[1]))
    kerb = np.maximum(np.abs(line) - np.float32(_SLAB_HALF_WIDTH_M), -gap)
    joints = (
        0.3
        * sharp
        * _edge(np.abs(np.mod(ground.east_m, _SLAB_M) - _SLAB_M / 2) - np.float32(0.02), softness_m=softness)
    )
    white = concrete * np.float32(1.14) * (1 + 0.03 * grain - joints)[..., None]
    colour = colour * (1 - 0.3 * _edge(kerb - 0.08, softness_m=softness + 0.1))[..., None]
    return _blend(colour, over=white, cover=_edge(kerb, softness_m=softness))


def polyline_distance(vertices_en_m: Array, east_m: Float32, *, north_m: Float32) -> Float32:
    """Signed distance (h, w) to a nearly straight polyline, positive on its left, in single precision.

    Beside a bend the segment on the pixel's side of the bisector counts.
    """
    along = np.diff(vertices_en_m, axis=0)
    units = along / np.linalg.norm(along, axis=1, keepdims=True)
    distance = np.zeros_like(east_m)
    for index, (vertex, unit) in enumerate(zip(vertices_en_m[:-1], units, strict=True)):
        east, north = east_m - np.float32(vertex[0]), north_m - np.float32(vertex[1])
        here = north * np.float32(unit[0]) - east * np.float32(unit[1])
        bisector = units[max(index - 1, 0)] + unit
        passed = east * np.float32(bisector[0]) + north * np.float32(bisector[1]) > 0
        distance = np.where(passed, here, distance) if index else here
    return distance


def _shaded(picture: Float32, ground: GroundMap, *, boxes: tuple[Box, ...]) -> Float32:
    """The ground darker where boxes that stand on it keep the light of the sky away."""
    light = np.ones(ground.east_m.shape, dtype=np.float32)
    for box in boxes:
        if box.low_m > 0:
            continue
        reach = np.float32(0.35 * box.high_m)
        aside = np.maximum(
            np.maximum(np.float32(box.west_m) - ground.east_m, ground.east_m - np.float32(box.east_m)), 0
        )
        away = np.maximum(
            np.maximum(np.float32(box.south_m) - ground.north_m, ground.north_m - np.float32(box.north_m)), 0
        )
        light = light * (1 - np.float32(0.4) * np.exp(-(aside + away) / reach))
    return picture * light[..., None]


def _above_horizon(picture: Float32, ground: GroundMap, *, noise: Noise) -> Float32:
    """The picture with sky, two ranges of hills and a line of trees behind the ground."""
    low = np.float32(_UP_M / _FAR_M + 0.001)
    rows = slice(0, int(np.flatnonzero((ground.slope > -low).any(axis=1)).max()) + 1)
    bearing, slope, near = ground.bearing_rad[rows], ground.slope[rows], picture[rows]
    flat = np.zeros_like(bearing)
    clouds = noise.patches(bearing * np.float32(120.0), slope * np.float32(420.0), period_m=160.0)
    light = np.clip(0.86 + 0.25 * slope + 0.022 * clouds, 0, 1)[..., None]
    sky = np.array([0.99, 0.97, 0.945], dtype=np.float32) * light
    view = _blend(sky, over=near, cover=_edge(slope + np.float32(_UP_M / _FAR_M), softness_m=0.0006))
    ranges = (
        # rise, roughness, metres of bearing in a radian, colour
        (0.030, 0.009, 45.0, (0.79, 0.765, 0.735)),
        (0.016, 0.006, 90.0, (0.70, 0.68, 0.645)),
        (0.000, 0.0035, 420.0, (0.50, 0.535, 0.505)),
    )
    below = _edge(-slope - np.float32(_UP_M / _FAR_M), softness_m=0.0006)
    for index, (rise, rough, spread, tone) in enumerate(ranges):
        crest = noise.patches(bearing * np.float32(spread), flat + 31 * index, period_m=60.0) * rough + rise
        leaf = noise.detail(bearing * 300, slope * 300, period_m=40.0, footprint_m=flat + np.float32(0.05))
        face = np.array(tone, dtype=np.float32) * (1 + (0.012 + 0.012 * index) * leaf)[..., None]
        view = _blend(view, over=face, cover=_edge(slope - crest, softness_m=0.0007) * below)
    return np.concatenate([view, picture[rows.stop :]])


def _edge(distance_m: Float32, *, softness_m: Float32 | float) -> Float32:
    """Cover 0 to 1 that falls over ``softness_m`` around distance 0; inside is negative."""
    cover: Float32 = np.clip(0.5 - distance_m / (2 * softness_m), 0, 1).astype(np.float32)
    return cover


def _blend(under: Float32, *, over: Float32, cover: Float32) -> Float32:
    blended: Float32 = under + (over - under) * cover[..., None]
    return blended
