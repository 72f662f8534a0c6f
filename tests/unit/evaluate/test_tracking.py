"""All scores at once agree with the parts."""

import pytest

from tests.unit.evaluate.scenes import frame, random_scene
from truceline.evaluate.clear import clear
from truceline.evaluate.hota import hota
from truceline.evaluate.identity import identity
from truceline.evaluate.scene import ground_scene
from truceline.evaluate.tracking import score_tracks


def test_the_scores_are_those_of_the_parts():
    truth, tracks = random_scene(11)
    found, scene = score_tracks(truth, tracks), ground_scene(truth, tracks)
    assert (found.clear, found.identity, found.hota) == (clear(scene), identity(scene), hota(scene))
    assert found.mota == clear(scene).mota
    assert found.idf1 == identity(scene).idf1
    assert found.switches == clear(scene).switches


@pytest.mark.parametrize(("radius_m", "misses"), [(1.0, 0), (0.5, 1)])
def test_the_radius_says_who_may_match(radius_m: float, misses: int):
    found = score_tracks([frame(a=0, b=5)], [frame(x=0.2, y=5.8)], radius_m=radius_m)
    assert found.clear.misses == misses
    assert found.mean_error_m(reach_m=2 * radius_m) == pytest.approx(0.2 if misses else 0.5)
