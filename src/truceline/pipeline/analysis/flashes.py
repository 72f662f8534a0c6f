"""Flashes in the footage of a calibrated camera: looked for in every picture that shows something."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.detect.flashes.finder import PERSON_M, FlashFinder
from truceline.detect.people import upright_scales
from truceline.pipeline.analysis.unseen import Why
from truceline.records.flashes import Flash
from truceline.records.frames import FrameStamp
from truceline.records.site import Camera

Array = NDArray[np.float64]


def flash_finder(camera: Camera) -> FlashFinder:
    """The finder of a camera's flashes, which knows how tall people are in its picture."""
    return FlashFinder(camera.band, person_px=person_heights(camera))


def person_heights(camera: Camera) -> Array:
    """Pixels (height,) that a person is tall whose middle is at each row; elsewhere as at the nearest."""
    tall = PERSON_M * upright_scales(camera.calibration, (camera.width_px, camera.height_px))
    known = np.flatnonzero(np.isfinite(tall) & (tall > 0))
    if not len(known):
        return np.zeros(camera.height_px)
    middles = known - tall[known] / 2.0
    order = np.argsort(middles)
    heights: Array = np.interp(np.arange(camera.height_px), middles[order], tall[known][order])
    return heights


def told_flashes(
    flashes: Sequence[Flash], stamps: Sequence[FrameStamp], *, reasons: Sequence[Why]
) -> tuple[Flash, ...]:
    """Flashes without those of pictures of which, for a reason, nothing is told."""
    blank = {stamp.pts for stamp, why in zip(stamps, reasons, strict=True) if why}
    return tuple(flash for flash in flashes if flash.pts not in blank)
