"""Biases: what cameras that see the same people tell of one another."""

import numpy as np

from tests.unit.geometry.cameras import SIGMAS, mast
from tests.unit.world.walkers import START, biased, crowd, east_mast, given, seconds_of, site_of, track_of
from truceline.world.biases import settle
from truceline.world.likeness import Differ
from truceline.world.sightings import traces_of

SECONDS = seconds_of(0, 12)
ROUGH = site_of({"south": mast(noise=20), "east": east_mast(noise=20)})
DIFFER = Differ.of(ROUGH)


def pairs_of(delta, *, slip_s=0.0):
    """Four people by both masts, the south one wrong by ``delta``, the east one's clock by ``slip_s``."""
    paths = crowd(SECONDS)
    south = [
        track_of(f"s{n}", SECONDS, biased(mast(), path, delta), sigma_m=0.03) for n, path in enumerate(paths)
    ]
    east = [
        track_of(f"e{n}", SECONDS, path, camera="east", sigma_m=0.03, ahead_s=slip_s)
        for n, path in enumerate(paths)
    ]
    runs = [given("south", south, watched=[(0, 13)]), given("east", east, watched=[(0, 13)])]
    traces = {one.track.track_id: one for one in traces_of(runs, ROUGH, epoch_utc_ns=START)}
    return [(traces[f"s{n}"], traces[f"e{n}"]) for n in range(len(paths))]


def test_without_pairs_nothing_is_known_but_the_survey():
    found = settle([], DIFFER)
    assert not np.any(found.errors)
    np.testing.assert_allclose(found.of_camera("south"), DIFFER.calibrations["south"], atol=1e-12)


def test_a_turned_camera_is_brought_towards_the_other_and_both_are_known_better():
    delta = np.zeros(10)
    delta[4] = 30 * SIGMAS[4]
    pairs = pairs_of(delta)
    found = settle(pairs, DIFFER)
    before = np.mean([np.linalg.norm(one.positions - other.positions, axis=1) for one, other in pairs])
    after = np.mean(
        [
            np.linalg.norm(found.corrected(one).positions - found.corrected(other).positions, axis=1)
            for one, other in pairs
        ]
    )
    assert after < 0.6 * before
    for name in ("south", "east"):
        assert np.trace(found.of_camera(name)) < np.trace(DIFFER.calibrations[name])


def test_a_slip_of_the_clock_is_told_from_a_bias():
    pairs = pairs_of(np.zeros(10), slip_s=0.1)
    found = settle(pairs, DIFFER, slip_sigma_s=1.0)
    assert abs(found.slip_s - 0.1) < 0.03
    assert found.slip_sigma_s < 0.05


def test_cameras_that_agree_are_left_where_they_are():
    found = settle(pairs_of(np.zeros(10)), DIFFER)
    one = pairs_of(np.zeros(10))[0][0]
    assert np.max(np.abs(found.corrected(one).positions - one.positions)) < 0.02
