import json
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest

from tests.unit.store.records_of_a_run import judgement, run, with_nan
from truceline.errors import IntegrityError
from truceline.records.digests import Sha256
from truceline.records.events import Crossing, Event, Interval
from truceline.records.findings import Judgement
from truceline.records.frames import Gap
from truceline.records.runs import Run
from truceline.records.time import UtcSpan
from truceline.records.tracks import Track
from truceline.store.codec import decode, encode


def through_json(value):
    """What comes back from the disk."""
    return json.loads(json.dumps(encode(value), allow_nan=False))


def without(value, *path):
    changed = json.loads(json.dumps(value))
    place = changed
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return changed


def with_value(value, new, *path):
    changed = json.loads(json.dumps(value))
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return changed


def test_a_whole_run_comes_back():
    original = run()
    again = decode(Run, through_json(original))
    for name in ("run_id", "inputs", "footage", "span", "crossings", "gaps", "judgements", "clock_bound_s"):
        assert getattr(again, name) == getattr(original, name), name
    for name in ("utc_ns", "pts", "observed"):
        np.testing.assert_array_equal(getattr(again.tracks[0], name), getattr(original.tracks[0], name))
    for name in ("state", "covariance", "boxes_px"):
        np.testing.assert_allclose(
            getattr(again.tracks[0], name), getattr(original.tracks[0], name), atol=0.6e-7
        )
    assert encode(again) == encode(original)


def test_columns_come_back_of_their_kind_and_read_only():
    track = decode(Run, through_json(run())).tracks[0]
    assert [column.dtype.name for column in (track.utc_ns, track.observed, track.state)] == [
        "int64",
        "bool",
        "float64",
    ]
    with pytest.raises(ValueError, match="read-only"):
        track.state[0, 0] = 1.0


def test_nanoseconds_are_not_rounded():
    assert decode(UtcSpan, through_json(run().span)) == run().span


def test_an_unknown_value_in_a_column_stays_unknown():
    again = decode(Run, through_json(with_nan(run()))).tracks[0]
    assert np.isnan(again.boxes_px[3]).all()
    assert np.isfinite(again.boxes_px[4]).all()


@pytest.mark.parametrize("event", [run().crossings[0], run().gaps[0]], ids=["crossing", "gap"])
def test_a_union_is_told_apart_by_the_name_of_its_record(event):
    assert decode(Event, through_json(event)) == event  # type: ignore[arg-type]


def test_whole_numbers_are_numbers():
    assert decode(
        Interval, {"record": "Interval", "value": 1, "low": 0, "high": 2, "sigma": 0.5}
    ) == Interval(1.0, 0.0, 2.0, 0.5)


STORED = through_json(run())
DAMAGE = [
    pytest.param(without(STORED, "frames"), "expected", id="a field is missing"),
    pytest.param(with_value(STORED, 1, "extra"), "extra", id="a field too many"),
    pytest.param(with_value(STORED, "Gap", "record"), "a Run was expected", id="another record"),
    pytest.param(without(STORED, "record"), "a Run was expected", id="no record's name"),
    pytest.param(with_value(STORED, "80", "frames"), "int", id="text for a number"),
    pytest.param(with_value(STORED, True, "frames"), "int", id="a truth for a number"),
    pytest.param(with_value(STORED, 80.5, "frames"), "int", id="a fraction for a count"),
    pytest.param(with_value(STORED, None, "frames"), "int", id="null for a number"),
    pytest.param(with_value(STORED, "x", "clock_bound_s"), "float", id="text for a float"),
    pytest.param(with_value(STORED, False, "clock_bound_s"), "float", id="a truth for a float"),
    pytest.param(with_value(STORED, 7, "run_id"), "str", id="a number for text"),
    pytest.param(with_value(STORED, {}, "gaps"), "a list", id="an object for a list"),
    pytest.param(with_value(STORED, [1, 2, 3], "crossings", 0, "place_en_m"), "2 values", id="three for two"),
    pytest.param(with_value(STORED, "abc", "inputs", "site", "hex"), "not a SHA-256", id="no digest"),
    pytest.param(with_value(STORED, "MAYBE", "judgements", 0, "outcome"), "a Outcome", id="an unknown word"),
    pytest.param(with_value(STORED, 1, "span", "end_utc_ns"), "cannot end", id="a span that runs backwards"),
    pytest.param(with_value(STORED, "x", "tracks", 0, "pts"), "a list", id="text for a column"),
    pytest.param(with_value(STORED, ["x"], "tracks", 0, "pts"), "cannot be read", id="text in a column"),
    pytest.param(with_value(STORED, [[1], [1, 2]], "tracks", 0, "state"), "cannot be read", id="ragged"),
    pytest.param(with_value(STORED, [10**30], "tracks", 0, "pts"), "cannot be read", id="too large"),
    pytest.param(with_value(STORED, [1], "tracks", 0, "pts"), "do not have 80 rows", id="a short column"),
    pytest.param([], "a Run was expected", id="a list for a run"),
    pytest.param(None, "a Run was expected", id="null for a run"),
]


@pytest.mark.parametrize(("stored", "words"), DAMAGE)
def test_what_was_not_stored_so_is_refused(stored, words):
    with pytest.raises(IntegrityError) as caught:
        decode(Run, stored)
    assert words in caught.value.what


def test_a_record_outside_the_union_is_refused():
    with pytest.raises(IntegrityError, match="'Interval' where one of"):
        decode(Event, through_json(Interval(1, 0, 2, 0.5)))  # type: ignore[arg-type]


def test_null_is_refused_where_nothing_is_optional():
    with pytest.raises(IntegrityError, match="a value was expected"):
        decode(Event, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("permit_id", [None, "P-1"])
def test_what_is_optional_may_be_absent(permit_id):
    assert decode(Judgement, through_json(judgement(permit_id))) == judgement(permit_id)


@dataclass(frozen=True, slots=True)
class Banded:
    band: Literal["visible", "thermal"]
    counts: tuple[int, ...] = ()


def test_literals():
    assert decode(Banded, through_json(Banded("thermal", (1, 2)))) == Banded("thermal", (1, 2))
    with pytest.raises(IntegrityError, match="one of"):
        decode(Banded, {"record": "Banded", "band": "x-ray", "counts": []})


def test_what_has_no_json_form_is_an_error_of_the_program():
    with pytest.raises(TypeError, match="no JSON form for set"):
        encode({1})


def test_every_stored_record_has_its_name():
    assert {kind.__name__ for kind in (Run, Track, Crossing, Gap, Judgement, Sha256)} <= set(_names(STORED))


def _names(value):
    if isinstance(value, dict):
        yield value["record"]
        for one in value.values():
            yield from _names(one)
    elif isinstance(value, list):
        for one in value:
            yield from _names(one)
