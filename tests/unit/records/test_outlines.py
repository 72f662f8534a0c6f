import numpy as np
import pytest

from truceline.errors import InputError
from truceline.records.outlines import LOW, UPRIGHT, VEHICLE, Outlines, is_long


def outlines(*forms):
    rows = len(forms)
    numbers = np.arange(rows, dtype=np.float64)
    return Outlines.from_table(np.stack([np.array(forms), *(numbers + 10 * one for one in range(5))], axis=1))


def test_a_table_gives_the_same_outlines_again():
    one = outlines(UPRIGHT, LOW, VEHICLE)
    again = Outlines.from_table(one.table)
    for first, second in zip(one.columns, again.columns, strict=True):
        assert first.dtype == second.dtype
        assert np.array_equal(first, second)


def test_rows_are_taken_and_joined():
    one = outlines(UPRIGHT, LOW, VEHICLE)
    joined = Outlines.joined([one.take(np.array([2])), Outlines.unmeasured(0), one.take(np.array([0, 1]))])
    assert joined.form.tolist() == [VEHICLE, UPRIGHT, LOW]
    assert joined.height_m.tolist() == [2.0, 0.0, 1.0]
    assert len(Outlines.joined([])) == 0


def test_columns_must_agree():
    with pytest.raises(InputError, match="shapes"):
        Outlines(np.zeros(2, np.int64), *(np.zeros(3) for _ in range(5)))


def test_long_is_wider_than_tall_and_not_small():
    assert is_long(
        np.array([0.8, 0.79, 1.0, 1.0, np.nan]), np.array([0.7, 0.5, 1.0, 0.99, 0.4])
    ).tolist() == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_what_is_low_and_not_long_may_be_a_part():
    one = Outlines.unmeasured(2, LOW)
    assert one.is_part_like.tolist() == [True, True]
    assert Outlines.unmeasured(2).is_part_like.tolist() == [False, False]
