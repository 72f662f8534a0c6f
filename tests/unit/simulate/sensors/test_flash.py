from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.sensors.views import HEIGHT_PX, camera, plate_of, textured
from truceline.geometry.camera import pixel_from_site
from truceline.simulate.model.actors import Happening, HappeningKind
from truceline.simulate.model.devices import Band
from truceline.simulate.model.pictures import SKY_DEPTH_M
from truceline.simulate.sensors.flash import (
    FLASH_LIGHT,
    Flash,
    Flight,
    flash_capture,
    flashes_of,
    gas_warmth_k,
    row_offsets_s,
    with_flashes,
)

PLACE = np.array([1.0, 14.0, 1.5])
FLASH = Flash(at_s=10.0, place_enu_m=PLACE, lasts_s=0.002, radius_m=0.2, light=FLASH_LIGHT)


@pytest.mark.parametrize(
    ("starts_s", "lasts_s", "exposure_s", "shares"),
    [
        (-0.001, 0.002, 0.02, (0.0, 0.1, 0.0)),  # in the middle of the frame: in rows open then
        (-0.5, 0.002, 0.02, (0.0, 0.0, 0.0)),
        (-0.02, 0.04, 0.002, (1.0, 1.0, 1.0)),  # longer than the frame: all of every row
        (-0.001, 0.002, 0.001, (0.0, 1.0, 0.0)),
    ],
)
def test_a_row_catches_what_shone_while_it_was_open(starts_s, lasts_s, exposure_s, shares):
    plan = camera(readout_s=0.03)
    rows = flash_capture(plan, starts_s=starts_s, lasts_s=lasts_s, exposure_s=exposure_s)
    assert rows[[0, HEIGHT_PX // 2, -1]] == pytest.approx(shares, abs=1e-9)


def test_without_a_rolling_shutter_all_rows_are_alike_and_the_middle_is_at_the_frames_time():
    plan = camera(readout_s=0.0)
    assert (row_offsets_s(plan) == 0).all()
    rolling = row_offsets_s(camera(readout_s=0.016))
    assert rolling.sum() == pytest.approx(0, abs=1e-12)
    assert rolling[-1] - rolling[0] == pytest.approx(0.016 * (HEIGHT_PX - 1) / HEIGHT_PX)


@pytest.mark.parametrize(("exposure_s", "lasts_s"), [(0.02, 0.002), (0.001, 0.002), (0.04, 0.001)])
def test_a_flash_is_caught_as_often_as_exposure_and_flash_say(exposure_s, lasts_s):
    plan = camera(readout_s=0.0)
    period_s = 0.04
    at = (np.arange(4000) + 0.5) / 4000 * period_s - period_s / 2
    caught = [
        any(
            flash_capture(plan, starts_s=one - frame * period_s, lasts_s=lasts_s, exposure_s=exposure_s).any()
            for frame in (-1, 0, 1)
        )
        for one in at
    ]
    assert np.mean(caught) == pytest.approx(min((exposure_s + lasts_s) / period_s, 1), abs=0.01)


def test_with_a_rolling_shutter_a_short_flash_is_a_band_of_rows():
    plan = camera(readout_s=0.03)
    rows = flash_capture(plan, starts_s=0.004, lasts_s=0.002, exposure_s=0.002)
    lit = np.flatnonzero(rows > 0)
    assert 0 < len(lit) < HEIGHT_PX / 4
    assert (np.diff(lit) == 1).all()
    # It shines from 4 to 6 ms; the row whose exposure has its middle at 5 ms catches all of it.
    assert rows.argmax() == pytest.approx(HEIGHT_PX * (0.5 + 0.005 / 0.03), abs=2)


@pytest.mark.parametrize(("at_s", "caught"), [(10.001, True), (10.5, False), (9.9, False)])
def test_a_flash_brightens_its_place_in_the_frame_that_catches_it(at_s, caught):
    plan = camera(readout_s=0.0)
    light = textured()
    plate = plate_of(plan, light)
    shone, when = with_flashes(light, [FLASH], camera=plan, plate=plate, timing=(at_s, 0.004))
    column, row = np.round(pixel_from_site(plan.true, PLACE[None])[0]).astype(int)
    assert when == ((10.0,) if caught else ())
    assert (shone[row, column, 0] > 3) == caught
    assert np.array_equal(shone[:20], light[:20])
    assert np.array_equal(light, textured())


def test_a_wall_before_it_hides_a_flash():
    plan = camera(readout_s=0.0)
    light = textured()
    plate = plate_of(plan, light)
    wall = replace(plate, depth_m=np.full_like(plate.depth_m, 5.0))
    shone, when = with_flashes(light, [FLASH], camera=plan, plate=wall, timing=(10.001, 0.004))
    assert when == ()
    assert shone is light


def test_a_far_flash_gives_no_more_light_than_it_has():
    plan = camera(readout_s=0.0)
    light = np.zeros_like(textured())
    plate = plate_of(plan, light)
    sums = []
    for far_m in (12.0, 36.0):
        flash = replace(FLASH, place_enu_m=np.array([0.0, far_m, 1.5]), radius_m=0.05)
        distance_m = np.linalg.norm(flash.place_enu_m - plan.true.position_enu_m)
        shone, _ = with_flashes(light, [flash], camera=plan, plate=plate, timing=(10.001, 0.004))
        sums.append(shone.sum() * distance_m**2)
    assert sums[0] == pytest.approx(sums[1], rel=0.15)


def test_a_thermal_camera_sees_the_gas_for_a_moment():
    plan = camera(band=Band.THERMAL)
    light = np.full((HEIGHT_PX, 320, 1), 10.0, np.float32)
    plate = plate_of(plan, light)
    warmest = [
        with_flashes(light, [FLASH], camera=plan, plate=plate, timing=(10.0 + after, 0.02))[0].max()
        for after in (-0.02, 0.015, 0.06, 0.5)
    ]
    assert warmest[0] == 10
    assert warmest[1] > warmest[2] > 11
    assert warmest[3] == pytest.approx(10, abs=0.1)
    assert gas_warmth_k(0.0) == 0


def test_only_shots_flash_and_each_has_its_own_light():
    def happening(kind, at_s):
        return Happening(kind, at_s, at_s, ("guard",), PLACE, direction=np.array([0.0, 1.0, 0.0]))

    shots = [happening(HappeningKind.SHOT, at_s) for at_s in (1.0, 2.0, 3.0)]
    flashes = flashes_of([*shots, happening(HappeningKind.DISCHARGE_LIKE, 4.0)], seed=1)
    assert [one.at_s for one in flashes] == [1.0, 2.0, 3.0]
    assert len({one.light for one in flashes}) == 3
    assert flashes[0].place_enu_m[1] > PLACE[1]
    assert [one.light for one in flashes_of(shots, seed=1)] == [one.light for one in flashes]


def test_a_star_flies_slower_and_slower_and_burns_down():
    plan = camera(readout_s=0.0)
    light = textured() * 0
    plate = plate_of(plan, textured())
    flight = Flight(np.array([3.0, 0.0, 2.0]), np.array([1.0, 0.2, 0.1], dtype=np.float32))
    star = Flash(at_s=10.0, place_enu_m=PLACE, lasts_s=1.0, radius_m=0.2, light=5.0, flight=flight)
    places, peaks = [], []
    for at_s in (10.0, 10.3, 10.6, 10.9):
        shone, _ = with_flashes(light, [star], camera=plan, plate=plate, timing=(at_s + 0.002, 0.004))
        assert shone[..., 0].sum() > 4 * shone[..., 1].sum() > 0
        row, column = np.unravel_index(shone[..., 0].argmax(), shone.shape[:2])
        places.append((column, row))
        peaks.append(shone.max())
    steps = np.diff([column for column, _ in places])
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()
    assert (np.diff(peaks) < 0).all()
    gone, when = with_flashes(light, [star], camera=plan, plate=plate, timing=(11.1, 0.004))
    assert gone is light
    assert not when


def test_a_glow_lights_the_ground_by_what_it_reflects_and_not_the_sky():
    plan = camera(readout_s=0.0)
    light = textured()
    made = plate_of(plan, light)
    depth = np.where(np.arange(HEIGHT_PX)[:, None] < 60, SKY_DEPTH_M, made.depth_m)
    plate = replace(made, depth_m=depth.astype(np.float32))
    glow = Flash(10.0, np.array([0.0, -50.0, 70.0]), lasts_s=0.5, radius_m=0.5, light=30.0, glow=0.1)
    shone, _ = with_flashes(light, [glow], camera=plan, plate=plate, timing=(10.05, 0.004))
    sky = plate.depth_m >= SKY_DEPTH_M
    assert np.array_equal(shone[sky], light[sky])
    added = (shone - light)[~sky]
    assert 0.01 < np.median(added) < 0.025
    order = np.argsort(light[~sky].ravel())
    assert added.ravel()[order[-1]] > added.ravel()[order[0]] > 0
