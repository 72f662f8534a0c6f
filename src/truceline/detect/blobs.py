"""Plain blobs: what moves in a picture without a calibration, as boxes in pixels."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SMALLEST_AREA_SHARE = 1.5e-4
"""Blobs below this share of the picture are noise: about 6 × 9 pixels in 640 × 480."""
SMALLEST_AREA_PX = 24
JOIN_GAP_SHARE = 0.2
"""Pieces above one another, nearer than this share of the larger one's width, are one subject cut in two."""
FEWEST_COLUMNS_SHARED = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Blobs:
    """Boxes (n, 4) left, top, right, bottom in pixels, and each one's share of foreground pixels (n,)."""

    boxes_px: NDArray[np.float64]
    fill: NDArray[np.float64]


def find_blobs(mask: NDArray[np.uint8]) -> Blobs:
    """Connected pieces of a (height, width) 0/1 mask, large enough to be a subject, pieces of one joined."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    table = np.asarray(stats, dtype=np.float64)[1:]
    smallest = max(SMALLEST_AREA_PX, SMALLEST_AREA_SHARE * mask.size)
    # Pieces of a third of the smallest size may still join with others.
    table = table[table[:, 4] >= smallest / 3]
    boxes = np.stack(
        [table[:, 0], table[:, 1], table[:, 0] + table[:, 2], table[:, 1] + table[:, 3], table[:, 4]], axis=1
    )
    joined = _joined(boxes)
    joined = joined[joined[:, 4] >= smallest]
    area = (joined[:, 2] - joined[:, 0]) * (joined[:, 3] - joined[:, 1])
    return Blobs(joined[:, :4], joined[:, 4] / np.maximum(area, 1.0))


def _joined(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes with their pixel counts, pieces stacked above one another merged, the largest first."""
    whole: list[NDArray[np.float64]] = []
    for piece in boxes[np.argsort(-boxes[:, 4], kind="stable")]:
        for index, box in enumerate(whole):
            if _belongs(piece, box):
                whole[index] = np.concatenate(
                    [np.minimum(piece[:2], box[:2]), np.maximum(piece[2:4], box[2:4]), [piece[4] + box[4]]]
                )
                break
        else:
            whole.append(piece)
    return np.array(whole).reshape(-1, 5)


def _belongs(piece: NDArray[np.float64], box: NDArray[np.float64]) -> bool:
    shared = min(piece[2], box[2]) - max(piece[0], box[0])
    gap = max(piece[1], box[1]) - min(piece[3], box[3])
    wide = box[2] - box[0]
    return bool(
        shared > FEWEST_COLUMNS_SHARED * min(piece[2] - piece[0], wide) and gap < JOIN_GAP_SHARE * wide
    )
