"""What the demonstration shows, and what its scripted reviewers find of it.

They find what the story tells of the people in it, so they read the truth of the simulation, as nobody could
who reviews real footage; whatever they decide says that it is scripted. The analysis never reads it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.present.counts import is_likely
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.reviews import Verdict
from truceline.records.runs import Run
from truceline.records.time import NS_PER_S, UtcNs, parse_utc
from truceline.store.station import disk_errors


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody who crosses in the story, and what both reviewers find of it.

    Attributes:
        because: In a few words, for the last screen; empty: it says the verdict alone.
    """

    actor_id: str
    verdict: Verdict
    reason: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One demonstration.

    Attributes:
        scenario: Name of a shipped scenario, shown in its short form.
        line_camera: Id of the camera whose footage is filmed and scanned first, and decided on.
        parts: Whose crossings are decided; one of them, the one that is released, is a breach.
    """

    scenario: str
    words: str
    line_camera: str
    parts: tuple[Part, ...]


MODEL_INCIDENT = Story(
    scenario="panmunjom-2017",
    words="the model incident of 13 November 2017 in short form",
    line_camera="cctv-4",
    parts=(
        Part(
            "runner",
            Verdict.NO_BREACH,
            "Scripted for the demonstration: pursued and fired on while crossing; recorded, not a breach.",
            because="pursued and fired on",
        ),
        Part(
            "guard-3",
            Verdict.BREACH,
            "Scripted for the demonstration: the measured depth lies well beyond the line and its band.",
        ),
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """A candidate that the scripted reviewers decide on: which part of the story it is."""

    part: Part
    run: Run
    judgement: Judgement
    crossing: Crossing


def decided(story: Story, runs: Sequence[Run], *, truth: Path) -> tuple[Decided, ...]:
    """The candidates of the line's camera that are parts of the story, in the story's order.

    A candidate is the crossing of a part when its time, with its bound, holds the true one, and its way is
    the true one; of several the nearest in time.

    Args:
        story: Whose parts are looked for.
        runs: Of all cameras.
        truth: The simulation's folder of truth.
    """
    candidates = [
        (run, judgement, crossing)
        for run in runs
        if run.footage.camera_id == story.line_camera
        for judgement in run.judgements
        if judgement.is_candidate
        for crossing in run.crossings
        if crossing.event_id == judgement.event_id and is_likely(crossing)
    ]
    found = []
    for part in story.parts:
        near = [
            (abs(int(crossing.crossed_utc_ns) - at_utc_ns), Decided(part, run, judgement, crossing))
            for at_utc_ns, towards in _crossings_of(part.actor_id, truth)
            for run, judgement, crossing in candidates
            if crossing.to_side == towards
            and abs(int(crossing.crossed_utc_ns) - at_utc_ns) <= crossing.time_bound_s * NS_PER_S
        ]
        if near:
            found.append(min(near, key=lambda one: one[0])[1])
    return tuple(found)


def _crossings_of(actor_id: str, truth: Path) -> Iterator[tuple[UtcNs, str]]:
    """When an actor truly crossed, and towards which side."""
    path = truth / "events.jsonl"
    with disk_errors(path):
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for one in events:
        if one["kind"] == "crossed" and actor_id in one["actors"]:
            yield parse_utc(one["start_utc"]), one["towards"]
