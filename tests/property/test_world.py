"""The world: where and when it lies and in which order it is told changes nothing; noise never makes sure."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.unit.geometry.cameras import mast, moved
from tests.unit.world.walkers import crowd, east_mast, given, seconds_of, site_of, track_of, two_views
from truceline.records.time import UtcNs, UtcSpan
from truceline.world.together import put_together

SECONDS = seconds_of(0, 8)
SEEDS = st.integers(0, 2**31)
MASTS = {"south": mast(), "east": east_mast()}
SITE = site_of(MASTS)


def told(world):
    """Who is who and how surely."""
    return [[(one.track_id, round(one.probability, 6)) for one in each.sightings] for each in world.subjects]


def later(run, by_ns):
    """The same run at another time."""
    return replace(
        run,
        watched=tuple(
            UtcSpan(UtcNs(one.start_utc_ns + by_ns), UtcNs(one.end_utc_ns + by_ns)) for one in run.watched
        ),
        tracks=tuple(replace(track, utc_ns=track.utc_ns + by_ns) for track in run.tracks),
    )


@settings(max_examples=6)
@drawn(SEEDS, st.integers(-(10**18), 10**18))
def test_time_may_begin_anywhere(seed, by_ns):
    runs = two_views(SECONDS, crowd(SECONDS, seed=seed), clocks=("one", "one"))
    first, second = put_together(runs, SITE), put_together([later(run, by_ns) for run in runs], SITE)
    assert told(first) == told(second)
    for one, other in zip(first.subjects, second.subjects, strict=True):
        np.testing.assert_array_equal(one.state, other.state)
        np.testing.assert_array_equal(one.utc_ns + by_ns, other.utc_ns)


@settings(max_examples=6)
@drawn(SEEDS)
def test_the_order_of_runs_and_tracks_changes_nothing(seed):
    runs = two_views(SECONDS, crowd(SECONDS, seed=seed), clocks=("one", "one"))
    turned = [replace(run, tracks=run.tracks[::-1]) for run in runs[::-1]]
    first, second = put_together(runs, SITE), put_together(turned, SITE)
    assert told(first) == told(second)
    assert [one.subject_id for one in first.subjects] == [one.subject_id for one in second.subjects]


@settings(max_examples=6)
@drawn(SEEDS, st.floats(-3, 3), st.tuples(st.floats(-500, 500), st.floats(-500, 500)))
def test_turning_and_shifting_the_site_changes_nothing(seed, turn_rad, by_m):
    runs = two_views(SECONDS, crowd(SECONDS, seed=seed), clocks=("one", "one"))
    turn = np.array([[np.cos(turn_rad), -np.sin(turn_rad)], [np.sin(turn_rad), np.cos(turn_rad)]])
    both = np.kron(np.eye(2), turn)

    def there(track):
        state = track.state @ both.T
        state[:, :2] += np.array(by_m)
        return replace(track, state=state, covariance=both @ track.covariance @ both.T)

    site = site_of({name: _turned(one, turn_rad, by_m) for name, one in MASTS.items()})
    first = put_together(runs, SITE)
    second = put_together([replace(run, tracks=tuple(map(there, run.tracks))) for run in runs], site)
    assert [[name for name, _ in each] for each in told(first)] == [
        [name for name, _ in each] for each in told(second)
    ]
    for one, other in zip(first.subjects, second.subjects, strict=True):
        np.testing.assert_allclose(one.en_m @ turn.T + np.array(by_m), other.en_m, atol=0.01)
        for a, b in zip(one.sightings, other.sightings, strict=True):
            assert a.probability == pytest.approx(b.probability, abs=0.02)


def _turned(calibration, turn_rad, by_m):
    """The mast in the turned world: its errors of turn and place turn with it."""
    there = moved(calibration, turn_rad=turn_rad, by_m=by_m)
    turn = np.array(
        [[np.cos(turn_rad), -np.sin(turn_rad), 0], [np.sin(turn_rad), np.cos(turn_rad), 0], [0, 0, 1]]
    )
    whole = np.eye(10)
    whole[4:7, 4:7] = whole[7:, 7:] = turn
    return replace(there, covariance=whole @ calibration.covariance @ whole.T)


@settings(max_examples=6)
@drawn(SEEDS, st.floats(1.5, 6.0))
def test_more_noise_is_never_surer(seed, factor):
    path = crowd(SECONDS, people=1, seed=seed)[0]

    def chance(sigma_m):
        tracks = {
            name: track_of(name, SECONDS, path, camera=name, sigma_m=sigma_m) for name in ("south", "east")
        }
        runs = [given(name, [track], watched=[(-1, 9)]) for name, track in tracks.items()]
        world = put_together(runs, SITE)
        joined = [one for one in world.subjects if len(one.sightings) == 2]
        return joined[0].sightings[1].probability if joined else 0.0

    assert chance(0.3 * factor) <= chance(0.3) + 1e-9


@settings(max_examples=10)
@drawn(SEEDS)
def test_a_single_camera_gives_its_own_tracks_back(seed):
    tracks = [track_of(str(n), SECONDS, path) for n, path in enumerate(crowd(SECONDS, seed=seed))]
    world = put_together([given("south", tracks, watched=[(-1, 9)])], SITE)
    by_name = {one.sightings[0].track_id: one for one in world.subjects}
    for track in tracks:
        np.testing.assert_array_equal(by_name[track.track_id].state, track.state)
        np.testing.assert_array_equal(by_name[track.track_id].covariance, track.covariance)
