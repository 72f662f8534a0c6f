"""Fit the model of impulses: ``python -m bench.listen.fit [--scenes N] [--wide N] [--check N] [--write]``.

1. Scenes 0 to N−1, and as many of the wider kind from ``WIDE_FROM`` on as are asked for, are simulated and
   listened to; each onset is a discharge or is none.
2. A logistic regression with a ridge is fitted by Newton's method. A scene with many impulses counts as the
   square root of as many; bangs count less than what sounds all day, and blasts that are no discharge less
   still (``WEIGHTS``): there are fewer of them in the world than here.
3. The rarity is set on other scenes (from ``CHECK_FROM`` on, of sounds that the fit has not met, and those of
   the fit by models fitted without them): the least one with at most ``FALSE_PER_H`` impulses of p ≥ 0.5 in
   an hour of sounds that go on for hours.
4. Rows of what that gives, by kind of sound, are printed; ``--write`` replaces the coefficients.

No recording takes part in any of this. The open clips were run once with the coefficients frozen.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.listen.gather import DISCHARGE, LEFT_OUT, OTHER, Gathered, gathered, joined
from bench.listen.scenes import CHECK_FROM, WIDE_FROM
from bench.reach.footage import REPOSITORY
from truceline.listen.discharges.counting import COUNTED
from truceline.listen.impulses.features import NAMES
from truceline.listen.impulses.model import CLIP, FILE, Model, terms_of
from truceline.simulate.sound.catalogue import SHOT

Array = NDArray[np.float64]

SCENES, WIDE, CHECKED = 3_000, 600, 1_200
RIDGE: Final = 80.0
STEPS: Final = 40
STILL: Final = 1e-8
FALSE_PER_H: Final = 2.0
FOLDS: Final = 4
LASTING: Final = frozenset(
    {
        "clicks",
        "strokes",
        "motor",
        "cry",
        "surf",
        "music",
        "bird",
        "dog",
        "horn",
        "whistle",
        "halyard",
        "voice",
    }
    | {"voices", "shout", "loudspeaker", "idling engine", "rain"}
)
"""What can fill hours: tools, engines, animals, voices, weather, music."""
BLASTS: Final = frozenset(
    {"backfire", "bag-pop", "bird-scarer", "firecracker", "firecrackers", "firework", "loudspeaker-bangs"}
)
"""Blasts that are no discharge: one microphone can hardly tell them from one."""
WEIGHTS: Final = {"lasting": 1.0, "bang": 0.5, "blast": 0.2}
TARGET: Final = REPOSITORY / "src/truceline/listen/impulses" / FILE


def fitted(learnt: Gathered) -> Model:
    """The model of labelled impulses, without rarity."""
    known = learnt.label >= OTHER
    features, label = learnt.features[known], learnt.label[known].astype(np.float64)
    row = learnt.row[known]
    weight = 1.0 / np.sqrt(np.bincount(row, minlength=len(learnt.scenes))[row])
    weight *= np.array([WEIGHTS[_sort(one.name)] for one in learnt.scenes])[row]
    ours = label == DISCHARGE
    weight[ours] *= weight[~ours].sum() / weight[ours].sum()
    centre, spread = features.mean(axis=0), features.std(axis=0)
    scaled = np.clip((features - centre) / spread, -CLIP, CLIP)
    found = _newton(terms_of(scaled), label, weight)
    count = len(NAMES)
    second = np.diag(found[count + 1 : 2 * count + 1])
    second[np.triu_indices(count, 1)] = found[2 * count + 1 :]
    return Model(centre, spread, found[1 : count + 1], second, float(found[0]), 0.0)


def _sort(name: str) -> str:
    """Which weight a sound has; discharges are weighed up to all the others together afterwards."""
    if name in LASTING:
        return "lasting"
    return "blast" if name in BLASTS else "bang"


def _newton(design: Array, label: Array, weight: Array) -> Array:  # noqa: PLR0917
    """Coefficients of a logistic regression with a ridge on all but the first."""
    found = np.zeros(design.shape[1])
    ridge = np.full(design.shape[1], RIDGE)
    ridge[0] = 0.0
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-design @ found))
        slope = design.T @ (weight * (label - chance)) - ridge * found
        bend = (design * (weight * chance * (1.0 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        found += step
        if float(np.abs(step).max()) < STILL:
            break
    return found


def with_rarity(model: Model, learnt: Gathered, *, checked: Gathered) -> Model:
    """The model with the rarity that keeps false alarms of lasting sounds to ``FALSE_PER_H``.

    Scenes of the fit are judged by models that were fitted without them, those for checking by the model.
    """
    odds, hours = _lasting(model, checked, np.ones(len(checked.row), dtype=np.bool_))
    for fold in range(FOLDS):
        inside = learnt.row % FOLDS == fold
        part = fitted(replace(learnt, label=np.where(inside, LEFT_OUT, learnt.label)))
        more, _ = _lasting(part, learnt, inside)
        odds = np.concatenate([odds, more])
    hours += _lasting(model, learnt, np.zeros(len(learnt.row), dtype=np.bool_))[1]
    allowed = int(FALSE_PER_H * hours)
    return replace(model, rarity=-max(round(float(np.sort(odds)[::-1][allowed]) + 0.005, 2), 0.0))


def _lasting(model: Model, some: Gathered, rows: NDArray[np.bool_]) -> tuple[Array, float]:  # noqa: PLR0917
    """Odds of the impulses of lasting sounds among the rows (n,), and how many hours all such scenes last."""
    lasting = np.array([one.name in LASTING for one in some.scenes])
    hours = sum(one.length_s for one in some.scenes if one.name in LASTING) / 3_600.0
    rest = (some.label == OTHER) & lasting[some.row] & rows
    # The odds at p = 0.5 without a rarity, as the model weighs them.
    chance = np.clip(model.probability(some.features[rest]), 1e-9, 1.0 - 1e-9)
    return np.log(chance / (1.0 - chance)), hours


def as_text(model: Model, *, made_by: str) -> str:
    """The file of coefficients."""
    rows = [
        {
            "name": name,
            "centre": round(float(model.centre[row]), 4),
            "spread": round(float(model.spread[row]), 4),
            "linear": round(float(model.linear[row]), 4),
            "square": round(float(model.second[row, row]), 4),
        }
        for row, name in enumerate(NAMES)
    ]
    whole = {
        "made_by": made_by,
        "fitted_on": "simulated sounds only; docs/design/sound.md",
        "intercept": round(model.intercept, 4),
        "rarity": round(model.rarity, 4),
        "features": rows,
        "products": [
            [NAMES[first], NAMES[other], round(float(model.second[first, other]), 4)]
            for first, other in zip(*np.triu_indices(len(NAMES), 1), strict=True)
        ],
    }
    text = json.dumps(whole, indent=1)
    # A product on one line: the file is there to be read.
    return re.sub(r"\[\n\s+(\".*?\"),\n\s+(\".*?\"),\n\s+(\S+)\n\s+\]", r"[\1, \2, \3]", text) + "\n"


def report(model: Model, checked: Gathered) -> Iterator[str]:
    """What the model gives on scenes that it was not fitted on, as Markdown."""
    chance = model.probability(checked.features)
    yield "| sound | scenes | minutes | impulses | p ≥ .5 | scenes with one |"
    yield "|---|---|---|---|---|---|"
    for name in sorted({one.name for one in checked.scenes}):
        rows = [row for row, one in enumerate(checked.scenes) if one.name == name]
        wanted = DISCHARGE if name == SHOT else OTHER
        mine = np.isin(checked.row, rows) & (checked.label == wanted)
        sure = mine & (chance >= COUNTED)
        minutes = sum(checked.scenes[row].length_s for row in rows) / 60.0
        hit = len(np.unique(checked.row[sure]))
        yield f"| {name} | {len(rows)} | {minutes:.1f} | {mine.sum()} | {sure.sum()} | {hit} |"
    yield ""
    yield from _reliability(chance, checked.label)


def _reliability(chance: Array, label: NDArray[np.int64]) -> Iterator[str]:
    """Stated and true shares by tenths of probability, impulses of these scenes as they are."""
    yield "| stated | impulses | discharges among them |"
    yield "|---|---|---|"
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (label >= OTHER) & (chance >= low) & (chance < low + 0.1)
        if inside.any():
            yield f"| {low:.1f} on | {inside.sum()} | {np.mean(label[inside] == DISCHARGE):.2f} |"


def main() -> None:
    """Fit, set the rarity, report, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=SCENES)
    parser.add_argument("--wide", type=int, default=WIDE)
    parser.add_argument("--check", type=int, default=CHECKED)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    learnt = joined(gathered(0, count=given.scenes), gathered(WIDE_FROM, count=given.wide))
    checked = gathered(CHECK_FROM, count=given.check)
    model = with_rarity(fitted(learnt), learnt, checked=checked)
    print("\n".join(report(model, checked)))
    command = f"python -m bench.listen.fit --scenes {given.scenes} --wide {given.wide} --check {given.check}"
    text = as_text(model, made_by=f"{command} --write")
    if given.write:
        TARGET.write_text(text, encoding="utf-8")
    print(f"intercept {model.intercept:.2f}, rarity {model.rarity:.2f}")


if __name__ == "__main__":
    main()
