"""From chains to tracks: which rows a part has, what is told of frames, and names that link nothing."""

import numpy as np
import pytest

from tests.unit.geometry.cameras import camera_of, mast
from tests.unit.video.clips import START
from truceline.detect.detector import Observation
from truceline.geometry.camera import ground_covariance, pixel_from_site
from truceline.pipeline.analysis.chains import (
    GROUND_FLOOR_M,
    GroundChain,
    GroundFrames,
    on_the_ground,
    track_id,
)
from truceline.records.detections import Detections
from truceline.records.digests import sha256_of
from truceline.records.frames import FrameStamp
from truceline.records.time import NS_PER_S, UtcNs
from truceline.track.association import Side
from truceline.track.boxes import person_boxes
from truceline.track.smooth import smooth
from truceline.track.tracker import Chain, TrackerSettings

CAMERA = camera_of(mast())
STEP_S = 0.25
FRAMES = 24
FIRST = 3
SEEN = np.array([3, 4, 5, 6, 10, 11, 12, 13, 14, 20])
"""Frames in which the subject was seen: two stretches and a last glimpse."""


def stamp(number):
    return FrameStamp(
        "west", sha256_of(b"clip"), number, 7 * number, UtcNs(START + round(number * STEP_S * NS_PER_S)), 1.0
    )


def place(number):
    return np.array([-3.0 + 0.3 * number, 0.1 * number])


def side(number):
    """Somebody else in row 0, the subject in row 1 of the frames in which it was seen."""
    places = np.array([[9.0, 9.0], place(number)] if number in SEEN else [[9.0, 9.0]])
    return Side(
        places,
        np.tile(0.04 * np.eye(2), (len(places), 1, 1)),
        person_boxes(CAMERA.calibration, places) + number,
        np.zeros((len(places), 4)),
    )


@pytest.fixture(scope="module")
def whole() -> GroundChain:
    seen = GroundFrames(CAMERA, [stamp(one) for one in range(FRAMES)], [side(one) for one in range(FRAMES)])
    last = side(int(SEEN[-1]))
    chain = Chain(
        number=0,
        mean=np.zeros(4),
        covariance=np.eye(4),
        box_px=last.boxes_px[1],
        appearance=np.zeros(4),
        seen_s=SEEN[-1] * STEP_S,
        lowest=place(SEEN[0]),
        highest=place(SEEN[-1]),
        place=place(SEEN[-1]),
        frames=SEEN.tolist(),
        rows=[1] * len(SEEN),
    )
    return GroundChain("subject", chain, seen, TrackerSettings())


def frames_of(track):
    return (track.pts // 7).tolist()


def test_its_rows_are_all_frames_from_its_first_to_its_last(whole):
    assert whole.utc_ns.tolist() == [stamp(number).utc_ns for number in range(3, 21)]
    track, path = whole.path(0, len(whole.utc_ns))
    assert frames_of(track) == list(range(3, 21))
    assert np.flatnonzero(track.observed).tolist() == (SEEN - FIRST).tolist()
    assert len(path.state) == 18
    np.testing.assert_array_equal(track.state, path.state[:, :4])


@pytest.mark.parametrize(
    ("first", "end", "frames"),
    [
        pytest.param(0, 3, range(3, 6), id="from the beginning"),
        pytest.param(1, 2, range(4, 5), id="one row"),
        pytest.param(2, 12, range(5, 15), id="over a stretch unseen"),
        pytest.param(5, 12, range(6, 15), id="begins at the last seen row before"),
        pytest.param(2, 6, range(5, 7), id="ends with the last seen row"),
        pytest.param(5, 6, range(6, 7), id="nothing but unseen rows: the one before"),
        pytest.param(12, 18, range(14, 21), id="to the end"),
    ],
)
def test_a_part_begins_and_ends_where_it_was_seen(whole, first, end, frames):
    track, _ = whole.path(first, end)
    assert frames_of(track) == list(frames)
    assert track.observed.tolist() == [number in SEEN for number in frames]


def test_a_part_is_smoothed_from_its_own_rows_alone(whole):
    track, path = whole.path(0, 10)
    rows = SEEN[SEEN < FIRST + 10] - FIRST
    positions = np.full((rows[-1] + 1, 2), np.nan)
    positions[rows] = [place(number) for number in rows + FIRST]
    noises = np.tile(np.eye(2), (len(positions), 1, 1))
    noises[rows] = 0.04 * np.eye(2)
    alone = smooth(
        np.arange(float(len(positions))) * STEP_S, positions, noises=noises, motion=TrackerSettings().motion
    )
    np.testing.assert_allclose(path.state, alone.state)
    np.testing.assert_allclose(track.covariance, alone.covariance[:, :4, :4])


def test_seen_rows_have_their_own_box_and_others_the_expected_one(whole):
    track, path = whole.path(0, 18)
    expected = person_boxes(CAMERA.calibration, path.state[:, :2])
    for row, number in enumerate(range(3, 21)):
        box = side(number).boxes_px[1] if number in SEEN else expected[row]
        np.testing.assert_allclose(track.boxes_px[row], box)


def test_draws_of_a_part_repeat_with_the_seed(whole):
    part = whole.known_part(draws=5, seed=3)
    track, drawn = part(0, 8)
    assert drawn().shape == (5, len(track.pts), 2)
    np.testing.assert_array_equal(drawn(), part(0, 8)[1]())
    assert np.any(drawn() != whole.known_part(draws=5, seed=4)(0, 8)[1]())


def test_what_was_told_is_kept_as_it_was_told(whole):
    """Frame 7 was told as predicted; frames 8 and 9 were not told."""
    told = [(number, np.full(4, 0.1 * number), number * np.eye(4)) for number in (5, 6, 7, 10)]
    track = whole.as_told(told)
    assert track.track_id == "subject"
    assert frames_of(track) == [5, 6, 7, 10]
    assert track.observed.tolist() == [True, True, False, True]
    np.testing.assert_array_equal(track.state, [mean for _, mean, _ in told])
    np.testing.assert_array_equal(track.covariance, [covariance for _, _, covariance in told])
    np.testing.assert_allclose(track.boxes_px[1], side(6).boxes_px[1])
    np.testing.assert_allclose(track.boxes_px[2], person_boxes(CAMERA.calibration, np.array([[0.7, 0.7]]))[0])


def observed(*feet_px):
    feet = np.array(feet_px, float).reshape(-1, 2)
    boxes = np.concatenate([feet - np.array([5, 30]), feet + np.array([5, 0])], axis=1)
    found = Detections(stamp(0), boxes, np.ones(len(feet)), feet, np.tile(4.0 * np.eye(2), (len(feet), 1, 1)))
    return Observation(
        found, np.arange(2.0 * len(feet)).reshape(-1, 2), np.zeros((240, 320), np.uint8), changed=False
    )


def test_detections_are_put_on_the_ground_with_their_error():
    feet = pixel_from_site(CAMERA.calibration, np.array([[1.0, 2.0, 0.0], [-4.0, 0.5, 0.0]]))
    found = on_the_ground(observed(*feet), CAMERA)
    np.testing.assert_allclose(found.positions, [[1.0, 2.0], [-4.0, 0.5]], atol=1e-6)
    exact = ground_covariance(CAMERA.calibration, feet, pixel_covariance=np.tile(4.0 * np.eye(2), (2, 1, 1)))
    np.testing.assert_allclose(found.covariances, exact + GROUND_FLOOR_M**2 * np.eye(2))


def test_what_stands_above_the_horizon_is_left_out_with_all_its_columns():
    (foot,) = pixel_from_site(CAMERA.calibration, np.array([[1.0, 2.0, 0.0]]))
    found = on_the_ground(observed((160.0, -400.0), foot), CAMERA)
    assert len(found) == len(found.covariances) == len(found.boxes_px) == 1
    np.testing.assert_array_equal(found.appearance, [[2.0, 3.0]])


def test_nobody_on_the_ground():
    assert len(on_the_ground(observed(), CAMERA)) == 0


def test_names_repeat_with_the_run_and_tell_nothing_else():
    name = track_id("run", seed=1, number=4)
    assert name == track_id("run", seed=1, number=4)
    others = {
        track_id("other", seed=1, number=4),
        track_id("run", seed=2, number=4),
        track_id("run", seed=1, number=5),
    }
    assert len(others | {name}) == 4
