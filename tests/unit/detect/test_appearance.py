from itertools import pairwise

import numpy as np
import pytest

from truceline.detect.appearance import BINS, LENGTH, STRIPES, stripe_colours

BOX = np.array([[10.0, 10.0, 20.0, 40.0]])
RED, BLUE, GREEN = (20, 20, 220), (220, 20, 20), (20, 220, 20)


def dressed(*colours, box=BOX[0]):
    """A picture with a subject in stripes of colours from the head down, and its mask."""
    bgr = np.full((60, 80, 3), 90, np.uint8)
    mask = np.zeros((60, 80), np.uint8)
    left, top, right, bottom = box.astype(int)
    mask[top:bottom, left:right] = 1
    for part, colour in zip(np.array_split(np.arange(top, bottom), len(colours)), colours, strict=True):
        bgr[part[0] : part[-1] + 1, left:right] = colour
    return bgr, mask


def colours(*clothes, box=BOX[0]):
    bgr, mask = dressed(*clothes, box=box)
    return stripe_colours(bgr, mask, boxes_px=box[None])[0]


def test_no_boxes_give_no_rows():
    bgr, mask = dressed(RED)
    assert stripe_colours(bgr, mask, boxes_px=np.zeros((0, 4))).shape == (0, LENGTH)


def test_each_row_has_unit_length():
    assert np.sum(colours(RED, BLUE, GREEN) ** 2) == pytest.approx(1.0)
    assert (colours(RED) >= 0).all()


def test_likeness_falls_with_every_stripe_that_differs():
    subject = colours(RED, BLUE, BLUE)
    likeness = [
        subject @ colours(*one) for one in ([RED, BLUE, BLUE], [RED, BLUE, GREEN], [GREEN, GREEN, RED])
    ]
    assert likeness[0] == pytest.approx(1.0)
    assert likeness[1] + 0.1 < 1.0
    assert likeness[1] > likeness[2] + 0.1


def test_where_the_subject_stands_does_not_matter():
    elsewhere = np.array([40.0, 20.0, 50.0, 50.0])
    assert colours(RED, BLUE, GREEN) @ colours(RED, BLUE, GREEN, box=elsewhere) == pytest.approx(
        1.0, abs=1e-6
    )


def test_how_large_it_is_hardly_matters():
    near = np.array([30.0, 2.0, 50.0, 58.0])
    assert colours(RED, BLUE, GREEN) @ colours(RED, BLUE, GREEN, box=near) > 0.98


def test_the_background_in_the_box_does_not_count():
    bgr, mask = dressed(RED, BLUE, GREEN)
    other = bgr.copy()
    other[mask == 0] = (0, 255, 255)
    wide = BOX + np.array([-5, 0, 5, 0])
    np.testing.assert_array_equal(
        stripe_colours(bgr, mask, boxes_px=wide), stripe_colours(other, mask, boxes_px=wide)
    )


@pytest.mark.parametrize(
    "box",
    [
        pytest.param((60, 10, 70, 40), id="no foreground"),
        pytest.param((10, 38, 17, 70), id="too few pixels"),
        pytest.param((200, 10, 220, 40), id="outside the picture"),
        pytest.param((10, 10, 10, 40), id="no width"),
    ],
)
def test_what_cannot_be_told_is_zeros(box):
    bgr, mask = dressed(RED)
    assert not stripe_colours(bgr, mask, boxes_px=np.array([box], float)).any()


def test_a_box_that_leaves_the_picture_is_cut():
    bgr, mask = dressed(RED, BLUE, GREEN, box=np.array([0.0, 10.0, 8.0, 40.0]))
    wide = np.array([[-30.0, 10.0, 8.0, 40.0]])
    assert stripe_colours(bgr, mask, boxes_px=wide).any()


def test_a_stripe_without_foreground_is_flat():
    """The legs are hidden: their stripes say nothing, and what is seen still counts."""
    bgr, mask = dressed(RED, RED, RED, RED, RED)
    mask[28:] = 0
    row = stripe_colours(bgr, mask, boxes_px=BOX)[0].reshape(STRIPES, -1)
    assert np.sum(row**2) == pytest.approx(1.0)
    for first, bins in zip(np.cumsum((0, *BINS[:-1])), BINS, strict=True):
        np.testing.assert_allclose(row[3:, first : first + bins] ** 2, 1 / (bins * len(BINS) * STRIPES))
        assert np.ptp(row[0, first : first + bins]) > 0.1


def test_a_value_between_two_bins_counts_in_both():
    """A small change of light changes the colours a little and not by a leap."""
    grey = [colours((level,) * 3) for level in range(90, 140)]
    steps = [1 - one @ other for one, other in pairwise(grey)]
    assert max(steps) < 0.02
    assert grey[0] @ grey[-1] < 0.9


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (0, 255, 0), (255, 0, 0), (0, 255, 255)])
def test_what_lies_beyond_the_bins_counts_at_their_end(colour):
    assert np.sum(colours(colour) ** 2) == pytest.approx(1.0)
