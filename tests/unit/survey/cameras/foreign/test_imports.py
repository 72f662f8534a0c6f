import json
from pathlib import Path

import numpy as np
import pytest

from tests.unit.survey.folders import SITE, write_site
from truceline.errors import InputError
from truceline.geometry.camera import pixel_from_site
from truceline.survey.cameras.pose import rotation_from_pan_tilt_roll
from truceline.survey.load import load_site, read_site_files

EXPLICIT = SITE[SITE.index("focal_px") : SITE.index("[camera.calibration.sigma]")]
PLACES = np.array([[0.0, 0, 0], [5, 3, 0], [-8, 12, 1.7], [3, -12, 0.5]])


def reference(tmp_path):
    """The camera of the plain site, with a further lens, to which every import must be equal."""
    (tmp_path / "reference").mkdir()
    return load_site(write_site(tmp_path / "reference")).cameras[0].calibration


def loaded(tmp_path: Path, keys: str, **files: str):
    folder = write_site(tmp_path / "site", SITE.replace(EXPLICIT, keys))
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text)
    return load_site(folder).cameras[0].calibration


def refusal(tmp_path, keys, **files):
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, keys, **files)
    return caught.value


def rows(matrix):
    return "[" + ", ".join("[" + ", ".join(f"{value:.17g}" for value in row) + "]" for row in matrix) + "]"


def matrix_of(camera):
    matrix = np.diag([*camera.focal_px, 1.0])
    matrix[:2, 2] = camera.centre_px
    return matrix


def projection_of(camera):
    offset = -camera.rotation @ camera.position_enu_m
    return matrix_of(camera) @ np.concatenate([camera.rotation, offset[:, None]], axis=1)


def opencv_yaml(camera, *, unit_m=1.0, size=(960, 540), lens=None, turn="R", pose=True):
    def node(name, matrix):
        values = np.atleast_2d(matrix)
        data = ",\n       ".join(", ".join(f"{value:.17g}" for value in row) for row in values)
        size = f"   rows: {values.shape[0]}\n   cols: {values.shape[1]}\n   dt: d\n"
        return f"{name}: !!opencv-matrix\n{size}   data: [ {data} ]\n"

    vector = lens if lens is not None else [camera.k1, 0, 0, 0, 0]
    text = f"%YAML:1.0\n---\n# made for a test\nimage_width: {size[0]}\nimage_height: {size[1]}\n"
    text += node("camera_matrix", matrix_of(camera)) + node("distortion_coefficients", np.array([vector]).T)
    if pose:
        text += node(turn, camera.rotation)
        text += node("tvec", (-camera.rotation @ camera.position_enu_m / unit_m)[:, None])
    return text


OPENCV = 'opencv = "lens.yml"\n'


def test_opencv_yaml_gives_the_same_camera(tmp_path):
    camera = reference(tmp_path)
    got = loaded(tmp_path, OPENCV, lens_yml=opencv_yaml(camera))
    np.testing.assert_allclose(pixel_from_site(got, PLACES), pixel_from_site(camera, PLACES), atol=1e-6)
    assert got.k1 == camera.k1


def test_opencv_in_millimetres_and_of_half_the_size(tmp_path):
    camera = reference(tmp_path)
    text = opencv_yaml(camera, unit_m=0.001)
    got = loaded(tmp_path, OPENCV + "unit_m = 0.001\n", lens_yml=text)
    np.testing.assert_allclose(got.position_enu_m, camera.position_enu_m, atol=1e-9)
    twice = loaded(tmp_path, OPENCV, lens_yml=opencv_yaml(camera, size=(480, 270)))
    np.testing.assert_allclose(twice.focal_px, 2 * camera.focal_px)
    np.testing.assert_allclose(np.diag(twice.covariance), np.diag(camera.covariance))


def test_opencv_without_a_pose_takes_it_from_the_table(tmp_path):
    camera = reference(tmp_path)
    pose = "position_enu_m = [0.0, -30.0, 8.0]\npan_deg = 0.0\ntilt_deg = -15.0\n"
    got = loaded(tmp_path, OPENCV + pose, lens_yml=opencv_yaml(camera, pose=False))
    np.testing.assert_allclose(pixel_from_site(got, PLACES), pixel_from_site(camera, PLACES), atol=1e-6)


@pytest.mark.counterpart("opencv")
@pytest.mark.parametrize("suffix", ["yml", "xml"])
def test_what_opencv_itself_writes_is_read(tmp_path, suffix):
    """The file is written by OpenCV, with a rotation vector and tangential terms, and agrees with it."""
    import cv2

    camera = reference(tmp_path)
    lens = np.array([-0.21, 0.06, 1e-3, -5e-4, -0.004])
    turn, _ = cv2.Rodrigues(camera.rotation)
    shift = -camera.rotation @ camera.position_enu_m
    folder = write_site(tmp_path / "site", SITE.replace(EXPLICIT, f'opencv = "lens.{suffix}"\n'))
    storage = cv2.FileStorage(str(folder / f"lens.{suffix}"), cv2.FILE_STORAGE_WRITE)
    storage.write("calibration_time", "Mon 2 Nov 2026: morning")
    for name, pixels in (("image_width", 960), ("image_height", 540)):
        storage.write(name, pixels)
    for name, value in (("K", matrix_of(camera)), ("D", lens), ("rvec", turn), ("tvec", shift)):
        storage.write(name, value)
    storage.release()
    got = load_site(folder).cameras[0].calibration
    theirs, _ = cv2.projectPoints(PLACES, turn, shift, matrix_of(camera), lens)
    np.testing.assert_allclose(pixel_from_site(got, PLACES), theirs.reshape(-1, 2), atol=1e-6)
    assert f"lens.{suffix}" in read_site_files(folder)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.txt", "# from the theodolite\n{spaced}\n"),
        ("p.json", "{rows}"),
        ("p.json", '{{"matrix": {rows}}}'),
        ("p.toml", "matrix = {rows}"),
        ("", ""),
    ],
    ids=["text", "json rows", "json", "toml", "in the site"],
)
def test_a_projection_from_every_kind_of_file(tmp_path, name, text):
    camera = reference(tmp_path)
    matrix = projection_of(camera)
    value = f'"{name}"' if name else rows(matrix)
    folder = write_site(tmp_path / "site", SITE.replace(EXPLICIT, f"projection = {value}\n"))
    if name:
        spaced = "\n".join(" ".join(f"{item:.17g}" for item in row) for row in matrix)
        (folder / name).write_text(text.format(rows=rows(matrix), spaced=spaced))
    got = load_site(folder).cameras[0].calibration
    np.testing.assert_allclose(got.position_enu_m, camera.position_enu_m, atol=1e-6)
    np.testing.assert_allclose(got.rotation, camera.rotation, atol=1e-9)


@pytest.mark.parametrize("way", ["ground", "pixel"])
def test_a_homography_both_ways(tmp_path, way):
    camera = reference(tmp_path)
    plane = projection_of(camera)[:, [0, 1, 3]]
    matrix = plane if way == "ground" else np.linalg.inv(plane)
    got = loaded(tmp_path, f'homography = {rows(matrix)}\nhomography_from = "{way}"\n')
    np.testing.assert_allclose(got.position_enu_m, camera.position_enu_m, atol=0.05)
    np.testing.assert_allclose(got.focal_px, camera.focal_px, rtol=2e-3)


def mirrored(camera):
    return projection_of(camera) @ np.diag([1, -1, -1, 1.0])


CASES = [
    pytest.param(
        'projection = "p.txt"\n', {"p_txt": "1 2 3 4\n1 2 x 4\n"}, "p.txt:2", "no row of numbers", id="word"
    ),
    pytest.param(
        'projection = "p.txt"\n', {"p_txt": "1 2 3 4\n1 2 3\n1 2 3 4"}, "p.txt:2", "3 numbers", id="short"
    ),
    pytest.param(
        'projection = "p.txt"\n', {"p_txt": "1 2 3 4\n"}, "p.txt", "1 rows, expected 3", id="one row"
    ),
    pytest.param(
        'projection = "p.txt"\n', {"p_txt": "1 2 3 4\n" * 2 + "1 2 nan 4"}, "p.txt", "finite", id="nan"
    ),
    pytest.param(
        'projection = "p.json"\n', {"p_json": "[[1, 2],\n [3 4]]"}, "p.json:2", "not valid JSON", id="json"
    ),
    pytest.param('projection = "p.json"\n', {"p_json": "[1, 2]"}, "p.json", "no list of rows", id="flat"),
    pytest.param(
        "projection = [[1.0, 2.0], [3.0]]\n", {}, "site.toml", "not 3 lists of 4 numbers", id="shape"
    ),
    pytest.param(
        "homography = [[1, 2, 3], [2, 4, 6], [0, 0, 1]]\n", {}, "site.toml", "no inverse", id="singular"
    ),
    pytest.param(
        'homography = [[1, 2, 3], [2, 4, 6], [0, 0, 1]]\nhomography_from = "pixel"\n',
        {},
        "site.toml",
        "no inverse",
        id="singular back",
    ),
    pytest.param(
        "homography = [[9, 0, 480], [1, -9, 270], [0, 0, 1]]\n",
        {},
        "site.toml",
        "square pixels",
        id="parallel",
    ),
    pytest.param('tsai = "a.xml"\nopencv = "b.yml"\n', {}, "site.toml", "both tsai and opencv", id="two"),
    pytest.param('projection = "p.txt"\nk1 = 0.1\n', {}, "site.toml", "k1 beside a projection", id="beside"),
    pytest.param("unit_m = 0.001\n", {}, "site.toml", "unit_m stands alone", id="alone"),
    pytest.param('opencv = "c.yml"\n', {}, "site.toml", "has no file 'c.yml'", id="missing"),
    pytest.param('file = "c.toml"\nk1 = 0.0\n', {}, "site.toml", "beside a calibration file", id="file"),
]


@pytest.mark.parametrize(("keys", "files", "where", "words"), CASES)
def test_each_fault_is_named_with_its_place(tmp_path, keys, files, where, words):
    error = refusal(tmp_path, EXPLICIT + keys if keys.startswith("unit_m") else keys, **files)
    assert words in error.what
    assert where in error.where


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("camera_matrix", "other_matrix", "holds no camera matrix"),
        ("tvec", "tvic", "only half there"),
        ("rows: 5\n   cols: 1\n   dt: d\n   data: [ -0.05", "data: [ -0.05, 1, 2", "numbers, expected"),
        ("image_width: 960", "image_width: 400", "the opencv file is for 400 x 540"),
        ("---", "---\ndistortion_model: equidistant", "a fisheye lens"),
        ("camera_matrix:", "image_width: 3\ncamera_matrix:", "stands twice"),
        ("950", "-950", "no camera matrix"),
    ],
)
def test_each_fault_of_an_opencv_file(tmp_path, old, new, words):
    text = opencv_yaml(reference(tmp_path))
    assert old in text
    error = refusal(tmp_path, OPENCV, lens_yml=text.replace(old, new))
    assert words in error.what


def test_a_rational_lens_is_refused_and_zeros_are_not(tmp_path):
    camera = reference(tmp_path)
    zeros = opencv_yaml(camera, lens=[camera.k1, 0, 0, 0, 0, 0, 0, 0])
    assert loaded(tmp_path, OPENCV, lens_yml=zeros).k1 == camera.k1
    rational = opencv_yaml(camera, lens=[camera.k1, 0, 0, 0, 0, 0.1, 0, 0])
    assert "a lens of 8 coefficients" in refusal(tmp_path, OPENCV, lens_yml=rational).what


def test_millimetres_and_other_axes_are_told_apart(tmp_path):
    camera = reference(tmp_path)
    far = opencv_yaml(camera, unit_m=1e-4)
    error = refusal(tmp_path, OPENCV, lens_yml=far)
    assert "from the origin" in error.what
    assert "unit_m = 0.001" in error.do
    assert "below the ground" in refusal(tmp_path, f"projection = {rows(mirrored(camera))}\n").what


def test_a_camera_that_looks_up_is_refused(tmp_path):
    camera = reference(tmp_path)
    offset = -rotation_from_pan_tilt_roll(pan_deg=0, tilt_deg=60, roll_deg=0) @ camera.position_enu_m
    up = matrix_of(camera) @ np.concatenate(
        [rotation_from_pan_tilt_roll(pan_deg=0, tilt_deg=60, roll_deg=0), offset[:, None]], axis=1
    )
    assert "no ground is in its picture" in refusal(tmp_path, f"projection = {rows(up)}\n").what


def test_a_calibration_in_its_own_file_is_part_of_the_site(tmp_path):
    camera = reference(tmp_path)
    sigma = SITE[SITE.index("[camera.calibration.sigma]") : SITE.index("[[permit]]")]
    own = EXPLICIT + 'basis = "surveyed"\nsource = "measured"\n' + sigma.replace("camera.calibration.", "")
    text = SITE.replace(sigma, "")
    start, end = text.index("[camera.calibration]"), text.index("[[permit]]")
    folder = write_site(
        tmp_path / "site", text[:start] + '[camera.calibration]\nfile = "west.toml"\n' + text[end:]
    )
    (folder / "west.toml").write_text(own)
    got = load_site(folder)
    np.testing.assert_array_equal(got.cameras[0].calibration.covariance, camera.covariance)
    assert got.cameras[0].calibration.basis == "surveyed"
    assert "west.toml" in read_site_files(folder)
    (folder / "west.toml").write_text(own.replace("k1 =", "kk ="))
    with pytest.raises(InputError) as caught:
        load_site(folder)
    assert "west.toml:3" in caught.value.where
    (folder / "west.toml").write_text(own + "# another remark\n")
    assert load_site(folder).digest != got.digest


def test_a_json_matrix_may_be_written_by_a_program(tmp_path):
    camera = reference(tmp_path)
    text = json.dumps({"matrix": projection_of(camera).tolist()})
    got = loaded(tmp_path, 'projection = "p.json"\n', p_json=text)
    np.testing.assert_allclose(got.focal_px, camera.focal_px)
