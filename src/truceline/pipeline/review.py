"""Decisions by people on candidates, kept in the station: ``truceline review``."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import InputError, IntegrityError
from truceline.evidence.canonical import canonical_json
from truceline.evidence.decisions import (
    candidate_record,
    decision_is_genuine,
    decision_json,
    read_decision,
    sign_decision,
)
from truceline.evidence.keys import SigningKey
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.reviews import CandidateRecord, Decision, Finding, JsonObject, SignedDecision, Verdict
from truceline.records.runs import Run
from truceline.records.site import Site
from truceline.records.time import UtcNs
from truceline.review.two_people import find
from truceline.store.station import Station
from truceline.survey.load import load_site


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A candidate with what it rests on, as a station holds it."""

    station: Station
    site: Site
    run: Run
    judgement: Judgement
    crossing: Crossing
    record: CandidateRecord


@dataclass(frozen=True, slots=True)
class Vote:
    """What a reviewer decides. ``scripted``: no person decided, a demonstration did."""

    verdict: Verdict
    reason: str
    decided_utc_ns: UtcNs
    scripted: bool = False


def open_candidate(station_folder: Path, candidate_id: str) -> Candidate:
    """The candidate with that id, or with an id that starts with what was given.

    The id of its crossing is taken as well, when one candidate rests on it.

    Raises:
        InputError: There is none, more than one, or it is recorded and not proposed.
    """
    station = Station.open(station_folder)
    judged = [(run, judgement) for run in station.runs() for judgement in run.judgements]
    found = [one for one in judged if one[1].judgement_id.startswith(candidate_id)]
    if not found:
        of_event = [one for one in judged if one[1].event_id.startswith(candidate_id)]
        found = [one for one in of_event if one[1].is_candidate] or of_event
    if len(found) != 1:
        raise InputError(
            f"{len(found) or 'no'} candidate(s) begin with {candidate_id!r}",
            where=str(station_folder),
            do="truceline events --station lists them with their ids.",
        )
    run, judgement = found[0]
    crossing = next(one for one in run.crossings if one.event_id == judgement.event_id)
    site = load_site(station.folder / "sites" / run.site_folder)
    return Candidate(station, site, run, judgement, crossing, candidate_record(judgement, crossing))


def decide(candidate: Candidate, vote: Vote, *, key: SigningKey) -> Path:
    """Sign and keep one reviewer's decision.

    Raises:
        InputError: The key is not one of the site's reviewers, the reason is too short, or the reviewer would
            change a decision that another reviewer's already stands beside.
        IntegrityError: A decision that is kept cannot be read.
    """
    terms = candidate.site.release_terms
    if terms is None or key.public.hex not in terms.reviewer_keys:
        raise InputError(
            f"key {key.public.key_id} is not one of this site's reviewer keys",
            where=f"site {candidate.site.site_id}",
            do="List its public key under [release] reviewer_keys and scan again, or use a listed one.",
        )
    reviewers = {signed.decision.reviewer_key for signed in decisions_on(candidate)}
    if key.public.hex in reviewers and len(reviewers) > 1:
        # Whoever has seen what came of the other's decision no longer decides alone.
        raise InputError(
            "your decision is in, and so is another reviewer's: it can no longer be changed",
            where=f"candidate {candidate.judgement.judgement_id}",
            do="Where reviewers differ, a third one decides.",
        )
    decision = Decision(
        judgement_id=candidate.judgement.judgement_id,
        subject=candidate.record.digest,
        verdict=vote.verdict,
        reason=vote.reason,
        decided_utc_ns=vote.decided_utc_ns,
        reviewer_key=key.public.hex,
        scripted=vote.scripted,
        demonstration_key=key.demonstration,
    )
    content = canonical_json(decision_json(sign_decision(decision, key)))
    return candidate.station.write_decision(
        candidate.judgement.judgement_id, key_id=key.public.key_id, content=content
    )


def decisions_on(candidate: Candidate) -> tuple[SignedDecision, ...]:
    """Every decision kept on a candidate, as signed.

    Raises:
        IntegrityError: One of them cannot be read.
    """
    kept = candidate.station.decisions(candidate.judgement.judgement_id)
    where = f"decisions on {candidate.judgement.judgement_id}"
    return tuple(read_decision(_object_of(content, where=where)) for content in kept)


def _object_of(content: bytes, *, where: str) -> JsonObject:
    do = "Restore it, or ask the reviewer to decide again."
    try:
        value = json.loads(content)
    except ValueError as error:
        raise IntegrityError("a decision cannot be read", where=where, do=do) from error
    if not isinstance(value, dict):
        raise IntegrityError("a decision is no JSON object", where=where, do=do)
    return value


def findings_of(station: Station, site: Site) -> dict[str, Finding]:
    """What two people found of the candidates of one version of a site, by the candidate's id.

    Decisions that cannot be relied on make no finding here; reviewing and releasing say why.
    """
    findings = {}
    for run in station.runs():
        for judgement in run.judgements if run.inputs.site == site.digest else ():
            if not judgement.is_candidate or not station.decisions(judgement.judgement_id):
                continue
            crossing = next(one for one in run.crossings if one.event_id == judgement.event_id)
            record = candidate_record(judgement, crossing)
            with suppress(InputError, IntegrityError):
                finding = finding_on(Candidate(station, site, run, judgement, crossing, record))
                if finding is not None:
                    findings[judgement.judgement_id] = finding
    return findings


def finding_on(candidate: Candidate) -> Finding | None:
    """What two people found, or None while they have not.

    Raises:
        IntegrityError: A decision was changed, or taken on another state of the candidate.
    """
    terms = candidate.site.release_terms
    keys = terms.reviewer_keys if terms is not None else ()
    return find(candidate.record, decisions_on(candidate), reviewer_keys=keys, is_genuine=decision_is_genuine)
