import numpy as np
import pytest

from tests.unit.simulate.sensors.views import START_UTC_NS, camera
from truceline.records.time import UtcNs
from truceline.simulate.sensors.onscreen.glyphs import letters
from truceline.simulate.sensors.onscreen.stamp import Stamp, clock_words


@pytest.mark.parametrize(
    ("at_utc_ns", "offset_minutes", "words"),
    [
        (START_UTC_NS, 540, ("2017-11-13", "15:15:24.6 UTC+09:00")),
        (START_UTC_NS + 99_999_999, 0, ("2017-11-13", "06:15:24.6 UTC+00:00")),
        (START_UTC_NS + 100_000_000, -210, ("2017-11-13", "02:45:24.7 UTC-03:30")),
        (0, -1, ("1969-12-31", "23:59:00.0 UTC-00:01")),
    ],
)
def test_the_clock_is_cut_and_not_rounded(at_utc_ns, offset_minutes, words):
    assert clock_words(UtcNs(at_utc_ns), offset_minutes=offset_minutes) == words


@pytest.mark.parametrize("size_px", [(160, 120), (320, 180), (640, 480), (960, 540), (1920, 1080)])
def test_all_of_the_stamp_is_in_the_picture_and_nothing_lies_over_another(size_px):
    plan = camera(size_px=size_px)
    picture = np.full((size_px[1], size_px[0], 3), 120, np.uint8)
    Stamp(plan, size_px, local_offset_minutes=540).onto(picture, START_UTC_NS)
    bright = (picture[..., 0] > 200).sum()
    dot_px = max(round(size_px[1] / 300), 1)
    clock = " ".join(clock_words(START_UTC_NS, offset_minutes=540))
    whole = sum(letters(text, dot_px=dot_px).sum() for text in (clock, "SIMULATED", plan.name))
    assert bright == whole


def test_letters_differ_from_each_other():
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-+:./?"
    shapes = {letters(sign, dot_px=1).tobytes() for sign in signs}
    assert len(shapes) == len(signs)
    assert np.array_equal(letters("é", dot_px=1), letters("?", dot_px=1))
    assert np.array_equal(letters("gate", dot_px=2), letters("GATE", dot_px=2))
