"""The background of a recorded file, and stretches of which nothing can be told."""

from fractions import Fraction
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tests.unit.video.clips import START
from truceline.detect.bands import VisibleBand
from truceline.detect.detector import Detector
from truceline.detect.still.background import SAMPLES_A_WINDOW, Background
from truceline.pipeline.analysis.backgrounds import (
    LONGEST_SAMPLE_STEP_S,
    changed_gaps,
    expected_frames,
    learn_backgrounds,
    nearest_background,
)
from truceline.records.digests import sha256_of
from truceline.records.frames import FrameStamp
from truceline.records.time import NS_PER_S, UtcNs
from truceline.video.source import FootageReader, VideoFrame

RATE_HZ = 10


def at(seconds):
    return UtcNs(START + round(seconds * NS_PER_S))


def stamp(number, rate_hz=RATE_HZ):
    return FrameStamp("west", sha256_of(b"clip"), number, number, at(number / rate_hz), 1.0)


def reader_of(length_s, *, rate_hz=RATE_HZ, counted=0, stretch=1):
    return cast(
        "FootageReader",
        SimpleNamespace(
            facts=SimpleNamespace(duration_s=length_s, rate_hz=rate_hz),
            clock=SimpleNamespace(stretch=Fraction(stretch)),
            usual_step_s=1 / rate_hz,
            frame_count=counted,
        ),
    )


def learnt(length_s, *, level=lambda _: 100, rate_hz=RATE_HZ):
    """Backgrounds of flat pictures, and the frames that were reduced, each a sample."""
    taken = []

    class Noting(VisibleBand):
        """Learns as in colour; it notes what it is given."""

        def reduced(self, bgr):
            taken.append(int(bgr[0, 0, 1]) * 256 + int(bgr[0, 0, 2]))
            return bgr

    def pictures():
        for number in range(round(length_s * rate_hz)):
            bgr = np.full((4, 4, 3), level(number / rate_hz), np.uint8)
            bgr[0, 0, 1:] = divmod(number, 256)
            yield VideoFrame(stamp(number, rate_hz), bgr)

    reader = reader_of(length_s, rate_hz=rate_hz)
    backgrounds = learn_backgrounds(pictures(), reader, detector=cast("Detector", Noting()))
    return backgrounds, np.array(taken) / rate_hz


@pytest.mark.parametrize(
    ("length_s", "step_s"),
    [
        pytest.param(3.0, 0.1, id="every frame of a short one"),
        pytest.param(60.0, 1.0, id="sixty of a minute"),
        pytest.param(1200.0, LONGEST_SAMPLE_STEP_S, id="never rarer than every four seconds"),
    ],
)
def test_samples_are_spread_over_the_file(length_s, step_s):
    _, taken = learnt(length_s)
    np.testing.assert_allclose(np.diff(taken), step_s, atol=1e-6)
    assert taken[0] == 0
    assert taken[-1] >= length_s - step_s - 1 / RATE_HZ


def test_a_long_file_has_a_background_for_each_window():
    """The light changes after eight minutes: each window knows its own."""
    backgrounds, _ = learnt(960.0, level=lambda at_s: 100 if at_s < 480 else 180, rate_hz=2)
    window_s = SAMPLES_A_WINDOW * LONGEST_SAMPLE_STEP_S
    assert [int(one.bgr[2, 2, 0]) for one in backgrounds] == [100, 100, 180, 180]
    centres = [(one.centre_utc_ns - START) / NS_PER_S for one in backgrounds]
    np.testing.assert_allclose(np.diff(centres), window_s)


@pytest.mark.parametrize(
    ("rest", "windows"), [(SAMPLES_A_WINDOW // 3 - 1, 1), (SAMPLES_A_WINDOW // 3, 2)], ids=["few", "enough"]
)
def test_a_rest_of_few_samples_has_none_of_its_own(rest, windows):
    backgrounds, taken = learnt((SAMPLES_A_WINDOW + rest) * LONGEST_SAMPLE_STEP_S, rate_hz=1)
    assert len(taken) == SAMPLES_A_WINDOW + rest
    assert len(backgrounds) == windows


@pytest.mark.parametrize(
    ("counted", "length_s", "rate_hz", "expected"),
    [(44, 10.0, 10, 44), (0, 10.0, 10, 100), (0, 0.0, 10, None), (0, 10.0, None, None)],
    ids=["counted", "claimed", "no length", "no rate"],
)
def test_how_many_frames_are_expected(counted, length_s, rate_hz, expected):
    reader = reader_of(length_s, counted=counted)
    reader.facts.rate_hz = rate_hz
    assert expected_frames(reader) == expected


def test_the_nearest_in_time_is_taken():
    grey = np.zeros((4, 4, 3), np.uint8)
    backgrounds = [Background(grey, grey[..., 0], at(seconds)) for seconds in (10, 20, 50)]
    found = [nearest_background(backgrounds, at(seconds)).centre_utc_ns for seconds in (0, 14, 16, 34, 99)]
    assert found == [at(10), at(10), at(20), at(20), at(50)]


@pytest.mark.parametrize(
    ("changed", "spans"),
    [
        pytest.param("", [], id="no frame"),
        pytest.param("....", [], id="never"),
        pytest.param("..xx..", [(0.2, 0.4)], id="for two frames"),
        pytest.param("x.....", [(0.0, 0.1)], id="the first"),
        pytest.param("....xx", [(0.4, 0.6)], id="until the end"),
        pytest.param("x..x", [(0.0, 0.1), (0.3, 0.4)], id="twice"),
    ],
)
def test_a_stretch_in_which_all_changed_is_a_gap(changed, spans):
    stamps = [stamp(number) for number in range(len(changed))]
    gaps = changed_gaps(stamps, [one == "x" for one in changed], step_s=1 / RATE_HZ)
    assert [(one.span.start_utc_ns, one.span.end_utc_ns) for one in gaps] == [
        (at(first), at(last)) for first, last in spans
    ]
    assert len({one.event_id for one in gaps}) == len(gaps)
