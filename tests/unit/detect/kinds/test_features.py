"""Aspect and gait from boxes and silhouettes."""

import numpy as np
import pytest

from truceline.detect.kinds.features import TrackShape, gait_of, image_features, lower_widths

PICTURE = {"width_px": 200, "height_px": 100}


def pace(seconds, *, step_s=0.5, noise=0.0, seed=3):
    wave = 0.3 + 0.12 * np.abs(np.sin(np.pi * seconds / step_s))
    return wave + np.random.default_rng(seed).normal(0, noise, len(seconds))


def shape(rows=40, *, left=20.0, width=16.0, height=40.0, lower=8.0):
    seconds = np.arange(rows) / 10
    boxes = np.tile([left, 30.0, left + width, 30.0 + height], (rows, 1))
    boxes[:, [0, 2]] += seconds[:, None] * 10
    return TrackShape(seconds, boxes, np.full(rows, lower), np.ones(rows, bool))


def test_lower_widths_are_those_of_the_silhouette_not_of_the_box():
    mask = np.zeros((60, 60), np.uint8)
    mask[10:30, 10:30] = 1
    mask[30:40, 14:18] = 1
    mask[30:40, 24:27] = 1
    boxes = np.array([[10.0, 10, 30, 40], [40.0, 40, 50, 50], [10.0, 10, 30, 28]])
    found = lower_widths(mask, boxes)
    assert found[0] == 13
    assert np.isnan(found[1])
    assert found[2] == 20
    assert lower_widths(mask, np.zeros((0, 4))).shape == (0,)


@pytest.mark.parametrize("step_s", [0.3, 0.45, 0.6])
@pytest.mark.parametrize("rate_hz", [9.0, 25.0])
def test_a_pace_is_seen(step_s, rate_hz):
    seconds = np.arange(0, 8, 1 / rate_hz)
    found, rows = gait_of(seconds, pace(seconds, step_s=step_s, noise=0.02))
    assert rows == len(seconds)
    assert found is not None
    assert found > 0.4


@pytest.mark.parametrize(
    ("name", "widths"),
    [
        ("rigid", np.full(80, 0.4)),
        ("coming nearer", np.linspace(0.2, 0.6, 80)),
        ("turning once", 0.4 + 0.2 * np.tanh(np.linspace(-3, 3, 80))),
        ("slow sway", 0.4 + 0.1 * np.sin(np.arange(80) / 10)),
    ],
)
def test_what_repeats_no_step_is_no_gait(name, widths):
    found, _ = gait_of(np.arange(80) / 10, widths)
    assert found is not None
    assert found < 0.3, name


def test_noise_seldom_looks_like_a_gait():
    generator = np.random.default_rng(11)
    peaks = [gait_of(np.arange(80) / 10, generator.normal(0.4, 0.05, 80))[0] for _ in range(200)]
    assert np.mean([peak is not None and peak >= 0.3 for peak in peaks]) < 0.1


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("stills", np.arange(40.0)),
        ("slower than a step shows", np.arange(40) / 5.9),
        ("too short", np.arange(20) / 9),
    ],
)
def test_a_gait_that_cannot_be_told_is_not_given(name, seconds):
    assert gait_of(seconds, pace(seconds)) == (None, 0), name


def test_missing_widths_are_bridged_and_not_counted():
    seconds = np.arange(0, 8, 0.1)
    widths = pace(seconds)
    widths[10:14] = np.nan
    found, rows = gait_of(seconds, widths)
    assert rows == 76
    assert found is not None
    assert found > 0.4
    assert gait_of(seconds, np.full(len(seconds), np.nan)) == (None, 0)


def test_image_features_of_a_rigid_box():
    found = image_features(shape(), **PICTURE)
    assert found.aspect == pytest.approx(2.5)
    assert found.aspect_spread == 0
    assert found.rows == 40
    assert found.gait == 0
    assert found.height_m is None


def test_boxes_at_the_edge_of_the_picture_show_no_aspect():
    assert image_features(shape(left=-200.0), **PICTURE).aspect is None
    some = image_features(shape(left=0.0), **PICTURE)
    assert some.rows == 38
