import numpy as np

from tests.unit.geometry.cameras import mast
from truceline.geometry.camera import ground_from_pixel
from truceline.track.boxes import PERSON_ASPECT, PERSON_HEIGHT_M, person_boxes


def test_boxes_stand_on_their_places_and_end_at_the_head():
    camera = mast()
    places = np.array([[0.0, 0.0], [3.0, 6.0], [-2.0, -5.0]])
    boxes = person_boxes(camera, places)
    foot = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    assert np.linalg.norm(ground_from_pixel(camera, foot) - places, axis=1).max() < 0.3
    head = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 1]], axis=1)
    assert (
        np.linalg.norm(ground_from_pixel(camera, head, height_m=PERSON_HEIGHT_M) - places, axis=1).max() < 0.3
    )
    np.testing.assert_allclose(
        boxes[:, 2] - boxes[:, 0], PERSON_ASPECT * (boxes[:, 3] - boxes[:, 1]), atol=1e-9
    )


def test_who_is_nearer_is_larger():
    tall = np.diff(person_boxes(mast(), np.array([[0.0, 10.0], [0.0, 0.0], [0.0, -8.0]]))[:, 1::2], axis=1)
    assert (np.diff(tall[:, 0]) > 0).all()


def test_nobody_and_nobody_in_sight():
    assert person_boxes(mast(), np.zeros((0, 2))).shape == (0, 4)
    assert np.isnan(person_boxes(mast(), np.array([[0.0, -90.0]]))).all()
