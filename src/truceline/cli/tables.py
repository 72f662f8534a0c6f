"""Tables for a terminal, at most 100 columns: no value without its uncertainty, a gap beside a crossing."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from rich.cells import cell_len

from truceline.export.rows import ExportedRun, TrackFacts, track_facts
from truceline.pipeline.export import write_export
from truceline.present.counts import is_likely
from truceline.present.coverage import cameras_coverage, total_share
from truceline.present.modes import mode_words
from truceline.present.pages.facts import open_words
from truceline.present.quantities import (
    clock,
    day,
    decimals_for,
    duration,
    instant,
    line_name,
    local_clock,
    number,
    offset_name,
    percent,
    plural,
    plus_minus,
    probability,
)
from truceline.present.views.chronicle import chronicle_view, summary_words
from truceline.present.views.footage import Recording
from truceline.present.views.subjects import crossed_tracks, track_labels
from truceline.records.chronicles import Chronicle
from truceline.records.events import Crossing
from truceline.records.findings import Judgement, Outcome
from truceline.records.frames import Gap
from truceline.records.runs import Run
from truceline.records.site import Site
from truceline.records.time import NS_PER_S, UtcNs, parse_utc

WIDTH = 100
"""Columns that a table may take."""

SHOWN_DIGITS = 8
"""So many digits of a candidate's id are shown; ``truceline review`` takes them."""

MOST_GAPS = 10
LONGEST_GAPS = 5
"""Of more gaps than the first only so many have a line in a table, the longest; the page lists every one."""

DAMAGED = "damaged"
"""The kind of a gap in which frames could not be decoded."""

_LINE_95 = 1.96
_BETWEEN = "  "
_INDENT = "    "
_SIDES = 3
"""The cell of an event that names the sides."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One event: when it sorts, its day, its cells, and the lines that stand under them."""

    at_utc_ns: int
    cells: tuple[str, ...]
    below: tuple[str, ...]


def event_lines(run: Run, *, site: Site, labels: Mapping[str, str] | None = None) -> list[str]:
    """Crossings with how they were judged, and gaps, of one run in order of time.

    Args:
        run: The run.
        site: The site that it was made under.
        labels: Short names of tracks as on the station's page; without them the run's tracks are counted.
    """
    names = labels if labels is not None else track_labels(run.tracks)
    entries = [_crossing_entry(one, names[one.track_id], run=run, site=site) for one in run.crossings]
    entries += [_gap_entry(gap, run=run, site=site) for gap in shown_gaps(run.gaps)]
    lines = [*run_lines(run, site=site), *_instrument_lines(run)]
    if entries:
        lines += ["", *_event_table(sorted(entries, key=lambda one: one.at_utc_ns), site=site)]
    if not run.crossings:
        lines.append(_no_crossing(run, site=site))
    if run.withdrawn is not None:
        lines.append(f"{plural(run.withdrawn, 'crossing')} stated at the time and withdrawn later")
    return [*lines, *gap_sum_lines(run)]


def other_run_lines(exported: ExportedRun) -> list[str]:
    """What is said of a run that does not count, because another run of its footage does."""
    run = exported.run
    return [
        f"{run.footage.name}  camera {run.footage.camera_id}  {_run_words(run)}",
        *textwrap.wrap(
            f"not counted: each footage counts once, and run {exported.superseded_by} of the same footage "
            f"was scanned later. --run {run.run_id} shows it.",
            WIDTH,
        ),
    ]


def chronicle_lines(chronicle: Chronicle, *, site: Site) -> list[str]:
    """What all cameras show together: a line for each event that is told, and what could not be said."""
    view = chronicle_view(chronicle, local_offset_minutes=site.local_offset_minutes, track_labels={})
    if not chronicle.world.subjects:
        return []
    lines = ["", f"all cameras together: {summary_words(view)}"]
    for row in view.told:
        measured = "; ".join(row.measured)
        words = (
            f"{row.utc} UTC ({row.local})  {row.what} {row.likelihood}{', ' + measured if measured else ''}"
        )
        lines += textwrap.wrap(words, WIDTH, subsequent_indent=_INDENT)
    for words in (*view.clocks, *view.notes):
        lines += textwrap.wrap(words, WIDTH, subsequent_indent=_INDENT)
    return lines


def _no_crossing(run: Run, *, site: Site) -> str:
    recording = Recording(run.footage, run.span, run.frames)
    if total_share(cameras_coverage((recording,), run.gaps)) > 0:
        return f"no crossing of {line_name(site.line.line_id)}"
    return f"nothing was observed: whether anybody crossed {line_name(site.line.line_id)} cannot be told"


def _instrument_lines(run: Run) -> list[str]:
    names = dict.fromkeys(one.instrument for one in run.judgements)
    return [line for name in names for line in textwrap.wrap(f"¶ paragraph of: {name}", WIDTH)]


def track_lines(exported: ExportedRun) -> list[str]:
    """The tracks of one run: when, how much of each was seen, how near to the line it came; then its gaps."""
    run, site = exported.run, exported.site
    facts = [track_facts(one, run_id=run.run_id, line=site.line) for one in exported.tracks]
    local = f"local {offset_name(site.local_offset_minutes)}"
    heads = ("who", "kind", "track", "from UTC", local, "to UTC", "seen", "nearest to line ± σ", "on side")
    lines = run_lines(run, site=site)
    if facts:
        lines += ["", *aligned([heads, *(_track_cells(one, run=run, site=site) for one in facts)])]
    else:
        lines.append("no track")
    for gap in shown_gaps(run.gaps):
        lines.append(
            f"gap at {clock(gap.span.start_utc_ns)} UTC, {duration(gap.span.seconds)}: {gap.reason.sentence}"
        )
    return [*lines, *gap_sum_lines(run)]


def shown_gaps(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """The gaps that have a line of their own: all, or where there are too many to read the longest ones."""
    if len(gaps) <= MOST_GAPS:
        return tuple(gaps)
    longest = sorted(gaps, key=lambda gap: (-gap.span.seconds, gap.span.start_utc_ns))[:LONGEST_GAPS]
    return tuple(sorted(longest, key=lambda gap: gap.span.start_utc_ns))


def gap_sum_lines(run: Run) -> list[str]:
    """That there is no gap, or, where not every gap has a line, how many there are and what to do."""
    if not run.gaps:
        return [f"no gap: {duration(run.span.seconds)} recorded throughout"]
    if len(run.gaps) <= MOST_GAPS:
        return []
    whole = duration(sum(gap.span.seconds for gap in run.gaps))
    said = f"{len(run.gaps)} gaps, {whole} in all: the longest {LONGEST_GAPS} stand above, all on the page."
    if sum(gap.reason.kind == DAMAGED for gap in run.gaps) > MOST_GAPS:
        said += (
            " This recording is damaged in many places: copy it again from the recorder, and scan the copy."
        )
    return textwrap.wrap(said, WIDTH)


def put(pieces: Iterable[str], out: Path | None) -> None:
    """Print text, or write it to a file and say so; what is printed ends without an empty line."""
    if out is not None:
        write_export(out, pieces)
        typer.echo(f"wrote {out}", err=True)
        return
    for piece in pieces:
        typer.echo(piece, nl=False)


def run_lines(run: Run, *, site: Site) -> list[str]:
    """What was looked at: footage, camera, day, span, clock, and the line that all is measured against."""
    line, span = site.line, run.span
    simulated = "  SIMULATED" if site.simulated else ""
    when = f"{day(span.start_utc_ns)} {clock(span.start_utc_ns)} to {clock(span.end_utc_ns)}"
    counts = f"{plural(run.frames, 'frame')}, {plural(len(run.tracks), 'track')}"
    return [
        f"{run.footage.name}  camera {run.footage.camera_id}  {_run_words(run)}{simulated}",
        f"{when} UTC ± {number(run.clock_bound_s, 2)} s, {counts}",
        f"{line_name(line.line_id)}, version {line.version}, ± {number(_LINE_95 * line.sigma_m, 2)} m (95 %)",
    ]


def _run_words(run: Run) -> str:
    return f"run {run.run_id}, {mode_words(run.mode)}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines with columns under one another; a character two columns wide counts as two."""
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        _BETWEEN.join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cell_len(cell))


def _event_table(entries: Sequence[_Entry], *, site: Site) -> list[str]:
    """A line of cells for each event, and under it what is said of it; long names of sides move there too."""
    local = f"local {offset_name(site.local_offset_minutes)}"
    heads = ("UTC ± 95 %", local, "who", "crossed", "depth if crossed ± σ", "dwell ± σ", "P")
    lines = aligned([heads, *(one.cells for one in entries)])
    if max(cell_len(line) for line in lines) > WIDTH:
        lines = aligned([_without_sides(row) for row in (heads, *(one.cells for one in entries))])
        entries = [replace(one, below=(one.cells[_SIDES], *one.below)) for one in entries]
    table = [lines[0]]
    for one, text in zip(entries, lines[1:], strict=True):
        table.append(text)
        for below in one.below:
            table += textwrap.wrap(below, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return table


def _without_sides(cells: Sequence[str]) -> tuple[str, ...]:
    return (*cells[:_SIDES], *cells[_SIDES + 1 :])


def _crossing_entry(crossing: Crossing, label: str, *, run: Run, site: Site) -> _Entry:
    at, depth, dwell = crossing.crossed_utc_ns, crossing.depth_m, crossing.dwell_s
    cells = (
        _on_its_day(at, instant(at, bound_s=crossing.time_bound_s).replace(" UTC", ""), run=run),
        _local(at, site, digits=decimals_for(crossing.time_bound_s)),
        label,
        f"{crossing.from_side} → {crossing.to_side}",
        plus_minus(depth.value, depth.sigma, unit="m"),
        "not seen back" if dwell is None else plus_minus(dwell.value, dwell.sigma, unit="s"),
        probability(crossing.probability),
    )
    judged = [] if is_likely(crossing) else ["less probable than not: an alternative, not counted"]
    judged += [_judged(one) for one in run.judgements if one.event_id == crossing.event_id]
    stated = run.stated_utc_ns(crossing.event_id)
    if stated is not None:
        after = duration((stated - at) / NS_PER_S)
        judged.append(
            f"stated at {_on_its_day(stated, clock(stated), run=run)} UTC, {after} after the passing"
        )
    return _Entry(int(at), cells, tuple(judged))


def _judged(judgement: Judgement) -> str:
    said = f"¶{judgement.paragraph} {judgement.outcome.value}"
    if judgement.outcome is Outcome.UNDECIDED and (open_conditions := open_words(judgement)):
        said += f" ({open_conditions.rstrip('.')[:1].lower()}{open_conditions.rstrip('.')[1:]})"
    if judgement.is_candidate:
        return f"{said}: candidate {judgement.judgement_id[:SHOWN_DIGITS]}, for two people to decide"
    permit = f", permit {judgement.permit_id}" if judgement.permit_id else ""
    return f"{said}{permit}: recorded, no candidate"


def _gap_entry(gap: Gap, *, run: Run, site: Site) -> _Entry:
    at = gap.span.start_utc_ns
    cells = (_on_its_day(at, clock(at), run=run), _local(at, site), "", f"gap {duration(gap.span.seconds)}")
    return _Entry(int(at), (*cells, "", "", ""), (f"not observed: {gap.reason.sentence}",))


def _track_cells(facts: TrackFacts, *, run: Run, site: Site) -> tuple[str, ...]:
    crossed = facts.track_id in crossed_tracks(run.crossings)
    start, end = parse_utc(facts.start_utc), parse_utc(facts.end_utc)
    return (
        facts.label,
        _kind(facts),
        facts.track_id,
        _on_its_day(start, clock(start), run=run),
        _local(start, site),
        _on_its_day(end, clock(end), run=run),
        percent(facts.observed_fraction),
        "crossed" if crossed else plus_minus(facts.nearest_to_line_m, facts.nearest_sigma_m, unit="m"),
        "" if crossed else facts.nearest_side,
    )


def _kind(facts: TrackFacts) -> str:
    """The kind, with its probability where one is claimed."""
    if facts.kind == "unknown" or facts.kind_probability is None:
        return facts.kind
    return f"{facts.kind} {probability(facts.kind_probability)}"


def _local(at_utc_ns: UtcNs, site: Site, *, digits: int = 1) -> str:
    """Local time, rounded as the UTC time beside it."""
    local = local_clock(at_utc_ns, offset_minutes=site.local_offset_minutes, digits=digits)
    return local.partition(" ")[0]


def _on_its_day(at_utc_ns: UtcNs, text: str, *, run: Run) -> str:
    """The day stands above the table; an event of another day says its own."""
    return text if day(at_utc_ns) == day(run.span.start_utc_ns) else f"{day(at_utc_ns)} {text}"
