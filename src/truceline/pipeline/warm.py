"""Compile the kernels of measuring and of simulating once: ``python -m truceline.pipeline.warm``.

The set-up runs this. Numba keeps the machine code beside the modules; without it everything works the same,
and the first scan and the first simulation take a minute longer each.
"""

import numpy as np

from truceline.detect.appearance import LENGTH, stripe_colours
from truceline.detect.bands import ThermalBand, VisibleBand
from truceline.detect.fit import PersonCells, fit_people
from truceline.detect.refine import refined_boxes
from truceline.detect.still.steady import anchors_of, sway_of
from truceline.geometry.line import signed_distance_m
from truceline.pipeline.processes import processes
from truceline.pipeline.simulation.warm import warm_simulator
from truceline.records.time import UtcNs
from truceline.track.association import Side
from truceline.track.smooth import PEOPLE, draw_paths, smooth
from truceline.track.tracker import PlaneTracker, TrackerSettings

_SIZE = 24


def warm() -> None:
    """Run every kernel on data of the size of a stamp, in two processes: they hardly share any."""
    with processes(2) as pool:
        for one in [pool.submit(warm_simulator), pool.submit(warm_measuring)]:
            one.result()


def warm_measuring() -> None:
    """Run what finds, follows and measures."""
    grey = np.full((_SIZE, _SIZE, 3), 90, dtype=np.uint8)
    spotted = grey.copy()
    spotted[6:18, 9:15] = 200
    ThermalBand().compare(spotted, ThermalBand().learn([grey, grey, grey], centre_utc_ns=UtcNs(0)))
    band = VisibleBand()
    background = band.learn([*[grey] * 6, *[spotted] * 3], centre_utc_ns=UtcNs(0))
    rough = np.random.default_rng(0).integers(0, 255, (4 * _SIZE, 4 * _SIZE, 3), dtype=np.uint8)
    sway_of(rough, anchors_of(rough))
    box = np.array([[9, 6, 15, 18]])
    cells = PersonCells(np.zeros((1, 2)), box.astype(np.float64), box, np.ones(1))
    shown = band.compare(spotted, background)
    fit_people(shown.strength, cells)
    refined_boxes(shown.strength, cells.boxes_px)
    stripe_colours(spotted, shown.mask, boxes_px=cells.boxes_px)
    tracker = PlaneTracker(TrackerSettings(), lambda _, last: last)
    seconds = np.arange(4) / 10
    for at_s in seconds:
        seen_at = np.array([[at_s, 0.0]])
        one = Side(seen_at, np.eye(2)[None] * 0.01, box.astype(np.float64), np.zeros((1, LENGTH)))
        tracker.step(float(at_s), one)
    positions = np.stack([seconds, seconds], axis=1)
    noises = np.tile(np.eye(2) * 0.01, (len(seconds), 1, 1))
    signed_distance_m(positions[:2], positions)
    draw_paths(smooth(seconds, positions, noises=noises, motion=PEOPLE), draws=2, seed=0)


if __name__ == "__main__":
    warm()
