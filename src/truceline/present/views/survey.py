"""What the pages of the survey show: a site looked over, and a camera calibrated. For the station only."""

from dataclasses import dataclass

from truceline.records.deciding import DecidableGround, DecidableLine
from truceline.records.site import Camera, Line, Site
from truceline.records.surveyed_points import PointResiduals, SurveyedPoints


@dataclass(frozen=True, slots=True)
class SurveyRemark:
    """A remark on the site: ``level`` is note, warning or error."""

    level: str
    subject: str
    sentence: str
    do: str


@dataclass(frozen=True, slots=True)
class CameraSight:
    """How a camera sees the line, metres; None where it sees none of it.

    Attributes:
        across_m: Smallest and largest standard deviation across the line.
        decided_m: Shallowest crossing that it decides, where it is best and where it is worst.
    """

    camera_id: str
    seen_m: float | None
    across_m: tuple[float, float] | None
    decided_m: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class SurveyView:
    """A site, what was found wrong with it, and where it can decide."""

    site: Site
    remarks: tuple[SurveyRemark, ...]
    sights: tuple[CameraSight, ...]
    ground: DecidableGround
    along: DecidableLine
    band_m: float
    usable: bool
    software: str


@dataclass(frozen=True, slots=True, eq=False)
class ResidualsView:
    """A camera as it was calibrated, its points, and how they agree; ``still_uri`` is a picture or empty."""

    camera: Camera
    points: SurveyedPoints
    residuals: PointResiduals
    line: Line
    still_uri: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationView:
    """A camera's calibration from points.

    Attributes:
        drawn: The camera with its points and residuals.
        scale: By how much the points' stated errors were too small (1 or more).
        left_out: Names of points that somebody left out on purpose.
    """

    drawn: ResidualsView
    scale: float
    remarks: tuple[str, ...]
    left_out: tuple[str, ...]
    software: str
