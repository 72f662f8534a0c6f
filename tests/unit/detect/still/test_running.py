"""The background of footage that is still coming."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from tests.unit.video.clips import START
from truceline.detect.still.background import FLOOR_VISIBLE, median_background
from truceline.detect.still.running import (
    FIRST_SAMPLES,
    FIRST_STEP_S,
    LONGEST_STEP_S,
    MOST_SAMPLES,
    PERSON_TALLER_SHARE,
    PERSON_WIDER_SHARE,
    RENEWED_AFTER_SHARE,
    USUAL_STEP_S,
    RunningBackground,
    without_people,
)
from truceline.records.time import NS_PER_S, UtcNs

LEARN = partial(median_background, floor=FLOOR_VISIBLE)
HEIGHT, WIDTH, LEVEL = 24, 32, 100
PERSON = (slice(6, 20), slice(10, 16))
RATE_HZ = 25


def scene():
    rows, columns = np.indices((HEIGHT, WIDTH))
    return np.repeat((LEVEL + rows // 4 + columns // 4)[..., None], 3, axis=2).astype(np.uint8)


def with_person(level=220):
    picture = scene()
    picture[PERSON] = level
    return picture


def free_of(*places):
    free = np.ones((HEIGHT, WIDTH), np.uint8)
    for place in places:
        free[place] = 0
    return free


def at(seconds):
    return UtcNs(START + round(seconds * NS_PER_S))


def fed(frames, *, seconds, rate_hz=RATE_HZ):
    """A background fed with what ``frames(at_s)`` gives (picture, free), and when it took a sample."""
    running, taken = RunningBackground(learn=LEARN), []
    for at_s in np.arange(round(seconds * rate_hz)) / rate_hz:
        if running.is_due(at(at_s)):
            picture, free = frames(at_s)
            running.learn(at(at_s), picture, free=free)
            taken.append(float(at_s))
    return running, taken


def test_before_the_first_frame_there_is_none_and_after_it_there_is():
    running = RunningBackground(learn=LEARN)
    assert running.background is None
    assert running.is_due(START)
    running, _ = fed(lambda _: (scene(), free_of()), seconds=1 / RATE_HZ)
    np.testing.assert_array_equal(running.background.bgr, scene())
    assert running.background.centre_utc_ns == START


def test_samples_are_dense_at_first_and_then_one_a_second():
    _, taken = fed(lambda _: (scene(), free_of()), seconds=40)
    steps = np.diff(taken)
    np.testing.assert_allclose(steps[: FIRST_SAMPLES - 1], FIRST_STEP_S, atol=1e-6)
    np.testing.assert_allclose(steps[FIRST_SAMPLES - 1 :], USUAL_STEP_S, atol=1e-6)


def test_steps_grow_until_the_longest_and_stay_there():
    _, taken = fed(lambda _: (scene(), free_of()), seconds=600, rate_hz=5)
    steps = np.diff(taken)
    assert sorted({round(float(step), 1) for step in steps[FIRST_SAMPLES - 1 :]}) == [1.0, 2.0, 4.0]
    np.testing.assert_allclose(steps[-60:], LONGEST_STEP_S)
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(steps))


def test_a_frame_is_due_however_its_time_is_rounded():
    running = RunningBackground(learn=LEARN)
    running.learn(START, scene(), free=free_of())
    assert not running.is_due(UtcNs(at(FIRST_STEP_S) - 10_000))
    assert running.is_due(UtcNs(at(FIRST_STEP_S) - 1))


def test_room_is_made_and_what_is_old_is_forgotten():
    """Somebody parks a cart: after some minutes the scene holds it. No more than sixty samples are held."""
    parked_s = 300.0
    running, taken = fed(
        lambda at_s: (with_person() if at_s > parked_s else scene(), free_of()), seconds=700, rate_hz=4
    )
    np.testing.assert_array_equal(running.background.bgr, with_person())
    back_s = taken[-1] - (running.background.centre_utc_ns - START) / NS_PER_S
    whole_s = MOST_SAMPLES * LONGEST_STEP_S
    assert back_s <= whole_s / 2 + RENEWED_AFTER_SHARE * whole_s


def test_the_background_is_always_of_samples_already_taken():
    running = RunningBackground(learn=LEARN)
    for at_s in np.arange(0, 30, FIRST_STEP_S):
        if running.is_due(at(at_s)):
            running.learn(at(at_s), scene(), free=free_of())
        assert running.background is not None
        assert START <= running.background.centre_utc_ns <= at(at_s)


def test_a_known_person_does_not_fade_in_however_long_he_stands():
    """The scene was seen for three seconds; then a known guard stands there for a quarter of an hour."""

    def frames(at_s):
        return (scene(), free_of()) if at_s < 3 else (with_person(), free_of(PERSON))

    running, _ = fed(frames, seconds=900, rate_hz=4)
    np.testing.assert_array_equal(running.background.bgr, scene())
    assert (running.background.threshold == FLOOR_VISIBLE).all()


def test_where_he_stood_is_learnt_anew_when_he_has_gone():
    """The ground under him has changed meanwhile: it is not held for ever."""

    def frames(at_s):
        if at_s < 3:
            return scene(), free_of()
        if at_s < 600:
            return with_person(), free_of(PERSON)
        return with_person(level=160), free_of()

    running, _ = fed(frames, seconds=1200, rate_hz=4)
    np.testing.assert_array_equal(running.background.bgr, with_person(level=160))


def test_what_is_not_known_to_be_a_person_is_learnt_in_minutes():
    """The same picture, but nothing says that it is a person: a cart that was parked."""
    running, _ = fed(lambda at_s: (scene() if at_s < 3 else with_person(), free_of()), seconds=300, rate_hz=4)
    np.testing.assert_array_equal(running.background.bgr, with_person())


def test_who_stood_there_when_it_began_leaves_no_ghost():
    """Nobody is known yet; he walks off after two seconds, and within three more the ground is seen again."""
    running, _ = fed(lambda at_s: (with_person() if at_s < 2 else scene(), free_of()), seconds=5)
    np.testing.assert_array_equal(running.background.bgr, scene())


def test_where_somebody_is_always_known_to_stand_the_picture_is_taken_as_it_is():
    """A pixel that is never free still has a value: the frames' own."""
    running, _ = fed(lambda _: (with_person(), free_of(PERSON)), seconds=20)
    np.testing.assert_array_equal(running.background.bgr, with_person())


def masked(*places):
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for place in places:
        mask[place] = 1
    return mask


def test_only_what_differs_inside_a_persons_box_is_left_out():
    mask = masked((slice(8, 18), slice(11, 15)), (slice(2, 5), slice(25, 30)))
    free = without_people(mask, [np.array([10.0, 6.0, 16.0, 20.0])])
    np.testing.assert_array_equal(free, free_of((slice(8, 18), slice(11, 15))))


def test_the_box_is_grown_for_arms_and_shadows():
    box = np.array([10.0, 4.0, 18.0, 20.0])
    free = without_people(np.ones((HEIGHT, WIDTH), np.uint8), [box])
    wider, taller = PERSON_WIDER_SHARE * 8, PERSON_TALLER_SHARE * 16
    rows, columns = np.nonzero(free == 0)
    assert (columns.min(), columns.max() + 1) == (int(10 - wider), int(18 + wider))
    assert (rows.min(), rows.max() + 1) == (int(4 - taller), int(20 + taller))


def test_overlapping_people_are_all_left_out():
    mask = np.ones((HEIGHT, WIDTH), np.uint8)
    boxes = [np.array([4.0, 4.0, 12.0, 20.0]), np.array([8.0, 6.0, 16.0, 22.0])]
    both = without_people(mask, boxes)
    alone = [without_people(mask, [box]) for box in boxes]
    np.testing.assert_array_equal(both, alone[0] & alone[1])


@pytest.mark.parametrize(
    "box",
    [(-9, -9, -4, -3), (40, 5, 50, 20), (5, 30, 10, 50), (5, 5, 5, 5)],
    ids=["above and left", "to the right", "below", "empty"],
)
def test_a_box_out_of_sight_leaves_everything_free(box):
    assert without_people(np.ones((HEIGHT, WIDTH), np.uint8), [np.array(box, float)]).all()


def test_nobody_leaves_everything_free():
    assert without_people(np.ones((HEIGHT, WIDTH), np.uint8), []).all()
