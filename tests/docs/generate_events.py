"""Make docs/reference/events.md from the vocabulary of activities: ``make docs``."""

from pathlib import Path

from truceline.events.activities.thresholds import Threshold
from truceline.events.activities.vocabulary import VOCABULARY, Entry

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/events.md"
PREAMBLE = """# Events

<!-- Made from the code by `make docs`; a test fails when this page lags. -->

A **crossing** of the line is described in [Crossings](../design/crossing.md), a **gap** in
[Time](../design/time.md). What people and vehicles did besides is an **activity** of one of the kinds below.
The list is closed. None of them is a violation by itself, and none says who somebody is: a subject's party is
told by where its path began.

Every activity carries its span, the instant that names it with a 95 % bound, its place with its error, who
took part in which role, a probability, what it rests on, and what of it was not observed. A threshold is
never laid on a noisy value: the probability is that the true value lies beyond it.
[How](../design/activities.md).
"""


def render() -> str:
    """The whole page."""
    rows = [f"| [{one.kind.value}](#{_anchor(one)}) | {one.definition} |" for one in VOCABULARY]
    overview = "\n".join(["| kind | what must have happened |", "|---|---|", *rows, ""])
    return "\n".join([PREAMBLE, overview, *(_section(one) for one in VOCABULARY)])


def _anchor(entry: Entry) -> str:
    return entry.kind.value.replace(" ", "-")


def _section(entry: Entry) -> str:
    roles = ", ".join(f"`{role.value}`" for role in entry.roles)
    lines = [
        f"## {entry.kind.value}",
        "",
        entry.definition,
        "",
        f"- **Is not:** {entry.is_not}",
        f"- **Instant:** {entry.instant}.",
        f"- **Roles:** {roles}.",
        f"- **Carries:** {'; '.join(entry.evidence)}.",
        "",
    ]
    if entry.measures:
        lines += ["| measure | unit | meaning |", "|---|---|---|"]
        lines += [f"| {one.name} | {one.unit} | {one.meaning} |" for one in entry.measures]
        lines.append("")
    if entry.thresholds:
        lines += ["| threshold | value | reason |", "|---|---|---|"]
        lines += [f"| {one.name} | {_value(one)} | {one.reason} |" for one in entry.thresholds]
        lines.append("")
    return "\n".join(lines)


def _value(threshold: Threshold) -> str:
    return f"{threshold.value:g} {threshold.unit}".replace(" °", "°")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(PAGE.relative_to(PAGE.parents[2]))
