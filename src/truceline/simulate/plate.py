"""The plate: the empty scene as the camera sees it, drawn once at twice the resolution and reduced.

Overcast light, so no hard shadows; ground, path, line, hut, wall, trees, hills and sky are procedural.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.line import signed_distance_m
from truceline.records.site import Calibration
from truceline.simulate.scene import GATE_EAST_M, HEIGHT_PX, WIDTH_PX, Scene
from truceline.simulate.solids import OVERSAMPLING, paint_hut
from truceline.simulate.texture import fading, noise_tile, sample_tile

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

FAR_M = 400.0
SLAB_HALF_WIDTH_M = 0.215
"""The slabs of the Joint Security Area's line are 43 cm wide."""


@dataclass(frozen=True, slots=True, eq=False)
class Occluder:
    """Something solid: its soft cover (540, 960) 0 to 1 and the depth from which it hides people."""

    cover: Float32
    depth_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """The empty picture (540, 960, 3) blue-green-red 0 to 1, and what stands in it."""

    picture: Float32
    occluders: tuple[Occluder, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GroundMap:
    """For each pixel (h, w): site east and north, metres of ground in a pixel, distance, and whether it is ground."""

    east_m: Float32
    north_m: Float32
    footprint_m: Float32
    distance_m: Float32
    is_ground: NDArray[np.bool_]
    up_slope: Float32
    bearing_rad: Float32


def draw_plate(scene: Scene) -> Plate:
    """The empty scene of a seed."""
    random = np.random.default_rng([scene.seed, 0x9E])
    ground = ground_map(scene.true)
    fine, coarse = noise_tile(random, slope=0.7), noise_tile(random, slope=1.6)
    picture = _ground_colours(scene, ground, fine=fine, coarse=coarse)
    picture = np.where(ground.is_ground[..., None], picture, _sky(ground, coarse))
    haze = 1 - np.exp(-np.minimum(ground.distance_m, FAR_M) / 420.0)
    haze = np.where(ground.is_ground, haze, 0.0)[..., None].astype(np.float32)
    picture = picture * (1 - haze) + np.array([0.80, 0.79, 0.77], dtype=np.float32) * haze
    picture, cover, depth_m = paint_hut(scene.true, picture.astype(np.float32))
    hut = Occluder(_reduced(cover), depth_m)
    return Plate(np.clip(cv2.GaussianBlur(_reduced(picture), (3, 3), 0.5), 0, 1), (hut,))


def _reduced(doubled: Float32) -> Float32:
    reduced: Float32 = cv2.resize(doubled, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return reduced


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
    reach = np.where(slope < -up0 / FAR_M, up0 / np.maximum(-slope, 1e-6), FAR_M).astype(np.float32)
    east = (east0 + ray[0] / flat * reach).astype(np.float32)
    north = (north0 + ray[1] / flat * reach).astype(np.float32)
    footprint = reach**2 / np.float32(up0 * calibration.focal_px[0] * OVERSAMPLING)
    bearing = np.arctan2(ray[0], ray[1]).astype(np.float32)
    return GroundMap(east, north, footprint, reach, slope < -up0 / FAR_M, slope, bearing)


def _ground_colours(scene: Scene, ground: GroundMap, *, fine: Float32, coarse: Float32) -> Float32:
    east, north, footprint = ground.east_m, ground.north_m, ground.footprint_m
    patches = sample_tile(coarse, east, north, period_m=90.0)
    tufts = sample_tile(fine, east, north, period_m=22.0) * fading(footprint, wavelength_m=0.35)
    grain = sample_tile(fine, north, east, period_m=5.0) * fading(footprint, wavelength_m=0.08)
    grass = np.array([0.235, 0.375, 0.345], dtype=np.float32)
    dry = np.array([0.33, 0.46, 0.47], dtype=np.float32)
    mix = np.clip(0.45 + 0.28 * patches + 0.10 * tufts, 0, 1)[..., None]
    colour = grass * (1 - mix) + dry * mix
    colour = colour * (1 + 0.085 * tufts + 0.06 * grain)[..., None]
    line = signed_distance_grid(scene.line_true_en_m, ground)
    colour = _blend(
        colour, _gravel(ground, fine, coarse), _edge(np.abs(line - 3.2) - 1.9 - 0.35 * patches, 0.35)
    )
    return _painted(scene, ground, colour.astype(np.float32), line, fine)


def _gravel(ground: GroundMap, fine: Float32, coarse: Float32) -> Float32:
    stones = sample_tile(fine, ground.east_m, ground.north_m, period_m=7.0) * fading(
        ground.footprint_m, wavelength_m=0.11
    )
    stains = sample_tile(coarse, ground.north_m, ground.east_m, period_m=60.0)
    tone = np.array([0.50, 0.53, 0.55], dtype=np.float32)
    return (tone * (1 + 0.07 * stones + 0.04 * stains)[..., None]).astype(np.float32)


def _painted(scene: Scene, ground: GroundMap, colour: Float32, line: Float32, fine: Float32) -> Float32:
    """Concrete path through the gate, and the slabs of the line with a gap at the gate."""
    concrete = np.array([0.60, 0.615, 0.62], dtype=np.float32)
    rough = sample_tile(fine, ground.north_m, ground.east_m, period_m=9.0) * fading(
        ground.footprint_m, wavelength_m=0.1
    )
    slab = concrete * (1 + 0.035 * rough)[..., None]
    middle = (GATE_EAST_M[0] + GATE_EAST_M[1]) / 2
    beside = np.abs(ground.east_m - middle) - 1.3
    ends = np.abs(ground.north_m) - 6.0
    softness = ground.footprint_m * 0.7 + 0.02
    colour = _blend(colour, slab, _edge(np.maximum(beside, ends), softness))
    kerb = concrete * 1.12 * (1 + 0.03 * rough)[..., None]
    gap = np.maximum(GATE_EAST_M[0] - ground.east_m, ground.east_m - GATE_EAST_M[1])
    on_line = np.maximum(np.abs(line) - SLAB_HALF_WIDTH_M, -gap)
    colour = _blend(colour, colour * 0.72, _edge(on_line - 0.10, softness + 0.08))
    return _blend(colour, kerb, _edge(on_line, softness))


def signed_distance_grid(vertices_en_m: Array, ground: GroundMap) -> Float32:
    """Signed distance (h, w) of every pixel's ground point to a polyline, to the accuracy of a coarse grid."""
    points = np.stack([ground.east_m.ravel(), ground.north_m.ravel()], axis=1).astype(np.float64)
    return signed_distance_m(vertices_en_m, points).reshape(ground.east_m.shape).astype(np.float32)


def _edge(distance_m: Float32, softness_m: Float32 | float) -> Float32:
    """Cover 0 to 1 that falls over ``softness_m`` around distance 0; inside is negative."""
    cover: Float32 = np.clip(0.5 - distance_m / (2 * softness_m), 0, 1).astype(np.float32)
    return cover


def _blend(under: Float32, over: Float32, cover: Float32) -> Float32:
    blended: Float32 = under + (over - under) * cover[..., None]
    return blended


def _sky(ground: GroundMap, coarse: Float32) -> Float32:
    clouds = sample_tile(coarse, ground.bearing_rad * 120, ground.up_slope * 420, period_m=160.0)
    light = np.clip(0.86 + 0.25 * ground.up_slope + 0.022 * clouds, 0, 1)
    return (np.array([0.99, 0.97, 0.945], dtype=np.float32) * light[..., None]).astype(np.float32)
