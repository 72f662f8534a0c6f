"""Where a crossing can be decided: the shallowest depth told from none at 95 %, over ground and line."""

from dataclasses import dataclass

from truceline.records.columns import FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class DecidableGround:
    """A grid of ground cells, north row first, and for each the shallowest depth that is decided there.

    Attributes:
        west_m: West edge of the first cell, site metres; ``north_m`` its north edge.
        cell_m: Side of a cell.
        depth_m: (rows, columns) of the best camera; NaN where no camera sees the ground.
    """

    west_m: float
    north_m: float
    cell_m: float
    depth_m: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class DecidableLine:
    """The same along the line.

    Attributes:
        at_m: (n,) metres from the line's beginning.
        places_en_m: (n, 2) site metres.
        depth_m: (n,) of the best camera; NaN where no camera sees the line.
    """

    at_m: FloatColumn
    places_en_m: FloatColumn
    depth_m: FloatColumn
