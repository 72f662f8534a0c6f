import dataclasses

import numpy as np
import pytest

from truceline.events.activities import thresholds
from truceline.events.activities.calibration import LINES, LogOddsLine, calibrated
from truceline.events.activities.vocabulary import BY_KIND, VOCABULARY
from truceline.records.activities import ActivityKind, Role


def test_the_vocabulary_is_closed_and_in_order():
    assert [entry.kind for entry in VOCABULARY] == list(ActivityKind)


@pytest.mark.parametrize("kind", ActivityKind)
def test_every_kind_is_defined(kind):
    entry = BY_KIND[kind]
    assert entry.definition.endswith(".")
    assert entry.is_not.endswith(".")
    assert entry.evidence
    assert entry.roles
    assert set(entry.roles) <= set(Role)
    assert len({one.name for one in entry.measures}) == len(entry.measures)


def test_every_threshold_is_used_and_has_a_reason():
    named = [one for one in vars(thresholds).values() if isinstance(one, thresholds.Threshold)]
    assert all(one.reason and one.value > 0 for one in named)
    listed = [one for entry in VOCABULARY for one in entry.thresholds]
    assert [one for one in named if one not in listed] == []


@pytest.mark.parametrize("kind", ActivityKind)
def test_calibration_keeps_the_order(kind, monkeypatch):
    raw = np.linspace(0, 1, 101)
    stated = [calibrated(kind, float(one)) for one in raw]
    assert all(0 <= one <= 1 for one in stated)
    assert all(np.diff(stated) >= 0)
    assert calibrated(kind, 0.0) < 0.1
    monkeypatch.setitem(LINES, kind, LogOddsLine(2.0, 1.0))
    assert calibrated(kind, 0.5) == pytest.approx(1 / (1 + np.exp(-1)))


def test_thresholds_are_facts():
    with pytest.raises(dataclasses.FrozenInstanceError):
        thresholds.GRIP.value = 3.0  # type: ignore[misc]
