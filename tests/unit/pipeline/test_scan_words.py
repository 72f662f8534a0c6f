"""What a scan tells a terminal of the crossings that it found."""

from dataclasses import replace

from tests.unit.present import sample_views as sample
from truceline.pipeline.scan_words import found_words


def test_the_likely_ones_have_lines_and_the_others_a_number():
    crossing = sample.guard_crossing()
    found = [replace(crossing, probability=one) for one in (0.9, 0.49, 0.5, 0.1)]
    lines = found_words(found)
    assert [line.rpartition(" ")[2] for line in lines[:2]] == ["0.90", "0.50"]
    assert lines[2:] == ["found  2 less probable crossings, P below 0.5: see the table"]


def test_where_all_are_likely_nothing_is_said_of_others():
    assert len(found_words([sample.guard_crossing()])) == 1
    assert found_words([]) == []
