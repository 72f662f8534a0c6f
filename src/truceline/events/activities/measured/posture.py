"""Postures: upright, low (crouching, bent, kneeling) or lying, from the measured heights of an outline.

A height errs by decimetres, and its error lasts for a second or so: rows are weighed by how much of them is
new. Where no height was measured nothing is known, and the posterior is what people usually do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.chain import posteriors
from truceline.events.activities.measured.course import STEP_S, Course
from truceline.events.activities.measured.speed import ON_FOOT, Speeds
from truceline.events.activities.thresholds import CRAWLING_FROM

Array = NDArray[np.float64]

UPRIGHT, LOW, LYING = 0, 1, 2

HEIGHT_SIGMA_M = 0.17
"""Error of a measured height: a foot and a top, each found to some pixels."""
MEMORY_S = 1.2
"""So long the error of a height lasts: rows nearer together than this are not new evidence."""
_UPRIGHT_M, _UPRIGHT_SIGMA_M = 1.66, 0.13
_LOW_M, _LOW_SIGMA_M = 1.08, 0.16
_LYING_M, _LYING_SIGMA_M = 0.36, 0.10
"""Thickness of who lies or crawls."""
_LENGTH_M = 1.5
"""From foot to head of who lies: seen from above, this times the slope adds to the height."""
_USUAL_SLOPE = 0.25
_FAT_TAIL = 0.01
_WIDE_M = 0.95
"""Nobody upright is as wide as this."""
_CREEPS_BELOW_MPS = 0.9
_CREEPING = np.array([0.35, 0.35, 1.0])
"""Between standing and walking few go upright or stooped; who lies and moves at all moves so."""
_RATES = np.array([[0.0, 0.08, 0.03], [0.2, 0.0, 0.08], [0.03, 0.03, 0.0]])
"""Changes a second from (row) to (column)."""
_USUAL = np.array([0.86, 0.09, 0.05])


@dataclass(frozen=True, slots=True, eq=False)
class Postures:
    """P(upright), P(low), P(lying) of each row of a course: ``probability`` (m, 3).

    ``measured`` (m,): whether a height was measured within the second around.
    """

    probability: Array
    measured: NDArray[np.bool_]

    @property
    def lying(self) -> Array:
        """(m,) P(lying)."""
        return self.probability[:, LYING]

    @property
    def upright(self) -> Array:
        """(m,) P(upright)."""
        return self.probability[:, UPRIGHT]


def postures_of(course: Course, ground: Ground, *, slow: Speeds) -> Postures:
    """The postures of a course, taken for a person's; ``slow`` are its speeds over some seconds."""
    creeps = ON_FOOT.beyond(slow, CRAWLING_FROM.value) * (1.0 - ON_FOOT.beyond(slow, _CREEPS_BELOW_MPS))
    likelihood = _likelihoods(course, _slopes(course, ground), creeps=creeps)
    steps = np.diff(course.at_s, prepend=course.at_s[:1])
    probability = posteriors(likelihood, steps, _RATES, _USUAL)
    known = np.isfinite(course.height_m)
    reach = round(0.5 / STEP_S)
    total = np.concatenate([[0], np.cumsum(known)])
    rows = np.arange(len(known))
    begin, end = np.maximum(rows - reach, 0), np.minimum(rows + reach + 1, len(known))
    return Postures(probability, total[end] > total[begin])


def _slopes(course: Course, ground: Ground) -> Array:
    """How steeply each row is seen from above (m,): the camera's height over its distance."""
    slopes = np.full(len(course.tick), _USUAL_SLOPE)
    for number, sighting in enumerate(course.subject.sightings):
        camera = ground.camera(sighting.camera_id)
        rows = course.sighting == number
        if camera is None or not rows.any():
            continue
        eye = camera.calibration.position_enu_m
        away_m = np.linalg.norm(course.en_m[rows] - eye[:2], axis=1)
        slopes[rows] = np.clip(eye[2] / np.maximum(away_m, 1.0), 0.0, 1.0)
    return slopes


def _likelihoods(course: Course, slopes: Array, *, creeps: Array) -> Array:
    """(m, 3) of height, width and creeping for each posture, weighed by what is new in a row."""
    # Who lies any way round is on average so much taller, and so much more uncertain, by the slope.
    lying_m = _LYING_M + _LENGTH_M * slopes * 0.5
    lying_sigma_m = np.hypot(_LYING_SIGMA_M, _LENGTH_M * slopes * 0.35)
    rows = len(slopes)
    means = np.stack([np.full(rows, _UPRIGHT_M), np.full(rows, _LOW_M), lying_m], axis=1)
    spreads = np.stack([np.full(rows, _UPRIGHT_SIGMA_M), np.full(rows, _LOW_SIGMA_M), lying_sigma_m], axis=1)
    sigma = np.hypot(spreads, HEIGHT_SIGMA_M)
    density = np.exp(-(((course.height_m[:, None] - means) / sigma) ** 2) / 2) / sigma + _FAT_TAIL
    wide = course.width_m > _WIDE_M
    density = np.where(wide[:, None], density * np.array([0.25, 0.35, 1.0]), density)
    density = density * (1.0 - creeps[:, None] * (1.0 - _CREEPING))
    known = np.isfinite(course.height_m)
    log = np.where(known[:, None], np.log(density), 0.0) * min(1.0, STEP_S / MEMORY_S)
    log -= log.max(axis=1, keepdims=True)
    likelihood: Array = np.exp(log)
    return likelihood
