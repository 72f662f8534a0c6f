"""Turned away: where a camera looks while the nuisance ``turned`` holds.

Whoever turns a camera swings it about the vertical through its own place and a little down. Which way, left
or right, is the seed's; the plate of the turned view and the frames of it must agree, so both ask here.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import Calibration
from truceline.simulate.model.devices import CameraPlan, NuisanceKind

Array = NDArray[np.float64]

TURN_RAD = 0.9
"""Turned so far aside at full strength, and down by a part of it."""
TURN_DOWN = 0.18
APART = 0.8
"""Views drawn between the old one and the last lie at most this share of a view's width apart."""
WIDER = 0.78
"""Focal length of the views between, against the camera's own."""


def most_turned_rad(camera: CameraPlan) -> float:
    """How far the camera is ever turned aside, radians; 0 for one that is not."""
    strengths = [one.strength for one in camera.nuisances if one.kind is NuisanceKind.TURNED]
    return TURN_RAD * max(strengths, default=0.0)


def turned(camera: CameraPlan, aside_rad: float, *, seed: int) -> Calibration:
    """The true calibration of a camera that is turned so far aside (at least 0), and down with it."""
    chance = np.random.default_rng([seed, 0x70, *camera.camera_id.encode()]).random()
    side = 1.0 if chance < 0.5 else -1.0  # noqa: PLR2004 - one side or the other
    pan, down = side * aside_rad, TURN_DOWN * aside_rad
    cos, sin = np.cos(pan), np.sin(pan)
    about_up = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    cos, sin = np.cos(down), np.sin(down)
    nod = np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])
    return replace(camera.true, rotation=nod @ camera.true.rotation @ about_up)


def turned_views(camera: CameraPlan, *, seed: int) -> tuple[Calibration, ...]:
    """The views that must be drawn besides the old one, in order; none for a camera that is not turned.

    The last is where the camera comes to rest. Those between fill the swing: they are wider than the camera's
    own, because it tilts while it swings.
    """
    most = most_turned_rad(camera)
    if most == 0:
        return ()
    wide = 2 * np.arctan(camera.width_px / 2 / camera.true.focal_px[0])
    count = max(int(np.ceil(most / (APART * wide))), 2)
    between = (turned(camera, most * one / count, seed=seed) for one in range(1, count))
    widened = (replace(one, focal_px=one.focal_px * WIDER) for one in between)
    return (*widened, turned(camera, most, seed=seed))
