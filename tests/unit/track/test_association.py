import itertools
from dataclasses import replace

import numpy as np
import pytest

from truceline.track.association import Side, Weights, associate, overlap_of_boxes

GATE_ONLY = Weights(overlap=0.0, appearance=0.0)


def side(positions, *, sigma=0.5, boxes=None, appearance=None):
    positions = np.array(positions, float).reshape(-1, 2)
    rows = len(positions)
    return Side(
        positions=positions,
        covariances=np.tile(sigma**2 * np.eye(2), (rows, 1, 1)),
        boxes_px=np.zeros((rows, 4)) if boxes is None else np.array(boxes, float),
        appearance=np.zeros((rows, 3)) if appearance is None else np.array(appearance, float),
    )


@pytest.mark.parametrize(("tracks", "detections"), [([], []), ([], [(0, 0)]), ([(0, 0)], [])])
def test_with_nothing_on_one_side_there_are_no_pairs(tracks, detections):
    assert associate(side(tracks), side(detections), weights=Weights()) == []


@pytest.mark.parametrize(
    ("apart_m", "paired"),
    [
        pytest.param(0.0, True, id="same place"),
        pytest.param(np.sqrt(13.8 * 0.5) - 1e-6, True, id="at the gate"),
        pytest.param(np.sqrt(13.8 * 0.5) + 1e-6, False, id="beyond the gate"),
    ],
)
def test_the_gate_is_in_standard_deviations(apart_m, paired):
    pairs = associate(side([(0, 0)]), side([(apart_m, 0)]), weights=GATE_ONLY)
    assert pairs == ([(0, 0)] if paired else [])


def test_the_whole_is_best_not_the_first():
    # The first track is nearest to the detection that the second one needs.
    pairs = associate(side([(0, 0), (1.0, 0)]), side([(0.4, 0), (-0.9, 0)]), weights=GATE_ONLY)
    assert sorted(pairs) == [(0, 1), (1, 0)]


def test_each_is_used_once_and_the_rest_is_left():
    pairs = associate(side([(0, 0), (50, 0)]), side([(0.1, 0), (0.2, 0), (51, 0)]), weights=GATE_ONLY)
    assert sorted(pairs) == [(0, 0), (1, 2)]


def test_a_track_is_not_paired_beyond_its_gate_to_make_room():
    pairs = associate(side([(0, 0), (0.1, 0)]), side([(0, 0), (9, 0)]), weights=GATE_ONLY)
    assert len(pairs) == 1


def test_boxes_decide_where_the_ground_does_not():
    tracks = side([(0, 0), (0, 0)], boxes=[(0, 0, 10, 30), (40, 0, 50, 30)])
    detections = side([(0, 0), (0, 0)], boxes=[(41, 0, 51, 30), (1, 0, 11, 30)])
    assert sorted(associate(tracks, detections, weights=Weights())) == [(0, 1), (1, 0)]


def test_colours_decide_where_places_do_not():
    red, blue = (1, 0, 0), (0, 0, 1)
    tracks = side([(0, 0), (0.3, 0)], appearance=[red, blue])
    detections = side([(0, 0), (0.3, 0)], appearance=[blue, red])
    assert sorted(associate(tracks, detections, weights=Weights())) == [(0, 1), (1, 0)]
    assert sorted(associate(tracks, detections, weights=GATE_ONLY)) == [(0, 0), (1, 1)]


def test_unknown_colours_cost_nothing():
    tracks = side([(0, 0), (2, 0)], appearance=[(1, 0, 0), (0, 0, 0)])
    detections = side([(0, 0), (2, 0)], appearance=[(0, 0, 0), (1, 0, 0)])
    assert sorted(associate(tracks, detections, weights=Weights())) == [(0, 0), (1, 1)]


def test_a_vague_track_does_not_win_by_being_vague():
    """An uncertain track is near to everything in its own sigmas: its determinant makes up for that."""
    tracks = Side(
        np.array([[0.9, 0.0], [0.0, 0.0]]),
        np.stack([0.3**2 * np.eye(2), 3.0**2 * np.eye(2)]),
        np.zeros((2, 4)),
        np.zeros((2, 3)),
    )
    assert associate(tracks, side([(0.0, 0.0)], sigma=0.3), weights=GATE_ONLY) == [(0, 0)]


@pytest.mark.parametrize("seed", range(6))
def test_the_assignment_has_the_smallest_cost_of_all(seed):
    generator = np.random.default_rng(seed)
    ours, theirs = generator.uniform(0, 1.5, (4, 2)), generator.uniform(0, 1.5, (4, 2))
    pairs = dict(associate(side(ours), side(theirs), weights=GATE_ONLY))
    cost = np.sum((theirs[None] - ours[:, None]) ** 2, axis=2)
    best = min(itertools.permutations(range(4)), key=lambda order: cost[range(4), order].sum())
    assert pairs == dict(enumerate(best))


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        pytest.param((0, 0, 10, 10), (0, 0, 10, 10), 1.0, id="same"),
        pytest.param((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3, id="half over"),
        pytest.param((0, 0, 10, 10), (10, 0, 20, 10), 0.0, id="touching"),
        pytest.param((0, 0, 10, 10), (2, 2, 4, 4), 0.04, id="inside"),
        pytest.param((5, 5, 5, 5), (0, 0, 10, 10), 0.0, id="empty"),
        pytest.param((5, 5, 5, 5), (5, 5, 5, 5), 0.0, id="both empty"),
        pytest.param((10, 10, 0, 0), (0, 0, 10, 10), 0.0, id="inside out"),
    ],
)
def test_overlap(first, second, share):
    assert overlap_of_boxes(np.array([first], float), np.array([second], float))[0, 0] == pytest.approx(share)


def test_overlap_of_many():
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [90, 90, 95, 95]], float)
    assert overlap_of_boxes(boxes, boxes[:2]).shape == (3, 2)
    np.testing.assert_allclose(np.diag(overlap_of_boxes(boxes, boxes)), 1.0)


def test_taking_rows():
    whole = side([(0, 0), (1, 0), (2, 0)])
    assert len(whole) == 3
    np.testing.assert_array_equal(whole.take(np.array([2, 0])).positions, [[2, 0], [0, 0]])


@pytest.mark.parametrize(("alone", "paired"), [(0.0, True), (-1.0, False)], ids=["dear", "cheap"])
def test_a_bad_pair_is_worse_than_none(alone, paired):
    """Half a metre of error each, in the same place: the cost is the log determinant alone, -1.39."""
    spread = 2 * 0.5**2
    weights = Weights(overlap=0.0, appearance=0.0, alone=np.log(spread**2) + 0.5 + alone)
    pairs = associate(side([(0, 0)]), side([(0, 0)]), weights=weights)
    assert pairs == ([(0, 0)] if paired else [])


def test_somebody_in_other_clothes_is_not_taken_for_the_one_who_is_missed():
    """Inside the gate, but nothing of the colours is alike: the track waits, the detection is new."""
    red, blue = [(1, 0, 0)], [(0, 0, 1)]
    tracks, detections = side([(0, 0)], appearance=red), side([(0.3, 0)], appearance=blue)
    assert associate(tracks, detections, weights=Weights()) == []
    assert associate(tracks, side([(0.3, 0)], appearance=red), weights=Weights()) == [(0, 0)]


def test_one_left_alone_does_not_take_the_place_of_another():
    """Each track has a place of its own to be alone in."""
    pairs = associate(side([(0, 0), (60, 0), (90, 0)]), side([(90.1, 0)]), weights=GATE_ONLY)
    assert pairs == [(2, 0)]


def scaled_side(one, metre):
    return Side(one.positions * metre, one.covariances * metre**2, one.boxes_px, one.appearance)


@pytest.mark.parametrize("metre", [0.01, 40.0, 1000.0])
@pytest.mark.parametrize("seed", range(4))
def test_costs_mean_the_same_in_any_unit(seed, metre):
    generator = np.random.default_rng(seed)
    tracks, detections = (
        side(
            generator.uniform(0, 3, (6, 2)),
            sigma=generator.uniform(0.2, 0.5),
        )
        for _ in range(2)
    )
    weights = replace(GATE_ONLY, alone=-0.5)
    in_metres = associate(tracks, detections, weights=weights)
    scaled = [scaled_side(one, metre) for one in (tracks, detections)]
    assert associate(*scaled, weights=replace(weights, metre=metre)) == in_metres
    assert 0 < len(in_metres) < 6


def test_without_its_unit_a_picture_is_not_the_ground():
    """What the test above would miss if ``metre`` did nothing."""
    tracks, detections = side([(0, 0)]), side([(0.2, 0)])
    scaled = [scaled_side(one, 1000.0) for one in (tracks, detections)]
    assert associate(tracks, detections, weights=GATE_ONLY) == [(0, 0)]
    assert associate(*scaled, weights=GATE_ONLY) == []
