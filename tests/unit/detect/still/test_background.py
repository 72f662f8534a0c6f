import numpy as np
import pytest

from tests.unit.video.clips import START
from truceline.detect.evidence import evidence
from truceline.detect.still.background import (
    CHANGED_SHARE,
    FEWEST_FREE,
    FLOOR_THERMAL,
    FLOOR_VISIBLE,
    NOISE_FACTOR,
    level_against,
    median_background,
)
from truceline.errors import InputError

HEIGHT, WIDTH = 60, 80
SUBJECT = (slice(20, 44), slice(30, 40))


def scene(seed=1):
    """A scene with texture: levels from 60 to 180."""
    coarse = np.random.default_rng(seed).integers(60, 180, (HEIGHT // 10, WIDTH // 10, 3))
    return np.kron(coarse, np.ones((10, 10, 1), int)).astype(np.uint8)


def with_subject(picture, place=SUBJECT, level=250):
    changed = picture.copy()
    changed[place] = level
    return changed


def learnt(samples, floor=FLOOR_VISIBLE):
    return median_background(samples, centre_utc_ns=START, floor=floor)


def exact(mask, place=SUBJECT):
    """Share of the subject's pixels that are in the mask, and how many others are."""
    wanted = np.zeros(mask.shape, bool)
    wanted[place] = True
    return mask[wanted].mean(), int(mask[~wanted].sum())


def test_a_background_needs_a_picture():
    with pytest.raises(InputError, match="at least one picture"):
        learnt([])


def test_one_picture_is_its_own_background():
    background = learnt([scene()])
    np.testing.assert_array_equal(background.bgr, scene())
    assert (background.threshold == FLOOR_VISIBLE).all()
    assert background.centre_utc_ns == START


@pytest.mark.parametrize("count", [3, 4, 9])
def test_the_median_and_its_deviation_are_those_of_numpy(count):
    stack = np.random.default_rng(2).integers(0, 256, (count, 6, 7, 3), dtype=np.uint8)
    background = learnt(list(stack), floor=1)
    middle = np.sort(stack, axis=0)[count // 2]
    np.testing.assert_array_equal(background.bgr, middle)
    apart = np.sort(np.abs(stack.astype(int) - middle), axis=0)[count // 2].max(axis=2)
    np.testing.assert_array_equal(
        background.threshold, np.clip(NOISE_FACTOR * 1.4826 * apart, 1, 255).astype(int)
    )


def test_what_moves_does_not_enter():
    samples = [with_subject(scene(), (slice(20, 40), slice(5 * n, 5 * n + 8))) for n in range(12)]
    np.testing.assert_array_equal(learnt(samples).bgr, scene())


def test_who_stands_for_a_third_of_the_time_does_not_fade_in():
    samples = [with_subject(scene())] * 20 + [scene()] * 40
    background = learnt(samples)
    np.testing.assert_array_equal(background.bgr, scene())
    assert exact(evidence(with_subject(scene()), background).mask)[0] > 0.95


def test_a_still_scene_has_no_foreground():
    seen = evidence(scene(), learnt([scene()] * 3))
    assert seen.mask.sum() == 0
    assert not seen.changed


def test_a_subject_is_seen_where_it_is():
    share, others = exact(evidence(with_subject(scene()), learnt([scene()] * 3)).mask)
    assert share > 0.95
    assert others < 20


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 25), (1.0, -25), (0.75, 10), (1.2, -8), (0.4, 70)])
def test_automatic_exposure_is_taken_out(gain, offset):
    exposed = np.clip(with_subject(scene(), level=20) * gain + offset, 0, 255).astype(np.uint8)
    seen = evidence(exposed, learnt([scene()] * 3))
    share, others = exact(seen.mask)
    assert not seen.changed
    assert share > 0.9
    assert others < 40


@pytest.mark.parametrize("floor", [FLOOR_VISIBLE, FLOOR_THERMAL])
def test_the_floor_is_the_smallest_difference_that_counts(floor):
    flat = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    background = learnt([flat] * 3, floor=floor)
    at = evidence(with_subject(flat, level=100 + floor), background)
    above = evidence(with_subject(flat, level=101 + floor), background)
    assert at.mask.sum() == 0
    assert exact(above.mask)[0] > 0.95


def test_a_pixel_that_flickers_needs_more_than_one_that_does_not():
    generator = np.random.default_rng(4)
    flat = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    samples = []
    for _ in range(31):
        leaves = flat.copy()
        leaves[:, :40] = generator.integers(80, 121, (HEIGHT, 40, 3))
        samples.append(leaves)
    background = learnt(samples)
    assert np.median(background.threshold[:, :40]) > 2 * FLOOR_VISIBLE
    assert (background.threshold[:, 40:] == FLOOR_VISIBLE).all()
    assert evidence(samples[0], background).mask.sum() == 0


@pytest.mark.parametrize(
    ("share", "changed"), [(CHANGED_SHARE - 0.05, False), (CHANGED_SHARE + 0.05, True)], ids=["less", "more"]
)
def test_a_picture_that_changed_as_a_whole_says_so(share, changed):
    flat = np.full((100, 100, 3), 100, np.uint8)
    half = flat.copy()
    half[: round(100 * share)] = 220
    assert evidence(half, learnt([flat])).changed == changed


def test_another_scene_means_nothing():
    assert evidence(scene(9), learnt([scene(1)] * 3)).changed


def test_a_single_grain_is_no_foreground():
    grain = scene()
    grain[30, 30] = 255 - grain[30, 30]
    grain[10, 60] = 0
    assert evidence(grain, learnt([scene()] * 3)).mask.sum() == 0


def test_samples_in_which_somebody_is_known_to_stand_do_not_count_there():
    """He stands there for two thirds of the samples, and every one of them says so."""
    free = np.ones((HEIGHT, WIDTH), np.uint8)
    free[SUBJECT] = 0
    everywhere = np.ones_like(free)
    background = median_background(
        [with_subject(scene())] * 8 + [scene()] * 4,
        centre_utc_ns=START,
        floor=FLOOR_VISIBLE,
        free=[free] * 8 + [everywhere] * 4,
    )
    np.testing.assert_array_equal(background.bgr, scene())
    assert (background.threshold == FLOOR_VISIBLE).all()


@pytest.mark.parametrize(
    ("times", "learnt_there"), [(FEWEST_FREE - 1, True), (FEWEST_FREE, False)], ids=["once", "often enough"]
)
def test_a_pixel_that_is_hardly_ever_free_is_taken_from_all_samples(times, learnt_there):
    free = np.ones((HEIGHT, WIDTH), np.uint8)
    free[SUBJECT] = 0
    background = median_background(
        [with_subject(scene())] * (10 - times) + [scene()] * times,
        centre_utc_ns=START,
        floor=FLOOR_VISIBLE,
        free=[free] * (10 - times) + [np.ones_like(free)] * times,
    )
    assert bool((background.bgr[SUBJECT] == 250).all()) == learnt_there


def plain_level(frame, background):
    """The method of ``level_against`` with NumPy's medians and least squares."""
    stride = max(1, int(np.sqrt(frame.shape[0] * frame.shape[1] / 4000)))
    ours, theirs = (one[::stride, ::stride].astype(float).ravel() for one in (background, frame))
    gain, offset = 1.0, np.median(theirs - ours)
    for _ in range(3):
        residual = np.abs(theirs - gain * ours - offset)
        kept = residual <= 3 * max(np.median(residual), 1.0)
        if ours[kept].var() < 1.0:
            break
        gain, offset = np.polyfit(ours[kept], theirs[kept], 1)
    return gain, offset


@pytest.mark.parametrize("seed", range(16))
def test_the_level_is_that_of_plain_medians_and_least_squares(seed):
    draw = np.random.default_rng(seed)
    shape = (*draw.integers(2, 200 if seed < 8 else 5, 2), 3)
    background = draw.integers(0, 256, shape).astype(np.uint8)
    lit = background * draw.uniform(0.6, 1.4) + draw.uniform(-40, 40) + draw.normal(0, 4 * (seed % 8), shape)
    frame = np.clip(lit, 0, 255).astype(np.uint8)
    frame[: shape[0] // 4] = draw.integers(0, 256)
    np.testing.assert_allclose(level_against(frame, background), plain_level(frame, background), rtol=1e-4)


def test_one_pixel_and_one_grey_have_a_level():
    one, grey = np.full((1, 1, 3), 40, np.uint8), np.full((30, 40, 3), 90, np.uint8)
    np.testing.assert_array_equal(level_against(one + np.uint8(7), one), [1.0, 7.0])
    np.testing.assert_array_equal(level_against(grey - np.uint8(9), grey), [1.0, -9.0])
