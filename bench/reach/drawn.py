"""Drawn incidents of several seeds: the right candidates, and depths inside their stated intervals.

Protocol. Each seed draws another patrol, guard, visitor, light, calibration error and line error. The scan
sees footage, note and site. A seed is right when there is exactly one candidate, it is the guard's crossing
and return, and the visitor's crossing is recorded under the permit. The depth is inside when the true depth
lies in the stated 95 % interval; over many seeds about one in twenty must lie outside even for a perfect
analysis. The time beyond the line is compared in the same way.
"""

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.reach.footage import drawn_folder
from truceline.pipeline.drawn import CLIP
from truceline.pipeline.progress import silent
from truceline.pipeline.scan import ScanOrder, scan

DEMO_SEED = 7
SEEDS = range(20)


@dataclass(frozen=True, slots=True)
class DrawnResult:
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
def measured(seed: int) -> DrawnResult:
    """Scan one drawn incident and compare with its truth."""
    folder = drawn_folder(seed)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    guard = next(one for one in truth["crossings"] if one["role"] == "guard")
    with tempfile.TemporaryDirectory() as scratch:
        order = ScanOrder(folder / "site", (folder / CLIP,), Path(scratch) / "station")
        run = scan(order, progress=silent, notice=lambda _: None).runs[0]
    candidates = [one for one in run.judgements if one.is_candidate]
    events = {one.event_id: one for one in run.crossings}
    permitted = [events[one.event_id] for one in run.judgements if one.permit_id]
    if len(candidates) != 1:
        return DrawnResult(seed, right=False)
    crossing = events[candidates[0].event_id]
    right = (
        crossing.to_side == guard["to_side"]
        and crossing.returned_utc_ns is not None
        and any(one.to_side != guard["to_side"] for one in permitted)
    )
    depth, dwell = crossing.depth_m, crossing.dwell_s
    return DrawnResult(
        seed=seed,
        right=right,
        depth_z=(depth.value - guard["depth_m"]) / depth.sigma,
        inside=depth.low <= guard["depth_m"] <= depth.high,
        dwell_error_s=float("nan") if dwell is None else dwell.value - guard["dwell_s"],
        dwell_inside=dwell is not None and dwell.low <= guard["dwell_s"] <= dwell.high,
    )
