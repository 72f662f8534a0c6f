"""Which frames a device takes, when, what its clock says, and which of them never reach the recorder."""

from dataclasses import dataclass

import numpy as np

from truceline.records.time import NS_PER_S, UtcNs
from truceline.simulate.model.devices import Band, CameraPlan, DeviceClock, Nuisance, NuisanceKind, Stretch

DROPPED_SHARE = 0.5
"""Share of the frames that is lost at full strength; they are lost in runs."""
DROPPED_RUN = 4.0
DOUBLED_SHARE = 0.5
THERMAL_CORE_HZ = 9.0
"""Detectors of exported thermal cameras give at most so many pictures a second; faster ones repeat them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One frame of a stretch.

    Attributes:
        frame: Its number, 0 at the start of the stretch; frames that are lost are counted.
        true_s: True time of the middle of its exposure, seconds from the scenario's start.
        shown_utc_ns: What the device's clock says then: the time of the recording.
        kept: Whether it reaches the recorder.
        picture: Number of the frame whose picture it shows; another one where the picture repeats or stands.
        picture_true_s: True time of that picture, and ``picture_utc_ns`` the clock that is printed in it.
    """

    frame: int
    true_s: float
    shown_utc_ns: UtcNs
    kept: bool
    picture: int
    picture_true_s: float
    picture_utc_ns: UtcNs


def shown_utc_ns(clock: DeviceClock, true_s: float, *, start_utc_ns: UtcNs) -> UtcNs:
    """What a clock says at a true time, seconds from the scenario's start."""
    wrong_s = clock.offset_s + clock.drift_ppm * 1e-6 * true_s
    return UtcNs(start_utc_ns + round((true_s + wrong_s) * NS_PER_S))


def schedule(camera: CameraPlan, stretch: Stretch, *, start_utc_ns: UtcNs, seed: int) -> tuple[Slot, ...]:
    """All frames of a stretch, those that are lost among them.

    Frames are taken at the camera's rate by its own crystal from the stretch's start; a clock that is wrong
    says another time. Dropped frames are missing from the recording, in runs; a doubled frame shows the
    picture before it again, with its clock; a frozen camera shows its last picture until it wakes.
    """
    count = max(round((stretch.end_s - stretch.start_s) * camera.rate_hz), 0)
    random = np.random.default_rng([seed, 0x5C4E, *camera.camera_id.encode(), round(stretch.start_s * 1000)])
    chances = random.random((count, 2))
    step = 1
    if camera.band is Band.THERMAL and camera.rate_hz > THERMAL_CORE_HZ:
        step = int(np.ceil(float(camera.rate_hz) / THERMAL_CORE_HZ))
    slots: list[Slot] = []
    lost_before = False
    for frame in range(count):
        true_s = stretch.start_s + float(frame / camera.rate_hz)
        at = shown_utc_ns(camera.clock, true_s, start_utc_ns=start_utc_ns)
        lost_before = _lost(camera, true_s, chance=float(chances[frame, 0]), before=lost_before)
        picture = frame, true_s, at
        if slots and _repeats(camera, true_s, frame=frame, step=step, chance=float(chances[frame, 1])):
            picture = slots[-1].picture, slots[-1].picture_true_s, slots[-1].picture_utc_ns
        slots.append(Slot(frame, true_s, at, not lost_before, *picture))
    return tuple(slots)


def _strength(camera: CameraPlan, kind: NuisanceKind, *, at_s: float) -> float:
    """Strength of a nuisance at a time; 0 where it is not."""
    return max(
        (one.strength for one in camera.nuisances if one.kind is kind and _holds(one, at_s)), default=0.0
    )


def _holds(nuisance: Nuisance, at_s: float) -> bool:
    return nuisance.start_s <= at_s < nuisance.end_s


def _lost(camera: CameraPlan, true_s: float, *, chance: float, before: bool) -> bool:
    """Whether a frame is lost: a chain of two states, in runs of ``DROPPED_RUN`` frames on average."""
    share = DROPPED_SHARE * _strength(camera, NuisanceKind.DROPPED_FRAMES, at_s=true_s)
    if share <= 0:
        return False
    ends = 1 / DROPPED_RUN
    begins = min(ends * share / (1 - share), 1.0)
    return chance >= ends if before else chance < begins


def _repeats(camera: CameraPlan, true_s: float, *, frame: int, step: int, chance: float) -> bool:
    """Whether a frame shows the picture before it."""
    if _strength(camera, NuisanceKind.FROZEN, at_s=true_s) > 0:
        return True
    doubled = DOUBLED_SHARE * _strength(camera, NuisanceKind.DOUBLED_FRAMES, at_s=true_s)
    return frame % step != 0 or chance < doubled
