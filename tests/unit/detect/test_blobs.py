import math

import numpy as np
import pytest

from truceline.detect.blobs import JOIN_GAP_SHARE, SMALLEST_AREA_PX, find_blobs

HEIGHT, WIDTH = 240, 320
NEAR = math.ceil(20 * JOIN_GAP_SHARE) - 1
"""The widest gap, in pixels, across which the pieces of a subject 20 pixels wide are joined."""


def mask_of(*boxes, shape=(HEIGHT, WIDTH)):
    mask = np.zeros(shape, np.uint8)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = 1
    return mask


@pytest.mark.parametrize(
    ("boxes", "found"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(50, 60, 60, 90)], [(50, 60, 60, 90)], id="one"),
        pytest.param(
            [(50, 60, 60, 90), (5, 5, 12, 20)], [(50, 60, 60, 90), (5, 5, 12, 20)], id="two, larger first"
        ),
        pytest.param([(50, 60, 53, 63)], [], id="a speck"),
        pytest.param([(50, 60, 70, 90), (50, 90 + NEAR, 70, 140)], [(50, 60, 70, 140)], id="cut by a pole"),
        pytest.param(
            [(50, 60, 70, 90), (50, 91 + NEAR, 70, 140)],
            [(50, 60, 70, 90), (50, 91 + NEAR, 70, 140)],
            id="one pixel further apart",
        ),
        pytest.param(
            [(50, 60, 60, 70), (50, 90, 60, 100)], [(50, 60, 60, 70), (50, 90, 60, 100)], id="far apart"
        ),
        pytest.param(
            [(50, 60, 60, 90), (62, 60, 72, 90)], [(50, 60, 60, 90), (62, 60, 72, 90)], id="side by side"
        ),
        pytest.param(
            [(50, 60, 70, 90), (52, 90 + NEAR, 57, 95)], [(50, 60, 70, 95)], id="a foot joins its body"
        ),
        pytest.param([(0, 0, 320, 240)], [(0, 0, 320, 240)], id="everything"),
    ],
)
def test_what_is_found(boxes, found):
    blobs = find_blobs(mask_of(*boxes))
    assert sorted(map(tuple, blobs.boxes_px.tolist())) == sorted(found)
    assert blobs.boxes_px.shape == (len(found), 4)


@pytest.mark.parametrize(("area", "found"), [(SMALLEST_AREA_PX - 1, 0), (SMALLEST_AREA_PX, 1)])
def test_the_smallest_subject(area, found):
    mask = np.zeros((100, 100), np.uint8)
    mask[10, 10 : 10 + area] = 1
    assert len(find_blobs(mask).fill) == found


def test_in_a_larger_picture_the_smallest_subject_is_larger():
    box = (100, 100, 108, 110)
    assert len(find_blobs(mask_of(box, shape=(480, 640))).fill) == 1
    assert len(find_blobs(mask_of(box, shape=(1080, 1920))).fill) == 0


def test_fill_is_the_share_of_foreground():
    mask = mask_of((20, 20, 40, 60))
    mask[20:40, 30:40] = 0
    assert find_blobs(mask).fill[0] == pytest.approx(0.75)
