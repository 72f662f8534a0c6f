"""Over gaps: who of those seen before is the one that is seen now, and who else it could be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.world.likeness import Differ, kinds_odds, likeness
from truceline.world.linking.border import OutOfSight, out_of_sight
from truceline.world.linking.choices import pairing_probabilities
from truceline.world.linking.ends import End, Passage, ends_of, gait_of, passage, rewound, stays_after
from truceline.world.linking.meetings import Group
from truceline.world.sightings import Trace
from truceline.world.views import Eyes

Array = NDArray[np.float64]

UNKNOWN_PER_M2 = 1e-3
"""Somebody not seen before, where people come into sight: one on 30 m by 30 m."""
UNKNOWN_IN_SIGHT_PER_M2 = 2e-4
"""The same in the middle of ground that was watched all the time: he was overlooked until now."""
UNKNOWN_BY_VEHICLE_PER_M2 = 0.02
"""The same beside a vehicle: who gets out stands on the 50 m² around it."""
BESIDE_M = 4.0
LOST = 0.3
"""How often one who is lost is not seen again, in comparison with that he is."""
EDGE_S = 2.0
"""Who would leave the watched ground within this time is at its edge."""
MISSED_AGAIN = 0.1
"""How often one who is still there and in sight is not found again."""
WITH_HIM_M = 2.5
LONG_S = 5.0
"""Over longer gaps it is asked what lay out of sight."""
UNSEEN_S = 10.0
"""In this time a second person can come 20 m, and the first one go, unseen; in less both would have run."""
COVERED = 0.8
"""A border that is watched less than this could have been passed unseen."""
MOST_OPEN = 0.6
"""Where a second person could have entered, and somebody appears elsewhere, nobody is surer than this."""
MOST_OPEN_IN_PLACE = 0.95
"""The same where somebody lies or stands where one lay or stood: another would have had to take his place."""
MOST = 0.999
LINKED = 0.5
OVERLAP_S = 3.0
"""One camera may see somebody so long before the other loses him: too short to compare paths."""
CANDIDATES = 6
ASKED, HARDLY_M = 40, 3.0
"""So many ends are asked closely for each beginning; places are known to some metres at worst."""
LEAST_SHARE = 1e-3
"""Who is so much less likely than the likeliest is no candidate."""
NEGLIGIBLE = 1e-4


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who could be the one that is seen now.

    Attributes:
        group: Index of the group that he was last seen in.
        probability: That it is he.
        out: What lay out of sight in between; None over a short gap.
    """

    group: int
    probability: float
    passage: Passage
    out: OutOfSight | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a group begins: who it could be, the likeliest first; the rest is somebody new."""

    group: int
    candidates: tuple[Candidate, ...]

    @property
    def before(self) -> Candidate | None:
        """The one that it is taken for, if it is likelier than not."""
        if self.candidates and self.candidates[0].probability >= LINKED:
            return self.candidates[0]
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What gaps are judged by."""

    traces: Sequence[Trace]
    eyes: Eyes
    differ: Differ


def beginnings_of(groups: Sequence[Group], ground: Ground) -> tuple[Beginning, ...]:
    """For each group in order, who it goes on with.

    1. Every end within reach before a beginning is weighed against somebody new: place, kind, posture, and
       whether he would have been seen on the way.
    2. Over a long gap the ground out of sight between both is found. Where its border was watched, somebody
       new is unlikely and who went in is still there; where it was not, nobody is sure.
    3. Ends and beginnings are paired, each once, all at a time.
    """
    ends = [_ends(group, ground) for group in groups]
    weights = np.zeros((len(groups), len(groups)))
    found: dict[tuple[int, int], tuple[Passage, OutOfSight | None]] = {}
    for column, (start, _) in enumerate(ends):
        new = _new_density(start, ground, beside=_beside_vehicle(start, ground))
        for row, end, first in _rough(column, ends, ground=ground):
            # (2)
            passed, out, weight = _weighed(end, start, ground=ground, first=first, new=new)
            weights[row, column] = weight
            found[row, column] = (passed, out)
    # (3)
    chances = pairing_probabilities(weights)
    return tuple(
        Beginning(column, _candidates(column, chances=chances, found=found, ends=ends))
        for column in range(len(groups))
    )


def _ends(group: Group, ground: Ground) -> tuple[End, End]:
    """A group's ends; who lies with others beside him may be moved by them."""
    start, end = ends_of(group, ground.traces)
    own = {ground.traces[one.trace].name for one in group.members}
    beside = any(
        one.name not in own and _apart_m(one, end.place_en_m, at_s=end.at_s) <= WITH_HIM_M
        for one in ground.traces
        if not one.is_vehicle
    )
    return start, replace(end, has_company=beside)


def _apart_m(trace: Trace, place_en_m: Array, *, at_s: float) -> float:
    """Way from a trace to a place at a time; infinite where it was not known then."""
    if not trace.seconds[0] <= at_s <= trace.seconds[-1]:
        return np.inf
    rows = trace.at(np.array([at_s]))
    return float(np.linalg.norm(rows.positions[0] - place_en_m)) if rows.known[0] else np.inf


def _rough(column: int, ends: Sequence[tuple[End, End]], *, ground: Ground) -> list[tuple[int, End, Passage]]:
    """(1) Ends within reach of a beginning, the likeliest first."""
    start = ends[column][0]
    found = []
    for row in _nearest(column, ends):
        end = ends[row][1]
        if not _may_go_on(end, start, differ=ground.differ):
            continue
        left = rewound(end, start.at_s)
        passed = passage(left, start, differ=ground.differ)
        if passed.density > 0:
            found.append((row, left, passed))
    found.sort(key=lambda one: (-one[2].density, one[0]))
    return [one for one in found[:CANDIDATES] if one[2].density >= LEAST_SHARE * found[0][2].density]


def _nearest(column: int, ends: Sequence[tuple[End, End]]) -> list[int]:
    """The ends of groups that began before a beginning, nearest first by what one wanders in between."""
    start = ends[column][0]
    rows = [row for row, (began, _) in enumerate(ends) if began.at_s < start.at_s and row != column]
    if not rows:
        return []
    gaps_s = np.maximum(start.at_s - np.array([ends[row][1].at_s for row in rows]), 0.0)
    apart_m = np.linalg.norm(np.array([ends[row][1].place_en_m for row in rows]) - start.place_en_m, axis=1)
    gait = gait_of(start)
    wandered_m = HARDLY_M + 2 * gait.speed_mps * np.sqrt(gait.memory_s * gaps_s)
    cost = (apart_m / wandered_m) ** 2 / 2 + 2 * np.log(wandered_m)
    return [rows[place] for place in np.argsort(cost, kind="stable")[:ASKED]]


def _may_go_on(end: End, start: End, *, differ: Differ) -> bool:
    """Whether an end lies before a beginning; where both share some time, they must not differ then."""
    over_s = end.at_s - start.at_s
    if over_s <= 0:
        return True
    if end.trace.camera_id == start.trace.camera_id:
        return False
    if over_s > OVERLAP_S + differ.clock_sigma_s(end.trace, start.trace):
        return False
    return likeness(end.trace, start.trace, differ=differ).log_odds >= 0


def _weighed(
    end: End, start: End, *, ground: Ground, first: Passage, new: float
) -> tuple[Passage, OutOfSight | None, float]:
    """(2) The passage with what lay out of sight, and how many times likelier it is than somebody new."""
    out, passed = None, first
    if first.gap_s > LONG_S:
        out = out_of_sight(
            end.place_en_m,
            start.place_en_m,
            during_s=(end.at_s, max(start.at_s, end.at_s + 1.0)),
            eyes=ground.eyes,
        )
        if out.coverage >= COVERED:
            confined_m2 = out.area_m2 if out.is_one else None
            passed = passage(end, start, differ=ground.differ, confined_m2=confined_m2)
            # However well a border is watched, somebody may have been overlooked within it.
            new = max(new * (1.0 - out.coverage), min(new, UNKNOWN_IN_SIGHT_PER_M2))
    likely = passed.density * kinds_odds(end.trace, start.trace) * _postures(end, start, gap_s=passed.gap_s)
    likely *= _unnoticed(end, start, passed=passed, ground=ground)
    return passed, out, likely / (_lost(end, gap_s=passed.gap_s, ground=ground) * new)


def _lost(end: End, *, gap_s: float, ground: Ground) -> float:
    """The chance that somebody is not seen again; who lies in sight is, unless he has gone."""
    again = ground.eyes.covered(end.place_en_m[None], seconds=np.array([end.at_s + gap_s + 1.0]))[0]
    stays = stays_after(end, gap_s) if again > 0 else 0.0
    return (1.0 - stays) * LOST + stays * MISSED_AGAIN


def _postures(end: End, start: End, *, gap_s: float) -> float:
    """Who lies mostly lies on; who stands mostly stands on; the longer the gap, the less that says."""
    kept = 0.5 + 0.45 * float(np.exp(-gap_s / 120.0))
    if (end.is_low and start.is_low) or (end.is_upright and start.is_upright):
        return 2 * kept
    if (end.is_low and start.is_upright) or (end.is_upright and start.is_low):
        return 2 * (1 - kept)
    return 1.0


def _unnoticed(end: End, start: End, *, passed: Passage, ground: Ground) -> float:
    """The chance that nobody noticed him on the straight way, where cameras watched it."""
    if passed.stays > LINKED or passed.gap_s <= 0:
        return 1.0
    shares = np.linspace(0.0, 1.0, 12)[1:-1]
    places = end.place_en_m + shares[:, None] * (start.place_en_m - end.place_en_m)
    seconds = end.at_s + shares * passed.gap_s
    seen = np.zeros(len(shares), dtype=np.bool_)
    watching = ground.eyes.watching(seconds)
    for name, where in ground.eyes.seen_where(places).items():
        seen |= where & watching[name]
    seen_s = float(seen.mean()) * passed.gap_s
    return max(float(np.exp(-seen_s / 2.0)), 0.02)


def _new_density(start: End, ground: Ground, *, beside: bool) -> float:
    """Density of somebody not seen before at a beginning, 1/m^2."""
    if beside:
        return UNKNOWN_BY_VEHICLE_PER_M2
    came_from = start.place_en_m - start.velocity_mps * EDGE_S
    # Who stands may have come from any side; the sides turn with the site.
    eye = ground.eyes.views[start.trace.camera_id].camera.calibration.position_enu_m[:2]
    away = (start.place_en_m - eye) / max(float(np.linalg.norm(start.place_en_m - eye)), 1e-9)
    across = np.array([-away[1], away[0]])
    around = came_from + EDGE_S * np.array([away, -away, across, -across, np.zeros(2)])
    before_s = np.array([start.at_s - 1.0])
    covered = ground.eyes.covered(around, seconds=before_s)
    return UNKNOWN_IN_SIGHT_PER_M2 if bool(np.all(covered > 0)) else UNKNOWN_PER_M2


def _beside_vehicle(start: End, ground: Ground) -> bool:
    for one in ground.traces:
        if not one.is_vehicle or one is start.trace:
            continue
        if _apart_m(one, start.place_en_m, at_s=start.at_s) <= BESIDE_M:
            return True
    return False


def _candidates(
    column: int,
    *,
    chances: Array,
    found: dict[tuple[int, int], tuple[Passage, OutOfSight | None]],
    ends: Sequence[tuple[End, End]],
) -> tuple[Candidate, ...]:
    kept = []
    for row in range(len(ends)):
        if (row, column) not in found or chances[row, column] < NEGLIGIBLE:
            continue
        passed, out = found[row, column]
        chance = min(float(chances[row, column]), most_sure(passed, out))
        kept.append(Candidate(row, chance, passed, out))
    return tuple(sorted(kept, key=lambda one: (-one.probability, one.group)))


def most_sure(passed: Passage, out: OutOfSight | None) -> float:
    """How sure anybody may be at most of a passage, whatever the weights say."""
    if out is None or out.coverage >= COVERED or passed.gap_s <= UNSEEN_S:
        return MOST
    return MOST_OPEN_IN_PLACE if passed.in_place else MOST_OPEN
