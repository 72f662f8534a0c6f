"""JSON and CSV: the same fields in both, in the same order."""

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from truceline.export.rows import (
    CrossingRow,
    ExportedRun,
    GapRow,
    JudgementRow,
    TrackColumns,
    crossing_row,
    gap_row,
    run_facts,
    track_columns,
    track_facts,
)

TRACKS_FORMAT = "truceline-tracks/1"
EVENTS_FORMAT = "truceline-events/1"

TRACK_CSV_FIRST = ("run_id", "camera_id", "track_id", "label", "kind", "time_bound_s")
"""Columns that stand before those of ``TrackColumns``."""

JUDGEMENT_CSV = ("judgement_ids", "paragraphs", "outcomes", "is_candidate", "permit_ids")
"""Columns that stand for a crossing's list of judgements; several are separated by a semicolon."""

TRACK_CSV = (*TRACK_CSV_FIRST, *(one.name for one in dataclasses.fields(TrackColumns)))
EVENT_CSV = (
    "kind",
    *(one.name for one in dataclasses.fields(CrossingRow) if one.name != "judgements"),
    *JUDGEMENT_CSV,
    "length_s",
    "reason",
    "sentence",
)


def tracks_as_json(runs: Sequence[ExportedRun]) -> Iterator[str]:
    """Tracks of all runs, with the gaps beside them; one line a track."""
    tracks = (
        {
            **dataclasses.asdict(track_facts(track, run_id=one.run.run_id, line=one.site.line)),
            "columns": dataclasses.asdict(track_columns(track)),
        }
        for one in runs
        for track in one.tracks
    )
    yield from _document(TRACKS_FORMAT, {"runs": _runs(runs), "tracks": tracks, "gaps": _gaps(runs)})


def events_as_json(runs: Sequence[ExportedRun]) -> Iterator[str]:
    """Crossings with their judgements, and gaps; one line an event."""
    crossings = (
        dataclasses.asdict(crossing_row(one, crossing)) for one in runs for crossing in one.run.crossings
    )
    yield from _document(EVENTS_FORMAT, {"runs": _runs(runs), "crossings": crossings, "gaps": _gaps(runs)})


def tracks_as_csv(runs: Sequence[ExportedRun]) -> Iterator[str]:
    """One line a row of a track: a subject in one frame."""
    yield _csv_line(TRACK_CSV)
    for one in runs:
        for exported in one.tracks:
            track, columns = exported.track, track_columns(exported)
            first = (one.run.run_id, track.camera_id, track.track_id, exported.label, track.kind)
            values = [getattr(columns, name) for name in TRACK_CSV[len(TRACK_CSV_FIRST) :]]
            bound_s = run_facts(one).clock_bound_s
            yield from (_csv_line((*first, bound_s, *row)) for row in zip(*values, strict=True))


def events_as_csv(runs: Sequence[ExportedRun]) -> Iterator[str]:
    """One line an event, crossings and gaps in order of time; a field that an event has not is empty."""
    yield _csv_line(EVENT_CSV)
    rows: list[Mapping[str, object]] = []
    for one in runs:
        rows += [_crossing_cells(crossing_row(one, crossing)) for crossing in one.run.crossings]
        rows += [
            {"kind": "gap", **dataclasses.asdict(gap_row(gap, run_id=one.run.run_id))} for gap in one.run.gaps
        ]
    rows.sort(key=lambda row: (str(row["start_utc"]), str(row["event_id"])))
    yield from (_csv_line([row.get(name) for name in EVENT_CSV]) for row in rows)


def _crossing_cells(row: CrossingRow) -> Mapping[str, object]:
    cells = dataclasses.asdict(row)
    judgements: list[JudgementRow] = row.judgements
    cells["kind"] = "crossing"
    cells["judgement_ids"] = "; ".join(one.judgement_id for one in judgements)
    cells["paragraphs"] = "; ".join(one.paragraph for one in judgements)
    cells["outcomes"] = "; ".join(one.outcome for one in judgements)
    cells["is_candidate"] = any(one.is_candidate for one in judgements)
    cells["permit_ids"] = "; ".join(one.permit_id for one in judgements if one.permit_id)
    return cells


def _csv_line(cells: Iterable[object]) -> str:
    """One line after RFC 4180; true and false as in JSON, None as an empty field."""
    text = io.StringIO()
    shown = [str(cell).lower() if isinstance(cell, bool) else cell for cell in cells]
    csv.writer(text, lineterminator="\r\n").writerow(shown)
    return text.getvalue()


def _runs(runs: Sequence[ExportedRun]) -> list[dict[str, object]]:
    return [dataclasses.asdict(run_facts(one)) for one in runs]


def _gaps(runs: Sequence[ExportedRun]) -> list[dict[str, object]]:
    found: list[GapRow] = [gap_row(gap, run_id=one.run.run_id) for one in runs for gap in one.run.gaps]
    return [dataclasses.asdict(gap) for gap in found]


def _document(name: str, parts: Mapping[str, Iterable[dict[str, object]]]) -> Iterator[str]:
    """A JSON object whose parts are lists, one line an item, written as it comes."""
    yield f'{{\n"format": {json.dumps(name)}'
    for part, items in parts.items():
        yield f",\n{json.dumps(part)}: ["
        before = "\n"
        for item in items:
            yield before + json.dumps(item, ensure_ascii=False, allow_nan=False)
            before = ",\n"
        yield "\n]"
    yield "\n}\n"
