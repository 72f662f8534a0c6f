"""Crossings counted, and those that are only alternatives."""

from dataclasses import replace

import pytest

from tests.unit.present import sample_views as sample
from truceline.present.counts import LIKELY, counted_words, counts_of
from truceline.present.pages.facts import open_words
from truceline.present.pages.scan_page import render_scan_page
from truceline.present.quantities import line_name
from truceline.records.findings import Outcome, Reason


def with_probability(view, probability):
    return replace(view, crossing=replace(view.crossing, probability=probability))


def test_only_crossings_at_least_as_probable_as_not_are_counted():
    crossing = sample.scan_view().crossings[0].crossing
    three = [replace(crossing, probability=one) for one in (0.99, LIKELY, 0.499)]
    assert counts_of(three) == (2, 1)
    assert counted_words(three) == "2 crossings and 1 less probable"
    assert counted_words(three[:1]) == "1 crossing"


def test_a_page_counts_an_alternative_apart_and_marks_it():
    view = sample.scan_view()
    first = view.crossings[0]
    page = render_scan_page(sample.scan_view(crossings=(first, with_probability(first, 0.2))))
    assert "1 crossing of line" in page
    assert "and 1 less probable" in page
    assert ": less probable, not counted" in page
    assert "Depth if it crossed" in page
    assert "Depth if it crossed" not in render_scan_page(sample.scan_view(crossings=(first,)))


def test_an_undecided_judgement_names_the_conditions_that_are_open():
    reasons = (
        Reason("calibration", None, "Assumed."),
        Reason("line", False, "Another version."),
        Reason("probability", True, "Plain."),
        Reason("danger", None, "Not assessed."),
    )
    judgement = replace(sample.judgement(outcome=Outcome.UNDECIDED), reasons=reasons)
    assert open_words(judgement) == "Does not hold: line; undecided: calibration."
    assert open_words(replace(judgement, reasons=reasons[2:])) == ""


@pytest.mark.parametrize(
    ("line_id", "words"), [("MDL", "line MDL"), ("line", "the line"), ("line-2", "line-2")]
)
def test_the_word_line_is_not_said_twice(line_id, words):
    assert line_name(line_id) == words
