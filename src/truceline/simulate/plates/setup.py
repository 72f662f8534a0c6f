"""Setup: all that the rays of one camera need to know, put together once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.plates.casting.index import Index, index_along, index_around_lamps, index_by_view
from truceline.simulate.plates.casting.light import Lighting
from truceline.simulate.plates.noise import Table, noise_table
from truceline.simulate.plates.paint.backdrop import Heaven, heaven_of, vector
from truceline.simulate.plates.paint.materials import Palette, palette
from truceline.simulate.plates.scene.gathered import Scene
from truceline.simulate.plates.scene.growth import CROWN_TINT
from truceline.simulate.plates.scene.relief import Vector, shade_heights
from truceline.simulate.plates.scene.solids import TINT
from truceline.simulate.plates.sky import LAMPS_LIT, daylight, is_night

Array = NDArray[np.float64]

_NOISE = 0x60
_TILE_PX = 16.0
_SUN_TILE_M = 1.5
_SOFT_M = 0.45
_FOOT_M = 1.5
_NEAREST_FAR_M = 900.0
_SUN_TANGENT = 0.0047
_VEILED_SUN = 0.012
_THERMAL_SPREAD = 0.05
_THERMAL_LAG_RAD = 0.16
"""Warmed ground lags behind the sun: thermal shadows lie where they lay about forty minutes before."""
_NEARLY_UP = 0.9


class Setup(NamedTuple):
    """All that a ray needs to know.

    Attributes:
        scene: The world's tables; ``tiles`` its things by tile of the picture.
        lighting: Sun, sky's shares and lamps; ``sun`` and ``sky`` their irradiances.
        start: The camera's place; ``turn`` its three axes in site axes.
        per_metre: Width of a ray at one metre.
        far_m: Where the ground ends for rays that still have not met it.
        thermal: Whether to give temperatures in place of light.
        wind_mps: Speed of the wind.
        veils: (n, 3) room for the things that a ray passes: distance, leaving distance, number.
    """

    scene: Scene
    tiles: Index
    lighting: Lighting
    palette: Palette
    heaven: Heaven
    table: Table
    sun: Vector
    sky: Vector
    start: Vector
    turn: tuple[Vector, Vector, Vector]
    per_metre: float
    far_m: float
    thermal: bool
    wind_mps: float
    veils: Array


def setup_of(  # noqa: PLR0913 - the same parts as ``draw_plate``
    scene: Scene, camera: CameraPlan, *, lattice: Array, sky: Sky, weather: Weather, seed: int
) -> Setup:
    """What the rays of a camera need, from the same parts; ``lattice`` is where its rays go."""
    calibration = camera.true
    start = np.asarray(calibration.position_enu_m, dtype=np.float64)
    rotation = np.asarray(calibration.rotation, dtype=np.float64)
    focal = float(np.mean(calibration.focal_px))
    thermal = camera.band is Band.THERMAL
    night = is_night(sky) and not thermal
    scene = _grey(scene) if night else scene
    grey = np.full(3, 1.0)
    index = index_by_view(
        scene,
        lattice.reshape(-1, 2),
        rotation=rotation,
        position_enu_m=start,
        tile=_TILE_PX / 2 / focal,
    )
    # A night camera's single grey takes the mean of what a colour camera would split up.
    sun, light = (grey * part.mean() if night else part for part in (sky.sun, sky.sky))
    lamps_lit = daylight(sky) < LAMPS_LIT
    lit = Sky(sky.to_sun, np.asarray(sun), np.asarray(light))
    return Setup(
        scene,
        index,
        _lighting(scene, camera, sky=sky, weather=weather, lamps_lit=lamps_lit),
        palette(near_infrared=night),
        heaven_of(lit, weather),
        noise_table(np.random.default_rng([seed, _NOISE])),
        vector(lit.sun),
        vector(lit.sky),
        vector(start),
        (vector(rotation[0]), vector(rotation[1]), vector(rotation[2])),
        0.5 / focal,
        _far_m(scene, start),
        thermal,
        float(np.hypot(*weather.wind_mps)),
        np.zeros((64, 3)),
    )


def _grey(scene: Scene) -> Scene:
    """The scene for a night camera, which sees no tints."""
    solids, crowns = scene.solids.copy(), scene.crowns.copy()
    for table, first in ((solids, TINT), (crowns, CROWN_TINT)):
        shade = table[:, first : first + 3].mean(axis=1, keepdims=True)
        table[:, first : first + 3] = np.clip(shade, 0.8, 1.2)
    return scene._replace(solids=solids, crowns=crowns)


def _far_m(scene: Scene, start: Array) -> float:
    """Beyond the grid of heights, and never nearer than the line of trees behind all."""
    rows, columns = scene.relief.heights_m.shape
    low = np.array(scene.relief.frame[:2])
    high = low + scene.relief.frame[2] * np.array([columns - 1, rows - 1])
    reach = np.maximum(np.abs(start[:2] - low), np.abs(high - start[:2]))
    return float(max(_NEAREST_FAR_M, np.hypot(*reach)))


def _lighting(scene: Scene, camera: CameraPlan, *, sky: Sky, weather: Weather, lamps_lit: bool) -> Lighting:
    thermal = camera.band is Band.THERMAL
    to_sun = np.asarray(sky.to_sun, dtype=np.float64)
    spread = _SUN_TANGENT + _VEILED_SUN * weather.cloud
    if thermal:
        to_sun, spread = _lagging(to_sun), _THERMAL_SPREAD
    helper = np.array([0.0, 0.0, 1.0]) if abs(to_sun[2]) < _NEARLY_UP else np.array([1.0, 0.0, 0.0])
    first = np.cross(helper, to_sun)
    first /= np.linalg.norm(first)
    across = np.stack([first, np.cross(to_sun, first)])
    margin = _SOFT_M + 20.0 * spread
    ahead = camera.true.rotation[2]
    # The illuminator's beam is as wide as the picture: at its border a third is left.
    half_view = np.arctan(0.5 * camera.width_px / float(camera.true.focal_px[0]))
    return Lighting(
        vector(to_sun),
        vector(across[0]),
        vector(across[1]),
        spread,
        index_along(scene, across, margin_m=margin, tile_m=_SUN_TILE_M),
        index_along(scene, np.eye(3)[:2], margin_m=_FOOT_M, tile_m=_SUN_TILE_M),
        index_around_lamps(scene),
        lamps_lit and not thermal,
        shade_heights(scene.relief, vector(to_sun)),
        (*vector(ahead), float(1.1 / max(1.0 - np.cos(half_view), 1e-4))),
    )


def _lagging(to_sun: Array) -> Array:
    """The sun some forty minutes before: clockwise through the south, the other way through the north."""
    turn = _THERMAL_LAG_RAD if to_sun[1] <= 0 else -_THERMAL_LAG_RAD
    cosine, sine = np.cos(turn), np.sin(turn)
    return np.array([to_sun[0] * cosine - to_sun[1] * sine, to_sun[0] * sine + to_sun[1] * cosine, to_sun[2]])
