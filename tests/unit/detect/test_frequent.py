import numpy as np
import pytest

from tests.unit.video.clips import START
from truceline.detect.background import FLOOR_VISIBLE
from truceline.detect.frequent import frequent_background
from truceline.errors import InputError

PERSON = (slice(10, 30), slice(20, 30))


def scene():
    blocks = np.random.default_rng(3).integers(60, 160, (4, 5, 3))
    return np.kron(blocks, np.ones((10, 10, 1), int)).astype(np.uint8)


def with_person(level):
    picture = scene()
    picture[PERSON] = level
    return picture


def learnt(samples, floor=FLOOR_VISIBLE):
    return frequent_background(samples, centre_utc_ns=START, floor=floor)


def test_a_background_needs_a_picture():
    with pytest.raises(InputError, match="at least one picture"):
        learnt([])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_still_scene_is_its_own_background(count):
    background = learnt([scene()] * count)
    np.testing.assert_array_equal(background.bgr, scene())
    assert (background.threshold == FLOOR_VISIBLE).all()
    assert background.centre_utc_ns == START


def test_those_who_come_and_go_differ_and_the_scene_does_not():
    """Somebody is there for six samples of ten, each time in other clothes: a median shows one of them."""
    samples = [with_person(level) for level in (180, 195, 210, 225, 240, 255)] + [scene()] * 4
    np.testing.assert_array_equal(learnt(samples, floor=12).bgr, scene())
    assert (np.median(samples, axis=0)[PERSON] != scene()[PERSON]).any()


def test_automatic_gain_is_taken_out_before_values_are_compared():
    generator = np.random.default_rng(5)
    offsets = [0, 0, 0, 30, -25, 12, 0, 40, -30]
    samples = []
    for offset in offsets:
        noisy = scene().astype(int) + offset + generator.integers(-1, 2, scene().shape)
        samples.append(noisy.astype(np.uint8))
    background = learnt(samples)
    assert np.abs(background.bgr.astype(int) - scene()).max() <= 2
    assert (background.threshold == FLOOR_VISIBLE).all()


def test_foliage_raises_its_threshold_and_a_standing_person_does_not():
    generator = np.random.default_rng(6)
    samples = []
    for number in range(20):
        picture = with_person(230) if number < 8 else scene()
        picture[:10] = generator.integers(40, 200, (10, 50, 3))
        samples.append(picture)
    background = learnt(samples)
    assert np.median(background.threshold[:10]) > 3 * FLOOR_VISIBLE
    assert (background.threshold[PERSON] == FLOOR_VISIBLE).all()
    np.testing.assert_array_equal(background.bgr[PERSON], scene()[PERSON])


def test_the_samples_are_not_changed():
    samples = [with_person(200), scene(), scene()]
    before = [sample.copy() for sample in samples]
    learnt(samples)
    np.testing.assert_array_equal(samples, before)
