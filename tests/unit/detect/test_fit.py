from dataclasses import replace

import numpy as np
import pytest

from tests.unit.geometry.cameras import mast
from truceline.detect.fit import (
    BACKGROUND_WEIGHT,
    LARGEST_RANGE_M,
    MOST_PEOPLE,
    PERSON_HEIGHT_M,
    PUT_BACK_SHARE,
    ROUNDS,
    SMALLEST_GAIN,
    SMALLEST_HEIGHT_PX,
    PersonCells,
    fit_people,
    person_cells,
)
from truceline.geometry.camera import look_at_rotation, pixel_from_site
from truceline.track.boxes import person_boxes

WIDTH, HEIGHT = 640, 480
CELL_SHARE = 0.05
"""Neighbouring cells lie this share of a person's height apart."""

CAMERA = mast(width_px=WIDTH, height_px=HEIGHT)
CELLS = person_cells(CAMERA, width_px=WIDTH, height_px=HEIGHT)


def drawn(*places_en_m):
    """The evidence of upright people at places on the ground."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for box in person_boxes(CAMERA, np.array(places_en_m, float).reshape(-1, 2)):
        left, top, right, bottom = np.clip(np.round(box), 0, (WIDTH, HEIGHT, WIDTH, HEIGHT)).astype(int)
        mask[top:bottom, left:right] = 255
    return mask


def misfit(row, place):
    """Largest distance between the edges of a cell's rectangle and the drawn one, as a share of height."""
    box = person_boxes(CAMERA, np.array(place, float)[None])[0]
    return np.abs(CELLS.boxes_px[row] - box).max() / (box[3] - box[1])


def test_cells_are_people_on_the_ground_in_the_picture():
    head = pixel_from_site(
        CAMERA, np.concatenate([CELLS.en_m, np.full((len(CELLS.en_m), 1), PERSON_HEIGHT_M)], axis=1)
    )
    np.testing.assert_allclose(CELLS.boxes_px[:, 1], head[:, 1], atol=1e-6)
    assert (CELLS.boxes_px[:, 3] - CELLS.boxes_px[:, 1] > SMALLEST_HEIGHT_PX).all()
    assert (CELLS.clipped_px[:, :2] >= 0).all()
    assert (CELLS.clipped_px[:, 2:] <= (WIDTH, HEIGHT)).all()
    assert (CELLS.visible <= 1 + 1e-9).all()
    assert (np.linalg.norm(CELLS.en_m - CAMERA.position_enu_m[:2], axis=1) < LARGEST_RANGE_M).all()


@pytest.mark.parametrize("target_up_m", [8.0, 30.0], ids=["level", "at the sky"])
def test_a_camera_that_sees_no_ground_has_no_cells(target_up_m):
    position = CAMERA.position_enu_m
    rotation = look_at_rotation(position, position + np.array([0, 20.0, target_up_m - 8.0 + 20]))
    cells = person_cells(replace(CAMERA, rotation=rotation), width_px=WIDTH, height_px=HEIGHT)
    assert cells.en_m.shape == (0, 2)
    chosen, gains = fit_people(drawn((0, 0)), cells)
    assert (len(chosen), len(gains)) == (0, 0)


def test_an_empty_mask_holds_nobody():
    assert len(fit_people(drawn(), CELLS)[0]) == 0


@pytest.mark.parametrize(
    "place", [(0, 0), (-4, 3), (5.3, -2), (0.3, -7), (2, 9), (-2.2, 5.5)], ids=lambda place: f"{place}"
)
def test_one_person_is_found_within_two_cells(place):
    chosen, gains = fit_people(drawn(place), CELLS)
    assert len(chosen) == 1
    assert gains[0] > 0.8
    assert misfit(chosen[0], place) < 2 * CELL_SHARE


@pytest.mark.parametrize(
    "places",
    [
        pytest.param([(-3, 0), (3, 0)], id="apart"),
        pytest.param([(0, 0), (0.5, 0)], id="shoulder to shoulder"),
        pytest.param([(0, 0), (0.52, 0), (1.04, 0)], id="three in a row"),
        pytest.param([(0, 0), (0.1, 3.0)], id="one half behind the other"),
    ],
)
def test_people_who_touch_are_split(places):
    chosen, _ = fit_people(drawn(*places), CELLS)
    assert len(chosen) == len(places)
    for place in places:
        assert min(misfit(row, place) for row in chosen) < 3 * CELL_SHARE


def test_a_person_whose_feet_are_below_the_picture_is_found():
    place = np.array([0.5, -12.4])
    box = person_boxes(CAMERA, place[None])[0]
    assert box[1] < HEIGHT - 40
    assert box[3] > HEIGHT + 10
    chosen, _ = fit_people(drawn(place), CELLS)
    assert len(chosen) == 1
    assert CELLS.boxes_px[chosen[0], 3] > HEIGHT
    assert np.linalg.norm(CELLS.en_m[chosen[0]] - place) < 1.0


def test_the_best_comes_first_and_gains_fall():
    mask = drawn((-3, 0), (3, 0))
    left, top, right, bottom = np.round(person_boxes(CAMERA, np.array([[3.0, 0.0]]))[0]).astype(int)
    mask[top : (top + bottom) // 2, left:right] = 0
    chosen, gains = fit_people(mask, CELLS)
    assert CELLS.en_m[chosen[0], 0] < 0
    assert (np.diff(gains) <= 0).all()


@pytest.mark.parametrize(("covered", "found"), [(50, 1), (40, 0)], ids=["enough", "too little"])
def test_a_half_empty_rectangle_is_a_person_only_when_enough_of_it_moves(covered, found):
    """One cell of 10 by 10: its gain is what moves minus the weighted rest."""
    cell = np.array([[10, 10, 20, 20]])
    cells = PersonCells(np.zeros((1, 2)), cell.astype(float), cell, np.ones(1))
    mask = np.zeros((40, 40), np.uint8)
    mask[10:20, 10:20].flat[:covered] = 255
    gain = (covered - BACKGROUND_WEIGHT * (100 - covered)) / 100
    assert (gain > SMALLEST_GAIN) == bool(found)
    _, gains = fit_people(mask, cells)
    assert len(gains) == found
    np.testing.assert_allclose(gains, [gain] * found, atol=0.5 / 255)  # weights are whole numbers of 255


def test_the_evidence_is_not_changed():
    strength = drawn((0, 0), (2, 1))
    before = strength.copy()
    fit_people(strength, CELLS)
    np.testing.assert_array_equal(strength, before)


def test_there_is_an_end_to_people():
    assert len(fit_people(np.full((HEIGHT, WIDTH), 255, np.uint8), CELLS)[0]) <= MOST_PEOPLE


def rectangles(*lefts, top=10, width=20, height=60):
    """Cells side by side, all of one size."""
    boxes = np.array([(left, top, left + width, top + height) for left in lefts])
    return PersonCells(np.zeros((len(boxes), 2)), boxes.astype(float), boxes, np.ones(len(boxes)))


def test_two_who_overlap_are_put_where_both_are_though_the_first_pick_straddled_them():
    """Where they overlap the evidence is stronger: the best single place is between them.

    Either side of it is enough for one more person: the first pick is the third, who must go again.
    """
    strength = np.zeros((90, 120), np.uint8)
    strength[10:70, 30:64] = 200
    strength[10:70, 37:57] = 255
    cells = rectangles(*range(20, 56))
    alone = [strength[10:70, left : left + 20].mean() for left in range(20, 56)]
    assert 20 + int(np.argmax(alone)) == 37  # between 30 and 44
    chosen, gains = fit_people(strength, cells)
    assert sorted((20 + chosen).tolist()) == [30, 44]
    assert (gains > SMALLEST_GAIN).all()


def test_a_strip_beside_somebody_is_nobody():
    """One person, a fifth wider than the rectangle."""
    strength = np.zeros((90, 120), np.uint8)
    strength[10:70, 30:54] = 255
    chosen, _ = fit_people(strength, rectangles(*range(20, 56)))
    assert len(chosen) == 1


@pytest.mark.parametrize(("strength", "found"), [(100, 0), (115, 1), (255, 1)])
def test_faint_evidence_counts_by_its_strength(strength, found):
    """A whole rectangle of it: the gain is its strength less what speaks against."""
    picture = np.zeros((90, 120), np.uint8)
    picture[10:70, 30:50] = strength
    gain = strength / 255 * (1 + BACKGROUND_WEIGHT) - BACKGROUND_WEIGHT
    assert (gain > SMALLEST_GAIN) == bool(found)
    _, gains = fit_people(picture, rectangles(30))
    np.testing.assert_allclose(gains, [gain] * found, atol=0.5 / 255)


def test_who_is_half_out_of_sight_counts_by_what_is_seen():
    picture = np.zeros((90, 120), np.uint8)
    picture[10:70, 0:10] = 255
    boxes = np.array([(-10, 10, 10, 70)])
    cells = PersonCells(np.zeros((1, 2)), boxes.astype(float), np.array([(0, 10, 10, 70)]), np.array([0.5]))
    _, gains = fit_people(picture, cells)
    np.testing.assert_allclose(gains, [np.sqrt(0.5)], atol=1e-6)


def plain_gains(weights, cells):
    """Each cell's gain, its pixels summed one cell at a time."""
    parts = [weights[top:bottom, left:right] for left, top, right, bottom in cells.clipped_px]
    return np.array([part.sum() / (255 * part.size) for part in parts]) * np.sqrt(cells.visible)


def plainly_explained(weights, boxes):
    rest = weights.copy()
    for left, top, right, bottom in boxes:
        part = rest[top:bottom, left:right]
        np.minimum(part, 0, out=part)
    return rest


def plain_fit(strength, cells):
    """The method of ``fit_people`` with everything worked out anew at every step."""
    of = np.round(np.arange(256) * (1 + BACKGROUND_WEIGHT) - 255 * BACKGROUND_WEIGHT).astype(int)
    weights, boxes = of[strength], cells.clipped_px
    chosen: list[int] = []
    told: list[float] = []
    while len(chosen) < MOST_PEOPLE:
        gains = plain_gains(plainly_explained(weights, boxes[chosen]), cells)
        if gains.max() <= SMALLEST_GAIN:
            break
        chosen.append(int(gains.argmax()))
        told.append(gains.max())
    for _ in range(ROUNDS):
        for place, old in enumerate(chosen):
            if old < 0:
                continue
            others = [one for number, one in enumerate(chosen) if one >= 0 and number != place]
            gains = plain_gains(plainly_explained(weights, boxes[others]), cells)
            tall = boxes[old, 3] - boxes[old, 1]
            near = np.abs(boxes[:, [0, 3]] - boxes[old, [0, 3]]).max(axis=1) <= PUT_BACK_SHARE * tall
            near &= (boxes[:, :2] >= boxes[old, :2] - tall).all(axis=1)
            near &= boxes[:, 2] < boxes[old, 0] + tall + 2
            gains[~near] = -1.0
            chosen[place] = int(gains.argmax()) if gains.max() > SMALLEST_GAIN else -1
            told[place] = gains.max()
    kept = [place for place, one in enumerate(chosen) if one >= 0]
    return [chosen[place] for place in kept], np.array([told[place] for place in kept], np.float32)


@pytest.mark.parametrize("seed", range(12))
def test_in_a_crowd_the_fit_finds_what_working_everything_out_anew_finds(seed):
    draw = np.random.default_rng(seed)
    corners = draw.integers(0, (70, 40), (400, 2))
    sizes = draw.integers((4, 12), (9, 24), (400, 2))
    boxes = np.concatenate([corners, np.minimum(corners + sizes, (80, 60))], axis=1)
    cells = PersonCells(np.zeros((400, 2)), boxes.astype(float), boxes, draw.uniform(0.4, 1, 400))
    strength = draw.integers(0, 120, (60, 80)).astype(np.uint8)
    for left, top, right, bottom in boxes[draw.choice(400, 14)]:
        strength[top:bottom, left:right] = draw.integers(120, 256, (bottom - top, right - left))
    chosen, gains = fit_people(strength, cells)
    rows, told = plain_fit(strength, cells)
    assert len(rows) > 3
    assert chosen.tolist() == rows
    np.testing.assert_array_equal(gains, told)
