"""Fitting the model of impulses: what differs is learnt, what lasts sets the rarity, what is written read."""

from dataclasses import replace

import numpy as np
import pytest

from bench.listen.fit import FALSE_PER_H, as_text, fitted, report, with_rarity
from bench.listen.gather import DISCHARGE, LEFT_OUT, OTHER, Gathered, SceneHeard, heard, joined
from bench.listen.others import MAKERS
from truceline.listen.impulses.features import NAMES
from truceline.listen.impulses.model import model_of

ABOVE, ATTACK = NAMES.index("above_db"), NAMES.index("attack_log2_ms")


def drawn(seed, scenes=120, length_s=90.0):
    """Scenes of five impulses each; discharges have a shorter attack, with overlap."""
    random = np.random.default_rng(seed)
    found, features, labels, rows = [], [], [], []
    for row in range(scenes):
        ours = row % 2 == 0
        part = random.normal(size=(5, len(NAMES)))
        part[:, ABOVE] += 30.0
        part[:, ATTACK] += -1.5 if ours else 1.5
        label = np.full(5, DISCHARGE if ours else OTHER)
        found.append(SceneHeard(row, "shot" if ours else "motor", length_s, int(ours), part, label))
        features.append(part)
        labels.append(label)
        rows.append(np.full(5, row))
    return Gathered(np.concatenate(features), np.concatenate(labels), np.concatenate(rows), tuple(found))


@pytest.fixture(scope="module")
def learnt():
    return drawn(1)


def test_what_differs_is_learnt(learnt):
    model = fitted(learnt)
    fresh = drawn(2)
    odds = model.evidence(fresh.features)
    assert np.mean((odds > 0) == (fresh.label == DISCHARGE)) > 0.75
    assert np.argmax(np.abs(model.linear)) == ATTACK
    assert model.linear[ATTACK] < 0


def test_what_is_left_out_is_not_learnt_from(learnt):
    noise = learnt.row % 4 == 0
    spoilt = replace(learnt, features=np.where(noise[:, None], 99.0, learnt.features))
    without = replace(spoilt, label=np.where(noise, LEFT_OUT, learnt.label))
    same = replace(learnt, label=np.where(noise, LEFT_OUT, learnt.label))
    assert np.array_equal(fitted(without).linear, fitted(same).linear)


def test_the_rarity_keeps_false_alarms_to_what_is_allowed(learnt):
    checked = drawn(3)
    model = with_rarity(fitted(learnt), learnt, checked=checked)
    assert model.rarity < 0
    hours = sum(one.length_s for one in checked.scenes if one.name == "motor") / 3_600
    false = np.count_nonzero(model.probability(checked.features[checked.label == OTHER]) >= 0.5)
    assert false <= 2 * FALSE_PER_H * hours


def test_what_is_written_is_what_is_read(learnt):
    model = replace(fitted(learnt), rarity=-1.25)
    again = model_of(as_text(model, made_by="a command"))
    assert again.rarity == -1.25
    assert np.allclose(again.evidence(learnt.features), model.evidence(learnt.features), atol=0.05)


def test_the_report_has_every_sound(learnt):
    lines = list(report(fitted(learnt), learnt))
    assert any(line.startswith("| motor | 60 |") for line in lines)
    assert any(line.startswith("| shot | 60 |") for line in lines)


def test_joined_sets_keep_their_scenes():
    both = joined(drawn(1, scenes=4), drawn(2, scenes=6))
    assert len(both.scenes) == 10
    assert both.row.max() == 9
    assert [both.scenes[row].features.tolist() for row in (0, 9)] == [
        both.features[both.row == row].tolist() for row in (0, 9)
    ]


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_sounds_of_others_are_drawn_by_their_seed(name):
    one, other = (MAKERS[name](np.random.default_rng(5), 1.0) for _ in range(2))
    assert np.array_equal(one, other)
    assert np.isfinite(one).all()
    assert 0.5 < np.abs(one).max() <= 1.01


def test_labels_are_put_where_discharges_truly_are(monkeypatch):
    from bench.listen import gather
    from bench.listen.scenes import Scene
    from tests.unit.listen.bangs import RATE_HZ, bang, laid, quiet

    samples = laid(laid(quiet(4.0), 1.5, bang()), 2.5, 0.5 * bang(seed=3))
    monkeypatch.setattr(gather, "scene", lambda _: Scene("shot", samples, RATE_HZ, (1.5,)))
    found = heard(7)
    assert np.count_nonzero(found.label == DISCHARGE) == 1
    assert LEFT_OUT in found.label
    assert OTHER not in found.label
