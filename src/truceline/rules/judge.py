"""The judge: crossings under the rules of a pack. Pure: the same input gives the same judgement anywhere.

For each crossing and each rule of kind *crossing*:

1. A crossing below the rule's lowest probability is not judged; it stays in the record.
2. The instrument must be in force at the time of the crossing. Not in force: conditions not met.
3. The measurement must have a base: the site's line in the version that it names, in force at that time, and
   a calibration of that camera, not a template's, that states its errors. Without them no probability means
   anything: undecided.
4. A permit that covers the crossing: conditions not met, and no candidate.
5. The probability: below the undecided threshold the conditions are not met; from the upper threshold on they
   may be met.
6. What is missing for certainty (errors of the calibration that were measured, frames, sight of the subject
   beyond the line, a permit or an instrument of which nobody can tell whether it applies) turns *met* into
   *undecided*.
7. Whether the person was in danger is not assessed, and every judgement says so: a person checks first.

Both sides are judged by the same lines: nothing here knows a side by name or by hand.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.errors import InputError
from truceline.records.events import Crossing
from truceline.records.findings import Judgement, Outcome, Reason
from truceline.records.rules import Rule, RuleKind, RulePack, Thresholds
from truceline.records.site import Basis, Site
from truceline.records.time import UtcSpan, format_utc
from truceline.rules.permits import Cover, assess_permits, wholly_within
from truceline.rules.wording import probability_words, statement_of

DANGER = Reason(
    condition="danger",
    holds=None,
    sentence="Whether the person was pursued, fired on, injured, carried or rescuing is not assessed by this "
    "version; reviewers check it before they decide.",
)
"""Stands in every judgement (docs/misuse.md: recorded, not proposed)."""

SUBJECT = "subject"
SURELY_ANIMAL = 0.9
"""From this probability on a crossing by an animal is none of a person; below it people look at it: somebody
who crawls is low and long as well."""

JUDGED_KINDS = frozenset({RuleKind.CROSSING})

ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class _Findings:
    """What was found of one crossing under one rule, before the outcome is drawn from it."""

    in_force: Reason
    line: Reason
    calibration: Reason
    covers: tuple[Cover, ...]
    likelihood: Reason
    evidence: tuple[Reason, ...]


def check_instrument(pack: RulePack, site: Site) -> None:
    """Refuse a pack of another instrument than the site's.

    Raises:
        InputError: The site names another instrument than the pack.
    """
    if site.instrument != pack.instrument_id:
        raise InputError(
            f"the site stands under {site.instrument!r}, the rule pack is for {pack.instrument_id!r}.",
            where=f"site {site.site_id}",
            do="Take the pack of the site's own instrument.",
        )


def judge_crossings(crossings: Sequence[Crossing], *, pack: RulePack, site: Site) -> tuple[Judgement, ...]:
    """Judge every crossing under every rule of kind *crossing*, in the order given.

    Raises:
        InputError: The site names another instrument than the pack, or a probability is none.
    """
    check_instrument(pack, site)
    rules = [rule for rule in pack.rules if rule.kind in JUDGED_KINDS]
    judged = []
    for crossing in crossings:
        if not 0.0 <= crossing.probability <= 1.0:
            raise InputError(
                f"its probability is {crossing.probability}.", where=f"event {crossing.event_id}"
            )
        for rule in rules:
            if crossing.probability >= rule.thresholds.considered:  # (1)
                found = _find(crossing, rule, others=crossings, pack=pack, site=site)
                judged.append(_judgement(crossing, rule, found=found, pack=pack))
    return tuple(judged)


def judgement_id_of(event_id: str, rule_id: str, *, pack_sha256: str) -> str:
    """The id of a judgement, from what it is about: the same event under the same rule has the same id."""
    content = json.dumps([event_id, rule_id, pack_sha256], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()[:ID_DIGITS]


def _find(
    crossing: Crossing, rule: Rule, *, others: Sequence[Crossing], pack: RulePack, site: Site
) -> _Findings:
    return _Findings(
        in_force=_in_force("instrument", pack.instrument, span=pack.valid, crossing=crossing),  # (2)
        line=_line_version(crossing, site),  # (3)
        calibration=_calibration(crossing, site),  # (3) and (6)
        covers=assess_permits(crossing, others=others, site=site, thresholds=rule.thresholds),  # (4)
        likelihood=_likelihood(crossing, rule.thresholds),  # (5)
        evidence=(_frames(crossing, rule), _seen(crossing), *_subject(crossing)),  # (6)
    )


def _judgement(crossing: Crossing, rule: Rule, *, found: _Findings, pack: RulePack) -> Judgement:
    outcome, permit_id = _outcome(found)
    return Judgement(
        judgement_id=judgement_id_of(crossing.event_id, rule.rule_id, pack_sha256=pack.digest.hex),
        event_id=crossing.event_id,
        rule_id=rule.rule_id,
        instrument=pack.instrument,
        paragraph=rule.paragraph,
        quotation=rule.quotation,
        quotation_source=rule.quotation_source,
        rule_pack_sha256=pack.digest.hex,
        outcome=outcome,
        probability=crossing.probability,
        statement=statement_of(crossing, rule.statements, outcome=outcome, permit_id=permit_id),
        reasons=_reasons(found, rule),
        permit_id=permit_id,
        is_candidate=outcome is not Outcome.NOT_MET,
    )


def _outcome(found: _Findings) -> tuple[Outcome, str | None]:
    """The outcome, and the permit that covers the crossing."""
    if found.in_force.holds is False:  # (2)
        return Outcome.NOT_MET, None
    if not found.line.holds or found.calibration.holds is False:  # (3)
        return Outcome.UNDECIDED, None
    covering = [cover.permit.permit_id for cover in found.covers if cover.covers]
    if covering:  # (4)
        return Outcome.NOT_MET, covering[0]
    nobody = any(reason.condition == SUBJECT and reason.holds is False for reason in found.evidence)
    if found.likelihood.holds is False or nobody:  # (5)
        return Outcome.NOT_MET, None
    certain = (found.in_force, found.calibration, found.likelihood, *found.evidence)  # (6)
    undecided_permit = any(cover.covers is None for cover in found.covers)
    if undecided_permit or not all(reason.holds for reason in certain):
        return Outcome.UNDECIDED, None
    return Outcome.MET, None


def _reasons(found: _Findings, rule: Rule) -> tuple[Reason, ...]:
    permits = _no_permit(found.covers, rule.permit_authority)
    base = (found.in_force, found.line, found.calibration)
    return (*base, permits, found.likelihood, *found.evidence, DANGER)  # (7)


def _no_permit(covers: Sequence[Cover], authority: str) -> Reason:
    """The condition that nobody gave leave: it holds when no permit covers the crossing."""
    said = [cover.sentence for cover in covers if cover.worth_naming]
    far = [cover.permit.permit_id for cover in covers if not cover.worth_naming]
    if far:
        said.append(f"Not near this crossing in time, place or way: {', '.join(far)}.")
    if any(cover.covers for cover in covers):
        return Reason("no permit", False, " ".join(said))
    if any(cover.covers is None for cover in covers):
        return Reason("no permit", None, " ".join(said))
    words = " ".join(said) or f"The site holds no permit by {authority}."
    return Reason("no permit", True, f"No permit covers this crossing: {words[0].lower()}{words[1:]}")


def _in_force(condition: str, name: str, *, span: UtcSpan, crossing: Crossing) -> Reason:
    within = wholly_within(span, crossing)
    at = f"{format_utc(crossing.crossed_utc_ns)} ± {crossing.time_bound_s:.2f} s"
    verb = {
        True: "was in force",
        False: "was not in force",
        None: "may or may not have been in force",
    }[within]
    return Reason(condition, within, f"{name} {verb} at {at}.")


def _line_version(crossing: Crossing, site: Site) -> Reason:
    line = site.line
    measured, surveyed = (crossing.line_id, crossing.line_version), (line.line_id, line.version)
    if measured != surveyed:
        return Reason(
            "line",
            False,
            f"Measured against line {' version '.join(measured)}, "
            f"the site's is {' version '.join(surveyed)}.",
        )
    name = f"Line {line.line_id} version {line.version} (σ {line.sigma_m:g} m)"
    return _in_force("line", name, span=line.valid, crossing=crossing)


def _calibration(crossing: Crossing, site: Site) -> Reason:
    cameras = [camera for camera in site.cameras if camera.camera_id == crossing.camera_id]
    if not cameras:
        return Reason("calibration", False, f"The site has no camera {crossing.camera_id}.")
    calibration = cameras[0].calibration
    stated = bool(np.trace(calibration.covariance) > 0)
    holds, words = {
        Basis.SURVEYED: (True, "states its errors, and they were measured"),
        Basis.ASSUMED: (None, "states its errors, but its errors are assumed, not measured"),
        Basis.EXAMPLE: (False, "is a template's example"),
    }[calibration.basis]
    if not stated:
        holds, words = False, "states no errors"
    return Reason("calibration", holds, f"The calibration of camera {crossing.camera_id} {words}.")


def _likelihood(crossing: Crossing, thresholds: Thresholds) -> Reason:
    if crossing.probability >= thresholds.met:
        holds, words = True, f"at least {thresholds.met:g}: {thresholds.met_reason}"
    elif crossing.probability >= thresholds.undecided:
        holds, words = None, f"at least {thresholds.undecided:g}: {thresholds.undecided_reason}"
    else:
        holds, words = False, f"below {thresholds.undecided:g}"
    return Reason(
        "probability", holds, f"Probability of a crossing {probability_words(crossing.probability)}, {words}."
    )


def _frames(crossing: Crossing, rule: Rule) -> Reason:
    count = len({(frame.source_sha256, frame.pts) for frame in crossing.frames})
    holds = count >= rule.min_frames
    needed = f"at least {rule.min_frames} needed: {rule.min_frames_reason}"
    return Reason(
        "frames", holds, f"{count} evidence {'frame was' if count == 1 else 'frames were'} kept, {needed}."
    )


def _seen(crossing: Crossing) -> Reason:
    share = crossing.observed_fraction
    holds = math.isfinite(share) and share > 0
    return Reason("seen", holds, f"The subject was seen in {share:.0%} of the frames beyond the line.")


def _subject(crossing: Crossing) -> tuple[Reason, ...]:
    """That a person or a vehicle crossed; no reason where the kind was not told."""
    if crossing.subject is None:
        return ()
    kind, probability = crossing.subject.kind, crossing.subject.probability
    words = probability_words(probability)
    surely = probability >= SURELY_ANIMAL
    holds, sentence = {
        "person": (True, f"What crossed is a person (probability {words})."),
        "vehicle": (True, f"What crossed is a vehicle (probability {words}); who was in it is not seen."),
        "animal": (False if surely else None, f"What crossed is an animal (probability {words})."),
        "unknown": (None, "Whether what crossed is a person, a vehicle or an animal cannot be told."),
    }[kind]
    return (Reason(SUBJECT, holds, sentence),)
