"""Two people: different listed keys, the same verdict, genuine signatures, this very candidate."""

from dataclasses import replace

import pytest

from tests.unit.evidence.sample_pack import crossing, decided, judgement, record
from truceline.errors import InputError, IntegrityError
from truceline.evidence.decisions import candidate_record, decision_is_genuine
from truceline.evidence.keys import demonstration_key, new_signing_key
from truceline.records.reviews import Finding, SignedDecision, Verdict
from truceline.review.two_people import find

ONE, TWO, THREE, FOUR = (new_signing_key(name) for name in ("one", "two", "three", "four"))
LISTED = tuple(key.public.hex for key in (ONE, TWO, THREE, FOUR))
B, N, U = Verdict.BREACH, Verdict.NO_BREACH, Verdict.UNDECIDED


def decide(*decisions, listed=LISTED, subject=None):
    subject = subject or record()
    return find(subject, decisions, reviewer_keys=listed, is_genuine=decision_is_genuine)


def by(key, verdict=B, *, after_s=0):
    return decided(key, record(), verdict=verdict, after_s=after_s)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        pytest.param([], None, id="nobody"),
        pytest.param([B], None, id="one person"),
        pytest.param([B, B], B, id="two people"),
        pytest.param([N, N], N, id="two people, no breach"),
        pytest.param([U, U], U, id="two people, undecided"),
        pytest.param([B, N], None, id="they disagree"),
        pytest.param([B, N, B], B, id="two against one"),
        pytest.param([B, B, N, N], None, id="two against two"),
    ],
)
def test_a_finding_needs_two_people(verdicts, expected):
    keys = (ONE, TWO, THREE, FOUR)
    finding = decide(*(by(key, verdict) for key, verdict in zip(keys, verdicts, strict=False)))
    assert (finding.verdict if finding else None) is expected
    if finding:
        assert len(finding.decisions) == len(verdicts), "dissent is kept"


def test_one_person_who_decides_twice_is_one_person():
    assert decide(by(ONE), by(ONE, after_s=60)) is None


def test_the_newest_decision_of_each_key_counts_in_any_order():
    first, changed, other = by(ONE, N), by(ONE, B, after_s=60), by(TWO, B, after_s=5)
    finding = decide(changed, other, first)
    assert finding is not None
    assert finding.verdict is B
    assert finding.decisions == (other, changed)
    assert decide(by(ONE, B), by(TWO, B), by(ONE, N, after_s=60)) is None


def test_decisions_on_another_candidate_are_left_aside():
    other = candidate_record(replace(judgement(), judgement_id="candidate-2"), crossing())
    assert decide(by(ONE), decided(TWO, other)) is None


def test_decisions_on_an_older_state_of_the_candidate_are_refused():
    changed = candidate_record(replace(judgement(), probability=0.5), crossing())
    with pytest.raises(IntegrityError, match="decide"):
        decide(by(ONE), by(TWO), subject=changed)


def test_a_signature_that_does_not_hold_is_refused():
    forged = SignedDecision(by(ONE).decision, "0" * 128)
    with pytest.raises(IntegrityError, match="does not hold"):
        decide(forged, by(TWO))


def test_a_key_that_is_not_listed_is_refused():
    with pytest.raises(InputError, match="not one of the site's"):
        decide(by(ONE), by(TWO), listed=(ONE.public.hex, THREE.public.hex))


@pytest.mark.parametrize("listed", [(), (ONE.public.hex,), (ONE.public.hex,) * 2])
def test_a_site_with_fewer_than_two_keys_makes_no_finding(listed):
    with pytest.raises(InputError, match="two people"):
        decide(by(ONE), listed=listed)


def test_scripted_decisions_and_demonstration_keys_are_said():
    keys = demonstration_key("reviewer-1"), demonstration_key("reviewer-2")
    finding = decide(*map(by, keys), listed=[key.public.hex for key in keys])
    assert finding is not None
    assert (finding.scripted, finding.demonstration_key) == (True, True)
    real = decide(by(ONE), by(TWO))
    assert real is not None
    assert (real.scripted, real.demonstration_key) == (False, False)


@pytest.mark.parametrize(
    ("decisions", "listed", "words"),
    [
        pytest.param([by(ONE)], LISTED, "needs 2", id="one"),
        pytest.param([by(ONE), by(ONE, after_s=1)], LISTED, "decided twice", id="same key"),
        pytest.param([by(ONE), by(TWO)], LISTED[2:], "not one of", id="not listed"),
        pytest.param([by(ONE), by(TWO, N)], LISTED, "needs 2", id="disagree"),
    ],
)
def test_the_record_itself_cannot_exist_without_two(decisions, listed, words):
    with pytest.raises(InputError, match=words):
        Finding("candidate-1", record().digest, B, tuple(decisions), listed)


def test_swapping_the_sides_changes_nothing_about_the_rule():
    swapped = replace(crossing(), from_side="south", to_side="north")
    subject = candidate_record(judgement(), swapped)
    finding = find(
        subject,
        [decided(ONE, subject), decided(TWO, subject)],
        reviewer_keys=LISTED,
        is_genuine=decision_is_genuine,
    )
    assert finding is not None
    assert finding.verdict is B
