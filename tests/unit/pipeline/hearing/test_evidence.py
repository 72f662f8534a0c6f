"""What was heard as evidence: on the clock of UTC, with the sound's way in the bound, each happening once."""

from dataclasses import replace

import pytest

from truceline.pipeline.hearing.evidence import FARTHEST_S, heard_evidence, untimed_words
from truceline.records.digests import sha256_of
from truceline.records.sounds import (
    Count,
    DischargeHeard,
    Impulse,
    Microphone,
    Rhythm,
    SoundClock,
    SoundCoding,
    SoundHeard,
)
from truceline.records.time import NS_PER_S, UtcNs, parse_utc

START = parse_utc("2017-11-13T06:15:00Z")


def discharge(at_s: float, *, probability: float = 0.9, low: int = 2) -> DischargeHeard:
    return DischargeHeard(
        times_s=(at_s, at_s + 1.0),
        doubtful_s=(),
        count=Count(low, low + 1, low + 3),
        probability=probability,
        rhythm=Rhythm.SERIES,
        interval_s=1.0,
        crack=None,
        rests_on=("two impulses",),
        not_possible=("no crack",),
    )


def recording(name: str, *discharges: DischargeHeard, bound_s: float = 0.2, timed: bool = True) -> SoundHeard:
    return SoundHeard(
        name=f"{name}.wav",
        digest=sha256_of(name.encode()),
        size_bytes=10,
        microphone=Microphone(name, None, 0.0),
        clock=SoundClock(START, bound_s) if timed else None,
        coding=SoundCoding("pcm_s16le", 48_000, 1, lossless=True),
        length_s=60.0,
        gaps=(),
        notes=(),
        impulses=tuple(
            Impulse(at_s, one.probability, -20.0, 30.0) for one in discharges for at_s in one.times_s
        ),
        discharges=discharges,
    )


def test_half_of_the_longest_way_is_taken_off_and_the_other_half_is_in_the_bound():
    (one,) = heard_evidence([recording("m1", discharge(10.0))])
    assert one.span.start_utc_ns == UtcNs(START + round((10.0 - FARTHEST_S / 2) * NS_PER_S))
    assert one.span.seconds == pytest.approx(1.0)
    assert one.bound_s == pytest.approx(0.2 + FARTHEST_S / 2)
    assert (one.low, one.best, one.high, one.probability) == (2, 3, 5, 0.9)
    assert one.microphone_ids == ("m1",)
    assert one.place_en_m is None


def test_what_two_hear_at_one_time_is_one_happening():
    (one,) = heard_evidence(
        [recording("m1", discharge(10.0, probability=0.7)), recording("m2", discharge(10.8, low=4))]
    )
    assert one.probability == 0.9
    assert one.low == 4
    assert set(one.microphone_ids) == {"m1", "m2"}
    assert "heard by m1" in one.rests_on


def test_what_one_microphone_hears_twice_is_two():
    assert len(heard_evidence([recording("m1", discharge(10.0), discharge(12.0))])) == 2


def test_far_apart_in_time_are_two():
    assert len(heard_evidence([recording("m1", discharge(10.0)), recording("m2", discharge(30.0))])) == 2


def test_a_recording_without_a_clock_tells_nothing_and_says_so():
    silent = recording("m1", discharge(10.0), timed=False)
    assert heard_evidence([silent]) == ()
    (words,) = untimed_words([silent, recording("m2")])
    assert words.startswith("m1.wav: nobody says when")


def test_three_with_places_are_placed():
    places = {"m1": (0.0, 0.0, 2.0), "m2": (200.0, 0.0, 2.0), "m3": (100.0, 173.0, 2.0)}
    source = (100.0, 60.0)
    recordings = []
    for name, place in places.items():
        way_s = ((place[0] - source[0]) ** 2 + (place[1] - source[1]) ** 2) ** 0.5 / 338.6
        one = recording(name, discharge(10.0 + way_s), bound_s=0.01)
        recordings.append(replace(one, microphone=Microphone(name, place, 0.3)))
    (found,) = heard_evidence(recordings)
    assert found.place_en_m is not None
    assert found.place_en_m == pytest.approx(source, abs=15.0)
    assert found.place_sigma_m is not None
    assert found.span.start_utc_ns == pytest.approx(START + 10 * NS_PER_S, abs=0.2 * NS_PER_S)
