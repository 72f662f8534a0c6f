import numpy as np
import pytest

from truceline.records.tracks import Track
from truceline.track.moving import RUNNING_FROM_MPS, STANDING_BELOW_MPS, motions_of


def track(*speeds, kind="person", sigma=0.1, heading=0.3):
    rows = len(speeds)
    state = np.zeros((rows, 4))
    state[:, 2], state[:, 3] = np.array(speeds) * np.cos(heading), np.array(speeds) * np.sin(heading)
    covariance = np.tile(np.diag([1.0, 1.0, sigma**2, sigma**2]), (rows, 1, 1))
    times = np.arange(rows, dtype=np.int64)
    return Track("t", "c", times, times, state, covariance, np.zeros((rows, 4)), np.ones(rows, bool), kind)


@pytest.mark.parametrize(
    ("speed", "kind", "word"),
    [
        (0.0, "person", "standing"),
        (1.4, "person", "walking"),
        (3.5, "person", "running"),
        (0.3, "vehicle", "standing"),
        (3.5, "vehicle", "driving"),
        (20.0, "vehicle", "driving"),
        (3.5, "animal", "moving"),
        (0.1, "unknown", "standing"),
    ],
)
def test_speed_and_kind_give_the_word(speed, kind, word):
    motions = motions_of(track(speed, kind=kind))
    assert motions.words == [word]
    assert motions.probability[0] > 0.95


@pytest.mark.parametrize("threshold", [STANDING_BELOW_MPS, RUNNING_FROM_MPS])
def test_at_a_threshold_either_word_is_as_likely(threshold):
    below, at, above = motions_of(track(threshold - 0.05, threshold, threshold + 0.05)).state
    assert below != above
    assert at in {below, above}
    assert motions_of(track(threshold)).probability[0] == pytest.approx(0.5, abs=0.01)


def test_more_noise_never_makes_a_state_more_certain():
    surer = [motions_of(track(1.4, sigma=sigma)).probability[0] for sigma in (0.1, 0.3, 0.6, 1.0)]
    assert surer == sorted(surer, reverse=True)


def test_turning_the_world_changes_nothing():
    one, other = (motions_of(track(0.2, 1.0, 2.5, heading=heading)) for heading in (0.0, 2.0))
    assert one.words == other.words
    assert one.probability == pytest.approx(other.probability)
