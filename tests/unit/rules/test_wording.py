import pytest

from tests.unit.rules.cases import crossing
from truceline.records.events import Interval
from truceline.records.findings import Outcome
from truceline.records.rules import Statements
from truceline.rules.wording import statement_of

STATEMENTS = Statements(
    met="met {depth}|{stay}|{returned}",
    undecided="undecided {from_side}>{to_side}",
    not_met="not met",
    permitted="permit {permit}",
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "met 3.1 m (95 %: 2.8 to 3.4 m)|beyond the line for 2.4 s (95 %: 2.2 to 2.6 s)|returned"),
        ({"dwell_s": None}, "met 3.1 m (95 %: 2.8 to 3.4 m)|still beyond the line when last seen|returned"),
        (
            {"depth_m": Interval(float("nan"), 0, 0, 0), "dwell_s": None, "returned": 0.05},
            "met not measured|still beyond the line when last seen|no return seen",
        ),
        (
            {"returned": 0.94, "dwell_s": None},
            "met 3.1 m (95 %: 2.8 to 3.4 m)|still beyond the line when last seen|{}".format(
                "return uncertain (probability 0.94)"
            ),
        ),
    ],
)
def test_values_with_their_intervals(changes, expected):
    got = statement_of(crossing(**changes), STATEMENTS, outcome=Outcome.MET, permit_id=None)
    assert got == expected


def test_the_template_follows_the_outcome_and_a_permit_comes_first():
    def say(outcome, permit_id=None):
        return statement_of(crossing(), STATEMENTS, outcome=outcome, permit_id=permit_id)

    assert say(Outcome.UNDECIDED) == "undecided North>South"
    assert say(Outcome.NOT_MET) == "not met"
    assert say(Outcome.NOT_MET, "P-1") == "permit P-1"
