"""The joint path: all sightings of one subject as one row of states, each camera's bias kept apart."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.classes import UNDECIDED, ClassPosterior
from truceline.records.subjects import Sighting, Subject
from truceline.world.biases import Biases
from truceline.world.sightings import Rows, Trace

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One trace of a subject with what is said of its belonging there."""

    trace: Trace
    probability: float
    leans_on: tuple[str, ...]


def subject_of(parts: Sequence[Part], *, biases: Biases, seed: str) -> Subject:
    """The subject that parts show, in order of their first row; ``seed`` names the incident.

    Method: at each time at which a camera measured, all traces that cover it are fused by covariance
    intersection (Julier and Uhlmann 1997) with the weights of Niehsen (2002), over white and shared errors
    together: tracks that were smoothed apart share the motion that they were smoothed with, so that nothing
    may be taken as independent. The gains then carry the white errors, at most, and the calibrations' errors,
    with what they share, each into its own covariance. One trace alone stays as it is.
    """
    traces = [part.trace for part in parts]
    rows = [_fused(place, traces, biases=biases) for place in range(len(traces))]
    joined = _Columns.joined(rows)
    order = np.lexsort((joined.sighting, joined.utc_ns))
    kept = order[np.concatenate([[True], np.diff(joined.utc_ns[order]) > 0])]
    names = " ".join(traces[0].name)
    return Subject(
        subject_id=hashlib.sha256(f"subject {seed} {names}".encode()).hexdigest()[:12],
        kinds=_kinds(traces),
        sightings=tuple(
            Sighting(
                part.trace.run_id,
                part.trace.track.track_id,
                part.trace.camera_id,
                part.probability,
                part.leans_on,
            )
            for part in parts
        ),
        utc_ns=joined.utc_ns[kept],
        state=joined.state[kept],
        covariance=joined.covariance[kept],
        bias_covariance=joined.bias[kept],
        observed=joined.observed[kept],
        sighting=joined.sighting[kept],
        height_m=joined.height_m[kept],
        width_m=joined.width_m[kept],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """Rows of one trace as a subject has them."""

    utc_ns: NDArray[np.int64]
    state: Array
    covariance: Array
    bias: Array
    observed: NDArray[np.bool_]
    sighting: NDArray[np.int64]
    height_m: Array
    width_m: Array

    @classmethod
    def joined(cls, parts: Sequence["_Columns"]) -> "_Columns":
        names = cls.__slots__
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _fused(place: int, traces: Sequence[Trace], *, biases: Biases) -> _Columns:
    """The rows of one trace, with what the others say at their times."""
    own = traces[place]
    others = [one for index, one in enumerate(traces) if index != place and _touch(own, one)]
    asked = [one.at(own.seconds) for one in others]
    seen = np.any([rows.seen for rows in asked], axis=0) if asked else np.zeros(len(own.seconds), np.bool_)
    # Where it was coasted and another saw the subject, the other has its own rows.
    kept = np.flatnonzero(own.observed | ~seen)
    sources = [_Source.of(own, own.rows).take(kept)]
    sources += [_Source.of(trace, rows).take(kept) for trace, rows in zip(others, asked, strict=True)]
    state, covariance, bias = _intersected(sources, biases)
    return _Columns(
        utc_ns=own.utc_ns[kept],
        state=state,
        covariance=covariance,
        bias=bias,
        observed=(own.observed | seen)[kept],
        sighting=np.full(len(kept), place, np.int64),
        height_m=own.height_m[kept],
        width_m=own.width_m[kept],
    )


def _touch(one: Trace, other: Trace) -> bool:
    return bool(one.seconds[0] <= other.seconds[-1] and other.seconds[0] <= one.seconds[-1])


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """What one trace says at k times: state (k, 4), covariance (k, 4, 4), bias Jacobian (k, 4, 10)."""

    camera_id: str
    state: Array
    covariance: Array
    jacobian: Array
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, trace: Trace, rows: Rows) -> "_Source":
        whole = np.concatenate([rows.bias_jacobian, np.zeros_like(rows.bias_jacobian)], axis=1)
        state = np.concatenate([rows.positions, rows.velocities], axis=1)
        return cls(trace.camera_id, state, rows.covariance, whole, rows.held)

    def take(self, rows: NDArray[np.int64]) -> "_Source":
        return _Source(
            self.camera_id, self.state[rows], self.covariance[rows], self.jacobian[rows], self.known[rows]
        )


def _intersected(sources: Sequence[_Source], biases: Biases) -> tuple[Array, Array, Array]:
    """State (k, 4), white covariance (k, 4, 4) and shared covariance (k, 2, 2) of all sources together."""
    if len(sources) == 1:
        only = sources[0]
        shared = only.jacobian @ biases.of_camera(only.camera_id) @ np.swapaxes(only.jacobian, 1, 2)
        return only.state, only.covariance, shared[:, :2, :2]
    inverses, traces = [], []
    for one in sources:
        total = one.covariance + one.jacobian @ biases.of_camera(one.camera_id) @ np.swapaxes(
            one.jacobian, 1, 2
        )
        inverses.append(np.linalg.inv(total))
        traces.append(np.trace(total[:, :2, :2], axis1=1, axis2=2))
    weights = np.array(
        [np.where(one.known, 1.0 / trace, 0.0) for one, trace in zip(sources, traces, strict=True)]
    )
    weights = weights / weights.sum(axis=0)
    fused = np.linalg.inv(np.einsum("sk,skij->kij", weights, np.array(inverses)))
    gains = [
        weight[:, None, None] * (fused @ inverse) for weight, inverse in zip(weights, inverses, strict=True)
    ]
    state = np.sum(
        [(gain @ one.state[:, :, None])[:, :, 0] for gain, one in zip(gains, sources, strict=True)], axis=0
    )
    white = np.zeros_like(fused)
    for gain, one, weight in zip(gains, sources, weights, strict=True):
        share = np.where(weight > 0, 1.0 / np.maximum(weight, 1e-12), 0.0)
        white += share[:, None, None] * (gain @ one.covariance @ np.swapaxes(gain, 1, 2))
    return state, white, _shared(gains, sources, biases=biases)


def _shared(gains: Sequence[Array], sources: Sequence[_Source], *, biases: Biases) -> Array:
    """(k, 2, 2) covariance of the fused places from all calibrations and what they share."""
    rows = len(sources[0].state)
    whole = np.zeros((rows, 4, len(biases.covariance)))
    for gain, one in zip(gains, sources, strict=True):
        whole[:, :, biases.block(one.camera_id)] += gain @ one.jacobian
    shared: Array = whole[:, :2] @ biases.covariance @ np.swapaxes(whole[:, :2], 1, 2)
    return shared


def _kinds(traces: Sequence[Trace]) -> ClassPosterior:
    """The mean of what the tracks say, by their rows seen."""
    told = [(one.track.kinds, int(one.observed.sum())) for one in traces if one.track.kinds is not None]
    if not told:
        return UNDECIDED
    if len(told) == 1:
        return told[0][0]
    weights = np.array([max(count, 1) for _, count in told], dtype=np.float64)
    mean = np.average(np.array([kinds.values for kinds, _ in told]), axis=0, weights=weights)
    person, vehicle, animal = (float(value) for value in mean[:3])
    return ClassPosterior(person, vehicle, animal, max(1.0 - person - vehicle - animal, 0.0))
