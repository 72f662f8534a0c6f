import json
import re

import pytest

from tests.unit.survey.folders import (
    GATE,
    SITE,
    changed,
    collection,
    feature,
    line_json,
    write_site,
    zones_json,
)
from truceline.errors import InputError
from truceline.records.time import parse_utc
from truceline.survey.check import Level, check_site
from truceline.survey.template import EXAMPLE_LINE_SOURCE, GIVEN_LINE_SOURCE

NOW = parse_utc("2026-03-01T00:00:00Z")
PERMIT = SITE[SITE.index("[[permit]]") : SITE.index("[retention]")]
RELEASE = SITE[SITE.index("[release]") :]
RETENTION = SITE[SITE.index("[retention]") : SITE.index("[release]")]
SIGMA = SITE[SITE.index("[camera.calibration.sigma]") : SITE.index("[[permit]]")]


def remarks(folder, site=SITE, *, at="2026-03-01T00:00:00Z", **files):
    return check_site(write_site(folder, site, **files), at_utc_ns=parse_utc(at)).remarks


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_a_good_site_needs_no_remark(tmp_path):
    checked = check_site(write_site(tmp_path), at_utc_ns=NOW)
    assert checked.remarks == ()
    assert checked.usable
    assert [camera_id for camera_id, view in checked.views if view is not None] == ["west"]


BOW_TIE = (GATE[0], GATE[2], GATE[1], GATE[3])


@pytest.mark.parametrize(
    ("files", "level", "subject", "words"),
    [
        ({"line": line_json([[-5, 0], [5, 0], [5, 5], [0, -5]])}, "error", "line L", "crosses itself"),
        ({"line": line_json([[-2, 9], [-5, 0], [5, 0], [2, 9]])}, "warning", "line L", "far out"),
        (
            {"line": line_json([[-9000, 0], [9000, 0]])},
            "error",
            "line L",
            "18000 m long. Are the coordinates in mil",
        ),
        ({"line": line_json([[0, 0], [0.2, 0]])}, "error", "line L", "degrees or kilometres"),
        ({"zones": zones_json(BOW_TIE)}, "error", "zone gate", "crosses itself"),
        (
            {"zones": zones_json([[0, 9], [4, 9], [4, 12]])},
            "warning",
            "permit P-1",
            "does not touch the line",
        ),
        (
            {"zones": zones_json([[-39, -3], [-36, -3], [-36, 3], [-39, 3]])},
            "note",
            "permit P-1",
            "No camera sees the line in its zone gate",
        ),
    ],
)
def test_each_remark_on_the_ground(tmp_path, files, level, subject, words):
    remark = only(remarks(tmp_path, **files))
    assert (remark.level, remark.subject) == (level, subject)
    assert words in remark.sentence


@pytest.mark.parametrize(
    ("old", "new", "level", "words"),
    [
        ("tilt_deg = -15.0", "tilt_deg = 30.0", "error", "above the horizon"),
        ("pan_deg = 0.0", "pan_deg = 180.0", "warning", "sees no part of the line"),
        ("focal_px = [950.0, 950.0]", "focal_px = [35.0, 35.0]", "warning", "focal length is 35 px"),
        ("[0.0, -30.0, 8.0]", "[0.0, -30.0, 210.0]", "warning", "Are these millimetres?"),
        (SIGMA, re.sub(r"= [\d.]+", "= 0", SIGMA), "error", "All errors of the calibration are 0"),
        ("k1 = 0.01", "k1 = 0.0", "warning", "No error is stated for k1."),
        ('"surveyed"', '"assumed"', "warning", "assumed, not measured: nothing is more than UNDECIDED"),
        ('basis = "surveyed"\n', "", "warning", "assumed, not measured: nothing is more than UNDECIDED"),
        ('"surveyed"', '"example"', "error", "the template's example: scan refuses it"),
        ('"a survey"', f'"{EXAMPLE_LINE_SOURCE}"', "error", "the template's example"),
        ('"a survey"', '"example"', "warning", "calls it an example"),
        ('"a survey"', '"a map; its error assumed"', "note", "assumed, not measured"),
        ("valid_from = 2020-01-01", "valid_from = 2026-03-02", "warning", "not in force now"),
        ("persons = 2", "persons = 2\nrevoked = true", "note", "It is revoked."),
        (PERMIT, PERMIT + PERMIT.replace("P-1", "P-2"), "note", "overlaps with permit P-2"),
        (PERMIT, PERMIT.replace("2026", "2019"), "warning", "never valid while this version"),
        (RETENTION, "", "note", "Retention is not stated"),
        (RELEASE, "", "note", "No release terms"),
        ('body_keys = ["' + "c" * 64 + '"]\n', "", "note", "No key of the competent body"),
        ("turn_x_deg = 0.03", "turn_x_deg = 1.5", "warning", "known to 1.5 degrees only."),
        ("centre_px = [479.5, 269.5]", "centre_px = [959.5, 539.5]", "warning", "far from the middle"),
        (
            'left = "North"\nright = "South"',
            'left = "South"\nright = "North"',
            "warning",
            "the other way round",
        ),
        ('right = "South"', 'right = "North bank"', "warning", "'North bank' lies in the other direction"),
        (', "' + "b" * 64 + '"', "", "note", "1 reviewer keys, two needed"),
    ],
)
def test_each_remark_on_the_file(tmp_path, old, new, level, words):
    found = [remark for remark in remarks(tmp_path, changed(old, new)) if words in remark.sentence]
    assert only(found).level == level


@pytest.mark.parametrize(
    "second",
    [
        PERMIT.replace("P-1", "P-2").replace('["North"]', '["South"]'),
        PERMIT.replace("P-1", "P-2") + "revoked = true\n",
        PERMIT.replace("P-1", "P-2").replace("T06", "T08").replace("T05", "T06"),
    ],
    ids=["other way", "revoked", "one after the other"],
)
def test_permits_side_by_side_do_not_overlap(tmp_path, second):
    assert not [r for r in remarks(tmp_path, changed(PERMIT, PERMIT + second)) if "overlaps" in r.sentence]


def test_a_permit_expires_at_its_end(tmp_path):
    assert remarks(tmp_path, at="2026-03-04T05:59:59Z") == ()
    assert "expired 2026-03-04T06:00:00Z" in only(remarks(tmp_path, at="2026-03-04T06:00:00Z")).sentence


def test_errors_make_a_site_unusable_and_warnings_do_not(tmp_path):
    folder = write_site(tmp_path, changed("tilt_deg = -15.0", "tilt_deg = 30.0"))
    assert not check_site(folder, at_utc_ns=NOW).usable
    folder = write_site(tmp_path, changed("k1 = 0.01", "k1 = 0.0"))
    assert check_site(folder, at_utc_ns=NOW).usable


@pytest.mark.parametrize(("sigma", "said"), [("1.0", False), ("200.0", True)])
def test_a_line_that_is_hardly_known_is_named_as_the_cause(tmp_path, sigma, said):
    found = remarks(tmp_path, changed("sigma_m = 0.1", f"sigma_m = {sigma}"))
    told = [one for one in found if "The line's own error is" in one.sentence]
    assert bool(told) is said
    assert all("sigma_m is in metres" in one.do for one in told)


def test_a_line_that_no_camera_sees_is_an_error_and_one_blind_camera_of_two_a_warning(tmp_path):
    away = changed("pan_deg = 0.0", "pan_deg = 180.0")
    alone = check_site(write_site(tmp_path / "one", away), at_utc_ns=NOW)
    assert not alone.usable
    assert any("No camera sees any of the line" in remark.sentence for remark in alone.remarks)
    camera = SITE[SITE.index("[[camera]]") : SITE.index("[[permit]]")]
    second = camera.replace('"west"', '"east"').replace("pan_deg = 0.0", "pan_deg = 180.0")
    both = check_site(write_site(tmp_path / "two", changed(camera, camera + second)), at_utc_ns=NOW)
    assert both.usable
    blind = only([remark for remark in both.remarks if remark.level is Level.WARNING])
    assert (blind.subject, blind.sentence) == ("camera east", "It sees no part of the line.")


@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        (
            "latitude_deg = 38.0\nlongitude_deg = 127.0",
            "latitude_deg = 37.9558\nlongitude_deg = 126.6767",
            "origin",
        ),
        ('"a survey"', f'"{GIVEN_LINE_SOURCE}"', "line L"),
        ("longitude_deg = 127.0", "longitude_deg = 124.5\n# near enough", None),
        ('"+09:00"', '"+03:00"', "local_offset"),
        ("latitude_deg = 38.0", "latitude_deg = 25.0", "instrument"),
    ],
)
def test_what_is_still_the_templates_is_a_warning(tmp_path, old, new, subject):
    found = remarks(tmp_path, changed(old, new))
    assert [(one.level, one.subject) for one in found] == ([(Level.WARNING, subject)] if subject else [])


def test_a_site_without_cameras_measures_nothing(tmp_path):
    text = SITE[: SITE.index("[[camera]]")] + RETENTION + RELEASE
    assert only(remarks(tmp_path, text)).level is Level.WARNING


def test_a_camera_too_far_away_decides_nothing_shallow(tmp_path):
    site = changed("[0.0, -30.0, 8.0]", "[0.0, -160.0, 8.0]").replace("tilt_deg = -15.0", "tilt_deg = -6.0")
    found = [remark for remark in remarks(tmp_path, site) if remark.subject == "camera west"]
    assert "Nowhere on the line can it decide a crossing shallower than" in only(found).sentence


@pytest.mark.parametrize(
    ("left", "right"),
    [("North", "South"), ("Green", "Blue"), ("northern shore", "The South"), ("east", "west")],
)
def test_sides_that_lie_where_their_names_say_need_no_remark(tmp_path, left, right):
    site = changed('left = "North"\nright = "South"', f'left = "{left}"\nright = "{right}"')
    site = site.replace('directions = ["North"]', f'directions = ["{left}"]')
    assert remarks(tmp_path, site) == ()


LANDMARKS = changed("[[camera]]", '[landmarks]\nfile = "places.geojson"\n[[camera]]')


@pytest.mark.parametrize(
    ("landmark", "level", "words"),
    [
        (
            feature("Polygon", [[[0, 9], [4, 12], [4, 9], [0, 12]]], id="a", kind="water"),
            "error",
            "crosses itself",
        ),
        (feature("Point", [0, 9000], id="a", kind="post"), "warning", "9 km from the line"),
        (
            feature("LineString", [[0, 9], [4, 9]], id="a", kind="wall"),
            "note",
            "No height is stated for this wall",
        ),
    ],
)
def test_each_remark_on_a_landmark(tmp_path, landmark, level, words):
    folder = write_site(tmp_path, LANDMARKS)
    (folder / "places.geojson").write_text(collection(landmark))
    remark = only(check_site(folder, at_utc_ns=NOW).remarks)
    assert (remark.level, remark.subject) == (level, "landmark a")
    assert words in remark.sentence


@pytest.mark.parametrize(
    ("frame", "words"), [("wgs84", "look swapped"), ("site-en-m", "longitude and latitude in degrees")]
)
def test_latitude_before_longitude_is_told_that_longitude_comes_first(tmp_path, frame, words):
    folder = write_site(tmp_path)
    collection = json.loads((folder / "line.geojson").read_text())
    collection["frame"] = frame
    collection["features"][0]["properties"].pop("frame", None)
    collection["features"][0]["geometry"]["coordinates"] = [[38.0, 127.0], [38.0005, 127.0]]
    (folder / "line.geojson").write_text(json.dumps(collection))
    with pytest.raises(InputError, match=words) as refusal:
        check_site(folder, at_utc_ns=NOW)
    assert "ongitude comes first" in refusal.value.do
