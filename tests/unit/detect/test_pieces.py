import cv2
import numpy as np
import pytest

from truceline.detect.pieces import pieces_of


def noise(seed, *, share=0.4, size=(37, 83)):
    generator = np.random.default_rng([seed, 5])
    return np.where(generator.random(size) < share, 200, generator.integers(0, 200, size)).astype(np.uint8)


def reference(strength, least):
    """Boxes with areas, and the picture of labels, of OpenCV."""
    mask = (strength >= least).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return stats[1:], labels


def test_nothing_has_no_pieces():
    found = pieces_of(np.zeros((5, 7), np.uint8), least=128)
    assert found.table.shape == (0, 5)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4, 0.7, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (37, 83), (64, 32), (9, 200)])
def test_pieces_are_those_of_opencv(share, size):
    strength = noise(3, share=share, size=size)
    for part in (strength, strength[::2, ::2]):
        stats, _ = reference(part, 200)
        assert sorted(pieces_of(part, least=200).table.tolist()) == sorted(stats.tolist())


def test_the_uppermost_pixel_comes_first():
    found = pieces_of(noise(4, share=0.1), least=200)
    assert (np.diff(found.table[:, 1]) >= 0).all()


def test_a_piece_alone_has_its_own_pixels_and_no_others():
    strength = noise(5, share=0.25)
    _, labels = reference(strength, 200)
    found = pieces_of(strength, least=200)
    assert len(found.table) > 5
    for index, (left, top, wide, tall, area) in enumerate(found.table.tolist()):
        alone = found.alone(index)
        assert alone.sum() == area
        window = labels[top : top + tall, left : left + wide]
        (label,) = np.unique(window[alone == 1])
        np.testing.assert_array_equal(alone == 1, window == label)
