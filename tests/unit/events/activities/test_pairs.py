import numpy as np
import pytest

from tests.unit.events.activities.made import (
    DRAGGING_M,
    LYING_M,
    START,
    UPRIGHT_M,
    ground,
    heights,
    only,
    path,
    subject,
    tell,
)
from truceline.events.activities.finding import find_activities
from truceline.events.activities.measured.cast import cast_of
from truceline.events.activities.pair.danger import in_danger
from truceline.events.activities.pair.moving import carried, dragged
from truceline.events.activities.pair.pursuit import pursuit
from truceline.records.activities import Activity, ActivityKind, DangerReason, Part, Role
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan


def runner(name, start, *, wait_s=6.0, speed_mps=3.9, runs_s=5.0, rests_s=20.0, north=10.0):
    """Stands, runs east, stands."""
    end = start + speed_mps * runs_s
    at_s, places = path(
        (0, start, north),
        (wait_s, start, north),
        (wait_s + runs_s, end, north),
        (wait_s + runs_s + rests_s, end, north),
    )
    return subject(name, at_s, places)


def fugitive(*, fell=False):
    """Comes from nowhere at 5 s and runs away to the east, out of sight, or falls."""
    at_s, places = path((5, 12, 10), (6, 12, 10), (11, 37, 10), (26, 37, 10) if fell else (14, 52, 10))
    height = heights(at_s, (10.6, UPRIGHT_M), (11.3, LYING_M)) if fell else UPRIGHT_M
    return subject("fugitive", at_s, places, height_m=height)


@pytest.mark.parametrize(
    ("people", "found"),
    [
        pytest.param([fugitive(), runner("guard", 2)], 1, id="one after one who flees"),
        pytest.param([fugitive(fell=True), runner("guard", 2, runs_s=6)], 1, id="after one who falls"),
        pytest.param([runner("a", 2), runner("b", 6)], 0, id="two who stood together"),
        pytest.param([runner(f"m{one}", 3.0 * one) for one in range(6)], 0, id="a column"),
        pytest.param([fugitive(), runner("guard", 2, speed_mps=1.4)], 0, id="one who walks"),
        pytest.param([fugitive()], 0, id="alone"),
        pytest.param([fugitive(), runner("guard", 90, speed_mps=-4.5)], 0, id="one who runs elsewhere"),
    ],
)
def test_pursuit(people, found):
    told = only(tell(pursuit, people, ground()), ActivityKind.PURSUIT)
    assert len(told) == found
    for one in told:
        assert one.subject_of(Role.PURSUED) == "fugitive"
        assert one.subject_of(Role.PURSUER) == "guard"


def test_all_who_run_after_the_same_one_make_one_pursuit():
    people = [fugitive(), runner("guard", 2), runner("second", 0, north=12.0)]
    (one,) = only(tell(pursuit, people, ground()), ActivityKind.PURSUIT)
    assert {part.subject_id for part in one.parts if part.role is Role.PURSUER} == {"guard", "second"}
    assert one.measure("pursuers").low == 2


def body(height_m=LYING_M, *, moves=True):
    at_s, places = path(
        (0, 0, 10), (10, 0, 10), (30, 10.0 if moves else 0.0, 10), (40, 10.0 if moves else 0.0, 10)
    )
    if height_m > LYING_M:
        height_m = heights(at_s, (0, LYING_M), (9, LYING_M), (10, height_m), (30, height_m), (31, LYING_M))
    return subject("body", at_s, places, height_m=height_m)


def helper(name, aside_m, *, height_m=DRAGGING_M, ahead_m=1.2, moves=True):
    at_s, places = path(
        (0, 30, 10),
        (9, ahead_m, 10),
        (10, ahead_m, 10),
        (30, ahead_m + (10.0 if moves else 0.0), 10),
        (40, ahead_m + (10.0 if moves else 0.0), 10),
    )
    return subject(name, at_s, places + np.array([0.0, aside_m]), height_m=height_m)


@pytest.mark.parametrize(
    ("people", "found"),
    [
        pytest.param([body(), helper("h1", 0.4), helper("h2", -0.4)], 1, id="by two"),
        pytest.param([body(), helper("h1", 0.0)], 1, id="by one"),
        pytest.param([body()], 0, id="moves alone"),
        pytest.param([body(), helper("h1", 6.0)], 0, id="one who keeps six metres off"),
        pytest.param([body(), helper("h1", 0.4, height_m=LYING_M)], 0, id="beside one who crawls"),
        pytest.param([body(moves=False), helper("h1", 0.4, moves=False)], 0, id="nobody moves"),
    ],
)
def test_dragged(people, found):
    told = only(tell(dragged, people, ground()), ActivityKind.DRAGGED)
    assert len(told) == found
    for one in told:
        assert one.subject_of(Role.CASUALTY) == "body"
        assert one.measure("distance").value == pytest.approx(10.0, abs=1.5)
        assert one.measure("movers").low == len(people) - 1


@pytest.mark.parametrize(
    ("people", "found"),
    [
        pytest.param(
            [body(1.0), helper("h1", 0.8, ahead_m=0), helper("h2", -0.8, ahead_m=0)], 1, id="by two"
        ),
        pytest.param([body(1.0), helper("h1", 0.8, ahead_m=0)], 0, id="by one"),
        pytest.param([body(), helper("h1", 0.8), helper("h2", -0.8)], 0, id="along the ground"),
    ],
)
def test_carried(people, found):
    assert len(only(tell(carried, people, ground()), ActivityKind.CARRIED)) == found


def shots(*, at_s=(7.0, 10.0), parts=(), probability=0.9):
    span = UtcSpan(*(UtcNs(START + round(one * NS_PER_S)) for one in at_s))
    return Activity(
        "s",
        ActivityKind.DISCHARGE,
        span,
        span.start_utc_ns,
        0.5,
        None,
        None,
        tuple(parts),
        probability,
        (),
        (),
    )


def dangers(people, *, discharges=()):
    found = find_activities(people, ground(), discharges=discharges)
    told = only(found, ActivityKind.IN_DANGER, least=0.3)
    return {one.subject_of(Role.ACTOR): set(one.reasons) for one in told}


def test_reasons_of_danger():
    people = [fugitive(fell=True), runner("guard", 2)]
    told = dangers(people, discharges=[shots()])
    assert told == {"fugitive": {DangerReason.PURSUED, DangerReason.FIRED_ON, DangerReason.INJURED}}


def test_a_discharge_that_names_its_target_endangers_that_one_and_not_the_shooter():
    parts = [Part(Role.ACTOR, "guard"), Part(Role.PURSUED, "walker")]
    people = [runner("guard", 2, speed_mps=1.0), runner("walker", 20, speed_mps=1.0)]
    assert dangers(people, discharges=[shots(parts=parts)]) == {"walker": {DangerReason.FIRED_ON}}


def test_who_drags_another_is_a_rescuer():
    told = dangers([body(), helper("h1", 0.4), helper("h2", -0.4)])
    assert told["body"] == {DangerReason.INJURED}
    assert told["h1"] == told["h2"] == {DangerReason.RESCUING}


def test_who_is_on_the_way_to_one_who_is_down_is_rescuing_already():
    lies = subject("casualty", *path((0, 0, 3), (60, 0, 3)), height_m=LYING_M)
    comes = subject("rescuer", *path((0, 20, -12), (10, 20, -12), (40, 1.5, 2), (60, 1.5, 2)))
    found = find_activities([lies, comes], ground())
    (rescue,) = [one for one in found if one.subject_of(Role.ACTOR) == "rescuer" and one.reasons]
    assert rescue.reasons == (DangerReason.RESCUING,)
    assert (rescue.span.start_utc_ns - START) / NS_PER_S == pytest.approx(10.0, abs=4.0)


def test_nobody_is_in_danger_without_a_sign():
    assert in_danger(cast_of([runner("a", 2)], ground()), activities=[]) == ()


def test_danger_lasts_beyond_its_last_sign():
    found = find_activities([fugitive(), runner("guard", 2)], ground())
    (chase,) = only(found, ActivityKind.PURSUIT)
    (danger,) = only(found, ActivityKind.IN_DANGER)
    assert danger.span.end_utc_ns - chase.span.end_utc_ns == 30 * NS_PER_S
