"""Tables of what was heard: times with bounds, counts with intervals, what was not possible; 100 columns."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.listen.bangs import G711, heard
from truceline.cli.heard_tables import coding_words, heard_lines, placed_lines
from truceline.records.sounds import (
    Count,
    CrackBlast,
    DischargePlaced,
    PlaceEllipse,
    PlaceSector,
    Rhythm,
    SoundGap,
)
from truceline.records.time import UtcNs


def test_a_happening_has_its_times_count_and_reasons():
    lines = heard_lines(heard("m1", (0.0, 0.0, 2.0), 5.0, 6.0), offset_minutes=540)
    text = "\n".join(lines)
    assert "UTC+9" in text
    assert "01:46:45.000" in text
    assert "10:46:45.000" in text
    assert "2 to 2" in text
    assert "not possible: that" in text
    assert "an order, not a share" in text
    assert max(map(len, lines)) <= 100


def test_without_a_clock_only_times_of_the_file_are_shown():
    text = "\n".join(heard_lines(heard("m1", None, 5.0, clock=None), offset_minutes=540))
    assert "nobody says when it begins" in text
    assert "00:05.00" in text
    assert "UTC+9" not in text


def test_what_is_less_probable_than_not_is_counted_and_not_shown():
    one = heard("m1", None, 5.0)
    doubtful = replace(one, discharges=(replace(one.discharges[0], probability=0.3),))
    text = "\n".join(heard_lines(doubtful, offset_minutes=None))
    assert "no impulse that is rather a discharge than not" in text
    assert "1 happening less probable than not" in text


def test_gaps_notes_and_simulation_are_said():
    gaps = tuple(SoundGap(float(at), at + 0.5, "missing", "there is no sound") for at in range(7))
    one = replace(heard("m1", None), gaps=gaps, notes=("something odd",), simulated=True)
    text = "\n".join(heard_lines(one, offset_minutes=None))
    assert "SIMULATED" in text
    assert "something odd" in text
    assert text.count("no sound from") == 5
    assert "7 stretches without sound" in text


def test_crack_and_interval_are_told():
    one = heard("m1", None, 5.0, 5.1)
    series = replace(
        one.discharges[0],
        crack=CrackBlast(4.9, 5.0, 50.4, 99.6),
        rhythm=Rhythm.EVEN_SERIES,
        interval_s=0.1,
    )
    text = " ".join("\n".join(heard_lines(replace(one, discharges=(series,)), offset_minutes=None)).split())
    assert "even series, 0.10 s apart" in text
    assert "50 m away at least" in text
    assert "100 m if" in text


def test_lossy_sound_says_so():
    assert "lossy" in coding_words(G711)
    assert "cannot be told apart" in coding_words(G711)


AT = UtcNs(10**18)


def placed(place, emitted=AT):
    return DischargePlaced(
        ("b", "a"),
        (UtcNs(10**18), UtcNs(10**18)),
        emitted,
        0.02,
        place,
        0.9,
        Count(1, 2, 3),
        0.1,
        (),
        ("that",),
    )


@pytest.mark.parametrize(
    ("place", "emitted", "said"),
    [
        (
            PlaceEllipse(np.array([130.2, -75.4]), np.diag([4.0, 25.0]), 0.95, 2.0),
            UtcNs(10**18),
            "at 130 m east, −75 m north of the site's origin; 95 % ellipse of ± 10 by ± 4 m",
        ),
        (PlaceSector(np.zeros(2), np.pi / 2, 0.0873, 40.0, None), None, "bearing 90° ± 5°"),
        (PlaceSector(np.zeros(2), np.pi / 2, 0.0873, 40.0, 300.0), None, "at most 300 m"),
        (None, None, "heard by b"),
    ],
)
def test_places_are_told_with_their_errors(place, emitted, said):
    lines = placed_lines([placed(place, emitted)], offset_minutes=540)
    text = " ".join(" ".join(lines).split())
    assert said in text
    assert "2 (1 to 3)" in text
    assert max(map(len, lines)) <= 100


def test_nothing_heard_is_said():
    assert "no discharge" in placed_lines([], offset_minutes=None)[0]
