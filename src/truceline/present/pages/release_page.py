"""The public page of one finding: light, printable, and made from views that hold no camera's place."""

from dataclasses import dataclass
from datetime import date

from truceline.errors import InputError
from truceline.present.coverage import cameras_coverage
from truceline.present.drawing.map_svg import MapContent, render_map
from truceline.present.drawing.timeline_svg import TimelineContent, render_timeline
from truceline.present.pages.document import render_document
from truceline.present.pages.facts import crossing_card
from truceline.present.pages.legend import legend_of
from truceline.present.pages.scan_page import coverage_rows, footage_row, unseen_sentences, when_words
from truceline.present.quantities import clock, day, sentence, size
from truceline.present.views.release import DecisionView, EvidenceFile, ReleaseView
from truceline.records.rules import Position

REVIEWERS_NEEDED = 2
"""A finding is made by two different people."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision as it is shown."""

    mark: str
    reviewer: str
    verdict: str
    scripted: bool
    reason: str
    when: str
    key_id: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One file of the pack as it is shown."""

    path: str
    what: str
    size: str
    digest: str


@dataclass(frozen=True, slots=True)
class PositionRow:
    """What somebody said of the instrument, as it is shown."""

    party: str
    when: str
    statement: str
    source: str


def render_release_page(view: ReleaseView) -> str:
    """Render the public page of one finding as one HTML document that reads without network or script.

    Args:
        view: One crossing with exactly one judgement, the decisions on it, and what it rests on.

    Returns:
        The document, UTF-8 text. It holds no camera's pose and no view cone.

    Raises:
        InputError: The crossing does not have exactly one judgement, or an evidence path leaves the pack.
    """
    if len(view.crossing.judgements) != 1:
        raise InputError(
            f"a release shows one judgement, got {len(view.crossing.judgements)}", where=view.release_id
        )
    place, offset = view.place, view.place.local_offset_minutes
    card = crossing_card(
        view.crossing, track=view.track, line=place.line, local_offset_minutes=offset, permits=()
    )
    tracks, crossings = (view.track,), (view.crossing,)
    site_map = MapContent(place, tracks, crossings)
    coverages = cameras_coverage(view.recordings, view.gaps)
    context: dict[str, object] = {
        "release_id": view.release_id,
        "place": place,
        "title": release_title(view),
        "released": _released(view),
        "when": when_words(view.recordings, offset),
        "lead": f"{place.name}. One finding; nothing else is claimed here.",
        "demonstration": view.demonstration,
        "demonstration_words": _demonstration_words(view),
        "judgement": view.crossing.judgements[0],
        "card": card,
        "heading": _heading(view),
        "stage": _stage(view),
        "decisions": [_decision_row(one) for one in view.decisions],
        "adopted": _adopted(view),
        "is_adopted": bool(view.adopted_by),
        "is_finding": agreed_verdict(view.decisions) is not None,
        "map": render_map(site_map),
        "legend": legend_of(site_map),
        "timeline": render_timeline(TimelineContent(view.recordings, view.gaps, tracks, crossings, offset)),
        "coverages": coverage_rows(coverages),
        "not_observed": [
            *view.not_observed,
            *unseen_sentences(crossings),
            "Who anyone is: no person is named and no face was matched.",
        ],
        "positions": [_position_row(one) for one in view.positions],
        "evidence": [_evidence_row(one) for one in view.evidence],
        "footage": [footage_row(one) for one in view.recordings],
        "verify_command": view.verify_command,
        "signing_key_id": view.signing_key_id,
        "signed_in_demonstration": view.signed_in_demonstration,
        "cite": _cite(view),
        "software": view.software,
    }
    return render_document("release.html.j2", context, theme="light")


def release_title(view: ReleaseView) -> str:
    """The title in plain words: what was recorded, in the same words for either side."""
    crossing = view.crossing.crossing
    who = {"person": "One person", "vehicle": "One vehicle"}.get(view.track.track.kind, "One subject")
    back = " and went back" if crossing.dwell_s is not None else ""
    return f"{who} crossed the line from {crossing.from_side} to {crossing.to_side}{back}"


def agreed_verdict(decisions: tuple[DecisionView, ...]) -> str | None:
    """The verdict that two different reviewers' keys share, when nobody differs; else None."""
    verdicts = {one.verdict for one in decisions}
    keys = {one.key_id for one in decisions}
    return decisions[0].verdict if len(verdicts) == 1 and len(keys) >= REVIEWERS_NEEDED else None


def _heading(view: ReleaseView) -> str:
    verdict = agreed_verdict(view.decisions)
    return f"Finding: {verdict}" if verdict else "Candidate: no finding"


def _stage(view: ReleaseView) -> str:
    if agreed_verdict(view.decisions) is None:
        return "○ candidate, not decided by two"
    return "✓✓ finding by two reviewers" + (
        ", scripted" if any(one.scripted for one in view.decisions) else ""
    )


def _adopted(view: ReleaseView) -> str:
    if view.adopted_by:
        return f"✓ Adopted by {view.adopted_by}."
    body = view.place.competent_body or "No competent body is named for this site, so nobody"
    return f"Not adopted: {body} has not decided." if view.place.competent_body else f"{body} has adopted it."


def _released(view: ReleaseView) -> str:
    if view.released_utc_ns is None:
        return ""
    at = view.released_utc_ns
    return f"Released {day(at)} {clock(at, digits=0)[:5]} UTC, version 1 · footage of "


def _demonstration_words(view: ReleaseView) -> list[str]:
    words = []
    if view.place.simulated:
        words.append("The footage is simulated: drawn by a program. Nobody is shown and nothing happened.")
    if any(one.scripted for one in view.decisions):
        words.append("The decisions are scripted: no person made them.")
    if view.demonstration:
        words.append(
            "Signed with a demonstration key, in the pack or in a decision: it proves nothing about anybody."
        )
    return words


def _decision_row(decision: DecisionView) -> DecisionRow:
    at = decision.decided_utc_ns
    return DecisionRow(
        mark={"BREACH": "✓", "NO BREACH": "✗", "UNDECIDED": "?"}[decision.verdict],
        reviewer=decision.reviewer,
        verdict=decision.verdict,
        scripted=decision.scripted,
        reason=decision.reason,
        when=f"{day(at)} {clock(at, digits=0)} UTC",
        key_id=decision.key_id,
    )


def _position_row(position: Position) -> PositionRow:
    report = "" if position.checked else " A report; not compared with the original."
    return PositionRow(
        party=position.party,
        when=f"{date.fromisoformat(position.day):%-d %b %Y}",
        statement=sentence(position.statement),
        source=f"{sentence(position.source)}{report}",
    )


def _evidence_row(file: EvidenceFile) -> EvidenceRow:
    return EvidenceRow(file.path, file.what, size(file.size_bytes), file.digest.hex)


def _cite(view: ReleaseView) -> str:
    year = f" ({day(view.released_utc_ns)})" if view.released_utc_ns is not None else ""
    return f"{view.place.name}{year}. Release {view.release_id}, version 1."
