import re
from pathlib import Path

import numpy as np
import pytest

from tests.unit.survey.folders import SITE, changed, line_json, line_number, write_site, zones_json
from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.records.site import ReleaseTerms, Retention, Sides
from truceline.records.time import parse_utc
from truceline.survey import load
from truceline.survey.cameras import calibrations
from truceline.survey.load import DEFAULT_RETENTION, load_site

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "site.md"


def refusal(folder):
    with pytest.raises(InputError) as caught:
        load_site(folder)
    return caught.value


def test_a_whole_site(tmp_path):
    site = load_site(write_site(tmp_path))
    assert (site.site_id, site.name, site.simulated, site.instrument) == (
        "test",
        "Test site",
        True,
        "korea-1953",
    )
    assert site.local_offset_minutes == 540
    assert (site.origin.latitude_deg, site.origin.longitude_deg, site.origin.height_m) == (38.0, 127.0, 100.0)
    assert site.line.sides == Sides("North", "South")
    assert site.line.vertices_en_m.tolist() == [[-40, 0], [0, 0], [40, 2]]
    assert site.line.valid.start_utc_ns == parse_utc("2020-01-01T00:00:00Z")
    assert [(zone.zone_id, zone.name, zone.kind) for zone in site.zones] == [("gate", "The gate", "area")]
    assert site.zones[0].ring_en_m.shape == (4, 2)
    camera = site.camera("west")
    assert (camera.width_px, camera.height_px, camera.band) == (960, 540, "visible")
    assert camera.calibration.position_enu_m.tolist() == [0, -30, 8]
    assert site.permits[0].directions == ("North",)
    assert site.permits[0].revoked is False
    assert site.retention == Retention(10, 5, 100)
    assert site.release_terms == ReleaseTerms("Commission", "office", ("a" * 64, "b" * 64), 24.0, ("c" * 64,))


def test_what_may_be_left_out(tmp_path):
    start = SITE.index("[zones]")
    bare = SITE[:start].replace("simulated = true\n", "")
    site = load_site(write_site(tmp_path, bare))
    assert (site.zones, site.cameras, site.permits, site.release_terms) == ((), (), (), None)
    assert site.retention == DEFAULT_RETENTION
    assert site.simulated is False


def test_the_digest_is_that_of_the_files_read(tmp_path):
    folder = write_site(tmp_path)
    names = ("line.geojson", "site.toml", "zones.geojson")
    rows = [f"{name} {sha256_of((folder / name).read_bytes()).hex}\n" for name in names]
    assert load_site(folder).digest == sha256_of("".join(rows).encode())
    (folder / "unread.txt").write_text("no part of the site")
    assert load_site(folder).digest == sha256_of("".join(rows).encode())
    (folder / "line.geojson").write_text(line_json() + " ")
    assert load_site(folder).digest != sha256_of("".join(rows).encode())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "Test site"', 'nam = "Test site"', "unknown key 'nam'"),
        ('id = "test"', 'id = "a/b"', "id is 'a/b'"),
        ('local_offset = "+09:00"', 'local_offset = "9"', "local_offset is '9'"),
        ('local_offset = "+09:00"', 'local_offset = "+14:30"', "local_offset is '+14:30'"),
        ('local_offset = "+09:00"', 'local_offset = "+09:60"', "local_offset is '+09:60'"),
        ("latitude_deg = 38.0", "latitude_deg = 98.0", "latitude_deg is 98"),
        ("sigma_m = 0.1", "sigma_m = 0", "no line is known exactly"),
        ("sigma_m = 0.1", "sigma_m = -1", "no line is known exactly"),
        ("sigma_m = 0.1", "sigma_m = 501", "sigma_m is 501"),
        ('right = "South"', 'right = "North"', "both sides are called 'North'"),
        ('file = "line.geojson"', 'file = "../line.geojson"', "file is '../line.geojson'"),
        ('file = "line.geojson"', 'file = ".."', "file is '..'"),
        ('file = "line.geojson"', 'file = "other.geojson"', "no file 'other.geojson'"),
        ('band = "visible"', 'band = "radar"', "band is 'radar'"),
        ("width_px = 960", "width_px = 960.0", "expected a whole number"),
        ("focal_px = [950.0, 950.0]", "focal_px = [950.0]", "focal_px has 1 numbers"),
        ("focal_px = [950.0, 950.0]", "focal_px = [4.8, 4.8]", "focal_px is 4.8"),
        ("[0.0, -30.0, 8.0]", "[0.0, -30.0, 0.0]", "the camera is 0 m above the ground"),
        ("tilt_deg = -15.0", "tilt = -15.0", "unknown key 'tilt'"),
        ("pan_deg = 0.0", "distortion = 'fisheye'", "distortion is 'fisheye'"),
        ("turn_y_deg = 0.03", "turn_y_deg = -0.03", "turn_y_deg is -0.03"),
        ('zone = "gate"', 'zone = "gait"', "no zone 'gait'"),
        ('directions = ["North"]', 'directions = ["north"]', "'north' is not a side"),
        ('directions = ["North"]', "directions = []", "directions is empty"),
        ('directions = ["North"]', 'directions = ["North", "North"]', "names a side twice"),
        ("persons = 2", "persons = 0", "persons is 0"),
        ('valid_until = "2026-03-04T06:00:00Z"', 'valid_until = "2026-03-04"', "valid_until is not after"),
        ("quiet_footage_days = 10", "quiet_footage_days = -1", "quiet_footage_days is -1"),
        ("a" * 64, "A" * 64, "is no Ed25519 public key"),
        ("a" * 64, "b" * 64, "a reviewer's key stands twice"),
        ("c" * 64, "C" * 64, "is no Ed25519 public key"),
        (
            f'body_keys = ["{"c" * 64}"]',
            f'body_keys = ["{"a" * 64}"]',
            "a reviewer's key stands among the body's",
        ),
    ],
)
def test_each_fault_is_refused_with_its_file_and_line(tmp_path, old, new, words):
    text = changed(old, new)
    error = refusal(write_site(tmp_path, text))
    assert words in error.what
    assert error.where == f"{tmp_path / 'site.toml'}:{line_number(text, new)}"


@pytest.mark.parametrize(
    ("gone", "words", "place"),
    [
        ('version = "1"\n', "'version' is missing in [line]", "[line]"),
        ("up_m = 0.03\n", "'up_m' is missing in [camera.calibration.sigma]", "[camera.calibration.sigma]"),
        ("tilt_deg = -15.0\n", "'tilt_deg' is missing", "[camera.calibration]"),
        ('authority = "the Commission"\n', "'authority' is missing", "[[permit]]"),
    ],
)
def test_a_missing_key_is_placed_at_its_table(tmp_path, gone, words, place):
    text = changed(gone, "")
    error = refusal(write_site(tmp_path, text))
    assert words in error.what
    assert error.where.endswith(f":{line_number(text, place)}")


def test_a_calibration_without_errors_is_refused_with_advice(tmp_path):
    text = re.sub(r"\[camera\.calibration\.sigma\]\n(?:\w+ = .*\n)+", "", SITE)
    error = refusal(write_site(tmp_path, text))
    assert "states no error" in error.what
    assert "[camera.calibration.sigma]" in error.do
    assert "assumed" in error.do


def test_two_cameras_and_permits_need_two_names(tmp_path):
    camera = SITE[SITE.index("[[camera]]") : SITE.index("[[permit]]")]
    text = SITE.replace(camera, camera * 2)
    error = refusal(write_site(tmp_path, text))
    assert "camera 'west' stands twice" in error.what
    assert error.where.endswith(f":{SITE[: SITE.index('[[permit]]')].count(chr(10)) + 2}")
    permit = SITE[SITE.index("[[permit]]") : SITE.index("[retention]")]
    assert "permit 'P-1' stands twice" in refusal(write_site(tmp_path, SITE.replace(permit, permit * 2))).what


def test_a_folder_that_is_no_site(tmp_path):
    error = refusal(tmp_path / "nowhere")
    assert "holds no site.toml" in error.what
    assert "site new" in error.do


def test_a_missing_table_is_said_as_such(tmp_path):
    text = SITE[SITE.index("[origin]") :]
    assert "table [site] is missing" in refusal(write_site(tmp_path, text)).what


def test_cameras_may_share_a_clock(tmp_path):
    shared = SITE.replace("width_px = 960", 'clock = "recorder-1"\nwidth_px = 960', 1)
    assert load_site(write_site(tmp_path / "one", shared)).camera("west").clock_id == "recorder-1"
    assert load_site(write_site(tmp_path / "two", SITE)).camera("west").clock_id == ""


def test_negative_offsets(tmp_path):
    site = load_site(write_site(tmp_path, changed('"+09:00"', '"-03:30"')))
    assert site.local_offset_minutes == -210


def test_the_line_keeps_its_order_and_is_read_only(tmp_path):
    site = load_site(write_site(tmp_path, line=line_json([[1.5, 2.0, 99.0], [-3.0, 4.0]])))
    assert site.line.vertices_en_m.tolist() == [[1.5, 2.0], [-3.0, 4.0]]
    with pytest.raises(ValueError, match="read-only"):
        site.line.vertices_en_m[0, 0] = 0.0


def test_an_unused_zone_file_with_no_zone_is_fine(tmp_path):
    text = SITE[: SITE.index("[[camera]]")]
    empty = '{"type": "FeatureCollection", "features": []}'
    assert load_site(write_site(tmp_path, text, zones=empty)).zones == ()
    assert len(load_site(write_site(tmp_path, text, zones=zones_json())).zones) == 1


def test_every_key_stands_in_the_reference_page():
    page = REFERENCE.read_text()
    keys = {
        *load.SITE_KEYS, *load.ORIGIN_KEYS, *load.LINE_KEYS, *load.ZONES_KEYS, *load.CAMERA_KEYS,
        *load.PERMIT_KEYS, *load.RETENTION_KEYS, *load.RELEASE_KEYS,
        *calibrations.CALIBRATION_KEYS, *calibrations.SIGMA_KEYS,
    }  # fmt: skip
    assert {key for key in keys if f"`{key}`" not in page} == set()
    assert {key for key in load.TOP_KEYS if f"[{key}]" not in page} == set()


def test_sigmas_arrive_in_the_units_of_the_record(tmp_path):
    covariance = load_site(write_site(tmp_path)).cameras[0].calibration.covariance
    expected = [0.003, 1, 1, 0.01, *[np.deg2rad(0.03)] * 3, 0.03, 0.03, 0.03]
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), expected, rtol=1e-12)
    assert np.count_nonzero(covariance - np.diag(np.diag(covariance))) == 0
