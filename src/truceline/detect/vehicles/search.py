"""Where a vehicle would stand to fill a silhouette: all builds at all headings, then finely.

Method: a coarse search puts every build at every heading so that its outline touches the silhouette's box
at its lower edge or at a lower corner; the best is then moved, turned and exchanged in small steps. What a
pose explains is the number of silhouette pixels in its outline minus the number of others there, so that a
small outline inside a large silhouette and a large one around a small silhouette both lose. The estimate is
the mean over the fine search, weighted by how well each pose explains the silhouette; its spread is what the
silhouette leaves open (depth and length trade off against each other), and so is the covariance.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.detect.vehicles.cuboid import BUILDS, Poses, corners_px
from truceline.detect.vehicles.outline import Silhouette
from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.records.site import Calibration

Array = NDArray[np.float64]

COARSE_HEADINGS = 8
FINE_TURNS_RAD = np.deg2rad([-15.0, -7.5, 0.0, 7.5, 15.0])
FINE_STEPS_M = (-0.8, -0.4, 0.0, 0.4, 0.8)
AGREEING_SHARE = 0.04
"""Two poses whose explained pixels differ by this share of the outline are told apart by one unit of log
probability: edges of a silhouette are wrong together, by reflections, shadows and compression. Chosen so that
in drawn traffic with shadows the true centre lies inside the stated region as often as stated."""
LEAST_COARSE = 0.25
"""Of an outline, silhouette minus the rest: below it the fine search is not worth its time. A vehicle ends
above 0.52."""
EDGE_PX = 1.5
CUT_FACTOR = 2.0
"""How much worse a place is known when the border cuts a good part of the outline."""
WHOLE_VISIBLE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The best vehicle for a silhouette.

    Attributes:
        centre_en_m: (2,) of its footprint; ``covariance_m2`` (2, 2).
        heading_rad: Counter-clockwise from east, up to half a turn.
        size_m: Length, width and height.
        corners_px: (c, 2) whose hull is its outline.
        fill: Share of its outline inside the picture that the silhouette fills; ``rim`` the same of a rim.
        visible: Share of the outline that is inside the picture.
        pixels_per_m: Of an upright metre at the centre.
    """

    centre_en_m: Array
    covariance_m2: Array
    heading_rad: float
    size_m: tuple[float, float, float]
    corners_px: Array
    fill: float
    rim: float
    visible: float
    pixels_per_m: float


def best_standing(silhouette: Silhouette, *, calibration: Calibration) -> Standing | None:
    """The vehicle that explains a silhouette best; None where none explains ``LEAST_COARSE`` of its outline.

    Args:
        silhouette: In a picture of the calibration's size.
        calibration: Of the camera.
    """
    coarse = _coarse(silhouette, calibration=calibration)
    if len(coarse) == 0:
        return None
    table = silhouette.counted(corners_px(calibration, coarse))
    best = int(np.argmax(_explained(table)))
    if _explained(table)[best] <= LEAST_COARSE * table[best, 1]:
        return None
    fine = _fine(coarse, best)
    corners = corners_px(calibration, fine)
    table = silhouette.counted(corners)
    explained = _explained(table)
    best = int(np.argmax(explained))
    weights = np.exp((explained - explained[best]) / (AGREEING_SHARE * table[best, 1]))
    standing = _standing(fine, weights / weights.sum(), table=table[best], corners=corners[best])
    return replace(standing, pixels_per_m=_pixels_per_m(standing.centre_en_m, calibration))


def _explained(table: Array) -> Array:
    explained: Array = 2 * table[:, 0] - table[:, 1]
    return explained


def _standing(poses: Poses, weights: Array, *, table: Array, corners: Array) -> Standing:
    centre = weights @ poses.centres_en_m
    apart = poses.centres_en_m - centre
    step = FINE_STEPS_M[1] - FINE_STEPS_M[0]
    sizes = np.array([(one.length_m, one.width_m, one.height_m) for one in BUILDS])[poses.builds]
    length, width, height = weights @ sizes
    visible = float(table[1] / max(table[2], 1.0))
    worse = CUT_FACTOR if visible < WHOLE_VISIBLE else 1.0
    doubled = weights @ np.exp(2j * poses.headings_rad)
    return Standing(
        centre_en_m=centre,
        # Poses lie on a grid: even when one of them explains everything, a step's spread is left.
        covariance_m2=worse**2 * ((weights[:, None] * apart).T @ apart + np.eye(2) * step**2 / 12),
        heading_rad=float(np.angle(doubled) / 2 % np.pi),
        size_m=(float(length), float(width), float(height)),
        corners_px=corners,
        fill=float(table[0] / max(table[1], 1.0)),
        rim=float(table[3] / max(table[4], 1.0)),
        visible=visible,
        pixels_per_m=np.nan,
    )


def _pixels_per_m(centre_en_m: Array, calibration: Calibration) -> float:
    ends = np.array([[*centre_en_m, 0.0], [*centre_en_m, 1.0]])
    foot, head = pixel_from_site(calibration, ends)
    return float(np.linalg.norm(head - foot))


def _coarse(silhouette: Silhouette, *, calibration: Calibration) -> Poses:
    """Every build at every heading, its outline put to the middle and both sides of the silhouette's box."""
    turns: Array = np.arange(COARSE_HEADINGS) * np.pi / COARSE_HEADINGS
    headings, builds, across = (
        one.ravel() for one in np.meshgrid(turns, np.arange(len(BUILDS)), [0.0, 0.5, 1.0], indexing="ij")
    )
    box = silhouette.box
    start = ground_from_pixel(calibration, np.array([[(box[0] + box[2]) / 2, box[3]]]))
    poses = Poses(
        np.repeat(start, len(headings), axis=0), headings.astype(np.float64), builds.astype(np.int64)
    )
    # The lower edge stands on the ground; of what the picture's border cuts, only the upper one is known.
    cut_below = box[3] >= silhouette.place[3] - EDGE_PX
    shares = np.stack([across, np.full(len(across), 0.0 if cut_below else 1.0)], axis=1)
    for _ in range(2):
        wanted_px = box[:2] + shares * (box[2:] - box[:2])
        poses = _shifted(poses, wanted_px, shares=shares, calibration=calibration)
    kept = np.isfinite(poses.centres_en_m).all(axis=1)
    return Poses(poses.centres_en_m[kept], poses.headings_rad[kept], poses.builds[kept])


def _shifted(poses: Poses, wanted_px: Array, *, shares: Array, calibration: Calibration) -> Poses:
    """Poses moved on the ground so that the points at ``shares`` (n, 2) of their boxes lie where wanted."""
    corners = corners_px(calibration, poses)
    lowest, highest = corners.min(axis=1), corners.max(axis=1)
    shown = lowest + shares * (highest - lowest)
    ground = np.concatenate([poses.centres_en_m, np.zeros((len(poses), 1))], axis=1)
    centres = pixel_from_site(calibration, ground) + wanted_px - shown
    return Poses(ground_from_pixel(calibration, centres), poses.headings_rad, poses.builds)


def _fine(coarse: Poses, best: int) -> Poses:
    """Poses about one of them: moved along and across, turned, and of every build."""
    turns, along, across, builds = (
        one.ravel()
        for one in np.meshgrid(
            FINE_TURNS_RAD, FINE_STEPS_M, FINE_STEPS_M, np.arange(len(BUILDS)), indexing="ij"
        )
    )
    heading = coarse.headings_rad[best]
    forward = np.array([np.cos(heading), np.sin(heading)])
    sideways = np.array([-forward[1], forward[0]])
    centres = coarse.centres_en_m[best] + along[:, None] * forward + across[:, None] * sideways
    return Poses(centres, heading + turns, builds.astype(np.int64))
