"""``python -m bench.world FIRST LAST``: the rows on tuning seeds, the last one included."""

import sys

from bench.reach.row import table
from bench.world.rows import clock_rows, link_rows, runner_rows


def main(arguments: list[str]) -> int:
    """Measure and print."""
    if len(arguments) != 2:
        print("Say which seeds: python -m bench.world 1 20", file=sys.stderr)
        return 2
    seeds = range(int(arguments[0]), int(arguments[1]) + 1)
    print(table([row for rows in (clock_rows, runner_rows, link_rows) for row in rows(seeds)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
