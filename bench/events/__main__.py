"""``python -m bench.events measure|fit``: how well activities are told, and the calibration's coefficients.

``measure`` plays the checking seeds and prints the table; ``--seeds`` and ``--scenarios`` choose others.
``fit`` plays the tuning seeds and prints the coefficients as they stand in ``events.activities.calibration``.
Reporting seeds (1000 to 1059) are refused.
"""

import argparse
import sys

from bench.events.calibrate import fitted
from bench.events.measure import Case, Tallies, measure, table

SHORT = ("panmunjom-2017", "brief-incursion", "checkpoint-traffic", "patrol-along-the-line", "quiet-day")
LONG = (
    "contrast-turns-back",
    "contrast-shots-before",
    "contrast-rescuer-crosses",
    "contrast-no-shot",
    "contrast-two-cross",
    "contrast-sides-mirrored",
    "panmunjom-2017",
    "deer-at-night",
    "authorised-visit",
)
TUNING, TUNING_LONG = range(1, 7), 11
CHECKING, CHECKING_LONG = range(501, 505), 511
"""Seeds of the short forms; and of the first whole scenario, each later one having the next."""


def main(arguments: list[str]) -> int:
    """Measure or fit; prints what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.events", description=__doc__)
    parser.add_argument("what", choices=("measure", "fit"))
    parser.add_argument("--seeds", help="FIRST-LAST, both counted: of short forms")
    parser.add_argument("--scenarios", help="names with commas")
    parser.add_argument("--complain", action="store_true", help="name what was missed and what was invented")
    given = parser.parse_args(arguments)
    fits = given.what == "fit"
    seeds, first_long = (TUNING, TUNING_LONG) if fits else (CHECKING, CHECKING_LONG)
    if given.seeds:
        first, _, last = given.seeds.partition("-")
        seeds = range(int(first), int(last or first) + 1)
    found = [Case(name, seed, short=True) for seed in seeds for name in SHORT]
    found += [Case(name, first_long + number, short=False) for number, name in enumerate(LONG)]
    if given.scenarios:
        found = [one for one in found if one.scenario in given.scenarios.split(",")]
    tallies: Tallies = {}
    measure(found, tallies=tallies, complain=given.complain, raw=fits)
    print(fitted(tallies) if fits else table(tallies))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
