"""The smoother against the whole joint Gaussian, written out and conditioned without any recursion."""

import numpy as np
import pytest

from truceline.track.kalman import process_noise
from truceline.track.smoother import STATES, drawn_paths, smoothed, step_model

FIRST_SIGMA, SPEED, LASTING, MEMORY_S = 0.9, 1.4, 0.7, 1.2
CONSTANTS = np.array([FIRST_SIGMA, SPEED, LASTING, MEMORY_S])


def example(rows=12, unseen=(), seed=1):
    """Steps, positions, noises and accelerations of a made-up walk."""
    generator = np.random.default_rng(seed)
    steps = generator.uniform(0.05, 0.4, rows)
    positions = np.cumsum(generator.normal(0.2, 0.3, (rows, 2)), axis=0)
    positions[list(unseen)] = np.nan
    roots = generator.normal(0, 0.2, (rows, 2, 2))
    noises = roots @ np.swapaxes(roots, 1, 2) + 0.01 * np.eye(2)
    return steps, positions, noises, generator.uniform(0.5, 3.0, rows)


def joint_posterior(steps, positions, noises, accelerations):
    """Mean (n, 6) and covariance (6n, 6n) of all states given all measurements."""
    rows = len(steps)
    prior_mean = np.zeros(STATES * rows)
    prior = np.zeros((STATES * rows, STATES * rows))
    mean = np.concatenate([positions[0], np.zeros(4)])
    covariance = np.diag([FIRST_SIGMA**2] * 2 + [SPEED**2] * 2 + [1.0] * 2)
    for row in range(rows):
        here = slice(STATES * row, STATES * row + STATES)
        if row:
            matrix, noise = step_model(steps[row], accelerations[row], MEMORY_S)
            mean = matrix @ mean
            earlier = slice(0, STATES * row)
            last = slice(STATES * row - STATES, STATES * row)
            prior[here, earlier] = matrix @ prior[last, earlier]
            prior[earlier, here] = prior[here, earlier].T
            covariance = matrix @ covariance @ matrix.T + noise
        prior_mean[here] = mean
        prior[here, here] = covariance
    seen = [row for row in range(rows) if not np.isnan(positions[row, 0])]
    look = np.zeros((2 * len(seen), STATES * rows))
    white = np.zeros((2 * len(seen), 2 * len(seen)))
    for number, row in enumerate(seen):
        pair = slice(2 * number, 2 * number + 2)
        look[pair, STATES * row : STATES * row + 2] = np.eye(2)
        look[pair, STATES * row + 4 : STATES * row + 6] = np.linalg.cholesky(LASTING * noises[row])
        white[pair, pair] = (1 - LASTING) * noises[row]
    gain = prior @ look.T @ np.linalg.inv(look @ prior @ look.T + white)
    posterior_mean = prior_mean + gain @ (positions[seen].reshape(-1) - look @ prior_mean)
    return posterior_mean.reshape(rows, STATES), prior - gain @ look @ prior


@pytest.mark.parametrize(
    "unseen",
    [
        pytest.param((), id="all seen"),
        pytest.param((4, 5, 6), id="a gap"),
        pytest.param((10, 11), id="end unseen"),
    ],
)
def test_means_covariances_and_gains_are_those_of_the_joint_gaussian(unseen):
    steps, positions, noises, accelerations = example(unseen=unseen)
    means, covariances, gains = smoothed(steps, positions, noises, accelerations, CONSTANTS)
    expected_mean, joint = joint_posterior(steps, positions, noises, accelerations)
    np.testing.assert_allclose(means, expected_mean, atol=1e-6)
    blocks = joint.reshape(12, STATES, 12, STATES)
    for row in range(12):
        np.testing.assert_allclose(covariances[row], blocks[row, :, row], atol=1e-6)
    for row in range(11):
        np.testing.assert_allclose(gains[row] @ covariances[row + 1], blocks[row, :, row + 1], atol=1e-6)


def test_one_row_is_its_measurement_with_the_prior():
    steps, positions, noises, accelerations = example(rows=1)
    means, covariances, gains = smoothed(steps, positions, noises, accelerations, CONSTANTS)
    expected_mean, joint = joint_posterior(steps, positions, noises, accelerations)
    np.testing.assert_allclose(means, expected_mean, atol=1e-12)
    np.testing.assert_allclose(covariances[0], joint, atol=1e-12)
    assert not gains.any()


def test_the_step_model_forgets_the_lasting_error():
    matrix, noise = step_model(0.6, 2.0, MEMORY_S)
    kept = np.exp(-0.6 / MEMORY_S)
    assert matrix[4, 4] == pytest.approx(kept)
    # A standardised error stays standardised: kept^2 + new = 1.
    assert matrix[4, 4] ** 2 + noise[4, 4] == pytest.approx(1.0)
    np.testing.assert_allclose(noise[:4, :4], process_noise(0.6, 2.0), atol=1e-9)


def test_a_lasting_error_makes_many_looks_worth_less():
    steps = np.full(30, 0.04)
    positions, noises = np.zeros((30, 2)), np.tile(0.04 * np.eye(2), (30, 1, 1))
    accelerations = np.full(30, 0.5)
    sigma = {}
    for share in (0.01, LASTING):
        constants = np.array([FIRST_SIGMA, SPEED, share, MEMORY_S])
        sigma[share] = np.sqrt(smoothed(steps, positions, noises, accelerations, constants)[1][15, 0, 0])
    assert sigma[LASTING] > 1.5 * sigma[0.01]


def test_drawn_paths_have_the_smoothed_mean_and_covariance_also_across_rows():
    steps, positions, noises, accelerations = example(unseen=(4, 5, 6))
    result = smoothed(steps, positions, noises, accelerations, CONSTANTS)
    draws = 20_000
    normals = np.random.default_rng(3).standard_normal((12, draws, STATES))
    paths = drawn_paths(*result, normals)
    assert paths.shape == (draws, 12, 2)
    expected_mean, joint = joint_posterior(steps, positions, noises, accelerations)
    places = np.add.outer(STATES * np.arange(12), [0, 1]).ravel()
    expected = joint[np.ix_(places, places)]
    sigma = np.sqrt(np.diag(expected))
    flat = paths.reshape(draws, 24)
    # Five standard errors of a mean; correlations to 0.04.
    np.testing.assert_array_less(
        np.abs(flat.mean(axis=0) - expected_mean[:, :2].ravel()), 5 * sigma / np.sqrt(draws)
    )
    np.testing.assert_allclose(
        np.cov(flat.T) / np.outer(sigma, sigma), expected / np.outer(sigma, sigma), atol=0.04
    )
