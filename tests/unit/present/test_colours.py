"""Contrast and colour vision, computed from the token tables."""

from itertools import combinations

import numpy as np
import pytest

from truceline.present.colours import DARK, LIGHT

# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB.
DEFICIENCIES = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
THEMES = {"dark": DARK, "light": LIGHT}
TEXT = (
    "text",
    "text-2",
    "text-3",
    "accent",
    "ok",
    "no",
    "attention",
    "selected",
    "side-left",
    "side-right",
    "line",
)


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    lighter, darker = sorted((float(linear(one) @ weights), float(linear(other) @ weights)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = matrix @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["panel", "well", "page"])
def test_text_has_contrast(theme: str, ground: str):
    tokens = THEMES[theme]
    low = {name: contrast(tokens[name], tokens[ground]) for name in TEXT}
    assert {name: value for name, value in low.items() if value < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("names", [("vehicle", "selected"), ("ok", "no", "attention")])
def test_meanings_stay_apart_for_every_eye(theme: str, deficiency: str, names: tuple[str, ...]):
    tokens, matrix = THEMES[theme], np.array(DEFICIENCIES[deficiency])
    seen = {name: lab(matrix @ linear(tokens[name])) for name in names}
    for one, other in combinations(names, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 20, (one, other)


def test_both_themes_name_the_same_tokens():
    assert DARK.keys() == LIGHT.keys()
