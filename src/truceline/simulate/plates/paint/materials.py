"""Materials: colours, textures and warmth of all surfaces, as tables in the order of ``Material``."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import Material

Array = NDArray[np.float64]

Palette = NDArray[np.float64]
"""(materials, 21) by columns.

``TONE`` (3) reflectance, linear red-green-blue, all alike for near-infrared; ``TURNED`` (3) the same where
the material has turned into its other kind: dry, dusty, wet; ``MIX`` (4) how much has turned, and by how much
noise of 11, 3 and 0.9 metres changes it; ``GRAIN`` (5) relative change of brightness by noise of 11, 3, 0.9,
0.27 and 0.08 metres; ``WARMTH`` (5) kelvin above air in full sun, in full light of the sky, in a clear night,
kelvin of mottling, and emissivity; ``ROUGH`` slope of tufts, clods or ripples.
"""

TONE, TURNED, MIX, GRAIN, WARMTH, ROUGH = 0, 3, 6, 10, 15, 20

MATERIALS = list(Material)
CODES = {material: code for code, material in enumerate(MATERIALS)}


# Reflectances near common field values: grass 0.1 in green, asphalt 0.1, old concrete 0.3.
_VISIBLE: dict[Material, tuple[tuple[float, float, float], tuple[float, float, float], float]] = {
    # material: tone, turned tone, near-infrared reflectance
    Material.GRASS: ((0.075, 0.100, 0.038), (0.180, 0.155, 0.078), 0.42),
    Material.DRY_GRASS: ((0.215, 0.175, 0.095), (0.120, 0.115, 0.055), 0.36),
    Material.SOIL: ((0.185, 0.140, 0.092), (0.120, 0.088, 0.060), 0.27),
    Material.GRAVEL: ((0.270, 0.255, 0.225), (0.190, 0.165, 0.130), 0.32),
    Material.ASPHALT: ((0.098, 0.098, 0.098), (0.150, 0.142, 0.128), 0.12),
    Material.CONCRETE: ((0.340, 0.330, 0.305), (0.240, 0.225, 0.200), 0.40),
    Material.SLAB: ((0.520, 0.510, 0.475), (0.330, 0.320, 0.285), 0.48),
    Material.WATER: ((0.028, 0.036, 0.032), (0.045, 0.045, 0.032), 0.02),
    Material.PLASTER: ((0.560, 0.540, 0.485), (0.430, 0.400, 0.345), 0.60),
    Material.TIMBER: ((0.210, 0.145, 0.088), (0.130, 0.105, 0.080), 0.45),
    Material.METAL: ((0.270, 0.280, 0.290), (0.190, 0.160, 0.140), 0.34),
    Material.ROOF: ((0.140, 0.128, 0.125), (0.090, 0.085, 0.080), 0.20),
    Material.LEAVES: ((0.062, 0.080, 0.028), (0.110, 0.085, 0.035), 0.48),
    Material.NEEDLES: ((0.034, 0.052, 0.028), (0.050, 0.060, 0.030), 0.36),
    Material.BARK: ((0.105, 0.085, 0.068), (0.070, 0.060, 0.048), 0.28),
}

_MIX: dict[Material, tuple[float, float, float, float]] = {
    Material.GRASS: (0.30, 0.38, 0.28, 0.16),
    Material.DRY_GRASS: (0.28, 0.34, 0.26, 0.16),
    Material.SOIL: (0.30, 0.28, 0.26, 0.18),
    Material.GRAVEL: (0.30, 0.22, 0.18, 0.08),
    Material.ASPHALT: (0.30, 0.28, 0.30, 0.18),
    Material.CONCRETE: (0.25, 0.30, 0.30, 0.22),
    Material.SLAB: (0.15, 0.15, 0.30, 0.25),
    Material.WATER: (0.30, 0.40, 0.20, 0.00),
}
_MIX_OTHER = (0.2, 0.1, 0.3, 0.2)

_GRAIN: dict[Material, tuple[float, float, float, float, float]] = {
    Material.GRASS: (0.08, 0.11, 0.13, 0.22, 0.40),
    Material.DRY_GRASS: (0.07, 0.10, 0.12, 0.20, 0.36),
    Material.SOIL: (0.08, 0.10, 0.12, 0.15, 0.18),
    Material.GRAVEL: (0.04, 0.05, 0.04, 0.08, 0.30),
    Material.ASPHALT: (0.06, 0.07, 0.06, 0.05, 0.10),
    Material.CONCRETE: (0.05, 0.06, 0.06, 0.05, 0.05),
    Material.SLAB: (0.02, 0.05, 0.06, 0.05, 0.05),
    Material.WATER: (0.04, 0.06, 0.08, 0.05, 0.00),
}
_GRAIN_OTHER = (0.03, 0.05, 0.06, 0.06, 0.06)

_WARMTH: dict[Material, tuple[float, float, float, float, float]] = {
    Material.GRASS: (6.0, 2.0, -2.6, 0.5, 0.98),
    Material.DRY_GRASS: (9.0, 3.0, -2.8, 0.6, 0.97),
    Material.SOIL: (12.0, 4.0, -0.6, 0.5, 0.96),
    Material.GRAVEL: (12.0, 4.0, -0.3, 0.4, 0.96),
    Material.ASPHALT: (16.0, 6.0, 2.6, 0.35, 0.96),
    Material.CONCRETE: (11.0, 4.0, 1.8, 0.35, 0.95),
    Material.SLAB: (10.0, 4.0, 1.6, 0.35, 0.95),
    Material.WATER: (0.8, 0.3, 3.2, 0.15, 0.96),
    Material.PLASTER: (8.0, 3.0, 0.9, 0.3, 0.94),
    Material.TIMBER: (11.0, 4.0, -0.6, 0.4, 0.93),
    Material.METAL: (13.0, 4.0, -4.0, 0.3, 0.72),
    Material.ROOF: (19.0, 6.0, -3.2, 0.4, 0.92),
    Material.LEAVES: (2.6, 1.0, -0.6, 0.5, 0.98),
    Material.NEEDLES: (2.0, 0.8, -0.2, 0.4, 0.98),
    Material.BARK: (5.0, 1.5, 0.6, 0.4, 0.95),
}


_ROUGH: dict[Material, float] = {
    Material.GRASS: 0.38,
    Material.DRY_GRASS: 0.32,
    Material.SOIL: 0.22,
    Material.GRAVEL: 0.08,
    Material.WATER: 0.05,
}
_ROUGH_OTHER = 0.015


def palette(*, near_infrared: bool) -> Palette:
    """The tables; for near-infrared light, as cameras see it at night, colours are one grey each."""
    tones = np.array([_VISIBLE[material][0] for material in MATERIALS])
    turned = np.array([_VISIBLE[material][1] for material in MATERIALS])
    if near_infrared:
        grey = np.array([_VISIBLE[material][2] for material in MATERIALS])
        ratio = np.clip(turned.mean(axis=1) / tones.mean(axis=1), 0.75, 1.2)
        tones, turned = np.repeat(grey[:, None], 3, axis=1), np.repeat((grey * ratio)[:, None], 3, axis=1)
    others = [
        [
            *_MIX.get(material, _MIX_OTHER),
            *_GRAIN.get(material, _GRAIN_OTHER),
            *_WARMTH[material],
            _ROUGH.get(material, _ROUGH_OTHER),
        ]
        for material in MATERIALS
    ]
    return np.concatenate([tones, turned, np.array(others)], axis=1)
