"""Identity scores; py-motmetrics counts them too, in ``test_clear``."""

import math

import pytest

from tests.unit.evaluate.scenes import frame
from truceline.evaluate.identity import IdentityScores, identity
from truceline.evaluate.scene import ground_scene


def test_the_scores_are_made_of_the_counts():
    found = IdentityScores(truth=10, found=9, matched=6)
    assert found.idf1 == pytest.approx(12 / 19)
    assert found.precision == pytest.approx(6 / 9)
    assert found.recall == pytest.approx(6 / 10)


def test_a_name_counts_for_one_subject_only():
    # Track x follows a for two frames, then b for one: only a's two count.
    scene = ground_scene([frame(a=0, b=5)] * 3, [frame(x=0), frame(x=0), frame(x=5)])
    assert identity(scene) == IdentityScores(truth=6, found=3, matched=2)


def test_without_truth_nothing_is_claimed():
    nothing = identity(ground_scene([frame()], [frame()]))
    assert math.isnan(nothing.idf1)
    assert math.isnan(nothing.precision)
    assert math.isnan(nothing.recall)
    assert identity(ground_scene([frame()], [frame(x=0)])).idf1 == 0
