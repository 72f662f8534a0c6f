"""Codecs: G.711's own decision values, its round trip, and what is left alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from truceline.errors import InputError
from truceline.simulate.sound.codec import at_telephone_rate, compressed, expanded, for_codec

EVERY = np.arange(256, dtype=np.uint8)


def test_octets_of_the_recommendation():
    # ITU-T G.711, tables 2a and 2b, times four for 16 bit: the ends, the middle, and the first steps.
    assert expanded(np.array([0x00, 0x80, 0x7F, 0xFF, 0xFE, 0x7E, 0x8F], np.uint8)).tolist() == [
        -32_124,
        32_124,
        0,
        0,
        8,
        -8,
        16_764,
    ]
    assert compressed(np.array([0, 32_767, -32_768, 8, -8], np.int16)).tolist() == [
        0xFF,
        0x80,
        0x00,
        0xFE,
        0x7E,
    ]


def test_every_octet_survives_but_the_second_zero():
    back = compressed(expanded(EVERY))
    assert np.flatnonzero(back != EVERY).tolist() == [0x7F]


@given(arrays(np.int16, 64, elements=st.integers(-32_000, 32_000)))
def test_what_is_lost_is_half_a_step(samples):
    back = expanded(compressed(samples)).astype(np.int64)
    # A step is a sixteenth of its segment: at most 1/32 of the magnitude, and 4 near nothing.
    assert (np.abs(back - samples) <= np.abs(samples.astype(np.int64)) / 32 + 5).all()
    assert (expanded(compressed(expanded(compressed(samples)))) == expanded(compressed(samples))).all()


def test_telephone_rate_keeps_lows_and_drops_highs():
    times = np.arange(48_000) / 48_000
    low, high = (
        np.round(9_000 * np.sin(2 * np.pi * hertz * times)).astype(np.int16) for hertz in (700, 6_000)
    )
    assert len(at_telephone_rate(low)) == 8_000
    assert np.abs(at_telephone_rate(low)[100:-100]).max() == pytest.approx(9_000, rel=0.02)
    assert np.abs(at_telephone_rate(high)[100:-100]).max() < 90


@pytest.mark.parametrize(("codec", "rate_hz"), [("pcm", 48_000), ("aac", 48_000), ("g711", 8_000)])
def test_rates(codec, rate_hz):
    samples = np.arange(4_800, dtype=np.int16)
    kept, rate = for_codec(samples, codec)
    assert (rate, len(kept)) == (rate_hz, rate_hz // 10)
    assert kept.dtype == np.dtype(np.int16)


def test_an_unknown_codec_is_refused():
    with pytest.raises(InputError, match="no codec is called “opus”"):
        for_codec(np.zeros(10, np.int16), "opus")
