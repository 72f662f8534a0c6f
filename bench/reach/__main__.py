"""``python -m bench.reach SUITE``: measure every row of a suite afresh and print the table.

Ends with 1 while a must falls short or a row is not measured.
"""

import sys
import time

from bench.reach import core, events, simulator, sound, thread
from bench.reach.row import Row, table

SUITES = {
    "thread": thread.MEASUREMENTS,
    "core": core.MEASUREMENTS,
    "simulator": simulator.MEASUREMENTS,
    "events": events.MEASUREMENTS,
    "sound": sound.MEASUREMENTS,
}


def main(arguments: list[str]) -> int:
    """Measure the suite named and print its table."""
    if len(arguments) != 1 or arguments[0] not in SUITES:
        print(f"Say which suite: {', '.join(SUITES)}. make reach SUITE=thread", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for measure in SUITES[arguments[0]]:
        started = time.monotonic()
        found = measure()
        rows += found
        for row in found:
            print(f"{row.figure}: {row.value} [{row.word}]", file=sys.stderr)
        print(f"  ({time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)
    print(table(rows))
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
