"""How a frame lies on its scene."""

import cv2
import numpy as np
import pytest

from truceline.detect.still.steady import (
    FEWEST_ANCHORS,
    LARGEST_SHIFT_SHARE,
    SMALLEST_SHIFT_PX,
    STILL,
    anchors_of,
    moved_back,
    rest_of,
    sway_of,
    where_shown,
)

SIZE = (320, 240)


def scene(seed=5, *, noise=2.0, frame=0):
    """A rough place at one moment."""
    wide = np.random.default_rng(seed).normal(110, 40, (52, 68, 3)).astype(np.float32)
    place = cv2.resize(wide, (SIZE[0] + 80, SIZE[1] + 80), interpolation=cv2.INTER_CUBIC)
    place += np.random.default_rng(frame).normal(0, noise, place.shape)
    return place


def shot(place, right=0.0, down=0.0):
    """What a camera sees of it that lies so far off."""
    matrix = np.array([[1.0, 0.0, right - 40], [0.0, 1.0, down - 40]])
    seen = cv2.warpAffine(place, matrix, SIZE, flags=cv2.INTER_CUBIC)
    return np.clip(np.round(seen), 0, 255).astype(np.uint8)


ANCHORS = anchors_of(shot(scene(noise=0)))


@pytest.mark.parametrize(
    "shift_px",
    [(0.5, 0.0), (0.0, -0.4), (1.7, -2.3), (-6.2, 4.9), (14.0, -3.0), (-20.5, 11.25)],
    ids=str,
)
def test_a_shift_is_found_to_a_tenth_of_a_pixel(shift_px):
    sway = sway_of(shot(scene(frame=1), *shift_px), ANCHORS)
    assert not sway.lost
    np.testing.assert_allclose(sway.shift_px, shift_px, atol=0.1)


@pytest.mark.parametrize("frame", range(5))
def test_a_still_camera_is_still(frame):
    """Noise, somebody large in the picture and another exposure are no shift."""
    bgr = shot(scene(frame=frame))
    bgr[60:200, 100 + 20 * frame : 160 + 20 * frame] = 30
    assert sway_of(np.clip(0.8 * bgr + 20, 0, 255).astype(np.uint8), ANCHORS) == STILL


@pytest.mark.parametrize("shift_px", [0.0, 0.8 * SMALLEST_SHIFT_PX])
def test_what_is_smaller_than_the_smallest_shift_is_left_alone(shift_px):
    bgr = shot(scene(frame=3), shift_px)
    sway = sway_of(bgr, ANCHORS)
    assert sway == STILL
    assert moved_back(bgr, sway.shift_px) is bgr


@pytest.mark.parametrize(
    "bgr",
    [
        pytest.param(shot(scene(seed=6)), id="another place"),
        pytest.param(shot(scene())[:, ::-1].copy(), id="mirrored"),
        pytest.param(np.full((240, 320, 3), 100, np.uint8), id="covered"),
        pytest.param(shot(scene(), LARGEST_SHIFT_SHARE * SIZE[1] + 4, 0.0), id="too far"),
    ],
)
def test_another_scene_is_lost(bgr):
    assert sway_of(bgr, ANCHORS).lost


def test_a_scene_without_edges_tells_nothing():
    flat = anchors_of(np.full((240, 320, 3), 120, np.uint8))
    assert len(flat.places) < FEWEST_ANCHORS
    assert sway_of(shot(scene()), flat) == STILL


def test_a_frame_is_moved_back_onto_its_scene():
    still, swayed = shot(scene(noise=0)), shot(scene(noise=0), 5.4, -3.7)
    back = moved_back(swayed, (5.4, -3.7))
    apart = np.abs(back[8:-8, 8:-8].astype(float) - still[8:-8, 8:-8])
    assert apart.mean() < 1.0
    assert np.abs(swayed.astype(float) - still).mean() > 10


def test_what_a_swayed_frame_does_not_show_is_left_out():
    shown = where_shown(np.ones((10, 20), np.uint8), (2.2, -1.0))
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    assert (rows[0], rows[-1]) == (1, 9)
    assert (columns[0], columns[-1]) == (0, 16)


@pytest.mark.parametrize(
    ("shifts_px", "rest_px"),
    [
        ([], (0.0, 0.0)),
        ([(0.0, 0.0)] * 5 + [(9.0, 9.0)] * 2, (0.0, 0.0)),
        ([(0.2, 0.1)] * 3, (0.0, 0.0)),
        ([(-6.0, 1.0), (-2.0, 3.0), (0.0, 2.0)], (-2.0, 2.0)),
    ],
)
def test_where_a_camera_rests(shifts_px, rest_px):
    assert rest_of(shifts_px) == rest_px
