from dataclasses import replace

import numpy as np
import pytest

from tests.unit.survey.cameras.surveys import camera, survey, true_camera
from tests.unit.survey.folders import SITE, write_site
from truceline.errors import InputError
from truceline.records.site import Basis
from truceline.survey.calibration_file import calibration_text, write_calibration
from truceline.survey.cameras.from_points.calibration import Known, priors_of
from truceline.survey.cameras.from_points.fit import fit_camera
from truceline.survey.load import load_site, read_site_files

REMARKED = SITE.replace("[[permit]]", "# the permits\n# of this week\n\n[[permit]]").replace(
    "[[camera]]", "# on the mast\n[[camera]]"
)


def fitted():
    fit = fit_camera(true_camera(), survey(), priors=priors_of(camera(), Known()))
    return replace(fit.calibration, basis=Basis.SURVEYED, source='points "of\nMay"')


def test_what_is_written_is_what_is_read(tmp_path):
    folder, calibration = write_site(tmp_path, REMARKED), fitted()
    written = write_calibration(folder, "west", text=calibration_text(calibration, remarks=("Few points.",)))
    got = load_site(folder).cameras[0].calibration
    for name in ("focal_px", "centre_px", "position_enu_m", "covariance"):
        np.testing.assert_array_equal(getattr(got, name), getattr(calibration, name))
    np.testing.assert_allclose(got.rotation, calibration.rotation, atol=1e-15)
    assert (got.k1, got.basis, got.source) == (calibration.k1, Basis.SURVEYED, calibration.source)
    assert written.path.name == "west.calibration-1.toml"
    assert "# Few points." in written.path.read_text()
    assert written.path.name in read_site_files(folder)


def test_the_rest_of_the_site_file_stays_as_it_is(tmp_path):
    folder = write_site(tmp_path, REMARKED)
    write_calibration(folder, "west", text=calibration_text(fitted()))
    now = (folder / "site.toml").read_text()
    start, end = REMARKED.index("[camera.calibration]"), REMARKED.index("# the permits")
    assert now == (
        REMARKED[:start] + '[camera.calibration]\nfile = "west.calibration-1.toml"\n' + REMARKED[end:]
    )


def test_earlier_calibrations_stay(tmp_path):
    folder = write_site(tmp_path, REMARKED)
    write_calibration(folder, "west", text=calibration_text(fitted()))
    first = (folder / "west.calibration-1.toml").read_text()
    second = write_calibration(folder, "west", text=calibration_text(fitted()))
    assert second.path.name == "west.calibration-2.toml"
    assert (folder / "west.calibration-1.toml").read_text() == first
    assert (folder / "site.toml").read_text().count("calibration-2.toml") == 1
    assert "calibration-1.toml" not in (folder / "site.toml").read_text()


def test_only_the_named_camera_is_touched(tmp_path):
    block = SITE[SITE.index("[[camera]]") : SITE.index("[[permit]]")]
    folder = write_site(tmp_path, SITE.replace(block, block + block.replace('"west"', '"east"')))
    write_calibration(folder, "east", text=calibration_text(fitted()))
    west, east = load_site(folder).cameras
    assert (west.calibration.source, east.calibration.source) == ("measured", fitted().source)


def test_the_last_table_of_a_file_can_be_replaced(tmp_path):
    block = SITE[SITE.index("[[camera]]") : SITE.index("[[permit]]")]
    folder = write_site(tmp_path, SITE.replace(block, "") + block)
    write_calibration(folder, "west", text=calibration_text(fitted()))
    assert load_site(folder).cameras[0].calibration.basis is Basis.SURVEYED


def test_a_site_that_cannot_be_edited_without_guessing_is_left_alone(tmp_path):
    text = SITE.replace("[camera.calibration]\n", "").replace("[camera.calibration.sigma]", "[sigma]")
    start, end = text.index('basis = "surveyed"'), text.index("[[permit]]")
    inline = text[:start] + 'calibration = { file = "own.toml" }\n' + text[end:]
    write_site(tmp_path, inline)
    (tmp_path / "own.toml").write_text(calibration_text(fitted()))
    with pytest.raises(InputError) as caught:
        write_calibration(tmp_path, "west", text=calibration_text(fitted()))
    assert 'file = "west.calibration-1.toml"' in caught.value.do
    assert (tmp_path / "site.toml").read_text() == inline
    assert not (tmp_path / "west.calibration-1.toml").exists()


def test_a_calibration_that_does_not_load_changes_nothing(tmp_path):
    folder = write_site(tmp_path)
    with pytest.raises(InputError):
        write_calibration(folder, "west", text="k1 = 0.0\n")
    assert (folder / "site.toml").read_text() == SITE
    assert not (folder / "west.calibration-1.toml").exists()
