from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.sensors.views import (
    HEIGHT_PX,
    NIGHT,
    WIDTH_PX,
    drawn,
    one,
    textured,
    view,
)
from truceline.geometry.camera import site_rays
from truceline.simulate.model.devices import Band, NuisanceKind
from truceline.simulate.model.pictures import Seen
from truceline.simulate.model.turning import turned, turned_views
from truceline.simulate.model.world import Weather
from truceline.simulate.sensors.nuisance.aim import SHAKE_HZ, Shake, Turned
from truceline.simulate.sensors.nuisance.air import CONTRAST_LIMIT, FOG_CLEAR_M, FOG_DENSE_M, FOG_PATCHES, Fog
from truceline.simulate.sensors.nuisance.apply import Nuisances
from truceline.simulate.sensors.nuisance.lens import Covered, Defocused
from truceline.simulate.sensors.nuisance.sway import Wind
from truceline.simulate.sensors.nuisance.view import Instant, presence, soft_noise

IN_LIGHT = (
    NuisanceKind.WIND,
    NuisanceKind.CLOUD_SHADOWS,
    NuisanceKind.RAIN,
    NuisanceKind.FOG,
    NuisanceKind.INSECTS,
    NuisanceKind.HEADLIGHTS,
    NuisanceKind.SHAKE,
    NuisanceKind.COVERED,
    NuisanceKind.TURNED,
    NuisanceKind.DEFOCUSED,
)


def at(seconds, frame=None):
    return Instant(seconds, 0.01, round(seconds * 25) if frame is None else frame)


def swaying(made):
    sway = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    sway[30:120, 40:200] = 1
    return replace(made, plate=replace(made.plate, sway=sway))


def view_of(kind, band, sky=NIGHT):
    light = textured(scale=3e-4) if band is Band.VISIBLE else textured(1, scale=30.0)
    return swaying(view(one(kind), light=light, sky=sky, band=band))


@pytest.mark.parametrize("band", list(Band))
@pytest.mark.parametrize("kind", IN_LIGHT)
def test_each_nuisance_disturbs_while_it_lasts_and_is_repeatable(kind, band):
    made = view_of(kind, band)
    frame = drawn(made.plate.light)
    nuisances = Nuisances(made)
    moments = [float(second) for second in np.arange(1.0, 59.0, 1.3)]
    disturbed = [nuisances.over(frame, at(moment)).light for moment in moments]
    changed = [not np.array_equal(light, made.plate.light) for light in disturbed]
    assert any(changed)
    assert all(light.dtype == np.float32 and light.shape == frame.light.shape for light in disturbed)
    assert all(np.isfinite(light).all() for light in disturbed)
    again = Nuisances(made)
    assert all(
        np.array_equal(again.over(frame, at(moment)).light, light)
        for moment, light in zip(moments[:6], disturbed, strict=False)
    )
    for outside in (-1.0, 60.0, 100.0):
        assert nuisances.over(frame, at(outside)).light is frame.light
    assert np.array_equal(frame.light, made.plate.light)


def test_every_kind_of_nuisance_is_drawn_or_scheduled():
    scheduled = {NuisanceKind.DROPPED_FRAMES, NuisanceKind.DOUBLED_FRAMES, NuisanceKind.FROZEN}
    assert set(IN_LIGHT) | scheduled == set(NuisanceKind)


def test_the_weathers_wind_and_rain_are_drawn_without_being_asked_for():
    calm = view(weather=Weather(wind_mps=(0.0, 0.0), rain_mm_h=0.0))
    stormy = swaying(view(weather=Weather(wind_mps=(8.0, 3.0), rain_mm_h=10.0)))
    light = drawn(calm.plate.light)
    assert Nuisances(calm).over(light, at(5.0)).light is light.light
    assert not np.array_equal(Nuisances(stormy).over(light, at(5.0)).light, light.light)


@pytest.mark.parametrize(
    ("at_s", "share"),
    [(0.0, 0.0), (9.99, 0.0), (10.0, 0.0), (11.0, 0.5), (15.0, 1.0), (19.0, 0.5), (20.0, 0.0)],
)
def test_a_nuisance_comes_and_goes_smoothly(at_s, share):
    nuisance = one(NuisanceKind.FOG, start_s=10.0, end_s=20.0)
    assert presence(nuisance, at_s, ramp_s=2.0) == pytest.approx(share)


def test_fog_takes_contrast_as_koschmieder_says():
    flat = np.full((HEIGHT_PX, WIDTH_PX, 3), 0.2, np.float32)
    flat[:, ::2] = 0.1
    made = view(one(NuisanceKind.FOG, 0.5), light=flat)
    foggy = Fog(made, made.camera.nuisances[0]).over(flat, at(30.0))
    visibility_m = FOG_CLEAR_M * (FOG_DENSE_M / FOG_CLEAR_M) ** 0.5
    contrast = (foggy[:, 0::2, 0] - foggy[:, 1::2, 0]) / (flat[0, 0, 0] - flat[0, 1, 0])
    depth = made.plate.depth_m[:, 0::2]
    rows = depth[:, 0] < 500
    exponent = -np.log(np.maximum(np.abs(contrast[rows]), 1e-9)) / (
        CONTRAST_LIMIT / visibility_m * depth[rows]
    )
    assert np.abs(exponent - 1).max() < 4.5 * FOG_PATCHES
    assert exponent.mean() == pytest.approx(1, abs=0.3)


def test_fog_hides_a_near_person_less_than_what_lies_behind():
    flat = np.full((HEIGHT_PX, WIDTH_PX, 3), 0.2, np.float32)
    made = view(one(NuisanceKind.FOG, 0.7), light=flat)
    fog = Fog(made, made.camera.nuisances[0])
    person = flat.copy()
    person[5:150, 100:110] = 0.02
    differs = fog.over(person, at(30.0)) - fog.over(flat, at(30.0))
    at_head, at_feet = differs[8, 105, 0], differs[145, 105, 0]
    assert at_feet < -0.05
    assert at_head < 0.5 * at_feet
    # The same paint on the far background itself would hardly show.
    painted = replace(made, plate=replace(made.plate, light=person))
    behind = Fog(painted, made.camera.nuisances[0]).over(person, at(30.0))
    assert abs((behind - fog.over(flat, at(30.0)))[8, 105, 0]) < 0.2 * abs(at_head)


def test_foliage_moves_and_the_rest_stands():
    made = swaying(view(one(NuisanceKind.WIND, 1.0)))
    wind = Wind(made, made.camera.nuisances[0])
    frames = np.array([wind.over(made.plate.light, at(second)) for second in np.arange(4.0, 24.0, 0.37)])
    spread = np.ptp(frames, axis=0).max(axis=2)
    assert (spread[:15] == 0).all()
    assert (spread[:, 230:] == 0).all()
    assert (spread[50:100, 60:180] > 0).mean() > 0.3
    # Frames of foliage that has swung on are not frames seen before.
    assert len({frame.tobytes() for frame in frames}) == len(frames)


def test_shake_stays_within_two_pixels_between_two_and_eight_hertz():
    made = view(one(NuisanceKind.SHAKE, 1.0, end_s=200.0))
    shake = Shake(made, made.camera.nuisances[0])
    times = np.arange(10.0, 190.0, 1 / 50)
    across = np.array([shake.offset_px(float(second))[0] for second in times])
    assert np.abs(across).max() <= 2.0 * made.unit_px
    assert 0.3 * made.unit_px < across.std() < 1.2 * made.unit_px
    power = np.abs(np.fft.rfft(across)) ** 2
    hertz = np.fft.rfftfreq(len(across), 1 / 50)
    inside = (hertz >= SHAKE_HZ[0] - 0.3) & (hertz <= SHAKE_HZ[1] + 0.3)
    assert power[inside].sum() > 0.95 * power[1:].sum()


def test_the_truth_moves_with_the_picture():
    person = Seen("a", (100.0, 60.0, 110.0, 90.0), (100.0, 60.0, 110.0, 90.0), 1.0, (105.0, 90.0))
    made = view(one(NuisanceKind.TURNED, 1.0))
    light = made.plate.light.copy()
    light[60:91, 100:111] = 9.0
    frame = replace(drawn(light), seen=(person,))
    nuisances = Nuisances(made)
    for moment in (0.3, 0.5, 30.0):
        moved = nuisances.over(frame, at(moment))
        rows, columns = np.nonzero(moved.light[..., 0] > 8)
        [now] = moved.seen
        if now.visible_px is None:
            assert len(rows) == 0
        else:
            # A swing slants the box a little; what is interpolated at its edges is not counted.
            assert (columns.min(), rows.min()) == pytest.approx(now.visible_px[:2], abs=1.6)
            assert (columns.max(), rows.max()) == pytest.approx(now.visible_px[2:], abs=1.6)
    assert moved.seen[0].visible_px is None
    assert moved.seen[0].fraction == 0


def test_clouds_dim_foliage_evenly_whether_the_ground_behind_it_is_sunny_or_not():
    light = np.full((HEIGHT_PX, WIDTH_PX, 3), 0.2, np.float32)
    made = swaying(view(one(NuisanceKind.CLOUD_SHADOWS, 1.0), light=light))
    striped = np.where(np.arange(WIDTH_PX)[None] % 2, 1.0, 0.0) * np.ones((HEIGHT_PX, 1))
    plate = replace(made.plate, sunlit=striped.astype(np.float32), ground_enu_m=made.plate.ground_enu_m * 0)
    clouds = Nuisances(replace(made, plate=plate))
    shares = np.stack(
        [clouds.over(drawn(light), at(moment)).light[..., 0] for moment in np.arange(5.0, 55, 2)]
    )
    foliage, ground = shares[:, 60, 60:180], shares[:, 150, 60:180]
    assert np.ptp(foliage, axis=1).max() < 1e-6
    assert foliage.min() < 0.15
    assert np.ptp(ground, axis=1).max() > 0.05
    assert shares.min() > 0.2 * 0.2


def test_a_turned_camera_shows_a_view_without_those_who_were_there():
    made = view(one(NuisanceKind.TURNED, 1.0))
    turned = Turned(made, made.camera.nuisances[0])
    assert turned.aside_rad(30.0) == pytest.approx(0.9)
    light = made.plate.light.copy()
    light[60:90, 100:110] = 9.0
    shown = turned.over(light, at(30.0))
    assert not (shown > 8).any()
    assert turned.over(light, at(61.0)) is light


def test_a_turned_camera_shows_the_scene_that_lies_beside_the_old_view():
    made = view(one(NuisanceKind.TURNED, 0.8))
    height, width = made.plate.light.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2).astype(float)
    calibrations = (made.camera.true, *turned_views(made.camera, seed=made.seed))
    # A scene far away whose light is a smooth function of the direction alone.
    scenes = [
        (np.sin(5 * site_rays(one, grid)) * 0.2 + 0.3).reshape(height, width, 3).astype(np.float32)
        for one in calibrations
    ]
    plate = replace(made.plate, light=scenes[0], beyond=np.stack(scenes[1:]))
    looks = Turned(replace(made, plate=plate), made.camera.nuisances[0])
    for moment in (0.4, 0.8, 1.2, 30.0):
        now = turned(made.camera, looks.aside_rad(moment), seed=made.seed)
        wanted = (np.sin(5 * site_rays(now, grid)) * 0.2 + 0.3).reshape(height, width, 3)
        wrong = np.abs(looks.over(scenes[0], at(moment)) - wanted).max(axis=2) > 0.01
        # A corner may lie outside all that was drawn for a frame or two.
        assert wrong.mean() < (0.02 if moment < 2 else 1e-9)


@pytest.mark.parametrize(("strength", "fraction"), [(1.0, 0.0), (0.5, 0.0), (0.3, 1.0)])
def test_a_cover_hides_whoever_is_behind_it(strength, fraction):
    person = Seen("a", (100.0, 70.0, 110.0, 88.0), (100.0, 70.0, 110.0, 88.0), 1.0, (105.0, 88.0))
    made = view(one(NuisanceKind.COVERED, strength))
    covered = Nuisances(made).over(replace(drawn(made.plate.light), seen=(person,)), at(30.0))
    assert covered.seen[0].fraction == fraction
    top = covered.light[:40].mean()
    assert top < 0.4 * made.plate.light[:40].mean()
    assert Covered(made, made.camera.nuisances[0]).share(30.0) == pytest.approx(strength)


def test_focus_lost_takes_detail_and_keeps_the_light():
    made = view(one(NuisanceKind.DEFOCUSED, 1.0))
    blurred = Defocused(made, made.camera.nuisances[0]).over(made.plate.light, at(30.0))
    assert blurred.mean() == pytest.approx(made.plate.light.mean(), rel=0.02)
    assert np.abs(np.diff(blurred, axis=1)).max() < 0.4 * np.abs(np.diff(made.plate.light, axis=1)).max()


def test_soft_noise_can_be_laid_beside_itself():
    tile = soft_noise(np.random.default_rng(1), 64, octaves=4)
    assert tile.std() == pytest.approx(1, rel=1e-3)
    inside = np.abs(np.diff(tile, axis=1)).mean()
    assert np.abs(tile[:, 0] - tile[:, -1]).mean() < 2 * inside
