"""Loading: draws, truths, and every refusal with its line."""

import numpy as np
import pytest

from tests.unit.simulate.scenario.texts import PLACE, WALKER, line_of
from truceline.errors import InputError
from truceline.geometry.camera import pixel_from_site
from truceline.simulate.model.actors import ActorKind
from truceline.simulate.model.devices import Band
from truceline.simulate.model.world import SolidKind
from truceline.simulate.scenario.load import load_scenario
from truceline.simulate.scenario.script import Deed, TriggerKind

WALL = '[[wall]]\nname = "wall"\npath = [[-5, 5], [5, 5]]\nheight_m = 1.5\n'


def load(text: str, *, seed: int = 1):
    return load_scenario(text, where="small.toml", seed=seed)


def test_a_small_scenario_loads_whole():
    script = load(PLACE + WALKER + '[[actor.step]]\ndo = "walk"\nto = [[0, 4], [3, 3]]\n')
    setting = script.setting
    assert (setting.name, setting.duration_s, setting.local_offset_minutes) == ("small", 30.0, 540)
    assert setting.line.sides.left == "North"
    assert [camera.band for camera in setting.cameras] == [Band.VISIBLE]
    assert float(setting.cameras[0].rate_hz) == 12.5
    walker = script.plan("walker")
    assert walker.actor.kind is ActorKind.PERSON
    assert walker.actor.tones.shape == (6, 3)
    assert walker.facing_rad == pytest.approx(-np.pi / 2)
    assert walker.steps[0].deed is Deed.WALK
    assert walker.steps[0].movement.waypoints_en_m.tolist() == [[0, 4], [3, 3]]


def test_the_declared_camera_looks_at_its_goal_and_the_true_one_nearly():
    camera = load(PLACE).setting.cameras[0]
    goal = np.array([[0.0, 0.0, 0.0]])
    declared = pixel_from_site(camera.declared, goal)[0]
    assert declared == pytest.approx([319.5, 179.5], abs=1e-6)
    off = pixel_from_site(camera.true, goal)[0] - declared
    assert 0 < np.linalg.norm(off) < 8


@pytest.mark.parametrize("seed", [1, 7])
def test_truths_are_drawn_within_their_declared_errors(seed):
    text = PLACE.replace("offset_m = 0.0\n", "")
    setting = load(text, seed=seed).setting
    assert 0 < abs(setting.line_offset_m) <= 0.25
    camera = setting.cameras[0]
    shift = np.abs(camera.true.position_enu_m - camera.declared.position_enu_m)
    assert (shift <= 2.5 * 0.03 + 1e-12).all()
    assert abs(camera.clock.offset_s) <= camera.clock.bound_s


def test_the_same_seed_draws_the_same_and_another_one_differs():
    text = PLACE + WALKER + '[[actor.step]]\ndo = "walk"\nto = [0, 2]\nspeed_mps = [1.0, 1.5]\n'
    first, again, other = load(text), load(text), load(text, seed=2)

    def speed(script):
        return script.plan("walker").steps[0].movement.speed_mps

    assert speed(first) == speed(again)
    assert speed(first) != speed(other)
    assert 1.0 <= speed(first) <= 1.5


def test_a_changed_line_changes_no_other_draw():
    text = PLACE + WALKER
    more = PLACE + "[weather]\ncloud = [0.1, 0.9]\n" + WALKER.replace("walker", "other") + WALKER
    assert (load(text).plan("walker").actor.tones == load(more).plan("walker").actor.tones).all()


def test_a_group_is_counted_out_with_places_of_its_own():
    text = (
        PLACE
        + WALKER
        + 'count = 3\nspread_m = 2\nstagger_s = 1.5\n[[actor.step]]\ndo = "walk"\nto = [0, 2]\n'
    )
    plans = load(text).actors
    assert [plan.actor.actor_id for plan in plans] == ["walker-1", "walker-2", "walker-3"]
    assert len({tuple(plan.at_en_m) for plan in plans}) == 3
    assert [plan.steps[0].when[0].at_s for plan in plans] == [0.0, 1.5, 3.0]
    offset = plans[1].at_en_m - plans[0].at_en_m
    ends = [plan.steps[0].movement.waypoints_en_m[0] for plan in plans]
    assert ends[1] - ends[0] == pytest.approx(offset)


def test_local_clock_times_are_seconds_from_the_start():
    text = PLACE.replace("view_deg = 50", 'view_deg = 50\nsupplies = [[2, 5.5], ["14:00:10", "14:00:20"]]')
    stretches = load(text).setting.cameras[0].supplies
    assert [(one.start_s, one.end_s) for one in stretches] == [(2, 5.5), (10, 20)]


def test_a_wall_is_one_solid_for_each_piece():
    solids = load(PLACE + WALL.replace("[5, 5]]", "[5, 5], [5, 9]]")).setting.world.solids
    assert [solid.kind for solid in solids] == [SolidKind.WALL, SolidKind.WALL]
    assert solids[0].half_sizes_m == pytest.approx([5, 0.125, 0.75])
    assert solids[1].centre_enu_m == pytest.approx([5, 7, 0.75])


def test_trees_of_a_wood_keep_clear_of_roads():
    text = PLACE + (
        '[[road]]\nname = "road"\npath = [[-40, 30], [40, 30]]\nwidth_m = 6\n'
        '[[wood]]\nname = "wood"\nring = [[-30, 20], [30, 20], [30, 40], [-30, 40]]\nspacing_m = 3\n'
    )
    trees = load(text).setting.world.trees
    assert len(trees) > 40
    assert all(abs(tree.north_m - 30) > 4 for tree in trees)


@pytest.mark.parametrize(
    ("when", "kind", "at_s"),
    [
        ("at 12.5 s", TriggerKind.AT, 12.5),
        ("at 14:00:10", TriggerKind.AT, 10.0),
        ("at 2 s + 1.5 s", TriggerKind.AT, 3.5),
        ("within 5 m of other", TriggerKind.WITHIN, 0.0),
        ("other beyond 5 m of [1, -2.5]", TriggerKind.BEYOND, 0.0),
        ("other crosses the line to South", TriggerKind.CROSSES, 0.0),
        ("other enters gate", TriggerKind.ENTERS, 0.0),
        ("other: looks + 2 s", TriggerKind.BEGINS, 2.0),
        ("after other: stand", TriggerKind.ENDS, 0.0),
    ],
)
def test_triggers_are_read(when, kind, at_s):
    other = WALKER.replace("walker", "other").replace("[0, 10]", "[8, 10]")
    text = PLACE + other + '[[actor.step]]\nname = "looks"\ndo = "stand"\n'
    text += WALKER + f'[[actor.step]]\ndo = "run"\nto = [0, 5]\nwhen = "{when}"\n'
    (trigger,) = load(text).plan("walker").steps[0].when
    assert (trigger.kind, trigger.at_s) == (kind, pytest.approx(at_s))


STEP = "[[actor.step]]\n"
REFUSALS = [
    ("an unknown key", 'colour = "red"\n', "colour", "unknown key 'colour'"),
    ("an unknown deed", STEP + 'do = "dance"\n', "dance", "do is 'dance'"),
    ("a key of another deed", STEP + 'do = "stand"\nrounds = 3\n', "rounds", "unknown key 'rounds'"),
    ("a wrong type", STEP + 'do = "walk"\nto = [0, 2]\nspeed_mps = "fast"\n', "fast", "speed_mps is 'fast'"),
    ("no place to go", STEP + 'do = "walk"\n', 'do = "walk"', "needs to"),
    ("an unknown actor", STEP + 'do = "follow"\nwhom = "ghost"\n', "ghost", "no actor 'ghost'"),
    (
        "an unknown actor in a trigger",
        STEP + 'do = "stand"\nwhen = "ghost crosses the line"\n',
        "ghost",
        "no actor 'ghost'",
    ),
    ("no trigger at all", STEP + 'do = "stand"\nwhen = "soon"\n', "soon", "'soon' is no trigger"),
    (
        "a trigger on a step that is not there",
        STEP + 'do = "stand"\nwhen = "after walker: jump"\n',
        "jump",
        "can never fire",
    ),
    ("a time after the end", STEP + 'do = "stand"\nwhen = "at 99 s"\n', "at 99 s", "never fires"),
    ("an unknown zone", STEP + 'do = "stand"\nwhen = "walker enters yard"\n', "yard", "no zone 'yard'"),
    (
        "a side that is none",
        STEP + 'do = "stand"\nwhen = "walker crosses the line to West"\n',
        "West",
        "not a side",
    ),
    ("a distance from oneself", STEP + 'do = "stand"\nwhen = "within 3 m of walker"\n', "within", "itself"),
    (
        "a speed no body has",
        STEP + 'do = "run"\nto = [0, 2]\nspeed_mps = 10.5\n',
        "10.5",
        "no person does run at 10.5 m/s",
    ),
    (
        "an acceleration no body has",
        STEP + 'do = "run"\nto = [0, 2]\nacceleration_mps2 = 5.1\n',
        "5.1",
        "no person does run at 5.1",
    ),
    (
        "a drawn speed beyond",
        STEP + 'do = "crawl"\nto = [0, 2]\nspeed_mps = [3, 4]\n',
        "[3, 4]",
        "crawl at 3",
    ),
    ("a path through a wall", STEP + 'do = "walk"\nto = [0, 2]\n' + WALL, STEP.strip(), "through 'wall-1'"),
    ("getting out of nothing", STEP + 'do = "get-out"\n', STEP.strip(), "sits in no vehicle"),
    ("an unknown sound", STEP + 'do = "stand"\nsound = "boom"\n', "boom", "sound is 'boom'"),
    ("a range upside down", STEP + 'do = "stand"\nfor_s = [4, 2]\n', "[4, 2]", "runs from 4 down to 2"),
    ("a party that is no side", 'clothes = "civil"\n[[actor]]\nid = "b"\nparty = "East"\n', "East", "'East'"),
    ("two of one name", '[[actor]]\nid = "walker"\nat = [3, 3]\n', None, "stands twice"),
]


@pytest.mark.parametrize(
    ("more", "part", "what"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_what_cannot_be_is_refused_with_its_line(more, part, what):
    text = PLACE + WALKER + more
    with pytest.raises(InputError) as caught:
        load(text)
    assert what in str(caught.value)
    line = line_of(text, part) if part else text.split("\n").index('id = "walker"', text.count("\n") - 3) + 1
    assert caught.value.where == f"small.toml:{line}"


def test_a_camera_under_the_ground_is_refused_with_its_line():
    text = PLACE.replace("up_m = 8", "up_m = -2")
    with pytest.raises(InputError, match=r"2\.0 m under the ground") as caught:
        load(text)
    assert caught.value.where == f"small.toml:{line_of(text, 'up_m = -2')}"


def test_triggers_that_wait_for_each_other_are_refused():
    text = PLACE + WALKER + STEP + 'name = "one"\ndo = "stand"\nwhen = "after other: two"\n'
    text += WALKER.replace("walker", "other").replace("[0, 10]", "[9, 9]")
    text += STEP + 'name = "two"\ndo = "stand"\nwhen = "walker: one"\n'
    with pytest.raises(InputError, match="wait for each other") as caught:
        load(text)
    assert caught.value.where in {
        f"small.toml:{line_of(text, 'after other: two')}",
        f"small.toml:{line_of(text, 'walker: one')}",
    }


def test_somebody_inside_a_wall_is_refused():
    text = PLACE + WALKER.replace("[0, 10]", "[0, 5]") + WALL
    with pytest.raises(InputError, match="stand inside 'wall-1'"):
        load(text)


def test_text_that_is_not_toml_is_refused_with_its_line():
    text = PLACE + "what = ever\n"
    with pytest.raises(InputError, match="not valid TOML") as caught:
        load(text)
    assert caught.value.where == f"small.toml:{text.count(chr(10))}"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("size_px = [640, 360]", "size_px = [641, 360]", "two even whole numbers"),
        ("rate_hz = 12.5", 'rate_hz = "many"', "rate_hz is 'many'"),
        ("rate_hz = 12.5", "rate_hz = 500", "rate_hz is 500"),
        ("look_at = [0, 0]", "look_at = [0, -30]", "straight down"),
        ("view_deg = 50", "view_deg = 50\nsupplies = [[0, 40]]", "after the scenario"),
        ("view_deg = 50", "view_deg = 50\nsupplies = [[5, 4]]", "does not follow"),
        ("view_deg = 50", 'view_deg = 50\nclock = { network = "x" }', "no network 'x'"),
        ('local_offset = "+09:00"', 'local_offset = "9"', "local_offset is '9'"),
        ('right = "South"', 'right = "North"', "both sides"),
        ("sigma_m = 0.1", "sigma_m = 0", "sigma_m is 0"),
    ],
)
def test_devices_and_survey_are_read_strictly(old, new, what):
    with pytest.raises(InputError, match=what):
        load(PLACE.replace(old, new))


def test_a_surveyed_road_carries_its_limit_as_it_is_drawn():
    road = """
[[road]]
name = "way"
path = [[-20, 12], [20, 12]]
limit_kmh = [30, 50]
surveyed = true
"""
    script = load_scenario(PLACE + road, where="small.toml", seed=4)
    (landmark,) = [one for one in script.setting.landmarks if one.landmark_id == "way"]
    assert landmark.limit_mps == script.limits[0].limit_mps
