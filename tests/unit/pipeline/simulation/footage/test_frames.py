"""Who is near enough to a picture to be drawn, and who is left out of it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.truth.settings import camera, walker
from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.simulation.footage.frames import REACH_M, _near
from truceline.simulate.model.actors import Action


def at(places):
    still = walker()
    count = len(places)
    columns = {name: getattr(still, name)[100 : 100 + count] for name in ("heading_rad", "speed_mps")}
    action = np.full(count, Action.WALK, dtype=np.int8)
    return replace(still, enu_m=np.array(places, dtype=np.float64), action=action, **columns)


def test_nobody_is_left_out_of_whom_any_part_lies_in_the_picture():
    plan = camera()
    random = np.random.default_rng(4)
    places = np.concatenate([random.uniform(-150, 150, (4000, 2)), np.zeros((4000, 1))], axis=1)
    near = _near(at(places[:401]), plan)
    for offset in ([0, 0, 0], [0, 0, 1.8], [5, 0, 0], [0, -5, 0]):
        pixels = pixel_from_site(plan.true, places[:401] + offset)
        with np.errstate(invalid="ignore"):
            inside = ((pixels >= -0.5) & (pixels <= (159.5, 95.5))).all(axis=1)
        assert inside.any()
        assert near[inside].all()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param([5.0, 2.0, 0.0], True, id="before the camera"),
        pytest.param([5.0, -60.0, 0.0], False, id="behind it"),
        pytest.param([5.0, -20.0 - REACH_M / 2, 0.0], True, id="at its foot"),
        pytest.param([150.0, 0.0, 0.0], False, id="far aside"),
    ],
)
def test_who_is_elsewhere_is_not_drawn(place, expected):
    assert _near(at([place]), camera())[0] == expected


def test_who_is_away_is_not_drawn():
    gone = walker()
    assert not _near(gone, camera())[0]
    assert _near(gone, camera())[200]
