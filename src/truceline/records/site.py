"""The site: the survey that everything is measured against.

Frame of reference: site east-north-up in metres (``en_m``, ``enu_m``), origin given by ``Origin``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.records.columns import FloatColumn
from truceline.records.digests import Sha256
from truceline.records.time import UtcSpan


@dataclass(frozen=True, slots=True)
class Origin:
    """Where site (0, 0, 0) lies: WGS 84 latitude and longitude in degrees, ellipsoid height in metres."""

    latitude_deg: float
    longitude_deg: float
    height_m: float


@dataclass(frozen=True, slots=True)
class Sides:
    """The names of the two sides: on the left and on the right of the line as it is drawn.

    The order is the site file's and is kept everywhere.
    """

    left: str
    right: str


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The demarcation line: a polyline, its error, and where it comes from.

    Attributes:
        vertices_en_m: (n, 2) vertices in site metres, n >= 2, in drawing order.
        sigma_m: Standard deviation of the line's own position across itself, metres; 0 is refused.
    """

    line_id: str
    version: str
    source: str
    valid: UtcSpan
    sides: Sides
    vertices_en_m: FloatColumn
    sigma_m: float

    def __post_init__(self) -> None:
        """Check that there is a line and that its error is stated."""
        if self.vertices_en_m.ndim != 2 or self.vertices_en_m.shape[0] < 2:
            raise InputError("a line needs at least two vertices", where=f"line {self.line_id}")
        if not self.sigma_m > 0:
            raise InputError(
                f"the line's error is {self.sigma_m} m; no line is known exactly",
                where=f"line {self.line_id}",
                do="State the standard deviation of the survey in metres.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A named polygon on the ground; ``ring_en_m`` is (n, 2), open (first vertex not repeated)."""

    zone_id: str
    name: str
    kind: str
    ring_en_m: FloatColumn


class LandmarkKind(StrEnum):
    """What a landmark is: what people orient themselves by, and what stands in the way."""

    DITCH = "ditch"
    WALL = "wall"
    FENCE = "fence"
    BRIDGE = "bridge"
    POST = "post"
    CHECKPOINT = "checkpoint"
    GATE = "gate"
    ROAD = "road"
    BUILDING = "building"
    MONUMENT = "monument"
    MARKER = "marker"
    TREES = "trees"
    WATER = "water"


class LandmarkShape(StrEnum):
    """How a landmark's points belong together: single places, a path, or the corners of an area."""

    POINT = "point"
    PATH = "path"
    AREA = "area"


@dataclass(frozen=True, slots=True, eq=False)
class Landmark:
    """A named place or obstacle on the ground. It has no meaning to the rules: zones have.

    Attributes:
        points_en_m: (n, 2) site metres: one row for a point, two or more for a path, three or more corners,
            open, for an area.
        height_m: How high it stands above the ground, metres (negative: how deep); None when not surveyed.
        limit_mps: Of a road: the speed allowed on it, or None where none is stated.
    """

    landmark_id: str
    name: str
    kind: LandmarkKind
    shape: LandmarkShape
    points_en_m: FloatColumn
    height_m: float | None = None
    limit_mps: float | None = None

    def __post_init__(self) -> None:
        """Check that there are as many points as the shape needs, and that a limit is a road's."""
        rows = len(self.points_en_m)
        fewest, most = {
            LandmarkShape.POINT: (1, 1),
            LandmarkShape.PATH: (2, None),
            LandmarkShape.AREA: (3, None),
        }[self.shape]
        if rows < fewest or (most is not None and rows > most):
            where = f"landmark {self.landmark_id}"
            raise InputError(f"{rows} points do not make a {self.shape.value}", where=where)
        if self.limit_mps is not None and (self.kind is not LandmarkKind.ROAD or not self.limit_mps > 0):
            where = f"landmark {self.landmark_id}"
            raise InputError(f"{self.limit_mps:g} m/s is no limit of a {self.kind.value}", where=where)


class Distortion(StrEnum):
    """Which way the radial polynomial runs.

    ``BROWN``: distorted = undistorted (1 + k1 r_u^2 + k2 r_u^4 + k3 r_u^6) and the tangential terms.
    ``TSAI``: undistorted = distorted (1 + k1 r_d^2).
    """

    BROWN = "brown"
    TSAI = "tsai"


class Basis(StrEnum):
    """What the stated errors of a calibration rest on.

    ``SURVEYED``: parameters and covariance were measured. ``ASSUMED``: the errors were guessed, or taken over
    without a measurement. ``EXAMPLE``: a template's, of no camera.
    """

    SURVEYED = "surveyed"
    ASSUMED = "assumed"
    EXAMPLE = "example"


SMALLEST_EIGENVALUE = -1e-12
"""Of a covariance: rounding may carry a zero this far below."""

CALIBRATION_PARAMETERS = (
    "focal_log",
    "centre_u_px",
    "centre_v_px",
    "k1",
    "turn_x_rad",
    "turn_y_rad",
    "turn_z_rad",
    "east_m",
    "north_m",
    "up_m",
)
"""The order of the ten calibration parameters in ``Calibration.covariance``.

``focal_log`` scales both focal lengths; the turns are a small rotation vector in site axes applied to
the camera's attitude; the last three move the camera's centre.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A camera's pinhole model with its lens, and the covariance of its ten parameters.

    Attributes:
        focal_px: (2,) focal lengths along u and v, pixels.
        centre_px: (2,) principal point, pixels.
        k1: Radial coefficient in units of the normalised image plane; its direction is ``distortion``.
        rotation: (3, 3) camera from site: x_camera = rotation @ (x_site - position).
            Camera axes: x right, y down, z forward.
        position_enu_m: (3,) centre of projection in site metres.
        covariance: (10, 10) in the order of ``CALIBRATION_PARAMETERS``.
        source: Where the calibration and its covariance come from, in words.
        basis: What its errors rest on; assumed unless somebody says that they were measured.
        k2: Second radial coefficient (Brown's model only, as are the next three); ``k3`` the third.
        p1: First tangential coefficient, in OpenCV's sense; ``p2`` the second. These four belong to the lens
            alone and are taken as known: the covariance holds k1, with which they move together.
    """

    focal_px: FloatColumn
    centre_px: FloatColumn
    k1: float
    distortion: Distortion
    rotation: NDArray[np.float64]
    position_enu_m: FloatColumn
    covariance: NDArray[np.float64]
    source: str
    basis: Basis = Basis.ASSUMED
    k2: float = 0.0
    k3: float = 0.0
    p1: float = 0.0
    p2: float = 0.0

    def __post_init__(self) -> None:
        """Check shapes, that the covariance is one, and that the lens is one of the two models."""
        if self.distortion is Distortion.TSAI and (self.k2, self.k3, self.p1, self.p2) != (0, 0, 0, 0):
            raise InputError("Tsai's lens has one radial coefficient; k2, k3, p1 and p2 are Brown's")
        size = len(CALIBRATION_PARAMETERS)
        if self.covariance.shape != (size, size):
            raise InputError(f"calibration covariance is {self.covariance.shape}, expected {(size, size)}")
        if not np.allclose(self.covariance, self.covariance.T):
            raise InputError("calibration covariance is not symmetric")
        if float(np.linalg.eigvalsh(self.covariance)[0]) < SMALLEST_EIGENVALUE:
            raise InputError("calibration covariance has a negative eigenvalue")
        upright = np.allclose(self.rotation @ self.rotation.T, np.eye(3), atol=1e-6)
        if not upright or float(np.linalg.det(self.rotation)) < 0:
            raise InputError("calibration rotation is not a rotation")


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """A camera of the site.

    Attributes:
        width_px: Of the footage it delivers, as is ``height_px``.
        clock_id: The clock that it shares with other cameras (a recorder's, a network's); empty: its own.
    """

    camera_id: str
    name: str
    band: Literal["visible", "thermal"]
    width_px: int
    height_px: int
    calibration: Calibration
    clock_id: str = ""


@dataclass(frozen=True, slots=True)
class Permit:
    """An authorisation to cross: by whom, where, when, which way, for how many.

    ``zone_id`` names the zone in which the line may be crossed; ``directions`` holds names of sides
    that may be entered; ``persons`` is the largest number of people at a time.
    """

    permit_id: str
    holder: str
    authority: str
    zone_id: str
    valid: UtcSpan
    directions: tuple[str, ...]
    persons: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept (days). Defaults after docs/misuse.md."""

    quiet_footage_days: int
    tracks_without_event_days: int
    closed_incident_days: int


@dataclass(frozen=True, slots=True)
class ReleaseTerms:
    """Who may release, and when.

    Attributes:
        reviewer_keys: Public keys (64 hex digits) of those who decide.
        delay_h: Hours between the event and the earliest release.
        body_keys: Public keys (64 hex digits) with which the competent body signs; none of them decides.
    """

    competent_body: str
    removal_contact: str
    reviewer_keys: tuple[str, ...]
    delay_h: float
    body_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """The whole survey; ``local_offset_minutes`` is shown beside UTC, ``digest`` is that of its files."""

    site_id: str
    name: str
    simulated: bool
    instrument: str
    local_offset_minutes: int
    origin: Origin
    line: Line
    zones: tuple[Zone, ...]
    cameras: tuple[Camera, ...]
    permits: tuple[Permit, ...]
    retention: Retention
    release_terms: ReleaseTerms | None
    digest: Sha256
    landmarks: tuple[Landmark, ...] = ()

    def camera(self, camera_id: str) -> Camera:
        """The camera with that id.

        Raises:
            InputError: The site has no such camera.
        """
        for camera in self.cameras:
            if camera.camera_id == camera_id:
                return camera
        known = ", ".join(camera.camera_id for camera in self.cameras) or "none"
        raise InputError(
            f"the site has no camera {camera_id!r}",
            where=f"site {self.site_id}",
            do=f"Known cameras: {known}.",
        )

    def zone(self, zone_id: str) -> Zone:
        """The zone with that id.

        Raises:
            InputError: The site has no such zone.
        """
        for zone in self.zones:
            if zone.zone_id == zone_id:
                return zone
        raise InputError(f"the site has no zone {zone_id!r}", where=f"site {self.site_id}")
