import numpy as np
import pytest

from tests.unit.export.sample_exports import FIRST_PTS, STEP_PTS, exported
from truceline.errors import InputError
from truceline.export.mot import tracks_as_mot


def rows_of(runs, *, with_unobserved=False):
    lines = "".join(tracks_as_mot(runs, with_unobserved=with_unobserved)).splitlines()
    return np.array([[float(cell) for cell in line.split(",")] for line in lines])


def test_frames_count_decoded_frames_from_one_and_ids_tracks_from_one():
    one = exported()
    rows = rows_of([one])
    for number, exported_track in enumerate(one.tracks, start=1):
        track = exported_track.track
        expected = (track.pts[track.observed] - FIRST_PTS) // STEP_PTS + 1
        np.testing.assert_array_equal(rows[rows[:, 1] == number, 0], expected)


def test_a_frame_that_was_never_decoded_is_not_counted():
    whole = exported()
    pts = whole.frame_pts
    assert pts is not None
    held = np.isin(pts, np.concatenate([one.track.pts for one in whole.tracks]))
    (lost,) = np.flatnonzero(~held)[:1]
    fewer = exported(frame_pts=np.delete(pts, lost))
    before, after = rows_of([whole]), rows_of([fewer])
    later = before[:, 0] > lost + 1
    assert later.any()
    np.testing.assert_array_equal(after[later, 0], before[later, 0] - 1)
    np.testing.assert_array_equal(after[~later, 0], before[~later, 0])


def test_only_what_was_seen_is_written_unless_everything_is_asked_for():
    assert set(rows_of([exported()])[:, 6]) == {1}
    everything = rows_of([exported()], with_unobserved=True)
    assert np.sum(everything[:, 6] == 0) == 6
    assert len(everything) == sum(len(one.track.utc_ns) for one in exported().tracks)


def test_lines_are_in_order_of_frames_then_ids():
    rows = rows_of([exported()])[:, :2].tolist()
    assert rows == sorted(rows)


def test_the_world_is_site_metres():
    rows = rows_of([exported()])
    patrol = exported().tracks[0].track
    np.testing.assert_allclose(rows[rows[:, 1] == 1, 7:9], patrol.en_m, atol=5.1e-5)
    assert set(rows[:, 9]) == {0}


@pytest.mark.counterpart("motmetrics")
@pytest.mark.filterwarnings("ignore:Operation with tuple is deprecated")
def test_py_motmetrics_reads_our_boxes(tmp_path):
    import motmetrics

    path = tmp_path / "tracks.txt"
    path.write_text("".join(tracks_as_mot([exported()], with_unobserved=True)), encoding="utf-8")
    frame = motmetrics.io.loadtxt(path, fmt="mot15-2D")
    track = exported().tracks[0].track
    mine = frame.xs(1, level="Id")
    corners = np.stack([mine["X"], mine["Y"], mine["X"] + mine["Width"], mine["Y"] + mine["Height"]], axis=1)
    np.testing.assert_allclose(corners, track.boxes_px, atol=0.011)


def test_one_file_is_one_recording():
    with pytest.raises(InputError, match="holds 2") as caught:
        rows_of([exported(), exported()])
    assert "--run" in str(caught.value)
    with pytest.raises(InputError, match="holds 0"):
        rows_of([])


def test_a_run_that_kept_no_frames_is_refused():
    with pytest.raises(InputError, match="which frames were decoded"):
        rows_of([exported(frame_pts=None)])
