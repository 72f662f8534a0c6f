"""Growth: trees and bushes as stems (tapered rods) and crowns (lumpy volumes of leaves or twigs)."""

from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.world import Material, Tree, TreeKind, World

Array = NDArray[np.float64]

STEM_COLUMNS = 9
"""Columns of a stem: both ends (3 + 3), radius, material, a random number."""
CROWN_COLUMNS = 13
"""Columns of a crown: centre (3), radii across and up, form, density, tint (3), random shift, size of its
lumps in metres, material."""

CROWN_TINT = 7
_LIMBS_SEEN_M = 140.0

_MATERIALS = list(Material)


class Form(IntEnum):
    """What fills a crown's volume."""

    LEAFY = 0
    CONIFER = 1
    BUSH = 2
    TWIGS = 3


class Growth(NamedTuple):
    """Stems (n, STEM_COLUMNS) and crowns (m, CROWN_COLUMNS)."""

    stems: Array
    crowns: Array


def growth_of(world: World, *, camera_enu_m: Array, seed: int) -> Growth:
    """Stems and crowns of all trees of a world; limbs only of those that a camera may see them of."""
    stems: list[list[float]] = []
    crowns: list[list[float]] = []
    for number, tree in enumerate(world.trees):
        # Each tree by itself: what one camera does not need changes nothing for another.
        random = np.random.default_rng([seed, number])
        foot = np.array([tree.east_m, tree.north_m, 0.0])
        foot[2] = float(world.terrain.height_m(foot[:2]))
        lean = np.array([*random.normal(0.0, 0.03, 2), 1.0])
        crowns.append(_crown(tree, foot, lean=lean, random=random))
        if float(np.linalg.norm(foot - camera_enu_m)) < _LIMBS_SEEN_M:
            stems += _stems(tree, foot, lean=lean, random=random)
        elif tree.kind is not TreeKind.BUSH:
            trunk = foot + lean * tree.height_m * np.array([[0.0], [0.7]])
            stems.append(_rod(trunk[0], trunk[1], 0.008 * tree.height_m + 0.03, random))
    return Growth(
        np.array(stems, dtype=np.float64).reshape(-1, STEM_COLUMNS),
        np.array(crowns, dtype=np.float64).reshape(-1, CROWN_COLUMNS),
    )


def _stems(tree: Tree, foot: Array, *, lean: Array, random: np.random.Generator) -> list[list[float]]:
    """The trunk in three pieces and, of trees with leaves or none, some limbs."""
    if tree.kind is TreeKind.BUSH:
        return []
    girth = 0.011 * tree.height_m + 0.03
    rows = []
    top_share = {TreeKind.LEAFY: 0.7, TreeKind.CONIFER: 0.92, TreeKind.BARE: 0.85}[tree.kind]
    cuts = np.linspace(0.0, top_share, 6)
    for low, high in pairwise(cuts):
        radius = girth * (1.05 - 0.9 * (low + high) / 2 / top_share * 0.8)
        ends = foot + lean * tree.height_m * np.array([[low], [high]])
        rows.append(_rod(ends[0], ends[1], radius, random))
    limbs = {TreeKind.LEAFY: 5, TreeKind.CONIFER: 0, TreeKind.BARE: 15}[tree.kind]
    for index in range(limbs):
        share = 0.3 + 0.5 * (index + random.uniform()) / limbs
        bearing = index * 2.4 + random.uniform(-0.5, 0.5)
        start = foot + lean * tree.height_m * share
        reach = tree.crown_m * (1.05 - 0.75 * share) * random.uniform(0.8, 1.1)
        out = np.array([np.cos(bearing), np.sin(bearing), 0.0])
        elbow = start + out * reach * 0.5 + np.array([0.0, 0.0, 0.35 * reach])
        end = elbow + out * reach * 0.42 + np.array([0.0, 0.0, 0.6 * reach])
        rows.append(_rod(start, elbow, girth * 0.34 * (1.15 - share), random))
        rows.append(_rod(elbow, end, girth * 0.2 * (1.15 - share), random))
        if tree.kind is TreeKind.BARE:
            rows += _twigs(np.stack([start, elbow, end]), girth=girth * (1.15 - share), random=random)
    return rows


def _twigs(limb: Array, *, girth: float, random: np.random.Generator) -> list[list[float]]:
    """Side branches of a bare limb (3, 3): start, elbow, end."""
    rows = []
    length = float(np.linalg.norm(limb[2] - limb[0]))
    for at in np.linspace(0.35, 1.0, 5):
        low, high, share = (limb[0], limb[1], at * 2) if at < 0.5 else (limb[1], limb[2], at * 2 - 1)  # noqa: PLR2004
        start = low + (high - low) * share
        way = (
            random.normal(0.0, 0.55, 3) + (limb[2] - limb[0]) / max(length, 1e-6) + np.array([0.0, 0.0, 0.5])
        )
        end = start + way / np.linalg.norm(way) * length * random.uniform(0.22, 0.4)
        rows.append(_rod(start, end, girth * 0.085, random))
    return rows


def _rod(start: Array, end: Array, radius: float, random: np.random.Generator) -> list[float]:  # noqa: PLR0917
    return [*start, *end, radius, float(_MATERIALS.index(Material.BARK)), float(random.uniform())]


def _crown(tree: Tree, foot: Array, *, lean: Array, random: np.random.Generator) -> list[float]:
    form, middle, half, density = {
        TreeKind.LEAFY: (Form.LEAFY, 0.60, 0.44, 1.0),
        TreeKind.CONIFER: (Form.CONIFER, 0.55, 0.47, 1.0),
        TreeKind.BUSH: (Form.BUSH, 0.42, 0.62, 1.0),
        TreeKind.BARE: (Form.TWIGS, 0.66, 0.40, 1.0),
    }[tree.kind]
    centre = foot + lean * tree.height_m * middle
    material = Material.NEEDLES if form is Form.CONIFER else Material.LEAVES
    tint = _autumn(random) if form is not Form.CONIFER else np.full(3, random.uniform(0.85, 1.15))
    lumps = float(np.clip(0.3 * tree.crown_m, 0.28, 0.95))
    across = tree.crown_m * (1.12 if form is not Form.CONIFER else 1.0)
    return [
        *centre,
        across,
        tree.height_m * half,
        float(form),
        density,
        *(float(value) for value in tint),
        float(random.uniform(0.0, 200.0)),
        lumps,
        float(_MATERIALS.index(material)),
    ]


def _autumn(random: np.random.Generator) -> Array:
    """A tint between green and the browns of late autumn, brighter or darker."""
    turned = float(random.beta(1.2, 2.2))
    tint: Array = (1 - turned) * np.array([0.95, 1.0, 0.9]) + turned * np.array([2.1, 1.25, 0.8])
    return tint * random.uniform(0.85, 1.15)
