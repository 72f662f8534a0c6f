import dataclasses

import numpy as np
from rich.cells import cell_len

from tests.unit.export.sample_exports import exported
from tests.unit.present import sample_views as sample
from truceline.cli.tables import WIDTH, aligned, event_lines, other_run_lines, track_lines
from truceline.records.events import Crossing
from truceline.records.frames import GapReason
from truceline.records.runs import Statement
from truceline.records.site import Sides
from truceline.records.time import UtcNs


def events(one=None, **changes):
    one = one or exported()
    run = dataclasses.replace(one.run, **changes)
    return event_lines(run, site=one.site, labels={"a1": "P2", "c3": "P3", "b2": "P1"})


def test_events_say_every_value_with_its_uncertainty():
    lines = events()
    (guard,) = [line for line in lines if "P2" in line]
    for said in ("05:00:26.31 ± 0.12 s", "14:00:26", "North → South", "3.0 ± 0.2 m", "2.40 ± 0.11 s", "0.9"):
        assert said in guard
    assert "local UTC+9" in lines[5]
    after = lines[lines.index(guard) + 1]
    candidate = next(one for one in exported().run.judgements if one.is_candidate)
    said = f"candidate {candidate.judgement_id[:8]}, for two people to decide"
    assert after == f"    ¶7 CONDITIONS MET: {said}"


def test_the_instrument_is_named_once_above_the_table():
    judgement = exported().run.judgements[0]
    assert [line for line in events() if judgement.instrument in line] == [
        f"¶ paragraph of: {judgement.instrument}"
    ]


def test_a_permit_stands_under_its_crossing_and_a_gap_among_the_crossings():
    lines = events()
    assert any("permit P-17: recorded, no candidate" in line for line in lines)
    (gap,) = [index for index, line in enumerate(lines) if "gap 3.20 s" in line]
    assert lines[gap].startswith("05:00:51.0")
    assert lines[gap + 1] == "    not observed: The picture did not change for 40 frames."


def test_a_subject_that_was_not_seen_back_has_no_dwell():
    (visitor,) = [line for line in events() if "P3" in line]
    assert "not seen back" in visitor


def test_events_are_in_order_of_time():
    one = exported()
    turned = events(one, crossings=tuple(reversed(one.run.crossings)))
    assert turned == events(one)


def gaps_of(lengths_s, kind="damaged"):
    """Gaps of these lengths, half a second apart, from five o'clock on."""
    gap, start = sample.gap(), 0.0
    found = []
    for length_s in lengths_s:
        span = sample.span(start, start + length_s)
        found.append(dataclasses.replace(gap, span=span, reason=GapReason(kind, "Frames were damaged.")))
        start += length_s + 0.5
    return tuple(found)


def test_ten_gaps_have_a_line_each():
    lines = events(gaps=gaps_of([0.1] * 10))
    assert sum("gap 0.10 s" in line for line in lines) == 10
    assert not any("in all" in line for line in lines)


def test_of_many_gaps_the_longest_five_have_a_line_and_the_sum_is_said():
    lengths_s = [0.04, *[0.1] * 6, 0.5, 0.4, 0.3, 0.2, 0.6]
    for lines in (
        events(gaps=gaps_of(lengths_s)),
        track_lines(
            dataclasses.replace(exported(), run=dataclasses.replace(exported().run, gaps=gaps_of(lengths_s)))
        ),
    ):
        text = " ".join(" ".join(lines).split())
        for length in ("0.60 s", "0.50 s", "0.40 s", "0.30 s", "0.20 s"):
            assert f"gap {length}" in text or f"UTC, {length}" in text
        assert "gap 0.10 s" not in text
        assert "12 gaps, 2.64 s in all: the longest 5 stand above, all on the page." in text
        assert "copy it again from the recorder" in text
        assert max(cell_len(line) for line in lines) <= WIDTH


def test_only_damage_asks_for_another_copy():
    assert not any("copy it again" in line for line in events(gaps=gaps_of([1] * 12, kind="missing")))


def test_when_nothing_was_observed_no_absence_of_crossings_is_stated():
    one = exported().run
    whole = dataclasses.replace(sample.gap(), span=one.span, reason=GapReason("too few frames", "One frame."))
    lines = events(crossings=(), gaps=(whole,))
    assert "nothing was observed: whether anybody crossed line MDL cannot be told" in lines
    assert not any(line.startswith("no crossing") for line in lines)


def test_in_causal_mode_it_is_said_when_a_crossing_was_stated_and_how_many_were_withdrawn():
    crossings = exported().run.crossings
    at = [UtcNs(one.crossed_utc_ns + 2_500_000_000) for one in crossings]
    statements = tuple(Statement(one.event_id, when, when) for one, when in zip(crossings, at, strict=True))
    lines = events(mode="causal", statements=statements, withdrawn=0)
    assert "    stated at 05:00:28.8 UTC, 2.50 s after the passing" in lines
    assert "0 crossings stated at the time and withdrawn later" in lines
    assert "causal mode" in lines[0]
    assert not any("stated" in line for line in events(mode="files"))


def test_a_run_that_does_not_count_says_which_one_does():
    one = dataclasses.replace(exported(), superseded_by="fedcba9876543210")
    text = " ".join(other_run_lines(one))
    for said in ("not counted", "fedcba9876543210", "--run 0123456789abcdef"):
        assert said in text


def test_nothing_found_is_said_and_so_is_a_recording_without_gaps():
    lines = events(crossings=(), gaps=())
    assert lines[-2:] == ["no crossing of line MDL", "no gap: 1 min 00 s recorded throughout"]


def test_lines_fit_and_keep_long_names_of_sides():
    one = exported()
    long = Sides("the side of the northern authorities", "the side of the southern authorities")

    def renamed(crossing: Crossing) -> Crossing:
        names = {"North": long.left, "South": long.right}
        return dataclasses.replace(
            crossing, from_side=names[crossing.from_side], to_side=names[crossing.to_side]
        )

    lines = events(one, crossings=tuple(renamed(crossing) for crossing in one.run.crossings))
    assert max(map(cell_len, lines)) <= WIDTH
    assert f"    {long.left} → {long.right}" in lines


def test_a_long_sentence_is_wrapped_not_cut():
    one = exported()
    sentence = "The recording stops here because " + "somebody stood before the lens and " * 6
    gap = dataclasses.replace(
        one.run.gaps[0], reason=dataclasses.replace(one.run.gaps[0].reason, sentence=sentence)
    )
    lines = events(one, gaps=(gap,))
    assert max(map(cell_len, lines)) <= WIDTH
    assert sentence.split() == " ".join(lines).split("not observed: ")[1].split()[: len(sentence.split())]


def test_an_event_of_another_day_says_its_day():
    one = exported()
    later = dataclasses.replace(one.run.crossings[0], crossed_utc_ns=sample.at(86_400.0))
    lines = events(one, crossings=(later,))
    assert any(line.startswith("5 Mar 2026 05:00:00") for line in lines)
    assert max(map(cell_len, lines)) <= WIDTH


def test_tracks_say_how_near_to_the_line_they_came_and_how_much_was_seen():
    lines = track_lines(exported())
    assert max(map(cell_len, lines)) <= WIDTH
    (guard,) = [line for line in lines if line.startswith("P2")]
    assert "96.6 %" in guard
    assert guard.endswith("crossed"), "no distance to the line for whoever went over it"
    one = exported()
    apart = dataclasses.replace(one, run=dataclasses.replace(one.run, crossings=()))
    (guard,) = [line for line in track_lines(apart) if line.startswith("P2")]
    assert "± 0.3 m" in guard
    assert any(line.startswith("gap at 05:00:51.0 UTC, 3.20 s: The picture") for line in lines)


def test_a_run_without_tracks_says_so():
    one = exported()
    empty = dataclasses.replace(one, tracks=(), run=dataclasses.replace(one.run, tracks=(), gaps=()))
    assert track_lines(empty)[-2:] == ["no track", "no gap: 1 min 00 s recorded throughout"]


def test_simulated_is_said_above_every_table():
    assert "SIMULATED" in events()[0]
    assert "SIMULATED" in track_lines(exported())[0]
    real = dataclasses.replace(exported(), site=sample.site(simulated=False))
    assert "SIMULATED" not in track_lines(real)[0]


def test_characters_two_columns_wide_stay_aligned():
    lines = aligned([("비무장", "a"), ("x", "b")])
    assert [cell_len(line) for line in lines] == [9, 9]
    assert np.unique(
        [cell_len(line[: line.index(mark)]) for line, mark in zip(lines, "ab", strict=True)]
    ) == [8]
