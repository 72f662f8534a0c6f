"""A grey scene and what stands out of it: whatever gain, polarity, drift and knocks do."""

import numpy as np
import pytest

from tests.unit.detect.thermal.pictures import ground, shot, softened, with_body
from truceline.detect.thermal.scene import FLOOR, contrast, grey_of, thermal_scene
from truceline.detect.thermal.silhouette import in_the_frame, silhouettes
from truceline.errors import InputError
from truceline.records.time import UtcNs

PLACES = range(4, 104, 5)
BODY = [60, 30, 72, 66]


def learnt(pictures):
    return thermal_scene(pictures, centre_utc_ns=UtcNs(5))


@pytest.fixture(scope="module")
def scene():
    """A body walks through; at no place does it stay."""
    return learnt([softened(with_body(ground(), left=left), left) for left in PLACES])


def overlap(mask, box):
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return 0.0
    found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    width = min(found[2], box[2]) - max(found[0], box[0])
    height = min(found[3], box[3]) - max(found[1], box[1])
    both = max(width, 0) * max(height, 0)
    areas = sum((one[2] - one[0]) * (one[3] - one[1]) for one in (found, box))
    return both / (areas - both)


def test_no_pictures_are_refused():
    with pytest.raises(InputError, match="at least one"):
        learnt([])


def test_one_picture_is_its_own_scene():
    only = softened(ground(), 1)
    assert np.allclose(learnt([only]).grey, only, atol=0.6)


def test_the_scene_is_the_ground_without_the_body_and_knows_its_noise(scene):
    assert np.abs(scene.grey - grey_of(ground().astype(np.uint8)))[:, 4:-4].mean() < 1.5
    assert 0.5 < float(np.median(scene.noise)) < 2.0
    assert scene.centre_utc_ns == 5


@pytest.mark.parametrize(
    ("name", "how", "warmth"),
    [
        ("as the others", {}, 60.0),
        ("colder than the ground (polarity)", {}, -60.0),
        ("gain jump up", {"gain": 1.5, "offset": -40.0}, 60.0),
        ("gain jump down", {"gain": 0.5, "offset": 60.0}, 60.0),
        ("level jump", {"offset": 70.0}, 60.0),
        ("more noise", {"noise": 4.0}, 60.0),
        ("faint", {}, 18.0),
    ],
)
def test_a_body_is_found_with_a_tight_box(scene, name, how, warmth):
    frame = softened(with_body(ground(), left=60, warmth=warmth), 7, **how)
    found = contrast(frame, scene)
    mask = silhouettes(found)
    assert not found.changed, name
    assert overlap(mask, BODY) > 0.85, name
    inside = found.difference[35:60, 62:70]
    assert np.sign(np.median(inside)) == np.sign(warmth), name
    assert abs(float(np.median(inside))) == pytest.approx(abs(warmth), rel=0.25), name


@pytest.mark.parametrize(
    ("name", "how"),
    [("still", {}), ("gain jump", {"gain": 1.6, "offset": -50.0}), ("noisy", {"noise": 5.0})],
)
def test_an_empty_frame_gives_nothing(scene, name, how):
    assert not silhouettes(contrast(softened(ground(), 8, **how), scene)).any(), name


def test_a_smooth_drift_over_the_picture_gives_nothing(scene):
    down, right = np.mgrid[-1:1:96j, -1:1:128j]
    drift = 15 * right + 10 * down * down - 8 * right * down
    assert not silhouettes(contrast(softened(ground() + drift, 9), scene)).any()


@pytest.mark.parametrize("shift", [(0.6, 0.0), (0.0, -1.0), (5.0, 3.0), (-2.0, 7.0)])
def test_a_knocked_camera_is_put_back_and_the_body_stays_where_the_frame_shows_it(scene, shift):
    right, down = shift
    fine = np.kron(with_body(ground(), left=60), np.ones((10, 10)))
    moved = np.roll(fine, (round(10 * down), round(10 * right)), axis=(0, 1))
    frame = softened(moved.reshape(96, 10, 128, 10).mean(axis=(1, 3)), 11)
    found = contrast(frame, scene)
    assert found.shift_px == pytest.approx(shift, abs=0.3)
    mask = in_the_frame(silhouettes(found), found)
    expected = [BODY[0] + right, BODY[1] + down, BODY[2] + right, BODY[3] + down]
    assert overlap(mask, expected) > 0.8


def test_another_scene_is_said_to_be_one(scene):
    found = contrast(softened(ground(seed=99), 12), scene)
    assert found.changed
    assert not silhouettes(found).any()


def test_a_camera_knocked_too_far_shows_another_scene(scene):
    moved = np.roll(ground(), (0, 30), axis=(0, 1))
    found = contrast(softened(moved, 13), scene)
    assert found.changed


def test_a_body_below_the_floor_is_not_claimed(scene):
    frame = softened(with_body(ground(), left=60, warmth=FLOOR - 3), 14)
    assert not silhouettes(contrast(frame, scene)).any()


def test_a_flat_scene_tells_no_gain_and_no_shift():
    flat = np.full((96, 128), 90.0)
    scene = learnt([softened(flat, number) for number in range(8)])
    found = contrast(softened(with_body(flat, left=60), 20, offset=30.0), scene)
    assert found.shift_px == (0.0, 0.0)
    assert overlap(silhouettes(found), BODY) > 0.85


def test_colour_pictures_are_compared_by_their_luma():
    grey = shot(ground(), 1)
    assert np.allclose(grey_of(np.repeat(grey[..., None], 3, axis=2)), grey_of(grey), atol=0.6)


def test_the_same_frame_gives_the_same_however_often_it_is_asked(scene):
    frame = softened(np.roll(with_body(ground(), left=60), (4, -3), axis=(0, 1)), 15)
    before = scene.reference.structure.copy()
    first, again = contrast(frame, scene), contrast(frame, scene)
    assert np.array_equal(first.difference, again.difference)
    assert first.shift_px == again.shift_px
    assert np.array_equal(scene.reference.structure, before)
