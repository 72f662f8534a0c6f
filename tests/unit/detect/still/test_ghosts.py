import numpy as np
import pytest

from truceline.detect.still.ghosts import FEWEST_SAMPLES, without_standing

THRESHOLD = 24
PERSON = (slice(20, 44), slice(30, 40))


def ground():
    """A scene without hard edges where the person stands."""
    rows, columns = np.indices((64, 80))
    level = 100 + rows // 4 + columns // 8
    return np.repeat(level[..., None], 3, axis=2).astype(np.uint8)


def with_box(picture, place, level):
    changed = picture.copy()
    changed[place] = level
    return changed


def mended(samples):
    median = np.sort(np.stack(samples), axis=0)[len(samples) // 2]
    return median, without_standing(samples, median, threshold=THRESHOLD)


def test_who_stood_for_most_of_the_clip_is_taken_out():
    samples = [with_box(ground(), PERSON, 220)] * 14 + [ground()] * 6
    median, clean = mended(samples)
    assert (median[PERSON] == 220).all()  # the median alone shows the person
    np.testing.assert_array_equal(clean, ground())


def test_what_stands_for_good_is_the_scene():
    samples = [with_box(ground(), PERSON, 220)] * 20
    median, clean = mended(samples)
    np.testing.assert_array_equal(clean, median)


def test_who_stood_for_less_than_half_of_the_clip_was_never_in_it():
    samples = [with_box(ground(), PERSON, 220)] * 8 + [ground()] * 12
    median, clean = mended(samples)
    np.testing.assert_array_equal(median, ground())
    np.testing.assert_array_equal(clean, ground())


@pytest.mark.parametrize(("away", "removed"), [(FEWEST_SAMPLES - 1, False), (FEWEST_SAMPLES, True)])
def test_the_scene_must_have_been_seen_often_enough(away, removed):
    samples = [with_box(ground(), PERSON, 220)] * (20 - away) + [ground()] * away
    _, clean = mended(samples)
    assert (clean[PERSON] != 220).all() == removed


def test_passers_by_who_all_look_different_are_not_the_scene():
    """In front of a box that stands for good people pass, each in other clothes."""
    scene = with_box(ground(), PERSON, 220)
    passers = [with_box(scene, PERSON, level) for level in (10, 60, 120, 165, 30, 90)]
    median, clean = mended([scene] * 14 + passers)
    np.testing.assert_array_equal(clean, median)


def test_the_samples_and_the_median_are_not_changed():
    samples = [with_box(ground(), PERSON, 220)] * 14 + [ground()] * 6
    before = [sample.copy() for sample in samples]
    median, _ = mended(samples)
    np.testing.assert_array_equal(samples, before)
    assert (median[PERSON] == 220).all()


def test_at_the_border_of_the_picture():
    corner = (slice(0, 24), slice(70, 80))
    samples = [with_box(ground(), corner, 220)] * 14 + [ground()] * 6
    _, clean = mended(samples)
    np.testing.assert_array_equal(clean, ground())


def test_passers_by_who_look_alike_do_not_keep_the_ghost_in():
    """Others in like clothes pass behind the one who stands, each beside his outline for a sample."""
    samples = [with_box(ground(), PERSON, 220)] * 14 + [ground()] * 6
    for number in range(12):
        left = 4 + 6 * number
        passer = (slice(14, 38), slice(left, left + 8))
        samples[number] = with_box(with_box(samples[number], passer, 200 + number), PERSON, 220)
    for number in (14, 15):
        samples[number] = with_box(samples[number], (slice(14, 38), slice(22, 30)), 200)
    median, clean = mended(samples)
    assert (median[PERSON] == 220).all()
    np.testing.assert_array_equal(clean, ground())


def test_who_moved_a_step_aside_is_taken_out_where_he_stands_and_not_put_in_where_he_stood():
    stood = (slice(20, 44), slice(46, 56))
    shadow = (slice(40, 44), slice(40, 46))  # joins both places
    before = with_box(with_box(ground(), stood, 220), shadow, 60)
    after = with_box(with_box(ground(), PERSON, 220), shadow, 100)
    median, clean = mended([before] * 6 + [after] * 14)
    assert (median[PERSON] == 220).all()
    np.testing.assert_array_equal(clean[PERSON], ground()[PERSON])
    np.testing.assert_array_equal(clean[stood], ground()[stood])
