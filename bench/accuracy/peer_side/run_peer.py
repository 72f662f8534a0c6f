"""One tracker of others, in its own environment: detections in, tracks out.

``python run_peer.py NAME DETECTIONS.csv FRAMES RATE_HZ OUT`` reads a table with a header (``frame, row,
left, top, right, bottom, confidence, east_m, north_m, var_e, cov_en, var_n``; frames from 1) and writes
``OUT/tracks.csv`` (``frame, id, row``: this identity was given to that detection) and ``OUT/facts.json``
(library, version, seconds spent tracking).
"""

import csv
import importlib
import importlib.metadata
import json
import sys
import time
from pathlib import Path

import numpy as np

PEERS = {
    "SORT": ("trackers", "box_tracker"),
    "ByteTrack": ("trackers", "box_tracker"),
    "OC-SORT": ("trackers", "box_tracker"),
    "C-BIoU": ("trackers", "box_tracker"),
    "norfair": ("norfair", "norfair_tracker"),
    "Stone Soup GNN": ("stonesoup", "ground_tracker"),
}
"""The library of each peer, and the module beside this one that runs it."""

COLUMNS = 12


def main(arguments: list[str]) -> None:
    """Run one peer over a file of detections."""
    name, detections, frames, rate_hz, out = arguments
    library, module = PEERS[name]
    table = np.loadtxt(detections, delimiter=",", skiprows=1, ndmin=2).reshape(-1, COLUMNS)
    parts = [table[table[:, 0] == number, 2:] for number in range(1, int(frames) + 1)]
    # The modules beside this one: each needs a library that the others' environments do not have.
    step = importlib.import_module(module).tracker(name, float(rate_hz))
    seconds = 0.0
    rows: list[tuple[int, int, int]] = []
    for number, part in enumerate(parts, start=1):
        started = time.perf_counter()
        found = step(number, part)
        seconds += time.perf_counter() - started
        rows += [(number, identity, row) for identity, row in found]
    folder = Path(out)
    with (folder / "tracks.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("frame", "id", "row"), *rows])
    facts = {"library": library, "version": importlib.metadata.version(library), "seconds": seconds}
    (folder / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main(sys.argv[1:])
