"""The drawn pictures against their own truth: what differs from the empty scene lies where the truth says."""

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from truceline.records.time import NS_PER_S, UtcNs, format_utc
from truceline.records.truth import DrawnTruth
from truceline.simulate.cast.cels import Cels, draw_cels
from truceline.simulate.drawn import drawn_incident
from truceline.simulate.exposure import STAMP, Exposure
from truceline.simulate.scene import START_UTC_NS, Scene, scene_from_seed
from truceline.simulate.scenery.plate import Plate, draw_plate
from truceline.simulate.testimony import drawn_truth, truth_as_json

GROWN_PX = 3
SHADOW_PX = 22
MOMENTS_S = np.array([0.0, 9.0, 13.0, 17.5, 22.0, 28.2, 33.0, 41.0, 41.5, 42.0, 44.0, 47.0, 55.0])
FAINT = 3.5 / 255
"""The blur of a lens leaves this little beyond the box."""


@dataclass(frozen=True)
class Sampled:
    """A dozen moments of one seed, drawn once for all tests."""

    scene: Scene
    plate: Plate
    cels: Cels
    truth: DrawnTruth


@pytest.fixture(scope="module", params=[1, 8])
def sampled(request: pytest.FixtureRequest) -> Sampled:
    scene = scene_from_seed(request.param)
    plate = draw_plate(scene)
    cels = draw_cels(scene, plate, at_s=MOMENTS_S)
    return Sampled(scene, plate, cels, drawn_truth(scene, cels, at_s=MOMENTS_S, rate_hz=Fraction(1)))


def without_noise(sampled: Sampled, frame: int) -> NDArray[np.float32]:
    picture = sampled.plate.picture.copy()
    for patch in sampled.cels.layers[frame]:
        height, width = patch.paint.shape[:2]
        part = picture[patch.top_px : patch.top_px + height, patch.left_px : patch.left_px + width]
        part *= 1 - patch.paint[..., 3:]
        part += patch.paint[..., :3]
    return picture


def allowed(sampled: Sampled, frame: int) -> NDArray[np.bool_]:
    """The truth's boxes grown by three pixels, and the ground beside the feet where the shadow lies."""
    mask = np.zeros(sampled.plate.picture.shape[:2], dtype=np.bool_)
    for person in sampled.truth.people:
        for row in np.flatnonzero(person.frame == frame):
            left, top, right, bottom = person.boxes_px[row]
            mask[
                max(int(top) - GROWN_PX, 0) : int(bottom) + 2 + GROWN_PX,
                max(int(left) - GROWN_PX, 0) : int(right) + 2 + GROWN_PX,
            ] = True
            across, down = np.round(person.foot_px[row]).astype(int)
            mask[max(down - SHADOW_PX, 0) : max(down + 12, 0), max(across - 20, 0) : max(across + 42, 0)] = (
                True
            )
    return mask


def test_what_differs_from_the_empty_scene_lies_in_the_truth_boxes(sampled: Sampled):
    for frame in range(len(MOMENTS_S)):
        changed = np.abs(without_noise(sampled, frame) - sampled.plate.picture).max(axis=2) > FAINT
        assert not np.any(changed & ~allowed(sampled, frame)), MOMENTS_S[frame]


def test_every_person_who_is_stated_visible_is_there(sampled: Sampled):
    seen = 0
    for person in sampled.truth.people:
        for row in np.flatnonzero(person.visible > 0.6):
            frame = int(person.frame[row])
            changed = np.abs(without_noise(sampled, frame) - sampled.plate.picture).max(axis=2) > 0.03
            left, top, right, bottom = person.boxes_px[row].astype(int)
            share = changed[top : bottom + 1, left : right + 1].mean()
            assert share > 0.2, (person.person_id, MOMENTS_S[frame])
            seen += 1
    assert seen > 20


def test_the_boxes_fit_the_figures_closely(sampled: Sampled):
    """A lone figure's pixels reach to within two pixels of all four sides of its box."""
    guard = next(person for person in sampled.truth.people if person.person_id == "guard")
    frame = int(np.flatnonzero(MOMENTS_S == 42.0)[0])
    row = int(np.flatnonzero(guard.frame == frame)[0])
    figure = sampled.cels.layers[frame][-1]
    below, right = np.nonzero(figure.cover > 0.3)
    found = np.array([right.min(), below.min(), right.max(), below.max()]) + np.tile(
        [figure.left_px, figure.top_px], 2
    )
    np.testing.assert_allclose(found, guard.boxes_px[row], atol=2.0)


def test_feet_are_near_the_bottom_of_the_box(sampled: Sampled):
    for person in sampled.truth.people:
        inside = person.boxes_px[:, 3] < 530
        gap = person.boxes_px[inside, 3] - person.foot_px[inside, 1]
        assert np.all(np.abs(gap) < 8), person.person_id


def test_guards_are_hidden_behind_the_hut_at_first(sampled: Sampled):
    guard = next(person for person in sampled.truth.people if person.person_id == "guard")
    assert guard.frame[0] > 0
    assert sampled.cels.layers[0] == ()


def test_the_guard_is_in_full_view_while_beyond_the_line(sampled: Sampled):
    guard = next(person for person in sampled.truth.people if person.person_id == "guard")
    beyond = guard.distance_m < -0.3
    assert np.any(beyond)
    assert np.all(guard.visible[beyond] > 0.99)


def exposed(sampled: Sampled, seed: int) -> list[NDArray[np.uint8]]:
    shown = tuple(UtcNs(START_UTC_NS + round(float(at_s) * NS_PER_S)) for at_s in MOMENTS_S)
    return list(Exposure(seed, sampled.plate, sampled.cels, shown).frames())


def test_noise_is_a_cameras_and_differs_from_frame_to_frame(sampled: Sampled):
    empty = sampled.plate.picture[440:, :800].astype(np.float64) * 255
    noise = []
    for frame in exposed(sampled, 1)[:2]:
        rest = frame[440:, :800] - empty * (frame[440:, :800].mean() / empty.mean())
        noise.append(rest - rest.mean())
    assert all(1.0 < one.std() < 3.0 for one in noise)
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.05


def test_every_frame_is_stamped_and_the_clock_runs(sampled: Sampled):
    strips = [frame[:20].max(axis=2).astype(np.float64) for frame in exposed(sampled, 1)]
    assert STAMP.startswith("SIMULATED")
    for strip in strips[1:]:
        assert np.corrcoef(strip[:, 690:].ravel(), strips[0][:, 690:].ravel())[0, 1] > 0.95
    clocks = [strip[:, 90:165] for strip in strips]
    for one, other in pairwise(clocks):
        assert np.abs(one - other).max() > 100


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    digests = []
    for seed in (11, 11, 12):
        incident = drawn_incident(seed, duration_s=0.4)
        content = b"".join(frame.tobytes() for frame in incident.frames())
        digests.append(hashlib.sha256(content + incident.truth_json().encode()).hexdigest())
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_frames_can_be_asked_for_twice():
    incident = drawn_incident(3, duration_s=0.16)
    once, twice = list(incident.frames()), list(incident.frames())
    assert [frame.shape for frame in once] == [(540, 960, 3)] * 2
    assert all(np.array_equal(one, other) for one, other in zip(once, twice, strict=True))


def test_the_truth_as_json_says_the_same(sampled: Sampled):
    told = json.loads(truth_as_json(sampled.truth))
    assert told["seed"] == sampled.scene.seed
    assert told["start_utc_ns"] == format_utc(sampled.truth.start_utc_ns, digits=9)
    assert [one["person_id"] for one in told["crossings"]] == ["visitor", "guard"]
    guard = told["crossings"][1]
    assert guard["depth_m"] == pytest.approx(sampled.truth.crossings[1].depth_m)
    assert guard["permit_id"] is None
    rows = {person["person_id"]: person for person in told["people"]}
    assert len(rows["guard"]["en_m"]) == len(rows["guard"]["frame"]) == len(rows["guard"]["boxes_px"])
