"""The most frequent value: the scene, however long somebody stands in front of it."""

import numpy as np
import pytest

from truceline.detect.evidence import evidence
from truceline.detect.still.background import FLOOR_VISIBLE
from truceline.detect.still.frequent import NoiseSettings, frequent_background
from truceline.errors import InputError
from truceline.records.time import UtcNs

SCENE, COAT, SHIRT, HAIR = 100, 30, 180, 60


def background(samples, *, floor=FLOOR_VISIBLE, noise=None):
    return frequent_background(samples, centre_utc_ns=UtcNs(0), floor=floor, noise=noise or NoiseSettings())


def flat(level):
    return np.full((12, 16, 3), level, np.uint8)


def with_patch(level):
    picture = flat(SCENE)
    picture[3:9, 4:10] = level
    return picture


def test_no_samples_are_refused():
    with pytest.raises(InputError, match="at least one"):
        background([])


def test_one_sample_is_its_own_background():
    assert np.array_equal(background([with_patch(COAT)]).bgr, with_patch(COAT))


def test_several_people_who_stand_there_for_most_of_the_time_leave_the_scene():
    samples = [with_patch(level) for level in [COAT] * 3 + [SHIRT] * 3 + [HAIR] * 3]
    samples[1:1] = [flat(SCENE)] * 4
    found = background(samples, noise=NoiseSettings(share=0.3))
    assert np.array_equal(found.bgr, flat(SCENE))
    assert evidence(with_patch(COAT), found).mask[5, 6] == 1


def test_gain_that_changes_between_samples_is_taken_out():
    samples = [np.clip(with_patch(SHIRT).astype(int) + offset, 0, 255).astype(np.uint8) for offset in (0, 40)]
    found = background([flat(SCENE), flat(SCENE), *samples])
    assert np.array_equal(found.bgr, flat(SCENE))


def test_leaves_that_move_all_the_time_raise_their_own_threshold():
    samples = [flat(SCENE) for _ in range(40)]
    generator = np.random.default_rng(7)
    for picture in samples:
        picture[0, 0] = generator.integers(40, 160)
    found = background(samples)
    assert found.threshold[0, 0] > 2 * FLOOR_VISIBLE
    assert found.threshold[5, 5] == FLOOR_VISIBLE
