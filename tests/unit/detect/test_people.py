import numpy as np
import pytest

from tests.unit.geometry.cameras import camera_of, mast
from tests.unit.video.clips import START
from truceline.detect.appearance import LENGTH
from truceline.detect.people import (
    CUT_FACTOR,
    FOOT_SIGMA_FLOOR_PX,
    FOOT_SIGMA_SHARE,
    SOLE_SHARE,
    WORKING_WIDTH_PX,
    PeopleDetector,
    reduced_to,
)
from truceline.detect.still.background import FLOOR_VISIBLE, median_background
from truceline.geometry.camera import ground_from_pixel
from truceline.records.digests import sha256_of
from truceline.records.frames import FrameStamp
from truceline.track.boxes import person_boxes

STAMP = FrameStamp("west", sha256_of(b"clip"), 0, 0, START, 1.0)


def detector_of(width_px=320, height_px=240):
    return PeopleDetector(
        camera_of(mast(width_px=width_px, height_px=height_px), width_px=width_px, height_px=height_px)
    )


def picture_with(camera, *places, level=230):
    bgr = np.full((camera.height_px, camera.width_px, 3), 100, np.uint8)
    for box in person_boxes(camera.calibration, np.array(places, float).reshape(-1, 2)):
        left, top, right, bottom = np.round(np.maximum(box, 0)).astype(int)
        bgr[top:bottom, left:right] = level
    return bgr


def seen(detector, *places, level=230):
    empty = detector.reduced(picture_with(detector.camera))
    background = median_background([empty] * 3, centre_utc_ns=START, floor=FLOOR_VISIBLE)
    picture = detector.reduced(picture_with(detector.camera, *places, level=level))
    return detector.detect(STAMP, picture, background=background)


def test_nobody():
    observation = seen(detector_of())
    assert len(observation.detections) == 0
    assert observation.detections.foot_covariance_px.shape == (0, 2, 2)
    assert observation.appearance.shape[0] == 0
    assert not observation.changed
    assert observation.detections.stamp is STAMP


@pytest.mark.parametrize(("width_px", "height_px"), [(320, 240), (1920, 1440)], ids=["small", "reduced"])
def test_feet_are_found_on_the_ground_in_pixels_of_the_whole_picture(width_px, height_px):
    detector = detector_of(width_px, height_px)
    places = np.array([[-3.0, 1.0], [2.5, -2.0]])
    found = seen(detector, *places).detections
    assert len(found) == 2
    feet = ground_from_pixel(detector.camera.calibration, found.foot_px)
    assert np.linalg.norm(feet[np.argsort(feet[:, 0])] - places, axis=1).max() < 0.8
    assert ((found.confidence > 0) & (found.confidence <= 1)).all()
    tall = found.boxes_px[:, 3] - found.boxes_px[:, 1]
    sigma = np.maximum(FOOT_SIGMA_FLOOR_PX / detector.scale, FOOT_SIGMA_SHARE * tall)
    np.testing.assert_allclose(found.foot_covariance_px, sigma[:, None, None] ** 2 * np.eye(2), rtol=1e-9)


def test_somebody_stands_a_little_above_the_lower_end_of_the_evidence():
    found = seen(detector_of(), [-3.0, 1.0], [2.5, -2.0]).detections
    _, top, _, bottom = found.boxes_px.T
    np.testing.assert_allclose(found.foot_px[:, 1], bottom - SOLE_SHARE * (bottom - top))


@pytest.mark.parametrize(("taller", "vaguer"), [(1.1, False), (1.3, True)], ids=["a tall person", "two"])
def test_where_a_silhouette_is_too_tall_for_one_the_feet_are_anywhere_along_it(taller, vaguer):
    detector = detector_of(640, 480)
    ((left, top, right, bottom),) = np.round(person_boxes(detector.camera.calibration, np.zeros((1, 2))))
    empty = picture_with(detector.camera)
    background = median_background([empty] * 3, centre_utc_ns=START, floor=FLOOR_VISIBLE)
    first = int(bottom - taller * (bottom - top))
    # As narrow as a post: too little for a second person.
    empty[first : int(top), int(left) + 5 : int(right) - 5] = 230
    found = detector.detect(
        STAMP, np.maximum(empty, picture_with(detector.camera, [0.0, 0.0])), background=background
    ).detections
    assert len(found) == 1
    across, along = found.foot_covariance_px[0, 0, 0], found.foot_covariance_px[0, 1, 1]
    assert (along > 2 * across) is np.bool_(vaguer)


def test_a_cut_person_is_known_less_well():
    found = seen(detector_of(), (0.5, -12.4)).detections
    assert len(found) == 1
    tall = found.boxes_px[0, 3] - found.boxes_px[0, 1]
    assert found.foot_covariance_px[0, 0, 0] == pytest.approx((CUT_FACTOR * FOOT_SIGMA_SHARE * tall) ** 2)


def test_a_picture_that_changed_as_a_whole_shows_nobody():
    detector = detector_of()
    stripes = np.where(np.arange(240)[:, None, None] // 8 % 2, 200, 20)
    background = median_background(
        [np.full((240, 320, 3), 100, np.uint8)], centre_utc_ns=START, floor=FLOOR_VISIBLE
    )
    changed = np.broadcast_to(stripes, (240, 320, 3)).astype(np.uint8)
    observation = detector.detect(STAMP, changed, background=background)
    assert observation.changed
    assert len(observation.detections) == 0


def test_colours_go_with_their_boxes():
    observation = seen(detector_of(), (-3, 0), (3, 0))
    likeness = observation.appearance @ observation.appearance.T
    np.testing.assert_allclose(likeness, np.ones((2, 2)), atol=0.02)


def test_wide_pictures_are_reduced_and_narrow_ones_left_alone():
    assert detector_of().scale == 1.0
    wide = detector_of(1920, 1440)
    assert wide.reduced(np.zeros((1440, 1920, 3), np.uint8)).shape == (720, WORKING_WIDTH_PX, 3)


def test_reducing_averages():
    checks = (np.indices((8, 8)).sum(axis=0) % 2 * 200).astype(np.uint8)[..., None].repeat(3, axis=2)
    assert (reduced_to(checks, (4, 4)) == 100).all()
    assert reduced_to(checks, (8, 8)) is checks


def test_before_there_is_a_background_there_is_nobody():
    detector = detector_of(1920, 1440)
    observation = detector.nothing(STAMP)
    assert len(observation.detections) == 0
    assert observation.detections.stamp is STAMP
    assert observation.appearance.shape == (0, LENGTH)
    assert observation.mask.shape == (720, WORKING_WIDTH_PX)
    assert not observation.mask.any()
    assert not observation.changed


def test_the_mask_is_where_the_picture_differs():
    detector = detector_of()
    observation = seen(detector, (0, 0))
    left, top, right, bottom = np.round(person_boxes(detector.camera.calibration, np.array([[0.0, 0.0]]))[0])
    inside = np.zeros((240, 320), bool)
    inside[int(top) : int(bottom), int(left) : int(right)] = True
    assert observation.mask[inside].mean() > 0.9
    assert observation.mask[~inside].sum() < 20


def test_faint_legs_still_belong_to_somebody():
    """Dark trousers on dark ground pass half of the threshold only: the feet are found all the same."""
    detector = detector_of(640, 480)
    place = np.array([[0.0, -6.0]])
    left, top, right, bottom = np.round(person_boxes(detector.camera.calibration, place)[0]).astype(int)
    empty = picture_with(detector.camera)
    picture = picture_with(detector.camera, *place)
    picture[(top + bottom) // 2 : bottom, left:right] = 100 + round(0.8 * FLOOR_VISIBLE)
    background = median_background([empty] * 3, centre_utc_ns=START, floor=FLOOR_VISIBLE)
    found = detector.detect(STAMP, picture, background=background)
    assert found.mask[(top + bottom) // 2 + 3 : bottom, left:right].sum() == 0
    assert len(found.detections) == 1
    assert abs(found.detections.foot_px[0, 1] - bottom) < 0.08 * (bottom - top)
