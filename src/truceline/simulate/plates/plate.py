"""The plate: every pixel of the empty scene, five rays each, with its depth, place and light."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.geometry.lens import undistort
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import SKY_DEPTH_M, Plate, Sky
from truceline.simulate.model.turning import turned_views
from truceline.simulate.model.world import Material, Weather, World
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import scatter
from truceline.simulate.plates.paint.materials import CODES
from truceline.simulate.plates.scene.gathered import Scene, scene_of
from truceline.simulate.plates.scene.relief import NOWHERE_M, ground_height
from truceline.simulate.plates.setup import Setup, setup_of
from truceline.simulate.plates.sky import is_night
from truceline.simulate.plates.surface import along
from truceline.simulate.plates.view import Behind, ray_of, see

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]

_LATTICE_PX = 4
"""Rays are exact on a lattice so wide and interpolated between: far below 0.01 pixels of error."""
_SKY_CODE = 255
_LEAVES = CODES[Material.LEAVES]
_VEILED_UP = 0.5
_DEPTH, _SUNLIT, _POINT, _UP, _SWAY, _MATERIAL, _LAMPS, _SHEETS = 3, 4, 5, 8, 9, 10, 11, 12
"""Planes of the plate while it is filled, after the three of its light."""
_RAYS = np.array(
    [
        [0.0, 0.0, 0.0, 0.0],
        [-0.25, -0.25, -0.7, -0.3],
        [0.25, -0.25, 0.3, -0.7],
        [-0.25, 0.25, -0.3, 0.7],
        [0.25, 0.25, 0.7, 0.3],
    ]
)
"""The rays of a pixel: place in it (across, down) and place on the sun, -1 to 1; the first is its centre."""


def draw_plate(  # noqa: PLR0913 - the planned signature between the rooms of the simulator
    world: World, camera: CameraPlan, *, sky: Sky, weather: Weather, line_en_m: Array, seed: int
) -> Plate:
    """The empty scene as a camera truly sees it.

    Args:
        world: What stands and lies there.
        camera: Its true calibration, size and band decide.
        sky: The light (``sky_at``).
        weather: Cloud, haze, air temperature and wind.
        line_en_m: (n, 2) the line as slabs and markers show it.
        seed: Of all that is drawn by chance; the same for all cameras of a scene.

    Raises:
        InputError: The camera lies under the ground.

    Method: five rays a pixel through the true lens; ground by safe steps over its relief, solids as slabs,
    crowns as marched volumes; light of the sun with its shadows, of the sky with the darkening at feet of
    walls, of lamps by the inverse square. Depth, place and material are those of the pixel's centre; where
    foliage stops most of the view, its mean depth. No light is bounced but a little from the ground.
    """
    start = np.asarray(camera.true.position_enu_m, dtype=np.float64)
    scene = scene_of(world, np.asarray(line_en_m, dtype=np.float64), camera_enu_m=start, seed=seed)
    if start[2] <= ground_height(scene.relief, start[0], start[1]):
        raise InputError(
            f"camera {camera.camera_id} at {start.round(2).tolist()} lies under the ground",
            do="raise the camera above the terrain",
        )
    sheets = _sheets(scene, camera, sky=sky, weather=weather, seed=seed)
    views = [replace(camera, true=one) for one in turned_views(camera, seed=seed)]
    beyond = [
        _light(_sheets(scene, one, sky=sky, weather=weather, seed=seed), camera, sky=sky) for one in views
    ]
    return Plate(
        _light(sheets, camera, sky=sky),
        sheets[..., _DEPTH].copy(),
        sheets[..., _SUNLIT].copy(),
        sheets[..., _POINT : _POINT + 3].copy(),
        sheets[..., _UP].copy(),
        sheets[..., _SWAY].copy(),
        sheets[..., _MATERIAL].astype(np.uint8),
        None if camera.band is Band.THERMAL else sheets[..., _LAMPS].copy(),
        np.stack(beyond) if beyond else None,
    )


def _sheets(scene: Scene, camera: CameraPlan, *, sky: Sky, weather: Weather, seed: int) -> Float32:
    """All planes (h, w, ``_SHEETS``) of what a camera's true calibration shows."""
    lattice = _lattice(camera)
    setup = setup_of(scene, camera, lattice=lattice, sky=sky, weather=weather, seed=seed)
    sheets = np.zeros((camera.height_px, camera.width_px, _SHEETS), np.float32)
    sheets[..., _DEPTH], sheets[..., _MATERIAL], sheets[..., _POINT] = SKY_DEPTH_M, _SKY_CODE, np.nan
    sheets[..., _POINT + 1 : _POINT + 3] = np.nan
    _fill(setup, lattice, _RAYS, sheets)
    return sheets


def _light(sheets: Float32, camera: CameraPlan, *, sky: Sky) -> Float32:
    """The light (h, w, channels), or temperatures: of one channel for thermal cameras, grey by night."""
    thermal = camera.band is Band.THERMAL
    light = sheets[..., : 1 if thermal else 3].copy()
    if is_night(sky) and not thermal:
        light[...] = light.mean(axis=2, keepdims=True)
    return light


def _lattice(camera: CameraPlan) -> Array:
    """Straight image coordinates (rows, columns, 2) every ``_LATTICE_PX`` pixels, from pixel -1 on."""
    columns = np.arange(-1, camera.width_px + _LATTICE_PX + 1, _LATTICE_PX, dtype=np.float64)
    rows = np.arange(-1, camera.height_px + _LATTICE_PX + 1, _LATTICE_PX, dtype=np.float64)
    pixels = np.stack(np.meshgrid(columns, rows), axis=-1)
    straight = undistort(camera.true, pixels.reshape(-1, 2))
    return np.ascontiguousarray(straight.reshape(pixels.shape))


@lean_jit
def _fill(setup: Setup, lattice: Array, rays: Array, sheets: Float32) -> None:  # noqa: PLR0917 - compiled
    height, width = sheets.shape[:2]
    for row in range(height):
        for column in range(width):
            _pixel(setup, lattice, rays, sheets, (row, column))


@lean_jit
def _straight(lattice: Array, across: float, down: float) -> tuple[float, float]:  # noqa: PLR0917
    """Straight image coordinates of a pixel place, bilinear in the lattice."""
    column, row = (across + 1.0) / _LATTICE_PX, (down + 1.0) / _LATTICE_PX
    left, top = int(column), int(row)
    right_share, low_share = column - left, row - top
    near, far = lattice[top], lattice[top + 1]
    x = (near[left, 0] * (1 - right_share) + near[left + 1, 0] * right_share) * (1 - low_share)
    x += (far[left, 0] * (1 - right_share) + far[left + 1, 0] * right_share) * low_share
    y = (near[left, 1] * (1 - right_share) + near[left + 1, 1] * right_share) * (1 - low_share)
    y += (far[left, 1] * (1 - right_share) + far[left + 1, 1] * right_share) * low_share
    return x, y


@lean_jit
def _pixel(  # noqa: PLR0917 - compiled
    setup: Setup, lattice: Array, rays: Array, sheets: Float32, spot: tuple[int, int]
) -> None:
    """One pixel: the mean of its rays; what it is and where by the first of them, through its centre."""
    row, column = spot
    count = rays.shape[0]
    dense, near, share = 0.0, 0, 1.0 / count
    for part in range(count):
        straight = _straight(lattice, column + rays[part, 0], row + rays[part, 1])
        if not np.isfinite(straight[0]):
            return
        dither = scatter(5 * column + part, 3 * row + part)
        look = see(setup, straight, (rays[part, 2], rays[part, 3]), dither)
        sheets[row, column, 0] += np.float32(share * look.red)
        sheets[row, column, 1] += np.float32(share * look.green)
        sheets[row, column, 2] += np.float32(share * look.blue)
        sheets[row, column, _SUNLIT] += np.float32(share * look.behind.sun)
        sheets[row, column, _LAMPS] += np.float32(share * look.behind.lamps)
        sheets[row, column, _SWAY] += np.float32(share * min(look.sway, 1.0))
        if look.dense_m < NOWHERE_M:
            dense += look.dense_m
            near += 1
        if part == 0 and look.behind.distance < NOWHERE_M:
            _note(setup, sheets, spot, straight, look.behind)
    if 2 * near > count:
        _note_foliage(setup, sheets, spot, _straight(lattice, float(column), float(row)), dense / near)


@lean_jit
def _note(  # noqa: PLR0917 - compiled
    setup: Setup, sheets: Float32, spot: tuple[int, int], straight: tuple[float, float], behind: Behind
) -> None:
    row, column = spot
    _, cosine = ray_of(setup.turn, straight)
    for axis in range(3):
        sheets[row, column, _POINT + axis] = np.float32(behind.point[axis])
    sheets[row, column, _DEPTH] = np.float32(behind.distance * cosine)
    sheets[row, column, _UP] = np.float32(behind.up)
    sheets[row, column, _MATERIAL] = np.float32(behind.material)


@lean_jit
def _note_foliage(  # noqa: PLR0917 - compiled
    setup: Setup, sheets: Float32, spot: tuple[int, int], straight: tuple[float, float], distance: float
) -> None:
    row, column = spot
    ray, cosine = ray_of(setup.turn, straight)
    point = along(setup.start, ray, distance)
    for axis in range(3):
        sheets[row, column, _POINT + axis] = np.float32(point[axis])
    sheets[row, column, _DEPTH] = np.float32(distance * cosine)
    sheets[row, column, _UP] = np.float32(_VEILED_UP)
    sheets[row, column, _MATERIAL] = np.float32(_LEAVES)
