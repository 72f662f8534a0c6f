"""What must not change activities (when, where, in whose words), and what must not make them surer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.events.activities.made import (
    LYING_M,
    PERSON,
    UPRIGHT_M,
    VEHICLE,
    drain,
    gate,
    ground,
    heights,
    path,
    road,
    subject,
)
from truceline.events.activities.finding import find_activities
from truceline.events.activities.ground import Ground
from truceline.records.activities import Activity
from truceline.records.site import Sides
from truceline.records.subjects import Subject
from truceline.records.time import NS_PER_S

LANDMARKS = (road(), gate(), drain(north=5.0))


def scene() -> tuple[Subject, ...]:
    """A vehicle runs a gate and stops at a drain; one gets out, is run after and falls; one crawls to him."""
    drive = path((0, -90, 20), (9, 18, 20), (9.5, 20, 19), (11, 20, 5), (75, 20, 5))
    jeep = subject("jeep", *drive, kinds=VEHICLE, height_m=1.8)
    flight = path((18, 21.8, 5), (20, 21.8, 5), (25, 40, -12), (75, 40, -12))
    fled = subject("fled", *flight, height_m=heights(flight[0], (24.6, UPRIGHT_M), (25.4, LYING_M)))
    chase = path((5, 10, 30), (18, 12, 14), (19.5, 12, 14), (25, 28, 1), (27, 28, 1), (34, 12, 14))
    guard = subject("guard", *chase)
    creeps = path((35, 70, -40), (38, 69, -39), (72, 52, -25), (75, 52, -25))
    crawler = subject("crawler", *creeps, height_m=LYING_M)
    return jeep, fled, guard, crawler


SCENE = scene()


def told(subjects: tuple[Subject, ...], on: Ground) -> list[tuple[object, ...]]:
    return [_facts(one) for one in find_activities(subjects, on)]


def _facts(one: Activity) -> tuple[object, ...]:
    parts = tuple((part.role, part.subject_id) for part in one.parts)
    measures = tuple((value.name, round(value.interval.value, 4)) for value in one.measures)
    return one.kind, parts, round(one.probability, 6), measures, one.site_place, one.reasons


PLAIN = told(SCENE, ground(*LANDMARKS))


def test_the_scene_holds_what_it_should():
    sure = {facts[0].value for facts in PLAIN if facts[2] >= 0.5}  # type: ignore[attr-defined, operator]
    wanted = {
        "speeding",
        "checkpoint run",
        "stopped",
        "stuck",
        "got out",
        "running",
        "pursuit",
        "fell",
        "down",
    }
    assert wanted | {"crawling", "in danger"} <= sure


@settings(max_examples=3, deadline=None)
@given(st.integers(-(10**17), 10**17))
def test_a_shift_of_all_times_changes_nothing_else(shift_ns):
    moved = tuple(replace(one, utc_ns=one.utc_ns + shift_ns) for one in SCENE)
    assert told(moved, ground(*LANDMARKS)) == PLAIN


@settings(max_examples=3, deadline=None)
@given(st.floats(0, 6.28), st.floats(-500, 500), st.floats(-500, 500))
def test_turning_and_shifting_the_site_changes_nothing_else(angle, east, north):
    cos, sin = np.cos(angle), np.sin(angle)
    turn, shift = np.array([[cos, -sin], [sin, cos]]), np.array([east, north])
    both = np.kron(np.eye(2), turn)
    moved = tuple(
        replace(
            one,
            state=one.state @ both.T + np.array([*shift, 0.0, 0.0]),
            covariance=both @ one.covariance @ both.T,
            bias_covariance=turn @ one.bias_covariance @ turn.T,
        )
        for one in SCENE
    )
    on = ground(*(replace(one, points_en_m=one.points_en_m @ turn.T + shift) for one in LANDMARKS))
    line = replace(on.line, vertices_en_m=on.line.vertices_en_m @ turn.T + shift)
    turned = told(moved, replace(on, line=line))
    assert [facts[:2] for facts in turned] == [facts[:2] for facts in PLAIN]
    for after, before in zip(turned, PLAIN, strict=True):
        assert after[2] == pytest.approx(before[2], abs=1e-4)


def test_other_names_of_the_sides_change_only_words():
    on = ground(*LANDMARKS)
    named = replace(on, line=replace(on.line, sides=Sides("South", "North")))
    assert told(SCENE, named) == PLAIN


def test_drawing_the_line_the_other_way_round_changes_nothing():
    on = ground(*LANDMARKS)
    line = replace(
        on.line,
        vertices_en_m=on.line.vertices_en_m[::-1].copy(),
        sides=Sides(on.line.sides.right, on.line.sides.left),
    )
    first = find_activities(SCENE, on)
    assert find_activities(SCENE, replace(on, line=line)) == first


def test_the_order_of_subjects_changes_nothing():
    assert told(SCENE[::-1], ground(*LANDMARKS)) == PLAIN


@settings(max_examples=4, deadline=None)
@given(st.floats(1.0, 12.0), st.floats(1.0, 3.0))
def test_more_noise_never_makes_an_activity_surer(noise, more):
    on = ground(*LANDMARKS)

    def surest(factor: float) -> dict[object, float]:
        worse = tuple(replace(one, covariance=one.covariance * factor**2) for one in SCENE)
        best: dict[object, float] = {}
        for one in find_activities(worse, on):
            key = (one.kind, one.parts[0].subject_id)
            best[key] = max(best.get(key, 0.0), one.probability)
        return best

    before, after = surest(noise), surest(noise * more)
    grown = {key: (before.get(key, 0.0), value) for key, value in after.items() if value > 0.5}
    assert [one for one in grown.items() if one[1][1] > one[1][0] + 0.03] == []


@settings(max_examples=10, deadline=None)
@given(st.floats(2.3, 8.0), st.floats(0.05, 2.0), st.floats(1.0, 5.0))
def test_a_noisier_speed_is_never_surer_to_be_a_run(speed_mps, sigma_mps, more):
    at_s, places = path((0, 0, 10), (8, speed_mps * 8, 10))

    def chance(sigma: float) -> float:
        one = subject("p", at_s, places, kinds=PERSON, sigma_m=10.0, velocity_sigma_mps=sigma)
        found = find_activities((one,), ground())
        return max((activity.probability for activity in found), default=0.0)

    assert chance(sigma_mps * more) <= chance(sigma_mps) + 0.02


def test_activities_of_nobody():
    assert find_activities((), ground(*LANDMARKS)) == ()


def test_ids_are_of_content():
    first, second = (find_activities(SCENE, ground(*LANDMARKS)) for _ in range(2))
    assert first == second
    assert len({one.event_id for one in first}) == len(first)
    assert NS_PER_S == 10**9
