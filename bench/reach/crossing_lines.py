"""Fifty random lines through PETS 2009 S2.L1: are crossings found, do probabilities mean what they say?

Lines. ``default_rng(20171113)``; for each of fifty lines first the centre (uniform in the box between the 2 %
and the 98 % quantile of all annotated feet, east then north), then the direction (uniform in [0, pi)); 12 m.
They do not depend on what is measured. Frames 301 to 795; constants of the product were set on 1 to 300.

Truth. Annotated feet through the survey's calibration (``pets.truth``). A person is on a side when 0.3 m
beyond the line; a passage is the last change of sign before a new side is reached, its instant interpolated.
Truth that passes within 0.5 m of a line's end (on either side of the end), or outside the frames, is ignored:
it is not missed, and a report that fits it is not unfounded. Reports above row 130 of the 576-row picture,
where people are not annotated, are left out; no annotated foot lies there.

F1. A passage is reported when its probability is at least one half: that of the crossing for the way out, and
that of crossing and return together for the way back over the line. Reports are matched to truth one to one,
in the same direction, within 1 s, as many as possible.

Probabilities. The unit is a track, the person it follows and a line. A track follows the person within 1 m of
whom it is in more than half of its frames; a track that follows nobody, and a person whom nobody followed,
count in F1 only. Over the frames that both have, truth is whether the person's path, cut to these frames,
passes the line in either direction; the claim is the probability that at least one of the reported crossings
of this track in these frames happened, as they are reported, so that what is too improbable to be reported is
claimed to be impossible. Either direction, because two claims for one pair, of which one is trivially "no",
would only dilute the error. Pairs whose true and estimated path both stay more than 1.5 m from the line say
nothing and are left out. Ignored, as above, are pairs that pass only within 0.5 m of an end, or only within
1 s of the first or last frame measured. The expected calibration error is taken over ten equal bins.

What is not in it. The truth was put on the ground through the same calibration, and the lines are exact. A
probability that allows for errors of either would be too careful by just that much; the headline therefore
draws neither (the stricter choice: it makes claims bolder), and the figures as the product states them with
the survey's declared errors are printed beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from bench.reach import pets
from truceline.geometry.camera import pixel_from_site
from truceline.records.events import Crossing
from truceline.records.site import Calibration, Line
from truceline.records.tracks import Track

Array = NDArray[np.float64]

LINES = 50
SEED = 20171113
LENGTH_M = 12.0
BAND_M = 0.3
TOLERANCE_S = 1.0
END_M = 0.5
NEAR_M = 1.5
FOLLOWS_M = 1.0
LATE_FRAMES = range(301, pets.FRAMES + 1)
TUNING_FRAMES = range(1, 301)
BINS = 10
SURE = 0.95
REPORTED_AT = 0.5
_FAR = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What is measured against.

    Attributes:
        truth: (n, 5) as ``pets.truth`` gives it.
        calibration: Of the camera, to leave out what lies above the annotated part of the picture.
        template: A line whose sides, version and error the random ones take over.
        frames: Frames whose passages count.
    """

    truth: Array
    calibration: Calibration
    template: Line
    frames: range = LATE_FRAMES

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last instant measured."""
        return (self.frames.start - 1) / pets.RATE_HZ, (self.frames.stop - 2) / pets.RATE_HZ


CrossingsOf = Callable[[Line], Sequence[Crossing]]
"""All crossings of one line by all tracks: from whole tracks, or settled while they grow."""


@dataclass(frozen=True, slots=True)
class TimedPassage:
    """A passage: when (s), into which side, whose, and whether it is ignored."""

    at_s: float
    towards: int
    who: str
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One pair of a track and a line: what was claimed, and whether it was so."""

    line: int
    track_id: str
    person: int
    probability: float
    true: bool


@dataclass(frozen=True, slots=True)
class LinesFigures:
    """All lines pooled; passages with the number of their line."""

    matched: int
    missed: tuple[tuple[int, TimedPassage], ...]
    unfounded: tuple[tuple[int, TimedPassage], ...]
    claims: tuple[Claim, ...]

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN)."""
        return 2 * self.matched / (2 * self.matched + len(self.missed) + len(self.unfounded))

    @property
    def calibration_error(self) -> float:
        """Expected calibration error over ten equal bins."""
        said = np.array([one.probability for one in self.claims])
        true = np.array([one.true for one in self.claims], dtype=np.float64)
        bins = np.minimum((said * BINS).astype(int), BINS - 1)
        gaps = [abs(float(np.sum(said[bins == one] - true[bins == one]))) for one in range(BINS)]
        return sum(gaps) / len(self.claims)

    @property
    def confidently_wrong(self) -> tuple[Claim, ...]:
        """Claims above .95 that were false, or below .05 that were true."""
        return tuple(
            one
            for one in self.claims
            if (one.probability > SURE and not one.true) or (one.probability < 1 - SURE and one.true)
        )


def random_lines(truth: Array) -> list[Array]:
    """Vertices (2, 2) of the fifty lines; ``truth`` as ``pets.truth`` gives it."""
    generator = np.random.default_rng(SEED)
    low, high = np.quantile(truth[:, 2:4], [0.02, 0.98], axis=0)
    lines = []
    for _ in range(LINES):
        centre = generator.uniform(low, high)
        turn = generator.uniform(0.0, np.pi)
        half = LENGTH_M / 2 * np.array([np.cos(turn), np.sin(turn)])
        lines.append(np.stack([centre - half, centre + half]))
    return lines


def measure(tracks: Sequence[Track], crossings_of: CrossingsOf, *, scene: Scene) -> LinesFigures:
    """The protocol above over any tracks and any way of finding crossings.

    Args:
        tracks: What the claims are about; smoothed as far as their mode allows.
        crossings_of: Called once for each line; its crossings name these tracks.
        scene: Truth, calibration and frames.
    """
    followed = {track.track_id: follows(track, scene.truth, frames=scene.frames) for track in tracks}
    matched = 0
    missed: list[tuple[int, TimedPassage]] = []
    unfounded: list[tuple[int, TimedPassage]] = []
    claims: list[Claim] = []
    for number, vertices in enumerate(random_lines(scene.truth)):
        line = replace(scene.template, vertices_en_m=vertices)
        crossings = [one for one in crossings_of(line) if _is_annotated(one.place_en_m, scene.calibration)]
        score = _scored(_true_passages(vertices, scene), _reported(crossings, line=line), scene=scene)
        matched += score[0]
        missed += [(number, one) for one in score[1]]
        unfounded += [(number, one) for one in score[2]]
        for track in tracks:
            person = followed[track.track_id]
            if person is not None:
                own = [one for one in crossings if one.track_id == track.track_id]
                pair = _pair(track, person, vertices=vertices, scene=scene)
                claims += [] if pair is None else [pair.claim(own, line=number, vertices=vertices)]
    return LinesFigures(matched, tuple(missed), tuple(unfounded), tuple(claims))


def follows(track: Track, truth: Array, *, frames: range) -> int | None:
    """The person within ``FOLLOWS_M`` of whom a track is in more than half of its frames, or None."""
    numbers = frame_numbers(track)
    inside = (numbers >= frames.start) & (numbers < frames.stop)
    votes: dict[int, int] = {}
    for number, place in zip(numbers[inside], track.en_m[inside], strict=True):
        there = truth[truth[:, 0] == number]
        away = np.linalg.norm(there[:, 2:4] - place, axis=1)
        if len(away) and away.min() <= FOLLOWS_M:
            person = int(there[np.argmin(away), 1])
            votes[person] = votes.get(person, 0) + 1
    if not votes:
        return None
    person = max(votes, key=lambda one: (votes[one], -one))
    return person if 2 * votes[person] > int(np.sum(inside)) else None


def frame_numbers(track: Track) -> NDArray[np.int64]:
    """The annotation's frame numbers (n,) of a track's rows."""
    return np.round((track.utc_ns - pets.START_UTC_NS) / 1e9 * pets.RATE_HZ).astype(np.int64) + 1


def sign_changes(seconds: Array, path: Array, *, vertices: Array, who: str) -> list[TimedPassage]:
    """Passages of a straight line by one exact path (n, 2), with hysteresis and interpolated instants.

    Those that pass more than ``END_M`` beyond an end of the line are left out.
    """
    along = (vertices[1] - vertices[0]) / LENGTH_M
    distance = (path - vertices[0]) @ np.array([-along[1], along[0]])
    share_m = (path - vertices[0]) @ along
    found = []
    side = 0
    for row, value in enumerate(distance):
        now = 1 if value >= BAND_M else -1 if value <= -BAND_M else side
        if side not in (0, now):
            first = row
            while first > 0 and distance[first - 1] * now >= 0:
                first -= 1
            part = distance[first - 1] / (distance[first - 1] - distance[first])
            at_m = share_m[first - 1] + part * (share_m[first] - share_m[first - 1])
            from_end_m = min(at_m, LENGTH_M - at_m)
            if from_end_m >= -END_M:
                at_s = seconds[first - 1] + part * (seconds[first] - seconds[first - 1])
                found.append(TimedPassage(float(at_s), now, who, bool(from_end_m < END_M)))
        side = now
    return found


def _true_passages(vertices: Array, scene: Scene) -> list[TimedPassage]:
    """All annotated passages; those outside the frames are marked as ignored."""
    found: list[TimedPassage] = []
    for person in np.unique(scene.truth[:, 1]):
        path = scene.truth[scene.truth[:, 1] == person]
        found += sign_changes(
            (path[:, 0] - 1) / pets.RATE_HZ, path[:, 2:4], vertices=vertices, who=f"{person:.0f}"
        )
    return [replace(one, ignored=one.ignored or not _within(one.at_s, scene.span_s)) for one in found]


def _within(at_s: float, span_s: tuple[float, float]) -> bool:
    return span_s[0] <= at_s <= span_s[1]


def _reported(crossings: Sequence[Crossing], *, line: Line) -> list[TimedPassage]:
    found = []
    for crossing in crossings:
        towards = 1 if crossing.to_side == line.sides.left else -1
        if crossing.probability >= REPORTED_AT:
            found.append(TimedPassage(_seconds(crossing.crossed_utc_ns), towards, crossing.track_id))
        back_s = _back_over(crossing, line.vertices_en_m)
        if back_s is not None and crossing.probability * crossing.returned >= REPORTED_AT:
            found.append(TimedPassage(back_s, -towards, crossing.track_id))
    return found


def _back_over(crossing: Crossing, vertices: Array) -> float | None:
    """When a crossing led back over the line; None where it did not, or went round an end."""
    back, place = crossing.returned_utc_ns, crossing.returned_place_en_m
    if back is None or place is None:
        return None
    along = (vertices[1] - vertices[0]) / LENGTH_M
    over = 0 <= float((np.array(place) - vertices[0]) @ along) <= LENGTH_M
    return _seconds(back) if over else None


def _seconds(utc_ns: int) -> float:
    return (utc_ns - pets.START_UTC_NS) / 1e9


def _is_annotated(place_en_m: tuple[float, float], calibration: Calibration) -> bool:
    pixel = pixel_from_site(calibration, np.array([[*place_en_m, 0.0]]))
    return bool(pixel[0, 1] / pets.SHARE >= pets.UNANNOTATED_ABOVE_PX)


def _scored(
    truth: Sequence[TimedPassage], reported: Sequence[TimedPassage], *, scene: Scene
) -> tuple[int, list[TimedPassage], list[TimedPassage]]:
    """Matched, missed, unfounded: counted truth is matched first, the rest may fit ignored truth."""
    counted = [one for one in truth if not one.ignored]
    pairs = _pairs(counted, reported)
    taken = {column for _, column in pairs}
    rest = [one for column, one in enumerate(reported) if column not in taken]
    excused = {column for _, column in _pairs([one for one in truth if one.ignored], rest)}
    found = {row for row, _ in pairs}
    missed = [one for row, one in enumerate(counted) if row not in found]
    unfounded = [one for column, one in enumerate(rest) if column not in excused]
    return len(pairs), missed, [one for one in unfounded if _within(one.at_s, scene.span_s)]


def _pairs(truth: Sequence[TimedPassage], reported: Sequence[TimedPassage]) -> list[tuple[int, int]]:
    cost = np.full((len(truth), len(reported)), _FAR)
    for row, true in enumerate(truth):
        for column, said in enumerate(reported):
            apart_s = abs(true.at_s - said.at_s)
            if true.towards == said.towards and apart_s <= TOLERANCE_S:
                cost[row, column] = apart_s
    rows, columns = linear_sum_assignment(cost)
    both = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, column) for row, column in both if cost[row, column] < _FAR]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A track and the person it follows, near a line: the seconds that both have, and what was so in them."""

    track_id: str
    person: int
    span_s: tuple[float, float]
    true: bool

    def claim(self, crossings: Sequence[Crossing], *, line: int, vertices: Array) -> Claim:
        """What this track's crossings of the line with that number claim."""
        none = float(np.prod([1 - _within_span(one, self.span_s, vertices=vertices) for one in crossings]))
        return Claim(line, self.track_id, self.person, 1 - none, self.true)


def _pair(track: Track, person: int, *, vertices: Array, scene: Scene) -> _Pair | None:
    """The pair, or None where it says nothing."""
    whole = scene.truth[scene.truth[:, 1] == person]
    numbers = frame_numbers(track)
    first = max(scene.frames.start, int(whole[0, 0]), int(numbers[0]))
    last = min(scene.frames.stop - 1, int(whole[-1, 0]), int(numbers[-1]))
    path = whole[(whole[:, 0] >= first) & (whole[:, 0] <= last)]
    estimated = track.en_m[(numbers >= first) & (numbers <= last)]
    if min(_segment_distance_m(path[:, 2:4], vertices), _segment_distance_m(estimated, vertices)) > NEAR_M:
        return None
    passages, around = (
        sign_changes((one[:, 0] - 1) / pets.RATE_HZ, one[:, 2:4], vertices=vertices, who=str(person))
        for one in (path, whole)
    )
    counted = [one for one in passages if not one.ignored and not _at_edge(one.at_s, scene.span_s)]
    if not counted and (passages or any(_at_edge(one.at_s, scene.span_s) for one in around)):
        return None
    span_s = ((first - 1) / pets.RATE_HZ, (last - 1) / pets.RATE_HZ)
    return _Pair(track.track_id, person, span_s, bool(counted))


def _at_edge(at_s: float, span_s: tuple[float, float]) -> bool:
    return min(abs(at_s - span_s[0]), abs(at_s - span_s[1])) <= TOLERANCE_S


def _within_span(crossing: Crossing, span: tuple[float, float], *, vertices: Array) -> float:
    """Probability that this crossing, or its return over the line, happened within a span of seconds."""
    if span[0] <= _seconds(crossing.crossed_utc_ns) <= span[1]:
        return crossing.probability
    back_s = _back_over(crossing, vertices)
    if back_s is not None and span[0] <= back_s <= span[1]:
        return crossing.probability * crossing.returned
    return 0.0


def _segment_distance_m(points: Array, vertices: Array) -> float:
    along = vertices[1] - vertices[0]
    share = np.clip((points - vertices[0]) @ along / (along @ along), 0.0, 1.0)
    away = points - vertices[0] - share[:, None] * along
    return float(np.min(np.linalg.norm(away, axis=1), initial=np.inf))
