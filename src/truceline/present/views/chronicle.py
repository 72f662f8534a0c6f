"""What the section on all cameras together is made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from truceline.present.activities import (
    activity_words,
    likelihood,
    measured_words,
    place_words,
    subject_labels,
    time_words,
)
from truceline.present.quantities import number, percent, plural, probability, sentence
from truceline.records.activities import Activity
from truceline.records.chronicles import Chronicle
from truceline.records.subjects import ClockProposal, Link, World

TOLD_FROM = 0.5
"""Less probable activities stand apart: they are more likely not to have been."""
SURE = 0.95
"""Links that are surer than this are not listed."""


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity in words."""

    utc: str
    local: str
    what: str
    likelihood: str
    where: str
    measured: tuple[str, ...]
    cues: tuple[str, ...]
    not_observed: tuple[str, ...]
    cameras: str


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject, and the tracks that it is made of."""

    label: str
    cameras: str
    tracks: str
    surely: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Who a track may show, where that is not sure: answers with what each leans on."""

    label: str
    where: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ChronicleView:
    """All that the section says."""

    told: tuple[ActivityRow, ...]
    doubtful: tuple[ActivityRow, ...]
    subjects: tuple[SubjectRow, ...]
    links: tuple[LinkRow, ...]
    clocks: tuple[str, ...]
    notes: tuple[str, ...]


def chronicle_view(
    chronicle: Chronicle, *, local_offset_minutes: int, track_labels: Mapping[str, str]
) -> ChronicleView:
    """A chronicle in words.

    Args:
        chronicle: What all cameras show together.
        local_offset_minutes: The site's local time.
        track_labels: Short names of tracks as the page has them.
    """
    world = chronicle.world
    labels = subject_labels(world.subjects)
    rows = [_row(one, labels=labels, offset=local_offset_minutes) for one in chronicle.activities]
    likely = [one.probability >= TOLD_FROM for one in chronicle.activities]
    return ChronicleView(
        told=tuple(row for row, kept in zip(rows, likely, strict=True) if kept),
        doubtful=tuple(row for row, kept in zip(rows, likely, strict=True) if not kept),
        subjects=_subject_rows(world, labels=labels, track_labels=track_labels),
        links=tuple(
            _link_row(link, labels=labels, track_labels=track_labels)
            for link in world.links
            if link.hypotheses[0].probability < SURE
        ),
        clocks=tuple(_clock_words(one) for one in world.clocks),
        notes=tuple(sentence(words) for words in world.notes),
    )


def _row(activity: Activity, *, labels: Mapping[str, str], offset: int) -> ActivityRow:
    utc, local = time_words(activity, local_offset_minutes=offset)
    return ActivityRow(
        utc=utc,
        local=local,
        what=sentence(activity_words(activity, labels)),
        likelihood=likelihood(activity),
        where=place_words(activity),
        measured=measured_words(activity),
        cues=activity.cues,
        not_observed=activity.not_observed,
        cameras=", ".join(activity.camera_ids),
    )


def _subject_rows(
    world: World, *, labels: Mapping[str, str], track_labels: Mapping[str, str]
) -> tuple[SubjectRow, ...]:
    return tuple(
        SubjectRow(
            label=labels[one.subject_id],
            cameras=", ".join(dict.fromkeys(sighting.camera_id for sighting in one.sightings)),
            tracks=", ".join(track_labels.get(sighting.track_id, "?") for sighting in one.sightings),
            surely=probability(min(sighting.probability for sighting in one.sightings)),
        )
        for one in world.subjects
    )


def _link_row(link: Link, *, labels: Mapping[str, str], track_labels: Mapping[str, str]) -> LinkRow:
    answers = []
    for one in link.hypotheses:
        name = "somebody not seen before" if one.subject_id is None else labels.get(one.subject_id, "?")
        leans = tuple(sentence(words) for words in one.leans_on)
        answers.append((f"P {probability(one.probability)} {name}", leans))
    seen = f"camera {link.camera_id}"
    if link.gap_s > 0:
        seen += f", after {number(link.gap_s, 0)} s out of sight"
    if link.border_coverage is not None:
        seen += f", whose border was watched to {percent(link.border_coverage)}"
    return LinkRow(track_labels.get(link.track_id, "?"), seen, tuple(answers))


def _clock_words(clock: ClockProposal) -> str:
    bound = number(clock.bound_s, 2)
    rests = " ".join(sentence(words) for words in clock.rests_on)
    if clock.bound_s >= clock.declared_bound_s:
        return f"Clock {clock.clock_id} against {clock.reference_id}: within ± {bound} s as declared. {rests}"
    ahead = number(abs(clock.offset_s), 2)
    way = "ahead of" if clock.offset_s >= 0 else "behind"
    used = (
        "used on this page, for a person to confirm" if clock.applied else "not used: for a person to confirm"
    )
    return f"Clock {clock.clock_id} is {ahead} ± {bound} s {way} {clock.reference_id} ({used}). {rests}"


def summary_words(view: ChronicleView) -> str:
    """What the section holds, in a sentence."""
    doubt = f", {len(view.doubtful)} with P below {TOLD_FROM:g}" if view.doubtful else ""
    subjects = plural(len(view.subjects), "subject")
    return f"{subjects} of all cameras, {plural(len(view.told), 'event')} told{doubt}"
