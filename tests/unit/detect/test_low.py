import numpy as np
import pytest

from tests.unit.detect.vehicles.boxes import block, drawn, mast, person
from truceline.detect.low import find_low, share_ground
from truceline.detect.people import upright_scales

CAMERA = mast()
SCALES = upright_scales(CAMERA, (640, 480))


def found(*blocks, noise=0.0):
    return find_low(drawn(CAMERA, [one for group in blocks for one in group], noise=noise), scale_at=SCALES)


def animal(place, *, length_m=1.1, height_m=0.75):
    return [block(place, 0, (length_m, 0.3, height_m))]


def test_an_animal_is_one_low_thing_and_longer_than_tall():
    low = found(animal((0.0, 0.0)))
    assert len(low.boxes_px) == 1
    assert low.height_m[0] == pytest.approx(0.8, abs=0.15)
    assert low.width_m[0] == pytest.approx(1.1, abs=0.15)
    assert low.is_long[0]


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        person((0.0, 0.0)),
        [block((0.0, 0.0), 0, (0.25, 0.25, 0.2))],
        [block((0.0, 0.0), 0, (3.2, 0.6, 0.9))],
        [block((-13.2, 0.0), 0, (1.1, 0.3, 0.7))],
    ],
    ids=["nothing", "a person", "a bag", "longer than any animal here", "cut by the border"],
)
def test_what_is_no_low_thing(blocks):
    assert len(found(blocks).boxes_px) == 0


def test_legs_below_a_hidden_trunk_are_no_animal():
    legs = [block((0.0, 0.0), 0, (0.45, 0.3, 0.8))]
    head = block((0.0, 0.0), 0, (0.3, 0.3, 1.75))
    head[:4, 2] = 1.3
    assert len(found(legs).boxes_px) == 1
    assert len(found(legs, [head]).boxes_px) == 0


def test_noise_is_nothing_low():
    assert len(found(noise=0.03).boxes_px) == 0


def test_a_person_and_a_low_thing_are_one_where_either_holds_the_other():
    low = np.array([[10.0, 50.0, 40.0, 70.0]])
    people = np.array([[15.0, 20.0, 30.0, 68.0], [100.0, 20.0, 115.0, 70.0], [10.0, 30.0, 40.0, 80.0]])
    assert share_ground(low, people).tolist() == [[True, False, True]]
