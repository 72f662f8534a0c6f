import numpy as np
import pytest

from bench.events.calibrate import fitted, line_of
from bench.events.ideal import ground_of, ideal_subjects
from bench.events.measure import Case, Tallies, Tally, calibration_error, count, measure, table, uncalibrated
from bench.events.truth import KINDS, NEEDED_S, true_activities
from tests.unit.simulate.staging.scenes import actor, performance, played
from truceline.events.activities.calibration import LINES
from truceline.records.activities import ActivityKind
from truceline.records.time import NS_PER_S
from truceline.simulate.model.actors import HappeningKind

RUNNER = actor("runner", "[-12, 4]", 'do = "stand", for_s = 3', 'do = "run", to = [[12, 4]], speed_mps = 4.5')
WALKER = actor("walker", "[-10, -6]", 'do = "walk", to = [[8, -6]], speed_mps = 1.3')
CREEPER = actor("creeper", "[0, 8]", 'do = "crawl", to = [[6, 8]], speed_mps = 0.45')
AWAY = actor("far", "[0, -60]", 'do = "stand"')
WALL = """
[[wall]]
name = "wall"
path = [[-12, 1], [12, 1]]
height_m = 6.0
thickness_m = 0.4
"""

UNMAPPED = {
    HappeningKind.CROSSED,
    HappeningKind.RETURNED,
    HappeningKind.SHOT,
    HappeningKind.DISCHARGE_LIKE,
    HappeningKind.NOISE,
}


@pytest.fixture(scope="module")
def play():
    return played(RUNNER + WALKER + CREEPER + AWAY, duration_s=22)


@pytest.fixture(scope="module")
def world(play):
    return ideal_subjects(play, seed=3)


def test_every_happening_is_mapped_or_left_out_on_purpose():
    assert set(KINDS) | UNMAPPED == set(HappeningKind)
    assert set(KINDS.values()) <= set(NEEDED_S)


def test_places_err_as_they_say(play, world):
    errors = []
    for subject in world.subjects:
        true = performance(play, world.actor_of[subject.subject_id])
        at_s = (subject.utc_ns - play.setting.start_utc_ns) / NS_PER_S
        places = np.stack([np.interp(at_s, true.at_s, true.enu_m[:, axis]) for axis in (0, 1)], axis=1)
        covariance = subject.covariance[:, :2, :2] + subject.bias_covariance
        offset = subject.en_m - places
        errors.append(np.einsum("ni,nij,nj->n", offset, np.linalg.inv(covariance), offset))
    assert 0.3 < np.median(np.concatenate(errors)) < 4.0


def test_the_same_seed_gives_the_same_subjects(play, world):
    again, other = ideal_subjects(play, seed=3), ideal_subjects(play, seed=4)
    assert all(np.array_equal(a.state, b.state) for a, b in zip(world.subjects, again.subjects, strict=True))
    assert not np.array_equal(world.subjects[0].state, other.subjects[0].state)


def test_who_is_out_of_every_picture_is_no_subject(world):
    assert sorted(world.actor_of.values()) == ["creeper", "runner", "walker"]


def test_who_walks_behind_a_wall_is_not_seen():
    hidden = ideal_subjects(played(WALL + RUNNER + WALKER, duration_s=12), seed=3)
    assert sorted(hidden.actor_of.values()) == ["walker"]


def test_heights_say_who_is_on_the_ground(world):
    by_actor = {world.actor_of[one.subject_id]: one for one in world.subjects}
    assert np.nanmedian(by_actor["walker"].height_m) > 1.4
    assert np.nanmedian(by_actor["creeper"].height_m) < 1.0
    assert 0.05 < np.isnan(by_actor["walker"].height_m).mean() < 0.4


def test_truth_of_a_small_play(play, world):
    true = true_activities(play, world)
    facts = {(one.kind.value, one.actor_ids[0]) for one in true if one.decidable}
    assert facts == {("running", "runner"), ("crawling", "creeper"), ("prone", "creeper")} & facts
    assert {("running", "runner"), ("crawling", "creeper")} <= facts


def test_counting_a_small_play(play, world):
    tallies: Tallies = {}
    count(play, world, tallies=tallies, label=None)
    run = tallies[ActivityKind.RUNNING]
    assert (run.asked, run.found, run.claimed, run.right) == (1, 1, 1, 1)
    assert abs(run.late_s[0]) < 1.5
    assert run.off_m[0] < 3.0
    assert "| running | 1 | 1.00 | 1 | 1.00 |" in table(tallies)


def test_the_ground_is_the_declared_one(play):
    on = ground_of(play)
    assert on.line is play.setting.line
    assert on.cameras[0].calibration is play.setting.cameras[0].declared
    assert [camera for camera, _ in on.supplied] == ["mast"]


def test_reporting_seeds_are_refused():
    with pytest.raises(ValueError, match="for reporting"):
        measure([Case("quiet-day", 1000, short=True)], tallies={})


@pytest.mark.parametrize(
    ("stated", "error"),
    [
        pytest.param([(0.95, True)] * 19 + [(0.95, False)], 0.0, id="as often as it says"),
        pytest.param([(0.95, False)] * 10, 0.95, id="never"),
        pytest.param([(0.25, True), (0.75, True)], 0.5, id="too modest"),
    ],
)
def test_calibration_error(stated, error):
    assert calibration_error(stated) == pytest.approx(error, abs=1e-9)


def test_a_line_is_found_again():
    generator = np.random.default_rng(5)
    raw = generator.uniform(0.02, 0.98, 4000)
    odds = 2.0 * np.log(raw / (1 - raw)) - 0.7
    right = generator.uniform(size=4000) < 1 / (1 + np.exp(-odds))
    slope, shift = line_of(list(zip(raw.tolist(), right.tolist(), strict=True)))
    assert slope == pytest.approx(2.0, abs=0.2)
    assert shift == pytest.approx(-0.7, abs=0.2)


def test_few_statements_change_nothing():
    few = {ActivityKind.STUCK: Tally(stated=[(0.9, True)] * 3)}
    assert "STUCK" not in fitted(few)
    danger = {ActivityKind.IN_DANGER: Tally(stated=[(0.9, True)] * 40)}
    assert "IN_DANGER" not in fitted(danger)


def test_fitting_looks_at_raw_probabilities():
    kept = dict(LINES)
    with uncalibrated():
        assert LINES == {}
    assert kept == LINES
