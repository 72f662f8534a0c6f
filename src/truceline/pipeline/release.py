"""From a finding to a sealed pack: ``truceline release``."""

from dataclasses import dataclass
from pathlib import Path

from truceline import __version__
from truceline.errors import InputError
from truceline.evidence.keys import SigningKey, key_id_of
from truceline.evidence.pack import write_pack
from truceline.pipeline.covariance import whole_covariance_m2
from truceline.pipeline.evidence_frames import MASKED, frame_instant, kept_frame
from truceline.pipeline.pages import SOFTWARE
from truceline.pipeline.review import Candidate, finding_on
from truceline.present.pages.release_page import render_release_page
from truceline.present.views.footage import Picture, Recording
from truceline.present.views.place import place_of
from truceline.present.views.release import DecisionView, EvidenceFile, ReleaseView
from truceline.present.views.subjects import CrossingView, TrackView, track_labels
from truceline.records.digests import sha256_of
from truceline.records.events import EvidenceFrame
from truceline.records.releases import PackFrame
from truceline.records.reviews import Finding, JsonObject
from truceline.records.rules import Position
from truceline.records.time import NS_PER_S, UtcNs
from truceline.records.tracks import Track
from truceline.release.pack import TRACK_MARGIN_S, Matter, Presentation, assemble_pack, require_body_key
from truceline.rules.ruleset import load_rule_pack

MOST_FRAMES = 2
"""Frames in a pack: the passing and the deepest point. A finding needs no more of the place."""

NOT_ASSESSED = (
    "Whether the person was pursued, fired on, injured, carried or rescuing is not assessed by this version.",
    "Sound is not analysed by this version.",
)


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """Where the pack goes, what it is called, and when it is released."""

    out: Path
    pack_id: str
    released_utc_ns: UtcNs


def release(candidate: Candidate, order: ReleaseOrder, *, key: SigningKey) -> Path:
    """Write the pack of a finding: page, data, masked frames, manifest, signature.

    1. Two different reviewers of the site made the finding, and the key is one of the competent body.
    2. Frames are masked, the track is cut to what the finding rests on.
    3. Page and data are sealed and signed together.

    Raises:
        InputError: There is no finding yet, the site or the key may not release, the delay has not passed, or
            something lies where the pack would.
        IntegrityError: A decision was changed, or the station has lost a masked frame.
        ServiceError: The disk refuses; nothing is left.
    """
    # (1)
    finding = finding_on(candidate)
    if finding is None:
        raise InputError(
            "two different reviewers of this site have not yet decided the same",
            where=f"candidate {candidate.judgement.judgement_id}",
            do="truceline review CANDIDATE, once for each of the two.",
        )
    require_body_key(candidate.site, key.public.hex)
    # (2)
    chosen = _chosen(candidate)
    frames = tuple(PackFrame(f"{frame.pts}.jpg", _masked(candidate, frame)) for frame in chosen)
    matter = _matter(candidate, finding)
    page = render_release_page(_view(candidate, finding, frames=frames, order=order, key=key))
    # (3)
    contents = assemble_pack(
        matter,
        Presentation(page.encode(), frames),
        pack_id=order.pack_id,
        released_utc_ns=order.released_utc_ns,
    )
    return write_pack(contents, order.out, key=key)


def _matter(candidate: Candidate, finding: Finding) -> Matter:
    run, crossing = candidate.run, candidate.crossing
    return Matter(
        site=candidate.site,
        judgement=candidate.judgement,
        record=candidate.record,
        finding=finding,
        footage=(run.footage,),
        track=run.track(crossing.track_id),
        event_span=crossing.span,
        shelter_utc_ns=None,
        not_observed=run.gaps,
        positions=tuple(_position(one) for one in _positions(candidate)),
        versions={
            "truceline": __version__,
            "run_id": run.run_id,
            "config_sha256": run.inputs.config.hex,
            "rule_pack_sha256": run.inputs.rule_pack.hex,
        },
    )


def _positions(candidate: Candidate) -> tuple[Position, ...]:
    pack = load_rule_pack(candidate.site.instrument)
    if pack.digest != candidate.run.inputs.rule_pack:
        raise InputError(
            "the rule pack has changed since this was judged",
            where=f"candidate {candidate.judgement.judgement_id}",
            do="Scan again under the pack of today, or release with the program that judged it.",
        )
    return pack.positions


def _position(position: Position) -> JsonObject:
    return {
        "party": position.party,
        "date": position.day,
        "statement": position.statement,
        "source": position.source,
        "compared_with_original": position.checked,
    }


def _chosen(candidate: Candidate) -> tuple[EvidenceFrame, ...]:
    """The frame at the passing and the one at the deepest point."""
    frames = sorted(set(candidate.crossing.frames), key=lambda frame: frame.pts)
    return tuple(frames[1 : 1 + MOST_FRAMES]) if len(frames) > MOST_FRAMES else tuple(frames)


def _masked(candidate: Candidate, frame: EvidenceFrame) -> bytes:
    return kept_frame(candidate.station, candidate.run.run_id, kind=MASKED, pts=frame.pts)


def _view(
    candidate: Candidate,
    finding: Finding,
    *,
    frames: tuple[PackFrame, ...],
    order: ReleaseOrder,
    key: SigningKey,
) -> ReleaseView:
    run, crossing, site = candidate.run, candidate.crossing, candidate.site
    pictures = tuple(
        _picture(candidate, frame, content=packed.content)
        for frame, packed in zip(_chosen(candidate), frames, strict=True)
    )
    track = _cut(run.track(crossing.track_id), candidate)
    label = track_labels(run.tracks)[crossing.track_id]
    return ReleaseView(
        release_id=order.pack_id,
        place=place_of(site),
        crossing=CrossingView(crossing, label, (candidate.judgement,), pictures),
        decisions=_decisions(finding),
        track=TrackView(track, label, whole_covariance_m2(track, site.camera(track.camera_id))),
        recordings=(Recording(run.footage, run.span, run.frames),),
        gaps=run.gaps,
        evidence=tuple(
            EvidenceFile(
                path=f"frames/{packed.name}",
                what="Masked evidence frame",
                digest=sha256_of(packed.content),
                size_bytes=len(packed.content),
            )
            for packed in frames
        ),
        software=SOFTWARE,
        verify_command=f"truceline verify {order.out.name} --key KEYID-OR-FILE",
        signing_key_id=key.public.key_id,
        signed_in_demonstration=key.demonstration,
        demonstration=key.demonstration or finding.scripted or finding.demonstration_key,
        released_utc_ns=order.released_utc_ns,
        not_observed=NOT_ASSESSED,
        positions=_positions(candidate),
    )


def _decisions(finding: Finding) -> tuple[DecisionView, ...]:
    return tuple(
        DecisionView(
            reviewer=f"Reviewer {number}",
            key_id=key_id_of(signed.decision.reviewer_key),
            verdict=signed.decision.verdict.value,
            reason=signed.decision.reason,
            decided_utc_ns=signed.decision.decided_utc_ns,
            scripted=signed.decision.scripted,
        )
        for number, signed in enumerate(finding.decisions, start=1)
    )


def _picture(candidate: Candidate, frame: EvidenceFrame, *, content: bytes) -> Picture:
    when = frame_instant(frame, candidate.run.footage)
    return Picture(
        data=content,
        media_type="image/jpeg",
        alt=f"Camera {candidate.crossing.camera_id} at {when}; every person is covered by a solid mask",
        caption=f"{candidate.run.footage.name}, pts {frame.pts}, {when}, persons masked",
    )


def _cut(track: Track, candidate: Candidate) -> Track:
    """The rows around the event: a public page draws no more of a path than the finding rests on."""
    margin_ns = round(TRACK_MARGIN_S * NS_PER_S)
    span = candidate.crossing.span
    kept = (track.utc_ns >= span.start_utc_ns - margin_ns) & (track.utc_ns < span.end_utc_ns + margin_ns)
    return Track(
        track_id=track.track_id,
        camera_id=track.camera_id,
        utc_ns=track.utc_ns[kept],
        pts=track.pts[kept],
        state=track.state[kept],
        covariance=track.covariance[kept],
        boxes_px=track.boxes_px[kept],
        observed=track.observed[kept],
        kind=track.kind,
    )
