"""What a scan says on a terminal."""

from collections.abc import Sequence

from truceline.present.counts import LIKELY, is_likely
from truceline.present.quantities import clock, plural, plus_minus, probability
from truceline.records.events import Crossing
from truceline.records.runs import Run


def found_words(crossings: Sequence[Crossing]) -> list[str]:
    """Lines on crossings, in their order: the likely ones, and how many there are besides."""
    likely = [one for one in crossings if is_likely(one)]
    lines = [f"found  {crossing_words(one)}" for one in likely]
    less = len(crossings) - len(likely)
    if less:
        lines.append(f"found  {plural(less, 'less probable crossing')}, P below {LIKELY}: see the table")
    return lines


def crossing_words(crossing: Crossing) -> str:
    """One crossing in one line: when, which way, how deep, how surely."""
    return (
        f"{clock(crossing.crossed_utc_ns)} UTC ± {crossing.time_bound_s:.1f} s  "
        f"{crossing.from_side} → {crossing.to_side}  "
        f"{plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit='m')} deep  "
        f"P {probability(crossing.probability)}"
    )


def scanned(runs: Sequence[Run]) -> str:
    """One sentence on what was scanned."""
    frames, tracks = sum(run.frames for run in runs), sum(len(run.tracks) for run in runs)
    return f"{plural(len(runs), 'recording')}, {plural(frames, 'frame')}, {plural(tracks, 'track')}"
