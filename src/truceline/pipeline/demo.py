"""The demonstration: a drawn incident from footage to a verified pack, and one changed byte refused."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import InputError
from truceline.evidence.keys import demonstration_key
from truceline.evidence.verify import verify_pack
from truceline.pipeline.drawn import DrawnFiles, SiteKeys, write_drawn_incident
from truceline.pipeline.pages import write_station_page
from truceline.pipeline.progress import Notice, Progress
from truceline.pipeline.release import ReleaseOrder, release
from truceline.pipeline.review import Candidate, Vote, decide, open_candidate
from truceline.pipeline.scan import ScanOrder, ScanResult, scan
from truceline.present.quantities import clock, local_clock, plus_minus, probability
from truceline.present.views.subjects import track_labels
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.releases import CheckOutcome, TrustedKeys, Verification
from truceline.records.reviews import Verdict
from truceline.records.runs import Run
from truceline.records.time import NS_PER_S, UtcNs
from truceline.store.station import disk_errors

SEED = 7
REVIEWERS = ("reviewer-1", "reviewer-2")
REASON = "Scripted for the demonstration: the measured depth lies well beyond the line and its band."
CHANGED_FILE = "data/finding.json"
CHANGED_OFFSET = 2017
_MARK = "demonstration.txt"
_MARK_TEXT = "Written by truceline demo. It may be deleted, and the next demonstration replaces it.\n"
_DELAY_S = 25 * 3600


@dataclass(frozen=True, slots=True)
class DemoResult:
    """The eight lines of the last screen, and whether everything went as it must."""

    lines: tuple[str, ...]
    page: Path
    good: bool


def demonstrate(out: Path, *, seed: int, progress: Progress, notice: Notice) -> DemoResult:
    """Run the demonstration into a folder.

    1. A minute of one camera is drawn, with its site; the analysis sees footage and site, never the truth.
    2. The footage is scanned: tracks, crossings, candidates.
    3. Two scripted reviewers decide, a pack is sealed with a demonstration key.
    4. The pack is verified; then one byte of a copy is changed and the copy is verified again.

    Raises:
        InputError: The folder holds something else.
        ServiceError: The disk refuses.
    """
    _clear(out)
    # (1)
    keys = SiteKeys(
        tuple(demonstration_key(role).public.hex for role in REVIEWERS),
        body=(demonstration_key("release").public.hex,),
    )
    drawn = write_drawn_incident(out, seed=seed, keys=keys, progress=progress, notice=notice)
    # (2)
    order = ScanOrder(drawn.site, (drawn.clip,), out / "station")
    result = scan(order, progress=progress, notice=notice, found=notice)
    run = result.runs[0]
    candidates = [one for one in run.judgements if one.is_candidate]
    if len(candidates) != 1:
        lines = (*_event_lines(result, run), f"{len(candidates)} candidates where one was drawn")
        return DemoResult(lines, result.page, good=False)
    # (3)
    candidate = open_candidate(out / "station", candidates[0].judgement_id)
    pack = _released(candidate, out)
    # (4)
    whole = verify_pack(pack, _trusted())
    changed = _verified_with_one_byte_changed(pack, out)
    lines = _screen(result, candidate=candidate, drawn=drawn, verifications=(whole, changed), pack=pack)
    return DemoResult(lines, pack / "data" / "page.html", good=_as_it_must(whole, changed))


def _clear(out: Path) -> None:
    with disk_errors(out):
        if out.exists():
            if not (out / _MARK).is_file() and (not out.is_dir() or any(out.iterdir())):
                raise InputError(
                    "the folder holds something that no demonstration wrote", where=str(out), do="Say --out."
                )
            shutil.rmtree(out)
        out.mkdir(parents=True)
        (out / _MARK).write_text(_MARK_TEXT, encoding="utf-8")


def _released(candidate: Candidate, out: Path) -> Path:
    """Two scripted decisions and the pack; times are the drawn incident's own, so that bytes repeat."""
    after = candidate.crossing.span.end_utc_ns
    for number, role in enumerate(REVIEWERS, start=1):
        at_utc_ns = UtcNs(after + number * 3600 * NS_PER_S)
        vote = Vote(Verdict.BREACH, REASON, at_utc_ns, scripted=True)
        decide(candidate, vote, key=demonstration_key(role))
    write_station_page(candidate.station, candidate.site)
    order = ReleaseOrder(out / "pack", "demonstration", UtcNs(after + _DELAY_S * NS_PER_S))
    return release(candidate, order, key=demonstration_key("release"))


def _trusted() -> TrustedKeys:
    key = demonstration_key("release").public.hex
    return TrustedKeys((key,), demonstration=(key,))


def _verified_with_one_byte_changed(pack: Path, out: Path) -> Verification:
    copy = out / "changed-pack"
    with disk_errors(copy):
        shutil.copytree(pack, copy)
        content = bytearray((copy / CHANGED_FILE).read_bytes())
        content[CHANGED_OFFSET] ^= 1
        (copy / CHANGED_FILE).write_bytes(bytes(content))
    return verify_pack(copy, _trusted())


def _as_it_must(whole: Verification, changed: Verification) -> bool:
    named = [(one.path, one.offset) for one in changed.damages]
    return whole.exit_code == 0 and changed.exit_code == 3 and (CHANGED_FILE, CHANGED_OFFSET) in named


def _screen(
    result: ScanResult,
    *,
    candidate: Candidate,
    drawn: DrawnFiles,
    verifications: tuple[Verification, Verification],
    pack: Path,
) -> tuple[str, ...]:
    run, judgement = result.runs[0], candidate.judgement
    seed = drawn.incident.truth.seed
    gaps = f"{len(run.gaps)} gaps in {run.span.seconds:.1f} s of camera {run.footage.camera_id}"
    return (
        f"SIMULATED      drawn by Truceline from seed {seed}; decisions scripted, demonstration keys",
        *_event_lines(result, run),
        f"candidate      ¶{judgement.paragraph} {judgement.outcome.value}: “{_beginning(judgement)} …”",
        f"finding        {Verdict.BREACH.value}, by two reviewers (scripted)",
        f"not observed   {gaps}; sound, danger to persons and who anyone is: not assessed",
        f"verify         {_verified(*verifications)}",
        f"open           {pack / 'data' / 'page.html'}",
    )


def _event_lines(result: ScanResult, run: Run) -> tuple[str, ...]:
    labels = track_labels(run.tracks)
    offset = result.site.local_offset_minutes
    return tuple(
        _event_line(one, labels[one.track_id], judgements=run.judgements, offset_minutes=offset)
        for one in run.crossings
    )


def _event_line(
    crossing: Crossing, label: str, *, judgements: Sequence[Judgement], offset_minutes: int
) -> str:
    at_utc_ns = crossing.crossed_utc_ns
    when = f"{clock(at_utc_ns)} UTC ± {crossing.time_bound_s:.1f} s"
    parts = [
        f"crossing       {when} ({local_clock(at_utc_ns, offset_minutes=offset_minutes)}) {label}",
        f"{crossing.from_side} → {crossing.to_side},",
        f"{plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit='m')} deep,",
    ]
    if crossing.dwell_s is not None:
        parts.append(f"back after {plus_minus(crossing.dwell_s.value, crossing.dwell_s.sigma, unit='s')},")
    parts.append(f"P {probability(crossing.probability)}")
    permits = [one.permit_id for one in judgements if one.event_id == crossing.event_id and one.permit_id]
    if permits:
        parts.append(f"({permits[0]}: no candidate)")
    return " ".join(parts)


def _beginning(judgement: Judgement) -> str:
    return " ".join(judgement.quotation.split()[:12])


def _verified(whole: Verification, changed: Verification) -> str:
    passed = sum(check.outcome is CheckOutcome.PASSED for check in whole.checks)
    all_passed = "all" if passed == len(whole.checks) else f"{passed} of"
    damage = changed.damages[0] if changed.damages else None
    refused = f"refused at {damage.path}, offset {damage.offset}" if damage else "NOT refused"
    return f"{all_passed} {len(whole.checks)} checks passed; one byte changed: {refused}"
