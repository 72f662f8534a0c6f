"""The stage against an independent slow reference, and what it promises about truth and untouched pixels."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.raster.acting import (
    OVERCAST,
    SUNNY,
    camera,
    performance,
    person,
    plate,
    vehicle,
)
from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Distortion
from truceline.simulate.bodies.shape import shape_at
from truceline.simulate.model.actors import Action
from truceline.simulate.model.devices import Band
from truceline.simulate.model.pictures import Shape, Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.raster.layers import drawn_layer
from truceline.simulate.raster.solids.cover import NOTHING
from truceline.simulate.raster.stage import Stage
from truceline.simulate.raster.view import view_of

WEATHER = Weather()


def _surface_points(shape: Shape) -> np.ndarray:
    """Points close together on the surface of every solid, by sampling and nothing else."""
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    lift = np.linspace(-np.pi / 2, np.pi / 2, 24)
    ball = np.stack(
        [
            np.outer(np.cos(lift), np.cos(turn)),
            np.outer(np.cos(lift), np.sin(turn)),
            np.outer(np.sin(lift), np.ones(60)),
        ],
        axis=-1,
    ).reshape(-1, 3)
    points: list[np.ndarray] = []
    for one in shape.capsules:
        points.extend(
            one[:3] + share * (one[3:6] - one[:3]) + ball * (one[6] + share * (one[7] - one[6]))
            for share in np.linspace(0, 1, 40)
        )
    side = np.linspace(-1, 1, 140)
    a, b = (grid.ravel() for grid in np.meshgrid(side, side))
    for box in shape.boxes:
        axes = box[3:12].reshape(3, 3)
        for face in range(3):
            for sign in (-1.0, 1.0):
                inside = np.stack([a, b], axis=1)
                local = np.insert(inside, face, sign, axis=1)
                points.append(box[:3] + local @ axes)
    for one in shape.cylinders:
        middle, half = (one[:3] + one[3:6]) / 2, (one[3:6] - one[:3]) / 2
        up = one[7:10]
        out = np.cross(half / np.linalg.norm(half), up)
        rim = np.cos(turn)[:, None] * up + np.sin(turn)[:, None] * out
        for share in np.linspace(-1, 1, 25):
            points += [middle + share * half + rim * one[6] * radius for radius in np.linspace(0.0, 1.0, 40)]
    return np.concatenate(points)


FINE = 4


def _seen(who, shape, plan):
    (seen,) = Stage(plate(plan), plan, sky=OVERCAST, weather=WEATHER).drawn([(who, shape)]).seen
    return seen


def _reference(shape, plan):
    """Coverage (h, w) of the pixels by surface points on a grid four times finer, and the points' box."""
    pixels = pixel_from_site(plan.true, _surface_points(shape))
    mask = np.zeros((plan.height_px * FINE, plan.width_px * FINE))
    cells = np.floor((pixels + 0.5) * FINE).astype(int)
    mask[cells[:, 1], cells[:, 0]] = 1.0
    coverage = mask.reshape(plan.height_px, FINE, plan.width_px, FINE).mean(axis=(1, 3))
    return coverage, np.array([*pixels.min(axis=0), *pixels.max(axis=0)])


def _drawn_coverage(shape, plan):
    """Coverage (h, w) of the picture's pixels by the body, and its box, as the raster has them."""
    view = view_of(plan)
    layer = drawn_layer(view, shape, moved=None)
    assert layer is not None
    coverage = np.zeros(view.rays.shape[:2])
    left, top, right, bottom = layer.rect
    coverage[top:bottom, left:right] = (layer.depth < NOTHING).mean(axis=0)
    across, down = view.margin_px
    return coverage[down : down + plan.height_px, across : across + plan.width_px]


@pytest.mark.parametrize(
    ("distortion", "k1"), [(Distortion.BROWN, 0.0), (Distortion.BROWN, -0.25), (Distortion.TSAI, 0.12)]
)
@pytest.mark.parametrize("action", [Action.WALK, Action.AIM_PRONE])
def test_silhouettes_of_people_are_those_of_sampled_points(distortion, k1, action):
    plan = camera(distortion=distortion, k1=k1, band=Band.THERMAL)
    who = performance(person(carries=True), action, speed_mps=0.8, heading_rad=0.6, at_enu_m=(-3.5, 1.0, 0.0))
    shape = shape_at(who, 2.0)
    expected, box = _reference(shape, plan)
    coverage, whole = _drawn_coverage(shape, plan), _seen(who, shape, plan).whole_px
    assert whole == pytest.approx(box, abs=0.45)
    # The points' cells reach up to an eighth of a pixel beyond the outline; thin legs gain by it
    # more than the trunk does.
    assert np.abs(coverage - expected).sum() / expected.sum() < 0.12
    assert coverage.sum() == pytest.approx(expected.sum(), rel=0.10)
    rows, columns = np.indices(expected.shape)
    for axis in (rows, columns):
        drawn_at, expected_at = ((axis * one).sum() / one.sum() for one in (coverage, expected))
        assert drawn_at == pytest.approx(expected_at, abs=0.25)


def test_the_silhouette_of_a_vehicle_is_that_of_sampled_points():
    plan = camera(band=Band.THERMAL, place=(0.0, -20.0, 5.0))
    who = performance(vehicle(), Action.DRIVE, heading_rad=0.7)
    shape = shape_at(who, 1.0)
    expected, box = _reference(shape, plan)
    coverage, whole = _drawn_coverage(shape, plan), _seen(who, shape, plan).whole_px
    assert whole == pytest.approx(box, abs=0.45)
    assert np.abs(coverage - expected).sum() / expected.sum() < 0.06


def test_an_actor_without_a_body_is_not_seen():
    plan = camera()
    who = performance(person(), Action.AWAY)
    assert Stage(plate(plan), plan, sky=SUNNY, weather=WEATHER).drawn([(who, shape_at(who, 1.0))]).seen == ()


def test_the_foot_pixel_is_the_ground_points_and_the_soles_are_there():
    plan = camera()
    who = performance(person(), Action.STAND, at_enu_m=(1.5, 0.5, 0.0))
    (seen,) = Stage(plate(plan), plan, sky=SUNNY, weather=WEATHER).drawn([(who, shape_at(who, 1.0))]).seen
    foot = pixel_from_site(plan.true, np.array([[1.5, 0.5, 0.0]]))[0]
    assert np.array(seen.foot_px) == pytest.approx(foot, abs=1e-6)
    assert seen.fraction == pytest.approx(1.0, abs=0.02)
    assert seen.visible_px is not None
    assert seen.visible_px[3] == pytest.approx(foot[1], abs=2.5)


def test_half_a_body_behind_a_wall_is_half_seen():
    plan = camera(place=(0.0, -14.0, 1.6), look=(0.0, 0.0, 1.0))
    who = performance(person(), Action.STAND, heading_rad=-np.pi / 2)
    shape = shape_at(who, 1.0)
    scene = plate(plan, wall_m=2.0, wall_left_of_m=0.0)
    (seen,) = Stage(scene, plan, sky=SUNNY, weather=WEATHER).drawn([(who, shape)]).seen
    assert seen.fraction == pytest.approx(0.5, abs=0.06)
    assert seen.visible_px is not None
    assert seen.visible_px[0] == pytest.approx((seen.whole_px[0] + seen.whole_px[2]) / 2, abs=1.5)
    hidden = plate(plan, wall_m=2.0)
    (behind,) = Stage(hidden, plan, sky=SUNNY, weather=WEATHER).drawn([(who, shape)]).seen
    assert (behind.fraction, behind.visible_px) == (0.0, None)
    assert behind.whole_px == seen.whole_px


def test_a_body_half_out_of_the_picture_is_half_seen():
    plan = camera(place=(0.0, -14.0, 1.6), look=(0.0, 0.0, 1.0))
    scene = plate(plan)
    stage = Stage(scene, plan, sky=SUNNY, weather=WEATHER)
    edge = -(plan.true.centre_px[0] + 0.5) / plan.true.focal_px[0] * 14.0
    who = performance(person(), Action.STAND, heading_rad=-np.pi / 2, at_enu_m=(edge, 0.0, 0.0))
    (seen,) = stage.drawn([(who, shape_at(who, 1.0))]).seen
    assert seen.fraction == pytest.approx(0.5, abs=0.08)
    assert seen.whole_px[0] < -3
    assert seen.visible_px is not None
    assert seen.visible_px[0] == pytest.approx(-0.5, abs=0.3)
    gone = performance(person(), Action.STAND, at_enu_m=(edge * 3, 0.0, 0.0))
    assert stage.drawn([(gone, shape_at(gone, 1.0))]).seen == ()


@pytest.mark.parametrize("order", [1, -1])
def test_the_nearer_of_two_hides_the_other_whatever_their_order(order):
    plan = camera()
    near = performance(person("near"), Action.STAND, at_enu_m=(0.0, -1.0, 0.0))
    far = performance(person("far"), Action.STAND, at_enu_m=(0.1, 1.5, 0.0))
    cast = [(one, shape_at(one, 1.0)) for one in (near, far)][::order]
    scene = plate(plan)
    seen = {one.actor_id: one for one in Stage(scene, plan, sky=SUNNY, weather=WEATHER).drawn(cast).seen}
    alone = Stage(scene, plan, sky=SUNNY, weather=WEATHER).drawn([(far, shape_at(far, 1.0))]).seen[0]
    assert seen["near"].fraction == pytest.approx(1.0, abs=0.02)
    assert 0.02 < seen["far"].fraction < 0.7
    assert alone.fraction == pytest.approx(1.0, abs=0.02)
    assert seen["far"].whole_px == alone.whole_px


def test_what_does_not_move_is_the_plates_bit_for_bit_and_is_restored():
    plan = camera()
    scene = plate(plan)
    stage = Stage(scene, plan, sky=SUNNY, weather=WEATHER)
    who = performance(person(), Action.WALK, speed_mps=1.4, at_enu_m=(-4.0, 0.0, 0.0))
    first = stage.drawn([(who, shape_at(who, 0.5))], moved=[(who, shape_at(who, 0.51))])
    changed = (first.light != scene.light).any(axis=-1)
    assert 100 < changed.sum() < 8000
    left, top, right, bottom = first.seen[0].whole_px
    rows, columns = np.nonzero(changed)
    assert rows.min() > top - 3
    assert columns.min() > left - 25
    stage.drawn([(who, shape_at(who, 4.5))])
    empty = stage.drawn([])
    assert empty.light.tobytes() == scene.light.tobytes()
    assert right > left
    assert bottom > top


def test_the_same_frame_is_the_same_bytes():
    plan = camera()
    who = performance(person(), Action.RUN, speed_mps=4.0, at_enu_m=(-6.0, 0.0, 0.0))
    car = performance(vehicle(), Action.DRIVE, speed_mps=8.0, at_enu_m=(-8.0, 3.0, 0.0))
    pictures = []
    for _ in range(2):
        stage = Stage(plate(plan), plan, sky=SUNNY, weather=WEATHER)
        opening, closing = ([(one, shape_at(one, at)) for one in (who, car)] for at in (1.0, 1.01))
        pictures.append(stage.drawn(opening, moved=closing).light.tobytes())
    assert pictures[0] == pictures[1]


def test_the_suns_shadow_falls_away_from_it_and_the_skys_lies_about_the_feet():
    plan = camera()
    scene = plate(plan)
    who = performance(person(), Action.STAND)
    shape = shape_at(who, 1.0)
    ground = scene.ground_enu_m
    away = {}
    for name, sky in (("sun", SUNNY), ("cloud", OVERCAST)):
        light = Stage(scene, plan, sky=sky, weather=WEATHER).drawn([(who, shape)]).light
        share = (light / scene.light).mean(axis=-1)
        near = (np.abs(ground[..., 1]) < 0.15) & (np.abs(ground[..., 0]) < 2.2)
        darker = near & (share < 0.97)
        # Pixels of the body itself show ground that lies behind it, farther than the bound.
        away[name] = ground[..., 0][darker]
    # The sun stands in the west at tan = 0.8 / 0.6: a shadow of 1.75 m reaches 1.31 m to the east.
    assert away["sun"].max() == pytest.approx(1.31, abs=0.15)
    assert away["sun"].min() > -0.75
    assert away["cloud"].mean() == pytest.approx(0.0, abs=0.06)
    assert away["cloud"].max() < 0.8


def test_a_fast_body_is_smeared_and_one_at_rest_is_not():
    plan = camera(place=(0.0, -24.0, 4.0))
    who = performance(vehicle(), Action.DRIVE, speed_mps=10.0, at_enu_m=(-10.0, 0.0, 0.0))
    stage = Stage(plate(plan), plan, sky=OVERCAST, weather=WEATHER)
    opening, closing = shape_at(who, 1.0), shape_at(who, 1.04)
    still = stage.drawn([(who, opening)], moved=[(who, opening)]).seen[0]
    fast = stage.drawn([(who, opening)], moved=[(who, closing)]).seen[0]
    way_px = 10.0 * 0.04 * plan.true.focal_px[0] / 24.3
    assert still.whole_px == stage.drawn([(who, opening)]).seen[0].whole_px
    widened = (fast.whole_px[2] - fast.whole_px[0]) - (still.whole_px[2] - still.whole_px[0])
    # The first sample looks an eighth of the exposure after it opens, the last an eighth before it closes.
    assert widened == pytest.approx(0.8 * way_px, rel=0.25)


def test_by_night_cloth_is_grey_and_brighter_than_by_day():
    plan, who = camera(), performance(person(), Action.STAND)
    scene, light = plate(plan), np.full(3, 0.0002)
    black = replace(scene, light=np.zeros_like(scene.light))
    shares = []
    for strength in (1.0, 1000.0):
        sky = Sky(np.array([0.0, 0.0, -1.0]), np.zeros(3), light * strength)
        stage = Stage(black, plan, sky=sky, weather=Weather(visibility_m=1e7))
        drawn = stage.drawn([(who, shape_at(who, 1.0))])
        shares.append(drawn.light[drawn.light.max(axis=2) > 0] / sky.sky[0])
    night, day = shares
    assert np.ptp(night, axis=1).max() < 0.02
    assert np.median(np.ptp(day, axis=1)) > 0.02
    assert np.median(night) > 1.5 * np.median(day)


def test_thermal_people_are_warmer_than_air_and_haze_takes_contrast_from_far_ones():
    plan = camera(band=Band.THERMAL)
    scene = plate(plan)
    who = performance(person(), Action.STAND)
    light = [
        Stage(scene, plan, sky=OVERCAST, weather=Weather(air_c=12.0, visibility_m=reach))
        .drawn([(who, shape_at(who, 1.0))])
        .light.max()
        for reach in (20_000.0, 100.0)
    ]
    assert 22.0 < light[0] < 30.0
    assert 12.0 < light[1] < light[0] - 3.0
