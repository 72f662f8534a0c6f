"""The last screen, line by line."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.pipeline.demo.runs import FLEES, RETURNS, STORY, judged, run_of
from tests.unit.present.worlds import chronicle
from truceline.pipeline.demo.screen import (
    Shown,
    decided_lines,
    found_lines,
    sealed_lines,
    together_lines,
    unseen_line,
)
from truceline.pipeline.demo.story import Decided
from truceline.records.releases import Check, CheckOutcome, Damage, PackVerdict, Tone, Verification


def shown(*runs, blind: tuple[str, ...] = ()) -> Shown:
    return Shown(STORY, 7, runs, 540, blind)


def decisions() -> list[Decided]:
    run = run_of("1", FLEES, RETURNS)
    return [
        Decided(part, run, judged(crossing), crossing)
        for part, crossing in zip(STORY.parts, (FLEES, RETURNS), strict=True)
    ]


def test_what_it_is_stands_first_and_each_likely_crossing_has_a_line():
    unlikely = replace(RETURNS, event_id="e9", probability=0.2)
    first, *lines = found_lines(shown(run_of("1", FLEES, RETURNS), run_of("2", unlikely)))
    assert first == "SIMULATED      a story, seed 7; decisions scripted, demonstration keys"
    assert len(lines) == 3
    assert "1 P3 North → South, 9.0 ± 0.2 m deep, P > 0.999" in lines[0]
    assert "back after" not in lines[0]
    assert "3.0 ± 0.2 m deep, back after 2.40 ± 0.11 s, P > 0.999" in lines[1]
    assert lines[2] == "crossing       1 less probable one: see the station's page"


def test_a_permit_is_named():
    covered = judged(FLEES, permit_id="P-17", is_candidate=False)
    lines = found_lines(shown(run_of("1", FLEES, judgements=(covered,))))
    assert lines[1].endswith("(P-17: no candidate)")


def test_what_all_cameras_show_together_is_one_line():
    (line,) = together_lines(replace(shown(run_of("1", FLEES)), chronicle=chronicle()))
    assert line == (
        "together       2 subjects of all cameras; 1 running; clock east 1.50 s ± 0.40 s against west"
    )
    assert together_lines(shown(run_of("1", FLEES))) == ()


def test_candidates_and_findings_are_said_apart():
    candidate, finding = decided_lines(decisions())
    assert candidate.startswith("candidate      ¶7 1 P")
    assert candidate.count("CONDITIONS MET") == 2
    assert "BREACH" not in candidate
    assert "NO BREACH (under fire); 1 P" in finding
    assert finding.endswith(" BREACH; each by two reviewers (scripted)")


@pytest.mark.parametrize(
    ("blind", "expected"),
    [
        ((), "0 gaps in 120 s of 1, 2; sound and who"),
        (
            ("3", "4"),
            "0 gaps in 120 s of 1, 2; 3, 4: no part of the line in view, not scanned; sound and who",
        ),
    ],
)
def test_what_was_not_observed_is_named(blind, expected):
    line = unseen_line(shown(run_of("1", FLEES), run_of("2", RETURNS), blind=blind))
    assert line.startswith(f"not observed   {expected}")


def verification(*checks: Check) -> Verification:
    return Verification("pack", "p", PackVerdict.DEMONSTRATION, Tone.NEUTRAL, "", "", (), checks)


def test_a_changed_byte_that_passes_is_not_hidden():
    passed = Check(1, "the seal", CheckOutcome.PASSED, "", ())
    damage = Damage("a.json", "changed", 5, "", "", "")
    whole = verification(passed)
    refused = verification(replace(passed, outcome=CheckOutcome.FAILED, damages=(damage,)))
    verified, opened = sealed_lines(whole, refused, pack=Path("pack"))
    assert verified == "verify         all 1 checks passed; one byte changed: refused at a.json, offset 5"
    assert opened == "open           pack/data/page.html"
    assert sealed_lines(refused, whole, pack=Path("pack"))[0] == (
        "verify         0 of 1 checks passed; one byte changed: NOT refused"
    )
