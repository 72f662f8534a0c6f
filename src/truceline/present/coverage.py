"""What was observed and what was not, camera by camera: the coverage that stands beside every count."""

from dataclasses import dataclass

from truceline.present.quantities import clock, day, duration
from truceline.present.views.footage import Recording
from truceline.records.frames import Gap
from truceline.records.time import UtcNs, UtcSpan


@dataclass(frozen=True, slots=True)
class Unobserved:
    """A stretch not observed: when, the cause in a few words, and one sentence on it."""

    span: UtcSpan
    cause: str
    sentence: str

    @property
    def words(self) -> str:
        """When, how long and why: ``06:13:08.0 to 06:13:34.0 UTC, 26.0 s, link lost``."""
        first, last = self.span.start_utc_ns, self.span.end_utc_ns
        start, end = clock(first), clock(last)
        if day(first) != day(last):
            start, end = f"{day(first)} {start}", f"{day(last)} {end}"
        return f"{start} to {end} UTC, {duration(self.span.seconds)}, {self.cause}"


@dataclass(frozen=True, slots=True)
class CameraCoverage:
    """One camera over the whole interval of a page.

    Attributes:
        observed: Stretches that were recorded and usable, in order.
        unobserved: Gaps and stretches without any footage, in order.
        share: Observed share of the interval, 0 to 1.
    """

    camera_id: str
    observed: tuple[UtcSpan, ...]
    unobserved: tuple[Unobserved, ...]
    share: float


def whole_interval(recordings: tuple[Recording, ...], gaps: tuple[Gap, ...]) -> UtcSpan | None:
    """From the earliest to the latest instant of any footage or gap; None without both."""
    spans = [one.span for one in recordings] + [gap.span for gap in gaps]
    if not spans:
        return None
    return UtcSpan(min(span.start_utc_ns for span in spans), max(span.end_utc_ns for span in spans))


def cameras_coverage(
    recordings: tuple[Recording, ...], gaps: tuple[Gap, ...], *, camera_ids: tuple[str, ...] = ()
) -> tuple[CameraCoverage, ...]:
    """Coverage of each camera over the whole interval, in the order given, then in the order met.

    Args:
        recordings: All footage.
        gaps: All gaps.
        camera_ids: Cameras to list even when they have no footage: those were not observed at all.
    """
    whole = whole_interval(recordings, gaps)
    if whole is None:
        return ()
    met = [one.footage.camera_id for one in recordings] + [gap.camera_id for gap in gaps]
    ordered = dict.fromkeys((*camera_ids, *met))
    return tuple(_coverage(camera_id, whole, recordings=recordings, gaps=gaps) for camera_id in ordered)


def total_share(coverages: tuple[CameraCoverage, ...]) -> float:
    """Observed share of all camera time on the page, 0 to 1; 0 without cameras."""
    return sum(one.share for one in coverages) / len(coverages) if coverages else 0.0


def _coverage(
    camera_id: str, whole: UtcSpan, *, recordings: tuple[Recording, ...], gaps: tuple[Gap, ...]
) -> CameraCoverage:
    recorded = _union([one.span for one in recordings if one.footage.camera_id == camera_id])
    own_gaps = sorted(
        (gap for gap in gaps if gap.camera_id == camera_id), key=lambda gap: gap.span.start_utc_ns
    )
    gap_spans = _union([gap.span for gap in own_gaps])
    observed = _minus(recorded, gap_spans)
    holes = _minus([whole], _union([*recorded, *gap_spans]))
    missing = [
        Unobserved(gap.span, gap.reason.kind.replace("_", " ").replace("-", " "), gap.reason.sentence)
        for gap in own_gaps
    ]
    missing += [
        Unobserved(hole, "no footage given", "No footage of this camera covers this stretch.")
        for hole in holes
    ]
    missing.sort(key=lambda stretch: stretch.span.start_utc_ns)
    length = whole.seconds
    share = sum(span.seconds for span in observed) / length if length > 0 else 0.0
    return CameraCoverage(camera_id, tuple(observed), tuple(missing), min(share, 1.0))


def _union(spans: list[UtcSpan]) -> list[UtcSpan]:
    joined: list[UtcSpan] = []
    for span in sorted(spans, key=lambda one: one.start_utc_ns):
        if joined and span.start_utc_ns <= joined[-1].end_utc_ns:
            last = joined.pop()
            span_end = max(last.end_utc_ns, span.end_utc_ns)
            joined.append(UtcSpan(last.start_utc_ns, span_end))
        elif span.seconds > 0:
            joined.append(span)
    return joined


def _minus(spans: list[UtcSpan], holes: list[UtcSpan]) -> list[UtcSpan]:
    left: list[UtcSpan] = []
    for span in spans:
        start: UtcNs = span.start_utc_ns
        for hole in holes:
            if hole.end_utc_ns <= start or hole.start_utc_ns >= span.end_utc_ns:
                continue
            if hole.start_utc_ns > start:
                left.append(UtcSpan(start, hole.start_utc_ns))
            start = max(start, hole.end_utc_ns)
        if start < span.end_utc_ns:
            left.append(UtcSpan(start, span.end_utc_ns))
    return left
