"""From records to what stands in a public pack. What is not named here does not leave."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from truceline.errors import InputError
from truceline.records.findings import Judgement
from truceline.records.frames import Footage, Gap
from truceline.records.releases import PackContents, PackFinding, PackFrame
from truceline.records.reviews import CandidateRecord, Finding, Json, JsonObject
from truceline.records.site import Site
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan, format_utc
from truceline.records.tracks import Track

TRACK_MARGIN_S = 2.0
"""A track is shown this long before and after the event, so that both sides can see it come and go."""

_REVIEWERS_LEAST = 2
_NS_PER_H = 3_600 * NS_PER_S


@dataclass(frozen=True, slots=True, eq=False)
class Matter:
    """What one finding rests on, as records.

    Attributes:
        record: The candidate as it was signed; ``judgement`` is what it was made from.
        event_span: The event's span; the track is cut around it.
        shelter_utc_ns: When the subject reached shelter or rescue; the track ends before it. None: never.
        positions: Dated positions of the parties: party, date, statement, source.
        versions: The program and what else made the result; ``truceline`` is the program's version.
    """

    site: Site
    judgement: Judgement
    record: CandidateRecord
    finding: Finding
    footage: tuple[Footage, ...]
    track: Track
    event_span: UtcSpan
    shelter_utc_ns: UtcNs | None
    not_observed: tuple[Gap, ...]
    positions: tuple[JsonObject, ...]
    versions: JsonObject


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a person reads and sees: the page and the masked frames, encoded."""

    page_html: bytes
    frames: tuple[PackFrame, ...]


def assemble_pack(
    matter: Matter, presentation: Presentation, *, pack_id: str, released_utc_ns: UtcNs
) -> PackContents:
    """Everything that a public pack holds.

    1. The site has a competent body, a removal contact and two reviewer keys; nobody else may release.
    2. The site's delay since the event has passed.
    3. The finding is on this candidate, by reviewers of this site.
    4. The track is cut to what the finding rests on.

    Raises:
        InputError: One of 1 to 3 does not hold.
    """
    site, finding = matter.site, matter.finding
    terms = site.release_terms
    if terms is None:  # (1)
        raise InputError(
            "this site may not release: it names no competent body, removal contact and reviewers",
            where=f"site {site.site_id}",
            do="Add [release] to site.toml.",
        )
    named = bool(terms.competent_body and terms.removal_contact)
    if not named or len(set(terms.reviewer_keys)) < _REVIEWERS_LEAST:
        raise InputError(
            "this site may not release: it needs a competent body, a removal contact and two reviewer keys",
            where=f"site {site.site_id}",
        )
    _require_delay(matter, delay_h=terms.delay_h, released_utc_ns=released_utc_ns)  # (2)
    ours = set(finding.reviewer_keys) == set(terms.reviewer_keys)
    if finding.subject != matter.record.digest or not ours:  # (3)
        raise InputError(
            "the finding is on another candidate or by reviewers of another site", where=f"pack {pack_id}"
        )
    return PackContents(
        pack_id=pack_id,
        released_utc_ns=released_utc_ns,
        competent_body=terms.competent_body,
        removal_contact=terms.removal_contact,
        simulated=site.simulated,
        page_html=presentation.page_html,
        finding=_finding(matter),
        track=track_json(matter.track, matter.event_span, shelter_utc_ns=matter.shelter_utc_ns),  # (4)
        frames=presentation.frames,
    )


def require_body_key(site: Site, key_hex: str) -> None:
    """Only the competent body signs a release, with a key that decided nothing.

    Args:
        site: The site as it was scanned.
        key_hex: The public key (64 hex digits) that would sign.

    Raises:
        InputError: The site lists no key of the body, or not this one, or this one is a reviewer's.
    """
    terms, where = site.release_terms, f"site {site.site_id}"
    if terms is None or not terms.body_keys:
        raise InputError(
            "this site may not release: it lists no key of the competent body",
            where=where,
            do="List the body's public keys under [release] body_keys and scan again.",
        )
    if key_hex in terms.reviewer_keys:
        raise InputError(
            "a reviewer's key cannot release",
            where=where,
            do=f"Sign with a key of {terms.competent_body} that no reviewer holds.",
        )
    if key_hex not in terms.body_keys:
        raise InputError(
            f"key {key_hex[:16]}… is not one of {terms.competent_body}'s keys",
            where=where,
            do="Sign with a key listed under [release] body_keys, or list this one and scan again.",
        )


def track_json(track: Track, span: UtcSpan, *, shelter_utc_ns: UtcNs | None) -> JsonObject:
    """The rows of a track that a finding rests on: time, place, its error, and whether it was seen.

    Boxes, velocities and full covariances stay at the station: places on the ground together with boxes in
    the image would give the camera's pose away.

    Raises:
        InputError: No row lies within the span and its margin.
    """
    margin_ns = round(TRACK_MARGIN_S * NS_PER_S)
    kept = (track.utc_ns >= span.start_utc_ns - margin_ns) & (track.utc_ns < span.end_utc_ns + margin_ns)
    if shelter_utc_ns is not None:
        kept &= track.utc_ns < shelter_utc_ns
    if not bool(np.any(kept)):
        raise InputError(f"track {track.track_id} has no row in the event's span")
    variances = track.covariance[kept][:, (0, 1), (0, 1)]
    sigma_m = np.sqrt(np.maximum(variances.mean(axis=1), 0.0))
    return {
        "format": "truceline-track/1",
        "track_id": track.track_id,
        "kind": track.kind,
        "frame": "site east-north, metres",
        "rows_utc": [format_utc(UtcNs(int(at)), digits=9) for at in track.utc_ns[kept]],
        "en_m": _rounded(track.en_m[kept]),
        "sigma_m": _rounded(sigma_m),
        "observed": [bool(seen) for seen in track.observed[kept]],
    }


def _finding(matter: Matter) -> PackFinding:
    site, judgement = matter.site, matter.judgement
    line = site.line
    return PackFinding(
        candidate=matter.record.candidate,
        event=matter.record.event,
        finding=matter.finding,
        rule={
            "rule_id": judgement.rule_id,
            "instrument": judgement.instrument,
            "paragraph": judgement.paragraph,
            "quotation": judgement.quotation,
            "quotation_source": judgement.quotation_source,
            "rule_pack_sha256": judgement.rule_pack_sha256,
        },
        footage=tuple(_footage(item) for item in matter.footage),
        line={
            "line_id": line.line_id,
            "version": line.version,
            "source": line.source,
            "sides": [line.sides.left, line.sides.right],
            "sigma_m": line.sigma_m,
            "vertices_en_m": _rounded(line.vertices_en_m),
        },
        not_observed=tuple(_gap(gap) for gap in matter.not_observed),
        positions=matter.positions,
        versions={**matter.versions, "site_sha256": site.digest.hex},
    )


def _require_delay(matter: Matter, *, delay_h: float, released_utc_ns: UtcNs) -> None:
    earliest = UtcNs(matter.event_span.end_utc_ns + round(delay_h * _NS_PER_H))
    if released_utc_ns < earliest:
        raise InputError(
            f"the site delays releases by {delay_h:g} h; this one may leave at {format_utc(earliest)}",
            where=f"site {matter.site.site_id}",
            do="Release it then.",
        )


def _footage(footage: Footage) -> JsonObject:
    return {
        "name": footage.name,
        "sha256": footage.digest.hex,
        "bytes": footage.size_bytes,
        "camera_id": footage.camera_id,
        "start_utc": format_utc(footage.start_utc_ns, digits=9),
        "start_bound_s": footage.start_bound_s,
        "start_source": footage.start_source,
        "container_rate_hz": footage.container_rate_hz,
        "true_rate_hz": footage.true_rate_hz,
    }


def _gap(gap: Gap) -> JsonObject:
    return {
        "event_id": gap.event_id,
        "camera_id": gap.camera_id,
        "start_utc": format_utc(gap.span.start_utc_ns, digits=9),
        "end_utc": format_utc(gap.span.end_utc_ns, digits=9),
        "kind": gap.reason.kind,
        "sentence": gap.reason.sentence,
    }


def _rounded(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Json:
    """To the millimetre: more digits would claim what was not measured."""
    return cast("Json", np.round(values, 3).tolist())
