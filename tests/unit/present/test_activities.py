"""Activities in words: who did what, how surely, with every value's uncertainty."""

import pytest

from tests.unit.present.worlds import activity, chronicle, speed
from truceline.present.activities import (
    activity_words,
    likelihood,
    measured_words,
    place_words,
    subject_labels,
    time_words,
)
from truceline.records.activities import ActivityKind, Measure, Part, Role
from truceline.records.events import Interval

LABELS = {"one": "S1 person", "two": "S2 person", "car": "S3 vehicle"}


@pytest.mark.parametrize(
    ("kind", "parts", "words"),
    [
        (ActivityKind.PURSUIT, [(Role.PURSUER, "two"), (Role.PURSUED, "one")], "S2 person after S1 person"),
        (
            ActivityKind.GOT_OUT,
            [(Role.ACTOR, "one"), (Role.VEHICLE, "car")],
            "S1 person gets out of S3 vehicle",
        ),
        (ActivityKind.GOT_IN, [(Role.ACTOR, "one")], "S1 person gets into a vehicle"),
        (
            ActivityKind.DRAGGED,
            [(Role.CASUALTY, "one"), (Role.MOVER, "two"), (Role.MOVER, "other")],
            "S1 person is dragged by S2 person, somebody",
        ),
        (ActivityKind.DISCHARGE, [], "discharge by somebody unseen"),
    ],
)
def test_what_happened(kind: ActivityKind, parts: list[tuple[Role, str]], words: str):
    one = activity(kind, *(Part(role, subject_id) for role, subject_id in parts))
    assert activity_words(one, LABELS) == words


@pytest.mark.parametrize("kind", list(ActivityKind))
def test_every_kind_has_its_words(kind: ActivityKind):
    words = activity_words(activity(kind, Part(Role.ACTOR, "one")), LABELS)
    assert words
    assert "{" not in words


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (speed(21.4, 0.25), "speed 21.4 ± 0.2 m/s (77.0 km/h)"),
        (Measure("limit", "m/s", Interval(11.1, 11.1, 11.1, 0.0)), "limit 11.1 m/s (40 km/h)"),
        (Measure("rounds", "rounds", Interval(3, 3, float("inf"), 0.0)), "rounds: at least 3"),
        (Measure("rounds", "rounds", Interval(4, 3, 6, 0.0)), "rounds: 3 to 6"),
        (Measure("people", "people", Interval(2, 2, 2, 0.0)), "people: 2"),
        (Measure("duration", "s", Interval(3.1, 2.3, 3.9, 0.4)), "duration 3.1 ± 0.4 s"),
    ],
)
def test_measured_values_carry_their_uncertainty(measure: Measure, words: str):
    assert measured_words(activity(ActivityKind.RUNNING, measures=(measure,))) == (words,)


def test_where_when_and_how_surely():
    one = activity(ActivityKind.RUNNING)
    assert place_words(one) == "Monument, 1.2 m east, −2.5 m north ± 0.3 m"
    assert time_words(one, local_offset_minutes=540) == ("06:15:01.0 ± 0.5 s", "15:15:01.0 UTC+9")
    assert likelihood(one) == "P 0.90"


def test_subjects_are_numbered_in_their_order():
    assert subject_labels(chronicle().world.subjects) == {"one": "S1 person", "two": "S2 person"}
