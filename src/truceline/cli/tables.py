"""Lines and tables for a terminal: no value without its uncertainty, a gap beside a crossing."""

from truceline.present.quantities import clock, duration, plus_minus, probability
from truceline.present.views import track_labels
from truceline.records.events import Crossing
from truceline.records.frames import Gap
from truceline.records.runs import Run
from truceline.records.site import Site


def event_lines(run: Run, *, site: Site) -> list[str]:
    """Crossings with how they were judged, and gaps, in order of time."""
    labels = track_labels(run.tracks)
    rows = [
        (int(one.crossed_utc_ns), crossing_line(one, labels[one.track_id], run=run)) for one in run.crossings
    ]
    rows += [(int(gap.span.start_utc_ns), gap_line(gap)) for gap in run.gaps]
    if not run.crossings:
        rows.append(
            (int(run.span.end_utc_ns), f"no crossing of line {site.line.line_id} in {run.footage.name}")
        )
    return [text for _, text in sorted(rows)]


def crossing_line(crossing: Crossing, label: str, *, run: Run) -> str:
    """One crossing: time, who, which way, how deep, how long, how surely, and what the rule says."""
    parts = [
        f"{clock(crossing.crossed_utc_ns)} UTC ± {crossing.time_bound_s:.1f} s",
        f"{label} crossed {crossing.from_side} → {crossing.to_side}",
        f"{plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit='m')} deep",
    ]
    if crossing.dwell_s is None:
        parts.append("not seen to return")
    else:
        parts.append(f"returned after {plus_minus(crossing.dwell_s.value, crossing.dwell_s.sigma, unit='s')}")
    parts.append(f"P {probability(crossing.probability)}")
    for judgement in run.judgements:
        if judgement.event_id == crossing.event_id:
            permit = f", permit {judgement.permit_id}" if judgement.permit_id else ""
            parts.append(f"¶{judgement.paragraph} {judgement.outcome.value}{permit}")
    return "  ".join(parts)


def gap_line(gap: Gap) -> str:
    """One gap: when, how long, why."""
    return f"{clock(gap.span.start_utc_ns)} UTC  not observed for {duration(gap.span.seconds)}: {gap.reason.sentence}"
