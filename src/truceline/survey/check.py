"""Check a site as a surveyor would: what is wrong, what is doubtful, how well the line is measured."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely import get_coordinates
from shapely.geometry import LineString, Point, Polygon

from truceline.geometry.camera import depression_sigma_rad
from truceline.geometry.line import extend
from truceline.records.site import CALIBRATION_PARAMETERS, Basis, Camera, LandmarkShape, Line, Permit, Site
from truceline.records.time import UtcNs, format_utc
from truceline.survey.cameras.deciding import HIDING
from truceline.survey.cameras.views import (
    SMALLEST_STEP_M,
    LineView,
    in_picture,
    line_view,
    sees_ground,
)
from truceline.survey.leftovers import still_the_templates
from truceline.survey.load import SITE_FILE, load_site
from truceline.survey.template import EXAMPLE_LINE_SOURCE
from truceline.tables.reader import OPEN_END_UTC_NS, read_toml

Array = NDArray[np.float64]

LONGEST_LINE_M = 10_000.0
FARTHEST_SEEN_SHARE = 0.01
"""A line of kilometres of which the cameras see less than this share is millimetres sooner than a site."""
SHORTEST_LINE_M = 1.0
HIGHEST_CAMERA_M = 200.0
FARTHEST_CAMERA_M = 3_000.0
NARROWEST_FOCAL = 40.0
WIDEST_FOCAL = 0.25
"""Outside of these a unit is more likely wrong than the site is unusual. Focal lengths in picture widths."""

LARGEST_TILT_SIGMA_DEG = 1.0
FARTHEST_CENTRE_WIDTHS = 0.25
"""Errors and principal points beyond these are more likely a wrong unit or order than a bad camera."""
DEEPEST_DECIDED_M = 3.4
"""A crossing as deep as the known one (Panmunjom, 13 November 2017: 3 to 4 m) should be decided somewhere."""
FARTHEST_LANDMARK_M = 5_000.0
SMALLEST_M = 1e-9
WRONG_WAY = 0.5
"""Cosine: a side may lie up to 30 degrees behind what its name says before anybody calls it wrong."""

COMPASS = {
    "north": (0.0, 1.0),
    "south": (0.0, -1.0),
    "east": (1.0, 0.0),
    "west": (-1.0, 0.0),
}

REVIEWERS_NEEDED = 2


class Level(StrEnum):
    """How much a remark weighs. With an error the site must not be used."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a surveyor would say of the site, and what to do about it."""

    level: Level
    subject: str
    sentence: str
    do: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SiteCheck:
    """A site that loads, the remarks on it, and for each camera how it sees the line (None: not at all)."""

    site: Site
    remarks: tuple[Remark, ...]
    views: tuple[tuple[str, LineView | None], ...]

    @property
    def usable(self) -> bool:
        """Whether no remark is an error."""
        return all(remark.level is not Level.ERROR for remark in self.remarks)


def check_site(folder: Path, *, at_utc_ns: UtcNs) -> SiteCheck:
    """Load a site and look it over; ``at_utc_ns`` is the present, for what has expired.

    Raises:
        InputError: The site does not load.
    """
    site = load_site(folder)
    views = tuple((camera.camera_id, line_view(camera, site.line)) for camera in site.cameras)
    remarks = [
        *_line_remarks(site.line, at_utc_ns),
        *_length_remarks(site.line, views),
        *_sight_remarks(site, views),
        *(Remark(Level.WARNING, *said) for said in still_the_templates(site, line_subject(site.line))),
        *_side_remarks(site.line),
        *_zone_remarks(site),
        *_landmark_remarks(site),
        *(
            remark
            for camera, (_, view) in zip(site.cameras, views, strict=True)
            for remark in _camera(camera, view)
        ),
        *_permit_remarks(site, at_utc_ns),
        *_release_remarks(site),
    ]
    if not site.cameras:
        remarks.append(Remark(Level.WARNING, "cameras", "The site has no camera: nothing can be measured."))
    if not read_toml(folder / SITE_FILE).has("retention"):
        sentence = "Retention is not stated; 30, 7 and 365 days are assumed."
        remarks.append(Remark(Level.NOTE, "retention", sentence, "Add [retention]."))
    return SiteCheck(site, tuple(remarks), views)


VAGUE_LINE_SIGMA_M = 1.0
"""An incursion of three metres is told only where the line is known to about a metre."""


def _line_remarks(line: Line, at_utc_ns: UtcNs) -> Iterator[Remark]:
    subject = line_subject(line)
    vertices = line.vertices_en_m
    if not LineString(vertices).is_simple:
        yield Remark(
            Level.ERROR, subject, "The line crosses itself: its sides are not defined.", "Mend the vertices."
        )
    elif not LineString(extend(vertices)).is_simple:
        sentence = (
            "The line, continued straight beyond its ends, crosses itself: far out its sides are not defined."
        )
        yield Remark(Level.WARNING, subject, sentence, "Survey farther than the cameras see.")
    yield from _line_source_remarks(subject, line.source)
    if line.sigma_m > VAGUE_LINE_SIGMA_M:
        sentence = (
            f"The line's own error is {line.sigma_m:g} m: crossings less than about "
            f"{2 * line.sigma_m:g} m deep cannot be told, however good the cameras are."
        )
        yield Remark(Level.WARNING, subject, sentence, "sigma_m is in metres. Survey the line itself.")
    if not line.valid.contains(at_utc_ns):
        ends = (
            "has no end"
            if line.valid.end_utc_ns == OPEN_END_UTC_NS
            else f"ends {_day(line.valid.end_utc_ns)}"
        )
        sentence = f"This version is not in force now: it begins {_day(line.valid.start_utc_ns)} and {ends}."
        yield Remark(Level.WARNING, subject, sentence)


def line_subject(line: Line) -> str:
    """What a remark on the line is about; the word is not said twice."""
    return "line" if line.line_id == "line" else f"line {line.line_id}"


def length_of_m(line: Line) -> float:
    """Length of the line in metres."""
    return float(np.sum(np.linalg.norm(np.diff(line.vertices_en_m, axis=0), axis=1)))


def _length_remarks(line: Line, views: tuple[tuple[str, LineView | None], ...]) -> Iterator[Remark]:
    """A line in another unit: an error where it is kilometres long and hardly any of it is seen."""
    subject, length_m = line_subject(line), length_of_m(line)
    seen_m = sum(view.seen_m for _, view in views if view is not None)
    if length_m > LONGEST_LINE_M:
        sentence = f"The line is {length_m:.0f} m long. Are the coordinates in millimetres?"
        unseen = bool(views) and seen_m < FARTHEST_SEEN_SHARE * length_m
        level = Level.ERROR if unseen else Level.WARNING
        do = "Coordinates are metres: divide by 1000, or keep to the stretch that the cameras see."
        yield Remark(level, subject, sentence, do)
    if length_m < SHORTEST_LINE_M:
        sentence = f"The line is {length_m:.3f} m long. Are the coordinates in degrees or kilometres?"
        yield Remark(Level.ERROR, subject, sentence, "Coordinates are metres.")


def _sight_remarks(site: Site, views: tuple[tuple[str, LineView | None], ...]) -> Iterator[Remark]:
    if views and all(view is None for _, view in views):
        sentence = "No camera sees any of the line: no crossing can ever be measured."
        do = "Check the line's place, and each camera's position and heading."
        yield Remark(Level.ERROR, line_subject(site.line), sentence, do)


def _side_remarks(line: Line) -> Iterator[Remark]:
    """Sides that are called after a direction lie in it, or the line is drawn the wrong way round."""
    ends = line.vertices_en_m[-1] - line.vertices_en_m[0]
    to_left = np.array([-ends[1], ends[0]]) / max(float(np.linalg.norm(ends)), SMALLEST_M)
    for name, sign in ((line.sides.left, 1.0), (line.sides.right, -1.0)):
        named = [COMPASS[word] for word in re.findall("[a-z]+", name.lower()) if word in COMPASS]
        if named and float(np.mean(np.array(named), axis=0) @ to_left) * sign < -WRONG_WAY:
            sentence = (
                f"The side {name!r} lies in the other direction: the line is drawn the other way round."
            )
            do = "Reverse its vertices, or change left and right."
            yield Remark(Level.WARNING, line_subject(line), sentence, do)
            return


def _landmark_remarks(site: Site) -> Iterator[Remark]:
    path = LineString(site.line.vertices_en_m)
    for landmark in site.landmarks:
        subject = f"landmark {landmark.landmark_id}"
        if landmark.shape is LandmarkShape.AREA and not Polygon(landmark.points_en_m).is_valid:
            yield Remark(Level.ERROR, subject, "Its outline crosses itself.", "Mend the corners.")
        apart_m = float(np.min([path.distance(Point(*point)) for point in landmark.points_en_m]))
        if apart_m > FARTHEST_LANDMARK_M:
            sentence = f"It lies {apart_m / 1000:.0f} km from the line."
            yield Remark(Level.WARNING, subject, sentence, "Coordinates are metres.")
        if landmark.height_m is None and landmark.kind in HIDING:
            sentence = f"No height is stated for this {landmark.kind.value}: it is taken to hide nothing."
            yield Remark(Level.NOTE, subject, sentence, "Add height_m.")


def _zone_remarks(site: Site) -> Iterator[Remark]:
    for zone in site.zones:
        if not Polygon(zone.ring_en_m).is_valid:
            yield Remark(
                Level.ERROR, f"zone {zone.zone_id}", "Its outline crosses itself.", "Mend the corners."
            )


def _camera(camera: Camera, view: LineView | None) -> Iterator[Remark]:
    subject = f"camera {camera.camera_id}"
    yield from _unit_remarks(camera)
    yield from _basis_remarks(subject, camera.calibration.basis)
    variances = np.diag(camera.calibration.covariance)
    without = [
        name for name, variance in zip(CALIBRATION_PARAMETERS, variances, strict=True) if variance == 0
    ]
    if len(without) == len(CALIBRATION_PARAMETERS):
        sentence = (
            "All errors of the calibration are 0: no calibration is exact, and nothing could be decided."
        )
        yield Remark(Level.ERROR, subject, sentence, "State the standard deviations.")
    elif without:
        sentence = f"No error is stated for {', '.join(without)}."
        yield Remark(Level.WARNING, subject, sentence, "State standard deviations above 0.")
    # Not the turns' own variances: a tilt and a principal point fitted together make up for each other.
    middle = np.array([[camera.width_px, camera.height_px]]) / 2
    tilt_deg = float(np.rad2deg(depression_sigma_rad(camera.calibration, middle)[0]))
    if tilt_deg > LARGEST_TILT_SIGMA_DEG:
        sentence = f"The tilt of its view is known to {tilt_deg:.1f} degrees only."
        yield Remark(Level.WARNING, subject, sentence, "Calibrate it from surveyed points.")
    if not sees_ground(camera):
        sentence = "The calibration is above the horizon: no ground in the picture."
        yield Remark(Level.ERROR, subject, sentence, "Check tilt (negative looks down) and rotation.")
    elif view is None:
        yield Remark(
            Level.WARNING, subject, "It sees no part of the line.", "Check position, heading and line."
        )
    elif view.best_decided_m > DEEPEST_DECIDED_M:
        sentence = f"Nowhere on the line can it decide a crossing shallower than {view.best_decided_m:.1f} m."
        yield Remark(
            Level.WARNING, subject, sentence, "Calibrate it better, or look from nearer and higher up."
        )


def _line_source_remarks(subject: str, source: str) -> Iterator[Remark]:
    if source == EXAMPLE_LINE_SOURCE:
        yield Remark(
            Level.ERROR, subject, "It is the template's example.", "Survey it, and say how in source."
        )
    elif source.lower().startswith("example"):
        yield Remark(Level.WARNING, subject, "Its source calls it an example.", "Survey it, and say how.")
    elif "assumed" in source.lower():
        yield Remark(Level.NOTE, subject, "Its error is assumed, not measured.")


def _basis_remarks(subject: str, basis: Basis) -> Iterator[Remark]:
    if basis is Basis.EXAMPLE:
        sentence = "Its calibration is the template's example: scan refuses it."
        do = 'Calibrate it, say how in source, and write basis = "surveyed" (errors measured) or "assumed".'
        yield Remark(Level.ERROR, subject, sentence, do)
    elif basis is Basis.ASSUMED:
        sentence = "The errors of its calibration are assumed, not measured: nothing is more than UNDECIDED."
        do = 'Measure them, and write basis = "surveyed" in [camera.calibration].'
        yield Remark(Level.WARNING, subject, sentence, do)


def _unit_remarks(camera: Camera) -> Iterator[Remark]:
    subject = f"camera {camera.camera_id}"
    position = camera.calibration.position_enu_m
    if float(position[2]) > HIGHEST_CAMERA_M or float(np.max(np.abs(position))) > FARTHEST_CAMERA_M:
        sentence = f"It stands at {', '.join(f'{value:g}' for value in position)}. Are these millimetres?"
        yield Remark(Level.WARNING, subject, sentence, "Positions are metres from the origin.")
    widths = camera.calibration.focal_px / camera.width_px
    if float(np.min(widths)) < WIDEST_FOCAL or float(np.max(widths)) > NARROWEST_FOCAL:
        sentence = f"Its focal length is {float(camera.calibration.focal_px[0]):g} px. Are these millimetres?"
        yield Remark(Level.WARNING, subject, sentence, "Focal lengths are pixels of the stated picture.")
    middle = np.array([camera.width_px, camera.height_px]) / 2
    if float(np.max(np.abs(camera.calibration.centre_px - middle))) > (
        FARTHEST_CENTRE_WIDTHS * camera.width_px
    ):
        u, v = camera.calibration.centre_px.tolist()
        sentence = f"Its principal point ({u:g}, {v:g}) is far from the middle of the picture."
        yield Remark(Level.WARNING, subject, sentence, "Is it for another picture size, or cropped?")


def _permit_remarks(site: Site, at_utc_ns: UtcNs) -> Iterator[Remark]:
    path = LineString(site.line.vertices_en_m)
    for permit in site.permits:
        subject = f"permit {permit.permit_id}"
        if permit.revoked:
            yield Remark(Level.NOTE, subject, "It is revoked.")
        elif permit.valid.end_utc_ns <= at_utc_ns:
            yield Remark(Level.NOTE, subject, f"It expired {_day(permit.valid.end_utc_ns)}.")
        line_valid = site.line.valid
        if (
            permit.valid.end_utc_ns <= line_valid.start_utc_ns
            or permit.valid.start_utc_ns >= line_valid.end_utc_ns
        ):
            yield Remark(
                Level.WARNING, subject, "It is never valid while this version of the line is in force."
            )
        zone = Polygon(site.zone(permit.zone_id).ring_en_m)
        if zone.is_valid and not zone.intersects(path):
            sentence = f"Its zone {permit.zone_id} does not touch the line: it permits no crossing."
            yield Remark(Level.WARNING, subject, sentence)
        elif zone.is_valid and site.cameras and not _is_seen(site, zone):
            sentence = (
                f"No camera sees the line in its zone {permit.zone_id}: every crossing there goes unseen."
            )
            yield Remark(Level.NOTE, subject, sentence)
    for one, other in combinations(site.permits, 2):
        if _overlap(one, other):
            sentence = f"It overlaps with permit {other.permit_id}; the numbers of people are not added."
            yield Remark(Level.NOTE, f"permit {one.permit_id}", sentence)


def _is_seen(site: Site, zone: Polygon) -> bool:
    """Whether a camera sees the line somewhere in a zone."""
    path = LineString(site.line.vertices_en_m)
    inside = get_coordinates(zone.intersection(path).segmentize(SMALLEST_STEP_M))
    return any(bool(in_picture(camera, inside).any()) for camera in site.cameras)


def _overlap(one: Permit, other: Permit) -> bool:
    return (
        not (one.revoked or other.revoked)
        and one.zone_id == other.zone_id
        and one.valid.start_utc_ns < other.valid.end_utc_ns
        and other.valid.start_utc_ns < one.valid.end_utc_ns
        and bool(set(one.directions) & set(other.directions))
    )


def _release_remarks(site: Site) -> Iterator[Remark]:
    terms = site.release_terms
    if terms is None:
        yield Remark(Level.NOTE, "release", "No release terms: nothing can be released.", "Add [release].")
        return
    if len(terms.reviewer_keys) < REVIEWERS_NEEDED:
        sentence = f"{len(terms.reviewer_keys)} reviewer keys, two needed: nothing can be released."
        yield Remark(Level.NOTE, "release", sentence, "Add the public keys of two different people.")
    if not terms.body_keys:
        sentence = "No key of the competent body: nothing can be released."
        yield Remark(Level.NOTE, "release", sentence, "Add body_keys.")


def _day(at_utc_ns: UtcNs) -> str:
    return format_utc(at_utc_ns, digits=0)
