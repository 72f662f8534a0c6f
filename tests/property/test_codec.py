"""Whatever an event says, the station gives it back unchanged; whatever else is stored is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.errors import IntegrityError
from truceline.records.events import Crossing, EvidenceFrame, Interval, UncertaintyBudget
from truceline.records.frames import Gap, GapReason
from truceline.records.time import UtcNs, UtcSpan
from truceline.store.codec import decode, encode

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.integers(0, 2**62).map(UtcNs)
SPANS = st.tuples(TIMES, TIMES).map(lambda pair: UtcSpan(min(pair), max(pair)))
WORDS = st.text(max_size=8)
INTERVALS = st.builds(Interval, FLOATS, FLOATS, FLOATS, FLOATS)
FRAMES = st.builds(
    EvidenceFrame, WORDS, st.integers(-(2**60), 2**60), TIMES, st.tuples(FLOATS, FLOATS, FLOATS, FLOATS)
)
CROSSINGS = st.builds(
    Crossing,
    span=SPANS,
    probability=FLOATS,
    returned=FLOATS,
    crossed_utc_ns=TIMES,
    time_bound_s=FLOATS,
    place_en_m=st.tuples(FLOATS, FLOATS),
    place_sigma_m=FLOATS,
    depth_m=INTERVALS,
    dwell_s=st.none() | INTERVALS,
    observed_fraction=FLOATS,
    budget=st.builds(UncertaintyBudget, FLOATS, FLOATS, FLOATS),
    frames=st.lists(FRAMES, max_size=3).map(tuple),
    returned_utc_ns=st.none() | TIMES,
    **dict.fromkeys(
        ["event_id", "track_id", "camera_id", "line_id", "line_version", "from_side", "to_side"], WORDS
    ),
)
GAPS = st.builds(Gap, WORDS, WORDS, SPANS, st.builds(GapReason, WORDS, WORDS))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(CROSSINGS | GAPS)
def test_events_come_back_exactly(event):
    assert decode(type(event), json.loads(json.dumps(encode(event)))) == event


@given(JSON)
def test_anything_else_is_refused_and_nothing_breaks(value):
    with pytest.raises(IntegrityError):
        decode(Crossing, value)


@given(CROSSINGS, st.data())
def test_another_value_in_any_field_is_refused_or_read_back_as_it_is(crossing, data):
    stored = json.loads(json.dumps(encode(crossing)))
    field = data.draw(st.sampled_from(sorted(stored)))
    stored[field] = data.draw(JSON)
    try:
        again = decode(Crossing, stored)
    except IntegrityError:
        return
    assert json.loads(json.dumps(encode(again))) == stored
