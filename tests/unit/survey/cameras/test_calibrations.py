import numpy as np
import pytest

from tests.unit.survey.cameras.foreign.test_tsai_xml import XML
from tests.unit.survey.folders import SITE, changed, write_site
from truceline.errors import InputError
from truceline.geometry.camera import look_at_rotation, pixel_from_site
from truceline.records.site import Distortion
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll
from truceline.survey.load import load_site

ANGLES = "pan_deg = 0.0\ntilt_deg = -15.0\n"
EXPLICIT = SITE[SITE.index("focal_px") : SITE.index("[camera.calibration.sigma]")]
SIGMA = SITE[SITE.index("[camera.calibration.sigma]") : SITE.index("[[permit]]")]


def calibration(tmp_path, text):
    return load_site(write_site(tmp_path, text)).cameras[0].calibration


def refusal(tmp_path, text):
    with pytest.raises(InputError) as caught:
        load_site(write_site(tmp_path, text))
    return caught.value


def matrix_text(matrix, digits=17):
    return "[" + ", ".join(f"[{', '.join(f'{value:.{digits}g}' for value in row)}]" for row in matrix) + "]"


@pytest.mark.parametrize(
    ("place", "target"), [((3, -30, 8), (0, 0, 0)), ((0, 0, 5), (-9, -4, 1)), ((1, 2, 9), (5, 7, 12))]
)
def test_pan_and_tilt_look_at_the_target(place, target):
    offset = np.array(target, dtype=float) - place
    pan = np.rad2deg(np.arctan2(offset[0], offset[1]))
    tilt = np.rad2deg(np.arcsin(offset[2] / np.linalg.norm(offset)))
    rotation = rotation_from_pan_tilt_roll(pan_deg=pan, tilt_deg=tilt, roll_deg=0)
    np.testing.assert_allclose(
        rotation, look_at_rotation(np.array(place, float), np.array(target, float)), atol=1e-12
    )


def test_a_camera_rolled_clockwise_sees_the_world_turn_the_other_way():
    level = rotation_from_pan_tilt_roll(pan_deg=0, tilt_deg=0, roll_deg=0)
    rolled = rotation_from_pan_tilt_roll(pan_deg=0, tilt_deg=0, roll_deg=10)
    up_ahead = np.array([0.0, 10.0, 1.0])
    assert (level @ up_ahead)[0] == pytest.approx(0)
    assert (rolled @ up_ahead)[0] < 0  # what was straight up leans to the left
    np.testing.assert_allclose(rolled @ rolled.T, np.eye(3), atol=1e-12)


def test_a_rotation_matrix_with_few_digits_is_mended(tmp_path):
    exact = rotation_from_pan_tilt_roll(pan_deg=20, tilt_deg=-11, roll_deg=2)
    got = calibration(tmp_path, changed(ANGLES, f"rotation = {matrix_text(exact, 4)}\n")).rotation
    np.testing.assert_allclose(got, exact, atol=2e-4)
    np.testing.assert_allclose(got @ got.T, np.eye(3), atol=1e-12)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.eye(3) * 1.01, "is no rotation"),
        (np.diag([1, 1, -1]), "is no rotation"),
        (np.zeros((3, 3)), "no rotation"),
    ],
    ids=["scaled", "mirrored", "zero"],
)
def test_a_matrix_that_is_no_rotation_is_refused(tmp_path, matrix, words):
    assert words in refusal(tmp_path, changed(ANGLES, f"rotation = {matrix_text(matrix)}\n")).what


def test_angles_and_matrix_together_are_refused(tmp_path):
    text = changed(ANGLES, f"{ANGLES}rotation = {matrix_text(np.eye(3))}\n")
    assert "both a rotation and pan_deg" in refusal(tmp_path, text).what


def test_a_full_covariance_is_taken_as_it_is(tmp_path):
    factor = np.tril(np.full((10, 10), 1e-3)) + np.eye(10) * 1e-3
    covariance = factor @ factor.T
    text = changed(SIGMA, "").replace("k1 = -0.05\n", f"k1 = -0.05\ncovariance = {matrix_text(covariance)}\n")
    np.testing.assert_allclose(calibration(tmp_path, text).covariance, covariance, rtol=1e-12)


@pytest.mark.parametrize(
    ("covariance", "words"),
    [
        (np.eye(10) + np.eye(10, k=1), "not symmetric"),
        (-np.eye(10), "negative eigenvalue"),
        (np.eye(9), "not 10 lists of 10 numbers"),
    ],
)
def test_a_matrix_that_is_no_covariance_is_refused(tmp_path, covariance, words):
    text = changed(SIGMA, "").replace("k1 = -0.05\n", f"k1 = -0.05\ncovariance = {matrix_text(covariance)}\n")
    assert words in refusal(tmp_path, text).what


def test_covariance_and_sigma_together_are_refused(tmp_path):
    text = changed("k1 = -0.05\n", f"k1 = -0.05\ncovariance = {matrix_text(np.eye(10))}\n")
    assert "both a covariance and a sigma" in refusal(tmp_path, text).what


def test_distortion_is_browns_unless_said(tmp_path):
    assert calibration(tmp_path, SITE).distortion is Distortion.BROWN
    text = changed("k1 = -0.05\n", 'k1 = -0.05\ndistortion = "tsai"\n')
    assert calibration(tmp_path, text).distortion is Distortion.TSAI


def tsai_site(tmp_path, xml=XML, size=(480, 360), extra=""):
    (tmp_path / "camera.xml").write_text(xml)
    text = changed(EXPLICIT, f'tsai = "camera.xml"\n{extra}')
    return text.replace("width_px = 960", f"width_px = {size[0]}").replace(
        "height_px = 540", f"height_px = {size[1]}"
    )


def test_a_tsai_file_is_scaled_to_the_footage(tmp_path):
    small = calibration(tmp_path, tsai_site(tmp_path))
    full = calibration(tmp_path, tsai_site(tmp_path, size=(768, 576)))
    assert small.distortion is Distortion.TSAI
    np.testing.assert_allclose(small.focal_px, full.focal_px * 0.625)
    assert full.centre_px.tolist() == [324.2, 282.5]
    point = np.array([[1.0, 2.0, 0.0]])
    in_full, in_small = pixel_from_site(full, point), pixel_from_site(small, point)
    np.testing.assert_allclose((in_full + 0.5) * 0.625 - 0.5, in_small)
    np.testing.assert_allclose(small.covariance, full.covariance)  # stated for the footage, not for the file


def test_the_digest_covers_the_tsai_file(tmp_path):
    text = tsai_site(tmp_path)
    before = load_site(write_site(tmp_path, text)).digest
    (tmp_path / "camera.xml").write_text(XML + "\n")
    assert load_site(tmp_path).digest != before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": (480, 270)}, "the tsai file is for 768 x 576 px, the camera gives 480 x 270"),
        ({"extra": "k1 = 0.1\n"}, "k1 beside a Tsai file"),
        ({"xml": XML.replace('rx="2.04"', 'rx="-1.1"')}, "below the ground"),
    ],
)
def test_each_misuse_of_a_tsai_file_is_refused(tmp_path, options, words):
    assert words in refusal(tmp_path, tsai_site(tmp_path, **options)).what


BASIS = 'basis = "surveyed"\n'


@pytest.mark.parametrize(
    ("said", "basis"),
    [
        (BASIS, "surveyed"),
        ('basis = "assumed"\n', "assumed"),
        ('basis = "example"\n', "example"),
        ("", "assumed"),
    ],
)
def test_errors_are_assumed_unless_somebody_says_that_they_were_measured(tmp_path, said, basis):
    assert calibration(tmp_path, changed(BASIS, said)).basis == basis


def test_a_basis_that_is_none_is_refused(tmp_path):
    assert "basis" in refusal(tmp_path, changed(BASIS, 'basis = "measured"\n')).what
