"""A silhouette that is too tall for one person."""

import numpy as np
import pytest

from truceline.detect.behind import GAP_SHARE, SLACK_PX, TALLEST, is_too_tall, nearest_below, silhouette_rows

BOX = (40, 50, 70, 150)
"""Left, top, right, bottom of somebody 100 rows tall."""
WHOLE, NOTHING = 255, -89


def weights_of(*boxes):
    weights = np.full((260, 120), NOTHING, np.int32)
    for left, top, right, bottom in boxes:
        weights[top:bottom, left:right] = WHOLE
    return weights


def rows_of(weights, *others):
    return silhouette_rows(weights, np.array([BOX, *others], np.int64), 0)


@pytest.mark.parametrize(
    ("evidence", "rows"),
    [
        ([BOX], (50, 150)),
        ([(40, 30, 70, 150)], (30, 150)),
        ([(40, 50, 70, 190)], (50, 190)),
        ([(40, 60, 70, 140)], (60, 140)),
        ([(40, 50, 48, 150)], (100, 101)),
    ],
    ids=["as tall", "above", "below", "shorter", "too narrow"],
)
def test_it_is_followed_up_and_down(evidence, rows):
    assert rows_of(weights_of(*evidence)) == rows


@pytest.mark.parametrize(("gap", "first"), [(int(GAP_SHARE * 100), 20), (int(GAP_SHARE * 100) + 1, 50)])
def test_it_may_break_by_a_little(gap, first):
    assert rows_of(weights_of(BOX, (40, 20, 70, 50 - gap))) == (first, 150)


def test_it_ends_where_somebody_else_begins():
    assert rows_of(weights_of((40, 10, 70, 150)), (45, 0, 75, 40)) == (40, 150)
    assert rows_of(weights_of((40, 10, 70, 150)), (60, 0, 90, 40)) == (10, 150)


def test_it_ends_at_the_border():
    assert silhouette_rows(weights_of((40, 0, 70, 90)), np.array([(40, -20, 70, 80)], np.int64), 0) == (0, 90)


def test_soft_shadows_are_no_silhouette():
    weights = weights_of(BOX)
    weights[150:180, 40:70] = 200
    assert rows_of(weights) == (50, 150)


@pytest.mark.parametrize(("more", "found"), [(0, False), (1, True)], ids=["at the limit", "beyond"])
def test_more_than_one_persons(more, found):
    assert is_too_tall((20, 20 + round(TALLEST * 100) + SLACK_PX + more), 100) is found


def test_the_box_straight_below():
    boxes = np.array([BOX, (40, 70, 70, 170), (75, 75, 105, 175), (40, 75, 70, 178)], np.int64)
    assert nearest_below(boxes, 0, 171.0) == 1
    assert nearest_below(boxes, 0, 176.0) == 3
