"""Tracks made by hand: people whose true paths are known, before two masts that look at the same ground."""

from dataclasses import replace

import numpy as np

from tests.unit.geometry.cameras import mast
from truceline.geometry.camera import ground_bias_jacobian, look_at_rotation
from truceline.records.classes import ClassPosterior
from truceline.records.digests import sha256_of
from truceline.records.site import Camera, Line, Origin, Retention, Sides, Site
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track
from truceline.track.boxes import person_boxes
from truceline.world.sightings import CameraClock, CameraTracks

START = 1_500_000_000 * NS_PER_S
STEP_S = 0.2
PERSON = ClassPosterior(0.94, 0.02, 0.02, 0.02)
VEHICLE = ClassPosterior(0.02, 0.95, 0.01, 0.02)


def at(second):
    return UtcNs(START + round(second * NS_PER_S))


def span(start_s, end_s):
    return UtcSpan(at(start_s), at(end_s))


def east_mast(*, noise=1.0):
    """The south mast's twin, 20 m east of the origin."""
    position = np.array([20.0, 0.0, 8.0])
    return replace(
        mast(noise=noise), position_enu_m=position, rotation=look_at_rotation(position, np.zeros(3))
    )


def site_of(calibrations, *, landmarks=()):
    """A site with these cameras, by id."""
    vertices = np.array([[-50.0, 0.0], [50.0, 0.0]])
    return Site(
        site_id="small",
        name="Small",
        simulated=True,
        instrument="korea-1953",
        local_offset_minutes=0,
        origin=Origin(38.0, 127.0, 100.0),
        line=Line("L", "1", "a test", span(-1e6, 1e6), Sides("North", "South"), vertices, 0.1),
        zones=(),
        cameras=tuple(
            Camera(name, name, "visible", 320, 240, calibration) for name, calibration in calibrations.items()
        ),
        permits=(),
        retention=Retention(30, 7, 365),
        release_terms=None,
        digest=sha256_of(b"small"),
        landmarks=landmarks,
    )


SITE = site_of({"south": mast(), "east": east_mast()})


def walk(*points, seconds):
    """Places (n, 2) at times (n,) along points that are (time, east, north)."""
    table = np.array(points)
    return np.stack([np.interp(seconds, table[:, 0], table[:, axis]) for axis in (1, 2)], axis=1)


def seconds_of(start_s, end_s):
    return np.arange(start_s, end_s + 1e-9, STEP_S)


def track_of(name, seconds, places, *, camera="south", site=SITE, sigma_m=0.1, kinds=PERSON, ahead_s=0.0):
    """A track whose places are as they are given; ``ahead_s`` how far its camera's clock is ahead."""
    velocities = np.gradient(places, seconds, axis=0)
    covariance = np.zeros((len(seconds), 4, 4))
    covariance[:, :2, :2] = sigma_m**2 * np.eye(2)
    covariance[:, 2:, 2:] = (2 * sigma_m) ** 2 * np.eye(2)
    return Track(
        track_id=name,
        camera_id=camera,
        utc_ns=np.array([at(second + ahead_s) for second in seconds], dtype=np.int64),
        pts=np.arange(len(seconds), dtype=np.int64),
        state=np.concatenate([places, velocities], axis=1),
        covariance=covariance,
        boxes_px=person_boxes(site.camera(camera).calibration, places),
        observed=np.ones(len(seconds), dtype=np.bool_),
        kind=kinds.kind,
        kinds=kinds,
    )


def given(camera, tracks, *, watched, clock=None, bound_s=0.05, run_id=None):
    """What one run of a camera gave; ``watched`` are pairs of seconds by its own clock."""
    spans = tuple(span(*one) for one in watched)
    return CameraTracks(
        run_id or f"run-{camera}", camera, spans, tuple(tracks), CameraClock(clock or "one", bound_s)
    )


def biased(calibration, places, delta):
    """Where a camera whose calibration is wrong by ``delta`` (10,) puts places (n, 2)."""
    return places + ground_bias_jacobian(calibration, places) @ delta


def crowd(seconds, *, people=4, seed=0):
    """Places (people, n, 2) of people who walk about, turn and stop, near the origin."""
    draw = np.random.default_rng(seed)
    knots = np.arange(seconds[0] - 2, seconds[-1] + 4, 2.0)
    found = []
    for _ in range(people):
        place = draw.uniform(-5, 5, 2)
        points = [place]
        for _ in knots[1:]:
            place = np.clip(place + draw.normal(0, 2.2, 2), -7, 7)
            points.append(place)
        table = np.array(points)
        found.append(np.stack([np.interp(seconds, knots, table[:, axis]) for axis in (0, 1)], axis=1))
    return np.array(found)


def two_views(seconds, paths, *, ahead_s=0.0, bound_s=0.05, clocks=("a", "b"), noise_m=0.05):
    """The same people by both masts, the east one's clock ``ahead_s`` ahead, with lasting small errors."""
    draw = np.random.default_rng(1)
    by_camera = []
    for camera, ahead, clock in (("south", 0.0, clocks[0]), ("east", ahead_s, clocks[1])):
        tracks = []
        for number, path in enumerate(paths):
            wrong = path + draw.normal(0, noise_m, 2) + draw.normal(0, noise_m / 3, path.shape)
            tracks.append(track_of(f"{camera}-{number}", seconds, wrong, camera=camera, ahead_s=ahead))
        watched = [(seconds[0] + ahead - 0.5, seconds[-1] + ahead + 0.5)]
        own_bound = 0.05 if camera == "south" else bound_s
        by_camera.append(given(camera, tracks, watched=watched, clock=clock, bound_s=own_bound))
    return by_camera


def names_of(world):
    """The tracks of each subject."""
    return [tuple(one.track_id for one in subject.sightings) for subject in world.subjects]
