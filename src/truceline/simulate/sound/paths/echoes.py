"""Echoes: walls as mirrors, trees and what lies about as scatterers; together the tail of a bang."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import TreeKind, World
from truceline.simulate.sound.paths.obstacles import Boxes

Array = NDArray[np.float64]

WALL_GAIN = 0.8
"""Share of the pressure that a wall gives back."""
WAVE_M = 0.5
"""Wavelength at which a wall is judged to be a mirror: the middle of a blast's energy, 700 Hz."""
ROUGH_COUNT: Final = 2_400
ROUGH_RADIUS_M: Final = 420.0
ROUGH_M: Final = 1.0
ROUGH_SPREAD: Final = 0.5
"""What no scenario lists (bushes, banks, far trees) as points: how many, how far about, how
strong, and how unequal places are.

Strength is the pressure at 1 m for a pressure of 1 at the point. Set so that a shot's fall to -20 dB lies
within that of real recordings (bench/simulate/sound_realism.py)."""
RATE_HZ: Final = 48_000
SMEAR_S: Final = 0.006
SMEAR_COUNT: Final = 1_440
"""A bush of a metre or two answers for some milliseconds."""
CROWN_POINTS = 5
CROWN_GAIN: Final = {
    TreeKind.LEAFY: 0.16,
    TreeKind.CONIFER: 0.14,
    TreeKind.BUSH: 0.08,
    TreeKind.BARE: 0.07,
}
"""Strength of a tree's points by the radius of its crown."""
TOUCHING_M = 0.1
"""A source or microphone so near a wall hears itself and its mirror as one."""
NEAREST_M = 3.0
"""Nothing scatters from nearer: the room about a source and a microphone is its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Scatterers:
    """Points that give sound back to all sides: places (k, 3) and strengths (k,), of either sign.

    ``smear`` (n,) is what one of them makes of a click at 48 kHz: a bush is no point.
    """

    places_enu_m: Array
    strengths_m: Array
    smear: Array


@dataclass(frozen=True, slots=True, eq=False)
class Echoes:
    """What comes back: way from the source (k,), way to the microphone (k,), pressure share (k,).

    The share holds the spreading over both ways, as 1/r of a source at 1 m.
    ``turning_enu_m`` (k, 3) is where the sound turned.
    """

    out_m: Array
    back_m: Array
    share: Array
    turning_enu_m: Array


def scatterers_of(world: World, *, middle_en_m: Array, seed: int) -> Scatterers:
    """The trees of a world and what lies about it unlisted, the same for every sound of a scenario."""
    random = np.random.default_rng([seed, 0x50_01])
    places, strengths = [], []
    for tree in world.trees:
        spread = random.uniform(-1.0, 1.0, (CROWN_POINTS, 3))
        foot = np.array([tree.east_m, tree.north_m])
        ground = float(world.terrain.height_m(foot))
        middle = np.array([*foot, ground + 0.6 * tree.height_m])
        places.append(middle + spread * np.array([tree.crown_m, tree.crown_m, 0.35 * tree.height_m]))
        strengths.append(random.normal(0.0, CROWN_GAIN[tree.kind] * tree.crown_m, CROWN_POINTS))
    radius = ROUGH_RADIUS_M * np.sqrt(random.uniform(0.0, 1.0, ROUGH_COUNT))
    bearing = random.uniform(0.0, 2.0 * np.pi, ROUGH_COUNT)
    rough_en = middle_en_m + np.stack([radius * np.cos(bearing), radius * np.sin(bearing)], axis=1)
    height = world.terrain.height_m(rough_en) + random.exponential(1.5, ROUGH_COUNT)
    places.append(np.column_stack([rough_en, height]))
    sizes = random.lognormal(-0.2, 0.6, ROUGH_COUNT) * random.choice((-1.0, 1.0), ROUGH_COUNT)
    strengths.append(ROUGH_M * random.lognormal(0.0, ROUGH_SPREAD) * sizes)
    times_s = np.arange(SMEAR_COUNT) / RATE_HZ
    noise = np.fft.rfft(random.normal(0.0, 1.0, SMEAR_COUNT) * np.exp(-times_s / SMEAR_S))
    # Of even strength at all frequencies: only the phase is a bush's own.
    smear = np.fft.irfft(noise / np.abs(noise), SMEAR_COUNT)
    return Scatterers(np.vstack(places), np.concatenate(strengths), smear)


def scattered(scatterers: Scatterers, source_enu_m: Array, *, ear_enu_m: Array) -> Echoes:
    """The echoes from points."""
    out = np.linalg.norm(scatterers.places_enu_m - source_enu_m, axis=1)
    back = np.linalg.norm(scatterers.places_enu_m - ear_enu_m, axis=1)
    far = (out > NEAREST_M) & (back > NEAREST_M)
    out, back = out[far], back[far]
    share = scatterers.strengths_m[far] / (out * back)
    return Echoes(out, back, share, scatterers.places_enu_m[far])


def mirrored(boxes: Boxes, source_enu_m: Array, *, ear_enu_m: Array) -> Echoes:
    """The echoes from upright walls.

    Method: image sources (Allen and Berkley, JASA 65:943, 1979), each face weighed by its area against the
        first Fresnel zone; that nothing else stands between is not checked.
    """
    source, ear = boxes.local(source_enu_m), boxes.local(ear_enu_m)
    found = [_faces(boxes, source, ear=ear, axis=axis, side=side) for axis in (0, 1) for side in (-1.0, 1.0)]
    return Echoes(
        np.concatenate([one.out_m for one in found]),
        np.concatenate([one.back_m for one in found]),
        np.concatenate([one.share for one in found]),
        np.concatenate([one.turning_enu_m for one in found]),
    )


def _faces(boxes: Boxes, source: Array, *, ear: Array, axis: int, side: float) -> Echoes:
    """The echo from one face of each box, where source and microphone see it at equal angles."""
    other = 1 - axis
    wall = side * boxes.halves_m[:, axis]
    from_source = side * source[:, axis] - np.abs(wall)
    from_ear = side * ear[:, axis] - np.abs(wall)
    before = (from_source > TOUCHING_M) & (from_ear > TOUCHING_M)
    split = np.where(before, from_source / np.where(before, from_source + from_ear, 1.0), 0.0)
    point = source + split[:, None] * (ear - source)
    point[:, axis] = wall
    inside = np.abs(point[:, other]) < boxes.halves_m[:, other]
    hit = before & inside & (np.abs(point[:, 2]) < boxes.halves_m[:, 2])
    out = np.linalg.norm(point - source, axis=1)[hit]
    back = np.linalg.norm(point - ear, axis=1)[hit]
    area = 4.0 * boxes.halves_m[hit, other] * boxes.halves_m[hit, 2]
    zone = np.pi * WAVE_M * out * back / np.maximum(out + back, NEAREST_M)
    share = WALL_GAIN * np.minimum(area / np.maximum(zone, 1e-6), 1.0) / np.maximum(out + back, NEAREST_M)
    return Echoes(out, back, share, _turned(boxes, point)[hit])


def _turned(boxes: Boxes, local: Array) -> Array:
    """Points (k, 3), one in each box's own axes, in site metres."""
    cosine, sine = boxes.along[:, 0], boxes.along[:, 1]
    east = local[:, 0] * cosine - local[:, 1] * sine
    north = local[:, 0] * sine + local[:, 1] * cosine
    return np.stack([east, north, local[:, 2]], axis=1) + boxes.centres_m
