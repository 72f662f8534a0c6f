"""Patches: small pictures with cover at a place in a large one; the one thing that is laid over the plate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A picture with cover.

    Attributes:
        left_px: Column of its first pixel in the large picture; it and ``top_px`` may lie outside.
        paint: (h, w, 4) blue, green, red times cover, and cover, 0 to 1; or (h, w, 1), cover alone.
        depth_m: Depth along the optical axis that orders it among others.
    """

    left_px: int
    top_px: int
    paint: Float32
    depth_m: float

    @property
    def cover(self) -> Float32:
        """(h, w) cover."""
        cover: Float32 = self.paint[..., -1]
        return cover


def cut(patch: Patch, size_px: tuple[int, int]) -> Patch | None:
    """The part of a patch inside a picture of that width and height; None when there is none."""
    height, width = patch.paint.shape[:2]
    left, top = max(patch.left_px, 0), max(patch.top_px, 0)
    right, bottom = min(patch.left_px + width, size_px[0]), min(patch.top_px + height, size_px[1])
    if right <= left or bottom <= top:
        return None
    inside = patch.paint[
        top - patch.top_px : bottom - patch.top_px, left - patch.left_px : right - patch.left_px
    ]
    return Patch(left, top, inside, patch.depth_m)


def hidden_by(patch: Patch, nearer: Patch) -> Patch:
    """What is left of a patch when a nearer one is laid over it."""
    shifted = Patch(
        nearer.left_px - patch.left_px, nearer.top_px - patch.top_px, nearer.paint, nearer.depth_m
    )
    over = cut(shifted, (patch.paint.shape[1], patch.paint.shape[0]))
    if over is None:
        return patch
    rows = slice(over.top_px, over.top_px + over.paint.shape[0])
    columns = slice(over.left_px, over.left_px + over.paint.shape[1])
    paint = patch.paint.copy()
    paint[rows, columns] *= 1 - over.paint[..., -1:]
    return Patch(patch.left_px, patch.top_px, paint, patch.depth_m)


def laid(picture: Float32, patch: Patch) -> Float32:
    """The part of a picture (h, w, 3) under a patch that lies inside it, with the patch laid over."""
    height, width = patch.paint.shape[:2]
    under = picture[patch.top_px : patch.top_px + height, patch.left_px : patch.left_px + width]
    return under * (1 - patch.paint[..., 3:]) + patch.paint[..., :3]
