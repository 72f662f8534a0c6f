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


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One answer to the question who a sighting shows.

    Attributes:
        subject_id: The subject whose earlier sightings it would go on with; None: somebody not seen before.
        probability: Of this answer; those of one link sum to 1.
        leans_on: What it rests on, one sentence each, the weightiest first.
    """

    subject_id: str | None
    probability: float
    leans_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Who is seen where a track begins: every answer that was weighed.

    Attributes:
        run_id: Of the track; ``track_id`` and ``camera_id`` name it.
        subject_id: The subject that the track was given to.
        gap_s: Time since the nearest earlier sighting of that subject; 0 where it goes on in another camera
            or is new.
        border_coverage: Share (0 to 1) of the border of the ground that was out of sight, over that time,
            that cameras watched; None where nothing was out of sight.
        hypotheses: The likeliest first; they sum to 1.
    """

    run_id: str
    track_id: str
    camera_id: str
    subject_id: str
    gap_s: float
    border_coverage: float | None
    hypotheses: tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True)
class ClockProposal:
    """What shared tracks say of a clock, for a person to confirm.

    Attributes:
        clock_id: The clock; ``reference_id`` the one that it is compared with, whose time all subjects have.
        offset_s: How far it is ahead of the reference; 0 where nothing could be said.
        bound_s: 95 % bound on that: the declared one where nothing better could be said.
        declared_bound_s: What was declared of both clocks together.
        applied: Whether the subjects' times rest on it.
        rests_on: What it rests on or why nothing could be said, one sentence each.
    """

    clock_id: str
    reference_id: str
    offset_s: float
    bound_s: float
    declared_bound_s: float
    applied: bool
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """All cameras as one: who was where, who is who with what doubt, and what the clocks are.

    Attributes:
        subjects: In order of their first row.
        links: One for each track that could go on with something earlier, in order of time.
        clocks: One for each clock but the reference.
        notes: What could not be seen, compared or said, one sentence each.
    """

    subjects: tuple[Subject, ...]
    links: tuple[Link, ...]
    clocks: tuple[ClockProposal, ...]
    notes: tuple[str, ...]

    def subject(self, subject_id: str) -> Subject:
        """The subject with that id.

        Raises:
            InputError: There is no such subject.
        """
        for one in self.subjects:
            if one.subject_id == subject_id:
                return one
        raise InputError(f"there is no subject {subject_id!r}")
