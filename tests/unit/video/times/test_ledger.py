from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from tests.unit.video.clips import START
from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.records.frames import Footage
from truceline.records.time import UtcNs, UtcSpan
from truceline.video.times.index import NO_TIME, PacketIndex
from truceline.video.times.ledger import Ledger, clipped_gaps, joined_gaps
from truceline.video.times.timeline import Stamping, lay_out
from truceline.video.times.timing import MediaClock

FOOTAGE = Footage("clip.mp4", sha256_of(b"clip"), 4, "west", 64, 48, 10.0, None, START, 1.0, "a test")
CLOCK = MediaClock(START, 1.0, Fraction(1, 10), Fraction(1))


def index_of(pts, *, dts=None, hidden=(), keyframes=(0,)):
    """The index of packets with these stamps; None is a stamp that is missing."""
    count = len(pts)
    stamps = np.array([NO_TIME if one is None else one for one in pts], dtype=np.int64)
    decoding = stamps if dts is None else np.array([NO_TIME if one is None else one for one in dts])
    flags = np.zeros((3, count), dtype=np.bool_)
    flags[0, list(keyframes)] = True
    flags[2, list(hidden)] = True
    places = np.arange(count) * 100
    return PacketIndex(
        pts=stamps,
        dts=decoding.astype(np.int64),
        position=places,
        size_bytes=np.full(count, 100),
        keyframe=flags[0],
        corrupt=flags[1],
        hidden=flags[2],
        ended_early=False,
    )


def timeline_of(ticks):
    return lay_out(index_of(ticks), Stamping(tick_s=0.1, claimed_step=1.0))


def booked(ticks, failed=(), claimed_end=None):
    """What a ledger books of frames at tenths of a second, of which some slots fail."""
    timeline = timeline_of(ticks)
    ledger = Ledger(FOOTAGE, CLOCK, timeline=timeline)
    stamps = [ledger.admit(slot) for slot in range(len(ticks)) if slot not in failed]
    return stamps, ledger.close(range(len(ticks)), claimed_end=claimed_end)


def gaps_of(result):
    return [
        (gap.reason.kind, (gap.span.start_utc_ns - START) / 1e9, (gap.span.end_utc_ns - START) / 1e9)
        for gap in result.gaps
    ]


@pytest.mark.parametrize(
    ("ticks", "failed", "claimed_end", "gaps"),
    [
        pytest.param([0], [], None, [], id="one frame"),
        pytest.param([0, 1, 2, 3], [], 4, [], id="whole"),
        pytest.param([0, 1, 3, 4], [], None, [], id="one dropped frame is jitter"),
        pytest.param([0, 1, 4, 5], [], None, [("missing", 0.2, 0.4)], id="two dropped frames"),
        pytest.param([0, 1, 2, 3], [1], None, [("damaged", 0.1, 0.2)], id="a damaged frame"),
        pytest.param([0, 1, 2, 3, 4], [1, 2], None, [("damaged", 0.1, 0.3)], id="two, as one gap"),
        pytest.param([0, 1, 1, 2], [2], None, [], id="a packet without a frame, and no time lost"),
        pytest.param([0, 1, 2], [0], None, [("damaged", 0.0, 0.1)], id="the first frame"),
        pytest.param([0, 1, 2], [2], None, [("damaged", 0.2, 0.3)], id="the last frame"),
        pytest.param(
            [0, 1, 2],
            [2],
            9,
            [("damaged", 0.2, 0.3), ("cut short", 0.3, 0.9)],
            id="damaged at the end, and more claimed",
        ),
        pytest.param(
            [0, 1, 2, 9, 10],
            [2],
            None,
            [("damaged", 0.2, 0.3), ("missing", 0.3, 0.9)],
            id="damage before frames that are missing: each by its own cause",
        ),
        pytest.param([5, 6, 7], [], 8, [], id="starts late"),
    ],
)
def test_what_is_booked(ticks, failed, claimed_end, gaps):
    _, result = booked(ticks, failed, claimed_end)
    assert [kind for kind, *_ in gaps_of(result)] == [kind for kind, *_ in gaps]
    for got, expected in zip(gaps_of(result), gaps, strict=True):
        assert got[1:] == pytest.approx(expected[1:])


def test_the_account_says_what_was_expected_given_and_lost():
    _, result = booked(range(6), failed=[2, 3])
    assert (result.account.expected, result.account.given, result.account.lost) == (6, 4, 2)
    assert result.span.seconds == pytest.approx(0.6)


def test_a_frame_whose_time_has_passed_is_not_admitted_but_counted():
    ledger = Ledger(FOOTAGE, CLOCK, timeline=timeline_of(range(4)))
    stamps = [ledger.admit(slot) for slot in (0, 2, 1, 2, 3, 4, -1)]
    assert [stamp.pts if stamp else None for stamp in stamps] == [0, 2, None, None, 3, None, None]
    assert [stamp.index for stamp in stamps if stamp] == [0, 2, 3]
    result = ledger.close(range(4))
    assert result.account.surplus == 4
    assert gaps_of(result) == [("damaged", pytest.approx(0.1), pytest.approx(0.2))]


def test_frames_that_may_rest_on_damage_are_counted():
    ledger = Ledger(FOOTAGE, CLOCK, timeline=timeline_of(range(3)))
    for slot, intact in enumerate([True, False, True]):
        ledger.admit(slot, intact=intact)
    assert ledger.close(range(3)).account.shaken == 1


def test_a_stamp_says_where_it_comes_from():
    (stamp,), result = booked([20])
    assert stamp is not None
    assert (stamp.camera_id, stamp.source, stamp.pts) == ("west", FOOTAGE.digest, 20)
    assert stamp.utc_ns == START + 2_000_000_000
    assert stamp.bound_s == pytest.approx(1.0002)
    assert result.span.seconds == pytest.approx(0.1)


def test_gaps_have_ids_that_repeat_and_differ():
    first = booked([0, 9, 20])[1].gaps
    again = booked([0, 9, 20])[1].gaps
    assert first == again
    assert first[0].event_id != first[1].event_id
    assert all(gap.camera_id == "west" for gap in first)


def test_gaps_that_are_cut_at_a_border_are_joined_to_what_they_were():
    gaps = booked([0, 1, 2, 9, 10, 11, 12], failed=[2, 5])[1].gaps
    assert len(gaps) == 3
    borders = [START + round(second * 1e9) for second in (0, 0.25, 0.5, 1.12, 5)]
    spans = [UtcSpan(UtcNs(a), UtcNs(b)) for a, b in pairwise(borders)]
    parts = [gap for span in spans for gap in clipped_gaps(gaps, span, footage=FOOTAGE)]
    assert len(parts) == 6
    assert joined_gaps(reversed(parts), footage=FOOTAGE) == gaps


def test_not_one_frame_is_an_error():
    ledger = Ledger(FOOTAGE, CLOCK, timeline=timeline_of(range(3)))
    with pytest.raises(InputError, match="not one frame"):
        ledger.close(range(3))
