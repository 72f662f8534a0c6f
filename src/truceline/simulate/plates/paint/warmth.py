"""Warmth: what temperature a thermal camera reads on a surface."""

import numpy as np

from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.paint.backdrop import Heaven
from truceline.simulate.plates.paint.ground import Paint
from truceline.simulate.plates.paint.materials import WARMTH, Palette

_GLASS_WARMED, _GLASS_EMISSIVITY = 0.25, 0.88
_AIR_LOSS_M = 2.5e-4
"""Share that a metre of damp air takes of a thermal contrast."""
_CALM = 0.12


@lean_jit
def surface_warmth(  # noqa: PLR0917 - compiled
    paint: Paint, palette: Palette, heaven: Heaven, load: tuple[float, float, float, float, float]
) -> float:
    """Temperature of a surface as its radiation shows it, degrees Celsius.

    ``load`` holds the sun that falls on it, the light of the sky on it, the share of the sky that it sees,
    the wind, metres a second, and the sky's temperature where the surface would mirror it.

    Method: a quasi-steady balance by material: warmed by sun and sky, cooled to a clear sky by night, both
    less in wind; what is no perfect radiator mirrors the cold sky.
    """
    sun, sky, open_share, wind, mirrored = load
    row = palette[paint.material, WARMTH:]
    still = 1.0 / (1.0 + _CALM * wind)
    tone, base = paint.red + paint.green + paint.blue, 0.0
    for channel in range(3):
        base += palette[paint.material, channel]
    darker = 1.0 - min(max(tone / max(base, 1e-3), 0.4), 1.6)
    night = max(1.0 - 4.0 * (sun + sky), 0.0)
    warmed = still * (row[0] * sun * (1.0 + 0.35 * darker) + row[1] * sky)
    emissivity = row[4]
    if paint.gloss > 0.0:
        # Glass and water let the sun through and mirror a part of the sky.
        warmed *= _GLASS_WARMED
        emissivity = min(emissivity, _GLASS_EMISSIVITY)
    cooled = row[2] * night * still * (heaven.clear if row[2] < 0.0 else 1.0)
    if row[2] < 0.0:
        cooled *= open_share
    own = heaven.air_c + warmed + cooled + row[3] * darker + paint.warm
    value: float = emissivity * own + (1.0 - emissivity) * (0.5 * mirrored + 0.5 * heaven.air_c)
    return value


@lean_jit
def through_air(heaven: Heaven, warmth_c: float, distance_m: float) -> float:  # noqa: PLR0917 - compiled
    """A temperature seen through so much air, which itself is as warm as it is."""
    left = np.exp(-(_AIR_LOSS_M + 0.3 * heaven.loss_m) * distance_m)
    value: float = heaven.air_c + (warmth_c - heaven.air_c) * left
    return value
