"""Rays and solids: what is met is met on the surface, whichever way the solid is turned."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from truceline.simulate.model.world import Material
from truceline.simulate.plates.casting.things import local_ray, solid_normal, solid_span
from truceline.simulate.plates.scene.solids import HALF, Style, box_row

size = st.floats(0.05, 8.0)
place = st.floats(-10.0, 10.0)
angle = st.floats(-np.pi, np.pi)
style = st.sampled_from([Style.PLAIN, Style.GABLE])


@given(
    half=st.tuples(size, size, size),
    yaw=angle,
    way=st.tuples(angle, st.floats(-1.4, 1.4)),
    aim=st.tuples(*[st.floats(-0.95, 0.95)] * 3),
    kind=style,
)
def test_a_ray_enters_a_solid_on_its_surface_against_the_normal(half, yaw, way, aim, kind):
    row = np.array(
        box_row(
            np.array([1.0, -2.0, 3.0]),
            np.array(half),
            yaw_rad=yaw,
            material=Material.CONCRETE,
            style=kind,
            rise_m=2 * half[2] * 0.8,
        )
    )
    ray = (np.cos(way[0]) * np.cos(way[1]), np.sin(way[0]) * np.cos(way[1]), np.sin(way[1]))
    turned = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    target = row[:3] + turned @ (np.array(half) * aim)
    east, north, up = (float(value) for value in target - 60 * np.array(ray))
    start = (east, north, up)
    enter, leave, face = solid_span(row, start, ray)
    assume(enter <= leave)
    assert 0 < enter <= leave
    local, local_way = local_ray(row, start, ray)
    met = np.array(local) + enter * np.array(local_way)
    assert np.all(np.abs(met) <= row[HALF : HALF + 3] + 1e-6)
    normal = np.array(solid_normal(row, face))
    assert abs(np.linalg.norm(normal) - 1) < 1e-9
    assert normal @ np.array(ray) < 1e-9
    if kind is Style.PLAIN:
        assert np.min(np.abs(np.abs(met) - row[HALF : HALF + 3])) < 1e-6
