"""The last screen of the demonstration: what was found, decided, sealed and refused, a line each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.pipeline.demo.story import Decided, Story
from truceline.present.counts import is_likely
from truceline.present.quantities import clock, local_clock, number, plural, plus_minus, probability
from truceline.present.views.chronicle import TOLD_FROM
from truceline.present.views.subjects import track_labels
from truceline.records.chronicles import Chronicle
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.releases import CheckOutcome, Verification
from truceline.records.runs import Run

_WORDS_QUOTED = 12


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What was analysed: the story, the seed, the runs, and the cameras that see none of the line.

    Attributes:
        chronicle: What all cameras show together.
    """

    story: Story
    seed: int
    runs: tuple[Run, ...]
    offset_minutes: int
    blind: tuple[str, ...] = ()
    chronicle: Chronicle | None = None


def found_lines(shown: Shown) -> tuple[str, ...]:
    """What it is, and a line for every likely crossing."""
    return (
        f"SIMULATED      {shown.story.words}, seed {shown.seed}; decisions scripted, demonstration keys",
        *_crossing_lines(shown),
    )


def decided_lines(decisions: Sequence[Decided]) -> tuple[str, ...]:
    """What the machine proposed of those that were decided, and what two people found."""
    rule = decisions[0].judgement
    outcomes = "; ".join(f"{label_of(one)} {one.judgement.outcome.value}" for one in decisions)
    findings = "; ".join(
        f"{label_of(one)} {one.part.verdict.value}" + (f" ({one.part.because})" if one.part.because else "")
        for one in decisions
    )
    return (
        f"candidate      ¶{rule.paragraph} {outcomes}: “{_beginning(rule)} …”",
        f"finding        {findings}; each by two reviewers (scripted)",
    )


def together_lines(shown: Shown) -> tuple[str, ...]:
    """What all cameras show together: how many events of each kind, and what the clocks are."""
    if shown.chronicle is None or not shown.chronicle.world.subjects:
        return ()
    told = [one.kind.value for one in shown.chronicle.activities if one.probability >= TOLD_FROM]
    kinds = ", ".join(f"{told.count(kind)} {kind}" for kind in dict.fromkeys(sorted(told)))
    clocks = [
        f"clock {one.clock_id} {number(one.offset_s, 2)} s ± {number(one.bound_s, 2)} s "
        f"against {one.reference_id}"
        for one in shown.chronicle.world.clocks
        if one.applied
    ]
    subjects = plural(len(shown.chronicle.world.subjects), "subject")
    return (
        "together       " + "; ".join([f"{subjects} of all cameras", *([kinds] if kinds else []), *clocks]),
    )


def unseen_line(shown: Shown) -> str:
    """What was not observed and not assessed."""
    cameras = sorted({run.footage.camera_id for run in shown.runs})
    seconds = sum(run.span.seconds for run in shown.runs)
    gaps = plural(sum(len(run.gaps) for run in shown.runs), "gap")
    blind = f"{', '.join(shown.blind)}: no part of the line in view, not scanned; " if shown.blind else ""
    return (
        f"not observed   {gaps} in {seconds:.0f} s of {', '.join(cameras)}; {blind}"
        "sound and who anyone is: not assessed; danger to persons: told, not yet weighed in candidates"
    )


def sealed_lines(whole: Verification, changed: Verification, *, pack: Path) -> tuple[str, ...]:
    """How the pack and its changed copy were verified, and what to open."""
    passed = sum(check.outcome is CheckOutcome.PASSED for check in whole.checks)
    all_passed = "all" if passed == len(whole.checks) else f"{passed} of"
    damage = changed.damages[0] if changed.damages else None
    refused = f"refused at {damage.path}, offset {damage.offset}" if damage else "NOT refused"
    return (
        f"verify         {all_passed} {len(whole.checks)} checks passed; one byte changed: {refused}",
        f"open           {pack / 'data' / 'page.html'}",
    )


def label_of(one: Decided) -> str:
    """The subject's short name, as in the line of its crossing."""
    return _label(one.run, one.crossing)


def _label(run: Run, crossing: Crossing) -> str:
    return f"{run.footage.camera_id} {track_labels(run.tracks)[crossing.track_id]}"


def _crossing_lines(shown: Shown) -> Iterator[str]:
    less = 0
    for run in shown.runs:
        for crossing in run.crossings:
            if is_likely(crossing):
                yield _crossing_line(run, crossing, offset_minutes=shown.offset_minutes)
            else:
                less += 1
    if less:
        yield f"crossing       {plural(less, 'less probable one')}: see the station's page"


def _crossing_line(run: Run, crossing: Crossing, *, offset_minutes: int) -> str:
    at_utc_ns = crossing.crossed_utc_ns
    when = f"{clock(at_utc_ns)} UTC ± {crossing.time_bound_s:.1f} s"
    parts = [
        f"crossing       {when} ({local_clock(at_utc_ns, offset_minutes=offset_minutes)})",
        f"{_label(run, crossing)} {crossing.from_side} → {crossing.to_side},",
        f"{plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit='m')} deep,",
    ]
    if crossing.dwell_s is not None:
        parts.append(f"back after {plus_minus(crossing.dwell_s.value, crossing.dwell_s.sigma, unit='s')},")
    parts.append(f"P {probability(crossing.probability)}")
    permits = [one.permit_id for one in run.judgements if one.event_id == crossing.event_id and one.permit_id]
    if permits:
        parts.append(f"({permits[0]}: no candidate)")
    return " ".join(parts)


def _beginning(judgement: Judgement) -> str:
    return " ".join(judgement.quotation.split()[:_WORDS_QUOTED])
