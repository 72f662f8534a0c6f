"""Surveyed points: places on the ground with their pixels in one camera, from which it is calibrated."""

from dataclasses import dataclass

import numpy as np

from truceline.records.columns import FloatColumn
from truceline.records.digests import Sha256


@dataclass(frozen=True, slots=True, eq=False)
class SurveyedPoints:
    """Point pairs of one camera, columns of one length.

    Attributes:
        names: What each point is called.
        pixels: (n, 2) u right, v down, in footage of the camera's size; (0, 0) is the first pixel's centre.
        places_enu_m: (n, 3) site metres.
        sigma_px: (n,) standard deviation of marking a point in the picture, each way.
        sigma_m: (n,) standard deviation of the survey, each way.
        source: Name of the file that they were read from, and ``digest`` its SHA-256.
        lines: Line of each point in that file.
    """

    names: tuple[str, ...]
    pixels: FloatColumn
    places_enu_m: FloatColumn
    sigma_px: FloatColumn
    sigma_m: FloatColumn
    source: str
    digest: Sha256
    lines: tuple[int, ...]

    def __len__(self) -> int:
        """How many points."""
        return len(self.names)

    def where(self, row: int) -> str:
        """``FILE:LINE`` of a point."""
        return f"{self.source}:{self.lines[row]}"

    def without(self, *rows: int) -> "SurveyedPoints":
        """The same points but for some rows."""
        kept = [row for row in range(len(self)) if row not in rows]
        return SurveyedPoints(
            names=tuple(self.names[row] for row in kept),
            pixels=np.take(self.pixels, kept, axis=0),
            places_enu_m=np.take(self.places_enu_m, kept, axis=0),
            sigma_px=np.take(self.sigma_px, kept),
            sigma_m=np.take(self.sigma_m, kept),
            source=self.source,
            digest=self.digest,
            lines=tuple(self.lines[row] for row in kept),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PointResiduals:
    """How well each point agrees with a calibration made from all of them, and with one made without it.

    Attributes:
        fitted_px: (n, 2) where the calibration sees the place, minus where it was marked, pixels.
        left_out_px: (n, 2) the same for the calibration made from the other points.
        left_out_m: (n,) distance on the map, at the point's own height, between its survey and where the
            others put its pixel; NaN where that is at the horizon.
        left_out_sigmas: (n,) length of ``left_out_px`` in its own standard deviations.
    """

    fitted_px: FloatColumn
    left_out_px: FloatColumn
    left_out_m: FloatColumn
    left_out_sigmas: FloatColumn
