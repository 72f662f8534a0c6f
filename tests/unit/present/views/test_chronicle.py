"""The section on all cameras: what is told, what is more likely not, who is who, and what the clocks are."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.present.worlds import chronicle
from truceline.present.views.chronicle import chronicle_view, summary_words
from truceline.records.chronicles import Chronicle


def view_of(one: Chronicle):
    return chronicle_view(one, local_offset_minutes=540, track_labels={"t1": "1.P1", "t2": "2.P1"})


def test_what_is_likely_stands_apart_from_what_is_not():
    view = view_of(chronicle())
    assert [row.what for row in view.told] == ["S1 person runs."]
    assert [row.what for row in view.doubtful] == ["S2 person after S1 person."]
    assert summary_words(view) == "2 subjects of all cameras, 1 event told, 1 with P below 0.5"


def test_who_is_who_names_tracks_cameras_and_the_weakest_link():
    first, second = view_of(chronicle()).subjects
    assert (first.tracks, first.cameras, first.surely) == ("1.P1, 2.P1", "west, east", "0.80")
    assert (second.tracks, second.surely) == ("?", "> 0.999")


def test_an_open_question_lists_every_answer():
    (link,) = view_of(chronicle()).links
    assert link.label == "2.P1"
    assert link.where == "camera east, after 12 s out of sight, whose border was watched to 60 %"
    assert [words for words, _ in link.answers] == ["P 0.80 S1 person", "P 0.20 somebody not seen before"]


def test_a_sure_link_is_no_question():
    known = chronicle()
    (link,) = known.world.links
    sure = replace(link, hypotheses=(replace(link.hypotheses[0], probability=0.99),))
    assert view_of(replace(known, world=replace(known.world, links=(sure,)))).links == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Clock east is 1.50 ± 0.40 s ahead of west (used on this page, for a person to confirm)."),
        (
            {"offset_s": -1.5, "applied": False},
            "1.50 ± 0.40 s behind west (not used: for a person to confirm).",
        ),
        ({"bound_s": 180.0}, "Clock east against west: within ± 180.00 s as declared."),
    ],
)
def test_clocks_in_words(changes: dict[str, Any], words: str):
    known = chronicle()
    (clock,) = known.world.clocks
    world = replace(known.world, clocks=(replace(clock, **changes),))
    (told,) = view_of(replace(known, world=world)).clocks
    assert words in told
    assert told.endswith("Two people.")
