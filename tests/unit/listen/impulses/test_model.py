"""The model: what is shipped can be read, weak evidence counts less, and a wrong file is refused."""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from tests.unit.listen.bangs import RATE_HZ, bang, laid, quiet
from truceline.errors import IntegrityError
from truceline.listen.impulses.features import NAMES
from truceline.listen.impulses.finding import found_in
from truceline.listen.impulses.model import FILE, HIGHEST, Model, fitted, model_of, terms_of

ABOVE = NAMES.index("above_db")


def shipped() -> str:
    return files("truceline.listen.impulses").joinpath(FILE).read_text(encoding="utf-8")


def sure(rarity: float = 0.0) -> Model:
    count = len(NAMES)
    none = np.zeros(count)
    return Model(none, none + 1.0, none, np.zeros((count, count)), 3.0, rarity)


def row(above_db: float) -> np.ndarray:
    features = np.zeros((1, len(NAMES)))
    features[0, ABOVE] = above_db
    return features


def test_the_shipped_coefficients_are_those_of_the_features():
    model = fitted()
    assert model.linear.shape == (len(NAMES),)
    assert (model.spread > 0).all()
    assert model.rarity <= 0.0
    assert np.array_equal(np.tril(model.second, -1), np.zeros_like(model.second))
    assert "made_by" in json.loads(shipped())


def test_terms_and_coefficients_are_in_one_order():
    count = len(NAMES)
    random = np.random.default_rng(4)
    second = np.triu(random.normal(size=(count, count)))
    model = replace(sure(), linear=random.normal(size=count), second=second)
    scaled = random.uniform(-2.0, 2.0, (1, count))
    by_hand = 3.0 + scaled[0] @ model.linear + scaled[0] @ second @ scaled[0] - np.trace(second)
    assert (terms_of(scaled) @ model.coefficients)[0] == pytest.approx(by_hand)
    assert model.evidence(scaled)[0] == pytest.approx(by_hand)


def test_what_stands_out_less_is_less_sure_and_what_does_not_at_all_is_no_evidence():
    chances = [float(sure().probability(row(above_db))[0]) for above_db in (2.0, 6.0, 14.0, 22.0, 40.0)]
    assert chances[0] == chances[1] == 0.5
    assert chances[1] < chances[2] < chances[3]
    assert chances[3] == chances[4]


def test_rarity_lowers_every_probability_and_none_is_certain():
    assert sure(-2.0).probability(row(30.0))[0] < sure().probability(row(30.0))[0]
    assert sure(50.0).probability(row(30.0))[0] == HIGHEST


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["features"].pop(),
        lambda told: told.pop("intercept"),
        lambda told: told["products"].append(["nothing", "of this", 1.0]),
        lambda told: told["features"][0].update(centre="a word"),
    ],
)
def test_another_file_is_refused(change):
    told = json.loads(shipped())
    change(told)
    with pytest.raises(IntegrityError):
        model_of(json.dumps(told))


def test_a_file_that_is_no_json_is_refused():
    with pytest.raises(IntegrityError, match="cannot be read"):
        model_of("{")


def test_impulses_come_in_order_with_media_times():
    samples = laid(laid(quiet(5.0), 1.5, bang()), 3.5, 0.3 * bang(seed=5))
    impulses = found_in(samples, RATE_HZ, start_s=100.0).impulses
    starts = [one.at_s for one in impulses]
    assert starts == sorted(starts)
    assert min(abs(one - 101.5) for one in starts) < 0.005
    assert all(0.0 <= one.probability <= HIGHEST for one in impulses)
