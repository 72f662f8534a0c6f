from fractions import Fraction

import pytest

from tests.unit.video.clips import START
from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.records.frames import Footage
from truceline.video.ledger import Ledger
from truceline.video.timing import MediaClock

FOOTAGE = Footage("clip.mp4", sha256_of(b"clip"), 4, "west", 64, 48, 10.0, None, START, 1.0, "a test")
DAMAGED = "damaged"


def booked(events, claimed_s=None):
    """What a ledger books of presentation times in tenths of a second; DAMAGED is a packet without one."""
    ledger = Ledger(FOOTAGE, MediaClock(START, 1.0, Fraction(1, 10), Fraction(1)), usual_step=1.0)
    stamps = []
    for event in events:
        if event == DAMAGED:
            ledger.damaged()
        else:
            stamps.append(ledger.admit(event))
    return [stamp for stamp in stamps if stamp is not None], ledger.close(claimed_s)


def gaps_of(result):
    return [
        (gap.reason.kind, (gap.span.start_utc_ns - START) / 1e9, (gap.span.end_utc_ns - START) / 1e9)
        for gap in result.gaps
    ]


@pytest.mark.parametrize(
    ("events", "claimed_s", "gaps"),
    [
        pytest.param([0], None, [], id="one frame"),
        pytest.param([0, 1, 2, 3], 0.4, [], id="whole"),
        pytest.param([0, 1, 3, 4], None, [], id="one dropped frame is jitter"),
        pytest.param([0, 1, 4, 5], None, [("missing", 0.2, 0.4)], id="two dropped frames"),
        pytest.param([0, DAMAGED, 2, 3], None, [("damaged", 0.1, 0.2)], id="a damaged frame"),
        pytest.param([0, DAMAGED, 1, 2], None, [], id="damaged, and no time lost"),
        pytest.param([DAMAGED, 0, 1], None, [], id="damaged before the first frame"),
        pytest.param([0, 1, DAMAGED], 0.2, [("damaged", 0.2, 0.3)], id="damaged at the end, nothing claimed"),
        pytest.param([0, 1, DAMAGED], 0.9, [("damaged", 0.2, 0.9)], id="damaged at the end, more claimed"),
        pytest.param([0, 1, 2], 0.5, [], id="two steps short is rounding"),
        pytest.param([0, 1, 2], 0.6, [("cut short", 0.3, 0.6)], id="cut short"),
        pytest.param([5, 6, 7], 0.3, [], id="a claim is a length, not an end"),
        pytest.param([0, 2, 1, 3], None, [], id="out of order, and no time lost"),
    ],
)
def test_what_is_booked(events, claimed_s, gaps):
    _, result = booked(events, claimed_s)
    assert [kind for kind, *_ in gaps_of(result)] == [kind for kind, *_ in gaps]
    for got, expected in zip(gaps_of(result), gaps, strict=True):
        assert got[1:] == pytest.approx(expected[1:])


def test_frames_without_a_place_in_time_are_not_admitted():
    stamps, result = booked([0, None, 2, 2, 1, 3])
    assert [stamp.pts for stamp in stamps] == [0, 2, 3]
    assert [stamp.index for stamp in stamps] == [0, 1, 2]
    assert result.frames == 3
    assert gaps_of(result) == [("damaged", pytest.approx(0.1), pytest.approx(0.2))]


def test_a_stamp_says_where_it_comes_from():
    (stamp,), result = booked([20])
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


@pytest.mark.parametrize("events", [[], [DAMAGED], [None]], ids=["nothing", "damaged", "no time"])
def test_not_one_frame_is_an_error(events):
    with pytest.raises(InputError, match="not one frame"):
        booked(events)
