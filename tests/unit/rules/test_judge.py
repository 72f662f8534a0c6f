from dataclasses import replace

import numpy as np
import pytest

from tests.unit.rules.cases import at, camera, crossing, frames, permit, site, span, zone
from truceline.errors import InputError
from truceline.records.findings import Outcome
from truceline.records.site import Basis
from truceline.records.time import UtcSpan, parse_utc
from truceline.rules.judge import DANGER, judge_crossings, judgement_id_of
from truceline.rules.ruleset import load_rule_pack

PACK = load_rule_pack("korea-1953")
MET, NOT_MET, UNDECIDED = Outcome.MET, Outcome.NOT_MET, Outcome.UNDECIDED


def judge(one=None, *, where=None, pack=PACK):
    judged = judge_crossings([one or crossing()], pack=pack, site=where or site())
    assert len(judged) == 1
    return judged[0]


def reason(judgement, condition):
    return next(reason for reason in judgement.reasons if reason.condition == condition)


def test_the_plain_crossing_is_a_candidate_under_paragraph_seven():
    judged = judge()
    assert (judged.outcome, judged.is_candidate, judged.permit_id) == (MET, True, None)
    assert (judged.rule_id, judged.paragraph, judged.probability) == ("R-07-CROSS", "7", 0.999)
    assert judged.quotation.startswith("No person, military or civilian, shall be permitted to cross")
    assert judged.rule_pack_sha256 == PACK.digest.hex
    assert judged.statement == (
        "possible unauthorised crossing North to South, depth 3.1 m (95 %: 2.8 to 3.4 m), "
        "beyond the line for 2.4 s (95 %: 2.2 to 2.6 s); returned"
    )


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [(1.0, MET), (0.95, MET), (0.9499, UNDECIDED), (0.5, UNDECIDED), (0.4999, NOT_MET), (0.05, NOT_MET)],
)
def test_the_thresholds_at_equality(probability, outcome):
    judged = judge(crossing(probability=probability))
    assert judged.outcome is outcome
    assert judged.is_candidate is (outcome is not NOT_MET)


def test_a_crossing_below_the_lowest_threshold_is_not_judged():
    assert judge_crossings([crossing(probability=0.0499)], pack=PACK, site=site()) == ()
    assert judge_crossings([], pack=PACK, site=site()) == ()


@pytest.mark.parametrize("probability", [float("nan"), -0.01, 1.01])
def test_a_probability_that_is_none_is_refused_not_dropped(probability):
    with pytest.raises(InputError, match="probability"):
        judge(crossing(probability=probability))


def test_a_pack_of_another_instrument_is_refused():
    with pytest.raises(InputError, match="'undof-1974'"):
        judge(where=site(instrument="undof-1974"))


def test_an_instrument_out_of_force_condemns_nobody():
    before = replace(PACK, valid=UtcSpan(at(0.2), at(100)))
    ended = replace(PACK, valid=UtcSpan(at(-100), at(-0.2)))
    for pack in (before, ended):
        judged = judge(pack=pack)
        assert (judged.outcome, judged.is_candidate) == (NOT_MET, False)
        assert reason(judged, "instrument").holds is False


def test_an_instrument_that_begins_within_the_bound_of_the_clock_is_undecided():
    judged = judge(pack=replace(PACK, valid=UtcSpan(at(0.05), at(100))))
    assert (judged.outcome, reason(judged, "instrument").holds) == (UNDECIDED, None)


@pytest.mark.parametrize(
    ("where", "condition"),
    [
        (site(line=replace(site().line, version="2")), "line"),
        (site(line=replace(site().line, line_id="M")), "line"),
        (site(line=replace(site().line, valid=span(0.2, 100))), "line"),
        (site(line=replace(site().line, valid=span(0.05, 100))), "line"),
        (site(cameras=()), "calibration"),
        (site(cameras=(camera(np.zeros((10, 10))),)), "calibration"),
        (site(cameras=(camera(basis=Basis.EXAMPLE),)), "calibration"),
    ],
    ids=[
        "other version",
        "other line",
        "not in force",
        "perhaps not in force",
        "no camera",
        "no errors",
        "example",
    ],
)
@pytest.mark.parametrize("probability", [0.999, 0.3])
def test_without_a_base_no_probability_means_anything(where, condition, probability):
    judged = judge(crossing(probability=probability), where=where)
    assert judged.outcome is UNDECIDED
    assert reason(judged, condition).holds is not True


@pytest.mark.parametrize(
    ("changes", "condition"),
    [
        ({"frames": frames(1)}, "frames"),
        ({"frames": ()}, "frames"),
        ({"frames": frames(1) * 3}, "frames"),
        ({"observed_fraction": 0.0}, "seen"),
        ({"observed_fraction": float("nan")}, "seen"),
    ],
    ids=["one frame", "no frame", "the same frame thrice", "never seen beyond", "unknown"],
)
def test_thin_evidence_never_meets_a_rule(changes, condition):
    judged = judge(crossing(**changes))
    assert (judged.outcome, reason(judged, condition).holds) == (UNDECIDED, False)
    unlikely = judge(crossing(**changes, probability=0.3))
    assert unlikely.outcome is NOT_MET


def test_two_frames_are_enough():
    assert judge(crossing(frames=frames(2))).outcome is MET


def test_a_permit_that_covers_means_no_candidate():
    judged = judge(where=site(permits=(permit(),)))
    assert (judged.outcome, judged.permit_id, judged.is_candidate) == (NOT_MET, "P-1", False)
    assert reason(judged, "no permit").holds is False
    assert reason(judged, "no permit").sentence.startswith(
        "Permit P-1 (the Commission) covers this crossing: "
    )
    assert judged.statement.startswith("crossing North to South under permit P-1, depth 3.1 m")


def test_the_first_covering_permit_is_named():
    permits = (permit(permit_id="P-0", revoked=True), permit(permit_id="P-2"), permit(permit_id="P-3"))
    assert judge(where=site(permits=permits)).permit_id == "P-2"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"revoked": True}, "revoked"),
        ({"valid": span(-60, -1)}, "expired"),
        ({"valid": span(1, 60)}, "not yet valid"),
        ({"directions": ("North",)}, "entered South, allowed North"),
        ({"zone_id": "far"}, "outside zone far"),
    ],
)
def test_a_permit_that_misses_by_one_thing_is_named_with_it(changes, words):
    zones = (*site().zones, zone("far", [(10, -3), (12, -3), (12, 3), (10, 3)]))
    judged = judge(where=site(zones=zones, permits=(permit(**changes),)))
    assert (judged.outcome, judged.permit_id) == (MET, None)
    said = reason(judged, "no permit")
    assert said.holds is True
    assert said.sentence.startswith("No permit covers this crossing: permit P-1 (")
    assert words in said.sentence
    assert "the Commission" in said.sentence


@pytest.mark.parametrize(
    ("crossing_changes", "permit_changes"),
    [
        ({"place_sigma_m": 0.8}, {}),
        ({"place_en_m": (1.9, 0.0)}, {}),
        ({"place_en_m": (2.1, 0.0)}, {}),
        ({"place_en_m": (2.0, 0.0), "place_sigma_m": 0.0}, {}),
        ({"place_sigma_m": float("nan")}, {}),
        ({"place_sigma_m": 1e6}, {}),
        ({}, {"valid": span(-60, 0.05)}),
        ({}, {"valid": span(-0.05, 60)}),
        ({}, {"valid": span(-60, 0.1)}),
        ({"time_bound_s": float("inf")}, {}),
    ],
    ids=[
        "place too uncertain", "just inside", "just outside", "on the edge", "no sigma", "anywhere",
        "may have expired", "may not be valid yet", "ends at the bound", "no bound",
    ],
)  # fmt: skip
def test_a_permit_that_cannot_be_decided_leaves_it_to_people(crossing_changes, permit_changes):
    judged = judge(crossing(**crossing_changes), where=site(permits=(permit(**permit_changes),)))
    assert (judged.outcome, judged.permit_id, judged.is_candidate) == (UNDECIDED, None, True)
    assert reason(judged, "no permit").holds is None
    assert "Permit P-1 (the Commission) may or may not cover" in reason(judged, "no permit").sentence


def test_a_zone_whose_outline_crosses_itself_decides_nothing():
    bow_tie = zone("gate", [(-2, -3), (2, 3), (2, -3), (-2, 3)])
    judged = judge(where=site(zones=(bow_tie,), permits=(permit(),)))
    assert (judged.outcome, reason(judged, "no permit").holds) == (UNDECIDED, None)


def test_permits_that_have_nothing_to_do_with_it_are_named_together():
    permits = tuple(
        permit(permit_id=f"P-{number}", valid=span(-600, -300), directions=("North",)) for number in (1, 2)
    )
    judged = judge(where=site(permits=permits))
    said = reason(judged, "no permit")
    assert said.holds is True
    assert said.sentence == (
        "No permit covers this crossing: not near this crossing in time, place or way: P-1, P-2."
    )


def test_no_permits_at_all_is_said():
    said = reason(judge(), "no permit")
    assert said.holds is True
    assert "holds no permit by the Military Armistice Commission" in said.sentence


def test_where_conditions_are_met_every_one_holds_but_danger():
    judged = judge(where=site(permits=(permit(revoked=True),)))
    assert judged.outcome is MET
    assert {one.condition for one in judged.reasons if one.holds is not True} == {"danger"}


def test_one_permit_that_covers_is_enough():
    permits = (permit(permit_id="P-0", revoked=True), permit(permit_id="P-2"))
    assert reason(judge(where=site(permits=permits)), "no permit").holds is False


@pytest.mark.parametrize(("probability", "words"), [(1.0, "> 0.999,"), (0.999, "0.999,"), (0.3, "0.300,")])
def test_no_probability_is_written_as_certainty(probability, words):
    said = reason(judge(crossing(probability=probability)), "probability").sentence
    assert said.startswith(f"Probability of a crossing {words}")


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 evidence frame was kept"), (4, "4 evidence frames were kept")]
)
def test_kept_frames_are_counted_and_called_so(count, words):
    said = reason(judge(crossing(frames=frames(count))), "frames").sentence
    assert said.startswith(f"{words}, at least 2 needed: ")


def test_assumed_errors_never_meet_a_rule():
    where = site(cameras=(camera(basis=Basis.ASSUMED),))
    judged = judge(crossing(probability=1.0), where=where)
    assert (judged.outcome, judged.is_candidate) == (UNDECIDED, True)
    said = reason(judged, "calibration")
    assert said.holds is None
    assert "its errors are assumed, not measured" in said.sentence


def test_assumed_errors_accuse_nobody_who_would_not_be_accused_with_measured_ones():
    assumed = (camera(basis=Basis.ASSUMED),)
    assert judge(crossing(probability=0.3), where=site(cameras=assumed)).outcome is NOT_MET
    covered = judge(where=site(cameras=assumed, permits=(permit(),)))
    assert (covered.outcome, covered.permit_id) == (NOT_MET, "P-1")


def test_danger_is_never_assessed_and_always_said():
    for probability in (0.06, 0.6, 0.99):
        judged = judge(crossing(probability=probability), where=site(permits=(permit(),)))
        assert judged.reasons[-1] == DANGER
        assert DANGER.holds is None
        for word in ("pursued", "fired on", "injured", "carried", "rescuing", "reviewers check"):
            assert word in DANGER.sentence


def test_ids_come_from_content_alone():
    first, again = judge(), judge()
    assert first == again
    assert first.judgement_id == judgement_id_of("event-1", "R-07-CROSS", pack_sha256=PACK.digest.hex)
    assert len(first.judgement_id) == 16
    assert int(first.judgement_id, 16) >= 0
    ids = {
        first.judgement_id,
        judgement_id_of("event-2", "R-07-CROSS", pack_sha256=PACK.digest.hex),
        judgement_id_of("event-1", "R-08", pack_sha256=PACK.digest.hex),
        judgement_id_of("event-1", "R-07-CROSS", pack_sha256="0" * 64),
        judgement_id_of('event-1","R-07-CROSS', "", pack_sha256=PACK.digest.hex),
    }
    assert len(ids) == 5


def test_every_rule_judges_every_crossing_in_order():
    second_rule = replace(PACK.rules[0], rule_id="R-X")
    pack = replace(PACK, rules=(*PACK.rules, second_rule))
    crossings = [crossing(event_id="b"), crossing(event_id="a", probability=0.01), crossing(event_id="c")]
    judged = judge_crossings(crossings, pack=pack, site=site())
    assert [(j.event_id, j.rule_id) for j in judged] == [
        ("b", "R-07-CROSS"),
        ("b", "R-X"),
        ("c", "R-07-CROSS"),
        ("c", "R-X"),
    ]


def test_footage_of_long_ago_is_judged_by_the_rules_of_its_time():
    then = parse_utc("1953-07-26T12:00:00Z")
    old = crossing(crossed_utc_ns=then, span=UtcSpan(then, then))
    where = site(line=replace(site().line, valid=UtcSpan(then, at(0))))
    assert judge(old, where=where).outcome is NOT_MET
    day_after = parse_utc("1953-07-28T12:00:00Z")
    new = crossing(crossed_utc_ns=day_after, span=UtcSpan(day_after, day_after))
    assert judge(new, where=where).outcome is MET
