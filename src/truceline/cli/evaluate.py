"""``truceline evaluate``: tracks and crossings against truth that people annotated."""

import dataclasses
import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.errors import InputError

if TYPE_CHECKING:
    from truceline.evaluate.consistency import ConsistencyScores
    from truceline.evaluate.tracking import TrackScores
    from truceline.pipeline.evaluation.crossings import CrossingScores
    from truceline.pipeline.evaluation.evaluate import Evaluation


_DIMENSIONS = 2
"""What ANEES is where the stated errors are right: the dimensions of a place on the ground."""


def evaluate_command(
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH", help="MOTChallenge file, or CSV: frame,id,x_m,y_m.")
    ],
    tracks: Annotated[Path | None, typer.Argument(metavar="TRACKS", help="A file of the same forms.")] = None,
    station: Annotated[
        Path | None, typer.Option(help="Instead of TRACKS: the station that holds them.")
    ] = None,
    run: Annotated[str, typer.Option(help="Which run of the station.")] = "",
    site: Annotated[
        Path | None,
        typer.Option(help="The site whose camera puts boxes on the ground; a station has its own."),
    ] = None,
    camera: Annotated[str, typer.Option(help="Which camera of the site.")] = "",
    scale: Annotated[float, typer.Option(help="Multiplies the truth's pixels.")] = 1.0,
    frames: Annotated[str, typer.Option(help="Only these, FIRST-LAST; without it, those of the truth.")] = "",
    from_row: Annotated[
        float, typer.Option(help="Leave out feet above this row of the picture, where nobody was annotated.")
    ] = 0.0,
    radius: Annotated[float, typer.Option(help="On the ground a pair may match up to here, m.")] = 1.0,
    every_row: Annotated[bool, typer.Option("--all", help="Count rows that were not seen too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    reliability: Annotated[
        Path | None, typer.Option(help="Draw stated probabilities against what was true, as SVG.")
    ] = None,
) -> None:
    """Score tracks (CLEAR, identity, HOTA), stated errors and crossings against annotated truth."""
    from truceline.cli.progress import shown_progress
    from truceline.pipeline.evaluation.evaluate import evaluate, write_reliability
    from truceline.pipeline.evaluation.sides import EvaluateOrder

    order = EvaluateOrder(
        truth=truth,
        tracks=tracks,
        station=station,
        run_id=run,
        site=site,
        camera_id=camera,
        truth_scale=scale,
        frames=_span(frames),
        with_unobserved=every_row,
        from_row_px=from_row,
        radius_m=radius,
    )
    with shown_progress() as progress:
        found = evaluate(order, progress=progress)
    if reliability is not None:
        write_reliability(reliability, found)
        typer.echo(f"wrote {reliability}", err=True)
    if as_json:
        typer.echo(json.dumps(_plain(dataclasses.asdict(found)), indent=1, allow_nan=False))
        return
    for line in evaluation_lines(found):
        typer.echo(line)


def evaluation_lines(found: "Evaluation") -> list[str]:
    """The evaluation as lines for a terminal."""
    from truceline.cli.tables import aligned
    from truceline.present.quantities import plural

    first, last = found.frames
    lines = [
        f"{name}  {side.name}: {plural(side.rows, 'row')} of {plural(side.identities, 'subject')}"
        for name, side in (("truth ", found.truth), ("tracks", found.tracks))
    ]
    lines += [f"frames  {first} to {last}", *found.notes, ""]
    planes = [
        ("image, overlap ≥ 0.5", found.image),
        (f"ground, within {found.radius_m:g} m", found.ground),
    ]
    known = [(head, _cells(scores)) for head, scores in planes if scores is not None]
    names = list(known[0][1])
    rows = [("", *(head for head, _ in known))]
    rows += [(name, *(cells[name] for _, cells in known)) for name in names]
    lines += aligned(rows)
    if found.mean_error_m is not None:
        lines += ["", f"mean distance of matched pairs on the ground: {_number(found.mean_error_m)} m"]
    if found.positions is not None:
        one = found.positions
        lines.append(
            f"stated errors: ANEES {one.anees:.2f} (2 were they right; {one.low:.2f} to {one.high:.2f} "
            f"with {plural(one.independent, 'track')}), 90 % ellipses hold {100 * one.held:.0f} %"
        )
        lines += _consistency_words(one)
    return lines + ([] if found.crossings is None else _crossing_lines(found.crossings))


def _consistency_words(one: "ConsistencyScores") -> list[str]:
    """One sentence where the stated errors are not those that were made."""
    if one.anees > one.high:
        times = math.sqrt(one.anees / _DIMENSIONS)
        return [f"the stated errors are too small: those that were made are about {times:.1f} times as large"]
    if one.anees < one.low:
        return ["the stated errors are larger than those that were made: careful, and not wrong"]
    return []


def _cells(scores: "TrackScores") -> dict[str, str]:
    counts, names, whole = scores.clear, scores.identity, scores.hota
    shares = {
        "MOTA": counts.mota,
        "IDF1": names.idf1,
        "IDP": names.precision,
        "IDR": names.recall,
        "HOTA": whole.hota,
        "DetA": whole.detection,
        "AssA": whole.association,
        "LocA": whole.localisation,
        "MOTP (mean similarity)": counts.motp,
    }
    numbers = {
        "misses": counts.misses,
        "unfounded": counts.unfounded,
        "switches": counts.switches,
        "fragmentations": counts.fragments,
    }
    return {name: _number(value) for name, value in shares.items()} | {
        name: str(value) for name, value in numbers.items()
    }


def _crossing_lines(found: "CrossingScores") -> list[str]:
    from truceline.evaluate.passages import REPORTED_AT
    from truceline.present.quantities import line_name, plural

    passages, claims = found.passages, found.probabilities
    counted = f"a crossing counts as found from P {REPORTED_AT:g} on"
    head = f"passages of {line_name(found.line_id)}, version {found.line_version}, ± {found.tolerance_s:g} s"
    counts = f"{len(passages.missed)} missed, {len(passages.unfounded)} unfounded"
    shares = {"precision": passages.precision, "recall": passages.recall, "F1": passages.f1}
    lines = [
        "",
        f"{head}: {passages.matched} found, {counts}",
        "a passage is one change of side: a crossing with its return is two",
        counted,
        ", ".join(f"{name} {_number(value)}" for name, value in shares.items()),
    ]
    if claims.claims:
        said = f"Brier {claims.brier:.3f}, calibration error {claims.error:.3f}"
        wrong = f"confidently wrong {100 * claims.wrong:.1f} %"
        lines.append(f"probabilities of {plural(claims.claims, 'crossing')}: {said}, {wrong}")
    return lines


def _number(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "–"


def _span(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,9})-(\d{1,9})", text)
    if match is None:
        raise InputError(f"{text!r} is no span of frames.", where="--frames", do="Write FIRST-LAST: 301-795.")
    return int(match[1]), int(match[2])


def _plain(value: object) -> object:
    """The value with null for what is not a number: JSON has no NaN."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
