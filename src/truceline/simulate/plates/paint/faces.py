"""Face paint: what the faces of solids look like: walls with windows, roofs, fences, decks, bark."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import Material
from truceline.simulate.plates.casting.things import SLOPE_FACE
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.noise import Table, flat_noise, octave, scatter
from truceline.simulate.plates.paint.ground import Paint, texture
from truceline.simulate.plates.paint.materials import CODES, Palette
from truceline.simulate.plates.scene.relief import Vector
from truceline.simulate.plates.scene.solids import CENTRE, DRAW, HALF, MATERIAL, STYLE, TINT, Style

Array = NDArray[np.float64]

_HOUSE, _FENCE, _GABLE = int(Style.HOUSE), int(Style.FENCE), int(Style.GABLE)
_BOOM, _MARKER, _LAMP = int(Style.BOOM), int(Style.MARKER), int(Style.LAMP)
_FLAT_ROOF = int(Style.FLAT_ROOF)
_TIMBER, _METAL, _CONCRETE = CODES[Material.TIMBER], CODES[Material.METAL], CODES[Material.CONCRETE]
_ROOF, _PLASTER = CODES[Material.ROOF], CODES[Material.PLASTER]
_STOREY_M = 3.0
_BAY_M = 2.6
_WINDOW = (0.55, 0.95, 2.1)
"""Half width, sill and head of a window above its floor, metres."""
_DOOR = (0.48, 2.08)
_FRAME_M = 0.07
_PLINTH_M = 0.28
_STRIPE_M = 0.5
_LIT_SHARE, _CURTAINED, _EVEN = 0.3, 0.72, 0.5
_FASCIA_M, _BAR_M = 0.14, 0.025
_NARROWEST_BAY_M = 1.5
_WINDOW_GLOW = 0.02


@lean_jit
def face_paint(  # noqa: PLR0913, PLR0917 - compiled
    solid: Array, face: int, place: Vector, palette: Palette, table: Table, footprint: float
) -> Paint:
    """A solid's face at a place in its own axes, seen with a footprint."""
    style, material = int(solid[STYLE]), int(solid[MATERIAL])
    aside = place[1] if face < 2 else place[0]
    up = place[2] + solid[HALF + 2]
    if style in (_GABLE, _FLAT_ROOF):
        if face >= SLOPE_FACE or (style == _FLAT_ROOF and face == 5):
            return _roof(solid, place, palette, table, footprint)
        # Gable ends are walls; eaves and undersides are dark boards.
        end = face < 2 and style == _GABLE and up > _FASCIA_M
        tone = texture(palette, table, _PLASTER if end else _TIMBER, (aside, up), footprint)
        return _tinted(solid, _PLASTER if end else _TIMBER, tone, 0.95 if end else 0.7)
    if style == _BOOM:
        along = place[0] if solid[HALF] > solid[HALF + 1] else place[1]
        white = 1.0 if along % (2 * _STRIPE_M) < _STRIPE_M else 0.0
        return Paint(_METAL, 0.42 + 0.2 * white, 0.05 + 0.56 * white, 0.04 + 0.53 * white, 0.02, 0.0, 0.0)
    if face >= 4:
        spot = (place[0] + solid[CENTRE], place[1] + solid[CENTRE + 1])
        return _tinted(solid, material, texture(palette, table, material, spot, footprint), 1.0)
    if style == _HOUSE:
        return _wall_with_openings(solid, face, (aside, up), palette, table, footprint)
    return _wall(solid, (aside + 3.1 * face, up), palette, table, footprint)


@lean_jit
def _tinted(  # noqa: PLR0917 - compiled
    solid: Array, material: int, tone: tuple[float, float, float], shade: float
) -> Paint:
    return Paint(
        material,
        min(tone[0] * solid[TINT] * shade, 0.9),
        min(tone[1] * solid[TINT + 1] * shade, 0.9),
        min(tone[2] * solid[TINT + 2] * shade, 0.9),
        0.0,
        0.0,
        0.0,
    )


@lean_jit
def _wall(  # noqa: PLR0917 - compiled
    solid: Array, spot: tuple[float, float], palette: Palette, table: Table, footprint: float
) -> Paint:
    """A weathered wall: streaks that run down, grime at the foot, boards or ribs or joints by material."""
    material = int(solid[MATERIAL])
    aside, up = spot
    tone = texture(palette, table, material, (aside + 40.0 * solid[DRAW], up * 0.6), footprint)
    streak = flat_noise(table, aside / 0.32 + 90.0 * solid[DRAW], up / 3.4)
    fall = min(max((solid[HALF + 2] * 2 - up) / 1.2, 0.0), 1.0)
    shade = 1.0 + 0.09 * streak * (1.2 - fall) - 0.22 * np.exp(-up / 0.22) - 0.05 * (1.0 - fall)
    if material == _TIMBER:
        board = 0.16
        seam = abs(aside % board - 0.5 * board) > 0.5 * board - 0.008 - 0.4 * footprint
        shade *= 0.86 + 0.28 * scatter(int(np.floor(aside / board)), 3)
        shade -= 0.3 * min(0.016 / max(footprint, 0.016), 1.0) * (1.0 if seam else 0.0)
    elif material == _METAL:
        weight = min(max(1.8 - 2.0 * footprint / 0.2, 0.0), 1.0)
        shade += 0.14 * weight * np.sin(2 * np.pi * aside / 0.2)
    elif material == _CONCRETE:
        joint = abs(aside % 2.4 - 1.2) < 0.012 + 0.5 * footprint
        shade -= 0.25 * min(0.024 / max(footprint, 0.024), 1.0) * (1.0 if joint else 0.0)
    return _tinted(solid, material, tone, max(shade, 0.3))


@lean_jit
def _wall_with_openings(  # noqa: PLR0913, PLR0917 - compiled
    solid: Array, face: int, spot: tuple[float, float], palette: Palette, table: Table, footprint: float
) -> Paint:
    """A house's wall: plinth, one door on one side, windows in bays on every floor."""
    aside, up = spot
    half = solid[HALF + 1] if face < 2 else solid[HALF]
    high = 2 * solid[HALF + 2]
    bays = max(int(2 * half / _BAY_M), 1)
    size = 2 * half / bays
    bay = min(max(int((aside + half) / size), 0), bays - 1)
    off = abs(aside + half - (bay + 0.5) * size)
    storey = int(up / _STOREY_M)
    above = up - storey * _STOREY_M
    door_face = 2 * (1 if solid[HALF] >= solid[HALF + 1] else 0) + (1 if solid[DRAW] > _EVEN else 0)
    if storey == 0 and face == door_face and bay == bays // 2:
        if off < _DOOR[0] and above < _DOOR[1]:
            tone = texture(palette, table, _TIMBER, (aside * 3.0, up), footprint)
            return Paint(_TIMBER, tone[0] * 0.8, tone[1] * 0.9, tone[2] * 1.1, 0.0, 0.6, 0.0)
        if off < _DOOR[0] + _FRAME_M and above < _DOOR[1] + _FRAME_M:
            return _tinted(solid, _PLASTER, (0.5, 0.5, 0.48), 1.0)
    elif size > _NARROWEST_BAY_M and high > (storey * _STOREY_M + _WINDOW[2] + 0.12):
        wide = min(_WINDOW[0], 0.32 * size)
        if off < wide and _WINDOW[1] < above < _WINDOW[2]:
            return _window(solid, (aside, above), (off, wide), bay + 13 * face + 31 * storey)
        if off < wide + _FRAME_M and _WINDOW[1] - _FRAME_M < above < _WINDOW[2] + _FRAME_M:
            return Paint(_TIMBER, 0.52, 0.52, 0.50, 0.0, 0.3, 0.0)
    if up < _PLINTH_M:
        tone = texture(palette, table, _CONCRETE, (aside, up), footprint)
        return Paint(_CONCRETE, tone[0] * 0.62, tone[1] * 0.62, tone[2] * 0.62, 0.0, 0.2, 0.0)
    below_window = size > _NARROWEST_BAY_M and off < _WINDOW[0] and above < _WINDOW[1]
    plain = _wall(solid, (aside + 3.1 * face, up), palette, table, footprint)
    shade = 0.95 if below_window else 1.0
    return Paint(plain.material, plain.red * shade, plain.green * shade, plain.blue * shade, 0.0, 0.0, 0.0)


@lean_jit
def _window(  # noqa: PLR0917 - compiled
    solid: Array, spot: tuple[float, float], pane: tuple[float, float], number: int
) -> Paint:
    off, wide = pane
    middle = 0.5 * (_WINDOW[1] + _WINDOW[2])
    if min(off, abs(spot[1] - middle - 0.18), wide - off) < _BAR_M:
        return Paint(_TIMBER, 0.45, 0.45, 0.43, 0.0, 0.3, 0.0)
    draw = scatter(number, int(1000 * solid[DRAW]))
    # Some have curtains; by night some are lit.
    dim = 0.16 if draw > _CURTAINED and spot[1] > middle - 0.3 else 0.022
    glow = _WINDOW_GLOW * (0.4 + 2.0 * draw) if draw < _LIT_SHARE else 0.0
    return Paint(_METAL, dim, dim * 1.02, dim * 1.05, 0.35, 1.4, glow)


@lean_jit
def _roof(  # noqa: PLR0917 - compiled
    solid: Array, place: Vector, palette: Palette, table: Table, footprint: float
) -> Paint:
    """Corrugated sheets with seams and rust, or the gravel of a flat roof."""
    tone = texture(palette, table, _ROOF, (place[0], place[1] + 30.0 * solid[DRAW]), footprint)
    weight = min(max(1.8 - 2.0 * footprint / 0.25, 0.0), 1.0)
    shade = 1.0 + 0.16 * weight * np.sin(2 * np.pi * place[0] / 0.25)
    shade *= 0.9 + 0.2 * scatter(int(np.floor(place[0] / 1.8)), int(1000 * solid[DRAW]))
    streak = octave(table, (place[0] * 2.2, place[1] * 0.4), (1.0, footprint))
    return _tinted(solid, _ROOF, tone, shade * (1.0 + 0.12 * streak))


@lean_jit
def bark_paint(  # noqa: PLR0917 - compiled
    stem: Array, place: Vector, palette: Palette, table: Table, footprint: float
) -> Paint:
    """A stem, limb or post at a site place."""
    material = int(stem[7])
    tone = texture(palette, table, material, (place[0] + place[1], 0.3 * place[2] + 9.0 * stem[8]), footprint)
    shade = 0.8 + 0.4 * stem[8]
    return Paint(material, tone[0] * shade, tone[1] * shade, tone[2] * shade, 0.0, 0.0, 0.0)
