import numpy as np
import pytest

from truceline.track.association import Side
from truceline.track.tracker import PlaneTracker, TrackerSettings

RED, BLUE, PURPLE = (1.0, 0.0), (0.0, 1.0), (0.8, 0.6)
STEP_S = 0.1


def side(*subjects, sigma=0.1):
    """Detections of one frame, each (east, north) or (east, north, colour)."""
    positions = np.array([one[:2] for one in subjects], float).reshape(-1, 2)
    boxes = np.concatenate([positions * 20, positions * 20 + [10, 30]], axis=1)
    colours = np.array([one[2] if len(one) > 2 else (0, 0) for one in subjects], float).reshape(-1, 2)
    return Side(positions, np.tile(sigma**2 * np.eye(2), (len(positions), 1, 1)), boxes, colours)


def boxes_at(positions, last):
    return np.concatenate([positions * 20, positions * 20 + [10, 30]], axis=1)


def tracked(frames, *, settings=None, step_s=STEP_S):
    tracker = PlaneTracker(settings or TrackerSettings(), boxes_at)
    for number, frame in enumerate(frames):
        tracker.step(number * step_s, frame)
    return tracker.finish()


def walk(row, speed=1.2, start=0.0, north=0.0):
    return (start + speed * STEP_S * row, north)


def test_nothing_gives_nothing():
    assert tracked([]) == ()
    assert tracked([side()] * 10) == ()


def test_one_subject_is_one_chain_of_all_its_detections():
    (chain,) = tracked([side(walk(row)) for row in range(20)])
    assert chain.frames == list(range(20))
    assert chain.rows == [0] * 20
    np.testing.assert_allclose(chain.mean[2:], [1.2, 0], atol=0.15)


@pytest.mark.parametrize(("seen", "believed"), [(2, False), (3, True)])
def test_a_track_is_believed_after_three_detections(seen, believed):
    chains = tracked([side((0, 0))] * seen + [side()] * 30)
    assert len(chains) == believed


def test_a_track_not_yet_believed_bears_two_misses_and_not_three():
    assert len(tracked([side((0, 0))] * 2 + [side()] * 2 + [side((0, 0))] * 2)) == 1
    assert len(tracked([side((0, 0))] * 2 + [side()] * 3 + [side((0, 0))] * 2)) == 0


@pytest.mark.parametrize(
    ("unseen", "chains"),
    [pytest.param(19, 1, id="a second and nine tenths"), pytest.param(20, 2, id="more than two seconds")],
)
def test_a_believed_track_coasts_for_as_long_as_is_set(unseen, chains):
    frames = [side(walk(row)) for row in range(15)]
    frames += [side()] * unseen
    frames += [side(walk(row)) for row in range(15 + unseen, 30 + unseen)]
    found = tracked(frames, settings=TrackerSettings(coast_s=2.0))
    assert len(found) == chains
    assert 16 not in found[0].frames  # a coasted frame is never passed off as seen


@pytest.mark.parametrize("seen", [2, 10], ids=["not yet believed", "believed"])
def test_nobody_is_handed_over_a_jump_of_the_recording(seen):
    """Who stands there when the recording goes on a minute later is somebody else for all we know."""
    tracker = PlaneTracker(TrackerSettings(), boxes_at)
    for row in range(seen):
        tracker.step(row * STEP_S, side((0, 0)))
    for row in range(10):
        tracker.step(60 + row * STEP_S, side((0.2, 0)))
    chains = tracker.finish()
    assert chains[-1].frames == list(range(seen, seen + 10))
    assert len(chains) == (2 if seen > 2 else 1)


def test_who_appears_elsewhere_is_somebody_else():
    found = tracked([side((0, 0))] * 5 + [side((9, 0))] * 5)
    assert [chain.frames for chain in found] == [list(range(5)), list(range(5, 10))]


def test_two_who_walk_side_by_side_stay_two():
    found = tracked([side(walk(row), walk(row, north=1.0)) for row in range(20)])
    assert [chain.rows for chain in found] == [[0] * 20, [1] * 20]


def crossing(colours, hidden=range(0)):
    """Two subjects who walk through each other's place; rows are 0 for the eastbound, 1 for the westbound."""
    frames = []
    for row in range(40):
        east = -2.4 + 0.12 * row
        both = [(east, 0.05, colours[0]), (-east, -0.05, colours[1])]
        frames.append(side(*([] if row in hidden else both), sigma=0.25))
    return frames


@pytest.mark.parametrize("hidden", [range(0), range(16, 25)], ids=["in sight", "hidden while they meet"])
def test_two_who_cross_keep_their_identity_by_their_colours(hidden):
    found = tracked(crossing((RED, BLUE), hidden))
    assert len(found) == 2
    for chain in found:
        assert len(set(chain.rows)) == 1
        assert len(chain.frames) == 40 - len(hidden)


def test_a_chain_remembers_its_colours_slowly():
    frames = [side((0, 0, RED))] * 10 + [side((0, 0, PURPLE))]
    settings = TrackerSettings(memory=0.9)
    (chain,) = tracked(frames, settings=settings)
    np.testing.assert_allclose(chain.appearance, 0.9 * np.array(RED) + 0.1 * np.array(PURPLE))


def test_unknown_colours_do_not_wash_known_ones_out():
    (chain,) = tracked([side((0, 0))] * 3 + [side((0, 0, RED))] + [side((0, 0))] * 5)
    np.testing.assert_allclose(chain.appearance, RED)


def test_a_coasting_tracks_gate_does_not_grow_without_end():
    """After a long gap somebody six metres off is not taken for the one who is missed."""
    settings = TrackerSettings(coast_s=10.0)
    frames = [side((0, 0))] * 10 + [side()] * 60 + [side((6, 0))] * 5
    assert len(tracked(frames, settings=settings)) == 2
    assert len(tracked(frames, settings=TrackerSettings(coast_s=10.0, largest_sigma=50.0))) == 1


def test_uneven_steps_are_taken_as_they_are():
    times = np.cumsum([0.0, *np.random.default_rng(1).uniform(0.05, 0.5, 30)])
    tracker = PlaneTracker(TrackerSettings(), boxes_at)
    for seconds in times:
        tracker.step(float(seconds), side((1.5 * seconds, 0.0)))
    (chain,) = tracker.finish()
    assert len(chain.frames) == 31
    assert chain.mean[2] == pytest.approx(1.5, abs=0.1)


def test_the_same_frames_give_the_same_chains():
    generator = np.random.default_rng(9)
    frames = [side(*generator.uniform(0, 4, (3, 2))) for _ in range(40)]
    first, again = tracked(frames), tracked(frames)
    assert [(one.frames, one.rows) for one in first] == [(one.frames, one.rows) for one in again]
    keys = [(one.frames[0], one.rows[0]) for one in first]
    assert keys == sorted(keys)


def test_a_detection_belongs_to_one_chain_at_most():
    generator = np.random.default_rng(4)
    frames = [side(*generator.normal(0, 0.6, (5, 2))) for _ in range(60)]
    used = [pair for one in tracked(frames) for pair in zip(one.frames, one.rows, strict=True)]
    assert len(used) == len(set(used))


def test_chains_are_numbered_in_the_order_of_their_birth():
    """The number is given once: who is dropped before being believed leaves a gap."""
    frames = [side((20, 0))] + [side((0, 0))] * 4 + [side((0, 0), (9, 0))] * 4
    assert [chain.number for chain in tracked(frames)] == [1, 2]


def test_what_is_believed_is_told_after_each_step():
    tracker = PlaneTracker(TrackerSettings(coast_s=2.0), boxes_at)
    counts = []
    for row in range(30):
        tracker.step(row * STEP_S, side((0, 0)) if row < 5 else side())
        counts.append(len(tracker.believed))
    # Believed with the third detection at 0.2 s; kept for two seconds after the last one at 0.4 s.
    assert counts == [0, 0] + [1] * 23 + [0] * 5
    assert len(tracker.finish()) == 1


@pytest.mark.parametrize(
    ("places", "reach"),
    [
        pytest.param([(0, 0)] * 5, 0.0, id="stands"),
        pytest.param([(0, 0), (0.3, 0), (0.3, 0.4), (0, 0)], 0.5, id="and comes back"),
        pytest.param([(0, 0), (-0.3, 0), (0.3, -0.8)], 1.0, id="both ways"),
    ],
)
def test_reach_is_the_diagonal_of_where_it_was_seen(places, reach):
    (chain,) = tracked([side(place, sigma=0.5) for place in places])
    assert chain.reach == pytest.approx(reach)


def test_reach_is_not_that_of_the_prediction():
    """Nobody who is not seen any more is said to have moved."""
    (chain,) = tracked([side(walk(row)) for row in range(5)] + [side()] * 15)
    assert chain.reach == pytest.approx(1.2 * STEP_S * 4)


def test_the_association_expects_people_to_walk_on():
    """Steadier: where somebody is expected after half a second unseen is a smaller place."""
    frames = [side(walk(row)) for row in range(10)] + [side()] * 5
    spreads = [
        np.linalg.det(tracked(frames, settings=TrackerSettings(steadiness=share))[0].covariance[:2, :2])
        for share in (0.3, 0.67, 1.0)
    ]
    assert spreads == sorted(spreads)
    assert spreads[2] > 1.5 * spreads[1]
