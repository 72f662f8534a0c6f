import numpy as np
import pytest

from truceline.track.smooth import LASTING_MEMORY_S, LASTING_SHARE, PEOPLE, Motion, draw_paths, smooth
from truceline.track.smoother import smoothed

RATE_HZ = 10
SIGMA_M = 0.12


def noises_of(rows, sigma=SIGMA_M):
    return np.tile(sigma**2 * np.eye(2), (rows, 1, 1))


def hard_turn(turn_s=4.0, length_s=8.0, speed=1.6):
    """Seconds and places of someone who walks east and turns straight back."""
    seconds = np.arange(0, length_s, 1 / RATE_HZ)
    east = speed * np.where(seconds < turn_s, seconds, 2 * turn_s - seconds)
    return seconds, np.stack([east, np.zeros_like(east)], axis=1)


def measured(places, seed, sigma=SIGMA_M):
    return places + np.random.default_rng(seed).normal(0, sigma, places.shape)


def fixed_noise(seconds, positions, noises):
    """The same smoother without its adaptation."""
    steps = np.diff(seconds, prepend=seconds[0])
    constants = np.array([3 * SIGMA_M, PEOPLE.speed, LASTING_SHARE, LASTING_MEMORY_S])
    return smoothed(steps, positions, noises, np.full(len(seconds), 0.6), constants)[0]


def test_a_hard_turn_is_followed_better_than_with_fixed_noise():
    seconds, places = hard_turn()
    near = np.abs(seconds - 4.0) < 0.4
    errors: dict[str, list[float]] = {"adaptive": [], "fixed": []}
    motion = Motion(acceleration=0.6, speed=1.5)
    for seed in range(12):
        positions = measured(places, seed)
        states = {
            "adaptive": smooth(seconds, positions, noises=noises_of(80), motion=motion).state,
            "fixed": fixed_noise(seconds, positions, noises_of(80)),
        }
        for name, state in states.items():
            errors[name].append(np.sqrt(np.mean((state[near, 0] - places[near, 0]) ** 2)))
    assert np.mean(errors["adaptive"]) < 0.8 * np.mean(errors["fixed"])


def test_an_even_walk_is_smoother_than_its_measurements():
    seconds = np.arange(0, 6, 0.1)
    places = np.outer(seconds, [1.2, -0.4])
    improvement = []
    for seed in range(8):
        positions = measured(places, seed)
        state = smooth(seconds, positions, noises=noises_of(60), motion=PEOPLE).state
        improvement.append(np.std(state[:, :2] - places) / np.std(positions - places))
    assert np.mean(improvement) < 0.8
    np.testing.assert_allclose(state[20:40, 2:4].mean(axis=0), [1.2, -0.4], atol=0.25)


def test_truth_lies_in_the_stated_ellipse_as_often_as_stated():
    """With errors that last as modelled, nine ellipses in ten of 95 % hold the truth, or more."""
    seconds = np.arange(0, 6, 0.1)
    places = np.outer(seconds, [1.0, 0.5])
    inside = []
    for seed in range(25):
        generator = np.random.default_rng(seed)
        lasting = np.zeros((60, 2))
        kept = np.exp(-0.1 / LASTING_MEMORY_S)
        lasting[0] = generator.normal(size=2)
        for row in range(1, 60):
            lasting[row] = kept * lasting[row - 1] + np.sqrt(1 - kept**2) * generator.normal(size=2)
        error = np.sqrt(LASTING_SHARE) * lasting + np.sqrt(1 - LASTING_SHARE) * generator.normal(size=(60, 2))
        path = smooth(seconds, places + SIGMA_M * error, noises=noises_of(60), motion=PEOPLE)
        apart = path.state[::10, :2] - places[::10]
        inverse = np.linalg.inv(path.covariance[::10, :2, :2])
        inside.append(np.einsum("ni,nij,nj->n", apart, inverse, apart) < 5.99)
    assert 0.88 < np.mean(inside) <= 1.0


def test_rows_that_were_not_seen_are_bridged_and_less_certain():
    seconds = np.arange(0, 5, 0.1)
    places = np.outer(seconds, [1.3, 0.0])
    positions = measured(places, 2)
    positions[20:35] = np.nan
    path = smooth(seconds, positions, noises=noises_of(50), motion=PEOPLE)
    assert np.isfinite(path.state).all()
    assert np.abs(path.state[20:35, 0] - places[20:35, 0]).max() < 0.6
    sigma = np.sqrt(path.covariance[:, 0, 0])
    assert sigma[27] > 1.3 * sigma[10]
    assert sigma[27] == pytest.approx(sigma[19:36].max(), rel=0.05)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_short_chains(rows):
    seconds = np.arange(rows) / RATE_HZ
    path = smooth(seconds, np.full((rows, 2), 3.0), noises=noises_of(rows), motion=PEOPLE)
    assert path.state.shape == (rows, 6)
    np.testing.assert_allclose(path.state[:, :2], 3.0, atol=1e-6)
    assert draw_paths(path, draws=4, seed=1).shape == (4, rows, 2)


def test_shifting_the_world_shifts_the_path():
    seconds, places = hard_turn()
    positions = measured(places, 5)
    shift = np.array([500.0, -300.0])
    here = smooth(seconds, positions, noises=noises_of(80), motion=PEOPLE)
    there = smooth(seconds + 100, positions + shift, noises=noises_of(80), motion=PEOPLE)
    np.testing.assert_allclose(there.state[:, :2] - shift, here.state[:, :2], atol=1e-6)
    np.testing.assert_allclose(there.covariance, here.covariance, atol=1e-8)


def test_pixels_and_metres_smooth_alike():
    """Where nothing is metric the plane's unit is the pixel: scaling everything scales the path."""
    seconds, places = hard_turn()
    positions = measured(places, 6)
    metres = smooth(seconds, positions, noises=noises_of(80), motion=PEOPLE)
    pixels = smooth(
        seconds,
        50 * positions,
        noises=2500 * noises_of(80),
        motion=Motion(50 * PEOPLE.acceleration, 50 * PEOPLE.speed),
    )
    np.testing.assert_allclose(pixels.state[:, :4] / 50, metres.state[:, :4], atol=1e-5)


def test_the_seed_decides():
    seconds, places = hard_turn()
    path = smooth(seconds, measured(places, 7), noises=noises_of(80), motion=PEOPLE)
    first = draw_paths(path, draws=5, seed=1953)
    np.testing.assert_array_equal(draw_paths(path, draws=5, seed=1953), first)
    assert np.abs(draw_paths(path, draws=5, seed=1954) - first).max() > 1e-3


def test_drawn_paths_spread_as_the_covariance_says():
    seconds, places = hard_turn()
    path = smooth(seconds, measured(places, 8), noises=noises_of(80), motion=PEOPLE)
    paths = draw_paths(path, draws=4000, seed=1)
    np.testing.assert_allclose(paths.mean(axis=0), path.state[:, :2], atol=0.02)
    np.testing.assert_allclose(paths.std(axis=0)[:, 0], np.sqrt(path.covariance[:, 0, 0]), rtol=0.08)
