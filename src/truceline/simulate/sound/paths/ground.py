"""Ground: how it reflects sound, by what it is made of and how flat the sound comes in."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import wofz

from truceline.simulate.model.world import Material, World

Array = NDArray[np.float64]
Spectrum = NDArray[np.complex128]

_SOFT_KPA: Final = 200.0
_HARD_KPA: Final = 20_000.0
FLOW_RESISTIVITY_KPA_S_M2: Final = {
    Material.GRASS: _SOFT_KPA,
    Material.DRY_GRASS: 150.0,
    Material.LEAVES: 50.0,
    Material.NEEDLES: 40.0,
    Material.SOIL: 500.0,
    Material.GRAVEL: 1_000.0,
}
"""Flow resistivity of soft ground (Embleton, Piercy and Daigle, JASA 74:1239, 1983); all else is hard."""
LOWEST_HZ = 20.0
"""The impedance model means nothing below; lower frequencies are given its value there."""
NEAR_M = 0.02
"""No source and no microphone is lower than this above the ground."""


def resistivity_kpa_s_m2(world: World, en_m: Array) -> float:
    """Flow resistivity of the ground at a place (2,)."""
    material = world.ground
    for surface in world.surfaces:
        if _inside(surface.ring_en_m, en_m):
            material = surface.material
    return FLOW_RESISTIVITY_KPA_S_M2.get(material, _HARD_KPA)


def _inside(ring_en_m: Array, en_m: Array) -> bool:
    """Whether a point lies in a ring: an odd number of its edges is crossed on the way to the east."""
    start, end = ring_en_m, np.roll(ring_en_m, -1, axis=0)
    spans = (start[:, 1] > en_m[1]) != (end[:, 1] > en_m[1])
    rise = np.where(spans, end[:, 1] - start[:, 1], 1.0)
    crossing = start[:, 0] + (en_m[1] - start[:, 1]) / rise * (end[:, 0] - start[:, 0])
    return bool(np.count_nonzero(spans & (crossing > en_m[0])) % 2)


def impedance(frequency_hz: Array, resistivity: float) -> Spectrum:
    """Ground's impedance as a multiple of the air's, for a time dependence exp(−iωt).

    Method: Delany and Bazley (Applied Acoustics 3:105, 1970), resistivity in kPa s/m².
    """
    ratio = np.maximum(frequency_hz, LOWEST_HZ) / resistivity
    result: Spectrum = 1.0 + 9.08 * ratio**-0.75 + 11.9j * ratio**-0.73
    return result


def reflection(
    frequency_hz: Array, resistivity: float, *, way_m: float, sine: float, sound_mps: float
) -> Spectrum:
    """Spherical reflection coefficient of flat ground, in numpy's convention exp(+iωt).

    Args:
        frequency_hz: (n,) frequencies.
        resistivity: Flow resistivity, kPa s/m².
        way_m: Length of the reflected way.
        sine: Sine of the angle between that way and the ground, 0 to 1.
        sound_mps: Speed of sound.

    Method: Weyl and van der Pol as given by Attenborough (Applied Acoustics 24:289, 1988): the plane wave's
        coefficient and the ground wave by the complementary error function of the numerical distance.
    """
    admittance = 1.0 / impedance(frequency_hz, resistivity)
    plane = (sine - admittance) / (sine + admittance)
    wave_number = 2.0 * np.pi * np.maximum(frequency_hz, LOWEST_HZ) / sound_mps
    distance = np.sqrt(0.5j * wave_number * way_m) * (sine + admittance)
    ground_wave = 1.0 + 1.0j * np.sqrt(np.pi) * distance * wofz(distance)
    whole: Spectrum = np.conj(plane + (1.0 - plane) * ground_wave)
    return whole
