"""The drawn incident: a minute of one camera, drawn from a seed, with its exact truth and its site beside it.

A patrol of the North walks along the line and back; a guard of the North runs about 3 m over the line and
returns; a visitor with a permit passes through the gate. Everything is deterministic in the seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from truceline.records.time import NS_PER_S, UtcNs
from truceline.records.truth import DrawnTruth
from truceline.simulate.cast.cels import draw_cels
from truceline.simulate.exposure import Exposure
from truceline.simulate.scene import DURATION_S, START_UTC_NS, Scene, scene_from_seed
from truceline.simulate.scenery.plate import draw_plate
from truceline.simulate.site_text import footage_note, site_files
from truceline.simulate.testimony import drawn_truth, truth_as_json

RATE_HZ = Fraction(25, 2)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnIncident:
    """A drawn minute: its pictures, its truth, and the files a station would have beside it.

    Attributes:
        rate_hz: Frames a second.
        start_utc_ns: Declared start; the true one is in ``truth`` and differs within the clock's bound.
    """

    scene: Scene
    exposure: Exposure
    rate_hz: Fraction
    start_utc_ns: UtcNs
    truth: DrawnTruth

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """The pictures, (540, 960, 3) blue-green-red; each call starts again with the same bytes."""
        return self.exposure.frames()

    def site_files(
        self, reviewer_keys: tuple[str, ...] = (), *, body_keys: tuple[str, ...] = ()
    ) -> dict[str, str]:
        """The site's folder, file name to text. Keys are public keys of 64 hex digits each."""
        return site_files(self.scene, reviewer_keys, body_keys=body_keys)

    def footage_note(self) -> str:
        """The sidecar ``CLIP.toml`` of the footage."""
        return footage_note(self.scene)

    def truth_json(self) -> str:
        """The truth as JSON text: for people and for evaluation, never for the analysis."""
        return truth_as_json(self.truth)


def drawn_incident(seed: int, *, duration_s: float = DURATION_S) -> DrawnIncident:
    """Draw the incident of a seed.

    Args:
        seed: Any integer from 0; it decides everything that varies.
        duration_s: How much of it is drawn, from its start; the story takes the whole minute.

    >>> incident = drawn_incident(7, duration_s=0.16)
    >>> [frame.shape for frame in incident.frames()]
    [(540, 960, 3), (540, 960, 3)]
    """
    scene = scene_from_seed(seed)
    count = round(duration_s * RATE_HZ)
    at_s = np.arange(count) / float(RATE_HZ)
    plate = draw_plate(scene)
    cels = draw_cels(scene, plate, at_s=at_s)
    step_ns = NS_PER_S * RATE_HZ.denominator // RATE_HZ.numerator
    shown = tuple(UtcNs(START_UTC_NS + index * step_ns) for index in range(count))
    return DrawnIncident(
        scene=scene,
        exposure=Exposure(seed, plate, cels, shown),
        rate_hz=RATE_HZ,
        start_utc_ns=START_UTC_NS,
        truth=drawn_truth(scene, cels, at_s=at_s, rate_hz=RATE_HZ),
    )
