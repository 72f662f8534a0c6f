"""The measured facts of a crossing in words: first what was measured, then what the machine makes of it."""

from dataclasses import dataclass

from markupsafe import Markup

from truceline.present.counts import is_likely
from truceline.present.drawing.crossing_svg import (
    render_budget,
    render_close_up,
    render_depth_mark,
    render_probability,
)
from truceline.present.drawing.plane import LINE_95
from truceline.present.quantities import (
    clock,
    day,
    decimals_for,
    duration,
    instant,
    interval_95,
    local_clock,
    number,
    percent,
    plus_minus,
    probability,
    sentence,
)
from truceline.present.views.footage import Picture
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.events import Crossing, Interval
from truceline.records.findings import Judgement, Outcome
from truceline.records.site import Line, Permit
from truceline.records.time import NS_PER_S


@dataclass(frozen=True, slots=True)
class Fact:
    """One measured fact: what, the value with its uncertainty, and a note in smaller type."""

    term: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One condition of a rule: a mark, the same in a word, the condition and the values."""

    mark: str
    word: str
    tone: str
    condition: str
    sentence: str


@dataclass(frozen=True, slots=True)
class JudgementCard:
    """A judgement as it is shown.

    Attributes:
        stage: "Candidate", "Under a permit: no candidate" or "Recorded: no candidate": never a finding, which
            people make, and never "not proposed", which is kept for protected persons.
        probability_of: What the probability is of: always the crossing, never the conditions, for a rule
            that is open for another reason does not make the crossing less probable.
        why: Why it is not proposed, or what a person has to do.
    """

    judgement: Judgement
    stage: str
    why: str
    probability: str
    probability_of: str
    meter: Markup
    reasons: tuple[ReasonRow, ...]


@dataclass(frozen=True, slots=True)
class CrossingCard:
    """A crossing as it is shown on a page."""

    label: str
    title: str
    facts: tuple[Fact, ...]
    probability: str
    meter: Markup
    close_up: Markup
    depth: Markup
    budget: Markup
    budget_words: str
    judgements: tuple[JudgementCard, ...]
    pictures: tuple[Picture, ...]


def crossing_card(
    view: CrossingView,
    *,
    track: TrackView | None,
    line: Line,
    local_offset_minutes: int,
    permits: tuple[Permit, ...],
) -> CrossingCard:
    """Everything that a page shows of one crossing; without its track the close-up stays empty."""
    crossing = view.crossing
    return CrossingCard(
        label=view.label,
        title=crossing_title(view),
        facts=(
            *crossing_facts(crossing, line=line, local_offset_minutes=local_offset_minutes),
            *_stated(view),
        ),
        probability=probability(crossing.probability),
        meter=render_probability(crossing.probability),
        close_up=render_close_up(view, track=track, line=line) if track else Markup(""),
        depth=render_depth_mark(crossing.depth_m, line=line, to_side=crossing.to_side),
        budget=render_budget(crossing.budget),
        budget_words=_budget_words(crossing),
        judgements=tuple(judgement_card(one, permits=permits) for one in view.judgements),
        pictures=view.pictures,
    )


def _stated(view: CrossingView) -> tuple[Fact, ...]:
    """When it was stated, where that was at the time and not afterwards."""
    at_utc_ns = view.stated_utc_ns
    if at_utc_ns is None:
        return ()
    after_s = (at_utc_ns - view.crossing.crossed_utc_ns) / NS_PER_S
    note = f"{duration(after_s)} after the passing, from frames up to then only"
    return (Fact("Stated", f"at {clock(at_utc_ns)} UTC", note),)


def _budget_words(crossing: Crossing) -> str:
    """What the depth, and where it is known the instant, is uncertain by."""
    depth, instant_of = crossing.budget, crossing.time_budget
    words = (
        f"Where the depth’s variance comes from: pixels {percent(depth.pixel)}, calibration "
        f"{percent(depth.calibration)}, the line itself {percent(depth.line)}."
    )
    if instant_of is None:
        return words
    return (
        f"{words} The instant’s: path {percent(instant_of.path)}, the step {percent(instant_of.step)}, "
        f"the clock {percent(instant_of.clock)}."
    )


def crossing_title(view: CrossingView) -> str:
    """``P3, from North to South`` and, when its dwell was measured, ``and back``."""
    back = " and back" if view.crossing.dwell_s is not None else ""
    alternative = "" if is_likely(view.crossing) else ": less probable, not counted"
    return f"{view.label}, from {view.crossing.from_side} to {view.crossing.to_side}{back}{alternative}"


def crossing_facts(crossing: Crossing, *, line: Line, local_offset_minutes: int) -> tuple[Fact, ...]:
    """The measured facts: direction, depth, dwell, time, place, line, how much of it was seen."""
    back = f"back in {crossing.from_side} within its track: probability {probability(crossing.returned)}"
    depth, at = crossing.depth_m, crossing.crossed_utc_ns
    digits = decimals_for(crossing.time_bound_s)
    local = local_clock(at, offset_minutes=local_offset_minutes, digits=digits)
    decimals = decimals_for(crossing.place_sigma_m)
    east, north = (number(value, decimals) for value in crossing.place_en_m)
    band = number(LINE_95 * line.sigma_m, 2)
    return (
        Fact("Direction", f"from {crossing.from_side} to {crossing.to_side}", back),
        Fact(
            "Depth" if is_likely(crossing) else "Depth if it crossed",
            f"{plus_minus(depth.value, depth.sigma, unit='m')} beyond the line",
            _in_95(depth, "m"),
        ),
        _dwell(crossing),
        Fact(
            "Time", f"{instant(at, bound_s=crossing.time_bound_s)}", f"95 % bound; {day(at)}, local {local}"
        ),
        Fact(
            "Place",
            f"{east} east, {north} north ± {number(crossing.place_sigma_m, decimals)} m",
            "metres from the site's origin",
        ),
        Fact("Line", f"{crossing.line_id}, version {crossing.line_version}", f"known to ± {band} m (95 %)"),
        Fact(
            "Seen",
            f"in {percent(crossing.observed_fraction)} of the frames beyond the line",
            "the rest is predicted and drawn in dots" if crossing.observed_fraction < 1 else "",
        ),
    )


def judgement_card(judgement: Judgement, *, permits: tuple[Permit, ...]) -> JudgementCard:
    """A judgement with its stage in words; a candidate asks a person, and is never drawn as a finding."""
    if judgement.is_candidate:
        open_conditions = open_words(judgement) if judgement.outcome is Outcome.UNDECIDED else ""
        said = f"Raised by the machine. {open_conditions}".rstrip()
        stage, why = "Candidate", f"{said} Two people decide; nothing is found yet."
    elif judgement.permit_id is not None:
        stage, why = "Under a permit: no candidate", _permit_words(judgement.permit_id, permits)
    else:
        stage, why = "Recorded: no candidate", _why_not(judgement)
    return JudgementCard(
        judgement=judgement,
        stage=stage,
        why=why,
        probability=probability(judgement.probability),
        probability_of="machine probability of the crossing",
        meter=render_probability(judgement.probability),
        reasons=reason_rows(judgement),
    )


def reason_rows(judgement: Judgement) -> tuple[ReasonRow, ...]:
    """The conditions of the rule, each with a mark, a word and its values."""
    marks = {
        True: ("✓", "holds", "ok"),
        False: ("✗", "does not hold", "no"),
        None: ("?", "undecided", "open"),
    }
    return tuple(
        ReasonRow(*marks[reason.holds], condition=reason.condition, sentence=reason.sentence)
        for reason in judgement.reasons
    )


def open_words(judgement: Judgement) -> str:
    """Which conditions do not hold or are undecided, in one sentence; empty where the outcome is plain.

    That nobody assessed danger stands in every judgement and decides no outcome: it is left out here.
    """
    asked = [one for one in judgement.reasons if one.condition != "danger"]
    parts = [
        f"{words}: {', '.join(names)}"
        for words, names in (
            ("does not hold", [one.condition for one in asked if one.holds is False]),
            ("undecided", [one.condition for one in asked if one.holds is None]),
        )
        if names
    ]
    return sentence("; ".join(parts)) if parts else ""


def _permit_words(permit_id: str, permits: tuple[Permit, ...]) -> str:
    permit = next((one for one in permits if one.permit_id == permit_id), None)
    named = f" of {permit.authority} for {permit.holder}" if permit else ""
    return f"Permit {permit_id}{named} covers it."


def _why_not(judgement: Judgement) -> str:
    if judgement.outcome is Outcome.NOT_MET:
        return f"The conditions of the rule are not met. {open_words(judgement)}".rstrip()
    return "The rule raises no candidate; its reasons follow."


def _dwell(crossing: Crossing) -> Fact:
    if crossing.dwell_s is None:
        return Fact("Dwell", "not known", "the track ends beyond the line")
    dwell = crossing.dwell_s
    return Fact(
        "Dwell", f"{plus_minus(dwell.value, dwell.sigma, unit='s')} beyond the line", _in_95(dwell, "s")
    )


def _in_95(measured: Interval, unit: str) -> str:
    return f"95 %: {interval_95(measured, unit=unit)}"
