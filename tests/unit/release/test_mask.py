"""Masks: nothing of what lies beneath gets through, in the picture or in the file made of it."""

import cv2
import numpy as np
import pytest

from truceline.errors import InputError
from truceline.release.mask import Subject, encode_picture, lettered, mask_area, mask_subjects

BOXES = ((20.0, 10.0, 40.0, 60.0), (35.0, 30.0, 70.0, 80.0), (-10.0, 70.0, 8.0, 200.0))


def picture(seed: int, *, height: int = 96, width: int = 128):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def covered(boxes, *, height: int = 96, width: int = 128):
    inside = np.zeros((height, width), dtype=bool)
    for box in boxes:
        left, top, right, bottom = mask_area(box, height=height, width=width)
        inside[top:bottom, left:right] = True
    return inside


def test_masked_pixels_do_not_depend_on_what_lies_beneath():
    inside = covered(BOXES)
    one, other = picture(1), picture(2)
    masked = [mask_subjects(item, lettered(BOXES)) for item in (one, other, np.zeros_like(one))]
    assert inside.any()
    assert not inside.all()
    for item in masked[1:]:
        assert np.array_equal(masked[0][inside], item[inside])


def test_what_is_not_covered_stays_and_the_original_is_not_touched():
    original = picture(1)
    kept = original.copy()
    masked = mask_subjects(original, lettered(BOXES))
    inside = covered(BOXES)
    assert np.array_equal(masked[~inside], original[~inside])
    assert np.array_equal(original, kept)


def test_two_originals_that_differ_only_beneath_give_the_same_file():
    one, other = picture(1), picture(1)
    inside = covered(BOXES)
    other[inside] = 255 - other[inside]
    for suffix in (".png", ".jpg"):
        files = [encode_picture(mask_subjects(item, lettered(BOXES)), suffix) for item in (one, other)]
        assert files[0] == files[1]


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        pytest.param((50, 50, 60, 60), (46, 46, 64, 64), id="least margin"),
        pytest.param((20, 0, 60, 100), (8, 0, 72, 96), id="share of the larger side, cut at the edge"),
        pytest.param((10.5, 10.5, 20.5, 20.5), (6, 6, 25, 25), id="outwards, never inwards"),
        pytest.param((-50, -50, -40, -40), (0, 0, 0, 0), id="outside"),
        pytest.param((0, 0, 128, 96), (0, 0, 128, 96), id="the whole picture"),
    ],
)
def test_a_mask_is_larger_than_its_box(box, expected):
    assert mask_area(box, height=96, width=128) == expected


@pytest.mark.parametrize(
    "box", [(1, 1, 1, 5), (5, 1, 1, 5), (1, 5, 5, 5), (float("nan"), 0, 1, 1), (0, 0, float("inf"), 1)]
)
def test_boxes_without_area_are_refused(box):
    with pytest.raises(InputError, match="area"):
        mask_subjects(picture(1), [Subject(box, "A")])


@pytest.mark.parametrize(
    "array", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), np.float64)]
)
def test_what_is_no_picture_is_refused(array):
    with pytest.raises(InputError, match="picture"):
        mask_subjects(array, [])


def test_a_mask_has_fill_hatch_and_a_letter_that_is_read():
    box = (20.0, 10.0, 60.0, 80.0)
    blank = mask_subjects(picture(1), [Subject(box, "")])
    colours = {tuple(int(part) for part in pixel) for pixel in blank[covered([box])]}
    assert len(colours) == 2, "fill and hatch"
    lettered_a, lettered_b = (mask_subjects(picture(1), [Subject(box, letter)]) for letter in "AB")
    assert lettered_a.max() >= 230
    assert not np.array_equal(lettered_a, lettered_b)


def test_nobody_and_the_smallest_person():
    assert np.array_equal(mask_subjects(picture(1), ()), picture(1))
    tiny = (0.0, 0.0, 0.5, 0.5)
    assert not np.array_equal(mask_subjects(picture(1), lettered([tiny])), picture(1))


def test_a_png_reads_back_as_it_was():
    masked = mask_subjects(picture(1), lettered(BOXES))
    data = encode_picture(masked, ".png")
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    assert np.array_equal(read, masked)
    assert encode_picture(masked, ".jpg").startswith(b"\xff\xd8\xff")
    with pytest.raises(InputError):
        encode_picture(np.zeros((0, 4, 3), np.uint8), ".png")
