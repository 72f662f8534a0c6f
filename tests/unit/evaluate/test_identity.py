"""Scores of tracks: small scenes counted by hand, and py-motmetrics on random ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.errors import InputError
from truceline.evaluate.identity import Frame, TrackScores, score_tracks

RADIUS_M = 1.0


def frame(**places: float) -> Frame:
    """Identities with their east coordinate; all stand on one line."""
    positions = np.array([[east, 0.0] for east in places.values()]).reshape(-1, 2)
    return Frame(tuple(places), positions)


def scores(truth: list[Frame], tracks: list[Frame]) -> TrackScores:
    return score_tracks(truth, tracks, radius_m=RADIUS_M)


@pytest.mark.parametrize(
    ("truth", "tracks", "expected"),
    [
        pytest.param([frame(a=0)], [frame(x=0)], (0, 0, 0, 1), id="one and found"),
        pytest.param([frame(a=0)], [frame()], (1, 0, 0, 0), id="missed"),
        pytest.param([frame()], [frame(x=0)], (0, 1, 0, 0), id="unfounded"),
        pytest.param([frame(a=0)], [frame(x=1.0)], (0, 0, 0, 1), id="at the radius"),
        pytest.param([frame(a=0)], [frame(x=1.0 + 1e-9)], (1, 1, 0, 0), id="beyond the radius"),
        pytest.param([frame(a=0)] * 2, [frame(x=0), frame(y=0)], (0, 0, 1, 1), id="another name: a switch"),
        pytest.param(
            [frame(a=0)] * 3, [frame(x=0), frame(), frame(y=0)], (1, 0, 1, 1), id="another name after a miss"
        ),
        pytest.param([frame(a=0)] * 3, [frame(x=0), frame(), frame(x=0)], (1, 0, 0, 2), id="the same again"),
        pytest.param(
            [frame(a=0, b=0.9)] * 2,
            [frame(x=0, y=0.9), frame(x=0.9, y=0)],
            (0, 0, 0, 4),
            id="what held still holds, though the other is nearer",
        ),
        pytest.param(
            [frame(a=0), frame(b=0), frame(a=0, b=0.5)],
            [frame(x=0), frame(x=0), frame(x=0)],
            (1, 0, 0, 2),
            id="one track is never matched twice in a frame",
        ),
        pytest.param([frame()], [frame()], (0, 0, 0, 0), id="nothing at all"),
    ],
)
def test_counts(truth: list[Frame], tracks: list[Frame], expected: tuple[int, int, int, int]):
    found = scores(truth, tracks)
    assert (found.misses, found.unfounded, found.switches, found.identity_matches) == expected


def test_the_scores_are_made_of_the_counts():
    found = TrackScores(
        truth=10, misses=2, unfounded=1, switches=1, identity_matches=6, tracked=9, mean_error_m=0.1
    )
    assert found.mota == pytest.approx(0.6)
    assert found.idf1 == pytest.approx(12 / 19)


def test_without_truth_nothing_is_claimed():
    nothing = scores([frame()], [frame()])
    assert math.isnan(nothing.mota)
    assert math.isnan(nothing.idf1)
    assert math.isnan(nothing.mean_error_m)
    assert scores([frame()], [frame(x=0)]).idf1 == 0


def test_the_error_is_the_mean_distance_of_the_matches():
    assert scores([frame(a=0, b=5)], [frame(x=0.2, y=5.4, z=50)]).mean_error_m == pytest.approx(0.3)


def test_sides_of_different_length_are_refused():
    with pytest.raises(InputError, match="2 frames of truth"):
        scores([frame(a=0)] * 2, [frame(x=0)])


def random_scene(seed: int) -> tuple[list[Frame], list[Frame]]:
    """People who walk about; tracks with noise, misses, inventions and exchanged names."""
    draw = np.random.default_rng(seed)
    people, frames = int(draw.integers(1, 6)), int(draw.integers(1, 30))
    places = draw.uniform(0, 4, (people, 2))
    names = list(range(people))
    truth, tracks = [], []
    for _ in range(frames):
        places = places + draw.normal(0, 0.3, places.shape)
        if people > 1 and draw.random() < 0.2:
            one, other = draw.choice(people, 2, replace=False)
            names[one], names[other] = names[other], names[one]
        if draw.random() < 0.1:
            names[int(draw.integers(people))] = int(draw.integers(100, 999))
        present, seen = draw.random(people) < 0.85, draw.random(people) < 0.8
        truth.append(Frame(tuple(f"p {row}" for row in np.flatnonzero(present)), places[present]))
        found = {f"t {names[row]}": places[row] + draw.normal(0, 0.4, 2) for row in np.flatnonzero(seen)}
        if draw.random() < 0.2:
            found["t 5000"] = draw.uniform(0, 4, 2)
        tracks.append(Frame(tuple(found), np.array(list(found.values())).reshape(-1, 2)))
    return truth, tracks


def _numbers(ids: tuple[str, ...]) -> list[int]:
    return [int(one.split()[1]) for one in ids]


@pytest.mark.counterpart("motmetrics")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@given(seed=st.integers(0, 2**32 - 1))
def test_py_motmetrics_counts_the_same(seed: int):
    import motmetrics

    truth, tracks = random_scene(seed)
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for true, found in zip(truth, tracks, strict=True):
        # Our own distances: the library's iou_matrix does not run on today's NumPy.
        apart = np.linalg.norm(true.positions_m[:, None] - found.positions_m[None], axis=2)
        gated = np.where(apart <= RADIUS_M, apart, np.nan)
        accumulator.update(_numbers(true.ids), _numbers(found.ids), gated)
    names = ["mota", "idf1", "num_switches", "num_misses", "num_false_positives", "idtp"]
    theirs = motmetrics.metrics.create().compute(accumulator, metrics=names, return_dataframe=False)
    ours = scores(truth, tracks)
    counts = (ours.switches, ours.misses, ours.unfounded, ours.identity_matches)
    assert counts == tuple(theirs[name] for name in names[2:])
    if ours.truth:
        assert ours.mota == pytest.approx(theirs["mota"])
    if ours.truth and ours.tracked:
        assert ours.idf1 == pytest.approx(theirs["idf1"])
