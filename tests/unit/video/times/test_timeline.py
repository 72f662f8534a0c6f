"""What the packets say about time before anything is decoded."""

from itertools import pairwise

import numpy as np
import pytest

from tests.unit.video.times.test_ledger import index_of
from truceline.video.seeking import Start, end_of_first_pictures, start_before, start_for
from truceline.video.times.mending import LOOK_AHEAD, MOST_JUMP_S, RESTART_BOUND_S, mended
from truceline.video.times.showing import ShowingOrder
from truceline.video.times.timeline import GAP_FACTOR, Stamping, even_timeline, lay_out, usual_steps

TENTHS = Stamping(tick_s=0.1, claimed_step=1.0)


def mend(stamps, *, step=10.0, tick_s=0.01):
    return mended(np.array(stamps, dtype=np.int64), step=step, tick_s=tick_s)


def usual_one_by_one(ticks, step):
    """The rule in words: the median of up to 25 steps before, the claim while there are fewer than five."""
    usual = []
    for slot in range(len(ticks)):
        recent = [later - earlier for earlier, later in pairwise(ticks[:slot])][-25:]
        usual.append(float(sorted(recent)[len(recent) // 2]) if len(recent) >= 5 else step)
    return usual


@pytest.mark.parametrize("count", [1, 2, 5, 6, 7, 25, 26, 27, 28, 90])
def test_the_usual_step_is_the_median_of_the_steps_lately(count):
    ticks = np.cumsum(np.random.default_rng(count).integers(1, 30, count))
    assert usual_steps(ticks, step=4.0).tolist() == usual_one_by_one(ticks.tolist(), 4.0)


def test_the_usual_step_of_a_long_recording_is_worked_out_in_blocks(monkeypatch):
    ticks = np.cumsum(np.random.default_rng(3).integers(1, 30, 200))
    whole = usual_steps(ticks, step=4.0)
    monkeypatch.setattr("truceline.video.times.timeline._BLOCK", 17)
    assert usual_steps(ticks, step=4.0).tolist() == whole.tolist()


def test_a_jump_is_more_than_the_factor():
    step = 4
    for over, jumps in ((0, False), (1, True)):
        ticks = [0, step, step + int(step * GAP_FACTOR) + over]
        timeline = lay_out(index_of(ticks), Stamping(tick_s=0.1, claimed_step=float(step)))
        assert timeline.jump.tolist() == [False, False, jumps]


def test_one_long_step_does_not_spoil_the_usual_one():
    timeline = lay_out(index_of([0, 10, 20, 520, 530, 540, 550, 576]), Stamping(0.01, 10.0))
    assert timeline.jump.tolist() == [False] * 3 + [True] + [False] * 3 + [True]
    assert timeline.step == 10.0


def test_frames_stand_in_the_order_of_showing():
    timeline = lay_out(index_of([0, 3, 1, 2, 6, 4, 5], dts=range(-1, 6)), TENTHS)
    assert timeline.ticks.tolist() == list(range(7))
    assert timeline.slot_of is not None
    assert timeline.slot_of.tolist() == [0, 3, 1, 2, 6, 4, 5]
    assert timeline.wrong_stamps == 0


def test_hidden_packets_have_no_slot():
    timeline = lay_out(index_of([-2, -1, 0, 1], hidden=[0, 1]), TENTHS)
    assert timeline.ticks.tolist() == [0, 1]
    assert timeline.slot_of is not None
    assert timeline.slot_of.tolist() == [-1, -1, 0, 1]


def test_missing_stamps_take_the_places_that_are_free():
    stamps = [0, 30, None, 20, 60, None, 50, 90, 70, 80]
    timeline = lay_out(index_of(stamps, dts=range(-10, 90, 10)), Stamping(0.01, 10.0))
    assert timeline.ticks.tolist() == list(range(0, 100, 10))
    assert timeline.slot_of is not None
    assert timeline.slot_of.tolist() == [0, 3, 1, 2, 6, 4, 5, 9, 7, 8]
    assert timeline.wrong_stamps == 2
    assert (timeline.doubt_s > 0).tolist() == [slot in (1, 4) for slot in range(10)]


def test_a_stamp_of_showing_that_cannot_be_is_replaced():
    stamps = [0, 10, 5_000_000, 30, -(10**9), 50]
    timeline = lay_out(index_of(stamps, dts=range(0, 60, 10)), Stamping(0.01, 10.0))
    assert timeline.ticks.tolist() == [0, 10, 20, 30, 40, 50]
    assert timeline.wrong_stamps == 2


def test_without_any_stamp_frames_are_counted():
    timeline = lay_out(index_of([None] * 4), Stamping(0.1, 2.0))
    assert timeline.ticks.tolist() == [0, 2, 4, 6]
    assert timeline.unstamped
    assert timeline.slot_of is None


def test_stamps_that_a_reader_made_up_are_not_believed():
    timeline = lay_out(index_of([0, 7, 900]), Stamping(0.1, 2.0, unstamped=True))
    assert timeline.ticks.tolist() == [0, 2, 4]


def test_decoding_times_are_late_where_frames_are_held_back():
    decoding = [0, 10, 20, 30, 90, 100]
    stamping = Stamping(0.01, 10.0, in_file_order=True, held_back=2)
    assert lay_out(index_of(decoding), stamping).ticks.tolist() == [0, 10, 70, 80, 90, 100]


def test_even_pictures():
    timeline = even_timeline(4, step=2.5)
    assert timeline.ticks.tolist() == [0, 2, 5, 8]
    assert timeline.end == 10
    assert not timeline.jump.any()


@pytest.mark.parametrize(
    ("stamps", "ticks", "restarts", "wrong"),
    [
        pytest.param([0], [0], [], 0, id="one"),
        pytest.param([0, 10, 20], [0, 10, 20], [], 0, id="whole"),
        pytest.param([0, 10, 200, 210], [0, 10, 200, 210], [], 0, id="a jump is no fault"),
        pytest.param([0, 10, 2000, 30, 40], [0, 10, 20, 30, 40], [], 1, id="one far ahead"),
        pytest.param([0, 10, 80, 90, 40, 50], [0, 10, 20, 30, 40, 50], [], 2, id="two somewhat ahead"),
        pytest.param([500, 510, 0, 530, 540], [500, 510, 520, 530, 540], [], 1, id="one behind"),
        pytest.param([500, 510, 520, 0, 10, 20], [500, 510, 520, 540, 550, 560], [3], 0, id="starts anew"),
        pytest.param(
            [500, 510, 0, 10, 20, 30, 0, 10],
            [500, 510, 530, 540, 550, 560, 580, 590],
            [2, 6],
            0,
            id="starts anew twice",
        ),
        pytest.param([0, 10, 10**15, 10**15 + 10], [0, 10, 30, 40], [2], 0, id="leaps by years"),
        pytest.param([0, 10, 5, 20], [0, 10, 5, 20], [], 0, id="a little back is jitter"),
    ],
)
def test_stamps_are_made_to_run_on(stamps, ticks, restarts, wrong):
    result = mend(stamps)
    assert result.ticks.tolist() == ticks
    assert list(result.restarts) == restarts
    assert result.wrong == wrong
    assert not result.worthless


def test_what_is_mended_has_a_doubt():
    result = mend([0, 10, 2000, 30, 40])
    assert result.doubt_s.tolist() == pytest.approx([0, 0, 0.3, 0, 0])
    result = mend([500, 510, 520, 0, 10])
    assert result.doubt_s.tolist() == [0, 0, 0, RESTART_BOUND_S, RESTART_BOUND_S]


def test_a_jump_of_a_day_is_believed_and_a_longer_one_is_not():
    day = round(MOST_JUMP_S / 0.01)
    assert mend([0, 10, 10 + day]).restarts == ()
    assert mend([0, 10, 11 + day]).restarts == (2,)


def test_a_stretch_that_is_wrong_for_too_long_starts_anew():
    count = LOOK_AHEAD + 5
    stamps = [0, 10, *range(100_000, 100_000 + 10 * count, 10), *range(20 + 10 * count, 100 + 10 * count, 10)]
    assert len(mend(stamps).restarts) == 1


def test_stamps_without_any_order_are_not_believed():
    stamps = np.random.default_rng(5).integers(-(2**62), 2**62, 200)
    result = mend(stamps)
    assert result.worthless
    assert result.ticks.tolist() == [10 * number for number in range(200)]
    timeline = lay_out(index_of(stamps.tolist()), Stamping(0.01, 10.0))
    assert timeline.unstamped
    assert timeline.ticks.tolist() == [10 * number for number in range(200)]


def given_slots(order, *, keyframes, first=0, failed=()):
    showing = ShowingOrder(first)
    slots = []
    for ordinal in order:
        for bad in failed:
            if bad < ordinal:
                showing.failed(bad)
        slots.append(showing.slot_of(ordinal, keyframe=ordinal in keyframes))
    return slots


# Packets 0 to 11 are shown as 0 2 3 1 | 5 4 | 8 7 6 ... with keyframes 0 and 6; 7 and 8 are shown before 6.
ORDER = [0, 2, 3, 1, 5, 4, 7, 8, 6, 10, 11, 9]


def test_frames_that_were_held_back_get_the_slots_in_which_they_are_shown():
    assert given_slots(ORDER, keyframes={0, 6}) == list(range(12))


def test_slots_are_the_same_wherever_decoding_started():
    order = [*ORDER, 13, 14, 12, 16, 17, 15]
    assert given_slots(order, keyframes={0, 6, 12})[8:] == list(range(8, 18))
    # Started at 6, the decoder cannot give 7 and 8; from the next keyframe on every slot is right.
    started = given_slots([6, 10, 11, 9, 13, 14, 12, 16, 17, 15], keyframes={6, 12}, first=6)
    assert started[6:] == [14, 15, 16, 17]


def test_a_failed_packet_leaves_its_slot_free():
    assert given_slots([0, 1, 3, 4], keyframes={0}, failed=[2]) == [0, 1, 3, 4]


@pytest.mark.parametrize(
    ("slot", "start"),
    [
        (0, Start(0, 0)),
        (4, Start(0, 0)),
        (5, Start(0, 5)),
        (9, Start(0, 5)),
        (10, Start(5, 10)),
        (14, Start(5, 10)),
    ],
)
def test_decoding_starts_a_keyframe_before_the_last(slot, start):
    index = index_of(range(15), keyframes=(0, 5, 10))
    assert start_for(index, lay_out(index, TENTHS), slot=slot) == start


def test_where_the_order_is_known_from_decoding_only_the_start_leaves_room_for_it():
    index = index_of(range(60), keyframes=(0, 10, 20, 30))
    timeline = lay_out(index, Stamping(0.1, 1.0, in_file_order=True))
    assert start_for(index, timeline, slot=40) == Start(10, 36)


def test_the_keyframes_around_a_start():
    index = index_of(range(15), keyframes=(0, 5, 10))
    assert [start_before(index, start=start) for start in (10, 5, 0)] == [5, 0, 0]
    assert [end_of_first_pictures(index, start=start) for start in (0, 5, 10)] == [5, 10, 15]
