"""Fitted boxes moved to where the evidence begins and ends."""

import numpy as np
import pytest

from truceline.detect.refine import refined_boxes

HEIGHT, WIDTH = 200, 160
FITTED = (60, 40, 90, 140)
"""Left, top, right, bottom of somebody 100 rows tall."""


def evidence_of(*boxes, level=255):
    strength = np.zeros((HEIGHT, WIDTH), np.uint8)
    for left, top, right, bottom in boxes:
        strength[max(top, 0) : bottom, max(left, 0) : right] = level
    return strength


def refined(strength, *boxes):
    return refined_boxes(strength, np.array(boxes or [FITTED], float).reshape(-1, 4))[0]


def test_no_boxes():
    assert refined_boxes(evidence_of(FITTED), np.zeros((0, 4)))[0].shape == (0, 4)


def test_a_box_that_fits_stays():
    np.testing.assert_allclose(refined(evidence_of(FITTED)), [FITTED])


def test_neither_boxes_nor_evidence_are_changed():
    strength, boxes = evidence_of((64, 46, 94, 146)), np.array([FITTED], float)
    kept = strength.copy(), boxes.copy()
    refined_boxes(strength, boxes)
    np.testing.assert_array_equal(strength, kept[0])
    np.testing.assert_array_equal(boxes, kept[1])


@pytest.mark.parametrize("by_px", [-12, -6, 3, 6, 12])
def test_feet_are_where_the_evidence_ends(by_px):
    found = refined(evidence_of((60, 40 + by_px, 90, 140 + by_px)))
    np.testing.assert_allclose(found, [(60, 40 + by_px, 90, 140 + by_px)])


@pytest.mark.parametrize("by_px", [-5, 5])
def test_the_body_is_where_the_middle_of_the_evidence_is(by_px):
    found = refined(evidence_of((60 + by_px, 40, 90 + by_px, 140)))
    np.testing.assert_allclose(found, [(60 + by_px, 40, 90 + by_px, 140)], atol=1e-9)


@pytest.mark.parametrize(("top", "sign"), [(47, 1), (33, -1)], ids=["shorter", "taller"])
def test_another_height_gives_way_a_little_and_the_feet_stay(top, sign):
    ((_, first, _, last),) = refined(evidence_of((60, top, 90, 140)))
    assert last == 140
    assert 1 <= sign * (first - 40) <= 3


def test_feet_in_a_stride_are_where_the_legs_end_though_nothing_is_between_them():
    """Two legs of a fifth of the width each, as far apart as the box is wide: its middle is free."""
    striding = evidence_of((60, 40, 90, 110), (57, 110, 63, 140), (87, 110, 93, 140))
    np.testing.assert_allclose(refined(striding), [FITTED])


def test_what_is_thinner_than_a_leg_is_no_foot():
    body, string = (60, 40, 90, 134), (74, 134, 77, 160)
    np.testing.assert_allclose(refined(evidence_of(body, string)), refined(evidence_of(body)), atol=2)


def test_feet_below_the_border_stay_below_it():
    """The rows that are out of sight say nothing: the rest of the height is believed."""
    ((_, first, _, last),) = refined(evidence_of((60, 123, 90, HEIGHT)), (60, 120, 90, 220))
    assert (first, last) == (123, 223)


def test_a_box_that_the_side_cuts_is_not_moved_sideways():
    found = refined(evidence_of((0, 40, 17, 140)), (-10, 40, 20, 140))
    assert (found[0, 0], found[0, 2]) == (-10, 20)


@pytest.mark.parametrize("outside", [(300, 40, 330, 140), (-90, 40, -60, 140)], ids=["right", "left"])
def test_a_box_out_of_sight_stays(outside):
    np.testing.assert_allclose(refined(evidence_of(), outside), [outside])


def test_without_evidence_a_box_hardly_moves():
    found = refined(evidence_of())
    np.testing.assert_allclose(found, [FITTED], atol=3)
    assert (found[0, 0], found[0, 2]) == (60, 90)


def test_too_little_evidence_moves_nothing_sideways():
    found = refined(evidence_of((84, 40, 90, 140), level=200))
    assert (found[0, 0], found[0, 2]) == (60, 90)


def test_what_another_covers_is_not_asked():
    """One stands half behind another: only the part that is not hidden tells where either is."""
    behind, before = (60, 40, 90, 140), (75, 45, 105, 145)
    found = refined(evidence_of(behind, before), behind, before)
    np.testing.assert_allclose(found, [behind, before], atol=1e-9)


def test_hidden_feet_are_where_the_fit_has_them():
    """Somebody stands in front of the legs; the evidence does not end, but it is not theirs."""
    behind, before = (60, 40, 90, 140), (55, 100, 95, 180)
    np.testing.assert_allclose(refined(evidence_of(behind, before), behind, before)[0], behind)


def test_nobody_is_drawn_into_the_head_of_the_one_below():
    above, below = (60, 40, 90, 140), (60, 140, 90, 240)
    found = refined(evidence_of((60, 40, 90, HEIGHT)), above, below)
    assert found[0, 3] == 140


def test_each_one_is_refined_beside_the_others_as_fitted():
    """The order of the boxes changes nothing."""
    boxes = np.array([(20, 40, 50, 140), (70, 60, 100, 160), (90, 30, 120, 130)], float)
    strength = evidence_of((22, 43, 52, 143), (70, 55, 100, 155), (93, 30, 123, 130))
    order = np.array([2, 0, 1])
    np.testing.assert_array_equal(
        refined_boxes(strength, boxes[order])[0], refined_boxes(strength, boxes)[0][order]
    )
