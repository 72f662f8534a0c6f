from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.sensors.views import (
    DAY,
    HEIGHT_PX,
    NIGHT,
    START_UTC_NS,
    WIDTH_PX,
    camera,
    drawn,
    plate_of,
    textured,
)
from truceline.simulate.model.devices import Sensor
from truceline.simulate.sensors.exposure import (
    CODES_PER_WHITE,
    FINE,
    PEDESTAL,
    AutoExposure,
    Exposed,
    noise_terms,
    tone_curve,
)
from truceline.simulate.sensors.noise import UNIT, WHITE, NoiseField
from truceline.simulate.sensors.readout import blur_taps, exposed, sharpened
from truceline.simulate.sensors.visible import VisibleSensor


def taken(light, *, sky=DAY, frames=1, **sensor):
    plan = camera(**sensor)
    maker = VisibleSensor(plan, plate_of(plan, light), sky=sky, seed=4)
    return [maker.picture(drawn(light), frame, START_UTC_NS) for frame in range(frames)]


@pytest.mark.parametrize(("electrons", "read_noise"), [(9000.0, 12.0), (2000.0, 3.0), (20_000.0, 40.0)])
@pytest.mark.parametrize("signal", [0.05, 0.3, 0.7])
def test_the_variance_of_the_signal_is_that_of_photons_and_readout(signal, electrons, read_noise):
    size_px, white = (400, 300), CODES_PER_WHITE
    sensor = Sensor(electrons=electrons, read_noise=read_noise)
    shot, read = noise_terms(sensor, Exposed(0.001, 1.0))
    field = NoiseField(size_px, 1, grain=WHITE, seed=[1])
    row, column, unit = field.place(7)
    straight = np.arange(PEDESTAL + 2 * white).astype(np.int16)
    lens = (np.zeros(400, np.float32), np.full(400, white, np.float32), np.ones(300, np.float32))
    codes = exposed(
        np.full((300, 400), signal, np.float32),
        blur_taps(0.0),
        lens,
        (field.values, row, column, unit),
        (shot * white, read * white**2, float(PEDESTAL), straight, 1),
    )
    in_electrons = (codes.astype(np.float64) - PEDESTAL) / white * electrons
    assert in_electrons.mean() == pytest.approx(signal * electrons, rel=0.01)
    # 120,000 pixels: the variance is known to 0.4 percent. Rounding to codes adds a twelfth of one squared.
    rounding = (electrons / white) ** 2 / 12
    assert in_electrons.var() == pytest.approx(signal * electrons + read_noise**2 + rounding, rel=0.03)


def test_noise_of_two_frames_and_of_two_pixels_does_not_go_together():
    field = NoiseField((300, 200), 3, grain=WHITE, seed=[2])
    frames = []
    for frame in (0, 1, 2):
        row, column, unit = field.place(frame)
        frames.append(field.values[row : row + 200, column : column + 900] * unit)
        assert frames[-1].std() == pytest.approx(1.0, rel=0.02)
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert abs(np.corrcoef(frames[one].ravel(), frames[other].ravel())[0, 1]) < 0.02
    single = NoiseField((300, 200), 1, grain=WHITE, seed=[2]).values / UNIT
    assert abs(np.corrcoef(single[:, 1:].ravel(), single[:, :-1].ravel())[0, 1]) < 0.02


def test_noise_grows_with_the_level_in_a_picture_as_the_curve_says():
    steps = np.repeat(np.linspace(0.02, 0.5, 8), WIDTH_PX // 8)
    light = np.broadcast_to(steps[None, :, None], (HEIGHT_PX, WIDTH_PX, 3)).astype(np.float32)
    pictures = np.array(taken(light, frames=12, sharpening=0.0, blur_px=0.0), dtype=np.float64)
    plan = camera(sharpening=0.0, blur_px=0.0)
    meter = AutoExposure(plan.sensor, step_s=0.04)
    now = meter.metered(light)
    shot, read = noise_terms(plan.sensor, now)
    curve = tone_curve(plan.sensor.gamma) / FINE
    rows, green = slice(60, 120), 1
    for number in range(1, 8):
        columns = slice(number * 40 + 8, number * 40 + 32)
        patch = pictures[:, rows, columns, green]
        grey = patch.mean()
        code = np.searchsorted(curve, grey)
        signal = (code - PEDESTAL) / CODES_PER_WHITE
        slope = (curve[code + 60] - curve[code - 60]) / 120 * CODES_PER_WHITE
        expected = slope * np.sqrt(shot * signal + read)
        assert np.sqrt(patch.var(axis=0, ddof=1).mean()) == pytest.approx(
            np.hypot(expected, 12**-0.5), rel=0.12
        )


def test_the_same_again_is_the_same_and_another_seed_is_not():
    light = textured()
    plan = camera()
    first, again, other = (
        VisibleSensor(plan, plate_of(plan, light), sky=DAY, seed=seed).picture(drawn(light), 5, START_UTC_NS)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_exposure_follows_the_light_with_a_lag_and_ends_where_it_began():
    light = textured()
    meter = AutoExposure(Sensor(), step_s=0.04)
    before = meter.metered(light).scale
    just_after = meter.metered(light / 2).scale
    for _ in range(200):
        after = meter.metered(light / 2).scale
    assert before < just_after < 1.1 * before
    assert after == pytest.approx(2 * before, rel=0.08)


@pytest.mark.parametrize(
    ("share", "time_s", "gain"),
    [
        (1.0, (1e-4, 0.002), (1, 1)),
        (3e-4, (0.02, 0.02), (20, 180)),
        (1e-9, (0.02, 0.02), (180, 180)),
    ],
)
def test_exposure_has_its_limits(share, time_s, gain):
    now = AutoExposure(Sensor(), step_s=0.04).metered(textured(scale=share))
    assert time_s[0] <= now.time_s <= time_s[1]
    assert gain[0] <= now.gain <= gain[1] * 1.0001


def test_night_is_grey_and_noisier_than_day():
    [*_, day], [*_, night] = taken(textured(), frames=2), taken(textured(scale=3e-4), sky=NIGHT, frames=2)
    inside = (slice(30, 150), slice(0, 320))
    assert np.ptp(day[inside].astype(int), axis=2).max() > 20
    assert np.ptp(night[inside].astype(int), axis=2).max() == 0
    spread = [
        np.std(
            np.diff(np.array(taken(textured(scale=scale), sky=sky, frames=2), dtype=float), axis=0)[0][inside]
        )
        for scale, sky in ((1.0, DAY), (3e-4, NIGHT))
    ]
    assert spread[1] > 2 * spread[0]


def test_the_curve_rises_and_keeps_black_and_white():
    curve = tone_curve(0.45) / FINE
    assert (np.diff(curve) >= 0).all()
    assert 4 <= curve[PEDESTAL] <= 6
    assert 235 <= curve[PEDESTAL + CODES_PER_WHITE] <= 250
    assert curve[-1] == pytest.approx(255, abs=0.1)


def test_sharpening_leaves_even_grey_alone_and_steepens_an_edge():
    fine = np.full((20, 60), 100 * FINE, np.int16)
    fine[:, 30:] = 140 * FINE
    three = np.repeat(fine[..., None], 3, axis=2).reshape(20, 180)
    plain, sharp = (np.zeros((20, 60, 3), np.uint8) for _ in range(2))
    sharpened(three, 0.0, (0, 400), plain)
    sharpened(three, 0.5, (0, 400), sharp)
    assert (plain[:, :30] == 100).all()
    assert (plain[:, 30:] == 140).all()
    assert (sharp[1:-1, 29] == 80).all()
    assert (sharp[1:-1, 30] == 160).all()
    assert (sharp[:, :29] == 100).all()


@pytest.mark.parametrize("sigma_px", [0.0, 0.3, 0.6, 0.8, 1.0])
def test_blur_keeps_the_light_and_is_as_wide_as_it_says(sigma_px):
    taps = blur_taps(sigma_px)
    places = np.arange(4)
    assert taps[0] + 2 * taps[1:].sum() == pytest.approx(1.0)
    # Cut at three pixels, a Gaussian of one pixel loses two percent of its variance.
    assert 2 * (taps * places**2).sum() == pytest.approx(sigma_px**2, rel=0.03, abs=1e-9)


def test_what_is_far_brighter_than_white_blooms():
    light = textured(scale=0.1)
    bright = light.copy()
    bright[90, 160] = 40.0
    plain, glaring = taken(light, frames=1)[0], taken(bright, frames=1)[0]
    assert glaring[90, 160].min() > 240
    assert glaring[86:95, 156:165].mean() > plain[86:95, 156:165].mean() + 15


def test_a_camera_stamps_simulated_even_where_it_shows_no_clock():
    light = np.full((HEIGHT_PX, WIDTH_PX, 3), 0.18, np.float32)
    plan = camera()
    silent = replace(plan, shows_clock=False)
    pictures = [
        VisibleSensor(one, plate_of(one, light), sky=DAY, seed=1).picture(drawn(light), 0, START_UTC_NS)
        for one in (plan, silent)
    ]
    bright = [picture.min(axis=2) > 200 for picture in pictures]
    assert bright[0][:20, :200].any()
    assert not bright[1][:, :200].any()
    assert bright[1][:20, 200:].any()
