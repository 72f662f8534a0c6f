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
from truceline.events.activities.measured.chain import posteriors
from truceline.geometry.camera import look_at_rotation
from truceline.geometry.line import signed_distance_m
from truceline.pipeline.analysis.chains import on_the_ground
from truceline.pipeline.analysis.files import detector_for
from truceline.pipeline.analysis.flashes import flash_finder
from truceline.pipeline.processes import processes
from truceline.pipeline.simulation.warm import warm_simulator
from truceline.records.digests import Sha256
from truceline.records.frames import FrameStamp
from truceline.records.site import CALIBRATION_PARAMETERS, Calibration, Camera, Distortion
from truceline.records.time import NS_PER_S, UtcNs
from truceline.track.association import Side
from truceline.track.boxes import person_boxes
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
    kept = positions.copy()
    kept.flags.writeable = False  # as the columns of records
    signed_distance_m(positions[:2], kept)
    draw_paths(smooth(seconds, positions, noises=noises, motion=PEOPLE), draws=2, seed=0)
    posteriors(np.ones((3, 2)), np.ones(3), np.ones((2, 2)), np.full(2, 0.5))
    _watch()


def _watch() -> None:
    """Look at a scene in which somebody and a car stand, half of it in shade; a light flashes."""
    camera = _camera()
    scene = np.random.default_rng(0).integers(90, 160, (camera.height_px, camera.width_px, 3), dtype=np.uint8)
    shown = scene.copy()
    shown[:, : camera.width_px // 2] = (0.6 * scene[:, : camera.width_px // 2]).astype(np.uint8)
    shown[90:120, 60:140] = 250
    box_px = person_boxes(camera.calibration, np.array([[2.0, 0.0]]))[0]
    left, top, right, bottom = np.round(box_px).astype(int)
    shown[top:bottom, left:right] = 20
    flashing = shown.copy()
    flashing[200:204, 200:204] = 255
    detector, finder = detector_for(camera), flash_finder(camera)
    detector.learn([scene], centre_utc_ns=UtcNs(0))  # one picture lies in memory as several do not
    background = detector.learn([scene] * 3, centre_utc_ns=UtcNs(0))
    for number, picture in enumerate([shown, flashing, shown]):
        stamp = FrameStamp(camera.camera_id, Sha256("0" * 64), number, number, UtcNs(number * NS_PER_S), 0.1)
        on_the_ground(detector.detect(stamp, picture, background=background), camera)
        finder.look(stamp, picture[..., 1])


def _camera() -> Camera:
    position = np.array([0.0, -14.0, 5.0])
    calibration = Calibration(
        focal_px=np.array([300.0, 300.0]),
        centre_px=np.array([159.5, 119.5]),
        k1=-0.05,
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(position, np.zeros(3)),
        position_enu_m=position,
        covariance=1e-8 * np.eye(len(CALIBRATION_PARAMETERS)),
        source="made to compile",
    )
    return Camera("mast", "Mast", "visible", 320, 240, calibration)


if __name__ == "__main__":
    warm()
