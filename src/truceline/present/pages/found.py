"""What people found, beside what the machine raised."""

from collections.abc import Mapping
from dataclasses import replace

from truceline.present.pages.facts import CrossingCard, JudgementCard
from truceline.records.reviews import Finding


def found_words(finding: Finding) -> str:
    """``found BREACH by two reviewers``, and whether it was scripted."""
    agreed = sum(signed.decision.verdict is finding.verdict for signed in finding.decisions)
    count = "two" if agreed == 2 else str(agreed)
    scripted = " (scripted)" if finding.scripted else ""
    return f"found {finding.verdict.value} by {count} reviewers{scripted}"


def with_findings(card: CrossingCard, findings: Mapping[str, Finding]) -> CrossingCard:
    """The card with what two people found on each of its candidates; others are left as they are."""
    return replace(card, judgements=tuple(_found(one, findings) for one in card.judgements))


def _found(card: JudgementCard, findings: Mapping[str, Finding]) -> JudgementCard:
    finding = findings.get(card.judgement.judgement_id)
    if finding is None:
        return card
    words = found_words(finding)
    return replace(
        card,
        stage=f"Candidate, {words}",
        why=f"Raised by the machine; {words}. What the competent body adopts is its own affair.",
    )
