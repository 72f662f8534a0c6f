"""A small world made by hand: two people, one seen by two cameras, and what they did."""

import numpy as np

from truceline.records.activities import Activity, ActivityKind, Measure, Part, Role
from truceline.records.chronicles import Chronicle
from truceline.records.classes import ClassPosterior
from truceline.records.digests import sha256_of
from truceline.records.events import Interval
from truceline.records.subjects import ClockProposal, Hypothesis, Link, Sighting, Subject, World
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan, parse_utc

START = parse_utc("2017-11-13T06:15:00Z")
SITE = sha256_of(b"site")


def at(second: float) -> UtcNs:
    return UtcNs(START + round(second * NS_PER_S))


def subject(subject_id: str, *sightings: Sighting, start_s: float = 0.0) -> Subject:
    rows = 4
    return Subject(
        subject_id=subject_id,
        kinds=ClassPosterior(0.9, 0.0, 0.0, 0.1),
        sightings=sightings,
        utc_ns=np.array([at(start_s + row) for row in range(rows)], dtype=np.int64),
        state=np.array([[row, 2.0, 1.0, 0.0] for row in range(rows)], dtype=np.float64),
        covariance=np.tile(np.eye(4) * 0.01, (rows, 1, 1)),
        bias_covariance=np.tile(np.eye(2) * 0.01, (rows, 1, 1)),
        observed=np.ones(rows, dtype=np.bool_),
        sighting=np.array([min(row // 2, len(sightings) - 1) for row in range(rows)], dtype=np.int64),
        height_m=np.full(rows, np.nan),
        width_m=np.full(rows, 0.5),
    )


def activity(
    kind: ActivityKind, *parts: Part, probability: float = 0.9, measures: tuple[Measure, ...] = ()
) -> Activity:
    return Activity(
        event_id=f"{kind} event",
        kind=kind,
        span=UtcSpan(at(1), at(3)),
        at_utc_ns=at(1),
        time_bound_s=0.5,
        place_en_m=(1.25, -2.5),
        place_sigma_m=0.3,
        parts=parts,
        probability=probability,
        measures=measures,
        cues=("a cue",),
        not_observed=("what was hidden",),
        camera_ids=("west",),
        site_place="Monument",
    )


def speed(value: float = 4.0, sigma: float = 0.25) -> Measure:
    return Measure("speed", "m/s", Interval(value, value - 2 * sigma, value + 2 * sigma, sigma))


def chronicle() -> Chronicle:
    first = subject(
        "one", Sighting("run-a", "t1", "west", 1.0), Sighting("run-b", "t2", "east", 0.8, ("near",))
    )
    second = subject("two", Sighting("run-a", "t3", "west", 1.0), start_s=0.5)
    link = Link(
        run_id="run-b",
        track_id="t2",
        camera_id="east",
        subject_id="one",
        gap_s=12.0,
        border_coverage=0.6,
        hypotheses=(Hypothesis("one", 0.8, ("near",)), Hypothesis(None, 0.2, ("nobody",))),
    )
    clock = ClockProposal("east", "west", 1.5, 0.4, 180.0, applied=True, rests_on=("two people",))
    world = World((first, second), (link,), (clock,), ("the yard was not seen",))
    return Chronicle(
        site=SITE,
        run_ids=("run-a", "run-b"),
        sounds=(),
        software="truceline test",
        world=world,
        activities=(
            activity(ActivityKind.RUNNING, Part(Role.ACTOR, "one"), measures=(speed(),)),
            activity(
                ActivityKind.PURSUIT, Part(Role.PURSUED, "one"), Part(Role.PURSUER, "two"), probability=0.3
            ),
        ),
    )
