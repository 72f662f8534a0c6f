"""Tracks: one moving subject over time, on the ground (site metres) or with no site in the image (pixels)."""

from dataclasses import dataclass

import numpy as np

from truceline.errors import InputError
from truceline.records.classes import ClassPosterior, TrackFeatures
from truceline.records.columns import BoolColumn, FloatColumn, IntColumn


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One subject's smoothed path, one row a frame.

    Attributes:
        track_id: Random within a run (seeded by its inputs), so that ids link nothing across incidents.
        utc_ns: (n,) strictly increasing.
        pts: (n,) presentation time stamps of the same frames.
        state: (n, 4) east, north, east velocity, north velocity; m and m/s.
        covariance: (n, 4, 4) of the state from white pixel noise and motion alone. The calibration's
            error is a bias common to all rows and is kept apart.
        boxes_px: (n, 4) left, top, right, bottom in the image; interpolated where not observed.
        observed: (n,) False where the row was coasted or interpolated: such a row never counts as seen.
        kind: ``person``, ``vehicle``, ``animal`` or ``unknown``: the one with at least an even chance.
        kinds: The probability of each; None in results of older programs.
        features: What was measured of it that tells kinds apart; None in results of older programs.
    """

    track_id: str
    camera_id: str
    utc_ns: IntColumn
    pts: IntColumn
    state: FloatColumn
    covariance: FloatColumn
    boxes_px: FloatColumn
    observed: BoolColumn
    kind: str
    kinds: ClassPosterior | None = None
    features: TrackFeatures | None = None

    def __post_init__(self) -> None:
        """Check that columns agree and time runs forward."""
        rows = len(self.utc_ns)
        shapes = {
            "pts": self.pts.shape == (rows,),
            "state": self.state.shape == (rows, 4),
            "covariance": self.covariance.shape == (rows, 4, 4),
            "boxes_px": self.boxes_px.shape == (rows, 4),
            "observed": self.observed.shape == (rows,),
        }
        wrong = [name for name, fits in shapes.items() if not fits]
        if wrong:
            raise InputError(f"track {self.track_id}: columns {', '.join(wrong)} do not have {rows} rows")
        if rows == 0:
            raise InputError(f"track {self.track_id} has no rows")
        if bool(np.any(np.diff(self.utc_ns) <= 0)):
            raise InputError(f"track {self.track_id}: time does not run forward")

    @property
    def en_m(self) -> FloatColumn:
        """(n, 2) positions."""
        return self.state[:, :2]
