"""The tracker: one frame after the other, on the ground (or in the image where nothing is metric)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from truceline.records.outlines import LOW, UPRIGHT, VEHICLE, Outlines
from truceline.track.association import (
    USUAL_UNLIKENESS,
    Side,
    Weights,
    associate,
    overlap_of_boxes,
    unlikeness,
)
from truceline.track.kalman import process_noise, surprise, transition, update
from truceline.track.smooth import PEOPLE, VEHICLES, Motion

Array = NDArray[np.float64]

UNLIKENESS_MEMORY = 0.9
SURPRISE_MEMORY_S = 0.4
"""Over so long it is averaged how far detections lie from where they were expected."""
SURPRISED_FROM = 0.8
"""From this mean squared distance on, a subject may accelerate as many times harder. Of people who walk on,
nine in ten stay below it (PETS 2009 S2.L1, frames 1 to 300): detections state their own errors generously."""
LARGEST_ACCELERATION_FACTOR = 6.0
"""Beyond 6 m/s^2 no body goes (sprinters start at 5)."""
LARGEST_OVERLAP = 0.3
"""The colours of a box that another overlaps by more than this are a mixture, and are not learnt."""

PART_OF_S = 1.0
PART_SHARE = 0.3
"""For so long after a vehicle was last seen, whatever lies with this share of its box where the vehicle is
expected is a part of it."""

BoxModel = Callable[[Array, Array], Array]
"""Boxes (n, 4) expected at positions (n, 2), given the last boxes (n, 4)."""


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How the tracker behaves; lengths in units of the plane.

    Attributes:
        confirm_hits: Detections in a row of chances before a track is believed.
        tentative_misses: Misses after which a track that is not yet believed is dropped.
        coast_s: How long a believed track lives without a detection. Longer steals identities.
        largest_sigma: The position of a coasting track is never taken as less certain than this: a gate that
            grows without end swallows the next subject.
        memory: Weight of the past in a track's colours, once there are many.
        steadiness: The association expects this share of the motion's acceleration: those who walk on keep
            their identity beside those who turn.
        vagueness: The variance of a detection counts so many times: part of its error lasts for a second or
            so (``smooth.LASTING_SHARE``) and does not average out.
        low_hits: Detections before something too low for a person is believed, and ``low_reach`` how far it
            must have moved by then: a shadow, or the legs of somebody half hidden, are low and stay.
        driving: How vehicles move; a coasting one is never taken as less certain than ``driving_sigma``.
    """

    motion: Motion = PEOPLE
    weights: Weights = field(default_factory=Weights)
    confirm_hits: int = 3
    tentative_misses: int = 2
    coast_s: float = 4.0
    largest_sigma: float = 1.0
    memory: float = 0.97
    steadiness: float = 0.83
    vagueness: float = 1.4
    low_hits: int = 8
    low_reach: float = 1.0
    driving: Motion = VEHICLES
    driving_sigma: float = 4.0

    def motion_of(self, form: int) -> Motion:
        """How subjects of a form (a place in ``FORMS``) move."""
        return self.driving if form == VEHICLE else self.motion


@dataclass(slots=True)
class Chain:
    """The detections of one subject: ``frames`` and ``rows`` say which row of which frame. Being built.

    ``number`` counts chains in the order of their birth; ``lowest`` and ``highest`` bound where it was seen;
    ``unlikeness`` is how far its colours usually lie from their mean; ``place`` is where it was seen last and
    ``form`` as what (``FORMS``), ``lows`` how often as something low.
    """

    number: int
    mean: Array
    covariance: Array
    box_px: Array
    appearance: Array
    seen_s: float
    lowest: Array
    highest: Array
    place: Array
    form: int = UPRIGHT
    lows: int = 0
    unlikeness: float = USUAL_UNLIKENESS
    surprise: float = 1.0
    frames: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    misses: int = 0
    confirmed: bool = False

    @property
    def reach(self) -> float:
        """Length of the diagonal of where it was seen, in units of the plane."""
        return float(np.linalg.norm(self.highest - self.lowest))


class PlaneTracker:
    """Builds chains of detections; ``step`` once a frame, then ``finish``."""

    def __init__(self, settings: TrackerSettings, box_model: BoxModel) -> None:
        self._settings = settings
        self._box_model = box_model
        self._alive: list[Chain] = []
        self._done: list[Chain] = []
        self._born = 0
        self._hidden: frozenset[int] = frozenset()
        self._frame = -1
        self._now_s: float | None = None

    def step(self, seconds: float, detections: Side) -> None:
        """Take one frame's detections (possibly none) at a time in seconds; times must not run backwards."""
        self._frame += 1
        self._hidden = _overlapped(detections.boxes_px)
        self._retire(seconds)
        self._predict(seconds)
        rest = np.arange(len(detections))
        for confirmed in (True, False):
            chains = [chain for chain in self._alive if chain.confirmed is confirmed]
            rest = self._match(chains, detections, rest=rest)
        self._drop_doubtful()
        for row in rest:
            if not self._is_part(detections, int(row)):
                self._start(detections, int(row))

    @property
    def believed(self) -> tuple[Chain, ...]:
        """The chains believed and alive after the last step, in order of birth; to be read, not changed."""
        return tuple(chain for chain in self._alive if chain.confirmed)

    def finish(self) -> tuple[Chain, ...]:
        """All believed chains, in order of their first detection."""
        self._done += [chain for chain in self._alive if chain.confirmed]
        self._alive = []
        return tuple(sorted(self._done, key=lambda chain: (chain.frames[0], chain.rows[0])))

    def _predict(self, seconds: float) -> None:
        step = 0.0 if self._now_s is None else seconds - self._now_s
        self._now_s = seconds
        matrix = transition(step)
        for chain in self._alive:
            chain.mean = matrix @ chain.mean
            noise = process_noise(step, self._acceleration(chain))
            covariance = matrix @ chain.covariance @ matrix.T + noise
            chain.covariance = self._capped(covariance, form=chain.form)

    def _acceleration(self, chain: Chain) -> float:
        """What a subject may do next: who has just surprised may be turning, starting or stopping."""
        usual = self._settings.steadiness * self._settings.motion_of(chain.form).acceleration
        return usual * min(max(chain.surprise / SURPRISED_FROM, 1.0), LARGEST_ACCELERATION_FACTOR)

    def _capped(self, covariance: Array, *, form: int) -> Array:
        largest = self._settings.driving_sigma if form == VEHICLE else self._settings.largest_sigma
        sigma = float(np.sqrt(np.trace(covariance[:2, :2]) / 2))
        if sigma <= largest:
            return covariance
        shrink = np.array([1, 1, 0, 0]) * (largest / sigma - 1) + 1
        return covariance * np.outer(shrink, shrink)

    def _match(self, chains: list[Chain], detections: Side, *, rest: NDArray[np.int64]) -> NDArray[np.int64]:
        if not chains or len(rest) == 0:
            for chain in chains:
                chain.misses += 1
            return rest
        offered = detections.take(rest).vaguer(self._settings.vagueness)
        usual = np.array([chain.unlikeness for chain in chains])
        pairs = associate(self._expected(chains), offered, weights=self._settings.weights, usual=usual)
        for row, column in pairs:
            self._join(chains[row], detections, row=int(rest[column]))
        matched = {row for row, _ in pairs}
        for row, chain in enumerate(chains):
            if row not in matched:
                chain.misses += 1
        return np.delete(rest, [column for _, column in pairs])

    def _expected(self, chains: list[Chain]) -> Side:
        positions = np.stack([chain.mean[:2] for chain in chains])
        forms = np.array([chain.form for chain in chains])
        last = np.stack([chain.box_px for chain in chains])
        boxes = self._box_model(positions, last)
        for row in np.flatnonzero(forms != UPRIGHT).tolist():
            boxes[row] = self._carried(chains[row])
        return Side(
            positions=positions,
            covariances=np.stack([chain.covariance[:2, :2] for chain in chains]),
            boxes_px=boxes,
            appearance=np.stack([chain.appearance for chain in chains]),
            outlines=replace(Outlines.unmeasured(len(chains)), form=forms),
        )

    def _carried(self, chain: Chain) -> Array:
        """The last box of what has no model of its own, carried along as a person's there would be."""
        both = self._box_model(np.stack([chain.place, chain.mean[:2]]), np.stack([chain.box_px] * 2))
        by = (both[1] - both[0])[[0, 3]]
        moved: Array = chain.box_px + np.tile(by, 2) if np.isfinite(by).all() else chain.box_px
        return moved

    def _is_part(self, detections: Side, row: int) -> bool:
        """Whether a detection begins inside a believed vehicle that this frame did not give as one.

        A vehicle that is not told from its surroundings for a moment, or leaves the picture, looks like
        people where it is.
        """
        if detections.is_vehicle[row]:
            return False
        left, top, right, bottom = detections.boxes_px[row].tolist()
        since_s = (self._now_s or 0.0) - PART_OF_S
        for one in self._alive:
            if not (one.confirmed and one.form == VEHICLE and one.misses > 0 and one.seen_s >= since_s):
                continue
            box = self._carried(one)
            wide, tall = min(right, box[2]) - max(left, box[0]), min(bottom, box[3]) - max(top, box[1])
            if wide > 0 and tall > 0 and wide * tall >= PART_SHARE * (right - left) * (bottom - top):
                return True
        return False

    def _join(self, chain: Chain, detections: Side, *, row: int) -> None:
        noise = self._settings.vagueness * detections.covariances[row]
        fresh = min((self._now_s or 0.0) - chain.seen_s, SURPRISE_MEMORY_S) / SURPRISE_MEMORY_S
        away = surprise(chain.mean, chain.covariance, detections.positions[row], noise)
        chain.surprise += fresh * (away - chain.surprise)
        chain.mean, chain.covariance = update(chain.mean, chain.covariance, detections.positions[row], noise)
        chain.box_px = detections.boxes_px[row]
        chain.place = detections.positions[row]
        chain.form = int(detections.outlines.form[row])
        chain.lows += chain.form == LOW
        chain.lowest = np.minimum(chain.lowest, detections.positions[row])
        chain.highest = np.maximum(chain.highest, detections.positions[row])
        if row not in self._hidden:
            self._learn_colours(chain, detections.appearance[row])
        chain.frames.append(self._frame)
        chain.rows.append(row)
        chain.misses = 0
        chain.seen_s = self._now_s or 0.0
        chain.confirmed = chain.confirmed or self._is_believable(chain)

    def _is_believable(self, chain: Chain) -> bool:
        if chain.form == LOW:
            return len(chain.frames) >= self._settings.low_hits and chain.reach >= self._settings.low_reach
        return len(chain.frames) - chain.lows >= self._settings.confirm_hits

    def _learn_colours(self, chain: Chain, colours: Array) -> None:
        if not np.any(colours > 0):
            return
        if not np.any(chain.appearance > 0):
            chain.appearance = colours
            return
        apart = float(unlikeness(chain.appearance[None], colours[None])[0, 0])
        chain.unlikeness = UNLIKENESS_MEMORY * chain.unlikeness + (1 - UNLIKENESS_MEMORY) * apart
        seen = len(chain.frames)
        memory = min(self._settings.memory, seen / (seen + 1))
        chain.appearance = memory * chain.appearance + (1 - memory) * colours

    def _retire(self, seconds: float) -> None:
        """End tracks that were not seen for too long before they are offered anything: footage may jump."""
        oldest_s = seconds - self._settings.coast_s - 1e-9
        self._done += [chain for chain in self._alive if chain.confirmed and chain.seen_s < oldest_s]
        self._alive = [chain for chain in self._alive if chain.seen_s >= oldest_s]

    def _drop_doubtful(self) -> None:
        most = self._settings.tentative_misses
        self._alive = [chain for chain in self._alive if chain.confirmed or chain.misses <= most]

    def _start(self, detections: Side, row: int) -> None:
        covariance = np.zeros((4, 4))
        covariance[:2, :2] = self._settings.vagueness * detections.covariances[row]
        form = int(detections.outlines.form[row])
        covariance[2:, 2:] = np.eye(2) * self._settings.motion_of(form).speed ** 2
        place = detections.positions[row]
        chain = Chain(
            number=self._born,
            mean=np.concatenate([place, np.zeros(2)]),
            covariance=covariance,
            box_px=detections.boxes_px[row],
            appearance=detections.appearance[row],
            seen_s=self._now_s or 0.0,
            lowest=place,
            highest=place,
            place=place,
            form=form,
            lows=int(form == LOW),
        )
        self._born += 1
        chain.frames.append(self._frame)
        chain.rows.append(row)
        self._alive.append(chain)


def _overlapped(boxes_px: Array) -> frozenset[int]:
    """Rows of boxes (n, 4) that another one overlaps too much."""
    overlap = overlap_of_boxes(boxes_px, boxes_px)
    np.fill_diagonal(overlap, 0.0)
    return frozenset(np.flatnonzero(np.any(overlap >= LARGEST_OVERLAP, axis=1)).tolist())
