"""The median kernel: what any stack of samples must give."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from truceline.detect.still.median import median_and_deviation

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 9))


@st.composite
def stacks(draw):
    """Samples, and which of them count: the first one always does."""
    shape = draw(SHAPES)
    stack = draw(arrays(np.uint8, shape))
    valid = draw(arrays(np.uint8, shape, elements=st.integers(0, 1)))
    valid[0] = 1
    return stack, valid


@settings(max_examples=200)
@given(stacks())
def test_it_is_that_of_sorting_what_counts(one):
    stack, valid = one
    median, deviation = median_and_deviation(stack, valid)
    for place in range(stack.shape[1]):
        kept = np.sort(stack[valid[:, place] == 1, place].astype(int))
        middle = kept[len(kept) // 2]
        assert median[place] == middle
        assert deviation[place] == np.sort(np.abs(kept - middle))[len(kept) // 2]


@given(stacks(), st.randoms(use_true_random=False))
def test_the_order_of_the_samples_does_not_matter(one, random):
    stack, valid = one
    order = list(range(len(stack)))
    random.shuffle(order)
    for found, shuffled in zip(
        median_and_deviation(stack, valid), median_and_deviation(stack[order], valid[order]), strict=True
    ):
        np.testing.assert_array_equal(found, shuffled)
