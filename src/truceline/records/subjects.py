"""Subjects: one person, vehicle or animal in the world, put together from the tracks of all cameras."""

from dataclasses import dataclass

import numpy as np

from truceline.errors import InputError
from truceline.records.classes import ClassPosterior
from truceline.records.columns import BoolColumn, FloatColumn, IntColumn


@dataclass(frozen=True, slots=True)
class Sighting:
    """One track's part in a subject.

    Attributes:
        run_id: The run that the track belongs to.
        probability: That it shows the same subject as the sighting before it; 1 for the first.
        leans_on: What that rests on, one sentence each; empty for the first.
    """

    run_id: str
    track_id: str
    camera_id: str
    probability: float
    leans_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One subject's path on the ground, one row for each time at which a camera measured or coasted it.

    Attributes:
        subject_id: Random within an incident (seeded by its inputs): it links nothing across incidents.
        kinds: The probability of each kind of thing, from all sightings.
        sightings: The tracks it is made of, in order of their first row.
        utc_ns: (n,) strictly increasing, on the corrected clock that all cameras share.
        state: (n, 4) east, north, east velocity, north velocity; m and m/s, site frame.
        covariance: (n, 4, 4) of the state from pixel noise and motion: independent of the biases.
        bias_covariance: (n, 2, 2) of the position from calibration: shared along the rows of one camera.
        observed: (n,) False where no camera saw it at that time: such a row never counts as seen.
        sighting: (n,) index into ``sightings`` of the track that the row comes from.
        height_m: (n,) how high its outline rises above the ground; NaN where that was not measured (hidden,
            cut by the picture's border, not observed).
        width_m: (n,) extent of its outline across the line of sight; NaN likewise.
    """

    subject_id: str
    kinds: ClassPosterior
    sightings: tuple[Sighting, ...]
    utc_ns: IntColumn
    state: FloatColumn
    covariance: FloatColumn
    bias_covariance: FloatColumn
    observed: BoolColumn
    sighting: IntColumn
    height_m: FloatColumn
    width_m: FloatColumn

    def __post_init__(self) -> None:
        """Check that columns agree, time runs forward and every row has its sighting."""
        rows = len(self.utc_ns)
        shapes = {
            "state": self.state.shape == (rows, 4),
            "covariance": self.covariance.shape == (rows, 4, 4),
            "bias_covariance": self.bias_covariance.shape == (rows, 2, 2),
            "observed": self.observed.shape == (rows,),
            "sighting": self.sighting.shape == (rows,),
            "height_m": self.height_m.shape == (rows,),
            "width_m": self.width_m.shape == (rows,),
        }
        wrong = [name for name, fits in shapes.items() if not fits]
        if wrong:
            raise InputError(f"subject {self.subject_id}: columns {', '.join(wrong)} do not have {rows} rows")
        if rows == 0:
            raise InputError(f"subject {self.subject_id} has no rows")
        if bool(np.any(np.diff(self.utc_ns) <= 0)):
            raise InputError(f"subject {self.subject_id}: time does not run forward")
        if not bool(np.all((self.sighting >= 0) & (self.sighting < len(self.sightings)))):
            raise InputError(f"subject {self.subject_id}: a row belongs to no sighting")

    @property
    def en_m(self) -> FloatColumn:
        """(n, 2) positions."""
        return self.state[:, :2]

    @property
    def speed_mps(self) -> FloatColumn:
        """(n,) speeds on the ground."""
        speeds: FloatColumn = np.hypot(self.state[:, 2], self.state[:, 3])
        return speeds
