"""Burnt-in lettering: a clock is found with its changing digits, walls, stones and stripes are none."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from truceline.detect.lettering import lettering

HEIGHT, WIDTH = 540, 960
Image = NDArray[np.uint8]


def ground(seed: int = 4) -> Image:
    """A ground with texture, as a lens draws it."""
    random = np.random.default_rng(seed)
    noise = random.normal(100, 25, (HEIGHT, WIDTH, 3))
    return np.asarray(cv2.GaussianBlur(np.clip(noise, 0, 255), (5, 5), 1.5)).astype(np.uint8)


def written(picture: Image, words: str, at: tuple[int, int], *, scale: float = 0.6) -> Image:
    out = picture.copy()
    cv2.putText(out, words, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 4)
    cv2.putText(out, words, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 1)
    return out


def test_a_clock_is_covered_with_the_digits_that_change():
    shown = [written(ground(), f"2017-11-13 15:15:{second:02d} UTC", (10, 24)) for second in range(60)]
    covered = lettering(np.median(np.stack(shown), axis=0).astype(np.uint8))
    for second in range(60):
        differs = np.abs(shown[second].astype(int) - shown[0].astype(int)).max(axis=2) > 40
        assert covered[differs].all()
    assert 0.005 < covered.mean() < 0.06


@pytest.mark.parametrize("at", [(10, 24), (600, 24), (10, 530)])
def test_captions_at_both_edges(at: tuple[int, int]):
    covered = lettering(written(ground(), "CCTV 4, THE LINE", at))
    assert covered[at[1] - 6, at[0] + 4 : at[0] + 120].all()
    assert not covered[100:440].any()


def test_a_scene_without_lettering_is_free():
    assert not lettering(ground()).any()


def test_lettering_in_the_middle_of_the_picture_belongs_to_the_scene():
    assert not lettering(written(ground(), "A SIGN ON A WALL", (300, 270))).any()


def test_a_white_wall_and_a_painted_stripe_are_no_lettering():
    scene = ground()
    scene[10:40, 100:500] = 240
    scene[500:503, :] = 245
    assert not lettering(scene).any()


def test_a_few_bright_stones_are_no_lettering():
    scene = ground()
    for left in (100, 300, 520, 800):
        scene[30:34, left : left + 3] = 255
    assert not lettering(scene).any()
