from itertools import pairwise

import numpy as np
import pytest

from tests.unit.simulate.sensors.views import HEIGHT_PX, START_UTC_NS, WIDTH_PX, camera, drawn, plate_of
from truceline.simulate.model.devices import Band
from truceline.simulate.sensors.levels import CODES, MOST_LEVELS_PER_K, PlateauGain
from truceline.simulate.sensors.thermal import FREEZE_S, ThermalSensor

INSIDE = (slice(40, 140), slice(0, WIDTH_PX))


def scene(*, contrast_k=8.0):
    across = np.linspace(0, contrast_k, WIDTH_PX, dtype=np.float32)
    return np.broadcast_to(10 + across[None, :, None], (HEIGHT_PX, WIDTH_PX, 1)).copy()


def sensor_of(light, **sensor):
    plan = camera(band=Band.THERMAL, **sensor)
    return ThermalSensor(plan, plate_of(plan, light), seed=2), plan


def pictures_of(light, frames, **sensor):
    maker, _ = sensor_of(light, **sensor)
    return np.array([maker.picture(drawn(light), frame, START_UTC_NS) for frame in frames])


@pytest.mark.parametrize(("white_hot", "sign"), [(True, 1), (False, -1)])
def test_warm_is_bright_or_dark_as_the_camera_is_set(white_hot, sign):
    light = scene()
    light[80:110, 150:170] += 12
    picture = pictures_of(light, [0], white_hot=white_hot)[0].astype(int)
    assert sign * (picture[85:105, 155:165].mean() - picture[85:105, 100:140].mean()) > 60
    assert np.ptp(picture[INSIDE], axis=2).max() == 0


def test_the_gain_is_limited_so_that_an_even_scene_is_not_all_noise():
    pictures = pictures_of(scene(contrast_k=0.0), range(6), noise_k=0.05, sharpening=0.0, calibration_s=0.0)
    # Noise of 0.05 K, and 0.3 of that for rows, at no more than the most levels a kelvin.
    most = MOST_LEVELS_PER_K * 0.05 * np.hypot(1, 0.3) * 1.1
    assert 0.3 < pictures[:, *INSIDE].astype(float).std(axis=0).mean() < np.hypot(most, 0.3)


def test_noise_is_as_large_as_its_equivalent_temperature():
    maker, _ = sensor_of(scene(), noise_k=0.08, calibration_s=0.0)
    fields = np.array([maker._disturbed(frame, number=0, since_s=0.0) for frame in range(30)])
    rows_share = 0.3
    assert fields.std(axis=0).mean() == pytest.approx(0.08 * np.hypot(1, rows_share), rel=0.04)


def test_the_fixed_pattern_grows_until_it_is_calibrated_away():
    maker, _ = sensor_of(scene(), noise_k=0.05)
    fresh, old = (
        np.mean([maker._disturbed(frame, number=1, since_s=since_s) for frame in range(40)], axis=0)
        for since_s in (0.0, 120.0)
    )
    assert old.std() > 1.7 * fresh.std()
    other = np.mean([maker._disturbed(frame, number=2, since_s=0.0) for frame in range(40)], axis=0)
    assert abs(np.corrcoef(fresh.ravel(), other.ravel())[0, 1]) < 0.25


def test_the_picture_stands_while_the_device_calibrates_itself_and_the_clock_goes_on():
    light = scene()
    maker, plan = sensor_of(light, calibration_s=20.0)
    rate = float(plan.rate_hz)
    shown = [
        maker.picture(drawn(light), frame, START_UTC_NS + frame * 40_000_000)
        for frame in range(int(45 * rate))
    ]
    standing = np.array([np.array_equal(before[40:140], after[40:140]) for before, after in pairwise(shown)])
    starts = np.flatnonzero(np.diff(standing.astype(int)) == 1) + 1
    lengths = [int(np.argmin(np.append(standing[start:], False))) / rate for start in starts]
    assert 2 <= len(starts) <= 3
    assert all(FREEZE_S[0] - 0.1 <= length <= FREEZE_S[1] + 0.1 for length in lengths)
    inside = starts[0] + 8
    assert not np.array_equal(shown[starts[0]][:20], shown[inside][:20])


def test_the_detector_follows_with_its_time_constant():
    light = scene(contrast_k=0.0)
    maker, _ = sensor_of(light, blur_px=0.0)
    maker._followed(light[..., 0], frame=0)
    after = maker._followed(light[..., 0] + 10, frame=1)
    assert after[50, 50] - light[50, 50, 0] == pytest.approx(10 * (1 - np.exp(-4.0)), rel=1e-3)


def test_the_gain_follows_the_scene_slowly():
    gain = PlateauGain(step_s=0.1, white_hot=True)
    light = scene()[..., 0]
    codes, hotter = gain.codes(light), gain.codes(light + 15)
    before = gain.fine(codes).mean()
    just_after = gain.fine(hotter).mean()
    for _ in range(100):
        after = gain.fine(hotter).mean()
    assert just_after > before + 500
    assert after == pytest.approx(before, rel=0.05)


@pytest.mark.parametrize("celsius", [-200.0, 0.0, 900.0])
def test_any_temperature_has_a_code(celsius):
    codes = PlateauGain(step_s=0.1, white_hot=True).codes(np.full((4, 4), celsius, np.float32))
    assert ((codes >= 0) & (codes < CODES)).all()


def test_the_same_again_is_the_same():
    light = scene()
    assert np.array_equal(pictures_of(light, range(3)), pictures_of(light, range(3)))
