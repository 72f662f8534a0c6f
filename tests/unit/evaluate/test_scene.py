"""Similarity on the ground and in the image, and what a scene refuses."""

import numpy as np
import pytest
from shapely.geometry import box

from tests.unit.evaluate.scenes import frame
from truceline.errors import InputError
from truceline.evaluate.scene import BoxFrame, ground_scene, image_scene, overlaps


@pytest.mark.parametrize(
    ("apart_m", "expected"),
    [
        pytest.param(0.0, 1.0, id="the same place"),
        pytest.param(0.5, 0.75, id="a quarter of the reach"),
        pytest.param(2.0, 0.0, id="at the reach"),
        pytest.param(50.0, 0.0, id="far beyond"),
    ],
)
def test_likeness_on_the_ground(apart_m: float, expected: float):
    scene = ground_scene([frame(a=0)], [frame(x=apart_m)])
    assert scene.frames[0].similarity.tolist() == [[pytest.approx(expected)]]


@pytest.mark.counterpart("shapely")
def test_overlap_is_that_of_the_polygons():
    draw = np.random.default_rng(4)
    corners = draw.uniform(0, 10, (20, 2))
    boxes = np.concatenate([corners, corners + draw.uniform(0.5, 6, (20, 2))], axis=1)
    expected = [
        [one.intersection(other).area / one.union(other).area for other in (box(*row) for row in boxes[8:])]
        for one in (box(*row) for row in boxes[:8])
    ]
    assert overlaps(boxes[:8], boxes[8:]) == pytest.approx(np.array(expected))


def test_an_empty_box_overlaps_nothing_not_even_itself():
    empty = np.array([[3.0, 3.0, 3.0, 9.0]])
    assert overlaps(empty, empty).tolist() == [[0.0]]


def test_identities_are_counted_over_the_whole_scene():
    box_px = np.array([[0.0, 0.0, 2.0, 4.0]])
    scene = image_scene([BoxFrame(("a",), box_px), BoxFrame(("b",), box_px)], [BoxFrame(("x",), box_px)] * 2)
    assert (scene.true_identities, scene.found_identities, scene.truth, scene.found) == (2, 1, 2, 2)
    assert [pair.truth.tolist() for pair in scene.frames] == [[0], [1]]


def test_sides_of_different_length_are_refused():
    with pytest.raises(InputError, match="2 frames of truth"):
        ground_scene([frame(a=0)] * 2, [frame(x=0)])


def test_an_identity_twice_in_a_frame_is_refused():
    boxes_px = np.array([[0.0, 0.0, 2.0, 4.0]] * 2)
    with pytest.raises(InputError, match="tracks: identity x stands twice"):
        image_scene([BoxFrame((), boxes_px[:0])], [BoxFrame(("x", "x"), boxes_px)])
