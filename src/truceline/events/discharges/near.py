"""Whose flash it was: a flash lies on a ray, and a subject beside that ray may have made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import site_rays
from truceline.records.flashes import Flash
from truceline.records.site import Camera
from truceline.records.subjects import Subject
from truceline.records.time import NS_PER_S

Array = NDArray[np.float64]

ASIDE_M = 1.2
"""From the middle of a body to the end of what it holds out before it."""
HEIGHTS_M = (-0.3, 2.3)
"""Above the ground: from who lies to who holds something over the head, and the error of the feet."""
LONGEST_UNSEEN_S = 1.0
"""A subject that was not followed for longer may be anywhere."""
PERSON_FROM = 0.2
"""Subjects that are less probably persons do not fire; nothing else is known of who fired from a vehicle."""


@dataclass(frozen=True, slots=True)
class NearFlash:
    """A flash and the subject that it lies beside.

    Attributes:
        aside_m: Distance of the flash's ray from the upright through the subject, in plan.
        above_m: Height of the ray over the ground where it passes the subject.
        speed_mps: The subject's.
        place_en_m: The subject's; ``place_sigma_m`` root mean square of east and north, calibration included.
    """

    flash: Flash
    subject_id: str
    aside_m: float
    above_m: float
    speed_mps: float
    place_en_m: tuple[float, float]
    place_sigma_m: float


@dataclass(frozen=True, slots=True, eq=False)
class _At:
    """Where a subject was at an instant: position (2,), its error, and its speed."""

    subject_id: str
    en_m: Array
    sigma_m: float
    speed_mps: float


def flashes_near(
    flashes: Sequence[Flash], subjects: Sequence[Subject], *, cameras: Mapping[str, Camera]
) -> tuple[NearFlash, ...]:
    """The flashes that lie beside somebody, each with the subject nearest to its ray; others are left out.

    Args:
        flashes: Of all cameras, on the clock that the subjects are on.
        subjects: Who was there.
        cameras: By id; flashes of other cameras are left out, because nothing is known of their rays.
    """
    people = [one for one in subjects if one.kinds.person >= PERSON_FROM]
    found = []
    for flash in flashes:
        camera = cameras.get(flash.camera_id)
        if camera is None:
            continue
        there = [at for at in (_at(one, flash.utc_ns) for one in people) if at is not None]
        beside = [near for near in (_beside(flash, camera, at=at) for at in there) if near is not None]
        if beside:
            found.append(min(beside, key=lambda near: (near.aside_m, near.subject_id)))
    return tuple(found)


def _at(subject: Subject, utc_ns: int) -> _At | None:
    row = int(np.argmin(np.abs(subject.utc_ns - utc_ns)))
    since_s = (utc_ns - int(subject.utc_ns[row])) / NS_PER_S
    if abs(since_s) > LONGEST_UNSEEN_S:
        return None
    velocity = subject.state[row, 2:]
    covariance = subject.covariance[row, :2, :2] + subject.bias_covariance[row]
    return _At(
        subject_id=subject.subject_id,
        en_m=subject.state[row, :2] + velocity * since_s,
        sigma_m=float(np.sqrt(np.trace(covariance) / 2)),
        speed_mps=float(np.hypot(*velocity)),
    )


def _beside(flash: Flash, camera: Camera, *, at: _At) -> NearFlash | None:
    eye = camera.calibration.position_enu_m
    ray = site_rays(camera.calibration, np.array([flash.at_px]))[0]
    level = float(np.hypot(ray[0], ray[1]))
    if level <= 0.0:
        return None
    along = float((at.en_m - eye[:2]) @ ray[:2]) / level**2
    if along <= 0.0:
        return None
    passes = eye + along * ray
    aside_m = float(np.hypot(*(passes[:2] - at.en_m)))
    above_m = float(passes[2])
    doubt_m = 2.0 * at.sigma_m
    # An error of the foot along the view moves the ray's height there by its slope.
    lift_m = doubt_m * abs(float(ray[2])) / level
    low, high = HEIGHTS_M
    if aside_m > ASIDE_M + doubt_m or not low - lift_m <= above_m <= high + lift_m:
        return None
    return NearFlash(
        flash=flash,
        subject_id=at.subject_id,
        aside_m=aside_m,
        above_m=above_m,
        speed_mps=at.speed_mps,
        place_en_m=(float(at.en_m[0]), float(at.en_m[1])),
        place_sigma_m=at.sigma_m,
    )
