"""The pictures of a look: the annotated video, the frames that show a crossing, the trails."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.detect.people import reduced_to
from truceline.events.image_line import LinePassage
from truceline.pipeline.look.subjects import ClipAnalysis, Subject
from truceline.pipeline.progress import Progress, told
from truceline.present.frames.annotate import annotate_frame, trail_picture
from truceline.present.quantities import clip_time, probability
from truceline.present.views.footage import Picture
from truceline.present.views.frames import FrameCaption, FrameScene, LineMark, SubjectMark, TrailPath
from truceline.records.classes import ClassPosterior
from truceline.records.columns import FloatColumn
from truceline.release.mask import encode_picture
from truceline.video.source import FootageReader, VideoFrame
from truceline.video.writing import Encoding, write_video

Image = NDArray[np.uint8]
LinePx = tuple[float, float, float, float]

WIDEST_PX = 1280
NARROWEST_PX = 640
"""Wider pictures are reduced, narrower ones enlarged by whole numbers, so that labels can be read."""

TRAIL_S = 4.0
"""So much of the past is drawn behind a subject."""
TRAIL_ROWS = 120

STILLS_A_SECOND = Fraction(5)
"""How fast a series of stills is played when nobody knows its true rate."""
FASTEST_RATE = 120


@dataclass(frozen=True, slots=True)
class SubjectPassage:
    """A passing of the line and whose it was."""

    subject: Subject
    passage: LinePassage


@dataclass(frozen=True, slots=True, eq=False)
class LookScene:
    """What is drawn on the clip.

    Attributes:
        scale: Pixels of the drawn picture per pixel of the clip.
    """

    reader: FootageReader
    analysis: ClipAnalysis
    passages: tuple[SubjectPassage, ...]
    line_px: LinePx | None
    scale: float

    @property
    def crossing_labels(self) -> frozenset[str]:
        """Labels of the subjects that passed the line."""
        return frozenset(one.subject.label for one in self.passages)


def drawing_scale(width_px: int) -> float:
    """By how much a clip's pictures are reduced or enlarged before they are drawn on.

    >>> drawing_scale(768), drawing_scale(160), drawing_scale(2560)
    (1.0, 4.0, 0.5)
    """
    if width_px < NARROWEST_PX:
        return float(-(-NARROWEST_PX // width_px))
    return min(1.0, WIDEST_PX / width_px)


def sized(bgr: Image, scale: float) -> Image:
    """The picture reduced by averaging, or enlarged by repeating its pixels: nothing is invented."""
    if scale > 1:
        times = round(scale)
        return np.ascontiguousarray(bgr.repeat(times, axis=0).repeat(times, axis=1))
    return reduced_to(bgr, (round(bgr.shape[1] * scale), round(bgr.shape[0] * scale)))


def write_annotated_video(path: Path, scene: LookScene, *, progress: Progress) -> dict[int, Image]:
    """Write every frame of the clip with what was found; gives back the frames that show a crossing, by pts.

    Raises:
        ServiceError: The disk or the encoder refuses.
    """
    wanted = {
        int(one.subject.pts[row])
        for one in scene.passages
        for row in (one.passage.before_row, one.passage.after_row)
    }
    kept: dict[int, Image] = {}
    pictures = told(
        scene.reader.frames(),
        "writing the annotated video",
        total=scene.reader.frame_count,
        progress=progress,
    )
    frames = _annotated(pictures, scene, wanted=wanted, kept=kept)
    write_video(path, frames, encoding=Encoding(_rate(scene.reader)))
    return kept


def _rate(reader: FootageReader) -> Fraction:
    rate_hz = reader.facts.rate_hz or reader.footage.true_rate_hz
    if not rate_hz:
        return STILLS_A_SECOND
    return Fraction(min(rate_hz, FASTEST_RATE)).limit_denominator(1001)


def _annotated(
    pictures: Iterator[VideoFrame], scene: LookScene, *, wanted: set[int], kept: dict[int, Image]
) -> Iterator[Image]:
    by_pts: dict[int, list[tuple[Subject, int]]] = {}
    for subject in scene.analysis.subjects:
        for row, pts in enumerate(subject.pts):
            by_pts.setdefault(int(pts), []).append((subject, row))
    for picture in pictures:
        pts = picture.stamp.pts
        drawn = annotate_frame(
            sized(picture.bgr, scene.scale), _frame_scene(scene, pts, rows=by_pts.get(pts, []))
        )
        if pts in wanted:
            kept[pts] = drawn
        yield drawn


def _frame_scene(scene: LookScene, pts: int, *, rows: Sequence[tuple[Subject, int]]) -> FrameScene:
    caption = FrameCaption(
        clock=f"{clip_time(scene.reader.clock.media_s(pts))} of the clip",
        local_clock="",
        camera="",
        file=f"{scene.reader.facts.name} pts {pts}",
        statement="not metric",
    )
    marks = tuple(_mark(subject, row, scene=scene) for subject, row in rows)
    return FrameScene(marks, line_mark_px(scene.line_px, scale=scene.scale), caption)


def _mark(subject: Subject, row: int, *, scene: LookScene) -> SubjectMark:
    first = max(
        int(np.searchsorted(subject.seconds, subject.seconds[row] - TRAIL_S)), row + 1 - TRAIL_ROWS, 0
    )
    left, top, right, bottom = (float(edge) for edge in subject.boxes_px[row] * scene.scale)
    return SubjectMark(
        label=subject.label,
        kind=subject.kinds.kind,
        box_px=(left, top, right, bottom),
        observed=bool(subject.observed[row]),
        trail_px=subject.foot_px[first : row + 1] * scene.scale,
        trail_observed=subject.observed[first : row + 1],
        selected=subject.label in scene.crossing_labels,
        note=kind_words(subject.kinds),
    )


def kind_words(kinds: ClassPosterior) -> str:
    """What it is and how surely, "person 0.72"; nothing where that is not known.

    >>> kind_words(ClassPosterior(0.72, 0.0, 0.08, 0.2)), kind_words(ClassPosterior(0.3, 0.0, 0.1, 0.6))
    ('person 0.72', '')
    """
    return "" if kinds.kind == "unknown" else f"{kinds.kind} {probability(kinds.probability)}"


def line_mark_px(line_px: LinePx | None, *, scale: float) -> LineMark | None:
    """The line as it is drawn: no band, because nothing is metric."""
    if line_px is None:
        return None
    path: FloatColumn = np.array(line_px, dtype=np.float64).reshape(2, 2) * scale
    return LineMark(path, None, "", ends=("A", "B"))


def trails(scene: LookScene) -> Picture:
    """Every trail over the background of the clip's middle."""
    scenes = scene.analysis.scenes
    background = scenes[len(scenes) // 2].bgr
    width = round(scene.reader.facts.width_px * scene.scale)
    if background.shape[1] < width:
        background = sized(background, float(-(-width // background.shape[1])))
    scale = background.shape[1] / scene.reader.facts.width_px
    paths = tuple(
        TrailPath(
            label=subject.label,
            kind=subject.kinds.kind,
            path_px=subject.foot_px * scale,
            observed=subject.observed,
            selected=subject.label in scene.crossing_labels,
        )
        for subject in scene.analysis.subjects
    )
    name = scene.reader.facts.name
    drawn = trail_picture(background, paths, line=line_mark_px(scene.line_px, scale=scale))
    return Picture(
        data=encode_picture(drawn, ".jpg"),
        media_type="image/jpeg",
        alt=f"The background of {name} with the trail of every subject in it",
        caption=f"{name}, whole clip, not metric",
    )


def passage_pictures(
    scene: LookScene, passage: SubjectPassage, *, frames: dict[int, Image]
) -> tuple[Picture, ...]:
    """The last frame before and the first frame after a passing, annotated."""
    pictures = []
    for row, words in ((passage.passage.before_row, "before"), (passage.passage.after_row, "after")):
        pts = int(passage.subject.pts[row])
        seconds = clip_time(float(passage.subject.seconds[row]))
        pictures.append(
            Picture(
                data=encode_picture(frames[pts], ".jpg"),
                media_type="image/jpeg",
                alt=f"{passage.subject.label} {words} passing the line, in its box",
                caption=f"{words}: {scene.reader.facts.name}, pts {pts}, {seconds} of the clip",
            )
        )
    return tuple(pictures)
