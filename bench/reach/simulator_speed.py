"""The simulator's speed: frames made on one core."""

from collections.abc import Sequence

import cv2

from bench.reach.row import Row
from bench.simulate.frames import measured

LEAST_HZ, GOOD_HZ = 60, 150


def rendering() -> Sequence[Row]:
    """960 x 540 visible, ten people and a vehicle: shape, raster, sensor, without encoding, on one core."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        cost = measured()
    finally:
        cv2.setNumThreads(threads)
    value = (
        f"{cost.rate_hz:.0f} frames/s (shape {cost.shape_ms:.1f} ms, raster {cost.raster_ms:.1f} ms,"
        f" sensor {cost.sensor_ms:.1f} ms)"
    )
    good = cost.rate_hz >= LEAST_HZ
    return (
        Row(
            "rendering, 960x540 visible, ten people and a vehicle",
            value,
            f"≥ {LEAST_HZ} frames/s",
            f"{GOOD_HZ}",
            good,
        ),
    )
