"""The site's files load, and say what was declared: no more, no less."""

from pathlib import Path

import numpy as np
import pytest

from truceline.errors import InputError
from truceline.records.time import parse_utc
from truceline.simulate.scene import LINE_EN_M, LINE_SIGMA_M, SIGMAS, START_UTC_NS, scene_from_seed
from truceline.simulate.site_text import footage_note, site_files
from truceline.survey.footage_note import read_footage_note
from truceline.survey.load import load_site

KEYS = ("ab" * 32, "cd" * 32)


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("seed", [0, 1, 17])
def test_the_site_loads_as_it_was_declared(seed: int, tmp_path: Path):
    scene = scene_from_seed(seed)
    site = load_site(written(tmp_path, site_files(scene, KEYS, body_keys=("ef" * 32,))))
    assert site.simulated
    calibration = site.camera("mast").calibration
    np.testing.assert_allclose(calibration.rotation, scene.declared.rotation, atol=1e-12)
    np.testing.assert_array_equal(calibration.position_enu_m, scene.declared.position_enu_m)
    np.testing.assert_array_equal(calibration.focal_px, scene.declared.focal_px)
    np.testing.assert_allclose(np.sqrt(np.diag(calibration.covariance)), SIGMAS, rtol=1e-6)
    np.testing.assert_array_equal(site.line.vertices_en_m, LINE_EN_M)
    assert site.line.sigma_m == LINE_SIGMA_M
    assert (site.line.sides.left, site.line.sides.right) == ("North", "South")
    assert site.release_terms is not None
    assert site.release_terms.reviewer_keys == KEYS
    assert site.release_terms.body_keys == ("ef" * 32,)
    assert site.release_terms.delay_h == 24.0
    assert "Drawn Commission" in site.release_terms.competent_body


def test_the_permit_covers_the_minute(tmp_path: Path):
    site = load_site(written(tmp_path, site_files(scene_from_seed(2), KEYS)))
    (permit,) = site.permits
    assert permit.directions == ("North",)
    assert permit.authority == "the Commission (drawn)"
    assert site.zone(permit.zone_id).kind == "crossing"
    assert permit.valid.contains(START_UTC_NS)
    assert permit.valid.contains(parse_utc("2026-03-04T05:01:00Z"))


def test_the_truth_is_not_told():
    scene = scene_from_seed(4)
    text = "".join(site_files(scene, KEYS).values()) + footage_note(scene)
    for secret in (
        *scene.true.position_enu_m,
        scene.line_offset_m,
        scene.clock_error_s,
        scene.true.focal_px[0],
    ):
        assert f"{float(secret):.6g}" not in text


def test_the_note_says_camera_start_and_bound(tmp_path: Path):
    (tmp_path / "drawn.mp4.toml").write_text(footage_note(scene_from_seed(4)), encoding="utf-8")
    note = read_footage_note(tmp_path / "drawn.mp4")
    assert note is not None
    assert (note.camera_id, note.start_utc_ns, note.start_bound_s) == ("mast", START_UTC_NS, 0.05)
    assert note.simulated


def test_a_wrong_key_would_be_refused(tmp_path: Path):
    folder = written(tmp_path, site_files(scene_from_seed(4), ("no key",)))
    with pytest.raises(InputError, match="no Ed25519 public key"):
        load_site(folder)
