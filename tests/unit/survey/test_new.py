import numpy as np
import pytest

from tests.unit.survey.cameras.foreign.test_tsai_xml import XML
from truceline.errors import InputError, ServiceError
from truceline.records.site import Basis
from truceline.records.time import parse_utc
from truceline.survey.check import Level, check_site
from truceline.survey.load import load_site
from truceline.survey.new import ASSUMED_SIGMAS, NewSite, write_new_site

NOW = parse_utc("2026-03-01T00:00:00Z")


def test_the_example_loads_and_its_camera_sees_its_line(tmp_path):
    write_new_site(tmp_path / "a" / "site", NewSite())
    checked = check_site(tmp_path / "a" / "site", at_utc_ns=NOW)
    assert not checked.usable
    view = checked.views[0][1]
    assert view is not None
    assert view.seen_m > 20
    said = {remark.subject: remark.sentence for remark in checked.remarks if remark.level is not Level.NOTE}
    assert said == {
        "line demarcation": "It is the template's example.",
        "origin": "The origin 37.9558, 126.677 is still the template's; with it go "
        "local_offset and instrument.",
        "zone crossing": "It is still the template's.",
        "camera camera-1": "Its calibration is the template's example: scan refuses it.",
    }
    assert [entry.name for entry in (tmp_path / "a").iterdir()] == ["site"]  # nothing left over


def test_what_was_asked_for_stands_in_the_folder(tmp_path):
    new = NewSite(
        site_id="s-1",
        name='The "east" gate\x7f',
        camera_id="mast",
        size_px=(960, 540),
        line_en_m=((0.0, 10.0), (0.0, -10.0)),
        sigma_m=0.25,
        sides=("Côté est", "Côté ouest"),
    )
    write_new_site(tmp_path / "site", new)
    site = load_site(tmp_path / "site")
    assert (site.site_id, site.name, site.line.sigma_m) == ("s-1", 'The "east" gate\x7f', 0.25)
    assert (site.line.sides.left, site.line.sides.right) == ("Côté est", "Côté ouest")
    assert site.line.vertices_en_m.tolist() == [[0, 10], [0, -10]]
    assert "example" not in site.line.source
    assert site.cameras[0].calibration.basis is Basis.EXAMPLE
    assert (site.cameras[0].width_px, site.cameras[0].height_px) == (960, 540)
    # the line runs south, so its right side is in the west: there stands the mast, 30 m away
    np.testing.assert_allclose(site.cameras[0].calibration.position_enu_m, [-30, 0, 7.5], atol=1e-3)
    assert check_site(tmp_path / "site", at_utc_ns=NOW).views[0][1] is not None


def test_what_was_asked_for_is_no_longer_the_templates(tmp_path):
    new = NewSite(
        line_id="blue",
        line_en_m=((-20.0, 0.0), (20.0, 0.0)),
        origin=(33.1, 35.5, 40.0),
        local_offset="+02:00",
        instrument="undof-1974",
    )
    write_new_site(tmp_path / "site", new)
    checked = check_site(tmp_path / "site", at_utc_ns=NOW)
    site = checked.site
    assert (site.line.line_id, site.instrument, site.local_offset_minutes) == ("blue", "undof-1974", 120)
    assert (site.origin.latitude_deg, site.origin.longitude_deg, site.origin.height_m) == (33.1, 35.5, 40.0)
    warned = {remark.subject for remark in checked.remarks if remark.level is Level.WARNING}
    assert warned == {"line blue", "zone crossing"}


def test_the_errors_of_a_tsai_file_are_stated_and_called_assumed(tmp_path):
    (tmp_path / "view.xml").write_text(XML)
    write_new_site(tmp_path / "site", NewSite(tsai=tmp_path / "view.xml", size_px=(768, 576)))
    assert (tmp_path / "site" / "view.xml").read_text() == XML
    calibration = load_site(tmp_path / "site").cameras[0].calibration
    assert "assumed, not measured" in calibration.source
    assert calibration.basis is Basis.ASSUMED
    sigmas = np.sqrt(np.diag(calibration.covariance))
    units = [0.01, 1, 1, 1, *[np.pi / 180] * 3, 1, 1, 1]
    np.testing.assert_allclose(sigmas, np.array(ASSUMED_SIGMAS) * units)
    assert check_site(tmp_path / "site", at_utc_ns=NOW).views[0][1] is not None


def test_a_folder_with_content_is_left_alone(tmp_path):
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(InputError, match="not empty"):
        write_new_site(tmp_path, NewSite())
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.txt"]
    with pytest.raises(InputError, match="not empty"):
        write_new_site(tmp_path / "kept.txt", NewSite())


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "site").mkdir()
    write_new_site(tmp_path / "site", NewSite())
    assert load_site(tmp_path / "site").site_id == "example"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (NewSite(site_id="a b"), "id is 'a b'"),
        (NewSite(sides=("N", "N")), "both sides"),
        (NewSite(sigma_m=0.0), "no line is known exactly"),
        (NewSite(line_en_m=((0.0, 0.0),)), "at least two vertices"),
        (NewSite(line_en_m=()), "at least two vertices"),
        (NewSite(line_en_m=((0.0, 0.0), (0.0, 0.0))), "the same"),
        (NewSite(line_en_m=((float("nan"), 0.0), (0.0, 0.0))), "finite"),
    ],
)
def test_what_cannot_be_a_site_leaves_nothing_behind(tmp_path, new, words):
    with pytest.raises(InputError) as caught:
        write_new_site(tmp_path / "site", new)
    assert words in caught.value.what
    assert caught.value.where.startswith((str(tmp_path / "site"), "line"))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_tsai_file_is_the_users_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        write_new_site(tmp_path / "site", NewSite(tsai=tmp_path / "none.xml"))


def test_a_place_that_cannot_be_written_is_the_machines_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match="cannot be written"):
        write_new_site(tmp_path / "file" / "site", NewSite())


@pytest.mark.parametrize("text", ["1953-07-27", "2018-11-01T00:00:00+09:00"])
def test_the_line_is_in_force_since_the_day_that_was_given(tmp_path, text):
    write_new_site(tmp_path / "site", NewSite(valid_from=text))
    expected = parse_utc(text if "T" in text else f"{text}T00:00:00Z")
    assert load_site(tmp_path / "site").line.valid.start_utc_ns == expected


def test_a_day_that_does_not_exist_is_refused_with_its_line(tmp_path):
    with pytest.raises(InputError, match="valid_from") as caught:
        write_new_site(tmp_path / "site", NewSite(valid_from="2026-02-30"))
    assert caught.value.where.startswith(str(tmp_path / "site" / "site.toml"))
    assert not (tmp_path / "site").exists()
