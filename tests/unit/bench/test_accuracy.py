"""The comparison with peers: gap filling by hand, and the exchange of files with a tracker of our own."""

import sys
from pathlib import Path

import numpy as np
import pytest

from bench.accuracy import runners
from bench.accuracy.tables import DetectionTable, TrackTable, filled
from truceline.errors import ServiceError

PEER = """
import csv, json, sys
from pathlib import Path
name, detections, frames, rate_hz, out = sys.argv[1:]
rows = list(csv.DictReader(Path(detections).open()))
assert {row["confidence"] for row in rows} == {"1"}, "every detection counts alike"
assert (frames, rate_hz) == ("3", "7.0")
if name == "ByteTrack":
    sys.exit("no such luck")
# The leftmost of each frame is somebody.
first = {}
for row in rows:
    held = first.setdefault(row["frame"], row)
    if float(row["left"]) < float(held["left"]):
        first[row["frame"]] = row
with (Path(out) / "tracks.csv").open("w") as stream:
    stream.write("frame,id,row\\n" + "".join(f"{k},7,{int(float(v['row']))}\\n" for k, v in first.items()))
(Path(out) / "facts.json").write_text(json.dumps({"library": "own", "version": "1", "seconds": 0.5}))
"""


def detections(*, metric: bool = True) -> DetectionTable:
    """Two in frame 1, none in frame 2, three in frame 3; the leftmost is not always the first."""
    left = np.array([5.0, 1.0, 9.0, 2.0, 4.0])
    boxes = np.stack([left, np.zeros(5), left + 2, np.full(5, 6.0)], axis=1)
    return DetectionTable(
        frames=3,
        rate_hz=7.0,
        frame=np.array([1, 1, 3, 3, 3]),
        boxes_px=boxes,
        confidence=np.ones(5),
        ground_m=np.stack([left, left], axis=1) if metric else np.full((5, 2), np.nan),
        covariance_m2=np.tile(np.eye(2), (5, 1, 1)),
    )


@pytest.fixture
def own_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "peer.py"
    script.write_text(PEER, encoding="utf-8")
    monkeypatch.setattr(runners, "SCRIPT", script)
    monkeypatch.setattr(runners, "interpreter", lambda _: Path(sys.executable))


@pytest.mark.usefixtures("own_peer")
def test_a_peers_rows_come_back_as_the_detections_they_were():
    found = runners.peers(detections(), names=["SORT"])["SORT"]
    assert found.frame.tolist() == [1, 3]
    assert found.identity.tolist() == [7, 7]
    assert found.boxes_px[:, 0].tolist() == [1, 2]
    assert found.ground_m.tolist() == [[1, 1], [2, 2]]
    assert (found.name, found.seconds) == ("SORT (own 1)", 0.5)


@pytest.mark.usefixtures("own_peer")
def test_who_needs_the_ground_is_left_out_without_one():
    assert set(runners.peers(detections(), names=["SORT", "Stone Soup GNN"])) == {"SORT", "Stone Soup GNN"}
    assert set(runners.peers(detections(metric=False), names=["SORT", "Stone Soup GNN"])) == {"SORT"}


@pytest.mark.usefixtures("own_peer")
def test_a_peer_that_fails_says_so_in_its_own_words():
    with pytest.raises(ServiceError, match="ByteTrack failed: no such luck"):
        runners.peers(detections(), names=["ByteTrack"])


def test_a_peer_that_is_not_installed_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runners, "REPOSITORY", tmp_path)
    assert runners.missing_peers() == list(runners.ENVIRONMENTS)
    with pytest.raises(ServiceError, match="SORT is not installed") as refusal:
        runners.peers(detections(), names=["SORT"])
    assert "make peers" in refusal.value.do


def tracks(frames: list[int], identities: list[int]) -> TrackTable:
    place = np.array(frames, dtype=np.float64)
    return TrackTable(
        name="t",
        frame=np.array(frames),
        identity=np.array(identities),
        boxes_px=np.stack([place, place, place + 1, place + 2], axis=1),
        ground_m=np.stack([10 * place, np.zeros_like(place)], axis=1),
    )


@pytest.mark.parametrize(
    ("frames", "longest", "expected"),
    [
        pytest.param([1, 2, 3], 20, [1, 2, 3], id="no gap"),
        pytest.param([1, 4], 2, [1, 2, 3, 4], id="a gap as long as may be"),
        pytest.param([1, 4], 1, [1, 4], id="a gap that is too long"),
        pytest.param([5, 1, 3], 20, [1, 2, 3, 4, 5], id="rows in any order"),
    ],
)
def test_gaps_are_filled_on_a_straight_line(frames: list[int], longest: int, expected: list[int]):
    found = filled(tracks(frames, [1] * len(frames)), longest=longest)
    order = np.argsort(found.frame)
    assert found.frame[order].tolist() == expected
    assert found.ground_m[order, 0].tolist() == pytest.approx([10.0 * one for one in expected])
    assert found.boxes_px[order, 3].tolist() == pytest.approx([one + 2.0 for one in expected])


def test_nobody_is_joined_to_somebody_else():
    assert filled(tracks([1, 3], [1, 2])).frame.tolist() == [1, 3]


def test_frames_are_given_in_the_order_asked_for():
    one, none = tracks([2, 2], [1, 2]).on_the_ground(range(2, 4))
    assert one.ids == ("1", "2")
    assert none.ids == ()
    assert [len(frame.boxes_px) for frame in tracks([2], [1]).in_the_image(range(1, 3))] == [0, 1]
