"""Silhouettes end at half height of a blurred edge; faint limbs and gaps."""

import cv2
import numpy as np
import pytest

from tests.unit.detect.thermal.pictures import box_of
from truceline.detect.thermal.scene import Contrast
from truceline.detect.thermal.silhouette import in_the_frame, silhouettes


def seen(difference, *, changed=False, shift=(0.0, 0.0)):
    difference = np.asarray(difference, np.float32)
    return Contrast(difference, np.full(difference.shape, 8.0, np.float32), shift, changed)


def body(blur=0.0, *, legs=100.0):
    picture = np.zeros((60, 60), np.float32)
    picture[10:30, 20:34] = 100
    picture[30:50, 23:31] = legs
    return cv2.GaussianBlur(picture, (0, 0), blur) if blur else picture


@pytest.mark.parametrize("blur", [0.0, 0.8, 1.4])
def test_the_box_does_not_grow_with_the_blur(blur):
    assert box_of(silhouettes(seen(body(blur)))) == pytest.approx([20, 10, 34, 50], abs=1)


def test_faint_legs_below_a_hot_body_stay():
    assert box_of(silhouettes(seen(body(0.8, legs=25.0))))[3] == pytest.approx(50, abs=1)


def test_what_just_reaches_the_threshold_everywhere_is_warm_ground():
    patch = np.zeros((60, 60))
    patch[10:40, 10:40] = 10
    assert not silhouettes(seen(patch)).any()
    patch[20, 20] = 30
    assert silhouettes(seen(patch)).sum() == pytest.approx(900, rel=0.05)


def test_a_shadow_beside_a_body_is_left_out_and_a_faint_arm_is_not():
    picture = body()
    picture[45:50, 31:40] = -20
    assert box_of(silhouettes(seen(picture)))[2] == pytest.approx(34, abs=1)
    picture[20:25, 34:44] = 20
    assert box_of(silhouettes(seen(picture)))[2] == pytest.approx(44, abs=1)


def test_a_changed_scene_has_no_silhouettes():
    assert not silhouettes(seen(body(), changed=True)).any()


def test_a_mask_is_moved_to_where_the_frame_shows_it():
    mask = np.zeros((20, 30), np.uint8)
    mask[5:9, 7:12] = 1
    moved = in_the_frame(mask, seen(np.zeros((20, 30)), shift=(3.2, -1.6)))
    assert box_of(moved) == [10, 3, 15, 7]
    assert in_the_frame(mask, seen(np.zeros((20, 30)), shift=(0.4, 0.2))) is mask
