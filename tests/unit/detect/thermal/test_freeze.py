"""A picture that repeats itself while time runs on."""

import numpy as np
import pytest

from tests.unit.detect.thermal.pictures import ground, shot, with_body
from truceline.detect.thermal.freeze import Stir, frozen, stir


def colour(grey):
    return np.repeat(grey[..., None], 3, axis=2)


def stirs(pictures):
    before = [None, *pictures[:-1]]
    return [
        stir(colour(now), None if last is None else colour(last))
        for now, last in zip(pictures, before, strict=True)
    ]


def noisy(frames, *, frozen_at=(), left=None):
    pictures: list[np.ndarray] = []
    for number in range(frames):
        if number in frozen_at:
            pictures.append(pictures[-1])
        else:
            place = 10 + number if left is None else left
            pictures.append(shot(with_body(ground(), left=place), number))
    return pictures


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("none", (), []),
        ("three frames", (20, 21, 22), [20, 21, 22]),
        ("two frames are a hiccup", (20, 21), []),
        ("to the end", (37, 38, 39), [37, 38, 39]),
        ("before anything is known", (1, 2, 3), []),
    ],
)
def test_frozen_frames(name, at, expected):
    assert np.flatnonzero(frozen(stirs(noisy(40, frozen_at=at)))).tolist() == expected, name


def test_a_body_that_stands_still_before_a_noisy_sensor_is_no_freeze():
    assert not frozen(stirs(noisy(40, left=50))).any()


def test_footage_without_noise_never_counts_as_frozen():
    still = ground().astype(np.uint8)
    moving = [with_body(still.astype(float), left=4 + 3 * number).astype(np.uint8) for number in range(20)]
    assert not frozen(stirs([*moving, *([moving[-1]] * 20)])).any()


def test_a_quiet_picture_in_which_something_moves_is_no_freeze():
    usual = [None, *[Stir(2.0, 6.0)] * 10]
    assert not frozen([*usual, *[Stir(0.0, 5.0)] * 5]).any()
    assert frozen([*usual, *[Stir(0.0, 1.0)] * 5])[-5:].all()


def test_at_the_threshold():
    usual = [None, *[Stir(2.0, 6.0)] * 10]
    assert not frozen([*usual, *[Stir(0.1, 0.1)] * 5]).any()
    assert frozen([*usual, *[Stir(0.0999, 0.1)] * 5]).any()
