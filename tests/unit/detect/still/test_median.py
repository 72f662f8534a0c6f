"""The median kernel against NumPy's sort."""

import numpy as np
import pytest

from truceline.detect.still.median import MOST_SAMPLES, median_and_deviation


def upper_middle(samples):
    """The middle one of sorted samples (n,), the upper one where there are two."""
    return np.sort(samples)[len(samples) // 2]


def sorted_out(stack, valid):
    """Median and deviation byte by byte, by sorting what is valid."""
    median, deviation = [], []
    for samples, counts in zip(stack.T.astype(int), valid.T, strict=True):
        kept = samples[counts > 0]
        middle = upper_middle(kept)
        median.append(middle)
        deviation.append(upper_middle(np.abs(kept - middle)))
    return np.array(median), np.array(deviation)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 17, 60, MOST_SAMPLES])
def test_it_is_that_of_sorting(count):
    generator = np.random.default_rng(count)
    stack = generator.integers(0, 256, (count, 300), dtype=np.uint8)
    valid = generator.integers(0, 2, (count, 300), dtype=np.uint8)
    valid[0] = 1
    median, deviation = median_and_deviation(stack, valid)
    expected = sorted_out(stack, valid)
    np.testing.assert_array_equal(median, expected[0])
    np.testing.assert_array_equal(deviation, expected[1])


def test_one_sample_is_its_own_median():
    stack = np.arange(256, dtype=np.uint8)[None]
    median, deviation = median_and_deviation(stack, np.ones_like(stack))
    np.testing.assert_array_equal(median, stack[0])
    assert not deviation.any()


@pytest.mark.parametrize("size", [0, 1, 3, 2048 * 4, 2048 * 4 + 5])
def test_any_number_of_bytes_will_do(size):
    """Blocks and bands may be empty or cut."""
    stack = np.random.default_rng(size).integers(0, 256, (5, size), dtype=np.uint8)
    median, _ = median_and_deviation(stack, np.ones_like(stack))
    np.testing.assert_array_equal(median, np.sort(stack, axis=0)[2])


def test_samples_that_do_not_count_change_nothing():
    generator = np.random.default_rng(3)
    stack = generator.integers(0, 256, (20, 50), dtype=np.uint8)
    valid = np.repeat((np.arange(20) % 3 > 0).astype(np.uint8)[:, None], 50, axis=1)
    masked = median_and_deviation(stack, valid)
    alone = median_and_deviation(stack[valid[:, 0] == 1], np.ones((13, 50), np.uint8))
    for one, other in zip(masked, alone, strict=True):
        np.testing.assert_array_equal(one, other)


def test_where_nothing_counts_nothing_can_be_told():
    median, deviation = median_and_deviation(np.full((4, 1), 90, np.uint8), np.zeros((4, 1), np.uint8))
    assert (median[0], deviation[0]) == (255, 255)
