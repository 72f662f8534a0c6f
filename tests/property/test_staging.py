"""Whatever people are told to do, no body does more than a body can; and crossings are where the line is."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.simulate.staging.scenes import (
    actor,
    happened,
    largest_acceleration_mps2,
    largest_turn_rad_s,
    performance,
    played,
)
from truceline.geometry.line import signed_distance_m
from truceline.simulate.model.actors import STEP_S, HappeningKind
from truceline.simulate.staging.motion.ground import true_line_en_m
from truceline.simulate.staging.motion.vehicles import BUILDS

PLACES = st.tuples(st.integers(-18, 18), st.integers(-14, 18))
WALKS = st.lists(PLACES, min_size=1, max_size=4, unique=True).map(
    lambda places: [list(place) for place in places]
)
MOVES = st.tuples(st.sampled_from([("walk", 1.2, 2.4), ("run", 3.0, 7.0), ("crawl", 0.4, 1.1)]), WALKS)
STEPS = st.lists(MOVES, min_size=1, max_size=3)


def told(moves: list[tuple[tuple[str, float, float], list[list[int]]]]) -> list[str]:
    return [f'do = "{deed}", to = {to}, speed_mps = [{slow}, {fast}]' for (deed, slow, fast), to in moves]


@settings(max_examples=10, deadline=None)
@given(moves=STEPS, seed=st.integers(1, 99))
def test_bodies_stay_within_their_bounds(moves, seed):
    one = performance(played(actor("a", "[1, 9]", *told(moves)), seed=seed, duration_s=400), "a")
    assert largest_acceleration_mps2(one) <= 5.0
    assert largest_turn_rad_s(one) <= 9.0
    assert float(np.max(np.abs(one.speed_mps))) <= 7.1
    assert (one.share >= 0).all()
    assert (one.share <= 1).all()


@settings(max_examples=8, deadline=None)
@given(moves=STEPS, seed=st.integers(1, 99))
def test_crossings_alternate_and_lie_on_the_true_line(moves, seed):
    play = played(actor("a", "[1, 9]", *told(moves)), seed=seed, duration_s=400)
    line = true_line_en_m(play.setting)
    passages = [one for one in play.happenings if one.kind in (HappeningKind.CROSSED, HappeningKind.RETURNED)]
    for index, one in enumerate(passages):
        assert abs(signed_distance_m(line, one.place_enu_m[None, :2])[0]) < 1e-4
        assert one.kind is (HappeningKind.RETURNED if index % 2 else HappeningKind.CROSSED)
        assert one.towards == ("North" if index % 2 else "South")
    for one in happened(play, HappeningKind.CROSSED):
        assert one.depth_m is not None
        assert one.depth_m >= 0


@settings(max_examples=8, deadline=None)
@given(
    corners=st.lists(
        st.tuples(st.integers(-40, 40), st.integers(15, 60)), min_size=1, max_size=3, unique=True
    ),
    speed=st.floats(4.0, 18.0),
)
def test_vehicles_stay_within_their_bounds(corners, speed):
    to = [list(corner) for corner in corners if np.hypot(corner[0] + 60, corner[1] - 30) > 15]
    if not to:
        return
    car = actor(
        "car",
        "[-60, 30]",
        f'do = "drive", to = {to}, speed_mps = {speed:.2f}',
        more='kind = "car"\nheading_deg = 90\n',
    )
    one = performance(played(car, duration_s=300), "car")
    noses = np.stack([np.cos(one.heading_rad), np.sin(one.heading_rad)], axis=1)
    rear = one.enu_m[:, :2] - noses * BUILDS[one.actor.kind].wheelbase_m / 2
    push = np.linalg.norm(np.diff(rear, 2, axis=0), axis=1) / STEP_S**2
    assert float(push.max()) <= 6.5  # the axle that keeps to its way: 3.5 across and 3 along, and room
    assert float(np.max(np.abs(one.speed_mps))) <= speed * 1.2 + 0.1
