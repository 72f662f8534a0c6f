"""A first look at any clip of a camera that stands still: ``truceline look``. Nothing in it is metric."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from truceline import __version__
from truceline.errors import InputError
from truceline.events.image_line import line_passages
from truceline.pipeline.look.folder import appearing_look, check_place
from truceline.pipeline.look.pictures import (
    FASTEST_RATE,
    LinePx,
    LookScene,
    SubjectPassage,
    drawing_scale,
    passage_pictures,
    trails,
    write_annotated_video,
)
from truceline.pipeline.look.subjects import ClipAnalysis, Subject, find_subjects
from truceline.pipeline.progress import Notice, Progress
from truceline.present.pages.look_page import BOUND_WORDS, render_look_page
from truceline.present.quantities import clip_time, number, percent, plural, sentence
from truceline.present.views.footage import Picture
from truceline.present.views.look import ClipCrossing, ClipFacts, ClipGap, ClipTrack, LookView
from truceline.records.frames import Footage, Gap
from truceline.records.time import NS_PER_S, UtcNs
from truceline.video.probe import FootageFacts, pictures_of, probe_footage
from truceline.video.source import FootageReader

PAGE, VIDEO, TRACKS = "page.html", "annotated.mp4", "tracks.csv"

BAND_SHARE = 0.1
"""A foot is surely on a side when it is beyond the line by this share of the subject's height (two standard
deviations of a box's lower edge), and at least by ``BAND_FLOOR_PX``."""
BAND_FLOOR_PX = 2.0

FEW_CHAINED = 0.5
"""When less than this share of all detections is in a track, the page says that tracks mean little here."""

MOVES_SHARE = 0.2
"""When more of the frames than this show another scene, the page says that the camera moves."""

TOGETHER = (
    "people close together become one track, and names can change when they part or pass behind something: "
    "crossings can then be missed or merged"
)
"""What a count of crossings does not tell; on the page and on the terminal."""

LOWEST_RATE_HZ = 1e-3
"""A picture every quarter of an hour or so: slower series show no movement."""

MOST_PICTURED = 40
"""So many crossings are shown with their frames; a page of hundreds of pictures opens nowhere."""


@dataclass(frozen=True, slots=True)
class StillSeries:
    """A folder of pictures of which somebody says how many were taken a second."""

    folder: Path
    rate_hz: float


@dataclass(frozen=True, slots=True)
class LookResult:
    """What a look gave: its files, how many subjects moved, and who passed the line, in order of time.

    Attributes:
        crossings: Without their pictures.
    """

    folder: Path
    page: Path
    video: Path
    tracks: int
    crossings: tuple[ClipCrossing, ...]
    gaps: tuple[ClipGap, ...]


def look(
    clip: Path | StillSeries, *, out: Path, line_px: LinePx | None, progress: Progress, notice: Notice
) -> LookResult:
    """Find what moves in a clip, and who passes a line drawn in the picture; write a page and a video.

    1. The clip is hashed and read twice: the background, then what differs from it, chained to tracks.
    2. Foot points that pass from one side of the line to the other are crossings in image terms.
    3. Page, annotated video and table appear together in ``out``, or not at all.

    Args:
        clip: A video file or a folder of pictures; nothing is known of a folder's rate unless it is given.
        out: The folder to make; an earlier look in it is replaced.
        line_px: x1, y1, x2, y2 of A and B in the picture, or None.
        progress: Told how far it is.
        notice: Told each finished line.

    Raises:
        InputError: The clip cannot be read, the line is not in the picture, or ``out`` holds something else.
        ServiceError: The disk or the encoder refuses.
    """
    check_place(out, clip=clip.folder if isinstance(clip, StillSeries) else clip)
    reader = clip_reader(clip)
    check_line(line_px, facts=reader.facts)
    # (1)
    analysis = find_subjects(reader, progress=progress)
    for note in reader.notes:
        notice(f"footage  {note}")
    # (2)
    passages = _passages(analysis.subjects, line_px)
    notice(f"{plural(len(analysis.subjects), 'track')} in the picture; not metric: no calibration")
    scene = LookScene(reader, analysis, passages, line_px, drawing_scale(reader.facts.width_px))
    crossings = tuple(_crossing(one, pictures=()) for one in passages)
    notice(f"not observed: {TOGETHER}")
    for crossing in crossings:
        notice(crossing_words(crossing))
    if crossings:
        notice(f"± after a time: {BOUND_WORDS}")
    # (3)
    with appearing_look(out) as partial:
        frames = write_annotated_video(partial / VIDEO, scene, progress=progress)
        shown = tuple(
            _crossing(
                one, pictures=passage_pictures(scene, one, frames=frames) if index < MOST_PICTURED else ()
            )
            for index, one in enumerate(passages)
        )
        view = _view(scene, crossings=shown)
        (partial / PAGE).write_text(render_look_page(view), encoding="utf-8")
        _write_tracks(partial / TRACKS, analysis.subjects)
    return LookResult(
        out, out / PAGE, out / VIDEO, len(analysis.subjects), crossings, _gaps(scene.reader, analysis)
    )


def clip_reader(clip: Path | StillSeries) -> FootageReader:
    """A reader of the clip in its own time: it starts at 0, and nothing is known of UTC.

    Raises:
        InputError: It cannot be read; or a rate is given that is none, or to a video, which has its own.
    """
    if isinstance(clip, Path):
        facts = probe_clip(clip)
        return FootageReader(clip, facts=facts, footage=_footage(facts, rate_hz=None))
    if not LOWEST_RATE_HZ <= clip.rate_hz <= FASTEST_RATE:
        raise InputError(
            f"{clip.rate_hz:g} is no rate",
            where="--rate",
            do=f"Give pictures a second, from {LOWEST_RATE_HZ:g} to {FASTEST_RATE}.",
        )
    if not clip.folder.is_dir():
        raise InputError(
            "a video has its own time",
            where="--rate",
            do="Leave --rate away; it is for a folder of pictures.",
        )
    facts = probe_clip(clip.folder)
    facts = replace(facts, duration_s=(facts.duration_s or 0.0) / clip.rate_hz)
    return FootageReader(clip.folder, facts=facts, footage=_footage(facts, rate_hz=clip.rate_hz))


def probe_clip(clip: Path) -> FootageFacts:
    """What the clip says of itself; a series of stills is taken to be one picture a second.

    Raises:
        InputError: It cannot be read.
    """
    if clip.suffix.lower() == ".cptv":
        raise InputError(
            "this is a CPTV recording, which is no video format that is read here",
            where=str(clip),
            do="Convert it to a video without loss first, FFV1 in Matroska for example.",
        )
    facts = probe_footage(clip)
    return replace(facts, duration_s=float(len(pictures_of(clip)))) if clip.is_dir() else facts


def check_line(line_px: LinePx | None, *, facts: FootageFacts) -> None:
    """Refuse a line that does not lie in the picture.

    Raises:
        InputError: It does not, or its ends are one point.
    """
    if line_px is None:
        return
    limits = (facts.width_px, facts.height_px) * 2
    if not all(0 <= value <= limit for value, limit in zip(line_px, limits, strict=True)):
        raise InputError(
            f"the line {','.join(f'{value:g}' for value in line_px)} does not lie in the picture, "
            f"{facts.width_px}×{facts.height_px} pixels",
            where="--line",
            do="Give x1,y1,x2,y2 in pixels, x to the right, y down.",
        )
    if line_px[:2] == line_px[2:]:
        raise InputError("A and B of the line are one point", where="--line", do="Give two different points.")


def crossing_words(crossing: ClipCrossing) -> str:
    """One line for a terminal."""
    other = "right" if crossing.from_side == "left" else "left"
    return (
        f"{clip_time(crossing.at_s)} ± {number(crossing.bound_s, 2)} s  {crossing.label}  "
        f"from A's {crossing.from_side} to A's {other}, pixel "
        f"{number(crossing.place_px[0], 0)}, {number(crossing.place_px[1], 0)}"
    )


def _footage(facts: FootageFacts, *, rate_hz: float | None) -> Footage:
    return Footage(
        name=facts.name,
        digest=facts.digest,
        size_bytes=facts.size_bytes,
        camera_id="clip",
        width_px=facts.width_px,
        height_px=facts.height_px,
        container_rate_hz=facts.rate_hz,
        true_rate_hz=rate_hz,
        start_utc_ns=UtcNs(0),
        start_bound_s=0.0,
        start_source="presentation time of the clip; its UTC is not known",
    )


def _passages(subjects: Sequence[Subject], line_px: LinePx | None) -> tuple[SubjectPassage, ...]:
    if line_px is None:
        return ()
    found = [
        SubjectPassage(subject, passage)
        for subject in subjects
        for passage in line_passages(
            subject.seconds,
            subject.foot_px,
            observed=subject.observed,
            band_px=np.maximum(BAND_FLOOR_PX, BAND_SHARE * subject.heights_px),
            line_px=line_px,
        )
    ]
    return tuple(sorted(found, key=lambda one: (one.passage.at_s, one.subject.label)))


def _crossing(one: SubjectPassage, *, pictures: tuple[Picture, ...]) -> ClipCrossing:
    return ClipCrossing(
        label=one.subject.label,
        kind=one.subject.kinds.kind,
        from_side=one.passage.from_side,
        at_s=one.passage.at_s,
        bound_s=one.passage.bound_s,
        pts=int(one.subject.pts[one.passage.after_row]),
        place_px=one.passage.place_px,
        pictures=pictures,
    )


def _view(scene: LookScene, *, crossings: tuple[ClipCrossing, ...]) -> LookView:
    reader, facts = scene.reader, scene.reader.facts
    span = reader.span
    if span is None:
        raise AssertionError("a reader that was read to its end has a span")
    return LookView(
        clip=ClipFacts(
            name=facts.name,
            digest=facts.digest,
            size_bytes=facts.size_bytes,
            codec=facts.codec,
            width_px=facts.width_px,
            height_px=facts.height_px,
            container_rate_hz=facts.rate_hz,
            duration_s=(span.end_utc_ns - span.start_utc_ns) / NS_PER_S,
            frames=reader.frame_count,
        ),
        line_px=scene.line_px,
        video_name=VIDEO,
        trails=trails(scene),
        tracks=tuple(
            ClipTrack(
                label=subject.label,
                kind=subject.kinds.kind,
                probability=_claimed(subject),
                first_s=float(subject.seconds[0]),
                last_s=float(subject.seconds[-1]),
                rows=len(subject.pts),
                rows_observed=int(subject.observed.sum()),
            )
            for subject in scene.analysis.subjects
        ),
        crossings=crossings,
        gaps=_gaps(reader, scene.analysis),
        software=f"truceline {__version__}",
        notes=_notes(scene, crossings=crossings),
    )


def _claimed(subject: Subject) -> float | None:
    return None if subject.kinds.kind == "unknown" else subject.kinds.probability


def _gaps(reader: FootageReader, analysis: ClipAnalysis) -> tuple[ClipGap, ...]:
    found: list[Gap] = sorted([*reader.gaps, *analysis.gaps], key=lambda gap: gap.span.start_utc_ns)
    return tuple(
        ClipGap(gap.span.start_utc_ns / NS_PER_S, gap.span.end_utc_ns / NS_PER_S, gap.reason) for gap in found
    )


def _notes(scene: LookScene, *, crossings: Sequence[ClipCrossing]) -> tuple[str, ...]:
    notes = [
        *scene.reader.notes,
        sentence(TOGETHER),
        "The camera is taken to stand still. Who does not move for most of the clip is not seen.",
        (
            "Kinds are told from shape and gait alone, so mostly not at all: a person, an animal, a vehicle "
            "and a shadow are all subjects."
        ),
        "Subjects much smaller than the usual one of this clip are left out as specks.",
    ]
    if scene.line_px is None:
        notes.append("No line was given, so no crossing was looked for.")
    if not scene.reader.facts.rate_hz:
        rate_hz = scene.reader.footage.true_rate_hz
        said = f"{rate_hz:g} a second, as given" if rate_hz else "one a second is assumed"
        notes.append(f"These are stills that say nothing of their time: {said}.")
    if scene.analysis.changed_share > 0:
        share = percent(scene.analysis.changed_share)
        notes.append(
            f"The whole picture changed in {share} of the frames (light, gain, or the camera moved): "
            "nothing was looked for in them."
        )
    if scene.analysis.changed_share > MOVES_SHARE:
        notes.append("This is hardly a camera that stands still: tracks and crossings mean little here.")
    if scene.analysis.chained_share < FEW_CHAINED:
        notes.append(
            "Most of what differs from the background in one picture is not found again in the next: these "
            "pictures do not follow one another closely enough for tracks."
        )
    if len(crossings) > MOST_PICTURED:
        notes.append(f"Only the first {MOST_PICTURED} crossings are shown with pictures.")
    return tuple(notes)


def _write_tracks(path: Path, subjects: Sequence[Subject]) -> None:
    names = ("foot_x_px", "foot_y_px", "left_px", "top_px", "right_px", "bottom_px")
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["track", "pts", "presentation_s", *names, "observed", "kind", "kind_probability"])
        for subject in subjects:
            claimed = _claimed(subject)
            kind = (subject.kinds.kind, "" if claimed is None else f"{claimed:.3f}")
            for row in range(len(subject.pts)):
                places = [f"{value:.1f}" for value in (*subject.foot_px[row], *subject.boxes_px[row])]
                seen = "true" if subject.observed[row] else "false"
                table.writerow(
                    [
                        subject.label,
                        int(subject.pts[row]),
                        f"{subject.seconds[row]:.3f}",
                        *places,
                        seen,
                        *kind,
                    ]
                )
