"""What was recorded and what was not: gaps, holes, cameras without footage."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.present import sample_views as sample
from truceline.present.coverage import cameras_coverage, total_share


def test_coverage_counts_gaps_holes_and_cameras_without_footage():
    second = replace(sample.recording().footage, camera_id="2")
    recordings = (sample.recording(), replace(sample.recording(), footage=second, span=sample.span(30, 60)))
    one, two, three = cameras_coverage(recordings, (sample.gap(),), camera_ids=("1", "2", "3"))
    assert one.share == pytest.approx((60 - 3.2) / 60)
    assert [stretch.cause for stretch in two.unobserved] == ["no footage given"]
    assert two.share == pytest.approx(0.5)
    assert three.share == 0
    assert three.unobserved[0].span.seconds == 60
    assert total_share((one, two, three)) == pytest.approx((one.share + 0.5) / 3)


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 80)), max_size=6))
def test_observed_and_unobserved_fill_the_interval(holes: list[tuple[int, int]]):
    gaps = tuple(
        replace(
            sample.gap(), event_id=f"g{index}", span=sample.span(start / 10, min((start + length) / 10, 60))
        )
        for index, (start, length) in enumerate(holes)
        if start < 600
    )
    (coverage,) = cameras_coverage((sample.recording(),), gaps)
    lost = np.zeros(600, dtype=bool)
    for start, length in holes:
        lost[start : start + length] = True
    assert coverage.share == pytest.approx(1 - lost.mean(), abs=1e-9)
