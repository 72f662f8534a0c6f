"""What holds of every judgement: both sides alike, no place or order preferred, noise adds no certainty."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.rules.cases import GATE, at, crossing, frames, permit, site, span, zone
from truceline.records.columns import float_column
from truceline.records.findings import Outcome
from truceline.records.site import Sides
from truceline.rules.judge import judge_crossings
from truceline.rules.ruleset import load_rule_pack

PACK = load_rule_pack("korea-1953")
SIDES = ("North", "South")
OTHER = {"North": "South", "South": "North"}


def grid(low, high, step, offset):
    """Values that never fall on an edge of the gate or of a span, so that rounding decides nothing."""
    return st.integers(low, high).map(lambda count: count * step + offset)


@st.composite
def crossings(draw, number):
    way = draw(st.sampled_from(SIDES))
    start_s = draw(grid(-5, 5, 0.7, 0.0))
    return crossing(
        event_id=f"event-{number}",
        track_id=f"track-{draw(st.integers(0, 3))}",
        from_side=way,
        to_side=OTHER[way],
        span=span(start_s, start_s + draw(grid(0, 4, 1.1, 0.0))),
        crossed_utc_ns=at(start_s),
        time_bound_s=draw(grid(0, 20, 0.13, 0.0)),
        probability=draw(st.floats(0, 1)),
        place_en_m=(draw(grid(-10, 10, 0.31, 0.013)), draw(grid(-10, 10, 0.31, 0.017))),
        place_sigma_m=draw(grid(0, 12, 0.07, 0.003)),
        frames=frames(draw(st.integers(0, 4))),
        observed_fraction=draw(st.sampled_from([0.0, 0.4, 1.0])),
    )


@st.composite
def permits(draw, number):
    return permit(
        permit_id=f"P-{number}",
        directions=draw(st.sampled_from([("North",), ("South",), SIDES])),
        valid=span(draw(grid(-9, 0, 0.9, 0.033)), draw(grid(1, 9, 0.9, 0.037))),
        persons=draw(st.integers(1, 3)),
        revoked=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def scenes(draw):
    events = [draw(crossings(number)) for number in range(draw(st.integers(1, 4)))]
    allowed = tuple(draw(permits(number)) for number in range(draw(st.integers(0, 2))))
    line = replace(site().line, valid=span(draw(grid(-9, -1, 3.1, 0.041)), 1e6))
    return events, site(permits=allowed, line=line)


def judged(events, where):
    return judge_crossings(events, pack=PACK, site=where)


def outcomes(events, where):
    return {one.event_id: (one.outcome, one.permit_id, one.is_candidate) for one in judged(events, where)}


@given(scenes())
def test_reversing_the_line_changes_no_judgement(scene):
    """Drawn the other way, with left and right renamed, it is the same line between the same sides."""
    events, where = scene
    line = where.line
    reverse = replace(
        line,
        vertices_en_m=float_column(line.vertices_en_m[::-1], 2, rows=2, name="line"),
        sides=Sides(line.sides.right, line.sides.left),
    )
    assert judged(events, replace(where, line=reverse)) == judged(events, where)


@given(scenes())
def test_swapping_the_sides_swaps_the_words_and_nothing_else(scene):
    events, where = scene
    swapped_events = [replace(one, from_side=one.to_side, to_side=one.from_side) for one in events]
    swapped_permits = tuple(
        replace(one, directions=tuple(OTHER[side] for side in one.directions)) for one in where.permits
    )
    sides = Sides(where.line.sides.right, where.line.sides.left)
    swapped = replace(where, permits=swapped_permits, line=replace(where.line, sides=sides))

    def exchange(words):
        return words.replace("North", "\0").replace("South", "North").replace("\0", "South")

    for one, other in zip(judged(events, where), judged(swapped_events, swapped), strict=True):
        assert replace(other, statement=one.statement, reasons=one.reasons) == one
        assert other.statement == exchange(one.statement)
        for here, there in zip(one.reasons, other.reasons, strict=True):
            assert (here.condition, here.holds) == (there.condition, there.holds)
            ours, theirs = sorted(exchange(here.sentence).split()), sorted(there.sentence.split())
            assert ours == theirs  # "North and South" may stand in either order


@given(scenes(), st.floats(-np.pi, np.pi), st.tuples(grid(-9, 9, 50.0, 0.0), grid(-9, 9, 50.0, 0.0)))
def test_moving_and_turning_the_world_changes_no_outcome(scene, turn, shift):
    events, where = scene
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])

    def moved(points):
        return np.asarray(points) @ rotation.T + shift

    there = replace(
        where,
        zones=(zone("gate", moved(GATE)),),
        line=replace(where.line, vertices_en_m=float_column(moved([(-40, 0), (40, 0)]), 2, rows=2, name="l")),
    )
    moved_events = [replace(one, place_en_m=tuple(moved(one.place_en_m).tolist())) for one in events]
    assert outcomes(moved_events, there) == outcomes(events, where)


@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_the_events_changes_no_judgement(scene, random):
    events, where = scene
    shuffled = list(events)
    random.shuffle(shuffled)
    assert set(judged(shuffled, where)) == set(judged(events, where))


@st.composite
def noisier(draw, one):
    """The same crossing measured worse: less sure, less precise, fewer frames."""
    return replace(
        one,
        probability=one.probability + draw(st.floats(0, 1)) * (0.5 - one.probability),
        place_sigma_m=one.place_sigma_m + draw(st.floats(0, 3)),
        time_bound_s=one.time_bound_s + draw(st.floats(0, 9)),
        frames=one.frames[: draw(st.integers(0, 4))],
        observed_fraction=one.observed_fraction * draw(st.sampled_from([0.0, 1.0])),
    )


@given(scenes(), st.data())
def test_more_noise_never_makes_a_verdict_more_certain(scene, data):
    events, where = scene
    worse = [data.draw(noisier(one)) for one in events]
    before, after = outcomes(events, where), outcomes(worse, where)
    for event_id, (outcome, permit_id, _) in before.items():
        assert after[event_id][0] in (outcome, Outcome.UNDECIDED)
        assert after[event_id][1] in (permit_id, None)


@given(scenes())
def test_no_candidate_under_a_permit_and_no_met_without_evidence(scene):
    events, where = scene
    by_id = {one.event_id: one for one in events}
    for one in judged(events, where):
        event = by_id[one.event_id]
        assert one.is_candidate is (one.outcome is not Outcome.NOT_MET)
        assert one.permit_id is None or not one.is_candidate
        assert one.permit_id is None or event.to_side in next(
            permit.directions for permit in where.permits if permit.permit_id == one.permit_id
        )
        if one.outcome is Outcome.MET:
            assert event.probability >= 0.95
            assert len(event.frames) >= 2
            assert event.observed_fraction > 0


@given(scenes())
def test_the_scenes_reach_every_outcome_with_the_same_event(scene):
    """Guards the tests above: for any scene some change of probability alone changes some outcome."""
    events, where = scene
    sure = [replace(one, probability=1.0) for one in events]
    unlikely = [replace(one, probability=0.1) for one in events]
    assume(any(one.outcome is Outcome.MET for one in judged(sure, where)))
    assert outcomes(sure, where) != outcomes(unlikely, where)
