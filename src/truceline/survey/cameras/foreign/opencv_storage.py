"""OpenCV FileStorage: reads a camera's matrix, lens and pose from the YAML or XML that OpenCV writes.

ROS camera files, which look alike, are read too. Only what a camera needs is looked at; OpenCV itself is not
needed, and a broken file is refused with its line.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.geometry.camera import rotation_from_vector
from truceline.survey.cameras.foreign.xml_file import xml_root
from truceline.tables.reader import read_bytes

Array = NDArray[np.float64]

MATRIX_NAMES = ("camera_matrix", "cameraMatrix", "Camera_Matrix", "intrinsic_matrix", "K", "M", "mtx")
LENS_NAMES = (
    "distortion_coefficients",
    "Distortion_Coefficients",
    "dist_coeffs",
    "distCoeffs",
    "distortion",
    "dist",
    "D",
)
TURN_NAMES = ("rvec", "R", "rotation_matrix", "rotation_vector", "rotation")
SHIFT_NAMES = ("tvec", "T", "t", "translation_vector", "translation")
SIZE_NAMES = (("image_width", "image_height"), ("image_Width", "image_Height"), ("width", "height"))

_KEY = re.compile(r"([A-Za-z_][\w.-]*)\s*:(?:\s+(.*)|)$")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|nan)", re.IGNORECASE)
_LENS_TERMS = 5
_ROTATION_TOLERANCE = 1e-3
_MOST_SKEW = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class OpencvCamera:
    """What an OpenCV file says of a camera.

    Attributes:
        size_px: Width and height of the pictures it was made from; None when the file does not say.
        focal_px: (2,) focal lengths; ``centre_px`` (2,) the principal point, as ours: (0, 0) is the centre of
            the first pixel.
        lens: k1, k2, p1, p2, k3.
        rotation: (3, 3) camera from world; None when the file holds no pose, as ``offset``.
        offset: (3,) where the world's origin lies in the camera's axes, in the file's own unit.
    """

    size_px: tuple[int, int] | None
    focal_px: Array
    centre_px: Array
    lens: tuple[float, float, float, float, float]
    rotation: Array | None
    offset: Array | None


@dataclass(frozen=True, slots=True)
class _Node:
    """One entry of the file: the numbers it holds, in reading order, and where it begins."""

    numbers: tuple[float, ...]
    text: str
    where: str

    def refuse(self, what: str, *, do: str = "") -> NoReturn:
        raise InputError(what, where=self.where, do=do)


def read_opencv(path: Path) -> OpencvCamera:
    """Read one camera from a FileStorage file (``.yml``, ``.yaml`` or ``.xml``).

    Raises:
        InputError: The file cannot be read, holds no camera matrix, or describes a lens that is not OpenCV's
            plain one (fisheye, rational, thin prism).
    """
    nodes = _xml_nodes(path) if path.suffix.lower() == ".xml" else _yaml_nodes(path)
    matrix = _camera_matrix(path, nodes)
    turn, shift = _first(nodes, TURN_NAMES), _first(nodes, SHIFT_NAMES)
    if (turn is None) != (shift is None):
        one = turn or shift
        assert one is not None  # noqa: S101  (exactly one of them is there)
        one.refuse(
            "the pose is only half there: a rotation and a translation belong together",
            do=f"Rotation is called one of {', '.join(TURN_NAMES)}; translation {', '.join(SHIFT_NAMES)}.",
        )
    return OpencvCamera(
        size_px=_size(nodes),
        focal_px=np.array([matrix[0, 0], matrix[1, 1]]),
        centre_px=np.array([matrix[0, 2], matrix[1, 2]]),
        lens=_lens(nodes),
        rotation=None if turn is None else _rotation(turn),
        offset=None if shift is None else np.array(_counted(shift, (3,))),
    )


def _camera_matrix(path: Path, nodes: Mapping[str, _Node]) -> Array:
    node = _first(nodes, MATRIX_NAMES)
    if node is None:
        raise InputError(
            "the file holds no camera matrix",
            where=str(path),
            do=f"It is called one of: {', '.join(MATRIX_NAMES)}.",
        )
    matrix = np.array(_counted(node, (9,))).reshape(3, 3)
    focal = min(matrix[0, 0], matrix[1, 1])
    if not focal > 0 or abs(matrix[0, 1]) > _MOST_SKEW * focal:
        node.refuse(
            f"no camera matrix: focal lengths {matrix[0, 0]:g}, {matrix[1, 1]:g}, skew {matrix[0, 1]:g}"
        )
    if (matrix[1, 0], matrix[2, 0], matrix[2, 1], matrix[2, 2]) != (0, 0, 0, 1):
        node.refuse("no camera matrix: its lower part is not 0, 0, 0, 1", do="Rows come first.")
    return matrix


def _lens(nodes: Mapping[str, _Node]) -> tuple[float, float, float, float, float]:
    for name in ("distortion_model", "model"):
        if name in nodes and re.search("fisheye|equidistant|omni", nodes[name].text, re.IGNORECASE):
            nodes[name].refuse(
                "a fisheye lens", do="Undistort the footage first, or calibrate with OpenCV's plain model."
            )
    node = _first(nodes, LENS_NAMES)
    if node is None:
        return (0.0, 0.0, 0.0, 0.0, 0.0)
    terms = _counted(node, (1, 2, 4, 5, 8, 12, 14))
    if any(terms[_LENS_TERMS:]):
        node.refuse(
            f"a lens of {len(terms)} coefficients; k1, k2, p1, p2, k3 can be used",
            do="Calibrate without the rational and thin prism terms.",
        )
    k1, k2, p1, p2, k3 = (*terms, 0.0, 0.0, 0.0, 0.0, 0.0)[:_LENS_TERMS]
    return k1, k2, p1, p2, k3


def _rotation(node: _Node) -> Array:
    numbers = _counted(node, (3, 9))
    if len(numbers) == 3:
        return rotation_from_vector(np.array(numbers))
    given = np.array(numbers).reshape(3, 3)
    left, _, right = np.linalg.svd(given)
    nearest: Array = left @ right
    if float(np.max(np.abs(nearest - given))) > _ROTATION_TOLERANCE or float(np.linalg.det(nearest)) < 0:
        node.refuse("the rotation is no rotation")
    return nearest


def _size(nodes: Mapping[str, _Node]) -> tuple[int, int] | None:
    for names in SIZE_NAMES:
        if all(name in nodes and len(nodes[name].numbers) == 1 for name in names):
            width, height = (round(nodes[name].numbers[0]) for name in names)
            return width, height
    return None


def _counted(node: _Node, counts: tuple[int, ...]) -> tuple[float, ...]:
    if len(node.numbers) not in counts:
        expected = " or ".join(str(count) for count in counts)
        node.refuse(f"{len(node.numbers)} numbers, expected {expected}")
    if not all(math.isfinite(number) for number in node.numbers):
        node.refuse("a number is not finite")
    return node.numbers


def _first(nodes: Mapping[str, _Node], names: tuple[str, ...]) -> _Node | None:
    return next((nodes[name] for name in names if name in nodes), None)


def _xml_nodes(path: Path) -> dict[str, _Node]:
    nodes = {}
    for element in xml_root(path):
        data = element.find("data")
        text = (element.text if data is None else data.text) or ""
        nodes[element.tag] = _Node(_numbers(text), text.strip(), f"{path}: <{element.tag}>")
    return nodes


def _yaml_nodes(path: Path) -> dict[str, _Node]:
    """The top entries of the YAML that OpenCV writes; other YAML may come out empty, never wrong."""
    try:
        lines = read_bytes(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text.", where=str(path)) from error
    bodies: dict[str, tuple[int, list[str]]] = {}
    body: list[str] = []
    for number, line in enumerate(lines, start=1):
        plain = re.sub(r"(?:^|\s)#.*", "", line)
        top = None if plain[:1] in (" ", "\t", "%", "-") else _KEY.match(plain)
        if top:
            if top[1] in bodies:
                raise InputError(f"{top[1]!r} stands twice.", where=f"{path}:{number}")
            body = [top[2] or ""]
            bodies[top[1]] = (number, body)
        else:
            body.append(plain)
    return {
        name: _Node(_numbers(_data(body)), " ".join(body).strip(), f"{path}:{number}")
        for name, (number, body) in bodies.items()
    }


def _data(body: list[str]) -> str:
    """Of a matrix what stands under ``data``; of anything else all."""
    text = "\n".join(body)
    found = re.search(r"\bdata\s*:\s*\[(.*?)\]", text, re.DOTALL)
    return found[1] if found else text


def _numbers(text: str) -> tuple[float, ...]:
    words = re.split(r"[\s,\[\]]+", text.strip("[] \n\t"))
    if not all(_NUMBER.fullmatch(word) for word in words if word):
        return ()
    return tuple(float(word.replace(".inf", "inf").replace(".nan", "nan")) for word in words if word)
