"""Masks: whole persons under a solid fill with a hatch and a letter, and pictures as bytes.

A mask replaces pixels by values that depend on the box alone. Blur and pixelation are not offered: both keep
information on what lies beneath (McPherson, Shokri and Shmatikov 2016, "Defeating image obfuscation with deep
learning"), and both have been undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError, ServiceError

Picture = NDArray[np.uint8]
"""(height, width, 3) blue, green, red."""

MARGIN_SHARE = 0.12
"""A box is grown by this share of its larger side, because detectors cut hands, feet and what is carried."""

MARGIN_LEAST_PX = 4
"""And by at least this much: a far person is a few pixels wide, and so is the error of the box."""

_FILL_BGR = (60, 52, 46)
_HATCH_BGR = (104, 94, 84)
_LETTER_BGR = (240, 240, 240)
_HATCH_STEP_PX = 8
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Subject:
    """Someone to cover: left, top, right, bottom in pixels, and the letter that stands in for the person."""

    box_px: tuple[float, float, float, float]
    letter: str


def lettered(boxes_px: Sequence[tuple[float, float, float, float]]) -> tuple[Subject, ...]:
    """Give every box of a frame a letter in order: A to Z, then AA, AB and so on.

    >>> [subject.letter for subject in lettered([(0, 0, 1, 1)] * 28)][-2:]
    ['AA', 'AB']
    """
    letters = [_letter(number) for number in range(len(boxes_px))]
    return tuple(Subject(box, letter) for box, letter in zip(boxes_px, letters, strict=True))


def mask_subjects(picture: Picture, subjects: Sequence[Subject]) -> Picture:
    """Cover every subject given; the picture itself is left as it was.

    Args:
        picture: (height, width, 3) uint8.
        subjects: Everyone in the frame, unless two people approved otherwise. Boxes may overlap and may reach
            over the edge.

    Returns:
        A new picture. Inside the masks it depends on boxes and letters alone.

    Raises:
        InputError: The picture is no such array, or a box is not finite or has no area.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise InputError(f"a picture is (height, width, 3) uint8, not {picture.shape} {picture.dtype}")
    masked = picture.copy()
    areas = [
        mask_area(subject.box_px, height=picture.shape[0], width=picture.shape[1]) for subject in subjects
    ]
    # Fills first, letters last: a later box must not cover the letter of an earlier one.
    for left, top, right, bottom in areas:
        masked[top:bottom, left:right] = _hatched(bottom - top, right - left)
    for area, subject in zip(areas, subjects, strict=True):
        _write_letter(masked, subject.letter, area=area)
    return masked


def mask_area(
    box_px: tuple[float, float, float, float], *, height: int, width: int
) -> tuple[int, int, int, int]:
    """The pixels that a mask covers: the box grown by its margin and cut at the picture's edge.

    Gives left, top, right, bottom; right and bottom are the first pixels not covered.

    Raises:
        InputError: The box is not finite or has no area.
    """
    left, top, right, bottom = box_px
    if not np.all(np.isfinite(box_px)) or right <= left or bottom <= top:
        raise InputError(f"the box {box_px} has no area", do="Give left, top, right, bottom in pixels.")
    margin = max(MARGIN_LEAST_PX, MARGIN_SHARE * max(right - left, bottom - top))
    return (
        min(max(int(np.floor(left - margin)), 0), width),
        min(max(int(np.floor(top - margin)), 0), height),
        min(max(int(np.ceil(right + margin)), 0), width),
        min(max(int(np.ceil(bottom + margin)), 0), height),
    )


def encode_picture(picture: Picture, suffix: Literal[".png", ".jpg"]) -> bytes:
    """The picture as a PNG or JPEG file's bytes; the same picture always gives the same bytes.

    Raises:
        InputError: The picture has no pixels.
        ServiceError: The encoder failed.
    """
    if picture.size == 0:
        raise InputError("a picture without pixels cannot be written")
    options = (
        [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY] if suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 9]
    )
    try:
        done, data = cv2.imencode(suffix, picture, options)
    except cv2.error as error:
        raise ServiceError(f"the picture cannot be written as {suffix}: {error}") from error
    if not done:
        raise ServiceError(f"the picture cannot be written as {suffix}")
    return data.tobytes()


def _hatched(height: int, width: int) -> Picture:
    rows, columns = np.mgrid[0:height, 0:width]
    stripe = (rows + columns) % _HATCH_STEP_PX < 2
    fill = np.where(stripe[..., np.newaxis], np.array(_HATCH_BGR), np.array(_FILL_BGR))
    return fill.astype(np.uint8)


def _write_letter(masked: Picture, letter: str, *, area: tuple[int, int, int, int]) -> None:
    """Write into the covered area only; this works on the copy that ``mask_subjects`` made."""
    left, top, right, bottom = area
    if right <= left or bottom <= top:
        return
    width, height = right - left, bottom - top
    (wide, _), _ = cv2.getTextSize(letter, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1)
    scale = min(0.8 * width / max(wide, 1), 0.5 * height / 22.0, 1.5)
    tile = np.ascontiguousarray(masked[top:bottom, left:right])
    (wide, tall), _ = cv2.getTextSize(letter, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    place = ((width - wide) // 2, (height + tall) // 2)
    # The tile holds fill and hatch alone, so a letter's smoothed edge mixes with nothing else.
    cv2.putText(tile, letter, place, cv2.FONT_HERSHEY_SIMPLEX, scale, _LETTER_BGR, 1)
    masked[top:bottom, left:right] = tile


def _letter(number: int) -> str:
    size = len(_LETTERS)
    return _LETTERS[number] if number < size else _letter(number // size - 1) + _LETTERS[number % size]
