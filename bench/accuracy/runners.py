"""Runs the peers, each library in its own environment: ``peers(detections)`` gives their tracks.

``make peers`` makes the environments from ``locks/peers-*.lock``. Detections go out and tracks come back as
files; ``peer_side`` is the other side. Every peer has its library's defaults and is told the frame rate
where it asks for one. Tell them confidence 1 throughout: our fit's gain is no detector's score, and peers
that split detections by confidence do worse with it.
"""

import csv
import json
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from bench.accuracy.tables import DetectionTable, TrackTable
from truceline.errors import ServiceError

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).parent / "peer_side" / "run_peer.py"
ENVIRONMENTS = {
    "SORT": "trackers",
    "ByteTrack": "trackers",
    "OC-SORT": "trackers",
    "C-BIoU": "trackers",
    "norfair": "norfair",
    "Stone Soup GNN": "trackers",
}
"""Every peer, and the environment that holds it."""

NEEDS_GROUND = frozenset({"Stone Soup GNN"})

HEADER = "frame,row,left,top,right,bottom,confidence,east_m,north_m,var_e,cov_en,var_n"


def interpreter(peer: str) -> Path:
    """The Python of the environment that holds a peer."""
    return REPOSITORY / ".tools" / "peers" / ENVIRONMENTS[peer] / "bin" / "python"


def missing_peers() -> list[str]:
    """Peers whose environment was not made."""
    return [name for name in ENVIRONMENTS if not interpreter(name).exists()]


def peers(detections: DetectionTable, *, names: Iterable[str] = tuple(ENVIRONMENTS)) -> dict[str, TrackTable]:
    """The tracks of every peer on the same detections; those that need the ground only where there is one.

    A row holds the box and the ground point of the detection that the peer gave the identity to: what differs
    between peers is who is who.

    Raises:
        ServiceError: An environment is missing, or a peer failed.
    """
    chosen = [name for name in names if detections.metric or name not in NEEDS_GROUND]
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "detections.csv"
        _write(detections, table)
        return {name: _run(name, detections, table=table) for name in chosen}


def _run(name: str, detections: DetectionTable, *, table: Path) -> TrackTable:
    python = interpreter(name)
    if not python.exists():
        raise ServiceError(f"{name} is not installed.", where=str(python), do="Run: make peers")
    out = table.parent / ENVIRONMENTS[name] / name
    out.mkdir(parents=True)
    said = [str(table), str(detections.frames), str(detections.rate_hz), str(out)]
    ran = subprocess.run([str(python), str(SCRIPT), name, *said], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        last = ran.stderr.strip().rpartition("\n")[2]
        raise ServiceError(f"{name} failed: {last}", where=str(python), do="Run: make peers")
    facts = json.loads((out / "facts.json").read_text())
    with (out / "tracks.csv").open(newline="") as stream:
        rows = np.array([[int(value) for value in row] for row in list(csv.reader(stream))[1:]]).reshape(
            -1, 3
        )
    at = np.searchsorted(detections.frame, rows[:, 0]) + rows[:, 2]
    return TrackTable(
        name=f"{name} ({facts['library']} {facts['version']})",
        frame=rows[:, 0],
        identity=rows[:, 1],
        boxes_px=detections.boxes_px[at],
        ground_m=detections.ground_m[at],
        seconds=facts["seconds"],
    )


def _write(detections: DetectionTable, path: Path) -> None:
    """The table that ``run_peer`` reads."""
    first = np.searchsorted(detections.frame, detections.frame)
    covariance = detections.covariance_m2
    columns = [
        detections.frame,
        np.arange(len(detections.frame)) - first,
        *detections.boxes_px.T,
        detections.confidence,
        *detections.ground_m.T,
        covariance[:, 0, 0],
        covariance[:, 0, 1],
        covariance[:, 1, 1],
    ]
    np.savetxt(path, np.stack(columns, axis=1), delimiter=",", header=HEADER, comments="", fmt="%.10g")
