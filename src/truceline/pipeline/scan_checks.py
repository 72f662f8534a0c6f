"""What is said, or refused, before a scan: what no result could rest on, and what bounds every result."""

from collections.abc import Iterator, Sequence

import numpy as np

from truceline.errors import InputError
from truceline.pipeline.footage import OpenedFootage, undeclared_rate
from truceline.present.quantities import clock, day, number
from truceline.records.site import Basis, Camera, Line, Site
from truceline.records.time import UtcNs, UtcSpan
from truceline.survey.cameras.views import in_picture, line_samples, sees_ground
from truceline.survey.template import EXAMPLE_LINE_SOURCE
from truceline.tables.reader import OPEN_END_UTC_NS


def refuse_example_line(site: Site) -> None:
    """Refuse a line that nobody surveyed.

    Raises:
        InputError: The line is the template's.
    """
    if site.line.source == EXAMPLE_LINE_SOURCE:
        raise InputError(
            "its line is the template's example: nobody crosses a line that is not there.",
            where=f"site {site.site_id}, line {site.line.line_id}",
            do="Survey the line, and say who did, how and when in source of [line].",
        )


def check_views(opened: Sequence[OpenedFootage], site: Site) -> None:
    """Refuse footage of a camera that sees no part of the line: nobody who crosses would be in its picture.

    Raises:
        InputError: There is such a camera.
    """
    for one in opened:
        camera = one.camera
        # A camera that sees no ground is refused by its detector, with another remedy.
        if sees_ground(camera) and line_seen_m(camera, site.line)[0] <= 0:
            raise InputError(
                f"camera {camera.camera_id} sees no part of line {site.line.line_id}: whoever crosses it is "
                "not in this footage",
                where=str(one.reader.path),
                do="Give footage of a camera that sees the line, or mend line and calibration: truceline "
                "site check shows both.",
            )


def warnings_of(opened: Sequence[OpenedFootage], site: Site) -> Iterator[str]:
    """What bounds the results of a scan, a line each: errors, sight, validity, rates."""
    for camera in {one.camera.camera_id: one.camera for one in opened}.values():
        if camera.calibration.basis is Basis.ASSUMED:
            yield (
                f"warning  camera {camera.camera_id}: the errors of its calibration are assumed, not "
                "measured; no candidate will be more than UNDECIDED"
            )
        if words := partly_seen_words(camera, site.line):
            yield f"warning  {words}"
    for one in opened:
        if words := validity_words(one.reader.footage.name, one.reader.whole_span, line=site.line):
            yield f"warning  {words}"
    yield from (f"footage  {words}" for words in map(undeclared_rate, opened) if words)


def line_seen_m(camera: Camera, line: Line) -> tuple[float, float]:
    """Length of the line in the camera's picture, and its whole length, metres; as if nothing hid it."""
    points, step_m = line_samples(line.vertices_en_m)
    return float(np.count_nonzero(in_picture(camera, points))) * step_m, len(points) * step_m


def partly_seen_words(camera: Camera, line: Line) -> str:
    """How much of the line a camera sees, where it is not all of it; else empty."""
    seen_m, whole_m = line_seen_m(camera, line)
    if seen_m >= whole_m:
        return ""
    decimals = 0 if seen_m >= _WHOLE_METRES_FROM_M else 1
    lengths = f"{number(seen_m, decimals)} of {number(whole_m, decimals)} m"
    return f"camera {camera.camera_id} sees {lengths} of the line; the rest was not observed"


_WHOLE_METRES_FROM_M = 10.0


def validity_words(name: str, span: UtcSpan, *, line: Line) -> str:
    """That a footage lies, wholly or partly, outside the time in which this version of the line holds."""
    valid = line.valid
    if valid.start_utc_ns <= span.start_utc_ns and span.end_utc_ns <= valid.end_utc_ns:
        return ""
    outside = span.end_utc_ns <= valid.start_utc_ns or span.start_utc_ns >= valid.end_utc_ns
    how = "lies" if outside else "lies partly"
    covers = f"{_day_and_clock(span.start_utc_ns)} to {_day_and_clock(span.end_utc_ns)} UTC"
    return (
        f"{name}, {covers}, {how} outside the validity of line {line.line_id}, version {line.version} "
        f"({_valid(valid)}): no candidate there is more than UNDECIDED. Give the version of the line that "
        "was in force then, or correct the footage's start."
    )


def _valid(valid: UtcSpan) -> str:
    end = "without end" if valid.end_utc_ns >= OPEN_END_UTC_NS else f"to {_day_and_clock(valid.end_utc_ns)}"
    return f"from {_day_and_clock(valid.start_utc_ns)} {end}"


def _day_and_clock(at_utc_ns: UtcNs) -> str:
    return f"{day(at_utc_ns)} {clock(at_utc_ns, digits=0)}"
