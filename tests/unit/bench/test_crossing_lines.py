"""The protocol of the fifty lines: what counts, what is ignored, and the figures of claims that are known."""

import numpy as np
import pytest

from bench.reach import pets
from bench.reach.crossing_lines import (
    LENGTH_M,
    Claim,
    LinesFigures,
    Scene,
    follows,
    frame_numbers,
    measure,
    random_lines,
    sign_changes,
)
from tests.unit.events.walks import line_of, track_of, viewpoint_of
from truceline.events.crossing import CrossingSettings, find_crossings

FRAMES = range(301, 401)
NUMBERS = np.arange(301, 401)
VERTICES = np.array([[-LENGTH_M / 2, 0.0], [LENGTH_M / 2, 0.0]])


def walk(*, east=0.0, speed=0.1, cross_frame=350):
    return np.stack([np.full(100, east), speed * (NUMBERS - cross_frame - 0.5)], axis=1)


def truth_of(*paths):
    rows = []
    for person, path in enumerate(paths, start=1):
        rows.append(np.column_stack([NUMBERS, np.full(100, person), path, np.full(100, 400.0)]))
    return np.concatenate(rows)


def tracked(path):
    """A track of the walks' camera, moved to the footage's own times."""
    track = track_of(np.arange(100) / 10, path, sigma_m=0.02)
    at = pets.START_UTC_NS + np.round((NUMBERS - 1) / pets.RATE_HZ * 1e9).astype(np.int64)
    object.__setattr__(track, "utc_ns", at)
    return track


@pytest.mark.parametrize(
    ("north", "passages"),
    [
        pytest.param([-1, 1], [(0.5, 1)], id="over"),
        pytest.param([1, -1], [(0.5, -1)], id="the other way"),
        pytest.param([-1, 0.29, -1], [], id="within the band"),
        pytest.param([-1, 0.3, -1], [(1 / 1.3, 1), (1 + 0.3 / 1.3, -1)], id="at the band, and back"),
        pytest.param([-1, 0.1, -0.1, 1], [(2 + 0.1 / 1.1, 1)], id="the last change of sign"),
        pytest.param([0.1, 1], [], id="begins within the band"),
    ],
)
def test_passages_of_an_exact_path(north, passages):
    path = np.stack([np.zeros(len(north)), np.array(north, float)], axis=1)
    got = sign_changes(np.arange(len(north), dtype=float), path, vertices=VERTICES, who="1")
    assert [(one.at_s, one.towards) for one in got] == [pytest.approx(one) for one in passages]


@pytest.mark.parametrize(
    ("from_end_m", "counts"), [(0.5, [False]), (0.49, [True]), (-0.5, [True]), (-0.51, [])]
)
def test_near_an_end_a_passage_is_ignored_and_beyond_it_there_is_none(from_end_m, counts):
    path = np.array([[LENGTH_M / 2 - from_end_m, -1.0], [LENGTH_M / 2 - from_end_m, 1.0]])
    got = sign_changes(np.arange(2.0), path, vertices=VERTICES, who="1")
    assert [one.ignored for one in got] == counts


def test_a_track_follows_whom_it_is_with_most_of_the_time():
    truth = truth_of(walk(), walk(east=3.0))
    path = walk()
    path[:60, 0] = 3.0
    assert follows(tracked(path), truth, frames=FRAMES) == 2
    path[:45, 0] = 9.0
    assert follows(tracked(path), truth, frames=FRAMES) is None
    assert frame_numbers(tracked(path)).tolist() == NUMBERS.tolist()


def test_exact_tracks_score_one_and_a_missing_one_is_missed():
    paths = [walk(), walk(east=2.0, speed=-0.12), walk(east=-3.0, cross_frame=340)]
    truth = truth_of(*paths)
    viewpoint = viewpoint_of(noise=0.0)

    def figures(count):
        tracks = [tracked(path) for path in paths[:count]]
        ids = {id(track): f"t{number}" for number, track in enumerate(tracks)}
        for track in tracks:
            object.__setattr__(track, "track_id", ids[id(track)])

        def find(line):
            return [
                one
                for track in tracks
                for one in find_crossings(
                    track,
                    np.repeat(track.en_m[None], 20, axis=0),
                    viewpoint=viewpoint,
                    line=line,
                    settings=CrossingSettings(0.3, 1),
                )
            ]

        scene = Scene(truth, viewpoint.camera.calibration, line_of(sigma_m=1e-6), FRAMES)
        return measure(tracks, find, scene=scene)

    whole = figures(3)
    assert whole.matched > 20
    assert whole.f1 == 1.0
    assert whole.calibration_error == pytest.approx(0.0, abs=1e-9)
    assert whole.confidently_wrong == ()
    assert len(whole.claims) > whole.matched / 2
    part = figures(2)
    assert len(part.missed) == whole.matched - part.matched > 0
    assert {one.who for _, one in part.missed} == {"3"}


def test_the_lines_are_always_the_same():
    truth = truth_of(walk(), walk(east=20.0))
    first, second = random_lines(truth), random_lines(truth)
    assert len(first) == 50
    assert np.array_equal(first, second)
    assert [float(np.linalg.norm(one[1] - one[0])) for one in first] == pytest.approx([LENGTH_M] * 50)


def test_the_figures_of_claims():
    claims = [(0.99, True), (0.99, False), (0.02, True), (0.5, True), (0.5, False)]
    figures = LinesFigures(0, (), (), tuple(Claim(0, "t", 1, said, true) for said, true in claims))
    assert len(figures.confidently_wrong) == 2
    assert figures.calibration_error == pytest.approx((abs(1.98 - 1) + 0.98 + 0.0) / 5)
