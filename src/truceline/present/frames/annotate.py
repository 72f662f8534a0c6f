"""Drawing on frames: boxes, trails, the line; words beside subjects, never on them; the caption below.

The evidence is never covered: boxes run just outside the subject, labels avoid every box, and the clock,
the camera and the file stand in a strip that makes the picture taller.
"""

from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.present.colours import bgr
from truceline.present.drawing.plane import runs
from truceline.present.frames.lettering import fitted, panel
from truceline.present.views.frames import FrameCaption, FrameScene, LineMark, SubjectMark, TrailPath
from truceline.records.columns import BoolColumn, FloatColumn

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

WIDE_PX = 640
"""From this width on the caption takes two rows; narrower pictures take four."""

_UNDER: Colour = (16, 20, 12)
_GROUND: Colour = bgr("page")
_BOX_PX, _UNDER_PX = 3, 5
_OUTSIDE_PX = 4
_DASH_PX, _DOT_STEP_PX = 6, 7
_LABEL_PX, _ROW_PX, _NARROW_ROW_PX, _PAD_PX = 16, 22, 18, 5
_FIXED_POINT = 4
_FAR = 1 << 14
_DASHES_MOST = 501


def annotate_frame(frame_bgr: Image, scene: FrameScene) -> Image:
    """Draw a scene on a copy of a frame and add the caption strip below it.

    Args:
        frame_bgr: (h, w, 3) frame; it is not changed.
        scene: Subjects, line and caption, in the frame's pixels.

    Returns:
        (h + strip, w, 3) picture; the strip's height depends on the frame's size only (``strip_height_px``),
        so that every frame of a video gets the same.
    """
    height, width = frame_bgr.shape[:2]
    picture = np.empty((height + strip_height_px(width, height_px=height), width, 3), dtype=np.uint8)
    picture[:height] = frame_bgr
    inside = picture[:height]
    if scene.line is not None:
        _lay_line(inside, scene.line)
    for subject in scene.subjects:
        _draw_trail(inside, subject.trail_px, observed=subject.trail_observed, colour=_tone(subject))
        _draw_foot(inside, subject)
    for subject in scene.subjects:
        _uncover(inside, frame_bgr, box=_outside(subject))
    for subject in scene.subjects:
        _draw_box(inside, subject)
    left_out = _draw_labels(inside, scene)
    _draw_caption(picture[height:], scene.caption, left_out=left_out)
    return picture


def strip_height_px(width_px: int, *, height_px: int) -> int:
    """Height of the caption strip below a frame; it makes the sum even, as video encoders want it."""
    rows, row = (2, _ROW_PX) if width_px >= WIDE_PX else (4, _NARROW_ROW_PX)
    strip = rows * row + 2 * _PAD_PX
    return strip + (strip + height_px) % 2


def trail_picture(
    background_bgr: Image, paths: tuple[TrailPath, ...], *, line: LineMark | None = None
) -> Image:
    """Every trail of a clip over its muted background, with the line: an illustration, not evidence.

    Args:
        background_bgr: (h, w, 3) background of the clip.
        paths: Foot points; an open mark where a subject was first seen, a filled one where it was last seen.
        line: The line, or None.

    Returns:
        (h, w, 3) picture.
    """
    grey = cv2.cvtColor(background_bgr, cv2.COLOR_BGR2GRAY)
    muted = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    picture = cv2.addWeighted(background_bgr, 0.25, muted, 0.4, 0.0).astype(np.uint8)
    if line is not None:
        _draw_line(picture, line)
    taken: list[Box] = []
    for path in sorted(paths, key=lambda one: one.selected):
        colour = bgr("selected") if path.selected else bgr("text")
        _draw_trail(picture, path.path_px, observed=path.observed, colour=colour)
        ends = [_point(path.path_px[index]) for index in (0, -1)]
        cv2.circle(picture, ends[0], 5, colour, 2, cv2.LINE_AA)
        cv2.circle(picture, ends[1], 5, colour, -1, cv2.LINE_AA)
        around: Box = (ends[1][0] - 7, ends[1][1] - 7, ends[1][0] + 7, ends[1][1] + 7)
        words = panel(path.label, height_px=_LABEL_PX, ink=colour, ground=_GROUND)
        place = _free_place(around, words.shape, frame=picture.shape, taken=taken)
        if place is not None:
            _paste(picture, words, at=place)
            taken.append((*place, place[0] + words.shape[1], place[1] + words.shape[0]))
    return picture


def _tone(subject: SubjectMark) -> Colour:
    if subject.selected:
        return bgr("selected")
    return bgr("vehicle") if subject.kind == "vehicle" else bgr("text-2")


def _lay_line(picture: Image, line: LineMark) -> None:
    """Lay the line over a frame: it is the same in every frame, so it is drawn once and kept."""
    at, ink, keep = _line_cover(line, picture.shape[0], width_px=picture.shape[1])
    flat = picture.reshape(-1, 3)
    flat[at] = (flat[at] * keep + ink).astype(np.uint8)


@lru_cache(maxsize=8)
def _line_cover(
    line: LineMark, height_px: int, *, width_px: int
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Pixels (n,) that the line touches, the ink (n, 3) it adds, the share (n, 3) of the frame it keeps."""
    on_black = np.zeros((height_px, width_px, 3), dtype=np.uint8)
    on_white = np.full((height_px, width_px, 3), 255, dtype=np.uint8)
    _draw_line(on_black, line)
    _draw_line(on_white, line)
    keep = (on_white.astype(np.float32) - on_black) / 255
    at = np.flatnonzero((keep < 1).any(axis=2))
    return at, on_black.reshape(-1, 3)[at].astype(np.float32), np.clip(keep.reshape(-1, 3)[at], 0, 1)


def _draw_line(picture: Image, line: LineMark) -> None:
    for edge in line.band_px or ():
        for start, end in _pieces(edge):
            _dotted(picture, np.array([start, end]), colour=bgr("line"), radius_px=1)
    for start, end in _pieces(line.path_px):
        cv2.line(picture, _point(start), _point(end), _UNDER, 4, cv2.LINE_AA)
        cv2.line(picture, _point(start), _point(end), bgr("line"), 2, cv2.LINE_AA)


def _pieces(path_px: FloatColumn) -> list[tuple[FloatColumn, FloatColumn]]:
    return [
        (start, end)
        for start, end in pairwise(path_px)
        if bool(np.isfinite(start).all() and np.isfinite(end).all())
    ]


def _draw_trail(picture: Image, path_px: FloatColumn, *, observed: BoolColumn, colour: Colour) -> None:
    if len(path_px) < 2:
        return
    for stretch, seen in runs(observed):
        points = path_px[stretch]
        points = points[np.isfinite(points).all(axis=1)]
        if seen and len(points) > 1:
            shifted = np.clip(np.round(points * 2**_FIXED_POINT), -(_FAR << 4), _FAR << 4).astype(np.int32)
            cv2.polylines(picture, [shifted], False, colour, 2, cv2.LINE_AA, _FIXED_POINT)
        elif len(points):
            _dotted(picture, points, colour=colour, radius_px=2)


def _dotted(picture: Image, points: FloatColumn, *, colour: Colour, radius_px: int) -> None:
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    many = min(int(steps[-1] / _DOT_STEP_PX) + 1, 400)
    along = np.linspace(0.0, steps[-1], many)
    xs = np.interp(along, steps, points[:, 0])
    ys = np.interp(along, steps, points[:, 1])
    height, width = picture.shape[:2]
    for x, y in zip(xs, ys, strict=True):
        if 0 <= x < width and 0 <= y < height:
            cv2.circle(picture, (round(x), round(y)), radius_px, colour, -1)


def _uncover(picture: Image, frame_bgr: Image, *, box: Box) -> None:
    """Put the frame's own pixels back inside a box: a trail or the line never lies on a subject."""
    left, top, right, bottom = (max(edge, 0) for edge in box)
    picture[top:bottom, left:right] = frame_bgr[top:bottom, left:right]


def _draw_foot(picture: Image, subject: SubjectMark) -> None:
    colour = _tone(subject)
    if subject.foot_ellipse_px is not None and bool(np.isfinite(subject.foot_ellipse_px).all()):
        outline = np.round(subject.foot_ellipse_px * 2**_FIXED_POINT).astype(np.int32)
        cv2.polylines(picture, [outline], True, _UNDER, 3, cv2.LINE_AA, _FIXED_POINT)
        cv2.polylines(picture, [outline], True, colour, 1, cv2.LINE_AA, _FIXED_POINT)


def _draw_box(picture: Image, subject: SubjectMark) -> None:
    colour = _tone(subject)
    left, top, right, bottom = _outside(subject)
    if subject.observed:
        cv2.rectangle(picture, (left, top), (right, bottom), _UNDER, _UNDER_PX)
        cv2.rectangle(picture, (left, top), (right, bottom), colour, _BOX_PX)
        return
    for half, ink in ((_UNDER_PX // 2, _UNDER), (_BOX_PX // 2, colour)):
        for start, end in _dashes(left, right):
            for y in (top, bottom):
                cv2.rectangle(picture, (start, y - half), (end, y + half), ink, -1)
        for start, end in _dashes(top, bottom):
            for x in (left, right):
                cv2.rectangle(picture, (x - half, start), (x + half, end), ink, -1)


def _outside(subject: SubjectMark) -> Box:
    """The box that is drawn: just outside the subject's own, so that its pixels stay free."""
    left, top, right, bottom = np.clip(subject.box_px, -_FAR, _FAR)
    grow = _OUTSIDE_PX
    return (
        int(np.floor(left)) - grow,
        int(np.floor(top)) - grow,
        int(np.ceil(right)) + grow,
        int(np.ceil(bottom)) + grow,
    )


def _dashes(start: int, end: int) -> list[tuple[int, int]]:
    """An odd number of stretches of one edge, so that a dash stands at both corners."""
    many = min(max((end - start) // _DASH_PX, 1) // 2 * 2 + 1, _DASHES_MOST)
    stops = np.linspace(start, end, many + 1).round().astype(int).tolist()
    return [(stops[index], stops[index + 1]) for index in range(0, many, 2)]


def _draw_labels(picture: Image, scene: FrameScene) -> list[str]:
    """Write labels where they cover no subject and no other label; give back those that found no place."""
    boxes = [_outside(subject) for subject in scene.subjects]
    taken = list(boxes)
    left_out = []
    order = sorted(range(len(boxes)), key=lambda index: not scene.subjects[index].selected)
    for index in order:
        subject = scene.subjects[index]
        words = _label(subject)
        place = _free_place(boxes[index], words.shape, frame=picture.shape, taken=taken)
        if place is None:
            left_out.append(subject.label)
            continue
        _paste(picture, words, at=place)
        taken.append((*place, place[0] + words.shape[1], place[1] + words.shape[0]))
    if scene.line is not None:
        _label_line(picture, scene.line, taken=taken)
    return left_out


def _label(subject: SubjectMark) -> Image:
    words = f" {subject.label} {subject.note} " if subject.note else f" {subject.label} "
    return panel(words, height_px=_LABEL_PX, ink=_tone(subject), ground=_GROUND)


def _label_line(picture: Image, line: LineMark, *, taken: list[Box]) -> None:
    height, width = picture.shape[:2]
    seen = line.path_px[np.isfinite(line.path_px).all(axis=1)]
    seen = seen[((seen >= 0) & (seen < (width, height))).all(axis=1)]
    if not len(seen):
        return
    marks = [(f" {line.label} ", seen[int(np.argmin(seen[:, 0]))])] if line.label else []
    if line.ends is not None:
        marks += [(f" {name} ", line.path_px[index]) for name, index in zip(line.ends, (0, -1), strict=True)]
    for text, at in marks:
        words = panel(text, height_px=_LABEL_PX, ink=bgr("line"), ground=_GROUND)
        x, y = _point(at)
        place = _free_place((x - 4, y - 4, x + 4, y + 4), words.shape, frame=picture.shape, taken=taken)
        if place is not None:
            _paste(picture, words, at=place)
            taken.append((*place, place[0] + words.shape[1], place[1] + words.shape[0]))


def _free_place(
    box: Box, shape: tuple[int, ...], *, frame: tuple[int, ...], taken: list[Box]
) -> tuple[int, int] | None:
    """The first place beside a box that lies in the frame and meets nothing taken."""
    high, wide = shape[0], shape[1]
    left, top, right, bottom = box
    for gap in (3, 14, 30):
        for x, y in (
            (left, top - gap - high),
            (left, bottom + gap),
            (right + gap, top),
            (left - gap - wide, top),
            (right - wide, top - gap - high),
            (right - wide, bottom + gap),
        ):
            fits = x >= 0 and y >= 0 and x + wide <= frame[1] and y + high <= frame[0]
            if fits and not any(_meet((x, y, x + wide, y + high), other) for other in taken):
                return x, y
    return None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _paste(picture: Image, patch: Image, *, at: tuple[int, int]) -> None:
    x, y = at
    picture[y : y + patch.shape[0], x : x + patch.shape[1]] = patch


def _draw_caption(strip: Image, caption: FrameCaption, *, left_out: list[str]) -> None:
    """Clock and camera at the left, statement at the right; four rows where the picture is narrow."""
    strip[:] = _GROUND
    width = strip.shape[1] - 2 * _PAD_PX
    clock = f"{caption.clock}   {caption.local_clock}".rstrip()
    source = ", ".join(part for part in (caption.camera, caption.file) if part)
    unplaced = f"labels without room: {', '.join(left_out)}" if left_out else ""
    white, grey, attention = bgr("text"), bgr("text-2"), bgr("attention")
    if strip.shape[1] >= WIDE_PX:
        half = width * 2 // 3
        _write(strip, clock, at=(0, 0), room_px=half, ink=white)
        _write(strip, source, at=(1, 0), room_px=half, ink=grey)
        _write(strip, caption.statement, at=(0, -1), room_px=width // 3, ink=attention)
        _write(strip, unplaced, at=(1, -1), room_px=width // 3, ink=grey)
        return
    rows = (
        (caption.clock, white),
        (caption.local_clock or unplaced, grey),
        (source, grey),
        (caption.statement, attention),
    )
    for index, (text, ink) in enumerate(rows):
        _write(strip, text, at=(index, 0), room_px=width, ink=ink)


def _write(strip: Image, text: str, *, at: tuple[int, int], room_px: int, ink: Colour) -> None:
    """Write into row ``at[0]`` of the strip, from the left (``at[1]`` 0) or up to the right end (-1)."""
    row, end = at
    if not text:
        return
    high = _ROW_PX if strip.shape[1] >= WIDE_PX else _NARROW_ROW_PX
    words = fitted(text, height_px=high, width_px=max(room_px, 1), colours=(ink, _GROUND))
    x = strip.shape[1] - _PAD_PX - words.shape[1] if end else _PAD_PX
    _paste(strip, words, at=(max(x, 0), _PAD_PX + row * high))


def _point(at: FloatColumn) -> tuple[int, int]:
    x, y = np.clip(np.nan_to_num(at), -_FAR, _FAR)
    return round(float(x)), round(float(y))
