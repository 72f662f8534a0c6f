"""A decoded frame as pictures: luma without a copy, colour when asked; upright; of interlaced one field."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

import av
import numpy as np
from av.sidedata.sidedata import SideData, Type
from av.video.reformatter import ColorRange, VideoReformatter
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Picture = TypeVar("Picture", bound=NDArray[np.generic])

_TURNS: Mapping[tuple[int, int, int, int], int] = {
    (1, 0, 0, 1): 0,
    (0, -1, 1, 0): 1,
    (-1, 0, 0, -1): 2,
    (0, 1, -1, 0): 3,
}
_BLUE, _GREEN, _RED = 29, 150, 77
"""Shares of luma in 256ths (ITU-R BT.601)."""

_ANGLE_TOLERANCE = 0.01

_colour = threading.local()


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a recording says it is to be shown (its display matrix).

    Attributes:
        quarter_turns: Counter-clockwise quarter turns that put the picture upright.
        mirrored: It is mirrored left to right before it is turned.
        odd: It asks for something else (another angle), which is not done.
    """

    quarter_turns: int = 0
    mirrored: bool = False
    odd: bool = False

    @property
    def upright(self) -> bool:
        """Whether the picture is shown as it was recorded."""
        return self.quarter_turns == 0 and not self.mirrored

    @property
    def words(self) -> str:
        """What is done to the picture, or empty."""
        if self.odd:
            return "It asks to be shown at an odd angle; that is not done."
        parts = ["mirrored"] if self.mirrored else []
        turned = {1: "turned by 90° to the left", 2: "turned by 180°", 3: "turned by 90° to the right"}
        parts += [turned[self.quarter_turns]] if self.quarter_turns else []
        return f"The picture is {' and '.join(parts)}, as the recording asks." if parts else ""

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the shown picture of a recorded one."""
        return (height, width) if self.quarter_turns % 2 else (width, height)

    def applied(self, picture: Picture) -> Picture:
        """A view of a picture (height, width, ...) put upright; nothing is copied."""
        shown = picture[:, ::-1] if self.mirrored else picture
        return np.rot90(shown, self.quarter_turns) if self.quarter_turns else shown  # type: ignore[return-value]


AS_RECORDED = Orientation()


def orientation_of(frame: av.VideoFrame) -> Orientation:
    """The orientation that a frame's display matrix asks for."""
    kept = cast("Mapping[Type, SideData]", frame.side_data)  # which its own types do not say
    entry = kept.get(Type.DISPLAYMATRIX)
    if entry is None:
        return AS_RECORDED
    matrix = np.frombuffer(memoryview(entry), dtype="=i4", count=9).astype(np.float64)
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    size = max(abs(a), abs(b), abs(c), abs(d))
    if size == 0:
        return Orientation(odd=True)
    mirrored = a * d - b * c < 0
    signs = [round(float(one / size)) for one in ((-a, -b, c, d) if mirrored else (a, b, c, d))]
    straight = np.allclose(np.abs(np.array([a, b, c, d]) / size), np.abs(signs), atol=_ANGLE_TOLERANCE)
    turns = _TURNS.get((signs[0], signs[1], signs[2], signs[3]))
    return Orientation(turns, bool(mirrored)) if turns is not None and straight else Orientation(odd=True)


class CodedPicture:
    """One frame as the decoder gave it.

    Args:
        frame: The decoder's frame; its memory lives as long as any picture made from it.
        orientation: How it is to be shown.
    """

    __slots__ = ("_frame", "_orientation", "full_range", "interlaced")

    def __init__(self, frame: av.VideoFrame, orientation: Orientation) -> None:
        self._frame = frame
        self._orientation = orientation
        self.interlaced = bool(frame.interlaced_frame)
        self.full_range = (
            frame.color_range == ColorRange.JPEG
            or frame.format.name.startswith(("yuvj", "gray"))
            or _luma_bits(frame) == 0
        )

    def luma(self) -> Image:
        """Luma (height, width) uint8 as coded: a view of the decoder's memory where it holds 8-bit luma."""
        bits = _luma_bits(self._frame)
        if bits == 0:
            return luma_of(self.bgr())
        plane, height, width = self._frame.planes[0], self._frame.height, self._frame.width
        data = np.frombuffer(memoryview(plane).toreadonly(), dtype=np.uint8).reshape(-1, plane.line_size)
        if bits == 8:
            return self._shown(data[:height, :width])
        deep = data.view("<u2")[:height, :width]
        return self._shown((deep >> (bits - 8)).astype(np.uint8))

    def bgr(self) -> Image:
        """(height, width, 3) blue-green-red, full range."""
        if not hasattr(_colour, "converter"):
            # One a thread: making a converter anew for every frame costs as much as decoding it.
            _colour.converter = VideoReformatter()
        converted = _colour.converter.reformat(self._frame, format="bgr24", threads=1)
        return np.ascontiguousarray(self._shown(np.asarray(converted.to_ndarray(), dtype=np.uint8)))

    def _shown(self, picture: Image) -> Image:
        return self._orientation.applied(one_field(picture) if self.interlaced else picture)


def _luma_bits(frame: av.VideoFrame) -> int:
    """Bits of luma where the first plane holds nothing else, otherwise 0."""
    kind = frame.format
    first = kind.components[0]
    alone = kind.is_planar or len(kind.components) == 1
    plain = not (kind.is_rgb or kind.has_palette or kind.is_bit_stream or kind.is_big_endian)
    if not (alone and plain and first.is_luma and frame.planes and frame.planes[0].line_size > 0):
        return 0
    packed_high = kind.name.startswith(("p0", "p2", "p4"))  # P010 and its kin keep their bits at the top
    return 16 if packed_high else first.bits


def luma_of(bgr: Image) -> Image:
    """Luma (height, width), full range, of a colour picture (ITU-R BT.601)."""
    parts = bgr.astype(np.uint16)
    mixed = _BLUE * parts[..., 0] + _GREEN * parts[..., 1] + _RED * parts[..., 2] + 128
    return (mixed >> 8).astype(np.uint8)


def one_field(picture: Image) -> Image:
    """The upper field of an interlaced picture, the lines between drawn from their neighbours.

    The two fields are half a frame apart in time: shown together, what moves has combed edges and two places.
    """
    one = picture.copy()
    above, below = picture[0:-2:2].astype(np.uint16), picture[2::2].astype(np.uint16)
    one[1:-1:2][: len(below)] = (above[: len(below)] + below + 1) >> 1
    if len(picture) % 2 == 0:
        one[-1] = one[-2]
    return one
