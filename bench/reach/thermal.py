"""Thermal footage: a man at a fence in stills, and animals that must not be called people.

Boxes are those of ``truceline look`` (files mode). No number was fitted to these clips; what was changed
after looking at them is said in docs/design/thermal.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.reach.footage import open_footage_folder
from bench.reach.row import Row, unmeasured
from truceline.pipeline.look.clip import clip_reader
from truceline.pipeline.look.subjects import Subject, find_subjects
from truceline.pipeline.progress import silent

NO_FOOTAGE = "TRUCELINE_FOOTAGE names no folder"
NATO_CAMP = "thermal/tno_nato_camp"
ANIMALS = "thermal/cacophony_animals"

MATCH_IOU = 0.5
LAST_BEFORE_CUT = 9
"""Frame (1-based) before the time cut that the source names."""
CLAIM = 0.5

Box = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AnimalClip:
    """An animal annotated by eye, before anything was run on the clip.

    Attributes:
        first: First frame (0-based) in which it visibly moves, ``last`` the last one.
        boxes_px: Left, top, right, bottom at some frames (of 160 × 120); between them they are interpolated.
    """

    name: str
    first: int
    last: int
    boxes_px: dict[int, tuple[float, float, float, float]]

    def box(self, frame: int) -> Box:
        """The box in a frame."""
        frames = sorted(self.boxes_px)
        edges = np.array([self.boxes_px[one] for one in frames])
        return np.array([np.interp(frame, frames, edges[:, edge]) for edge in range(4)])


CLIPS = (
    AnimalClip(
        "cat.mkv",
        23,
        40,
        {
            23: (0, 104, 29, 120),
            24: (0, 101, 51, 120),
            26: (0, 92, 96, 120),
            28: (0, 85, 129, 120),
            30: (45, 84, 153, 120),
            32: (82, 81, 160, 120),
            34: (114, 81, 160, 119),
            36: (124, 77, 160, 118),
            38: (136, 78, 160, 109),
            40: (154, 91, 160, 109),
        },
    ),
    AnimalClip(
        "possum02.mkv",
        0,
        44,
        {
            0: (81, 50, 100, 70),
            8: (81, 50, 101, 70),
            12: (81, 50, 101, 70),
            14: (81, 50, 105, 70),
            16: (85, 49, 105, 68),
            20: (89, 46, 106, 67),
            24: (89, 46, 109, 67),
            28: (89, 47, 110, 67),
            32: (88, 45, 110, 67),
            36: (87, 45, 110, 63),
            40: (86, 45, 109, 63),
            44: (85, 45, 109, 64),
        },
    ),
)
"""The possum stands still after frame 44; the clip goes on to 91."""


def tno() -> Sequence[Row]:
    """The man of ``tno_nato_camp``: found, false boxes, box overlap, tracks on each side of the time cut."""
    figure = "tno_nato_camp, files mode"
    folder = open_footage_folder()
    if folder is None:
        return (unmeasured(figure, must="measured", why=NO_FOOTAGE),)
    truth = _boxes_of(folder / NATO_CAMP / "gt_auto.txt")
    subjects = _subjects(folder / NATO_CAMP / "thermal")
    overlaps: list[float] = []
    false_boxes = 0
    sides: tuple[set[str], set[str]] = (set(), set())
    for subject in subjects:
        for row in np.flatnonzero(subject.observed):
            frame = round(float(subject.seconds[row])) + 1
            overlap = _overlap(truth[frame], subject.boxes_px[row]) if frame in truth else 0.0
            if overlap < MATCH_IOU:
                false_boxes += 1
                continue
            overlaps.append(overlap)
            sides[frame > LAST_BEFORE_CUT].add(subject.label)
    middle = median(overlaps) if overlaps else 0.0
    one_each = len(sides[0]) == len(sides[1]) == 1 and not sides[0] & sides[1]
    words = f"{'yes' if one_each else 'no'} ({len(sides[0])} before, {len(sides[1])} after)"
    found = len(overlaps)
    return (
        Row(
            f"{figure}: found at IoU ≥ 0.5",
            f"{found} of {len(truth)}",
            "31 of 31",
            "",
            found == len(truth) == 31,
        ),
        Row(f"{figure}: false boxes in all", str(false_boxes), "≤ 1", "0", false_boxes <= 1),
        Row(f"{figure}: median IoU of boxes", f"{middle:.2f}", "≥ 0.5", "0.7", middle >= MATCH_IOU),
        Row(f"{figure}: one track on each side of the time cut", words, "yes", "", one_each),
    )


def animals() -> Sequence[Row]:
    """The animals of ``cacophony_animals``: tracked while they move (boxes by eye), never called a person."""
    figure = "cacophony_animals"
    folder = open_footage_folder()
    if folder is None:
        return (unmeasured(figure, must="measured", why=NO_FOOTAGE),)
    rows: list[Row] = []
    persons = tracks = 0
    for clip in CLIPS:
        subjects = _subjects(folder / ANIMALS / clip.name)
        tracks += len(subjects)
        persons += sum(subject.kinds.person >= CLAIM for subject in subjects)
        frames = range(clip.first, clip.last + 1)
        by_subject = [_frames_on(subject, clip) for subject in subjects]
        covered = len(set().union(*by_subject)) if by_subject else 0
        share = covered / len(frames)
        longest = max((len(one) for one in by_subject), default=0)
        words = f"{share:.0%} ({covered} of {len(frames)} frames; {longest} by one track)"
        rows.append(
            Row(
                f"{figure}, {clip.name}: tracked at IoU ≥ 0.5 in the frames it moves in (by eye)",
                words,
                "≥ 80 %",
                "95 %",
                share >= 0.8,  # noqa: PLR2004 - the row's own bound
            )
        )
    rows.append(
        Row(
            f"{figure}: tracks claimed to be a person (p ≥ 0.5)",
            f"{persons} of {tracks}",
            "0",
            "0",
            persons == 0,
        )
    )
    return rows


def _subjects(path: Path) -> Sequence[Subject]:
    return find_subjects(clip_reader(path), progress=silent).subjects


def _frames_on(subject: Subject, clip: AnimalClip) -> set[int]:
    """The annotated frames in which the subject was seen on the animal."""
    rate_hz = 9.0
    seen = [(round(float(subject.seconds[row]) * rate_hz), row) for row in np.flatnonzero(subject.observed)]
    return {
        frame
        for frame, row in seen
        if clip.first <= frame <= clip.last and _overlap(clip.box(frame), subject.boxes_px[row]) >= MATCH_IOU
    }


def _boxes_of(path: Path) -> dict[int, Box]:
    """Boxes by frame (1-based) of a MOTChallenge file with one person."""
    rows = np.loadtxt(path, delimiter=",", ndmin=2)
    return {int(row[0]): np.array([row[2], row[3], row[2] + row[4], row[3] + row[5]]) for row in rows}


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return float(both / (areas - both))
