"""Who is near enough to a picture to be drawn, and who is left out of it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.sensors.views import plate_of
from tests.unit.simulate.truth.settings import camera, setting, walker
from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.simulation.footage.frames import REACH_M, Frames, _near
from truceline.pipeline.simulation.footage.takes import Cast, Take
from truceline.simulate.model.actors import Action, ActorKind
from truceline.simulate.model.devices import Sensor


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


def boxes(readout_s: float, *, up_px: float) -> tuple[np.ndarray, np.ndarray]:
    """Outline and foot of a truck that drives past at 20 m/s, in a picture shifted up."""
    plan = camera(sensor=Sensor(readout_s=readout_s))
    shifted = replace(plan.true, centre_px=plan.true.centre_px - (0.0, up_px))
    plan = replace(plan, true=shifted)
    still = walker(kind=ActorKind.TRUCK)
    seconds = np.arange(len(still.enu_m)) * 0.02
    zeros = np.zeros(len(seconds))
    driving = replace(
        still,
        actor=replace(still.actor, height_m=2.8),
        enu_m=np.stack([20 * (seconds - 5) + 5, zeros + 5, zeros], axis=1),
        heading_rad=zeros,
        speed_mps=zeros + 20.0,
        action=np.full(len(seconds), Action.DRIVE, dtype=np.int8),
    )
    plate = plate_of(plan, np.full((96, 160, 3), 0.2, np.float32))
    cast = Cast(0.0, (driving,), (1,))
    frames = Frames(setting(), Take(plan, 0, 5, (), ()), cast=cast, plate=plate)
    [seen] = frames._drawn(5.0, exposure_s=0.001).seen
    return np.array(seen.whole_px), np.array(seen.foot_px)


@pytest.mark.parametrize("up_px", [-40.0, 0.0, 40.0])
def test_a_rolling_shutter_sees_what_moves_where_it_is_when_its_row_is_read(up_px):
    (at_once, foot), (rolled, same) = boxes(0.0, up_px=up_px), boxes(0.2, up_px=up_px)
    row = (at_once[1] + at_once[3]) / 2
    later_s = 0.2 * ((row + 0.5) / 96 - 0.5)
    moved = rolled[[0, 2]].mean() - at_once[[0, 2]].mean()
    a_metre_px = camera().true.focal_px[0] / 25
    assert moved == pytest.approx(20 * later_s * a_metre_px, abs=0.15 * abs(20 * later_s * a_metre_px) + 1.5)
    assert abs(later_s) > 0.04 or up_px == 0
    # The truth's foot stays at the frame's own time.
    assert same == pytest.approx(foot)
