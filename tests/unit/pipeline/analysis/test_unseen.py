"""Why nothing is told of a frame."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.geometry.cameras import camera_of, mast
from tests.unit.pipeline.analysis.test_backgrounds import RATE_HZ, stamp
from truceline.detect.detector import Observation
from truceline.detect.thermal.freeze import FEWEST_FRAMES, LEAST_MEMORY_FRAMES
from truceline.pipeline.analysis.unseen import MOVED_FOR_S, SENTENCES, Attention, Why, unseen_gaps
from truceline.records.detections import Detections

NOBODY = Detections(stamp(0), np.zeros((0, 4)), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2, 2)))
PICTURE = np.full((48, 64, 3), 100, np.uint8)


def observation(letter):
    empty = np.zeros((0, 1)), np.zeros((48, 64), np.uint8)
    return Observation(NOBODY, *empty, changed=letter == "c", moved=letter == "m")


def reasons(letters):
    attention = Attention(camera_of(mast()))
    for number, letter in enumerate(letters):
        assert not attention.look(stamp(number), PICTURE)
        attention.note(observation(letter))
    return "".join(why[:1] or "." for why in attention.reasons())


LONG = round(MOVED_FOR_S * RATE_HZ) + 1


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", ""),
        ("....", "...."),
        (".cc.", ".cc."),
        (".mm.", ".cc."),
        ("." + (LONG - 1) * "m" + ".", "." + (LONG - 1) * "c" + "."),
        ("." + LONG * "m" + ".c", "." + LONG * "m" + ".c"),
    ],
    ids=["nothing", "seen", "light", "torn", "just too short", "just long enough"],
)
def test_a_camera_moved_when_it_shows_another_scene_for_long(letters, expected):
    assert reasons(letters) == expected


def thermal(number, *, shut):
    draw = np.random.default_rng(min(number, shut.start) if number in shut else number)
    return np.repeat(draw.normal(100, 3, (48, 64, 1)).astype(np.uint8), 3, axis=2)


@pytest.mark.parametrize("length", [FEWEST_FRAMES - 1, FEWEST_FRAMES, 9])
def test_a_frozen_picture_is_known_from_its_third_repetition_on(length):
    begins = LEAST_MEMORY_FRAMES + 4
    shut = range(begins, begins + length + 1)  # its first frame is the last that is new
    attention = Attention(replace(camera_of(mast()), band="thermal"))
    known = []
    for number in range(30):
        known.append(attention.look(stamp(number), thermal(number, shut=shut)))
        attention.note(observation("."))
    repeated = shut[1:] if length >= FEWEST_FRAMES else []
    assert [row for row, why in enumerate(attention.reasons()) if why == "frozen"] == list(repeated)
    assert [row for row, one in enumerate(known) if one] == list(repeated)[FEWEST_FRAMES - 1 :]


def test_each_stretch_of_one_reason_is_a_gap():
    told: list[Why] = ["", "moved", "moved", "changed", "", "frozen"]
    gaps = unseen_gaps([stamp(one) for one in range(6)], told, step_s=1 / RATE_HZ)
    spans = [(gap.reason.kind, gap.span.start_utc_ns, gap.span.end_utc_ns) for gap in gaps]
    at = [stamp(one).utc_ns for one in range(7)]
    assert spans == [("moved", at[1], at[3]), ("changed", at[3], at[4]), ("frozen", at[5], at[6])]
    assert [gap.reason.sentence for gap in gaps] == [SENTENCES[why] for why in (told[1], told[3], told[5])]
    assert len({gap.event_id for gap in gaps}) == 3
