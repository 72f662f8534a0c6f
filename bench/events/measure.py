"""How well activities are told: per kind recall, precision, errors of time and place, and reliability."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import numpy as np

from bench.events.ideal import IdealWorld, ground_of, ideal_subjects
from bench.events.truth import TrueActivity, true_activities
from truceline.events.activities.calibration import LINES
from truceline.events.activities.finding import find_activities
from truceline.records.activities import Activity, ActivityKind
from truceline.records.time import NS_PER_S
from truceline.simulate.model.scenario import Play
from truceline.simulate.scenario.load import load_scenario
from truceline.simulate.scenario.shipped import shipped_scenarios
from truceline.simulate.scenario.variants import variant
from truceline.simulate.staging.play import play

CLAIMED = 0.5
SLACK_S = 2.0
"""A report that is off by more is of something else."""
FORBIDDEN = range(1000, 1060)
"""Reporting seeds: nothing is looked at on them while anything may still be changed."""
BINS = 10
ALSO = {(ActivityKind.PRONE, ActivityKind.CRAWLING)}
"""By the vocabulary who crawls is prone as well: to say so is right."""
KMH_PER_MPS = 3.6


@dataclass(slots=True)
class Tally:
    """What was counted of one kind.

    Attributes:
        asked: True activities that could be told; ``found`` of them.
        claimed: Reports with an even chance or more; ``right`` of them.
        late_s: Errors of the instant, ``off_m`` of the place, of those found.
        stated: (probability, whether right) of every report.
        speeds: (error, m/s, whether the truth lies in the stated interval) of speeds.
    """

    asked: int = 0
    found: int = 0
    claimed: int = 0
    right: int = 0
    late_s: list[float] = field(default_factory=list)
    off_m: list[float] = field(default_factory=list)
    stated: list[tuple[float, bool]] = field(default_factory=list)
    speeds: list[tuple[float, bool]] = field(default_factory=list)


Tallies = dict[ActivityKind, Tally]


@dataclass(frozen=True, slots=True)
class Case:
    """One play of a scenario."""

    scenario: str
    seed: int
    short: bool

    def play(self) -> Play:
        """The scenario played."""
        text = shipped_scenarios()[self.scenario]
        if self.short:
            return play(variant(text, where=self.scenario, seed=self.seed))
        return play(load_scenario(text, where=self.scenario, seed=self.seed))


def measure(cases: Iterable[Case], *, tallies: Tallies, complain: bool = False, raw: bool = False) -> None:
    """Count everything of the cases into the tallies.

    Args:
        cases: What is played.
        tallies: What is added to.
        complain: Say what was missed and what was invented.
        raw: Count probabilities as they are before calibration: what a calibration is fitted on.

    Raises:
        ValueError: A case has a reporting seed.
    """
    for case in cases:
        if case.seed in FORBIDDEN:
            raise ValueError(f"seed {case.seed} is for reporting")
        played = case.play()
        world = ideal_subjects(played, seed=case.seed)
        with uncalibrated() if raw else nullcontext():
            count(played, world, tallies=tallies, label=f"{case.scenario} {case.seed}" if complain else None)


@contextmanager
def uncalibrated() -> Iterator[None]:
    """While it lasts, activities are stated with their raw probabilities."""
    kept = dict(LINES)
    LINES.clear()
    try:
        yield
    finally:
        LINES.update(kept)


def count(played: Play, world: IdealWorld, *, tallies: Tallies, label: str | None) -> None:
    """Count what is told of one world against what happened in its play."""
    true = true_activities(played, world)
    found = find_activities(world.subjects, ground_of(played))
    start_ns = played.setting.start_utc_ns
    for one in true:
        if one.decidable:
            own = [
                two
                for two in found
                if two.kind is one.kind and _same(two, one, world=world, start_ns=start_ns)
            ]
            _count_true(one, own, start_ns=start_ns, tally=tallies.setdefault(one.kind, Tally()), label=label)
    for activity in found:
        match = [
            one
            for one in true
            if one.kind is activity.kind or (activity.kind, one.kind) in ALSO
            if _same(activity, one, world=world, start_ns=start_ns)
        ]
        tally = tallies.setdefault(activity.kind, Tally())
        tally.stated.append((activity.probability, bool(match)))
        if activity.probability >= CLAIMED:
            tally.claimed += 1
            tally.right += bool(match)
            if match and activity.kind is ActivityKind.SPEEDING:
                tally.speeds.append(_speed_error(activity, played, world=world))
            if label is not None and not match:
                print(f"invented  {label}: {described(activity, world, start_ns=start_ns)}")


def _speed_error(activity: Activity, played: Play, *, world: IdealWorld) -> tuple[float, bool]:
    """Error of a stated mean speed, m/s, and whether the truth lies in its 95 % interval."""
    name = world.actor_of[activity.parts[0].subject_id]
    performance = next(one for one in played.performances if one.actor.actor_id == name)
    start_ns = played.setting.start_utc_ns
    span = (activity.span.start_utc_ns - start_ns, activity.span.end_utc_ns - start_ns)
    inside = (performance.at_s >= span[0] / NS_PER_S) & (performance.at_s <= span[1] / NS_PER_S)
    true_mps = float(np.abs(performance.speed_mps[inside]).mean())
    stated = activity.measure("speed")
    if stated is None:
        raise ValueError("a speeding without a speed")
    return stated.value - true_mps, stated.low <= true_mps <= stated.high


def _count_true(
    one: TrueActivity, own: Sequence[Activity], *, start_ns: int, tally: Tally, label: str | None
) -> None:
    """Count whether something that could be told was told, by the reports of it."""
    tally.asked += 1
    sure = [activity for activity in own if activity.probability >= CLAIMED]
    if not sure:
        if label is not None:
            best = max((activity.probability for activity in own), default=0.0)
            print(
                f"missed    {label}: {one.kind.value} of {one.actor_ids[0]} at {one.at_s:.1f} s "
                f"(seen {one.seen_s:.1f} s, best p {best:.2f})"
            )
        return
    tally.found += 1
    first = min(sure, key=lambda activity: abs((activity.at_utc_ns - start_ns) / NS_PER_S - one.at_s))
    tally.late_s.append((first.at_utc_ns - start_ns) / NS_PER_S - one.at_s)
    # A gathering has no one place: any of its members may be named.
    if first.place_en_m is not None and one.kind is not ActivityKind.GATHERING:
        tally.off_m.append(float(np.hypot(*np.subtract(first.place_en_m, one.place_en_m))))


def _same(activity: Activity, one: TrueActivity, *, world: IdealWorld, start_ns: int) -> bool:
    """Whether a report is of the same one at the same time, whatever it says that was done."""
    begin = (activity.span.start_utc_ns - start_ns) / NS_PER_S
    end = (activity.span.end_utc_ns - start_ns) / NS_PER_S
    overlaps = begin <= one.end_s + SLACK_S and end >= one.start_s - SLACK_S
    if activity.kind is ActivityKind.GATHERING:
        return overlaps
    named = world.actor_of[activity.parts[0].subject_id] if activity.parts else ""
    return overlaps and named == one.actor_ids[0]


def described(activity: Activity, world: IdealWorld, *, start_ns: int) -> str:
    """One line for people."""
    who = ", ".join(f"{part.role} {world.actor_of[part.subject_id]}" for part in activity.parts[:3])
    at_s = (activity.at_utc_ns - start_ns) / NS_PER_S
    return f"{activity.kind} p {activity.probability:.2f} at {at_s:.1f} s: {who} | {'; '.join(activity.cues)}"


def calibration_error(stated: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten equal bins of probability."""
    if not stated:
        return float("nan")
    probability = np.array([one[0] for one in stated])
    right = np.array([one[1] for one in stated], dtype=np.float64)
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    error = 0.0
    for index in range(BINS):
        inside = bins == index
        if inside.any():
            error += abs(float(probability[inside].mean() - right[inside].mean())) * float(inside.mean())
    return error


def table(tallies: Tallies) -> str:
    """One Markdown row a kind."""
    lines = [
        "| kind | asked | recall | claimed | precision | time error, s: 50 %, 90 % | place error, m | ECE |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in ActivityKind:
        tally = tallies.get(kind)
        if tally is None:
            continue
        late = np.abs(tally.late_s) if tally.late_s else np.array([np.nan])
        off = float(np.median(tally.off_m)) if tally.off_m else float("nan")
        lines.append(
            f"| {kind.value} | {tally.asked} | {_share(tally.found, tally.asked)} | {tally.claimed} "
            f"| {_share(tally.right, tally.claimed)} | {np.median(late):.2f}, {np.quantile(late, 0.9):.2f} "
            f"| {off:.2f} | {calibration_error(tally.stated):.3f} |"
        )
    speeds = [one for tally in tallies.values() for one in tally.speeds]
    if speeds:
        off_kmh = np.abs([one[0] for one in speeds]) * KMH_PER_MPS
        inside = sum(one[1] for one in speeds) / len(speeds)
        lines.append(
            f"| speeds | {len(speeds)} | | | | | {np.median(off_kmh):.1f} km/h | {inside:.2f} inside |"
        )
    everything = [one for tally in tallies.values() for one in tally.stated]
    lines.append(f"| all | | | {len(everything)} | | | | {calibration_error(everything):.3f} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "–"
