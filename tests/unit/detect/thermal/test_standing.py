"""Bodies that stand for most of a clip are taken out of its scene; scenery stays."""

import numpy as np
import pytest

from tests.unit.detect.thermal.pictures import ground, softened, with_body
from truceline.detect.thermal.scene import contrast, thermal_scene
from truceline.detect.thermal.silhouette import silhouettes
from truceline.records.time import UtcNs


def learnt(places, *, warmth=60.0, base=None):
    base = ground(texture=3.0) if base is None else base
    pictures = [
        softened(with_body(base, left=left, warmth=warmth), number) for number, left in enumerate(places)
    ]
    return thermal_scene(pictures, centre_utc_ns=UtcNs(0)), pictures


@pytest.mark.parametrize("warmth", [60.0, -50.0])
def test_a_body_that_walks_a_few_steps_and_stands_is_whole_and_leaves_no_ghost(warmth):
    # It never uncovers its own middle: 12 px wide, it moves by 8.
    places = [40, 41, 42, 43, 44, 45, 46, 47] + [48] * 20
    scene, pictures = learnt(places, warmth=warmth)
    assert np.abs(scene.grey - 90)[32:64, 42:58].mean() < 8
    for number in (0, 5, 27):
        mask = silhouettes(contrast(pictures[number], scene))
        columns = np.flatnonzero(mask.any(axis=0))
        assert columns.min() == pytest.approx(places[number], abs=2)
        assert columns.max() + 1 == pytest.approx(places[number] + 12, abs=2)


def test_a_hot_stone_that_somebody_passes_stays_in_the_scene():
    base = ground(texture=3.0)
    base[40:60, 56:68] += 70
    scene, _ = learnt(range(4, 104, 4), base=base)
    assert float(np.median(scene.grey[44:56, 59:65])) == pytest.approx(160, abs=6)
    assert not silhouettes(contrast(softened(base, 50), scene)).any()


def test_who_never_moves_cannot_be_told_from_the_scene():
    scene, pictures = learnt([48] * 20)
    assert not silhouettes(contrast(pictures[3], scene)).any()


def test_a_body_in_front_of_an_edge_leaves_the_edge_in_the_scene():
    base = ground(texture=3.0)
    base[:, 64:] += 40
    scene, _ = learnt(range(4, 104, 4), base=base)
    assert float(np.median(scene.grey[30:66, 70:100]) - np.median(scene.grey[30:66, 20:56])) == pytest.approx(
        40, abs=4
    )
