"""Probabilities of kinds."""

import pytest

from truceline.errors import InputError
from truceline.records.classes import ClassPosterior


@pytest.mark.parametrize(
    ("name", "values", "kind", "probability"),
    [
        ("person", (0.7, 0.1, 0.1, 0.1), "person", 0.7),
        ("even", (0.5, 0.5, 0.0, 0.0), "person", 0.5),
        ("most likely, but not even", (0.49, 0.2, 0.2, 0.11), "unknown", 0.11),
        ("unknown", (0.0, 0.0, 0.0, 1.0), "unknown", 1.0),
        ("animal", (0.1, 0.1, 0.6, 0.2), "animal", 0.6),
    ],
)
def test_the_kind_is_what_has_an_even_chance(name, values, kind, probability):
    found = ClassPosterior(*values)
    assert (found.kind, found.probability) == (kind, probability), name


@pytest.mark.parametrize("values", [(0.5, 0.5, 0.5, 0.0), (-0.1, 0.6, 0.5, 0.0), (0.0, 0.0, 0.0, 0.0)])
def test_what_is_no_probability_is_refused(values):
    with pytest.raises(InputError, match="no probabilities"):
        ClassPosterior(*values)
