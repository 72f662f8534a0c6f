"""Depth, place and material of every pixel against the analytic camera."""

import numpy as np
import pytest

from tests.unit.simulate.plates.places import camera, flat, plate, values_at
from truceline.errors import InputError
from truceline.geometry.camera import ground_from_pixel, ground_pixel_jacobian, pixel_from_site, site_rays
from truceline.records.site import Distortion
from truceline.simulate.model.pictures import SKY_DEPTH_M
from truceline.simulate.model.world import Material, Solid, SolidKind, Terrain, Tree, TreeKind, World

MATERIALS = list(Material)
BROWN = {"k1": -0.22, "k2": 0.05, "p1": 0.002, "p2": -0.001, "distortion": Distortion.BROWN}
TSAI = {"k1": 0.08, "distortion": Distortion.TSAI}


def solid(kind, material, centre, half, *, yaw=0.0, openness=0.0):
    return Solid("it", kind, material, np.array(centre, float), np.array(half, float), yaw, openness)


def pixels_of(plan):
    return (
        np.stack(np.meshgrid(np.arange(plan.width_px), np.arange(plan.height_px)), axis=-1).reshape(-1, 2)
        * 1.0
    )


@pytest.mark.parametrize("lens", [None, BROWN, TSAI], ids=["straight", "brown", "tsai"])
def test_flat_ground_lies_where_the_calibration_says(lens):
    plan = camera(lens=lens)
    drawn = plate(flat(), plan)
    expected = ground_from_pixel(plan.true, pixels_of(plan)).reshape(54, 96, 2)
    near = np.isfinite(expected[..., 0])
    assert near.sum() > 3000
    short = np.linalg.norm(drawn.ground_enu_m[..., :2][near] - expected[near], axis=1)
    jacobian = ground_pixel_jacobian(plan.true, pixels_of(plan)).reshape(54, 96, 2, 2)[near]
    assert np.all(short < 0.02 * np.linalg.norm(jacobian, ord=2, axis=(1, 2)) + 1e-4)
    assert drawn.up[near] == pytest.approx(1.0, abs=0.1)
    assert np.all(drawn.material[near] == MATERIALS.index(Material.GRAVEL))


@pytest.mark.parametrize("lens", [None, BROWN, TSAI], ids=["straight", "brown", "tsai"])
def test_a_point_of_the_plate_projects_into_its_own_pixel(lens):
    heights = np.random.default_rng(2).uniform(0, 1.5, (41, 41))
    wall = solid(SolidKind.WALL, Material.CONCRETE, (2, 1, 1), (3, 0.2, 1), yaw=0.4)
    world = World(Terrain(np.array([-80.0, -80.0]), 4.0, heights), Material.GRASS, solids=(wall,))
    plan = camera(at_m=(0, -20, 8), lens=lens)
    drawn = plate(world, plan)
    seen = np.isfinite(drawn.ground_enu_m[..., 0])
    back = pixel_from_site(plan.true, drawn.ground_enu_m[seen].astype(float))
    assert back == pytest.approx(pixels_of(plan)[seen.ravel()], abs=0.02)
    along = (drawn.ground_enu_m[seen] - plan.true.position_enu_m) @ plan.true.rotation[2]
    assert along == pytest.approx(drawn.depth_m[seen].astype(float), rel=1e-5)


def test_a_turned_wall_has_the_depth_of_its_nearest_face():
    yaw = 0.35
    wall = solid(SolidKind.WALL, Material.CONCRETE, (0, 2, 1.5), (5, 0.25, 1.5), yaw=yaw)
    plan = camera(lens=BROWN)
    drawn = plate(flat(solids=(wall,)), plan)
    normal = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    rays = site_rays(plan.true, pixels_of(plan))
    face = wall.centre_enu_m + 0.25 * normal
    reach = (face - plan.true.position_enu_m) @ normal / (rays @ normal)
    points = plan.true.position_enu_m + rays * reach[:, None]
    local = (points - wall.centre_enu_m) @ np.array([np.cos(yaw), np.sin(yaw), 0.0])
    inside = (np.abs(local) < 4.9) & (points[:, 2] > 0.05) & (points[:, 2] < 2.95)
    depth = reach * (rays @ plan.true.rotation[2])
    assert inside.sum() > 300
    assert drawn.depth_m.ravel()[inside] == pytest.approx(depth[inside], rel=2e-4)
    assert np.all(drawn.material.ravel()[inside] == MATERIALS.index(Material.CONCRETE))
    assert drawn.up.ravel()[inside] == pytest.approx(0.0, abs=1e-6)


def test_the_sky_has_no_place():
    drawn = plate(flat(), camera(towards_m=(0, 0, 8)))
    sky = drawn.material == 255
    assert sky[0].all()
    assert not sky[-1].any()
    assert np.all(drawn.depth_m[sky] == SKY_DEPTH_M)
    assert np.isnan(drawn.ground_enu_m[sky]).all()
    assert np.all(drawn.light[sky] > 0)


def test_one_sees_through_a_fence_but_not_through_a_wall():
    parts = (SolidKind.FENCE, Material.METAL, (0, 0, 1.0), (8, 0.02, 1.0))
    plan = camera(at_m=(0, -10, 1.6), towards_m=(0, 0, 1.0), field_deg=30)
    fence = plate(flat(solids=(solid(*parts, openness=0.7),)), plan)
    wall = plate(flat(solids=(solid(*parts),)), plan)
    middle = (slice(36, 44), slice(38, 58))
    assert fence.depth_m[middle].max() > 14
    assert wall.depth_m[middle].max() < 10.5


def test_a_tree_sways_where_it_stands_and_has_its_own_depth():
    tree = Tree(0.0, 5.0, 8.0, 2.5, TreeKind.LEAFY)
    plan = camera(at_m=(0, -20, 6), towards_m=(0, 5, 4))
    drawn = plate(flat(trees=(tree,)), plan)
    crown = (0.0, 5.0, 5.2)
    assert values_at(plan, drawn.sway, crown)[0] > 0.8
    assert values_at(plan, drawn.depth_m, crown)[0] == pytest.approx(24.0, abs=3.0)
    assert values_at(plan, drawn.sway, (6.0, 5.0, 2.0))[0] == 0.0
    assert MATERIALS[values_at(plan, drawn.material, crown)[0]] is Material.LEAVES


def test_a_camera_under_the_ground_is_refused():
    with pytest.raises(InputError, match=r"cam-1 .* under the ground"):
        plate(flat(), camera(at_m=(0, -20, -0.5)))


def test_slabs_show_the_line_between_buildings_and_posts_elsewhere():
    hut = solid(SolidKind.BUILDING, Material.PLASTER, (-6, 0, 1.4), (2, 5, 1.4))
    plan = camera(at_m=(1, -14, 8), towards_m=(1, 0, 0), field_deg=40, size=(192, 108))
    line = np.array([[-200.0, 0.0], [200.0, 0.0]])
    drawn = plate(flat(solids=(hut,)), plan, line=line)
    on_line = values_at(plan, drawn.material, [(0.0, 0.0, 0.0), (3.0, 0.0, 0.0)])
    assert [MATERIALS[code] for code in on_line] == [Material.SLAB, Material.SLAB]
    beside = values_at(plan, drawn.material, (3.0, 0.6, 0.0))
    assert MATERIALS[beside[0]] is Material.GRAVEL
    post = camera(at_m=(37.5, -8, 4), towards_m=(37.5, 0, 0.5), field_deg=20)
    far = plate(flat(solids=(hut,)), post, line=line)
    assert MATERIALS[values_at(post, far.material, (37.5, 0.0, 0.5))[0]] is Material.CONCRETE


def test_a_post_to_stand_in_has_a_roof_and_a_pole_has_none():
    plan = camera(at_m=(0, -14, 8), towards_m=(0, 0, 1.5), field_deg=40, size=(192, 108))
    roofed = []
    for half_m in (1.2, 0.2):
        post = solid(SolidKind.POST, Material.TIMBER, (0, 0, 1.3), (half_m, half_m, 1.3))
        drawn = plate(flat(solids=(post,)), plan)
        roofed.append(bool((drawn.material == MATERIALS.index(Material.ROOF)).any()))
    assert roofed == [True, False]
