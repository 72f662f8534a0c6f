"""Kinds from features: named rows, and what must never be claimed."""

import itertools

import pytest

from truceline.detect.kinds.classify import MOST_FROM_SHAPE, classify, seen_gait
from truceline.records.classes import UNDECIDED, TrackFeatures


def metric(height, width, speed, **more):
    return TrackFeatures(height_m=height, width_m=width, speed_mps=speed, rows=40, **more)


def shape(aspect, spread, gait, *, rows=60):
    return TrackFeatures(aspect=aspect, aspect_spread=spread, rows=rows, gait=gait, gait_rows=rows)


@pytest.mark.parametrize(
    ("name", "features", "kind"),
    [
        ("nothing measured", TrackFeatures(), "unknown"),
        ("walker", metric(1.75, 0.6, 1.4), "person"),
        ("runner", metric(1.7, 0.8, 5.0), "person"),
        ("who stands", metric(1.68, 0.5, 0.0), "person"),
        ("car from the side", metric(1.5, 4.4, 14.0), "vehicle"),
        ("lorry", metric(3.0, 6.0, 9.0), "vehicle"),
        ("parked car", metric(1.5, 4.0, 0.0), "vehicle"),
        ("fox", metric(0.4, 0.7, 1.5), "animal"),
        ("deer", metric(0.95, 1.3, 4.0), "animal"),
        ("bird near the lens", metric(0.2, 0.3, 20.0), "unknown"),
        ("wall of light", metric(6.0, 0.3, 0.1), "unknown"),
        ("upright with a gait", shape(2.6, 0.12, 0.6), "person"),
        ("upright, no gait", shape(2.6, 0.12, 0.0), "unknown"),
        ("upright, gait not looked for", TrackFeatures(aspect=2.6, rows=60), "unknown"),
        ("gait, but as wide as tall", shape(1.1, 0.12, 0.6), "unknown"),
        ("long with a gait", shape(0.6, 0.2, 0.5), "animal"),
        ("long and rigid", shape(0.6, 0.03, 0.0), "vehicle"),
        ("long, rigid, few rows", shape(0.6, 0.03, 0.0, rows=19), "unknown"),
        ("long, changing, no gait", shape(0.6, 0.2, 0.0), "unknown"),
    ],
)
def test_kinds(name, features, kind):
    assert classify(features).kind == kind, name


def test_nothing_measured_gives_the_prior_and_claims_nothing():
    found = classify(TrackFeatures())
    assert found.values == pytest.approx((0.25, 0.2, 0.2, 0.35))
    assert UNDECIDED.kind == "unknown"


def test_without_a_survey_no_person_without_both_an_upright_shape_and_a_gait():
    grid = itertools.product(
        [None, 0.3, 0.8, 1.2, 1.69, 1.7, 2.6, 4.0],
        [None, 0.03, 0.12],
        [None, 0.0, 0.29, 0.3, 0.9],
        [0, 3, 9, 200],
    )
    claimed = 0
    for aspect, spread, gait, rows in grid:
        features = TrackFeatures(aspect, spread, rows, gait, rows)
        person = classify(features).person
        upright_and_pacing = aspect is not None and aspect >= 1.7 and seen_gait(features)
        assert person <= MOST_FROM_SHAPE or upright_and_pacing, features
        claimed += person >= 0.5
    assert claimed > 0


@pytest.mark.parametrize(
    ("gait", "rows", "seen"),
    [
        (0.3, 100, True),
        (0.299, 100, False),
        (0.5, 25, True),
        (0.49, 25, False),
        (0.9, 0, False),
        (None, 50, False),
    ],
)
def test_a_gait_must_be_large_and_beyond_chance(gait, rows, seen):
    assert seen_gait(TrackFeatures(gait=gait, gait_rows=rows)) is seen


def test_fewer_rows_claim_less():
    persons = [
        classify(TrackFeatures(height_m=1.7, width_m=0.6, rows=rows)).person for rows in (1, 3, 10, 50)
    ]
    assert persons == sorted(persons)
    assert persons[0] < persons[2] == persons[3]


def test_no_agreement_of_features_makes_it_certain():
    assert classify(metric(1.72, 0.6, 1.3, aspect=2.6, gait=0.6, gait_rows=90)).unknown > 0.002
