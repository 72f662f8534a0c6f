import numpy as np
import pytest

from truceline.detect.sizes import SMALLEST_PX, measured_sizes

BOX = np.array([[90.0, 50.0, 120.0, 150.0]])


def mask_with(*rectangles):
    mask = np.zeros((200, 300), np.uint8)
    for left, top, right, bottom in rectangles:
        mask[top:bottom, left:right] = 1
    return mask


def test_nobody_has_no_size():
    assert measured_sizes(mask_with(), np.zeros((0, 4))).height_px.shape == (0,)


@pytest.mark.parametrize(
    ("rectangle", "height_px", "width_px"),
    [
        ((92, 50, 118, 150), 100, 26),
        ((92, 40, 118, 150), 110, 26),
        ((92, 85, 118, 150), 65, 26),
        ((50, 85, 160, 150), 65, 110),
    ],
    ids=["as fitted", "taller", "shorter", "shorter and longer, as an animal"],
)
def test_a_silhouette_is_measured_beyond_and_within_its_rectangle(rectangle, height_px, width_px):
    sizes = measured_sizes(mask_with(rectangle), BOX)
    assert sizes.height_px[0] == height_px
    assert sizes.width_px[0] == width_px


def test_a_narrow_break_does_not_end_a_body():
    mask = mask_with((92, 50, 118, 150))
    mask[100:103] = 0
    assert measured_sizes(mask, BOX).height_px[0] == 100
    mask[95:110] = 0
    assert measured_sizes(mask, BOX).height_px[0] == 40


def test_legs_are_as_wide_as_they_stand_apart():
    mask = mask_with((97, 50, 113, 118), (88, 118, 96, 150), (114, 118, 122, 150))
    assert measured_sizes(mask, BOX).lower_px[0] == 34


def test_who_is_half_covered_or_tiny_is_not_measured():
    two = np.concatenate([BOX, BOX + np.array([10, 0, 10, 0])])
    assert np.isnan(measured_sizes(mask_with((92, 50, 130, 150)), two).height_px).all()
    tiny = np.array([[90.0, 50.0, 97.0, 50.0 + SMALLEST_PX - 1]])
    assert np.isnan(measured_sizes(mask_with((90, 50, 97, 72)), tiny).height_px).all()


def test_a_neighbour_ends_the_width():
    beside = np.concatenate([BOX, BOX + np.array([40, 0, 40, 0])])
    sizes = measured_sizes(mask_with((92, 50, 160, 150)), beside)
    assert sizes.width_px[0] < 45
