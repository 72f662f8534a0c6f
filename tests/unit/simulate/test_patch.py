"""Patches: cutting, hiding and laying, at and beyond the border."""

import numpy as np
import pytest

from truceline.simulate.patch import Patch, cut, hidden_by, laid


def patch(left: int, top: int, *, cover: float = 1.0, shape: tuple[int, int] = (4, 6)) -> Patch:
    paint = np.full((*shape, 4), 0.5 * cover, dtype=np.float32)
    paint[..., 3] = cover
    return Patch(left, top, paint, 10.0)


@pytest.mark.parametrize(
    ("left", "top", "shape"),
    [
        pytest.param(2, 3, (4, 6), id="inside"),
        pytest.param(-2, -1, (3, 4), id="over the top left"),
        pytest.param(17, 8, (2, 3), id="over the bottom right"),
    ],
)
def test_a_cut_patch_lies_in_the_picture(left: int, top: int, shape: tuple[int, int]):
    inside = cut(patch(left, top), (20, 10))
    assert inside is not None
    assert inside.paint.shape[:2] == shape
    assert (inside.left_px, inside.top_px) == (max(left, 0), max(top, 0))


@pytest.mark.parametrize(("left", "top"), [(-6, 0), (20, 0), (0, -4), (0, 10)])
def test_nothing_is_left_of_a_patch_outside(left: int, top: int):
    assert cut(patch(left, top), (20, 10)) is None


def test_a_nearer_patch_hides_its_part_and_leaves_the_original():
    whole = patch(0, 0)
    left = hidden_by(whole, patch(3, 2, cover=0.5))
    assert left.cover[:2].sum() == 12
    np.testing.assert_allclose(left.cover[2:, 3:], 0.5)
    np.testing.assert_allclose(left.cover[2:, :3], 1.0)
    assert whole.cover.sum() == 24
    assert hidden_by(whole, patch(6, 0)) is whole


def test_laying_mixes_by_cover():
    picture = np.ones((10, 20, 3), dtype=np.float32)
    np.testing.assert_allclose(laid(picture, patch(2, 2, cover=0.25)), 0.75 + 0.125)
    assert picture.min() == 1.0
