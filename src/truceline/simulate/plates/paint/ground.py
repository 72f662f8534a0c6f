"""Ground paint: what the ground looks like at a place, seen so large."""

from typing import NamedTuple

import numpy as np

from truceline.simulate.model.world import Material
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import Table, flat_noise, octave, scatter
from truceline.simulate.plates.paint.materials import CODES, GRAIN, MIX, TURNED, Palette
from truceline.simulate.plates.scene.ground import Ground, cell_of, ring_distance, slab_place

_ASPHALT, _CONCRETE, _SLAB = CODES[Material.ASPHALT], CODES[Material.CONCRETE], CODES[Material.SLAB]
_SOIL, _WATER, _GRASS = CODES[Material.SOIL], CODES[Material.WATER], CODES[Material.GRASS]
_SLAB_HALF_M = 0.215
"""The slabs of the model incident's line are 43 cm wide."""
_SLAB_LONG_M = 1.2
_JOINT_M = 4.0
_ROAD_M = 2.6
_TRACK_HALF_M = 0.75
_DUSTY_M = 0.5
_MOST = 0.5


class Paint(NamedTuple):
    """A surface at a place: material, reflectances, share of mirror, kelvin of its own, glow of its own."""

    material: int
    red: float
    green: float
    blue: float
    gloss: float
    warm: float
    glow: float


@lean_jit
def texture(  # noqa: PLR0917 - compiled
    palette: Palette, table: Table, material: int, place: tuple[float, float], footprint: float
) -> tuple[float, float, float]:
    """Reflectances (3) of a material at a place of a plane, metres, seen with a footprint, metres."""
    huge = octave(table, place, (11.0, footprint))
    wide = octave(table, place, (3.1, footprint))
    near = octave(table, place, (0.9, footprint))
    row = palette[material]
    turned = row[MIX] + row[MIX + 1] * huge + row[MIX + 2] * wide + row[MIX + 3] * near
    turned = min(max(turned, 0.0), 1.0)
    shade = 1.0 + row[GRAIN] * huge - row[GRAIN + 1] * wide + row[GRAIN + 2] * near
    shade += row[GRAIN + 3] * octave(table, place, (0.27, footprint))
    shade += row[GRAIN + 4] * octave(table, place, (0.08, footprint))
    shade += 0.8 * row[GRAIN + 4] * octave(table, place, (0.033, footprint))
    shade = max(shade, 0.25)
    return (
        (row[0] + (row[TURNED] - row[0]) * turned) * shade,
        (row[1] + (row[TURNED + 1] - row[1]) * turned) * shade,
        (row[2] + (row[TURNED + 2] - row[2]) * turned) * shade,
    )


@lean_jit
def ground_paint(  # noqa: PLR0913, PLR0917 - compiled
    ground: Ground, palette: Palette, table: Table, place: tuple[float, float], footprint: float, depth: float
) -> Paint:
    """The ground at a place; ``depth`` is how deep it lies in a ditch."""
    material = ground.material
    red, green, blue = texture(palette, table, material, place, footprint)
    cell = cell_of(ground, place)
    if cell >= 0:
        for at in range(ground.cells[cell], ground.cells[cell + 1]):
            surface = ground.cells[at]
            row = ground.surfaces[surface]
            soft = row[1]
            edge = ring_distance(ground, surface, place)
            ragged = soft * 0.9 * octave(table, place, (max(4.0 * soft, 0.3), footprint))
            ragged += soft * 0.6 * octave(table, place, (max(1.2 * soft, 0.1), footprint))
            cover = min(max(0.5 - (edge + ragged) / (soft + footprint), 0.0), 1.0)
            if cover <= 0.0:
                continue
            over = texture(palette, table, int(row[0]), place, footprint)
            worn = _wear(table, int(row[0]), place, footprint, (-edge, row[2], row[3], row[4]))
            red += (over[0] * worn - red) * cover
            green += (over[1] * worn - green) * cover
            blue += (over[2] * worn - blue) * cover
            if cover > _MOST:
                material = int(row[0])
    if depth > 0.0:
        soil = texture(palette, table, _SOIL, place, footprint)
        cover = min(depth / 0.25, 1.0) * 0.75
        wet = 1.0 - 0.35 * min(depth / 0.5, 1.0)
        red = (red + (soil[0] - red) * cover) * wet
        green = (green + (soil[1] - green) * cover) * wet
        blue = (blue + (soil[2] - blue) * cover) * wet
    plain = Paint(material, red, green, blue, 0.9 if material == _WATER else 0.0, 0.0, 0.0)
    return _with_slabs(ground, palette, table, place, footprint, plain)


@lean_jit
def _wear(  # noqa: PLR0917 - compiled
    table: Table,
    material: int,
    place: tuple[float, float],
    footprint: float,
    strip: tuple[float, float, float, float],
) -> float:
    """Brightness of a used surface: wheel tracks, cracks, joints.

    ``strip`` is the way in from its edge, its width and the direction of its longest side.
    """
    inward, width = strip[0], strip[1]
    shade = 1.0
    if material in (_ASPHALT, _SOIL) and width > _ROAD_M:
        lane = width / 4 if width > 2 * _ROAD_M else width / 2
        if inward > 2 * lane and width > 2 * _ROAD_M:
            lane = 3 * lane
        off = abs(abs(inward - lane) - _TRACK_HALF_M) / 0.28
        shade -= (0.10 if material == _ASPHALT else -0.10) * np.exp(-off * off)
        if material == _ASPHALT and inward < _DUSTY_M:
            shade += 0.18 * (1.0 - inward / _DUSTY_M)
    if material == _ASPHALT:
        weight = min(max(1.6 - footprint / 0.05, 0.0), 1.0)
        if weight > 0.0:
            bend = 0.35 * flat_noise(table, place[0] / 0.5, place[1] / 0.5)
            crack = abs(flat_noise(table, place[0] / 5.3 + 0.2 * bend, place[1] / 5.3 + 0.2 * bend + 55.0))
            old = flat_noise(table, place[0] / 7.7 + 21.0, place[1] / 7.7)
            shade -= 0.3 * weight * max(1.0 - crack / 0.006, 0.0) * min(max(old * 4.0, 0.0), 1.0)
    if material == _CONCRETE:
        along = place[0] * strip[2] + place[1] * strip[3]
        across = place[1] * strip[2] - place[0] * strip[3]
        half = 0.012 + 0.5 * footprint
        near = min(abs(along % _JOINT_M - 0.5 * _JOINT_M), abs(across % _JOINT_M - 0.5 * _JOINT_M))
        shade -= 0.4 * min(0.024 / (2 * half), 1.0) * (1.0 if near < half else 0.0)
        shade *= 0.95 + 0.1 * scatter(
            int(np.floor(along / _JOINT_M + 0.5)), int(np.floor(across / _JOINT_M + 0.5))
        )
    return shade


@lean_jit
def _with_slabs(  # noqa: PLR0913, PLR0917 - compiled
    ground: Ground, palette: Palette, table: Table, place: tuple[float, float], footprint: float, below: Paint
) -> Paint:
    """The ground with the line's row of slabs on it where there is one."""
    across, along = slab_place(ground.slabs, place)
    if across > _SLAB_HALF_M + 0.35:
        return below
    soft = 0.012 + footprint
    cover = min(max(0.5 - (across - _SLAB_HALF_M) / soft, 0.0), 1.0)
    # Grime and grass gather beside the slabs, and the raised edge throws a narrow shade.
    grime = 1.0 - 0.38 * (1.0 - cover) * np.exp(-max(across - _SLAB_HALF_M, 0.0) / 0.07)
    tone = texture(palette, table, _SLAB, place, footprint)
    joint = abs(along % _SLAB_LONG_M - 0.5 * _SLAB_LONG_M)
    half = 0.01 + 0.5 * footprint
    lined = 1.0 - 0.5 * min(0.02 / (2 * half), 1.0) * (1.0 if joint < half else 0.0)
    lined *= 0.92 + 0.16 * scatter(int(np.floor(along / _SLAB_LONG_M + 0.5)), 7)
    return Paint(
        _SLAB if cover > _MOST else below.material,
        below.red * grime + (tone[0] * lined - below.red * grime) * cover,
        below.green * grime + (tone[1] * lined - below.green * grime) * cover,
        below.blue * grime + (tone[2] * lined - below.blue * grime) * cover,
        below.gloss * (1.0 - cover),
        0.0,
        0.0,
    )
