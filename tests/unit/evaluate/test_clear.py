"""CLEAR: small scenes counted by hand, and py-motmetrics on random ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.evaluate.scenes import frame, random_scene
from truceline.evaluate.clear import ClearScores, clear, matched_rows, matches
from truceline.evaluate.identity import identity
from truceline.evaluate.scene import Frame, ground_scene

RADIUS_M = 1.0


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
    scene = ground_scene(truth, tracks)
    found, names = clear(scene), identity(scene)
    assert (found.misses, found.unfounded, found.switches, names.matched) == expected


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        pytest.param([frame(x=0), frame(x=0), frame(x=0)], 0, id="never lost"),
        pytest.param([frame(x=0), frame(), frame(x=0)], 1, id="lost and found"),
        pytest.param([frame(x=0), frame(), frame(y=0)], 1, id="found under another name"),
        pytest.param([frame(), frame(), frame(x=0)], 0, id="found late"),
        pytest.param([frame(x=0), frame(), frame()], 0, id="lost for good"),
    ],
)
def test_fragments(tracks: list[Frame], expected: int):
    assert clear(ground_scene([frame(a=0)] * 3, tracks)).fragments == expected


def test_a_subject_that_leaves_and_comes_back_is_no_fragment():
    scene = ground_scene([frame(a=0), frame(), frame(a=0)], [frame(x=0), frame(), frame(x=0)])
    assert clear(scene).fragments == 0


def test_mota_is_made_of_the_counts():
    found = ClearScores(truth=10, found=9, misses=2, unfounded=1, switches=1, fragments=0, similarity=0.9)
    assert found.mota == pytest.approx(0.6)


def test_without_truth_nothing_is_claimed():
    nothing = clear(ground_scene([frame()], [frame()]))
    assert math.isnan(nothing.mota)
    assert math.isnan(nothing.motp)


def test_motp_is_the_mean_similarity_of_the_matches():
    found = clear(ground_scene([frame(a=0, b=5)], [frame(x=0.2, y=5.4, z=50)]))
    assert found.motp == pytest.approx(1 - 0.3 / 2)


def test_matched_rows_name_frame_and_rows():
    scene = ground_scene([frame(), frame(a=0, b=5)], [frame(x=0), frame(y=50, z=5)])
    assert matched_rows(scene, matches(scene)).tolist() == [[1, 1, 1]]
    assert matched_rows(ground_scene([frame()], [frame()]), [[]]).shape == (0, 3)


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
    counts = ["num_switches", "num_misses", "num_false_positives", "num_fragmentations", "idtp"]
    names = [*counts, "mota", "motp", "idf1", "idp", "idr"]
    theirs = motmetrics.metrics.create().compute(accumulator, metrics=names, return_dataframe=False)
    scene = ground_scene(truth, tracks)
    ours, same = clear(scene), identity(scene)
    found_counts = (ours.switches, ours.misses, ours.unfounded, ours.fragments, same.matched)
    assert found_counts == tuple(theirs[name] for name in counts)
    if ours.truth:
        assert ours.mota == pytest.approx(theirs["mota"])
        assert same.recall == pytest.approx(theirs["idr"])
    if ours.truth and ours.found:
        assert same.idf1 == pytest.approx(theirs["idf1"])
        assert same.precision == pytest.approx(theirs["idp"])
        assert 2 * (1 - ours.motp) == pytest.approx(theirs["motp"], nan_ok=True)
