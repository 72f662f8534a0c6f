"""The world of a station: its standing runs, when each camera could see, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from tests.e2e.small_site import SITE, write_site
from tests.unit.store.records_of_a_run import at, run
from truceline.errors import InputError
from truceline.pipeline.world import tracks_of, watched_spans, world_of
from truceline.records.digests import sha256_of
from truceline.records.frames import Gap, GapReason
from truceline.records.time import UtcSpan
from truceline.store.station import Station

CAMERA = "mast"


def span(start_s, end_s):
    return UtcSpan(at(start_s), at(end_s))


def gap(start_s, end_s):
    return Gap("g", CAMERA, span(start_s, end_s), GapReason("missing", "Frames are missing."))


@pytest.mark.parametrize(
    ("gaps", "left"),
    [
        pytest.param([], [(0, 8)], id="no gap"),
        pytest.param([gap(1, 2)], [(0, 1), (2, 8)], id="one"),
        pytest.param([gap(3, 5), gap(1, 4)], [(0, 1), (5, 8)], id="overlapping, out of order"),
        pytest.param([gap(0, 2)], [(2, 8)], id="from the start"),
        pytest.param([gap(6, 9)], [(0, 6)], id="beyond the end"),
        pytest.param([gap(0, 8)], [], id="all of it"),
    ],
)
def test_a_camera_watched_what_lies_between_its_gaps(gaps, left):
    assert watched_spans(span(0, 8), gaps) == tuple(span(*one) for one in left)


def of_the_mast(one, *, site_folder="site-1"):
    """The run as the small site's camera would have given it."""
    tracks = tuple(replace(track, camera_id=CAMERA) for track in one.tracks)
    footage = replace(one.footage, camera_id=CAMERA)
    return replace(one, tracks=tracks, footage=footage, site_folder=site_folder)


@pytest.fixture
def station(tmp_path):
    folder = write_site(tmp_path / "site", SITE)
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    station = Station.open(tmp_path / "station", create=True)
    station.keep_site("site-1", files)
    return station


def test_a_station_of_one_camera_gives_its_tracks_back(station):
    one = of_the_mast(run())
    station.write_run(one, files={})
    world = world_of(station)
    (subject,) = world.subjects
    np.testing.assert_allclose(subject.state, one.tracks[0].state, atol=1e-9)
    assert subject.sightings[0].run_id == one.run_id
    assert "only mast gave anything" in world.notes[0]


def test_a_clock_is_the_cameras_own_unless_a_network_is_named():
    one = of_the_mast(run())
    assert tracks_of(one, networks={}).clock.clock_id == CAMERA
    assert tracks_of(one, networks={CAMERA: "cctv"}).clock.clock_id == "cctv"
    assert tracks_of(one, networks={}).watched == (span(0, 1), span(2, 8))


def test_an_empty_station_is_refused(station):
    with pytest.raises(InputError, match="no run"):
        world_of(station)


def test_runs_of_different_surveys_are_not_put_together(station):
    station.write_run(of_the_mast(run()), files={})
    other = of_the_mast(run("f" * 16, 20), site_folder="site-2")
    other = replace(other, footage=replace(other.footage, name="b.mp4", digest=sha256_of(b"b")))
    station.write_run(other, files={})
    with pytest.raises(InputError, match="2 versions of the survey"):
        world_of(station)
