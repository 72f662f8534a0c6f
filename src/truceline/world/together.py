"""Put together: from the tracks of every camera to subjects, links with their hypotheses, and clocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from truceline.errors import InputError
from truceline.records.site import Site
from truceline.records.subjects import Hypothesis, Link, Subject, World
from truceline.records.time import NS_PER_S
from truceline.world.biases import Biases, settle
from truceline.world.clocks.instants import Instant
from truceline.world.clocks.proposals import Clocks, Declared, Evidence, compare_clocks
from truceline.world.joint import Part, subject_of
from truceline.world.likeness import Differ
from truceline.world.linking.gaps import Beginning, Ground, beginnings_of
from truceline.world.linking.meetings import Group, groups_of
from truceline.world.linking.words import of_meeting, of_nobody, of_passage
from truceline.world.notes import notes_of
from truceline.world.sightings import CameraTracks, Trace, traces_of
from truceline.world.views import Eyes, merged_watch, views_of

SETTLING = 0.95
"""Only who is so surely the same tells anything of the calibrations."""


def put_together(
    tracks: Sequence[CameraTracks],
    site: Site,
    *,
    clocks: Clocks | None = None,
    instants: Sequence[Instant] = (),
) -> World:
    """Put the tracks of all cameras together.

    1. Every track is taken with its white error and its calibration's apart.
    2. Clocks are compared, unless a person has confirmed them; all times are put on the best known one.
    3. Tracks that share time are grouped; surely common ones settle the calibrations; then
       all are grouped anew.
    4. Groups are linked over gaps, all at a time, with what else could be.
    5. Each chain of groups becomes one subject's path.

    Args:
        tracks: One for each run; a camera may have several.
        site: The survey that all were measured against.
        clocks: As a person confirmed them; None: compared here.
        instants: Flashes and sounds that several clocks show, by their own times.

    Raises:
        InputError: A run is given twice, or the site has no such camera.
    """
    _refuse_twice(tracks)
    watched = [span for one in tracks for span in one.watched]
    if not watched:
        return World((), (), (), ("no camera gave anything",))
    epoch_utc_ns = min(span.start_utc_ns for span in watched)
    # (1)
    traces = traces_of(tracks, site, epoch_utc_ns=epoch_utc_ns)
    eyes = _eyes(tracks, site, epoch_utc_ns=epoch_utc_ns, ahead_s={})
    differ = Differ.of(site)
    # (2)
    if clocks is None:
        evidence = Evidence(traces, eyes, differ, instants, epoch_utc_ns)
        clocks = compare_clocks(evidence, _declared(tracks))
    traces = tuple(one.moved(-clocks.ahead_s.get(one.clock_id, 0.0)) for one in traces)
    eyes = _eyes(tracks, site, epoch_utc_ns=epoch_utc_ns, ahead_s=clocks.ahead_s)
    differ = replace(differ, clock_sigmas_s=clocks.sigmas_s)
    # (3)
    biases = settle(_sure_pairs(groups_of(traces, differ), traces), differ)
    traces = tuple(biases.corrected(one) for one in traces)
    differ = biases.differ(differ)
    groups = groups_of(traces, differ)
    # (4)
    beginnings = beginnings_of(groups, Ground(traces, eyes, differ))
    # (5)
    seed = " ".join([site.digest.hex, *sorted(one.run_id for one in tracks)])
    told = _Told(traces, groups, beginnings, biases, seed)
    subjects, links = _subjects_and_links(told)
    return World(subjects, links, clocks.proposals, notes_of(tracks, traces, eyes=eyes, clocks=clocks))


def _refuse_twice(tracks: Sequence[CameraTracks]) -> None:
    names = [one.run_id for one in tracks]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"the run {name} is given twice", do="Give each run once.")


def _declared(tracks: Sequence[CameraTracks]) -> Declared:
    bounds: dict[str, float] = {}
    for one in tracks:
        bounds[one.clock.clock_id] = max(bounds.get(one.clock.clock_id, 0.0), one.clock.bound_s)
    return Declared(bounds)


def _eyes(
    tracks: Sequence[CameraTracks], site: Site, *, epoch_utc_ns: int, ahead_s: Mapping[str, float]
) -> Eyes:
    """All cameras, each watching by the common clock."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for one in tracks:
        ahead = ahead_s.get(one.clock.clock_id, 0.0)
        spans.setdefault(one.camera_id, []).extend(
            (
                (span.start_utc_ns - epoch_utc_ns) / NS_PER_S - ahead,
                (span.end_utc_ns - epoch_utc_ns) / NS_PER_S - ahead,
            )
            for span in one.watched
        )
    views = {name: view for name, view in views_of(site).items() if name in spans}
    return Eyes(views, tuple(merged_watch(name, spans[name]) for name in sorted(spans)))


def _sure_pairs(groups: Sequence[Group], traces: Sequence[Trace]) -> list[tuple[Trace, Trace]]:
    """Pairs by different cameras that surely show the same."""
    pairs = []
    for group in groups:
        sure = [traces[one.trace] for one in group.members if one.probability >= SETTLING]
        pairs += [
            (first, second)
            for place, first in enumerate(sure)
            for second in sure[place + 1 :]
            if first.camera_id != second.camera_id
        ]
    return pairs


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """All that subjects are made of."""

    traces: Sequence[Trace]
    groups: Sequence[Group]
    beginnings: Sequence[Beginning]
    biases: Biases
    seed: str


def _subjects_and_links(told: _Told) -> tuple[tuple[Subject, ...], tuple[Link, ...]]:
    chains = _chains(told.beginnings)
    subjects: list[Subject] = []
    owner: dict[int, str] = {}
    for chain in chains:
        parts = [part for group in chain for part in _parts(group, told)]
        subject = subject_of(parts, biases=told.biases, seed=told.seed)
        subjects.append(subject)
        owner |= dict.fromkeys(chain, subject.subject_id)
    links = [link for place in range(len(told.groups)) for link in _links(place, told, owner=owner)]
    ordered = sorted(subjects, key=lambda one: (int(one.utc_ns[0]), one.subject_id))
    return tuple(ordered), tuple(links)


def _chains(beginnings: Sequence[Beginning]) -> list[list[int]]:
    """Groups that go on with one another, each chain in order; nobody goes on as two."""
    claims: dict[int, Beginning] = {}
    for one in beginnings:
        if one.before is None:
            continue
        rival = claims.get(one.before.group)
        if rival is None or rival.before is None or one.before.probability > rival.before.probability:
            claims[one.before.group] = one
    after = {before: one.group for before, one in claims.items()}
    chains = []
    for one in beginnings:
        if one.group in after.values():
            continue
        chain = [one.group]
        while chain[-1] in after:
            chain.append(after[chain[-1]])
        chains.append(chain)
    return chains


def _parts(place: int, told: _Told) -> list[Part]:
    group, before = told.groups[place], told.beginnings[place].before
    parts = []
    for number, member in enumerate(group.members):
        trace = told.traces[member.trace]
        if number > 0:
            parts.append(Part(trace, member.probability, of_meeting(member)))
        elif before is not None:
            parts.append(Part(trace, before.probability, of_passage(before)))
        else:
            parts.append(Part(trace, 1.0, ()))
    return parts


def _links(place: int, told: _Told, *, owner: Mapping[int, str]) -> list[Link]:
    """Links of a group's traces: the first over the gap before, the others to it."""
    group, beginning = told.groups[place], told.beginnings[place]
    first, before = told.traces[group.members[0].trace], beginning.before
    answers = [Hypothesis(owner[one.group], one.probability, of_passage(one)) for one in beginning.candidates]
    rest = max(1.0 - sum(one.probability for one in answers), 0.0)
    answers.append(Hypothesis(None, rest, of_nobody(has_candidates=bool(answers))))
    found = []
    if beginning.candidates:
        coverage = before.out.coverage if before is not None and before.out is not None else None
        gap_s = before.passage.gap_s if before is not None else 0.0
        found.append(_link(first, owner[place], gap_s=gap_s, coverage=coverage, answers=answers))
    for member in group.members[1:]:
        answers = [Hypothesis(owner[place], member.probability, of_meeting(member))]
        answers += [
            Hypothesis(None if one.group is None else owner[one.group], one.probability, ())
            for one in member.answers
        ]
        found.append(
            _link(told.traces[member.trace], owner[place], gap_s=0.0, coverage=None, answers=answers)
        )
    return found


def _link(
    trace: Trace, subject_id: str, *, gap_s: float, coverage: float | None, answers: Sequence[Hypothesis]
) -> Link:
    """The link with each answer once, the likeliest first."""
    merged: dict[str | None, Hypothesis] = {}
    for one in sorted(answers, key=lambda each: -each.probability):
        known = merged.get(one.subject_id)
        both = one if known is None else replace(known, probability=known.probability + one.probability)
        merged[one.subject_id] = both
    ordered = tuple(sorted(merged.values(), key=lambda one: (-one.probability, one.subject_id or "")))
    return Link(trace.run_id, trace.track.track_id, trace.camera_id, subject_id, gap_s, coverage, ordered)
