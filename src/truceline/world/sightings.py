"""Sightings: one camera's track as measurements on the ground, with the white and the shared error apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import ground_bias_jacobian, pixel_from_site
from truceline.records.columns import BoolColumn, FloatColumn, IntColumn
from truceline.records.site import Camera, Site
from truceline.records.time import NS_PER_S, UtcSpan
from truceline.records.tracks import Track

Array = NDArray[np.float64]

BORDER_PX = 2.0
"""A box that comes so near to the picture's border is cut by it, as far as anybody can tell."""
MOST_HIDDEN = 0.25
"""Share of a box that another one may cover before its outline says nothing of its size."""
LOWEST_M, HIGHEST_M = 0.0, 6.0
"""Between these heights above the ground the top of an outline is looked for."""
HELD_S = 1.5
"""Between rows farther apart than this nothing is interpolated: a second and a half of nobody's path."""


@dataclass(frozen=True, slots=True)
class CameraClock:
    """A camera's clock.

    Attributes:
        clock_id: Cameras that share one (a recorder, a network) have the same; else the camera's own id.
        bound_s: Declared 95 % bound on the error of its UTC.
    """

    clock_id: str
    bound_s: float


@dataclass(frozen=True, slots=True, eq=False)
class CameraTracks:
    """What one run of one camera gave.

    Attributes:
        watched: When it could see: its footage less the gaps, by its own clock, in order.
        tracks: On the ground, in site metres, by its own clock.
        clock: The camera's.
    """

    run_id: str
    camera_id: str
    watched: tuple[UtcSpan, ...]
    tracks: tuple[Track, ...]
    clock: CameraClock


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """A track as measurements, in seconds since the world's beginning.

    Attributes:
        run_id: Its run; ``camera_id`` and ``clock_id`` whose it is.
        track: As it was handed in.
        seconds: (n,) by the camera's own clock, or by the common one after ``moved``.
        positions: (n, 2) site metres, corrected by what is known of the calibration.
        bias_jacobian: (n, 2, 10) of the positions by the calibration's parameters.
        height_m: (n,) of the outline above the ground; ``width_m`` across the line of sight; NaN: unmeasured.
        correction_ns: What was added to the track's own times.
    """

    run_id: str
    camera_id: str
    clock_id: str
    track: Track
    seconds: FloatColumn
    positions: FloatColumn
    bias_jacobian: FloatColumn
    height_m: FloatColumn
    width_m: FloatColumn
    correction_ns: int = 0

    @property
    def name(self) -> tuple[str, str]:
        """Run and track: unique."""
        return self.run_id, self.track.track_id

    @property
    def is_vehicle(self) -> bool:
        """Whether its kind is vehicle."""
        return self.track.kind == "vehicle"

    @property
    def utc_ns(self) -> IntColumn:
        """(n,) on the common clock."""
        moved: IntColumn = self.track.utc_ns + self.correction_ns
        return moved

    @property
    def observed(self) -> BoolColumn:
        """(n,) which rows were seen."""
        return self.track.observed

    @property
    def first(self) -> int:
        """The first row that was seen."""
        return int(np.argmax(self.observed)) if self.observed.any() else 0

    @property
    def last(self) -> int:
        """The last row that was seen."""
        rows = np.flatnonzero(self.observed)
        return int(rows[-1]) if len(rows) else len(self.seconds) - 1

    @property
    def rows(self) -> "Rows":
        """All its rows, taken as seen: those of which it is asked itself."""
        every = np.ones(len(self.seconds), dtype=np.bool_)
        return Rows(
            positions=self.positions,
            velocities=self.track.state[:, 2:],
            covariance=self.track.covariance,
            bias_jacobian=self.bias_jacobian,
            known=every,
            seen=every,
            held=every,
        )

    def moved(self, by_s: float) -> "Trace":
        """The same by a clock that shows so much more."""
        by_ns = round(by_s * NS_PER_S)
        return replace(
            self,
            seconds=self.seconds + by_ns / NS_PER_S,
            correction_ns=self.correction_ns + by_ns,
        )

    def at(self, seconds: Array) -> "Rows":
        """Its rows at times (k,), interpolated; ``known`` says where it was seen around that time."""
        right = np.clip(
            np.searchsorted(self.seconds, seconds, side="right"), 1, max(len(self.seconds) - 1, 1)
        )
        left = right - 1
        right = np.minimum(right, len(self.seconds) - 1)
        step = self.seconds[right] - self.seconds[left]
        share = np.clip(
            np.where(step > 0, (seconds - self.seconds[left]) / np.maximum(step, 1e-9), 0.0), 0, 1
        )
        inside = (seconds >= self.seconds[0] - 1e-6) & (seconds <= self.seconds[-1] + 1e-6)
        seen = np.where(share < 1, self.observed[left], True) & np.where(
            share > 0, self.observed[right], True
        )
        mix = _Mix(left, right, share)
        return Rows(
            positions=mix.of(self.positions),
            velocities=mix.of(self.track.state[:, 2:]),
            covariance=mix.of(self.track.covariance),
            bias_jacobian=mix.of(self.bias_jacobian),
            known=inside & (step <= HELD_S),
            seen=inside & (step <= HELD_S) & seen,
            held=inside & (step <= HELD_S) & self._held(seconds),
        )

    def _held(self, seconds: Array) -> BoolColumn:
        """Which times (k,) lie between two rows that were seen, neither of them far."""
        seen_s = self.seconds[self.observed]
        if not len(seen_s):
            return np.zeros(len(seconds), dtype=np.bool_)
        after = np.clip(np.searchsorted(seen_s, seconds - 1e-6), 0, len(seen_s) - 1)
        before = np.clip(np.searchsorted(seen_s, seconds + 1e-6, side="right") - 1, 0, len(seen_s) - 1)
        near = (np.abs(seen_s[after] - seconds) <= HELD_S) & (np.abs(seconds - seen_s[before]) <= HELD_S)
        held: BoolColumn = near & (seconds >= seen_s[0] - 1e-6) & (seconds <= seen_s[-1] + 1e-6)
        return held


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A trace at k times: columns as in ``Trace``, ``covariance`` (k, 4, 4).

    Attributes:
        known: (k,) within its rows; ``held`` between two that were seen, neither of them far, so that the
            covariance holds; ``seen`` the rows around were seen.
    """

    positions: Array
    velocities: Array
    covariance: Array
    bias_jacobian: Array
    known: BoolColumn
    seen: BoolColumn
    held: BoolColumn

    def take(self, rows: NDArray[np.int64]) -> "Rows":
        """The given ones."""
        return Rows(
            self.positions[rows],
            self.velocities[rows],
            self.covariance[rows],
            self.bias_jacobian[rows],
            self.known[rows],
            self.seen[rows],
            self.held[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Mix:
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    share: Array

    def of(self, column: Array) -> Array:
        share = self.share.reshape((-1,) + (1,) * (column.ndim - 1))
        mixed: Array = column[self.left] * (1 - share) + column[self.right] * share
        return mixed


def traces_of(cameras: Sequence[CameraTracks], site: Site, *, epoch_utc_ns: int) -> tuple[Trace, ...]:
    """Every track of every camera that it can place on the ground, in order of run and track.

    Raises:
        InputError: The site has no such camera.
    """
    found = []
    for one in sorted(cameras, key=lambda each: each.run_id):
        camera = site.camera(one.camera_id)
        for track in sorted(one.tracks, key=lambda each: each.track_id):
            trace = _trace(track, one, camera=camera, epoch_utc_ns=epoch_utc_ns)
            if np.isfinite(trace.bias_jacobian).all() and np.isfinite(trace.positions).all():
                heights, widths = outlines_of(track, camera, others=one.tracks)
                found.append(replace(trace, height_m=heights, width_m=widths))
    return tuple(found)


def _trace(track: Track, one: CameraTracks, *, camera: Camera, epoch_utc_ns: int) -> Trace:
    unknown = np.full(len(track.utc_ns), np.nan)
    return Trace(
        run_id=one.run_id,
        camera_id=one.camera_id,
        clock_id=one.clock.clock_id,
        track=track,
        seconds=(track.utc_ns - epoch_utc_ns) / NS_PER_S,
        positions=track.en_m,
        bias_jacobian=ground_bias_jacobian(camera.calibration, track.en_m),
        height_m=unknown,
        width_m=unknown,
    )


def outlines_of(track: Track, camera: Camera, *, others: Sequence[Track]) -> tuple[FloatColumn, FloatColumn]:
    """Height (n,) of a track's outline above the ground and width (n,) across the line of sight, metres.

    NaN where the box was not observed, is cut by the picture's border, or is covered by another track's.

    Method: the height at which a vertical line on the track's place reaches the top of the box, by bisection
    in the camera model; the width by the box's two sides at the distance of that place.
    """
    calibration, boxes = camera.calibration, track.boxes_px
    ground = np.concatenate([track.en_m, np.zeros((len(track.utc_ns), 1))], axis=1)
    foot = pixel_from_site(calibration, ground)
    rise_px = np.where(np.isfinite(foot[:, 1]), boxes[:, 3] - boxes[:, 1], np.nan)
    low, high = np.full(len(ground), LOWEST_M), np.full(len(ground), HIGHEST_M)
    for _ in range(14):
        middle = (low + high) / 2
        top = pixel_from_site(calibration, ground + middle[:, None] * np.array([0.0, 0.0, 1.0]))
        reached = foot[:, 1] - top[:, 1] >= rise_px
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    depth = (ground - calibration.position_enu_m) @ calibration.rotation[2]
    width = (boxes[:, 2] - boxes[:, 0]) * depth / calibration.focal_px[0]
    whole = track.observed & _inside(boxes, camera) & ~_covered(track, others) & np.isfinite(rise_px)
    return np.where(whole, (low + high) / 2, np.nan), np.where(whole, width, np.nan)


def _inside(boxes_px: Array, camera: Camera) -> BoolColumn:
    inside: BoolColumn = (
        (boxes_px[:, 0] > BORDER_PX)
        & (boxes_px[:, 1] > BORDER_PX)
        & (boxes_px[:, 2] < camera.width_px - BORDER_PX)
        & (boxes_px[:, 3] < camera.height_px - BORDER_PX)
    )
    return inside


def _covered(track: Track, others: Sequence[Track]) -> BoolColumn:
    """Rows (n,) in which another track's box, nearer to the camera, covers too much of its own."""
    covered = np.zeros(len(track.utc_ns), dtype=np.bool_)
    area = np.maximum(np.prod(track.boxes_px[:, 2:] - track.boxes_px[:, :2], axis=1), 1e-9)
    for other in others:
        apart = other.utc_ns[0] > track.utc_ns[-1] or track.utc_ns[0] > other.utc_ns[-1]
        if apart or other.track_id == track.track_id:
            continue
        _, mine, its = np.intersect1d(track.utc_ns, other.utc_ns, assume_unique=True, return_indices=True)
        own, box = track.boxes_px[mine], other.boxes_px[its]
        common = np.clip(np.minimum(own[:, 2:], box[:, 2:]) - np.maximum(own[:, :2], box[:, :2]), 0, None)
        covered[mine] |= (np.prod(common, axis=1) > MOST_HIDDEN * area[mine]) & (box[:, 3] >= own[:, 3])
    return covered
