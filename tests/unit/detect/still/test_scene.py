"""Whether a frame shows the same scene: light does not matter, another place does."""

import numpy as np
import pytest

from truceline.detect.still.scene import ANOTHER_SCENE, likeness, sketch


def scene(seed, *, height=120, width=200):
    blocks = np.random.default_rng(seed).integers(30, 220, (height // 10, width // 10, 3))
    return np.kron(blocks, np.ones((10, 10, 1))).astype(np.uint8)


def test_the_same_picture_is_alike():
    assert likeness(sketch(scene(1)), sketch(scene(1))) == pytest.approx(1.0)


def test_other_light_and_gain_are_alike():
    darker = (scene(1) * 0.5 + 20).astype(np.uint8)
    assert likeness(sketch(scene(1)), sketch(darker)) > 0.9


def test_another_place_is_another_scene():
    assert likeness(sketch(scene(1)), sketch(scene(2))) < ANOTHER_SCENE


def test_a_moved_camera_is_another_scene():
    wide = scene(3, width=260)
    assert likeness(sketch(wide[:, :200]), sketch(wide[:, 27:227])) < ANOTHER_SCENE


def test_pictures_without_any_structure_are_alike():
    flat = sketch(np.full((40, 60, 3), 90, np.uint8))
    assert likeness(flat, flat) == 1.0
