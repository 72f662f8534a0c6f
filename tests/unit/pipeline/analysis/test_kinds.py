from dataclasses import replace

import numpy as np
import pytest

from truceline.detect.kinds.classify import classify
from truceline.pipeline.analysis.kinds import told_kind
from truceline.records.outlines import LOW, UPRIGHT, VEHICLE, Outlines

RATE_HZ = 12.5
ROWS = 50


def rows_of(form, *, height_m=np.nan, width_m=np.nan, pace=False, rows=ROWS):
    """Outlines of one form; with a pace the legs open and close twice a second."""
    seconds = np.arange(rows) / RATE_HZ
    legs = 0.5 + (0.25 * np.sin(2 * np.pi * 1.9 * seconds) if pace else 0.01 * np.cos(17 * np.arange(rows)))
    return replace(
        Outlines.unmeasured(rows, form),
        height_m=np.full(rows, height_m),
        width_m=np.full(rows, width_m),
        lower_m=legs,
    )


def told(*parts, speed_mps, whole=True):
    outlines = Outlines.joined(parts)
    rows = len(outlines)
    return told_kind(
        np.arange(rows) / RATE_HZ,
        outlines,
        whole=np.full(rows, whole),
        speeds_mps=np.full(rows, float(speed_mps)),
    )


@pytest.mark.parametrize(
    ("form", "height_m", "width_m", "speed_mps", "kind"),
    [
        (UPRIGHT, 1.75, 0.5, 1.4, "person"),
        (UPRIGHT, 1.58, 0.65, 0.1, "person"),
        (UPRIGHT, 1.8, 0.55, 5.0, "person"),
        (VEHICLE, 1.5, 4.2, 15.0, "vehicle"),
        (VEHICLE, 1.5, 1.9, 0.0, "vehicle"),
        (VEHICLE, 3.0, 7.0, 8.0, "vehicle"),
        (LOW, 0.6, 0.95, 3.0, "animal"),
        (LOW, 0.95, 1.3, 4.0, "animal"),
        (UPRIGHT, 1.15, 1.5, 4.0, "animal"),
        (UPRIGHT, 3.5, 0.2, 0.0, "unknown"),
    ],
    ids=[
        "walks", "stands", "runs", "a car passes", "a car stands", "a lorry", "a dog", "a deer",
        "a deer in a person's rectangle", "a mast",
    ],
)  # fmt: skip
def test_size_speed_and_form_give_the_kind(form, height_m, width_m, speed_mps, kind):
    kinds, features = told(rows_of(form, height_m=height_m, width_m=width_m), speed_mps=speed_mps)
    assert kinds.kind == kind
    assert features.height_m == height_m


def test_a_pace_makes_a_person_surer():
    _, features = told(rows_of(UPRIGHT, height_m=1.3, width_m=0.7, pace=True), speed_mps=1.4)
    assert features.gait is not None
    assert features.gait > 0.5
    without = replace(features, gait=0.0)
    assert classify(features).person > classify(without).person
    assert classify(features).vehicle < classify(without).vehicle


def test_somebody_who_falls_and_crawls_is_still_a_person():
    walks = rows_of(UPRIGHT, height_m=1.75, width_m=0.5, rows=20)
    lies = rows_of(LOW, height_m=0.4, width_m=1.6, rows=100)
    kinds, features = told(walks, lies, speed_mps=0.5)
    assert kinds.kind == "person"
    assert features.height_m == 1.75


def test_who_only_crawls_is_no_sure_animal():
    kinds, _ = told(rows_of(LOW, height_m=0.4, width_m=1.6), speed_mps=0.4)
    assert kinds.animal < 0.5


def test_what_was_never_whole_has_no_kind_unless_a_cuboid_fits():
    kinds, features = told(rows_of(UPRIGHT), speed_mps=1.0, whole=False)
    assert (kinds.kind, features.forms) == ("unknown", None)
    kinds, _ = told(rows_of(VEHICLE, height_m=1.5, width_m=3.0), speed_mps=10.0, whole=False)
    assert kinds.kind == "vehicle"


def test_nobody_measured_is_a_person_by_the_fit_alone_and_less_sure():
    measured, _ = told(rows_of(UPRIGHT, height_m=1.75, width_m=0.5), speed_mps=1.4)
    fitted, _ = told(rows_of(UPRIGHT), speed_mps=0.0)
    assert fitted.kind == "person"
    assert fitted.person < measured.person
