"""Stone Soup: a Kalman filter on the ground with global nearest neighbour, as its tutorials put it together.

Stone Soup has no defaults for these. The noise of a measurement is that of our detection on the ground; the
gate is that of the tutorials; the motion's noise gave the best IDF1 of .05, .2, .5, 1 and 2.25 m²/s³ on
frames 1 to 300 of PETS.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from stonesoup.dataassociator.neighbour import (  # type: ignore[import-not-found]
    GNNWith2DAssignment,
)
from stonesoup.deleter.time import UpdateTimeDeleter  # type: ignore[import-not-found]
from stonesoup.hypothesiser.distance import DistanceHypothesiser  # type: ignore[import-not-found]
from stonesoup.initiator.simple import MultiMeasurementInitiator  # type: ignore[import-not-found]
from stonesoup.measures import Mahalanobis  # type: ignore[import-not-found]
from stonesoup.models.measurement.linear import LinearGaussian  # type: ignore[import-not-found]
from stonesoup.models.transition.linear import (  # type: ignore[import-not-found]
    CombinedLinearGaussianTransitionModel,
    ConstantVelocity,
)
from stonesoup.predictor.kalman import KalmanPredictor  # type: ignore[import-not-found]
from stonesoup.types.detection import Detection  # type: ignore[import-not-found]
from stonesoup.types.state import GaussianState  # type: ignore[import-not-found]
from stonesoup.updater.kalman import KalmanUpdater  # type: ignore[import-not-found]

MOTION_NOISE = 0.05
SPEED_MPS = 2.0
GATE_SIGMAS = 3.0
START_POINTS = 3
END_S = 2.0
START = datetime.fromisoformat("2009-01-01T12:00:00")


class GroundTracker:
    """Tracks on the ground; ``step`` takes a frame's number and detections, and gives identities and rows."""

    def __init__(self, rate_hz: float) -> None:
        motion = CombinedLinearGaussianTransitionModel([ConstantVelocity(MOTION_NOISE)] * 2)
        self._rate_hz = rate_hz
        self._updater = KalmanUpdater(None)
        hypothesiser = DistanceHypothesiser(
            KalmanPredictor(motion), self._updater, Mahalanobis(), GATE_SIGMAS
        )
        self._associator = GNNWith2DAssignment(hypothesiser)
        self._deleter = UpdateTimeDeleter(timedelta(seconds=END_S))
        self._initiator = MultiMeasurementInitiator(
            GaussianState(np.zeros((4, 1)), np.diag([0.0, SPEED_MPS**2] * 2)),
            self._deleter,
            self._associator,
            self._updater,
            min_points=START_POINTS,
        )
        self._alive: set[object] = set()
        self._numbers: dict[str, int] = {}

    def step(self, number: int, rows: NDArray[np.float64]) -> list[tuple[int, int]]:
        """Take one frame."""
        now = START + timedelta(seconds=(number - 1) / self._rate_hz)
        given = {self._detection(row, index, now=now) for index, row in enumerate(rows)}
        found, used = [], set()
        for track, hypothesis in self._associator.associate(self._alive, given, now).items():
            if not hypothesis:
                track.append(hypothesis.prediction)
                continue
            track.append(self._updater.update(hypothesis))
            used.add(hypothesis.measurement)
            found.append((self._number(track.id), hypothesis.measurement.metadata["row"]))
        self._alive -= self._deleter.delete_tracks(self._alive)
        for track in self._initiator.initiate(given - used, now):
            self._alive.add(track)
            found.append((self._number(track.id), track.state.hypothesis.measurement.metadata["row"]))
        return found

    def _detection(self, row: NDArray[np.float64], index: int, *, now: datetime) -> Detection:
        noise = np.array([[row[7], row[8]], [row[8], row[9]]])
        model = LinearGaussian(4, (0, 2), noise)
        return Detection(row[5:7, None], timestamp=now, measurement_model=model, metadata={"row": index})

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers) + 1)


def tracker(_name: str, rate_hz: float) -> Callable[[int, NDArray[np.float64]], list[tuple[int, int]]]:
    """A step that takes a frame's number and detections (n, 10) and gives identities and rows."""
    return GroundTracker(rate_hz).step
