"""Subjects made by hand: exact paths with a stated error, and the ground that they move on."""

import numpy as np

from tests.unit.events.walks import line_of
from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.cast import cast_of
from truceline.records.activities import ActivityKind
from truceline.records.classes import ClassPosterior
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape
from truceline.records.subjects import Sighting, Subject
from truceline.records.time import NS_PER_S

START = 1_500_000_000 * NS_PER_S
RATE_HZ = 10
UPRIGHT_M, KNEELING_M, LYING_M, DRAGGING_M = 1.7, 1.05, 0.4, 1.35

PERSON = ClassPosterior(0.98, 0.01, 0.01, 0.0)
VEHICLE = ClassPosterior(0.01, 0.98, 0.01, 0.0)
ANIMAL = ClassPosterior(0.02, 0.01, 0.97, 0.0)


def path(*legs):
    """Times (n,) and places (n, 2) of legs, each (seconds at its end, east, north), at even speed."""
    ends = np.array([leg[0] for leg in legs], float)
    at_s = np.round(np.arange(ends[0], ends[-1] + 1e-9, 1 / RATE_HZ), 6)
    places = np.stack([np.interp(at_s, ends, [leg[axis] for leg in legs]) for axis in (1, 2)], axis=1)
    return at_s, places


def subject(name, at_s, places, *, kinds=PERSON, sigma_m=0.08, velocity_sigma_mps=0.12, **more):
    """A subject on a path; ``height_m`` a number, or (n,); ``observed`` all rows unless given."""
    rows = len(at_s)
    velocity = np.gradient(places, at_s, axis=0) if rows > 1 else np.zeros((1, 2))
    covariance = np.tile(
        np.diag([sigma_m**2, sigma_m**2, velocity_sigma_mps**2, velocity_sigma_mps**2]), (rows, 1, 1)
    )
    camera = more.get("camera", "west")
    return Subject(
        subject_id=name,
        kinds=kinds,
        sightings=(Sighting("run", f"track-{name}", camera, 1.0),),
        utc_ns=START + np.round(at_s * NS_PER_S).astype(np.int64),
        state=np.concatenate([places, velocity], axis=1),
        covariance=covariance,
        bias_covariance=np.tile(0.01**2 * np.eye(2), (rows, 1, 1)),
        observed=np.broadcast_to(np.asarray(more.get("observed", True)), rows).copy(),
        sighting=np.zeros(rows, dtype=np.int64),
        height_m=np.broadcast_to(np.asarray(more.get("height_m", UPRIGHT_M), float), rows).copy(),
        width_m=np.full(rows, 0.5),
    )


def heights(at_s, *changes):
    """Heights (n,) that run straight between (second, height) pairs."""
    return np.interp(at_s, [one[0] for one in changes], [one[1] for one in changes])


def ground(*landmarks, **more):
    """Ground whose line runs east through the origin: north is left."""
    return Ground(line_of(), landmarks=tuple(landmarks), **more)


def road(limit_mps=10.0, *, north=20.0):
    points = np.array([[-200.0, north], [200.0, north]])
    return Landmark("road", "road", LandmarkKind.ROAD, LandmarkShape.PATH, points, limit_mps=limit_mps)


def gate(*, north=20.0):
    points = np.array([[0.0, north - 4], [0.0, north + 4]])
    return Landmark("gate", "gate", LandmarkKind.CHECKPOINT, LandmarkShape.PATH, points)


def drain(*, north=20.0):
    points = np.array([[-30.0, north], [30.0, north]])
    return Landmark("drain", "drain", LandmarkKind.DITCH, LandmarkShape.PATH, points, height_m=-0.7)


def only(found, kind: ActivityKind, *, least=0.5):
    """What was found of one kind with at least that probability."""
    return [one for one in found if one.kind is kind and one.probability >= least]


def tell(topic, subjects, on, **more):
    """What one topic tells of subjects on some ground."""
    return topic(cast_of(subjects, on), on, **more)
