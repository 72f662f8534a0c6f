"""What a scan says, or refuses, before it begins."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.survey.folders import write_site
from tests.unit.video.clips import START, write_clip
from truceline.errors import InputError
from truceline.pipeline.footage import Declared, open_footage
from truceline.pipeline.scan_checks import (
    check_views,
    line_seen_m,
    partly_seen_words,
    validity_words,
    warnings_of,
)
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.survey.load import load_site


@pytest.fixture
def site(tmp_path):
    return load_site(write_site(tmp_path / "site"))


def moved(line, vertices_en_m):
    return replace(line, vertices_en_m=np.array(vertices_en_m, dtype=np.float64))


def ahead(camera):
    """A place on the ground in the middle of the camera's picture, and the way across the picture."""
    from truceline.geometry.camera import ground_from_pixel

    middle = np.array(
        [[camera.width_px / 2, camera.height_px * 0.7], [camera.width_px / 2 + 1, camera.height_px * 0.7]]
    )
    here, beside = ground_from_pixel(camera.calibration, middle)
    return here, (beside - here) / np.linalg.norm(beside - here)


def line_across(site, *, half_m):
    here, way = ahead(site.cameras[0])
    return moved(site.line, [here - half_m * way, here + half_m * way])


def opened_of(site, tmp_path, **declared):
    clip = write_clip(tmp_path / "clip.mp4", range(5), size=(960, 540))
    known = {"start_utc_ns": START, "start_bound_s": 1.0, **declared}
    return [open_footage(clip, site, declared=Declared(**known))]


def test_a_line_within_the_picture_is_seen_whole_and_nothing_is_said(site):
    camera = site.cameras[0]
    short = line_across(site, half_m=0.5)
    assert line_seen_m(camera, short) == pytest.approx((1.0, 1.0))
    assert partly_seen_words(camera, short) == ""


def test_of_a_line_that_leaves_the_picture_the_length_that_is_seen_is_said(site):
    camera = site.cameras[0]
    long = line_across(site, half_m=400.0)
    seen_m, whole_m = line_seen_m(camera, long)
    assert 0 < seen_m < whole_m == pytest.approx(800.0)
    said = partly_seen_words(camera, long)
    assert said.startswith(f"camera {camera.camera_id} sees ")
    assert said.endswith(" of 800 m of the line; the rest was not observed")


def test_a_camera_that_sees_no_part_of_the_line_is_refused(site, tmp_path):
    camera = site.cameras[0]
    here, way = ahead(camera)
    away = np.asarray(camera.calibration.position_enu_m)[:2] * 2 - here
    behind = replace(site, line=moved(site.line, [away - way, away + way]))
    check_views(opened_of(site, tmp_path), replace(site, line=line_across(site, half_m=0.5)))
    with pytest.raises(InputError, match=f"camera {camera.camera_id} sees no part of line") as caught:
        check_views(opened_of(site, tmp_path), behind)
    assert "truceline site check" in caught.value.do


@pytest.mark.parametrize(
    ("valid_s", "said"),
    [
        ((0, 100), ""),
        ((20, 30), ""),
        ((25, 100), "lies partly outside"),
        ((0, 25), "lies partly outside"),
        ((40, 100), "lies outside"),
        ((0, 20), "lies outside"),
    ],
)
def test_footage_outside_the_validity_of_the_line_is_said_once(site, valid_s, said):
    start, end, first, last = (UtcNs(START + second * NS_PER_S) for second in (*valid_s, 20, 30))
    words = validity_words(
        "clip.mp4", UtcSpan(first, last), line=replace(site.line, valid=UtcSpan(start, end))
    )
    assert words.startswith("clip.mp4") if said else words == ""
    assert said in words
    assert not said or "UNDECIDED" in words


def test_a_rate_that_only_the_container_states_is_said(site, tmp_path):
    (said,) = [one for one in warnings_of(opened_of(site, tmp_path), site) if one.startswith("footage")]
    assert "clip.mp4: its rate, 10 Hz, is what the container says" in said
    declared = opened_of(site, tmp_path, true_rate_hz=7.0)
    assert not [one for one in warnings_of(declared, site) if one.startswith("footage")]
