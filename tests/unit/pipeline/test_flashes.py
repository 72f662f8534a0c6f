"""Flashes of a calibrated camera: how tall people are in its picture, and pictures that tell nothing."""

import numpy as np
import pytest

from truceline.geometry.camera import look_at_rotation, pixel_from_site
from truceline.pipeline.analysis.flashes import person_heights, told_flashes
from truceline.records.digests import Sha256
from truceline.records.flashes import Flash
from truceline.records.frames import FrameStamp
from truceline.records.site import Calibration, Camera, Distortion
from truceline.records.time import UtcNs

EYE = np.array([0.0, -30.0, 8.0])


def camera(target: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Camera:
    calibration = Calibration(
        focal_px=np.array([900.0, 900.0]),
        centre_px=np.array([480.0, 270.0]),
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(EYE, np.array(target)),
        position_enu_m=EYE,
        covariance=np.eye(10) * 1e-8,
        source="made",
    )
    return Camera("one", "One", "visible", 960, 540, calibration)


@pytest.mark.parametrize("north_m", [-8.0, 0.0, 25.0])
def test_a_person_is_as_tall_as_the_camera_shows_them(north_m: float):
    ends = pixel_from_site(camera().calibration, np.array([[0.0, north_m, 0.0], [0.0, north_m, 1.75]]))
    tall = float(ends[0, 1] - ends[1, 1])
    assert person_heights(camera())[round(ends[:, 1].mean())] == pytest.approx(tall, rel=0.05)


def test_rows_in_the_sky_have_the_height_of_the_nearest_ground():
    heights = person_heights(camera((0.0, 300.0, 8.0)))
    assert np.isfinite(heights).all()
    assert heights[0] == heights[: len(heights) // 4].max()


def test_a_camera_that_sees_no_ground_sees_nobody():
    assert (person_heights(camera((0.0, 30.0, 60.0))) == 0).all()


def test_of_pictures_with_a_reason_no_flash_is_told():
    stamps = [
        FrameStamp("one", Sha256("0" * 64), number, number * 10, UtcNs(number), 0.1) for number in range(3)
    ]
    flashes = [Flash("one", stamp.pts, stamp.utc_ns, (1.0, 1.0), 9, 80.0, 1.0) for stamp in stamps]
    assert [one.pts for one in told_flashes(flashes, stamps, reasons=["", "changed", ""])] == [0, 20]
