"""Playing: what bodies and vehicles do, when triggers fire, and that everything is exact and bounded."""

import numpy as np
import pytest

from tests.unit.simulate.scenario.texts import PLACE, line_of
from tests.unit.simulate.staging.scenes import (
    actor,
    at_s,
    happened,
    largest_acceleration_mps2,
    largest_turn_rad_s,
    performance,
    played,
)
from truceline.errors import InputError
from truceline.simulate.model.actors import STEP_S, Action, HappeningKind

TO_AND_BACK = actor(
    "guard",
    "[0, 6]",
    'do = "run", to = [0, -3], speed_mps = 4.5, brake_mps2 = 4.5',
    'do = "run", to = [0, 6], speed_mps = 4.5, acceleration_mps2 = 4.5',
    more="heading_deg = 180\n",
)


def test_a_walk_leads_from_its_start_through_its_waypoints_to_its_end():
    one = performance(played(actor("a", "[0, 10]", 'do = "walk", to = [[0, 4], [5, 4]]')), "a")
    assert one.enu_m[0, :2] == pytest.approx([0, 10], abs=2e-3)
    assert one.enu_m[-1, :2] == pytest.approx([5, 4], abs=1e-3)
    near = np.min(np.linalg.norm(one.enu_m[:, :2] - [0, 4], axis=1))
    assert near < 0.35
    assert np.max(one.speed_mps) == pytest.approx(1.35, abs=0.02)
    assert set(np.unique(one.action)) == {Action.STAND, Action.WALK}
    assert one.at_s[-1] == pytest.approx(30)


def test_an_incursion_is_recorded_with_its_instants_and_depth():
    play = played(TO_AND_BACK)
    (crossed,) = happened(play, HappeningKind.CROSSED)
    (returned,) = happened(play, HappeningKind.RETURNED)
    assert crossed.towards == "South"
    assert returned.towards == "North"
    assert crossed.end_s == returned.start_s
    assert crossed.depth_m == pytest.approx(3.0, abs=0.02)
    assert 2.0 < crossed.end_s - crossed.start_s < 3.0
    one = performance(play, "guard")
    for instant in (crossed.start_s, returned.start_s):
        norths = np.interp([instant - 1e-3, instant + 1e-3], one.at_s, one.enu_m[:, 1])
        assert norths[0] * norths[1] < 0
    assert crossed.place_enu_m[1] == pytest.approx(0, abs=1e-5)


def test_crossings_are_those_of_the_true_line():
    text = PLACE.replace("offset_m = 0.0", "offset_m = -2.0")
    from truceline.simulate.scenario.load import load_scenario
    from truceline.simulate.staging.play import play

    done = play(load_scenario(text + TO_AND_BACK, where="x", seed=1))
    (crossed,) = happened(done, HappeningKind.CROSSED)
    assert crossed.place_enu_m[1] == pytest.approx(-2.0, abs=1e-5)
    assert crossed.depth_m == pytest.approx(1.0, abs=0.02)


def test_a_run_that_turns_back_stays_within_what_a_body_can_do():
    one = performance(played(TO_AND_BACK), "guard")
    assert 4.0 < largest_acceleration_mps2(one) <= 4.6
    assert largest_turn_rad_s(one) < 5.0


def test_who_is_away_crosses_nothing():
    play = played(
        actor("a", "[0, 3]", 'do = "come", to = [0, -3], when = "at 2 s"', more='posture = "away"\n')
    )
    assert not happened(play, HappeningKind.CROSSED)
    one = performance(play, "a")
    assert one.action[at_s(one, 1.9)] == Action.AWAY
    assert one.action[at_s(one, 2.1)] == Action.STAND
    assert one.enu_m[at_s(one, 2.1), 1] == pytest.approx(-3)


@pytest.mark.parametrize(
    ("when", "begins_s"),
    [
        ("at 4 s", 4.0),
        ("at 14:00:05", 5.0),
        ("guard: run", 0.0),
        ("after guard: stop + 1 s", 12.0),
        ("guard: stop + 0.5 s and at 1 s", 10.5),
    ],
)
def test_triggers_fire_when_they_come_true(when, begins_s):
    text = actor(
        "guard",
        "[-20, 9]",
        'do = "run", to = [-30, 9]',
        'name = "stop", do = "stand", when = "at 10 s", for_s = 1',
    )
    play = played(text + actor("a", "[0, 10]", f'do = "run", to = [0, 5], when = "{when}"'))
    one = next(each for each in happened(play, HappeningKind.STARTED_RUNNING) if each.actor_ids == ("a",))
    assert one.start_s == pytest.approx(begins_s, abs=STEP_S + 1e-9)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("guard crosses the line", lambda guard, _: guard[1] < 0),
        ("guard crosses the line to South", lambda guard, _: guard[1] < 0),
        ("guard enters gate", lambda guard, _: max(np.abs(guard)) < 5),
        ("within 4 m of guard", lambda guard, own: np.linalg.norm(guard - own) <= 4.0),
        ("guard within 2 m of [0, -2]", lambda guard, _: np.hypot(guard[0], guard[1] + 2) <= 2.0),
    ],
)
def test_triggers_on_movement_fire_at_the_first_sample_at_which_they_hold(when, holds):
    guard = actor("guard", "[0, 12]", 'do = "walk", to = [0, -6]')
    play = played(guard + actor("a", "[3, -1]", f'do = "crouch", when = "{when}"'))
    one, other = performance(play, "a"), performance(play, "guard")
    begun = int(np.argmax(one.action == Action.CROUCH))
    places = [(other.enu_m[row, :2], one.enu_m[row, :2]) for row in (begun + 3, begun - 3)]
    assert holds(*places[0])
    assert not holds(*places[1])


def test_who_sits_in_a_vehicle_crosses_only_on_foot():
    jeep = actor("jeep", "[9, 12]", more='kind = "jeep"\n')
    driver = '[[actor]]\nid = "driver"\ninside = "jeep"\nstep = [\n{ do = "get-out", when = "at 1 s" },\n'
    driver += '{ do = "run", to = [[12, 8], [12, -4]] } ]\n'
    guard = actor("guard", "[0, 12]", 'do = "crouch", when = "driver crosses the line"')
    play = played(jeep + driver + guard)
    (crossed,) = happened(play, HappeningKind.CROSSED)
    one = performance(play, "guard")
    assert np.argmax(one.action == Action.CROUCH) * STEP_S == pytest.approx(crossed.start_s, abs=0.1)


def test_until_cuts_a_step_short_and_the_body_comes_to_a_stand():
    play = played(actor("a", "[0, 20]", 'do = "run", to = [0, -20], until = "at 4 s"'))
    one = performance(play, "a")
    assert one.enu_m[-1, 1] > 1
    assert one.speed_mps[-1] == pytest.approx(0, abs=1e-9)
    assert largest_acceleration_mps2(one) < 3.5
    assert one.action[-1] == Action.STAND


def test_shots_fall_as_told_and_point_at_the_one_they_are_aimed_at():
    text = actor("target", "[2, -10]")
    text += actor(
        "shooter",
        "[0, 8]",
        'do = "shoot", face = "target", rounds = 6, every_s = [0.3, 0.6], stray_deg = 0.0',
    )
    shots = happened(played(text), HappeningKind.SHOT)
    assert len(shots) == 6
    gaps = np.diff([shot.start_s for shot in shots])
    assert (gaps >= 0.3).all()
    assert (gaps <= 0.6).all()
    for shot in shots:
        assert shot.direction is not None
        toward = np.array([2, -10, 1.15]) - shot.place_enu_m
        assert shot.direction @ toward / np.linalg.norm(toward) == pytest.approx(1, abs=1e-9)
        assert np.linalg.norm(shot.direction) == pytest.approx(1)
        assert shot.supersonic


def test_a_fall_out_of_a_run_ends_lying_and_getting_up_takes_its_time():
    play = played(
        actor("a", "[0, 12]", 'do = "run", to = [0, 2]', 'do = "fall", for_s = 3', 'do = "walk", to = [0, 4]')
    )
    one = performance(play, "a")
    (down,) = happened(play, HappeningKind.DOWN)
    (fell,) = happened(play, HappeningKind.FELL)
    assert fell.start_s < down.start_s
    assert 3.0 <= down.end_s - down.start_s < 3.1
    upright = np.argmax((one.action == Action.WALK) & (one.at_s > down.end_s)) * STEP_S
    assert upright - down.end_s == pytest.approx(1.6, abs=0.1)


def test_changes_of_action_are_told_with_their_progress():
    one = performance(played(actor("a", "[0, 5]", 'do = "prone", when = "at 1 s"')), "a")
    begun = int(np.argmax(one.action == Action.PRONE))
    assert one.before[begun] == Action.STAND
    assert one.share[begun] < 0.05
    assert one.share[begun + 70] == 1.0
    assert (np.diff(one.share[begun : begun + 70]) >= 0).all()


def test_dragging_moves_both_with_a_gap_and_the_helper_beside():
    text = actor("body", "[0, 8]", more='posture = "lie"\n')
    text += actor(
        "one",
        "[4, 12]",
        'do = "crawl", to = "body", gap_m = 1.3',
        'do = "crouch", for_s = 2',
        'do = "drag", whom = "body", to = [6, 18], when = "after two: crouch"',
    )
    text += actor(
        "two",
        "[-3, 13]",
        'do = "crawl", to = "body", gap_m = 1.4',
        'do = "crouch", for_s = 1',
        'do = "drag", beside = "one"',
    )
    play = played(text, duration_s=60)
    (drag,) = happened(play, HappeningKind.DRAGGED)
    assert drag.actor_ids == ("body", "one", "two")
    body, one, two = (performance(play, name) for name in ("body", "one", "two"))
    row = at_s(body, (drag.start_s + drag.end_s) / 2)
    apart = [np.linalg.norm(other.enu_m[row, :2] - body.enu_m[row, :2]) for other in (one, two)]
    assert 1.1 < apart[0] < 1.5
    assert 0.9 < apart[1] < 2.0
    assert body.action[row] == Action.DRAGGED
    assert one.action[row] == two.action[row] == Action.DRAG
    assert one.speed_mps[row] < -0.3  # it goes backwards, its face to the other
    toward = np.arctan2(*(one.enu_m[row, :2] - body.enu_m[row, :2])[::-1])
    assert np.cos(body.heading_rad[row] - toward) > 0.98
    assert max(map(largest_acceleration_mps2, (body, one, two))) < 3.0


def test_dragging_from_afar_is_refused_with_its_line():
    text = actor("body", "[0, 8]", more='posture = "lie"\n')
    text += actor("one", "[4, 12]", 'do = "drag", whom = "body", to = [6, 18]')
    with pytest.raises(InputError, match=r"cannot take hold") as caught:
        played(text)
    assert caught.value.where == f"small.toml:{line_of(PLACE + text, 'drag')}"


def test_a_follower_keeps_behind_and_stops_with_its_leader():
    text = actor("leader", "[-10, 8]", 'do = "walk", to = [8, 8]')
    text += actor(
        "dog", "[-14, 7]", 'do = "follow", whom = "leader", gap_m = 2, speed_mps = 4', more='kind = "dog"\n'
    )
    play = played(text)
    leader, dog = performance(play, "leader"), performance(play, "dog")
    middle, end = at_s(dog, 10), at_s(dog, 29)
    assert np.linalg.norm(dog.enu_m[middle] - leader.enu_m[middle]) == pytest.approx(2, abs=0.4)
    assert dog.action[end] == Action.STAND
    assert largest_acceleration_mps2(dog) < 6


def test_getting_out_and_in_again():
    jeep = actor(
        "jeep",
        "[0, 12]",
        'do = "drive", to = [20, 12], when = "after driver: get-in + 1 s"',
        more='kind = "jeep"\nheading_deg = 90\n',
    )
    driver = '[[actor]]\nid = "driver"\ninside = "jeep"\nstep = [\n'
    driver += '{ do = "get-out", when = "at 1 s" },\n{ do = "walk", to = [2, 16] },\n'
    driver += '{ do = "walk", to = [1, 14.5] },\n{ do = "get-in", whom = "jeep" } ]\n'
    play = played(jeep + driver)
    (out,), (back,) = happened(play, HappeningKind.GOT_OUT), happened(play, HappeningKind.GOT_IN)
    assert out.start_s == pytest.approx(1.7, abs=0.05)
    assert back.actor_ids == ("driver", "jeep")
    one, vehicle = performance(play, "driver"), performance(play, "jeep")
    assert one.action[0] == one.action[-1] == Action.AWAY
    assert one.enu_m[-1, :2] == pytest.approx(vehicle.enu_m[-1, :2])
    assert vehicle.enu_m[-1, 0] == pytest.approx(20, abs=0.05)
    assert vehicle.door[at_s(vehicle, 2.0)] == 1.0
    assert vehicle.door[-1] == 0.0


def test_a_wheel_in_a_drain_is_the_end_of_the_drive():
    drain = '[[ditch]]\nname = "drain"\npath = [[-20, 10], [20, 10]]\nwidth_m = 0.9\ndepth_m = 0.7\n'
    jeep = actor(
        "jeep",
        "[0, 40]",
        'do = "drive", to = [0, 2], speed_mps = 8',
        'do = "rock", for_s = 4',
        more='kind = "jeep"\nheading_deg = 180\n',
    )
    play = played(drain + jeep)
    (stuck,) = happened(play, HappeningKind.STUCK)
    one = performance(play, "jeep")
    assert stuck.place_enu_m[1] == pytest.approx(10 + 1.15 + 0.45 - 0.3, abs=0.25)
    assert one.pitch_rad[at_s(one, 29)] > 0.08  # nose down
    rocks = one.pitch_rad[at_s(one, stuck.start_s + 1) : at_s(one, stuck.start_s + 4)]
    assert np.ptp(rocks) > 0.02
    assert one.action[-1] == Action.STUCK
    assert largest_acceleration_mps2(one) < 8


def test_a_stuck_vehicle_cannot_drive_on():
    text = '[[ditch]]\nname = "drain"\npath = [[-20, 10], [20, 10]]\nwidth_m = 0.9\ndepth_m = 0.7\n'
    text += actor(
        "jeep",
        "[0, 40]",
        'do = "drive", to = [0, 2]',
        'do = "drive", to = [9, 40]',
        more='kind = "jeep"\nheading_deg = 180\n',
    )
    with pytest.raises(InputError, match="stuck in a drain"):
        played(text)


def test_the_front_wheels_of_a_vehicle_turn_with_its_way():
    jeep = actor(
        "car",
        "[-40, 20]",
        'do = "drive", to = [[-5, 20], [0, 40]], speed_mps = 6',
        more='kind = "car"\nheading_deg = 90\n',
    )
    one = performance(played(jeep), "car")
    assert np.max(one.steer_rad) > 0.1  # to the left
    assert np.min(one.steer_rad) > -0.02
    turned = one.heading_rad[-1] - one.heading_rad[0]
    assert turned == pytest.approx(np.arctan2(20, 5), abs=0.05)
    rate = np.gradient(one.heading_rad, STEP_S)
    rear_mps = np.abs(one.speed_mps) * np.cos(np.arctan(np.tan(one.steer_rad) / 2))
    assert rate == pytest.approx(rear_mps * np.tan(one.steer_rad) / 2.64, abs=0.06)
    assert largest_acceleration_mps2(one) < 6.5


@pytest.mark.parametrize(
    ("stops", "kind"),
    [
        (True, HappeningKind.STOPPED_AT_CHECKPOINT),
        (False, HappeningKind.PASSED_CHECKPOINT),
    ],
)
def test_checkpoints_tell_stops_from_passages(stops, kind):
    post = '[[checkpoint]]\nid = "post"\ngate = [[0, 17], [0, 23]]\n'
    steps = ['do = "drive", to = [-4, 20]', 'do = "park", for_s = 2'] if stops else []
    car = actor(
        "car", "[-40, 20]", *steps, 'do = "drive", to = [30, 20]', more='kind = "car"\nheading_deg = 90\n'
    )
    play = played(post + car)
    passages = [one for one in play.happenings if one.actor_ids == ("car",)]
    assert [one.kind for one in passages] == [kind]
    if stops:
        assert passages[0].end_s - passages[0].start_s == pytest.approx(2, abs=0.5)


def test_speeding_is_told_with_the_largest_speed():
    road = '[[road]]\nname = "road"\npath = [[-60, 20], [60, 20]]\nwidth_m = 6\nlimit_kmh = 36\n'
    car = actor(
        "car",
        "[-50, 20]",
        'do = "drive", to = [50, 20], speed_mps = 14',
        more='kind = "car"\nheading_deg = 90\n',
    )
    (fast,) = happened(played(road + car), HappeningKind.SPEEDING)
    one = performance(played(road + car), "car")
    assert fast.speed_mps == pytest.approx(14, abs=0.1)
    assert abs(one.speed_mps[at_s(one, fast.start_s)]) == pytest.approx(10, abs=0.1)


def test_a_bird_flies_at_its_heights_and_crosses_nothing():
    bird = actor(
        "bird",
        "[-20, 10]",
        'do = "fly", to = [[0, 0, 6], [20, -10, 12]]',
        'do = "leave"',
        more='kind = "bird"\nup_m = 9\n',
    )
    play = played(bird)
    one = performance(play, "bird")
    flies = one.action == Action.FLY
    assert one.enu_m[flies, 2].min() == pytest.approx(6, abs=0.1)
    assert one.enu_m[flies, 2].max() == pytest.approx(12, abs=0.3)
    assert not play.happenings
    assert one.action[-1] == Action.AWAY


def test_noises_are_told_apart():
    text = actor(
        "a", "[0, 9]", 'do = "stand", sound = "backfire"', 'do = "stand", sound = "shout", when = "at 2 s"'
    )
    (bang,) = happened(played(text), HappeningKind.DISCHARGE_LIKE)
    (noise,) = happened(played(text), HappeningKind.NOISE)
    assert (bang.sound, noise.sound) == ("backfire", "shout")
    assert noise.start_s == pytest.approx(2)


@pytest.mark.parametrize(
    ("text", "part", "what"),
    [
        (
            actor("a", "[0, 9]", 'do = "stand", when = "within 2 m of b"') + actor("b", "[9, 9]"),
            "within",
            "never came true",
        ),
        (
            actor("a", "[0, 9]", 'do = "walk", to = [0, -30], speed_mps = 0.5', 'do = "crouch"'),
            "crouch",
            "ends before a comes",
        ),
    ],
)
def test_a_story_that_does_not_happen_is_refused_with_its_line(text, part, what):
    with pytest.raises(InputError, match=what) as caught:
        played(text)
    assert caught.value.where == f"small.toml:{line_of(PLACE + text, part)}"


def test_a_way_that_only_the_play_knows_is_checked_for_walls():
    wall = '[[wall]]\nname = "wall"\npath = [[-5, 5], [5, 5]]\nheight_m = 1.5\n'
    text = wall + actor("b", "[0, 0]") + actor("a", "[0, 10]", 'do = "walk", to = "b"')
    with pytest.raises(InputError, match="goes through 'wall-1'") as caught:
        played(text)
    assert caught.value.where == f"small.toml:{line_of(PLACE + text, 'do = ')}"


def test_the_same_script_plays_the_same():
    first, again = played(TO_AND_BACK), played(TO_AND_BACK)
    for one, other in zip(first.performances, again.performances, strict=True):
        assert one.enu_m.tobytes() == other.enu_m.tobytes()
        assert one.heading_rad.tobytes() == other.heading_rad.tobytes()
    assert [one.start_s for one in first.happenings] == [one.start_s for one in again.happenings]
