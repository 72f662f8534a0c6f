import numpy as np
import pytest

from truceline.detect.scene import ANOTHER_SCENE, SKETCH_WIDTH_PX, likeness, sketch


def scene(seed=1, width=320, height=240):
    blocks = np.random.default_rng(seed).integers(40, 200, (height // 8, width // 8))
    return np.repeat(np.kron(blocks, np.ones((8, 8), int))[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize(
    ("gain", "offset"), [(1.0, 0), (1.0, 40), (0.6, 10), (0.4, 90)], ids=["same", "brighter", "darker", "fog"]
)
def test_light_does_not_make_another_scene(gain, offset):
    lit = np.clip(scene() * gain + offset, 0, 255).astype(np.uint8)
    assert likeness(sketch(scene()), sketch(lit)) > 0.9


def test_people_in_front_do_not_make_another_scene():
    crowded = scene()
    crowded[120:220, 40:80] = 20
    crowded[100:200, 200:250] = 230
    assert likeness(sketch(scene()), sketch(crowded)) > 0.7


@pytest.mark.parametrize("pan_px", [30, 100])
def test_a_camera_that_was_turned_shows_another_scene(pan_px):
    assert likeness(sketch(scene()), sketch(np.roll(scene(), pan_px, axis=1))) < ANOTHER_SCENE


def test_another_scene_is_another_scene():
    assert likeness(sketch(scene(1)), sketch(scene(2))) < ANOTHER_SCENE


def test_nothing_is_like_nothing():
    empty = sketch(np.full((240, 320, 3), 90, np.uint8))
    assert likeness(empty, empty) == 1.0


@pytest.mark.parametrize(("width", "height", "rows"), [(320, 240, 120), (64, 2, 8), (1920, 1080, 90)])
def test_sketches_have_one_width(width, height, rows):
    picture = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    assert sketch(picture).shape == (rows, SKETCH_WIDTH_PX)
