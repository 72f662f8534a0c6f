"""A guard and a visitor, simulated with many seeds: right candidates, depths inside their stated intervals.

Protocol. The shipped scenario ``guard-and-visitor``: 25 s of one camera on the line. Each seed draws other
paths, clothes, weather, calibration and line errors. The scan sees footage, notes and site. A seed is right
when there is exactly one candidate, it is the guard's crossing and return, and the visitor's crossing is
recorded under the permit. The depth is inside when the true depth lies in the stated 95 % interval; over
many seeds about one in twenty must lie outside even for a perfect analysis. The time beyond the line is
compared in the same way.
"""

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.reach.footage import simulated
from truceline.pipeline.progress import silent, unheard
from truceline.pipeline.scan import ScanOrder, scan

SCENARIO = "guard-and-visitor"
FIRST_SEED = 7
SEEDS = range(20)


@dataclass(frozen=True, slots=True)
class SeedResult:
    """One seed: whether candidates are right, and the errors of depth and dwell.

    Attributes:
        depth_z: Error of the depth, in its stated standard deviations; ``inside`` its 95 % interval or not.
        dwell_error_s: Measured minus true time beyond the line, s; ``dwell_inside`` its interval or not.
    """

    seed: int
    right: bool
    depth_z: float = float("nan")
    inside: bool = False
    dwell_error_s: float = float("nan")
    dwell_inside: bool = False


@cache
def measured(seed: int) -> SeedResult:
    """Scan one simulation and compare with its truth."""
    made = simulated(SCENARIO, seed=seed)
    guard = _true_crossing(made.out / "truth", "guard")
    with tempfile.TemporaryDirectory() as scratch:
        order = ScanOrder(made.site, made.recordings, Path(scratch) / "station")
        run = scan(order, progress=silent, notice=unheard).runs[0]
    candidates = [one for one in run.judgements if one.is_candidate]
    events = {one.event_id: one for one in run.crossings}
    permitted = [events[one.event_id] for one in run.judgements if one.permit_id]
    if len(candidates) != 1:
        return SeedResult(seed, right=False)
    crossing = events[candidates[0].event_id]
    right = (
        crossing.to_side == guard["towards"]
        and crossing.returned_utc_ns is not None
        and any(one.to_side != guard["towards"] for one in permitted)
    )
    depth, dwell = crossing.depth_m, crossing.dwell_s
    true_dwell_s = guard["end_s"] - guard["start_s"]
    return SeedResult(
        seed=seed,
        right=right,
        depth_z=(depth.value - guard["depth_m"]) / depth.sigma,
        inside=depth.low <= guard["depth_m"] <= depth.high,
        dwell_error_s=float("nan") if dwell is None else dwell.value - true_dwell_s,
        dwell_inside=dwell is not None and dwell.low <= true_dwell_s <= dwell.high,
    )


def _true_crossing(truth: Path, actor_id: str) -> dict[str, Any]:
    events = [json.loads(line) for line in (truth / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    (found,) = [one for one in events if one["kind"] == "crossed" and one["actors"] == [actor_id]]
    return dict(found)
