import numpy as np
import pytest

from tests.unit.events.activities.made import (
    START,
    UPRIGHT_M,
    VEHICLE,
    drain,
    gate,
    ground,
    only,
    path,
    road,
    subject,
    tell,
)
from tests.unit.geometry.cameras import camera_of, mast
from truceline.events.activities.vehicle.checkpoints import checkpoints
from truceline.events.activities.vehicle.doors import doors
from truceline.events.activities.vehicle.speeding import speeding
from truceline.events.activities.vehicle.standing import standing
from truceline.records.activities import ActivityKind, Role
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan


def jeep(*legs, **more):
    at_s, places = path(*legs)
    return subject("jeep", at_s, places, kinds=VEHICLE, height_m=1.8, **more)


def driving(speed_mps, *, north=20.0, **more):
    return jeep((0, -50, north), (100 / speed_mps, 50, north), **more)


@pytest.mark.parametrize(
    ("speed_mps", "landmarks", "north", "found"),
    [
        pytest.param(14.0, [road()], 20.0, 1, id="faster"),
        pytest.param(9.0, [road()], 20.0, 0, id="slower"),
        pytest.param(14.0, [road(limit_mps=None)], 20.0, 0, id="no limit stated"),
        pytest.param(14.0, [], 20.0, 0, id="no road"),
        pytest.param(14.0, [road()], 45.0, 0, id="beside the road"),
    ],
)
def test_speeding(speed_mps, landmarks, north, found):
    told = only(tell(speeding, [driving(speed_mps, north=north)], ground(*landmarks)), ActivityKind.SPEEDING)
    assert len(told) == found
    for one in told:
        speed = one.measure("speed")
        assert speed.low < speed_mps < speed.high
        assert one.measure("limit").value == 10.0
        assert one.site_place == "road"


def test_a_speed_at_the_limit_is_an_even_chance():
    (one,) = tell(speeding, [driving(10.02, velocity_sigma_mps=0.5, sigma_m=0.6)], ground(road()))
    assert 0.4 < one.probability < 0.75


def test_a_person_who_is_fast_does_not_speed():
    at_s, places = path((0, -50, 20), (7, 50, 20))
    assert tell(speeding, [subject("p", at_s, places)], ground(road())) == ()


def guard(*, north=25.0):
    at_s, places = path((0, 3, north), (30, 3, north))
    return subject("guard", at_s, places)


def stopping(*, stands_s=3.0, before_m=5.0):
    begin = 40.0 / 8
    return jeep(
        (0, -before_m - 40, 20),
        (begin, -before_m, 20),
        (begin + stands_s, -before_m, 20),
        (begin + stands_s + 5, 40 - before_m, 20),
    )


@pytest.mark.parametrize(
    ("vehicle", "kind"),
    [
        pytest.param(driving(12.0), ActivityKind.CHECKPOINT_RUN, id="without a stop"),
        pytest.param(driving(3.0), ActivityKind.CHECKPOINT_RUN, id="slowly, without a stop"),
        pytest.param(stopping(), ActivityKind.CHECKPOINT_STOP, id="after a stop"),
        pytest.param(stopping(before_m=25.0), ActivityKind.CHECKPOINT_RUN, id="a stop too far off"),
        pytest.param(driving(12.0, north=70.0), None, id="past the gate, elsewhere"),
    ],
)
def test_a_gate_passed(vehicle, kind):
    found = [one for one in tell(checkpoints, [vehicle], ground(gate())) if one.probability >= 0.5]
    assert [one.kind for one in found] == ([] if kind is None else [kind])


def test_the_instant_of_a_run_is_the_passing():
    (one,) = only(tell(checkpoints, [driving(10.0)], ground(gate())), ActivityKind.CHECKPOINT_RUN)
    assert (one.at_utc_ns - START) / NS_PER_S == pytest.approx(5.0, abs=0.2)
    assert one.time_bound_s < 1.0


@pytest.mark.parametrize(
    ("people", "cameras", "cue", "count"),
    [
        pytest.param([guard()], (), "staffed: at least 1", 1, id="staffed"),
        pytest.param([guard(north=60.0)], (), None, None, id="nobody looks"),
        pytest.param([], (camera_of(mast()),), "unstaffed as far as cameras show", 0, id="unstaffed"),
    ],
)
def test_who_was_at_the_post(people, cameras, cue, count):
    north = 5.0 if cameras else 20.0
    found = tell(
        checkpoints, [driving(10.0, north=north), *people], ground(gate(north=north), cameras=cameras)
    )
    (one,) = only(found, ActivityKind.CHECKPOINT_RUN)
    if cue is None:
        assert one.measure("people at the post") is None
        assert "whether anybody was at the post" in one.not_observed
    else:
        assert any(cue in text for text in one.cues)
        assert one.measure("people at the post").value == count


def test_an_approach_that_nobody_saw_lowers_a_run():
    seen = tell(checkpoints, [driving(10.0)], ground(gate()))
    late = tell(checkpoints, [jeep((4.9, -1, 20), (10, 50, 20))], ground(gate()))
    assert late[0].probability < seen[0].probability - 0.1
    assert any("of the way before the gate" in text for text in late[0].not_observed)


def arriving(*, north, stands_s=30.0, brake_s=0.5):
    """At 9 m/s from the north, to a stand in so short a time."""
    way_m = 9.0 * 3 + 4.5 * brake_s
    first = [(second, 0.0, north + way_m - 9.0 * second) for second in (0.0, 3.0)]
    at = np.arange(0.1, brake_s + 1e-9, 0.1)
    braking = [(3 + one, 0.0, north + 4.5 * brake_s - (9 * one - 4.5 * one**2 / brake_s)) for one in at]
    return jeep(*first, *braking, (3 + brake_s + stands_s, 0.0, north))


@pytest.mark.parametrize(
    ("vehicle", "landmarks", "kinds"),
    [
        pytest.param(arriving(north=20, stands_s=5.0), [], set(), id="a short halt"),
        pytest.param(arriving(north=20, brake_s=4.0), [], {"stopped"}, id="parked in the open"),
        pytest.param(arriving(north=21), [drain()], {"stopped", "stuck"}, id="a sudden stop at a drain"),
        pytest.param(arriving(north=22, brake_s=4.0), [drain()], {"stopped"}, id="parked beside a drain"),
        pytest.param(arriving(north=32), [drain()], {"stopped"}, id="a sudden stop elsewhere"),
        pytest.param(driving(8.0), [drain()], set(), id="drives over it"),
    ],
)
def test_standing_vehicles(vehicle, landmarks, kinds):
    found = tell(standing, [vehicle], ground(*landmarks))
    assert {one.kind.value for one in found if one.probability >= 0.5} == kinds


def test_rocking_makes_stuck_surer():
    still = arriving(north=21, brake_s=4.0)
    at_s = (still.utc_ns - START) / NS_PER_S
    rocks = still.en_m.copy()
    rocks[:, 1] += np.where(at_s > 20, 0.06 * np.sin(2 * np.pi * 0.9 * at_s), 0.0)
    rocking = subject("jeep", at_s, rocks, kinds=VEHICLE, height_m=1.8)
    before = [one for one in tell(standing, [still], ground(drain())) if one.kind is ActivityKind.STUCK]
    after = [one for one in tell(standing, [rocking], ground(drain())) if one.kind is ActivityKind.STUCK]
    assert after[0].probability > before[0].probability + 0.15
    measured = after[0].measure("rocking")
    assert measured is not None
    assert measured.value == pytest.approx(0.06, abs=0.03)
    assert before[0].measure("rocking") is None


def leaver(*, first=(1.6, 20.0), at_s=12.0, to=(40.0, 20.0)):
    times, places = path((at_s, *first), (at_s + 1, *first), (at_s + 21, *to))
    return subject("driver", times, places)


def supplied(first_s=0.0, last_s=70.0):
    span = UtcSpan(UtcNs(START + round(first_s * NS_PER_S)), UtcNs(START + round(last_s * NS_PER_S)))
    return (("west", span),)


@pytest.mark.parametrize(
    ("person", "others", "spans", "found"),
    [
        pytest.param(leaver(), [], supplied(), 1, id="out of the vehicle"),
        pytest.param(leaver(first=(9.0, 20.0)), [], supplied(), 0, id="nine metres beside it"),
        pytest.param(leaver(), [], supplied(first_s=11.5), 0, id="there when the camera began"),
        pytest.param(leaver(at_s=1.0), [], supplied(), 0, id="before the vehicle stood"),
    ],
)
def test_getting_out(person, others, spans, found):
    vehicle = arriving(north=20, stands_s=60.0)
    told = only(tell(doors, [vehicle, person, *others], ground(supplied=spans)), ActivityKind.GOT_OUT)
    assert len(told) == found
    for one in told:
        assert one.subject_of(Role.ACTOR) == "driver"
        assert one.subject_of(Role.VEHICLE) == "jeep"


def test_somebody_lost_beside_the_vehicle_right_before_may_be_the_same():
    vehicle = arriving(north=20, stands_s=60.0)
    at_s, places = path((4, 12, 20), (11, 2.2, 20))
    lost = subject("walker", at_s, places)
    alone = tell(doors, [vehicle, leaver()], ground(supplied=supplied()))
    both = tell(doors, [vehicle, leaver(), lost], ground(supplied=supplied()))
    surest = {one.parts[0].subject_id: one.probability for one in both if one.kind is ActivityKind.GOT_OUT}
    assert surest.get("driver", 0.0) < alone[0].probability - 0.2


def test_getting_in_is_getting_out_backwards():
    vehicle = arriving(north=20, stands_s=60.0)
    at_s, places = path((5, 40, 20), (24, 1.6, 20), (25, 1.6, 20))
    (one,) = only(
        tell(doors, [vehicle, subject("driver", at_s, places)], ground(supplied=supplied())),
        ActivityKind.GOT_IN,
    )
    assert (one.at_utc_ns - START) / NS_PER_S == pytest.approx(25.0, abs=0.2)


def test_abandoned_after_everybody_left():
    vehicle = arriving(north=20, stands_s=62.0)
    found = tell(standing, [vehicle, leaver()], ground(supplied=supplied()))
    (one,) = only(found, ActivityKind.ABANDONED)
    assert one.measure("people who left it").value == 1
    at_s, places = path((12, 3, 20), (65, 3, 20))
    stays = subject("other", at_s, places, height_m=UPRIGHT_M)
    assert not only(
        tell(standing, [vehicle, leaver(), stays], ground(supplied=supplied())), ActivityKind.ABANDONED
    )
