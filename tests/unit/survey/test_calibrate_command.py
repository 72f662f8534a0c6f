import pytest
from typer.testing import CliRunner

from tests.unit.survey.cameras.surveys import csv_text, moved, survey
from tests.unit.survey.folders import SITE, write_site
from truceline.cli.site import site_app
from truceline.errors import InputError
from truceline.survey.load import load_site

WIDE = SITE.replace("width_px = 960", "width_px = 1280").replace("height_px = 540", "height_px = 720")
# The smallest picture there is: eight bytes that say PNG are enough to be drawn on.
PNG = bytes.fromhex("89504e470d0a1a0a")


def run(*arguments):
    return CliRunner().invoke(site_app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path):
    return write_site(tmp_path / "site", WIDE)


@pytest.fixture
def points(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(csv_text(survey()))
    return path


def test_points_in_calibration_and_page_out(folder, points, tmp_path):
    (tmp_path / "still.png").write_bytes(PNG)
    made = run(
        "calibrate", folder, "--camera", "west", "--points", points, "--height", 7.6,
        "--still", tmp_path / "still.png",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "Each point predicted by the others" in made.output
    assert "Heading" in made.output
    calibration = load_site(folder).cameras[0].calibration
    assert calibration.basis == "surveyed"
    assert calibration.position_enu_m[2] == pytest.approx(7.6, abs=0.1)
    page = (folder / "west.calibration-1.html").read_text()
    assert "Not for release." in page
    assert "residuals drawn ×" in page
    assert "data:image/png;base64," in page


def test_a_dry_run_writes_nothing(folder, points):
    before = (folder / "site.toml").read_text()
    shown = run("calibrate", folder, "--camera", "west", "--points", points, "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "Nothing was written." in shown.output
    assert (folder / "site.toml").read_text() == before
    assert not list(folder.glob("west.calibration*"))


def test_a_bad_point_is_left_out_by_name_and_the_page_says_so(folder, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(csv_text(moved(survey(), 4, by_px=(40, 0))))
    refused = run("calibrate", folder, "--camera", "west", "--points", path)
    assert isinstance(refused.exception, InputError)
    assert "point 5 contradicts" in refused.exception.what
    made = run("calibrate", folder, "--camera", "west", "--points", path, "--leave-out", "5")
    assert made.exit_code == 0, made.output
    assert "Left out on purpose, and not used: 5." in (folder / "west.calibration-1.html").read_text()
    assert "Points left out on purpose: 5." in (folder / "west.calibration-1.toml").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--camera", "north"], "no camera 'north'"),
        (["--camera", "west", "--leave-out", "99"], "no point '99'"),
    ],
)
def test_what_is_not_there_is_said(folder, points, options, words):
    result = run("calibrate", folder, "--points", points, *options)
    assert isinstance(result.exception, InputError)
    assert words in result.exception.what


def test_a_still_that_is_no_picture_is_refused(folder, points, tmp_path):
    (tmp_path / "still.gif").write_bytes(b"GIF89a")
    result = run(
        "calibrate", folder, "--camera", "west", "--points", points, "--still", tmp_path / "still.gif"
    )
    assert isinstance(result.exception, InputError)
    assert "no PNG or JPEG" in result.exception.what
