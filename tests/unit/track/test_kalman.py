import numpy as np
import pytest

from truceline.track.kalman import process_noise, transition, update

COVARIANCE = np.array(
    [[2.0, 0.3, 0.5, 0.0], [0.3, 1.0, 0.0, 0.2], [0.5, 0.0, 1.5, 0.1], [0.0, 0.2, 0.1, 0.8]]
)
MEAN = np.array([1.0, 2.0, 0.5, -0.5])


def test_positions_move_with_their_speed():
    np.testing.assert_allclose(transition(0.4) @ MEAN, [1.2, 1.8, 0.5, -0.5])
    np.testing.assert_array_equal(transition(0.0), np.eye(4))


def test_process_noise_is_the_same_at_any_frame_rate():
    whole = process_noise(0.4, 1.7)
    first, second = process_noise(0.1, 1.7), process_noise(0.3, 1.7)
    np.testing.assert_allclose(transition(0.3) @ first @ transition(0.3).T + second, whole)
    assert not process_noise(0.0, 1.7).any()


@pytest.mark.parametrize("noise", [np.eye(2) * 0.3, np.array([[0.5, 0.4], [0.4, 0.9]]), np.eye(2) * 1e-6])
def test_an_update_is_the_conditional_gaussian(noise):
    measured = np.array([1.4, 1.1])
    look = np.eye(2, 4)
    gain = COVARIANCE @ look.T @ np.linalg.inv(look @ COVARIANCE @ look.T + noise)
    mean, covariance = update(MEAN, COVARIANCE, measured, noise)
    np.testing.assert_allclose(mean, MEAN + gain @ (measured - look @ MEAN), atol=1e-9)
    np.testing.assert_allclose(covariance, (np.eye(4) - gain @ look) @ COVARIANCE, atol=1e-9)
    np.testing.assert_array_equal(covariance, covariance.T)
    assert np.linalg.eigvalsh(covariance)[0] > 0


@pytest.mark.counterpart("scipy")
def test_the_transition_is_the_exponential_of_the_motion():
    from scipy.linalg import expm

    np.testing.assert_allclose(transition(0.7), expm(0.7 * np.eye(4, k=2)), atol=1e-12)
