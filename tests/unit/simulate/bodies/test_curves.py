"""The Fourier series of the gait against the readings that they were fitted to."""

import numpy as np
import pytest

from truceline.simulate.bodies.gait.curves import LARGEST_MISFIT_DEG, READINGS, angle, duty, foot_pitch


@pytest.mark.parametrize("gait", [0, 1])
@pytest.mark.parametrize("joint", [0, 1, 2])
def test_curves_follow_their_readings(gait, joint):
    at_percent, values = READINGS[gait]
    series = np.rad2deg([angle(gait, joint, share / 100) for share in at_percent])
    assert np.abs(series - values[joint]).max() < LARGEST_MISFIT_DEG


def test_landmarks_of_walking_as_published():
    turns = np.linspace(0.0, 1.0, 200, endpoint=False)
    knee = np.rad2deg([angle(0, 1, share) for share in turns])
    assert 55 < knee.max() < 70
    assert 0.68 < turns[int(np.argmax(knee))] < 0.76
    hip = np.rad2deg([angle(0, 0, share) for share in turns])
    assert -15 < hip.min() < -5
    assert 0.45 < turns[int(np.argmin(hip))] < 0.56


def test_the_heel_strikes_first_and_the_toes_leave_last():
    assert foot_pitch(0, 0.0) > 0.15
    assert abs(foot_pitch(0, 0.28)) < 0.12
    assert foot_pitch(0, 0.62) < -0.6


def test_the_faster_the_shorter_a_foot_stands():
    shares = duty(np.array([1.0, 3.2, 9.0, -1.0]))
    assert shares == pytest.approx([0.62, 0.39, 0.22, 0.62])
