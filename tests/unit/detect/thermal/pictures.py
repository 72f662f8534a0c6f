"""Drawn thermal pictures: a warm textured ground, a body, sensor noise, gain, drift."""

import cv2
import numpy as np

from truceline.detect.thermal.scene import grey_of

HEIGHT, WIDTH = 96, 128
LEVEL = 90.0
NOISE = 2.0


def ground(seed=3, *, texture=12.0):
    """Patches of a few pixels about one level, as a thermal lens shows them."""
    rough = np.random.default_rng(seed).normal(0, texture, (HEIGHT // 8, WIDTH // 8))
    return cv2.GaussianBlur(LEVEL + rough.repeat(8, 0).repeat(8, 1), (0, 0), 1.0)


def with_body(picture, *, left, top=30, warmth=60.0, size=(12, 36)):
    """A copy with an upright body of (width, height) pixels, so much warmer than what it hides."""
    found = picture.copy()
    found[top : top + size[1], left : left + size[0]] += warmth
    return found


def shot(picture, number, *, gain=1.0, offset=0.0, noise=NOISE):
    """The picture as an 8-bit sensor gives it."""
    grain = np.random.default_rng(1000 + number).normal(0, noise, picture.shape)
    return np.clip(np.round(gain * picture + offset + grain), 0, 255).astype(np.uint8)


def softened(picture, number, **how):
    return grey_of(shot(picture, number, **how))


def box_of(mask):
    rows, columns = np.nonzero(mask)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
