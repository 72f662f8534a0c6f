"""What a simulation declares is read back by the product's readers, and holds nothing that is only true."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.truth.settings import START, calibration, camera, setting
from truceline.pipeline.sites.check import check_whole_site
from truceline.records.time import UtcNs, UtcSpan, parse_utc
from truceline.simulate.truth.declared import FAR_UTC_NS, SiteKeys, footage_note, site_files, sound_note
from truceline.survey.check import Level
from truceline.survey.footage_note import note_path, read_footage_note
from truceline.survey.load import load_site
from truceline.tables.reader import OPEN_END_UTC_NS, read_toml

KEYS = SiteKeys(("00" * 32, "11" * 32), body=("22" * 32,))


def loaded(folder, given, keys=KEYS):
    for name, text in site_files(given, keys=keys).items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_site(folder)


def test_a_site_is_read_back_as_it_was_declared(tmp_path):
    given = setting()
    site = loaded(tmp_path, given)
    assert (site.site_id, site.name, site.simulated) == ("small", given.title, True)
    assert site.local_offset_minutes == -210
    assert site.origin == given.origin
    assert np.array_equal(site.line.vertices_en_m, given.line.vertices_en_m)
    assert site.line.valid == given.line.valid
    assert [zone.zone_id for zone in site.zones] == ["gate"]
    assert np.array_equal(site.zones[0].ring_en_m, given.zones[0].ring_en_m)
    assert site.permits == given.permits
    for read, one in zip(site.landmarks, given.landmarks, strict=True):
        assert (read.landmark_id, read.kind, read.shape, read.height_m) == (
            one.landmark_id,
            one.kind,
            one.shape,
            one.height_m,
        )
        assert read.limit_mps == one.limit_mps
        assert np.array_equal(read.points_en_m, one.points_en_m)
    assert site.release_terms is not None
    assert site.release_terms.body_keys == KEYS.body


def test_every_camera_is_read_back_as_it_was_declared(tmp_path):
    given = setting()
    site = loaded(tmp_path, given)
    assert [one.band for one in site.cameras] == ["visible", "thermal"]
    for read, plan in zip(site.cameras, given.cameras, strict=True):
        declared = plan.declared
        assert (read.width_px, read.height_px) == (160, 96)
        assert np.allclose(read.calibration.rotation, declared.rotation, atol=1e-12)
        assert np.array_equal(read.calibration.position_enu_m, declared.position_enu_m)
        assert np.allclose(read.calibration.covariance, declared.covariance, rtol=1e-6)
        assert (read.calibration.k1, read.calibration.k2) == (declared.k1, declared.k2)
        assert read.calibration.basis is declared.basis


def test_a_covariance_that_is_not_diagonal_is_written_whole(tmp_path):
    declared = calibration()
    covariance = declared.covariance.copy()
    covariance[0, 9] = covariance[9, 0] = 1e-5
    given = setting(cameras=(camera(declared=replace(declared, covariance=covariance)),))
    site = loaded(tmp_path, given)
    assert np.array_equal(site.cameras[0].calibration.covariance, covariance)


def test_a_line_without_an_end_stays_without_one(tmp_path):
    given = setting()
    forever = UtcSpan(given.line.valid.start_utc_ns, UtcNs(FAR_UTC_NS))
    site = loaded(tmp_path, replace(given, line=replace(given.line, valid=forever)))
    assert site.line.valid.end_utc_ns == OPEN_END_UTC_NS


def test_a_bare_setting_gives_a_site_too(tmp_path):
    site = loaded(tmp_path, setting(zones=(), permits=(), landmarks=(), cameras=()), keys=SiteKeys())
    assert site.release_terms is None
    assert not site.cameras


def test_a_surveyor_finds_no_error_in_the_site(tmp_path):
    loaded(tmp_path, setting())
    checked = check_whole_site(tmp_path, at_utc_ns=START)
    assert [one for one in checked.remarks if one.level is Level.ERROR] == []
    assert checked.usable


def test_what_is_only_true_stands_nowhere_in_the_site():
    given = setting()
    texts = "".join(site_files(given, keys=KEYS).values())
    true = given.cameras[0].true
    for number in (true.focal_px[0], true.position_enu_m[0], true.rotation[0, 0], given.line_offset_m):
        assert repr(float(number)) not in texts


@pytest.mark.parametrize("start", ["2026-03-04T05:00:00Z", "2026-03-04T05:00:01.123456789Z"])
def test_a_note_says_the_start_by_the_cameras_clock_to_the_nanosecond(tmp_path, start):
    clip = tmp_path / "north-gate_001.mp4"
    text = footage_note(setting(), camera(), start_utc_ns=parse_utc(start))
    note_path(clip).write_text(text, encoding="utf-8")
    note = read_footage_note(clip)
    assert note is not None
    assert (note.camera_id, note.start_bound_s, note.simulated) == ("north-gate", 2.5, True)
    assert note.start_utc_ns == parse_utc(start)


def test_a_sound_note_is_toml_and_says_where_the_microphone_stands(tmp_path):
    given = setting()
    path = tmp_path / "mic.toml"
    path.write_text(sound_note(given, given.microphones[0], start_utc_ns=START), encoding="utf-8")
    table = read_toml(path)
    assert table.text("microphone") == "mic-1"
    assert table.numbers("place_enu_m", 3) == (1.0, 2.0, 3.0)
    assert table.flag("simulated")
