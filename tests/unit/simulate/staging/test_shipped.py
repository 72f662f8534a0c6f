"""Every scenario that is shipped plays, and what happens is its story."""

from functools import cache

import numpy as np
import pytest

from tests.unit.simulate.staging.scenes import (
    happened,
    largest_acceleration_mps2,
    largest_turn_rad_s,
    performance,
)
from truceline.geometry.camera import pixel_from_site
from truceline.records.time import UtcNs
from truceline.simulate.bodies.people.person import person_at
from truceline.simulate.model.actors import STEP_S, Action, ActorKind, HappeningKind
from truceline.simulate.model.scenario import Play
from truceline.simulate.scenario.load import load_scenario
from truceline.simulate.scenario.shipped import shipped_scenarios
from truceline.simulate.scenario.variants import MOST_FRAMES, frame_count, variant
from truceline.simulate.staging.play import play

TEXTS = shipped_scenarios()
LIGHT = [name for name in TEXTS if not name.startswith(("panmunjom", "contrast"))]


GONE = {
    "camera": ("cctv-1", "cctv-2", "cctv-3", "cctv-4"),
    "microphone": ("cctv-3-mic", "cctv-4-mic", "yard-mic"),
    "actor": ("reinforcement", "rescuer-1", "rescuer-2", "rescuer-3", "post-guard", "post-guard-2"),
}
"""What contrasts are cut short by in these tests: what comes after five minutes, and the devices."""


@cache
def played(name: str) -> Play:
    return play(load_scenario(TEXTS[name], where=name, seed=3))


@cache
def cut_short(fact: str) -> Play:
    text = f'base = "contrast-{fact}"\nduration_s = 300\n'
    for kind, names in GONE.items():
        there = [one for one in names if not (fact == "turns-back" and one.startswith("rescuer"))]
        text += "".join(f'[[{kind}]]\nid = "{one}"\nremove = true\n' for one in there)
    if fact != "thermal-lost":
        text += '[[camera]]\nid = "tod"\nsupplies = [[180, 300]]\n'
    return play(load_scenario(text, where=fact, seed=3))


def crossings(name: str) -> dict[str, list[tuple[str, float, float]]]:
    found: dict[str, list[tuple[str, float, float]]] = {}
    for one in happened(played(name), HappeningKind.CROSSED):
        row = (one.towards or "", one.depth_m or 0.0, one.end_s - one.start_s)
        found.setdefault(one.actor_ids[0], []).append(row)
    return found


def shots(name: str) -> list[float]:
    return [one.start_s for one in happened(played(name), HappeningKind.SHOT)]


def test_all_that_should_be_there_is():
    twelve = [name for name in TEXTS if name.startswith("contrast-")]
    assert len(twelve) == 12
    assert {
        "panmunjom-2017",
        "panmunjom-2017-with-sound",
        "quiet-day",
        "authorised-visit",
        "patrol-along-the-line",
        "brief-incursion",
        "guard-and-visitor",
        "deer-at-night",
        "checkpoint-traffic",
        "fireworks",
        "tampered-cameras",
    } == set(TEXTS) - set(twelve)


@pytest.mark.parametrize("name", LIGHT)
def test_short_forms_keep_within_their_frames_and_bodies(name):
    script = variant(TEXTS[name], where=name, seed=1003)
    assert 0 < frame_count(script) <= MOST_FRAMES
    for one in play(script).performances:
        limit = 5.0 if one.actor.kind is ActorKind.PERSON else 8.0
        assert largest_acceleration_mps2(one) <= limit
        assert largest_turn_rad_s(one) < 5.0


def test_the_devices_and_the_drive_are_the_record():
    name = "panmunjom-2017"
    told = played(name)
    assert frame_count(load_scenario(TEXTS[name], where=name, seed=3)) <= 15_000
    bands = [camera.band.value for camera in told.setting.cameras]
    assert bands == ["visible"] * 4 + ["thermal"]
    offsets = [camera.clock.offset_s for camera in told.setting.cameras]
    assert max(offsets[:4]) - min(offsets[:4]) < 1
    assert offsets[4] - offsets[0] == pytest.approx(120, abs=10)
    assert not told.setting.microphones

    jeep = performance(told, "jeep")
    at = [
        np.argmin(np.linalg.norm(jeep.enu_m[:, :2] - end, axis=1)) * 0.02
        for end in ([-600, 441], [-472, 361])
    ]
    assert at[1] - at[0] == pytest.approx(7, abs=0.4)
    (passed,) = happened(told, HappeningKind.PASSED_CHECKPOINT)
    (stuck,) = happened(told, HappeningKind.STUCK)
    assert stuck.start_s - passed.start_s == pytest.approx(57, abs=6)
    assert stuck.start_s == pytest.approx(120, abs=10)  # 15:13
    assert stuck.place_enu_m[1] == pytest.approx(10.8, abs=1.2)


def test_the_run_the_shots_and_the_incursion_are_the_record():
    name = "panmunjom-2017"
    told = played(name)
    (out,) = happened(told, HappeningKind.GOT_OUT)
    assert 240 <= out.start_s < 300  # 15:15
    (pursuit,) = happened(told, HappeningKind.PURSUIT)
    assert len(pursuit.actor_ids) == 5
    found = crossings(name)
    assert list(found) == ["runner", "guard-3"]
    side, depth_m, dwell_s = found["guard-3"][0]
    assert side == "South"
    assert 3.0 <= depth_m <= 4.1
    assert 2.0 <= dwell_s <= 3.0
    (crossed,) = [one for one in happened(told, HappeningKind.CROSSED) if one.actor_ids == ("runner",)]
    assert 34 <= len(shots(name)) <= 46
    assert min(shots(name)) < crossed.start_s < max(shots(name))
    south = next(one for one in happened(told, HappeningKind.CROSSED) if one.actor_ids == ("guard-3",))
    own = [one.start_s for one in happened(told, HappeningKind.SHOT) if one.actor_ids == ("guard-3",)]
    assert not [shot for shot in own if south.start_s <= shot <= south.end_s]


def test_who_climbs_out_is_bent_from_the_first_moment_and_not_through_the_roof():
    runner = performance(played("panmunjom-2017"), "runner")
    first = int(np.argmax(runner.action != Action.AWAY))
    assert runner.action[first] == Action.CROUCH
    assert runner.share[first] == 1.0
    body = person_at(runner, first * STEP_S).capsules
    assert body[:, [2, 5]].max() - runner.enu_m[first, 2] < 1.4


def test_those_who_gather_and_the_rescue_are_the_record():
    told = played("panmunjom-2017")
    at_monument = [
        one
        for one in told.performances
        if one.actor.actor_id.startswith("reinforcement")
        and np.hypot(*(one.enu_m[19000, :2] - [-20, 131])) < 12
    ]
    assert 10 <= len(at_monument) <= 14
    down = happened(told, HappeningKind.DOWN)[0]
    assert down.place_enu_m[1] == pytest.approx(-50, abs=1)
    first, later = happened(told, HappeningKind.DRAGGED)
    assert first.actor_ids == ("runner", "rescuer-1", "rescuer-2")
    runner = performance(told, "runner")
    way = runner.enu_m[round(first.start_s / 0.02) : round(first.end_s / 0.02), :2]
    assert np.sum(np.linalg.norm(np.diff(way, axis=0), axis=1)) == pytest.approx(20, abs=3)
    assert later.start_s > first.end_s
    assert performance(told, "rescuer-3").action[-1] == Action.AIM_PRONE
    crawlers = {one.actor_ids[0] for one in happened(told, HappeningKind.CRAWLED)}
    assert crawlers == {"rescuer-1", "rescuer-2", "rescuer-3"}


def test_no_body_does_more_than_it_can_in_the_model_incident():
    for one in played("panmunjom-2017").performances:
        limit = 5.0 if one.actor.kind is ActorKind.PERSON else 8.0
        assert largest_acceleration_mps2(one) <= limit, one.actor.actor_id


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("quiet-day", {}),
        ("patrol-along-the-line", {}),
        ("fireworks", {}),
        ("checkpoint-traffic", {}),
        ("brief-incursion", {"guard": 1}),
        ("guard-and-visitor", {"guard": 1, "visitor": 1}),
        ("tampered-cameras", {"guard": 1}),
        ("authorised-visit", {"visitor": 1, "late-visitor": 1}),
        ("deer-at-night", {"doe": 1, "fawn": 1}),
    ],
)
def test_who_crosses_in_the_smaller_scenarios(name, who):
    assert {one: len(found) for one, found in crossings(name).items()} == who
    assert not shots(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # The guard crosses in that time as well, but not there: see below.
        ("guard-and-visitor", {"visitor": True, "guard": True}),
        ("authorised-visit", {"visitor": True, "late-visitor": False}),
    ],
)
def test_whose_crossing_lies_in_the_time_of_the_permit(name, expected):
    told = played(name)
    (permit,) = told.setting.permits
    inside = {
        one.actor_ids[0]: permit.valid.contains(UtcNs(told.setting.start_utc_ns + round(one.start_s * 1e9)))
        for one in told.happenings
        if one.kind in (HappeningKind.CROSSED, HappeningKind.RETURNED)
    }
    assert inside == expected


def test_the_guard_runs_back_within_three_seconds_and_not_through_the_gate():
    (guard,) = crossings("guard-and-visitor")["guard"]
    assert 3.0 <= guard[1] <= 4.1
    assert 2.0 <= guard[2] <= 3.0
    told = played("guard-and-visitor")
    places = {
        one.actor_ids[0]: one.place_enu_m[0] for one in told.happenings if one.kind is HappeningKind.CROSSED
    }
    (gate,) = told.setting.zones
    west_m, east_m = min(x for x, _ in gate.ring_en_m), max(x for x, _ in gate.ring_en_m)
    assert west_m < places["visitor"] < east_m
    assert not west_m < places["guard"] < east_m


def test_checkpoints_are_passed_and_kept():
    told = played("checkpoint-traffic")
    stopped = {one.actor_ids[0] for one in happened(told, HappeningKind.STOPPED_AT_CHECKPOINT)}
    passed = [one.actor_ids[0] for one in happened(told, HappeningKind.PASSED_CHECKPOINT)]
    assert stopped == {"car", "truck"}
    assert passed.count("jeep") == 2
    assert "jeep" in {one.actor_ids[0] for one in happened(told, HappeningKind.SPEEDING)}


@pytest.mark.parametrize(
    ("fact", "crosses", "shots_fall"),
    [
        ("no-shot", {"runner", "guard-3"}, False),
        ("stops-short", {"runner"}, True),
        ("permit-valid", {"runner", "guard-3"}, True),
        ("sides-mirrored", {"runner", "guard-3"}, True),
        ("two-cross", {"runner", "guard-2", "guard-3"}, True),
        ("turns-back", set(), True),
        ("shots-out-of-view", {"runner", "guard-3"}, True),
        ("backfire", {"runner", "guard-3"}, False),
        ("thermal-lost", {"runner", "guard-3"}, True),
        ("shallow", {"runner", "guard-3"}, True),
        ("shots-before", {"runner", "guard-3"}, True),
    ],
)
def test_each_contrast_is_one_fact_away(fact, crosses, shots_fall):
    told = cut_short(fact)
    crossed = happened(told, HappeningKind.CROSSED)
    fired = happened(told, HappeningKind.SHOT)
    assert {one.actor_ids[0] for one in crossed} == crosses
    assert bool(fired) is shots_fall
    first = min((one.start_s for one in crossed), default=np.inf)
    assert all(one.start_s < first for one in fired) is (fact in ("shots-before", "turns-back") or not fired)
    sides = {one.towards for one in crossed}
    assert sides == ({"North"} if fact == "sides-mirrored" else {"South"} if crosses else set())
    depths = {one.actor_ids[0]: one.depth_m or 0.0 for one in crossed}
    if "guard-3" in crosses:
        assert (depths["guard-3"] < 1.5) is (fact == "shallow")
    assert {one.actor_ids[0] for one in fired} == (
        {"unseen"}
        if fact == "shots-out-of-view"
        else {f"guard-{one}" for one in (1, 2, 3, 4)}
        if fired
        else set()
    )
    assert len(happened(told, HappeningKind.DISCHARGE_LIKE)) == (2 if fact == "backfire" else 0)
    assert len(told.setting.permits) == (1 if fact == "permit-valid" else 0)
    assert len(told.setting.cameras) == (0 if fact == "thermal-lost" else 1)


@pytest.mark.parametrize("name", [name for name in TEXTS if name.startswith("contrast-")])
def test_every_contrast_has_a_short_form(name):
    assert 0 < frame_count(variant(TEXTS[name], where=name, seed=1001)) <= MOST_FRAMES


def test_nobody_sees_who_shoots_out_of_view():
    name = "contrast-shots-out-of-view"
    for seed in (1, 2, 1003):
        script = variant(TEXTS[name], where=name, seed=seed)
        unseen = script.plan("unseen")
        for camera in script.setting.cameras:
            [(across, _)] = pixel_from_site(camera.true, np.array([[*unseen.at_en_m, 1.0]]))
            assert not -40 < across < camera.width_px + 40, camera.camera_id


def test_in_the_last_contrast_rescuers_cross_and_return():
    found = crossings("contrast-rescuer-crosses")
    assert {"rescuer-1", "rescuer-2"} <= set(found)
    assert {found[name][0][0] for name in ("rescuer-1", "rescuer-2")} == {"North"}
    assert found["runner"][0][0] == "South"
