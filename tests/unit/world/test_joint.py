"""The joint path: fused without being surer than the tracks allow, everybody's rows in order."""

from dataclasses import replace

import numpy as np

from tests.unit.world.walkers import (
    PERSON,
    SITE,
    START,
    VEHICLE,
    given,
    seconds_of,
    track_of,
    walk,
)
from truceline.records.tracks import Track
from truceline.world.biases import settle
from truceline.world.joint import Part, subject_of
from truceline.world.likeness import Differ
from truceline.world.sightings import traces_of

DIFFER = Differ.of(SITE)
BIASES = settle([], DIFFER)
SECONDS = seconds_of(0, 6)
PATH = walk((0, -3, 0), (6, 3, 1), seconds=SECONDS)


def subject(*tracks):
    runs: dict[str, list[Track]] = {}
    for track in tracks:
        runs.setdefault(track.camera_id, []).append(track)
    cameras = [given(name, own, watched=[(0, 9)]) for name, own in runs.items()]
    traces = {one.track.track_id: one for one in traces_of(cameras, SITE, epoch_utc_ns=START)}
    parts = [Part(traces[one.track_id], 1.0, ()) for one in tracks]
    return subject_of(parts, biases=BIASES, seed="incident")


def test_one_trace_alone_stays_as_it_is():
    track = track_of("a", SECONDS, PATH)
    found = subject(track)
    np.testing.assert_array_equal(found.state, track.state)
    np.testing.assert_array_equal(found.covariance, track.covariance)
    jacobian = found.bias_covariance
    assert np.all(np.trace(jacobian, axis1=1, axis2=2) > 0)


def test_two_traces_lie_between_and_are_no_surer_than_the_surer_one():
    one = track_of("a", SECONDS, PATH + 0.2)
    other = track_of("b", SECONDS, PATH - 0.2, camera="east")
    found = subject(one, other)
    assert np.max(np.linalg.norm(found.en_m - PATH, axis=1)) < 0.28
    white = np.trace(found.covariance[:, :2, :2], axis1=1, axis2=2)
    assert np.all(white > 0.9 * np.trace(one.covariance[:, :2, :2], axis1=1, axis2=2).min())
    shared = np.trace(found.bias_covariance, axis1=1, axis2=2)
    alone = np.trace(subject(one).bias_covariance, axis1=1, axis2=2)
    assert shared.mean() < alone.mean()


def test_the_vaguer_one_counts_less():
    one = track_of("a", SECONDS, PATH + 0.3, sigma_m=2.0)
    other = track_of("b", SECONDS, PATH, camera="east", sigma_m=0.1)
    assert np.max(np.linalg.norm(subject(one, other).en_m - PATH, axis=1)) < 0.05


def test_times_of_all_cameras_are_rows_and_equal_ones_are_one():
    late = SECONDS + 0.1
    shifted = walk((0, -3, 0), (6, 3, 1), seconds=late)
    found = subject(track_of("a", SECONDS, PATH), track_of("b", late, shifted, camera="east"))
    assert len(found.utc_ns) == 2 * len(SECONDS)
    assert set(found.sighting.tolist()) == {0, 1}
    same = subject(track_of("a", SECONDS, PATH), track_of("b", SECONDS, PATH, camera="east"))
    assert len(same.utc_ns) == len(SECONDS)
    assert set(same.sighting.tolist()) == {0}


def test_what_one_camera_coasted_and_another_saw_was_seen():
    one = track_of("a", SECONDS, PATH)
    observed = one.observed.copy()
    observed[10:] = False
    coasted = replace(one, observed=observed)
    found = subject(coasted, track_of("b", SECONDS + 0.05, PATH, camera="east"))
    assert found.observed.all()
    assert not subject(coasted).observed.all()
    assert np.count_nonzero(found.sighting == 0) == 10


def test_a_gap_has_no_rows():
    found = subject(track_of("a", SECONDS, PATH), track_of("b", SECONDS + 60, PATH))
    assert np.max(np.diff(found.utc_ns)) > 50e9


def test_kinds_are_the_mean_by_rows():
    found = subject(
        track_of("a", SECONDS, PATH),
        track_of("b", SECONDS[:16] + 60, PATH[:16], kinds=VEHICLE),
    )
    share = len(SECONDS) / (len(SECONDS) + 16)
    assert found.kinds.person == np.float64(
        PERSON.person * share + VEHICLE.person * (1 - share)
    ) or np.isclose(found.kinds.person, PERSON.person * share + VEHICLE.person * (1 - share))
    assert np.isclose(sum(found.kinds.values), 1.0)


def test_ids_name_the_incident():
    track = track_of("a", SECONDS, PATH)
    traces = traces_of([given("south", [track], watched=[(0, 9)])], SITE, epoch_utc_ns=START)
    parts = [Part(traces[0], 1.0, ())]
    ids = {subject_of(parts, biases=BIASES, seed=seed).subject_id for seed in ("one", "one", "other")}
    assert len(ids) == 2
