"""HOTA: scenes worked by hand, and the scores of TrackEval 1.3.0 on the same scenes.

TrackEval wants libraries that collide with ours, so its scores stand here as it gave them, from the scenes
that ``scenes`` makes: ``bench/accuracy/trackeval_scores.py`` prints them again where it is installed.
"""

import math
from pathlib import Path

import pytest

from tests.unit.evaluate.scenes import frame, pets_scene, random_scene
from truceline.evaluate.hota import THRESHOLDS, hota
from truceline.evaluate.scene import Scene, ground_scene, image_scene
from truceline.evaluate.tracking import score_boxes

TRACKEVAL = {
    0: (0.465310, 0.517811, 0.419013, 0.805870),
    1: (0.306877, 0.507780, 0.187736, 0.827304),
    2: (0.417099, 0.520399, 0.337493, 0.797396),
    3: (0.558015, 0.546678, 0.577209, 0.797613),
    4: (0.287782, 0.458022, 0.182485, 0.787201),
    5: (0.342558, 0.498839, 0.236034, 0.800967),
}
TRACKEVAL_PETS = (0.222655, 0.549143, 0.090869, 0.753782)


def scores(scene: Scene) -> tuple[float, float, float, float]:
    found = hota(scene)
    return found.hota, found.detection, found.association, found.localisation


def test_perfect_tracks_score_one():
    assert scores(ground_scene([frame(a=0, b=5)] * 3, [frame(x=0, y=5)] * 3)) == (1, 1, 1, 1)


def test_half_the_frames_missed_by_hand():
    # Two of four places found: DetA = 2 / 4; the one identity shares 2 of 4 places: AssA = 2 / 4.
    found = hota(ground_scene([frame(a=0)] * 4, [frame(x=0), frame(x=0), frame(), frame()]))
    assert found.detection == pytest.approx(0.5)
    assert found.association == pytest.approx(0.5)
    assert found.hota == pytest.approx(0.5)


def test_a_name_changed_half_way_by_hand():
    # All found: DetA = 1; each of four hits belongs to a pair that shares 2 of 4 places: AssA = 2 / 4.
    found = hota(ground_scene([frame(a=0)] * 4, [frame(x=0), frame(x=0), frame(y=0), frame(y=0)]))
    assert found.detection == pytest.approx(1)
    assert found.association == pytest.approx(0.5)
    assert found.hota == pytest.approx(math.sqrt(0.5))


def test_a_place_half_right_passes_the_thresholds_up_to_its_similarity():
    found = hota(ground_scene([frame(a=0)], [frame(x=1.0)]))  # similarity 0.5: ten of nineteen thresholds
    assert found.hota == pytest.approx(10 / len(THRESHOLDS))


def test_nothing_at_all_claims_nothing_and_misses_alone_score_zero():
    assert all(math.isnan(one) for one in scores(ground_scene([frame()], [frame()])))
    assert scores(ground_scene([frame(a=0)], [frame()]))[:3] == (0, 0, 0)


@pytest.mark.parametrize("seed", sorted(TRACKEVAL))
def test_trackeval_gives_the_same_on_random_scenes(seed: int):
    assert scores(ground_scene(*random_scene(seed))) == pytest.approx(TRACKEVAL[seed], abs=1e-6)


@pytest.mark.footage
def test_trackeval_gives_the_same_on_the_annotated_boxes_of_pets(footage: Path):
    truth, tracks = pets_scene(footage)
    assert scores(image_scene(truth, tracks)) == pytest.approx(TRACKEVAL_PETS, abs=1e-6)
    found = score_boxes(truth, tracks)
    # The other families as TrackEval gave them: MOTA, MOTP, switches, fragmentations, IDF1.
    assert (found.mota, found.clear.motp, found.idf1) == pytest.approx(
        (0.717849, 0.701761, 0.259251), abs=1e-6
    )
    assert (found.switches, found.clear.fragments) == (224, 631)
