"""``data/finding.json``: what a pack says was found, and on what it rests."""

from dataclasses import dataclass

from truceline.errors import InputError, IntegrityError
from truceline.evidence.decisions import decision_json, read_decision
from truceline.records.digests import Sha256
from truceline.records.releases import PackContents
from truceline.records.reviews import Finding, Json, JsonObject, SignedDecision, Verdict
from truceline.records.time import format_utc, parse_utc

FINDING_FORMAT = "truceline-finding/1"

PRIVATE_NAMES = frozenset(
    {
        "blind_zones",
        "boxes_px",
        "camera_pose",
        "centre_px",
        "coverage_map",
        "covariance",
        "decidability",
        "distortion",
        "field_of_view",
        "focal_px",
        "footprint",
        "k1",
        "pose",
        "position_enu_m",
        "rotation",
        "view_cone",
    }
)
"""Names that no record in a public pack may use: camera poses, what a camera sees, standing blind zones.

Boxes of a whole track are among them: with the places on the ground they would give the camera's pose away.
"""

_FIELDS = frozenset(
    {
        "format",
        "pack_id",
        "released_utc",
        "competent_body",
        "removal_contact",
        "verdict",
        "candidate",
        "event",
        "decisions",
        "reviewer_keys",
        "rule",
        "footage",
        "line",
        "not_observed",
        "positions",
        "versions",
        "disclosures",
    }
)


@dataclass(frozen=True, slots=True)
class FindingDocument:
    """The parts of ``data/finding.json`` that verification looks at."""

    whole: JsonObject
    candidate: JsonObject
    event: JsonObject
    rule: JsonObject
    disclosures: JsonObject
    verdict: Verdict
    decisions: tuple[SignedDecision, ...]
    reviewer_keys: tuple[str, ...]


def finding_json(contents: PackContents, *, demonstration_key: bool) -> JsonObject:
    """The document. ``demonstration_key`` says whether the pack itself is signed with one."""
    part = contents.finding
    return {
        "format": FINDING_FORMAT,
        "pack_id": contents.pack_id,
        "released_utc": format_utc(contents.released_utc_ns, digits=9),
        "competent_body": contents.competent_body,
        "removal_contact": contents.removal_contact,
        "verdict": part.finding.verdict.value,
        "candidate": part.candidate,
        "event": part.event,
        "decisions": [decision_json(signed) for signed in part.finding.decisions],
        "reviewer_keys": list(part.finding.reviewer_keys),
        "rule": part.rule,
        "footage": list(part.footage),
        "line": part.line,
        "not_observed": list(part.not_observed),
        "positions": list(part.positions),
        "versions": part.versions,
        "disclosures": {
            "simulated": contents.simulated,
            "scripted_decisions": part.finding.scripted,
            "demonstration_key": demonstration_key or part.finding.demonstration_key,
        },
    }


def read_finding(value: JsonObject) -> FindingDocument:
    """Read the document, refusing missing and unknown fields.

    Raises:
        IntegrityError: A field is missing, unknown, or not what it should be.
    """
    if set(value) != _FIELDS or value["format"] != FINDING_FORMAT:
        odd = sorted(set(value) ^ _FIELDS) or ["format"]
        raise IntegrityError(f"the finding's fields are not those of {FINDING_FORMAT}: {', '.join(odd)}")
    verdict, keys = value["verdict"], value["reviewer_keys"]
    if not isinstance(verdict, str) or verdict not in set(Verdict):
        raise IntegrityError("the verdict is none of BREACH, NO BREACH and UNDECIDED")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise IntegrityError("reviewer_keys is no list of keys")
    decisions = value["decisions"]
    if not isinstance(decisions, list):
        raise IntegrityError("decisions is no list")
    return FindingDocument(
        whole=value,
        candidate=_object(value, "candidate"),
        event=_object(value, "event"),
        rule=_object(value, "rule"),
        disclosures=_object(value, "disclosures"),
        verdict=Verdict(verdict),
        decisions=tuple(read_decision(item if isinstance(item, dict) else {}) for item in decisions),
        reviewer_keys=tuple(str(key) for key in keys),
    )


def two_people(document: FindingDocument) -> Finding:
    """The finding, which exists only when two different listed keys decided the same verdict.

    Raises:
        IntegrityError: It does not.
    """
    judgement_id = document.candidate.get("judgement_id")
    if not document.decisions or not isinstance(judgement_id, str):
        raise IntegrityError("the pack holds no decision, or its candidate has no judgement_id")
    subject: Sha256 = document.decisions[0].decision.subject
    try:
        return Finding(judgement_id, subject, document.verdict, document.decisions, document.reviewer_keys)
    except InputError as error:
        raise IntegrityError(error.what) from error


def unreadable_times(value: Json) -> list[str]:
    """Every field named ``…_utc`` whose value, or one of whose values, is no RFC 3339 time with ``Z``."""
    wrong: list[str] = []
    for name, item in _walk(value):
        if name.endswith("_utc") and item is not None:
            times = item if isinstance(item, list) else [item]
            wrong.extend(name for time in times if not _is_time(time))
    return sorted(set(wrong))


def private_names(value: Json) -> list[str]:
    """Every field of a record whose name is one that no public pack may use."""
    return sorted({name for name, _ in _walk(value) if name in PRIVATE_NAMES})


def _walk(value: Json) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = []
    waiting: list[Json] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found.extend(item.items())
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
    return found


def _is_time(value: Json) -> bool:
    if not isinstance(value, str) or not value.endswith("Z"):
        return False
    try:
        parse_utc(value)
    except InputError:
        return False
    return True


def _object(value: JsonObject, name: str) -> JsonObject:
    item = value[name]
    if not isinstance(item, dict):
        raise IntegrityError(f"{name} is no object")
    return item
