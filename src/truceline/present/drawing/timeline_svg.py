"""The timeline: what was recorded and what not, who was seen, what was crossed; UTC, local beside."""

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from truceline.present.coverage import CameraCoverage, cameras_coverage, total_share, whole_interval
from truceline.present.drawing.map_svg import hatch_patterns
from truceline.present.drawing.plane import runs
from truceline.present.drawing.svg import element, group
from truceline.present.quantities import clock, day, duration, instant, local_clock, percent, plural
from truceline.present.views.footage import Recording
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.frames import Gap
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan

WIDTH, LEFT, RIGHT = 1080.0, 128.0, 16.0
LANE, TOP = 24.0, 44.0
SUBJECT_LANES = 8
"""More subjects than this share one lane, except those that crossed."""

_TICK_STEPS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600)
_TICKS_MOST = 9
_LABEL_UNIT = 6.2


@dataclass(frozen=True, slots=True, eq=False)
class TimelineContent:
    """What a timeline shows. ``camera_ids`` lists cameras in the site's order, also those without footage."""

    recordings: tuple[Recording, ...]
    gaps: tuple[Gap, ...]
    tracks: tuple[TrackView, ...]
    crossings: tuple[CrossingView, ...]
    local_offset_minutes: int
    camera_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Axis:
    span: UtcSpan

    def x(self, at_utc_ns: float) -> float:
        share = (at_utc_ns - self.span.start_utc_ns) / max(self.span.end_utc_ns - self.span.start_utc_ns, 1)
        return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)


def render_timeline(content: TimelineContent) -> Markup:
    """The timeline as one SVG element; empty markup when there is no footage and no gap."""
    span = whole_interval(content.recordings, content.gaps)
    if span is None:
        return Markup("")
    axis = _Axis(span)
    coverages = cameras_coverage(content.recordings, content.gaps, camera_ids=content.camera_ids)
    lanes: list[tuple[str, list[str]]] = []
    for one in coverages:
        bars, words = _camera_lane(one, axis)
        lanes.append((f"camera {one.camera_id}", bars))
        lanes += [("", words)] if words else []
    lanes += _subject_lanes(content, axis)
    lanes += _crossing_lanes(content, axis)
    bottom = TOP + LANE * len(lanes)
    rows = [
        group(
            [element("text", label, x=10, y=16, class_="lane-label"), *shapes],
            transform=f"translate(0 {TOP + LANE * index:.0f})",
        )
        for index, (label, shapes) in enumerate(lanes)
    ]
    summary = timeline_summary(content)
    return element(
        "svg",
        element("title", "Timeline"),
        element("desc", summary),
        hatch_patterns("time"),
        _ticks(axis, bottom=bottom, offset_minutes=content.local_offset_minutes),
        *rows,
        class_="timeline",
        viewBox=f"0 0 {WIDTH:.0f} {bottom + 8:.0f}",
        role="img",
        aria_label=summary,
        xmlns="http://www.w3.org/2000/svg",
    )


def timeline_summary(content: TimelineContent) -> str:
    """The timeline in words, from the same data as the drawing."""
    span = whole_interval(content.recordings, content.gaps)
    if span is None:
        return "No footage."
    coverages = cameras_coverage(content.recordings, content.gaps, camera_ids=content.camera_ids)
    missing = [stretch.span.seconds for one in coverages for stretch in one.unobserved]
    lost = (
        f"{plural(len(missing), 'stretch', many='stretches')} not observed, {duration(sum(missing))} in all"
    )
    return (
        f"{duration(span.seconds)}, {plural(len(coverages), 'camera')}, "
        f"recorded {percent(total_share(coverages))}, "
        f"{lost if missing else 'no gap'}, {plural(len(content.crossings), 'crossing')}."
    )


def _camera_lane(coverage: CameraCoverage, axis: _Axis) -> tuple[list[str], list[str]]:
    """The bars of one camera, and for the lane below them the words on its gaps."""
    shapes: list[str] = []
    for span in coverage.observed:
        left, right = axis.x(span.start_utc_ns), axis.x(span.end_utc_ns)
        shapes.append(element("rect", x=left, y=9, width=max(right - left, 1), height=6, class_="recorded"))
    labels: list[str] = []
    free_from = LEFT
    for stretch in coverage.unobserved:
        left, right = axis.x(stretch.span.start_utc_ns), axis.x(stretch.span.end_utc_ns)
        wide = max(right - left, 5)
        box = element(
            "rect", element("title", stretch.words), x=left, y=4, width=wide, height=16, class_="gap"
        )
        words = f"gap {duration(stretch.span.seconds)}, {stretch.cause}"
        shapes.append(box)
        at = min(max(left, free_from), WIDTH - RIGHT - _LABEL_UNIT * len(words))
        if at >= free_from:
            labels.append(element("text", words, x=at, y=8, class_="small", data_exact="gap"))
            free_from = at + _LABEL_UNIT * len(words) + 10
    return shapes, labels


def _beside(words: str, *, left: float, right: float, free_from: float) -> tuple[float | None, float]:
    """Where a label fits: right of its mark, else left of it, else nowhere (the page has its words)."""
    length = _LABEL_UNIT * len(words)
    if right + 6 + length <= WIDTH - 4:
        return right + 6, right + 6 + length
    if left - 6 - length >= free_from:
        return left - 6 - length, right
    return None, right


def _subject_lanes(content: TimelineContent, axis: _Axis) -> list[tuple[str, list[str]]]:
    crossing_ids = {view.crossing.track_id for view in content.crossings}
    chosen = [view for view in content.tracks if view.track.track_id in crossing_ids]
    others = [view for view in content.tracks if view.track.track_id not in crossing_ids]
    if len(others) <= SUBJECT_LANES:
        chosen = list(content.tracks)
        others = []
    lanes = [
        (f"{view.label} {view.track.kind}", _presence(view, axis, chosen=view.track.track_id in crossing_ids))
        for view in chosen
    ]
    if others:
        merged = [shape for view in others for shape in _presence(view, axis, chosen=False)]
        lanes.append((f"{len(others)} other tracks", merged))
    return lanes


def _presence(view: TrackView, axis: _Axis, *, chosen: bool) -> list[str]:
    tone = "selected" if chosen else "person"
    shapes: list[str] = []
    for stretch, seen in runs(view.track.observed):
        times = view.track.utc_ns[stretch]
        left, right = axis.x(float(times[0])), axis.x(float(times[-1]))
        if seen:
            bar = element(
                "rect", x=left, y=8, width=max(right - left, 1.5), height=8, class_=f"presence {tone}"
            )
        else:
            bar = element("path", d=f"M{left:.1f} 12H{right:.1f}", class_=f"track not-seen {tone}")
        shapes.append(bar)
    return shapes


def _crossing_lanes(content: TimelineContent, axis: _Axis) -> list[tuple[str, list[str]]]:
    rows: list[list[str]] = []
    row_ends: list[float] = []
    for view in sorted(content.crossings, key=lambda one: one.crossing.crossed_utc_ns):
        left, end, shapes = _crossing_mark(view, axis)
        row = next((index for index, free in enumerate(row_ends) if free <= left), len(rows))
        if row == len(rows):
            rows.append([])
            row_ends.append(0.0)
        rows[row] += shapes
        row_ends[row] = end
    return [("crossings" if index == 0 else "", shapes) for index, shapes in enumerate(rows)]


def _crossing_mark(view: CrossingView, axis: _Axis) -> tuple[float, float, list[str]]:
    """A bar from passing to return with the bounds as wings; an instant is a bar of 4 units."""
    crossing = view.crossing
    bound_ns = crossing.time_bound_s * NS_PER_S
    dwell_ns = crossing.dwell_s.value * NS_PER_S if crossing.dwell_s else 0.0
    wing_ns = (crossing.dwell_s.high - crossing.dwell_s.value) * NS_PER_S if crossing.dwell_s else 0.0
    start, end = axis.x(crossing.crossed_utc_ns), axis.x(crossing.crossed_utc_ns + dwell_ns)
    early = axis.x(crossing.crossed_utc_ns - bound_ns)
    late = axis.x(crossing.crossed_utc_ns + dwell_ns + max(bound_ns, wing_ns))
    end = max(end, start + 4)
    early, late = min(early, start - 2), max(late, end + 2)
    back = " and back" if crossing.dwell_s else ""
    words = f"{view.label} to {crossing.to_side}{back}"
    hint = f"{words}, {instant(crossing.crossed_utc_ns, bound_s=crossing.time_bound_s)} (95 %)"
    at, free_from = _beside(words, left=early, right=late, free_from=LEFT)
    shapes: list[str] = [
        element("rect", x=early, y=5, width=late - early, height=14, class_="wing"),
        element("rect", element("title", hint), x=start, y=5, width=end - start, height=14, class_="event"),
    ]
    if at is not None:
        shapes.append(element("text", words, x=at, y=16, class_="small halo"))
    leftmost = early if at is None else min(at, early)
    return leftmost, free_from + 8, shapes


def _ticks(axis: _Axis, *, bottom: float, offset_minutes: int) -> Markup:
    length_s = max(axis.span.seconds, 0.001)
    step_s = next((step for step in _TICK_STEPS_S if length_s / step <= _TICKS_MOST), 86400.0)
    step_ns = int(step_s * NS_PER_S)
    first = -(-axis.span.start_utc_ns // step_ns) * step_ns
    shapes = [
        element("text", f"UTC {day(axis.span.start_utc_ns)}", x=10, y=16, class_="axis-label"),
        element(
            "text",
            "local " + local_clock(axis.span.start_utc_ns, offset_minutes=offset_minutes).split(" ")[1],
            x=10,
            y=32,
            class_="axis-label second",
        ),
    ]
    shown_day = day(axis.span.start_utc_ns)
    for at in np.arange(first, axis.span.end_utc_ns + 1, step_ns, dtype=np.int64):
        x = axis.x(float(at))
        digits = 1 if step_s < 1 else 0
        label = clock(UtcNs(int(at)), digits=digits)
        if day(UtcNs(int(at))) != shown_day:
            shown_day = day(UtcNs(int(at)))
            label = f"{shown_day} {label[:5]}"
        local = local_clock(UtcNs(int(at)), offset_minutes=offset_minutes, digits=digits).split(" ")[0]
        anchor = "end" if x > WIDTH - 60 else "start"
        shift = -4 if anchor == "end" else 4
        shapes += [
            element("path", d=f"M{x:.1f} 4V{bottom:.1f}", class_="tick"),
            element("text", label, x=x + shift, y=16, class_="axis-label", text_anchor=anchor),
            element("text", local, x=x + shift, y=32, class_="axis-label second", text_anchor=anchor),
        ]
    return group(shapes)
