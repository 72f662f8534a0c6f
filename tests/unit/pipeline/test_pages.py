"""The station's page, made of a real scan: what was measured, each frame shown, its own cameras."""

from dataclasses import replace

import numpy as np

from tests.unit.pipeline.small_station import SmallStation, opened
from tests.unit.present.pages.page_reading import bare_measurements, loaded, read_page, visible_text
from truceline.geometry.camera import ground_bias_jacobian
from truceline.pipeline.covariance import whole_covariance_m2
from truceline.pipeline.pages import write_station_page
from truceline.records.digests import sha256_of


def test_the_page_shows_the_candidate_its_frames_and_says_whose_page_it_is(scanned: SmallStation):
    candidate = opened(scanned)
    page = (scanned.folder / "page.html").read_text(encoding="utf-8")
    text = visible_text(page)
    assert "Candidate, ¶ 7" in text
    assert "Station page: holds camera positions" in text
    assert candidate.run.footage.digest.hex in text
    pictures = [node for node in read_page(page).nodes if node.name == "img"]
    assert len(pictures) == len({frame.pts for frame in candidate.crossing.frames})
    assert loaded(page) == []
    assert bare_measurements(page) == []


def test_the_page_is_the_same_whenever_it_is_written(station: SmallStation):
    candidate = opened(station)
    before = (station.folder / "page.html").read_bytes()
    assert write_station_page(candidate.station, candidate.site).read_bytes() == before


def test_runs_of_another_version_of_the_site_stand_on_another_page(station: SmallStation):
    candidate = opened(station)
    other = replace(candidate.site, digest=sha256_of(b"another survey"))
    page = write_station_page(candidate.station, other)
    assert "No crossing" in visible_text(page.read_text(encoding="utf-8"))


def test_the_whole_error_holds_the_calibrations_share(scanned: SmallStation):
    candidate = opened(scanned)
    camera = candidate.site.camera("mast")
    track = candidate.run.track(candidate.crossing.track_id)
    whole = whole_covariance_m2(track, camera)
    exact = replace(camera, calibration=replace(camera.calibration, covariance=np.zeros((10, 10))))
    alone = whole_covariance_m2(track, exact)
    assert np.array_equal(alone, track.covariance[:, :2, :2])
    jacobian = ground_bias_jacobian(camera.calibration, track.en_m)
    shared = np.einsum("nij,jk,nlk->nil", jacobian, camera.calibration.covariance, jacobian)
    assert np.allclose(whole, alone + shared)
    assert (np.linalg.eigvalsh(whole - alone) > -1e-12).all()
    assert (np.trace(whole, axis1=1, axis2=2) > np.trace(alone, axis1=1, axis2=2)).all()
