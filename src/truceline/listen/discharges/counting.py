"""Counting: impulses that belong together become one discharge or one series, with a count as an interval."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from truceline.records.sounds import Count, CrackBlast, DischargeHeard, Impulse, Rhythm, SoundCoding

TOGETHER_S: Final = 2.0
"""Longer pauses part two happenings."""
CONSIDERED: Final = 0.15
"""Impulses less probable than this are no part of any happening."""
COUNTED: Final = 0.5
CERTAIN: Final = 0.8
EVEN_SHARE: Final = 0.12
"""Of the mean interval: what is steadier is even. Hands and people are not."""
FEWEST_EVEN: Final = 4
SHOCK_S: Final = 0.008
"""An impulse so near to a shock wave is that shock wave."""


def groups_of(impulses: Sequence[Impulse]) -> Iterator[tuple[Impulse, ...]]:
    """Impulses worth considering, parted where nothing came for ``TOGETHER_S``."""
    group: list[Impulse] = []
    for one in impulses:
        if one.probability < CONSIDERED:
            continue
        if group and one.at_s - group[-1].at_s > TOGETHER_S:
            yield tuple(group)
            group = []
        group.append(one)
    if group:
        yield tuple(group)


def straight(pairs: Sequence[CrackBlast], group: Sequence[Impulse]) -> tuple[CrackBlast, ...]:
    """The pairs with no other impulse between shock wave and blast: else the blast is an echo of that one."""
    return tuple(
        pair
        for pair in pairs
        if not any(pair.crack_s + SHOCK_S < one.at_s < pair.blast_s - SHOCK_S for one in group)
    )


def discharge_of(
    group: Sequence[Impulse], *, coding: SoundCoding, cracks: Sequence[CrackBlast]
) -> DischargeHeard:
    """One happening out of the impulses that belong together.

    A discharge whose shock wave is heard by itself gives two impulses. Where the coding keeps them apart the
    shock wave is not counted; where it does not, the low count allows for each having been heard twice.
    """
    shocks = [pair.crack_s for pair in cracks]
    booms = {pair.blast_s for pair in cracks}
    blasts = [
        one
        for one in group
        if one.at_s in booms or not any(abs(one.at_s - at_s) <= SHOCK_S for at_s in shocks)
    ] or [*group]
    crack = cracks[0] if cracks else None
    firsthand = [one for one in blasts if one.echo_of_s is None]
    counted = [one for one in firsthand if one.probability >= COUNTED]
    if not counted:
        counted = [max(blasts, key=lambda one: one.probability)]
    certain = sum(one.probability >= CERTAIN for one in firsthand)
    if not coding.keeps_cracks:
        certain = -(-certain // 2)
    times = tuple(one.at_s for one in counted)
    rhythm, interval_s = rhythm_of(times)
    return DischargeHeard(
        times_s=times,
        doubtful_s=tuple(one.at_s for one in blasts if one not in counted),
        count=Count(min(certain, len(times)), len(times), max(len(blasts), len(times))),
        probability=max(one.probability for one in group),
        rhythm=rhythm,
        interval_s=interval_s,
        crack=crack,
        rests_on=_rests_on(group, crack),
        not_possible=_not_possible(coding),
    )


def rhythm_of(times_s: Sequence[float]) -> tuple[Rhythm, float | None]:
    """How impulses follow one another, and the median interval, None for a single one."""
    steps = np.diff(np.asarray(times_s))
    if len(steps) == 0:
        return Rhythm.SINGLE, None
    even = len(steps) + 1 >= FEWEST_EVEN and float(np.std(steps)) < EVEN_SHARE * float(np.mean(steps))
    return Rhythm.EVEN_SERIES if even else Rhythm.SERIES, float(np.median(steps))


def _rests_on(group: Sequence[Impulse], crack: CrackBlast | None) -> tuple[str, ...]:
    best = max(group, key=lambda one: one.probability)
    echoes = sum(one.echo_of_s is not None for one in group)
    impulses = "1 impulse, which" if len(group) == 1 else f"{len(group)} impulses, the most probable of which"
    said = [f"{impulses} stands {best.above_db:.0f} dB above the quieter fifth of the seconds about it"]
    if echoes:
        said.append(f"{echoes} of them may be echoes: weaker, later, alike; not in the best count")
    if crack is not None:
        said.append(f"a shock wave {1e3 * (crack.blast_s - crack.crack_s):.0f} ms before a blast")
    return tuple(said)


def _not_possible(coding: SoundCoding) -> tuple[str, ...]:
    said = ["whether two discharges came within 35 ms of one another: they are heard as one"]
    if not coding.keeps_cracks:
        said.append(
            f"crack and blast apart with this sound ({coding.codec}, {coding.rate_hz} Hz): that needs "
            "uncompressed sound of 44.1 kHz or more. One discharge may have been heard twice"
        )
    return tuple(said)
