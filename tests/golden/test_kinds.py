"""A car, a person and an animal drawn on noisy ground: each is one track of its own kind, where it is."""

import numpy as np
import pytest

from tests.unit.detect.vehicles.boxes import HEIGHT_PX, WIDTH_PX, block, car, drawn, mast, person
from truceline.detect.people import PeopleDetector
from truceline.pipeline.analysis.chains import (
    GroundChain,
    GroundFrames,
    boxes_in,
    in_the_scene,
    on_the_ground,
)
from truceline.records.digests import Sha256
from truceline.records.frames import FrameStamp
from truceline.records.site import Camera
from truceline.records.time import NS_PER_S, UtcNs
from truceline.track.tracker import PlaneTracker, TrackerSettings

RATE_HZ = 12.5
FRAMES = 40
CAR_MPS, WALK_MPS, TROT_MPS = 9.0, 1.4, 2.5
CAMERA = Camera("mast", "mast", "visible", WIDTH_PX, HEIGHT_PX, mast())


def car_at(second):
    return (-12.0 + CAR_MPS * second, 6.0)


def person_at(second):
    return (-3.0 + WALK_MPS * second, -4.0)


def animal_at(second):
    return (10.5 - TROT_MPS * second, -8.0)


def picture(number, *, subjects=True):
    """A frame (height, width, 3): textured ground, noise, and who is there."""
    ground = np.random.default_rng([1, 5]).normal(120, 14, (HEIGHT_PX, WIDTH_PX, 1))
    noise = np.random.default_rng([2, number]).normal(0, 3, (HEIGHT_PX, WIDTH_PX, 3))
    frame = ground + noise
    if subjects:
        second = number / RATE_HZ
        for blocks, level in (
            (car(car_at(second), 0), 30.0),
            (person(person_at(second)), 225.0),
            ([block(animal_at(second), 0, (1.1, 0.3, 0.75))], 215.0),
        ):
            frame = np.where(drawn(CAMERA.calibration, blocks)[..., None] > 0, level + noise, frame)
    return np.clip(np.round(frame), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def tracks():
    detector = PeopleDetector(CAMERA)
    empty = [picture(1000 + number, subjects=False) for number in range(8)]
    background = detector.learn(empty, centre_utc_ns=UtcNs(0))
    tracker = PlaneTracker(TrackerSettings(), boxes_in(CAMERA))
    stamps, sides = [], []
    for number in range(FRAMES):
        utc_ns = UtcNs(round(number / RATE_HZ * NS_PER_S))
        stamps.append(FrameStamp("mast", Sha256("0" * 64), number, number, utc_ns, 0.0))
        seen = detector.detect(stamps[-1], picture(number), background=background)
        sides.append(on_the_ground(seen, CAMERA))
        tracker.step(number / RATE_HZ, in_the_scene(sides[-1], seen.shift_px))
    frames = GroundFrames(CAMERA, stamps, sides)
    chains = [GroundChain(str(one.number), one, frames, TrackerSettings()) for one in tracker.finish()]
    return [chain.path(0, len(chain.utc_ns))[0] for chain in chains]


def test_there_are_three_tracks_and_each_has_its_kind(tracks):
    assert sorted(track.kind for track in tracks) == ["animal", "person", "vehicle"]
    assert all(len(track.utc_ns) > 0.8 * FRAMES for track in tracks)


@pytest.mark.parametrize(
    ("kind", "place", "within_m"),
    [("vehicle", car_at, 0.6), ("person", person_at, 0.3), ("animal", animal_at, 0.6)],
)
def test_each_is_where_it_is(tracks, kind, place, within_m):
    (track,) = [one for one in tracks if one.kind == kind]
    truth = np.array([place(at / NS_PER_S) for at in track.utc_ns])
    assert np.median(np.linalg.norm(track.en_m - truth, axis=1)) < within_m


def test_a_vehicle_has_its_speed_within_what_it_states(tracks):
    (track,) = [one for one in tracks if one.kind == "vehicle"]
    middle = len(track.utc_ns) // 2
    sigma = np.sqrt(track.covariance[middle, 2, 2])
    assert abs(track.state[middle, 2] - CAR_MPS) < 3 * sigma + 0.1
    assert sigma < 1.0


def test_sizes_are_measured(tracks):
    heights = {one.kind: one.features.height_m for one in tracks}
    assert heights["person"] == pytest.approx(1.75, abs=0.15)
    assert heights["animal"] == pytest.approx(0.8, abs=0.2)
    assert heights["vehicle"] == pytest.approx(1.5, abs=0.3)
