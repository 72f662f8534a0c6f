"""What the pipeline asks of a detector, so that a neural one can stand beside the calibrated one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from truceline.detect.still.background import Background
from truceline.detect.still.steady import Sway
from truceline.records.classes import ClassPosterior
from truceline.records.detections import Detections
from truceline.records.frames import FrameStamp
from truceline.records.time import UtcNs

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What one frame gave.

    Attributes:
        detections: Boxes in pixels of the full picture, where this frame shows them; feet where the camera
            of the survey would show them: beside the boxes when the camera sways.
        appearance: (n, a) colours of each detection, for the next seconds; never stored.
        mask: (height, width) 0/1 at working size, in the scene's place: where the frame differs from it.
        changed: Whether the whole picture did, so that nothing can be told from it.
        moved: Whether the frame shows another scene, or lies too far beside its own.
        shift_px: By how much the frame lies to the right of and below its scene, pixels of the full picture.
        classes: What a detector that tells kinds holds each detection for; none where it does not.
    """

    detections: Detections
    appearance: NDArray[np.float64]
    mask: Image
    changed: bool
    moved: bool = False
    shift_px: tuple[float, float] = (0.0, 0.0)
    classes: tuple[ClassPosterior, ...] = ()


class Detector(Protocol):
    """Finds subjects in the pictures of one camera, one picture at a time.

    It holds no memory of pictures: the same frame against the same background gives the same observation.
    """

    @property
    def scale(self) -> float:
        """Working size over full size, at most 1."""

    def reduced(self, bgr: Image) -> Image:
        """A full picture (height, width, 3) at working size."""

    def learn(
        self, samples: Sequence[Image], *, centre_utc_ns: UtcNs, free: Sequence[Image] | None = None
    ) -> Background:
        """The scene from pictures at working size, in order of time; ``free`` as in ``median_background``."""

    def sway(self, bgr: Image, background: Background) -> Sway:
        """How a picture at working size lies on a scene; still, where the detector does not mind."""

    def nothing(self, stamp: FrameStamp) -> Observation:
        """What a frame gives before there is a background: nobody."""

    def detect(self, stamp: FrameStamp, bgr: Image, *, background: Background) -> Observation:
        """What one frame at working size shows."""
