import numpy as np
import pytest

from tests.unit.detect.vehicles.boxes import HEIGHT_PX, WIDTH_PX, mast
from truceline.detect.vehicles.scales import LARGEST_RANGE_M, UprightScales
from truceline.geometry.camera import pixel_from_site

CAMERA = mast()
SCALES = UprightScales(CAMERA, (WIDTH_PX, HEIGHT_PX))


@pytest.mark.parametrize("place", [(0.0, 0.0), (-6.0, 4.0), (5.0, 40.0), (20.0, 120.0)])
def test_a_metre_is_as_tall_as_it_is_drawn(place):
    foot, head = pixel_from_site(CAMERA, np.array([[*place, 0.0], [*place, 1.0]]))
    scale = SCALES.at(foot[:1], np.round(foot[1:]).astype(np.int64))
    # A row is up to half a pixel beside the true foot.
    below = foot[1] - pixel_from_site(CAMERA, np.array([[CAMERA.position_enu_m[0], 1e9, 0.0]]))[0, 1]
    assert scale[0] == pytest.approx(foot[1] - head[1], rel=0.6 / below)


def test_the_lowest_right_corner_is_in_the_table():
    assert np.isfinite(SCALES.at(np.array([0.0, WIDTH_PX]), np.array([HEIGHT_PX, HEIGHT_PX]))).all()


def test_sky_and_far_ground_have_no_scale():
    far = np.array([[0.0, CAMERA.position_enu_m[1] + LARGEST_RANGE_M + 20, 0.0]])
    row = int(pixel_from_site(CAMERA, far)[0, 1])
    assert np.isnan(SCALES.at(np.full(2, WIDTH_PX / 2), np.array([0, row]))).all()
