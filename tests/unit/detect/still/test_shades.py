"""Shadows of clouds are taken out; subjects are not, and their own shadows neither."""

import numpy as np
import pytest

from truceline.detect.evidence import evidence
from truceline.detect.still.background import FLOOR_VISIBLE, Background
from truceline.detect.still.shades import BLOCKS_ACROSS, FEWEST_BLOCKS, LEAST_GAIN, relit
from truceline.records.time import UtcNs

HEIGHT, WIDTH = 180, 240
BLOCK = WIDTH // BLOCKS_ACROSS
LEVEL = np.array([1, 0], np.float32)
SHADE = 0.7


def scene_of(*, flat=False):
    generator = np.random.default_rng(5)
    grain = np.zeros((HEIGHT, WIDTH)) if flat else generator.normal(0, 18, (HEIGHT, WIDTH))
    return np.clip(130 + grain[..., None] + [0, 6, -8], 0, 255).astype(np.uint8)


def shaded(scene, rows, columns, *, gain=SHADE):
    frame = scene.copy()
    frame[rows, columns] = np.round(gain * frame[rows, columns].astype(float)).astype(np.uint8)
    return frame


def told(frame, scene):
    """Share of its threshold that each pixel speaks, in hundredths."""
    apart = np.abs(frame.astype(int) - scene).max(axis=2)
    return np.minimum(100 * apart // FLOOR_VISIBLE, 255).astype(np.uint8)


def relit_scene(frame, scene):
    return relit(frame, scene, level=LEVEL, speaks=told(frame, scene), least=40)


CLOUD = slice(2 * BLOCK, 12 * BLOCK), slice(4 * BLOCK, 20 * BLOCK)


@pytest.mark.parametrize("gain", [SHADE, 1.25], ids=["it comes", "it goes"])
@pytest.mark.parametrize("flat", [False, True], ids=["textured", "flat"])
def test_the_scene_is_put_in_the_light_of_a_cloud(gain, flat):
    scene = scene_of(flat=flat)
    frame = shaded(scene, *CLOUD, gain=gain)
    found = relit_scene(frame, scene)
    assert found is not None
    assert told(frame, scene)[CLOUD].mean() > 60
    assert told(frame, found)[CLOUD].mean() < 20


def test_what_does_not_lie_in_the_sun_does_not_change_with_the_rest():
    """Half of the pixels lie in another shade already: no one gain holds for a block."""
    scene = scene_of()
    frame = shaded(scene, *CLOUD, gain=0.85)
    frame[:, ::2] = scene[:, ::2]
    found = relit_scene(frame, scene)
    assert found is not None
    assert told(frame, scene)[CLOUD].mean() > 30
    assert told(frame, found)[CLOUD].mean() < 20


def test_where_nothing_changed_the_scene_is_as_it_is():
    scene = scene_of()
    assert relit_scene(scene, scene) is None


@pytest.mark.parametrize(("blocks", "found"), [(FEWEST_BLOCKS - 1, False), (FEWEST_BLOCKS, True)])
def test_a_shade_of_few_blocks_is_somebodys_own(blocks, found):
    scene = scene_of()
    frame = shaded(scene, slice(4 * BLOCK, 5 * BLOCK), slice(6 * BLOCK, (6 + blocks) * BLOCK))
    assert (relit_scene(frame, scene) is not None) is found


@pytest.mark.parametrize(
    ("gain", "found"), [(LEAST_GAIN + 0.05, True), (LEAST_GAIN - 0.05, False)], ids=["light", "night"]
)
def test_no_cloud_takes_all_light(gain, found):
    scene = scene_of()
    assert (relit_scene(shaded(scene, *CLOUD, gain=gain), scene) is not None) is found


def test_a_lorry_is_no_cloud():
    """It is as wide, and hides the texture of what is behind it."""
    scene = scene_of()
    frame = scene.copy()
    frame[CLOUD] = 90 + (np.arange(16 * BLOCK) % 7)[None, :, None] * 4
    assert relit_scene(frame, scene) is None


def test_who_walks_in_a_cloud_is_seen_and_the_cloud_is_not():
    scene = scene_of()
    frame = shaded(scene, *CLOUD)
    person = slice(40, 76), slice(80, 92)
    frame[person] = (40, 30, 150)
    background = Background(scene, np.full((HEIGHT, WIDTH), FLOOR_VISIBLE, np.uint8), UtcNs(0))
    strength = evidence(frame, background).strength
    assert strength[person].mean() > 240
    strength[person] = 0
    around = slice(35, 80), slice(75, 97)
    strength[around] = 0
    assert strength.mean() < 3
