"""Index: which things a ray may meet, by its tile of the picture, of the sun's view or of a lamp's."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit
from truceline.simulate.plates.compiled import lean_jit
from truceline.simulate.plates.scene.gathered import Scene
from truceline.simulate.plates.scene.solids import CENTRE, COSINE, HALF, SINE

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Frame = tuple[float, float, float, float, int, int]

_NEAR_M = 0.05
_MOST_TILES = 200_000
_SECTORS = 90
_LAMP_OWN_M = 0.75


class Index(NamedTuple):
    """Lists of things by tile.

    Things are numbered: solids first, then stems, then crowns.

    Attributes:
        frame: Lowest first and second coordinate, tile's size in both, columns, rows.
        things: Where each tile's things begin and end in this same list (tiles + 1), then their numbers.
    """

    frame: Frame
    things: Whole


def corners_of(scene: Scene) -> Array:
    """Corners (things, 8, 3) of a box around each thing, site metres."""
    signs = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)], dtype=np.float64)
    local = scene.solids[:, None, HALF : HALF + 3] * signs
    cosine, sine = scene.solids[:, COSINE, None], scene.solids[:, SINE, None]
    turned = np.stack(
        [
            local[..., 0] * cosine - local[..., 1] * sine,
            local[..., 0] * sine + local[..., 1] * cosine,
            local[..., 2],
        ],
        axis=-1,
    )
    boxes = turned + scene.solids[:, None, CENTRE : CENTRE + 3]
    low = np.minimum(scene.stems[:, :3], scene.stems[:, 3:6]) - scene.stems[:, 6:7]
    high = np.maximum(scene.stems[:, :3], scene.stems[:, 3:6]) + scene.stems[:, 6:7]
    rods = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * signs
    reach = scene.crowns[:, [3, 3, 4]]
    crowns = scene.crowns[:, None, :3] + reach[:, None] * signs
    return np.concatenate([boxes, rods, crowns])


def index_by_view(
    scene: Scene, straight: Array, *, rotation: Array, position_enu_m: Array, tile: float
) -> Index:
    """The things by tile of the undistorted picture.

    Args:
        scene: The tables.
        straight: (n, 2) straight image coordinates that the view covers.
        rotation: (3, 3) camera from site.
        position_enu_m: (3,) the camera's place.
        tile: Size of a tile on the normalised image plane.
    """
    camera = (corners_of(scene) - position_enu_m) @ rotation.T
    depth = camera[..., 2]
    seen = np.any(depth > _NEAR_M, axis=1)
    whole = np.any(depth <= _NEAR_M, axis=1)
    plane = camera[..., :2] / np.maximum(depth, _NEAR_M)[..., None]
    lows, highs = plane.min(axis=1), plane.max(axis=1)
    lows[whole], highs[whole] = -np.inf, np.inf
    finite = straight[np.isfinite(straight).all(axis=1)]
    return _index(lows, highs, bounds=(finite.min(axis=0), finite.max(axis=0)), tile=tile, kept=seen)


def index_along(scene: Scene, axes: Array, *, margin_m: float, tile_m: float) -> Index:
    """The things by tile of their projection on two axes (2, 3), with a margin around each."""
    corners = corners_of(scene)
    if len(corners) == 0:
        return Index((0.0, 0.0, 1.0, 1.0, 0, 0), np.zeros(1, np.int64))
    plane = corners @ axes.T
    lows, highs = plane.min(axis=1) - margin_m, plane.max(axis=1) + margin_m
    everything = np.ones(len(corners), dtype=bool)
    return _index(lows, highs, bounds=(lows.min(axis=0), highs.max(axis=0)), tile=tile_m, kept=everything)


def index_around_lamps(scene: Scene) -> Index:
    """The things by sector of azimuth (columns) around each lamp (rows)."""
    corners = corners_of(scene)
    lows, highs, kept = [], [], []
    size = 2 * np.pi / _SECTORS
    for row, lamp in enumerate(scene.lamps):
        off = corners[..., :2] - lamp[:2]
        middle = off.mean(axis=1)
        azimuth = np.arctan2(middle[:, 1], middle[:, 0])
        turn = np.arctan2(off[..., 1], off[..., 0]) - azimuth[:, None]
        turn = (turn + np.pi) % (2 * np.pi) - np.pi
        around = (off.min(axis=1) < 0).all(axis=1) & (off.max(axis=1) > 0).all(axis=1)
        around |= np.ptp(turn, axis=1) > np.pi / 2
        low, high = azimuth + turn.min(axis=1), azimuth + turn.max(axis=1)
        low[around], high[around] = -np.pi, np.pi
        own = np.linalg.norm(corners - lamp[:3], axis=2).min(axis=1) < _LAMP_OWN_M
        # A range over the seam at half a turn is entered on both sides of it.
        for shift in (-2 * np.pi, 0.0, 2 * np.pi):
            lows.append(np.stack([low + shift, np.full(len(low), row + 0.5)], axis=1))
            highs.append(np.stack([high + shift, np.full(len(low), row + 0.5)], axis=1))
            kept.append(~own & (high + shift >= -np.pi) & (low + shift <= np.pi))
    frame = (-np.pi, 0.0, size, 1.0, _SECTORS, len(scene.lamps))
    if not lows:
        return Index(frame, np.zeros(1, np.int64))
    names = np.tile(np.arange(len(corners)), 3 * len(scene.lamps))
    return _listed(frame, np.concatenate(lows), np.concatenate(highs), names[:, None], np.concatenate(kept))


def _index(
    lows: Array, highs: Array, *, bounds: tuple[Array, Array], tile: float, kept: NDArray[np.bool_]
) -> Index:
    low, high = bounds
    span = np.maximum(high - low, 1e-9)
    size = max(tile, float(np.sqrt(span[0] * span[1] / _MOST_TILES)))
    columns, rows = (int(np.ceil(side / size)) + 1 for side in span)
    frame = (float(low[0]), float(low[1]), size, size, columns, rows)
    names = np.arange(len(lows))[:, None]
    return _listed(frame, lows, highs, names, kept)


def _listed(  # noqa: PLR0917 - one step of three functions above
    frame: Frame, lows: Array, highs: Array, names: Whole, kept: NDArray[np.bool_]
) -> Index:
    most, low, size = np.array(frame[4:]), np.array(frame[:2]), np.array(frame[2:4])
    first = np.floor(np.clip((lows - low) / size, -1.0, most)).astype(np.int64)
    last = np.floor(np.clip((highs - low) / size, -1.0, most)).astype(np.int64)
    inside = kept & (last >= 0).all(axis=1) & (first < most).all(axis=1)
    spans = np.concatenate([np.maximum(first, 0), np.minimum(last, most - 1), names], axis=1)[inside]
    counts = _counts(spans, frame[4], frame[5])
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    things = _filled(spans, starts, frame[4])
    return Index(frame, np.concatenate([starts + len(starts), things]))


@jit
def _counts(spans: Whole, columns: int, rows: int) -> Whole:  # noqa: PLR0917 - compiled
    counts = np.zeros(columns * rows, np.int64)
    for index in range(spans.shape[0]):
        for row in range(spans[index, 1], spans[index, 3] + 1):
            for column in range(spans[index, 0], spans[index, 2] + 1):
                counts[row * columns + column] += 1
    return counts


@jit
def _filled(spans: Whole, starts: Whole, columns: int) -> Whole:  # noqa: PLR0917 - compiled
    things = np.empty(starts[-1], np.int64)
    reached = starts.copy()
    for index in range(spans.shape[0]):
        for row in range(spans[index, 1], spans[index, 3] + 1):
            for column in range(spans[index, 0], spans[index, 2] + 1):
                tile = row * columns + column
                things[reached[tile]] = spans[index, 4]
                reached[tile] += 1
    return things


@lean_jit
def listed(index: Index, first: float, second: float) -> tuple[int, int]:  # noqa: PLR0917 - compiled
    """Where in ``things`` the list of a place begins and ends; an empty range outside."""
    column = int(np.floor((first - index.frame[0]) / index.frame[2]))
    row = int(np.floor((second - index.frame[1]) / index.frame[3]))
    if column < 0 or row < 0 or column >= index.frame[4] or row >= index.frame[5]:
        return 0, 0
    tile = row * index.frame[4] + column
    return index.things[tile], index.things[tile + 1]
