"""The frames that show a crossing: annotated for the station, masked for a release."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.detect.blobs import find_blobs
from truceline.detect.evidence import evidence
from truceline.detect.people import reduced_to
from truceline.detect.still.background import Background
from truceline.errors import IntegrityError
from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.pipeline.analysis.backgrounds import nearest_background
from truceline.pipeline.analysis.files import Analysis
from truceline.pipeline.covariance import whole_covariance_m2
from truceline.present.frames.annotate import annotate_frame
from truceline.present.frames.overlay import foot_ellipse_px, line_mark
from truceline.present.quantities import decimals_for, instant, local_clock, plus_minus
from truceline.present.views.frames import FrameCaption, FrameScene, SubjectMark
from truceline.present.views.place import called
from truceline.present.views.subjects import track_labels
from truceline.records.events import Crossing, EvidenceFrame
from truceline.records.frames import Footage
from truceline.records.site import Camera, Site
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track
from truceline.release.mask import Subject, encode_picture, lettered, mask_subjects
from truceline.store.station import Station
from truceline.video.source import FootageReader, VideoFrame
from truceline.video.times.timing import DRIFT

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

TRAIL_ROWS = 60
"""So much of the past is drawn behind a subject."""

LEAST_APART_S = 10.0
KEYFRAMES_APART = 4
"""What lies closer together, in seconds or in keyframes, is read in one go: to begin anew costs two."""

_TALL_M = 1.9
"""Few people are taller, and a mask has a margin."""

ANNOTATED = "frames"
MASKED = "masked"


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What is needed to draw a frame: site, camera, the footage's name, the tracks and their events."""

    site: Site
    camera: Camera
    file: str
    tracks: tuple[Track, ...]
    crossings: tuple[Crossing, ...]


def evidence_files(reader: FootageReader, analysis: Analysis, *, sight: Sight) -> dict[str, bytes]:
    """Pictures of every frame that a crossing names: ``frames/PTS.jpg`` annotated, ``masked/PTS.jpg`` masked.

    The masked picture covers every track, every detection and every other thing that differs from the
    background: what no track tells of up and down to the size of a person who stands there.
    """
    wanted = {frame.pts: frame.utc_ns for crossing in sight.crossings for frame in crossing.frames}
    files: dict[str, bytes] = {}
    if not wanted:
        return files
    marks = _LineAndLabels(sight)
    for picture in _pictures_at(reader, wanted):
        pts = picture.stamp.pts
        drawn = annotate_frame(picture.bgr, frame_scene(picture, sight, marks=marks))
        files[f"{ANNOTATED}/{pts}.jpg"] = encode_picture(drawn, ".jpg")
        files[f"{MASKED}/{pts}.jpg"] = encode_picture(
            _masked(picture, analysis, sight=sight, labels=marks.labels), ".jpg"
        )
    return files


def _pictures_at(reader: FootageReader, wanted: Mapping[int, UtcNs]) -> Iterator[VideoFrame]:
    """Pictures by their stamps and instants, from a few spans, so that hours between them are not read."""
    instants = sorted(wanted.values())
    index = reader.facts.index
    starts = len(instants) if index is None else max(int(np.count_nonzero(index.keyframe)), 1)
    apart_s = max(LEAST_APART_S, KEYFRAMES_APART * reader.whole_span.seconds / starts)
    breaks = np.flatnonzero(np.diff(np.array(instants, np.int64)) > round(apart_s * NS_PER_S)) + 1
    for group in np.split(np.array(instants, np.int64), breaks):
        span = UtcSpan(UtcNs(int(group[0])), UtcNs(int(group[-1]) + 1))
        yield from reader.frames_at(wanted.keys(), span=span)


def kept_frame(station: Station, run_id: str, *, kind: str, pts: int) -> bytes:
    """A frame as a scan kept it; ``kind`` is ``ANNOTATED`` or ``MASKED``.

    Raises:
        IntegrityError: The station has lost it.
    """
    path = station.run_folder(run_id) / kind / f"{pts}.jpg"
    try:
        return path.read_bytes()
    except OSError as error:
        raise IntegrityError(
            "an evidence frame is missing from the station",
            where=str(path),
            do="Restore it from a copy, or remove the run's folder and scan again.",
        ) from error


def frame_instant(frame: EvidenceFrame, footage: Footage) -> str:
    """When a frame was taken with its own bound, in the words that its strip, caption and table share."""
    media_s = abs(int(frame.utc_ns) - int(footage.start_utc_ns)) / NS_PER_S
    return instant(frame.utc_ns, bound_s=footage.start_bound_s + DRIFT * media_s)


class _LineAndLabels:
    """What is the same in every frame."""

    def __init__(self, sight: Sight) -> None:
        self.line = line_mark(sight.site.line, camera=sight.camera)
        self.labels = track_labels(sight.tracks)
        self.covariances = {
            track.track_id: whole_covariance_m2(track, sight.camera) for track in sight.tracks
        }
        self.crossings: Mapping[str, list[Crossing]] = {
            track.track_id: [one for one in sight.crossings if one.track_id == track.track_id]
            for track in sight.tracks
        }


def frame_scene(picture: VideoFrame, sight: Sight, *, marks: _LineAndLabels) -> FrameScene:
    """Everything that is drawn on one frame of a surveyed camera."""
    stamp = picture.stamp
    subjects = []
    for track in sight.tracks:
        found = np.flatnonzero(track.pts == stamp.pts)
        if len(found):
            subjects.append(_subject(track, int(found[0]), sight=sight, marks=marks))
    caption = FrameCaption(
        clock=instant(stamp.utc_ns, bound_s=stamp.bound_s),
        local_clock=local_clock(
            stamp.utc_ns,
            offset_minutes=sight.site.local_offset_minutes,
            digits=decimals_for(stamp.bound_s),
        ),
        camera=called(sight.camera),
        file=f"{sight.file} pts {stamp.pts}",
        statement="simulated" if sight.site.simulated else "",
    )
    return FrameScene(tuple(subjects), marks.line, caption)


def _subject(track: Track, row: int, *, sight: Sight, marks: _LineAndLabels) -> SubjectMark:
    first = max(0, row - TRAIL_ROWS)
    trail = np.column_stack([track.en_m[first : row + 1], np.zeros(row + 1 - first)])
    crossings = marks.crossings[track.track_id]
    at_utc_ns = int(track.utc_ns[row])
    beyond = [one for one in crossings if one.span.start_utc_ns <= at_utc_ns <= one.span.end_utc_ns]
    note = ""
    if beyond:
        depth = plus_minus(beyond[0].depth_m.value, beyond[0].depth_m.sigma, unit="m")
        note = f"deepest {depth} into {beyond[0].to_side}"
    left, top, right, bottom = (float(value) for value in track.boxes_px[row])
    return SubjectMark(
        label=marks.labels[track.track_id],
        kind=track.kind,
        box_px=(left, top, right, bottom),
        observed=bool(track.observed[row]),
        trail_px=pixel_from_site(sight.camera.calibration, trail),
        trail_observed=track.observed[first : row + 1],
        foot_ellipse_px=foot_ellipse_px(
            track.en_m[row], marks.covariances[track.track_id][row], camera=sight.camera
        ),
        selected=bool(crossings),
        note=note,
    )


def _masked(
    picture: VideoFrame, analysis: Analysis, *, sight: Sight, labels: Mapping[str, str]
) -> NDArray[np.uint8]:
    """The picture with everything covered: a track under its own name, anything else under a letter."""
    pts, camera = picture.stamp.pts, sight.camera
    own = {
        labels[track.track_id]: track.boxes_px[row]
        for track in sight.tracks
        for row in np.flatnonzero(track.pts == pts)
    }
    background = nearest_background(analysis.backgrounds, picture.stamp.utc_ns)
    found = [*analysis.boxes_px.get(pts, np.zeros((0, 4))), *_other_boxes(picture.bgr, background)]
    others = [box for box in found if not any(_covers(one, box) for one in own.values())]
    known = [*own.values(), *(_whole_figure(box, camera) for box in others)]
    height, width = picture.bgr.shape[:2]
    inside = [box for box in known if box[0] < width and box[1] < height and box[2] > 0 and box[3] > 0]
    return mask_subjects(picture.bgr, _named(_merged(inside), own))


def _named(boxes_px: Sequence[Box], own: Mapping[str, NDArray[np.float64]]) -> tuple[Subject, ...]:
    """Each box under the names of the tracks that it covers most of; a box that covers none gets a letter."""
    names = {box: "+".join(name for name, one in own.items() if _covers(box, one)) for box in boxes_px}
    others = iter(lettered([box for box in boxes_px if not names[box]]))
    return tuple(Subject(box, names[box]) if names[box] else next(others) for box in boxes_px)


def _covers(box_px: Box | NDArray[np.float64], other_px: NDArray[np.float64]) -> bool:
    """Whether a box covers more than half of another."""
    common = np.minimum(box_px[2:], other_px[2:]) - np.maximum(box_px[:2], other_px[:2])
    area = float((other_px[2] - other_px[0]) * (other_px[3] - other_px[1]))
    return bool(np.all(common > 0)) and float(np.prod(common)) > area / 2


def _other_boxes(bgr: NDArray[np.uint8], background: Background) -> NDArray[np.float64]:
    """Boxes of everything that differs from the background, in pixels of the full picture."""
    height, width = background.bgr.shape[:2]
    blobs = find_blobs(evidence(reduced_to(bgr, (width, height)), background).mask)
    boxes: NDArray[np.float64] = blobs.boxes_px * (bgr.shape[1] / width)
    return boxes


def _whole_figure(box_px: NDArray[np.float64], camera: Camera) -> NDArray[np.float64]:
    """A box grown up and down to what somebody who stands there fills.

    What no track tells of may be a part of somebody alone: the rest stands in a shadow as dark as the
    clothes, or has stood still for long. Its upper edge may be a head, its lower edge feet.
    """
    left, top, right, bottom = (float(value) for value in box_px)
    middle = (left + right) / 2
    feet = ground_from_pixel(camera.calibration, np.array([[middle, bottom]]))[0]
    under = ground_from_pixel(camera.calibration, np.array([[middle, top]]), height_m=_TALL_M)[0]
    ends = np.array([[*feet, _TALL_M], [*under, 0.0]])
    head_v, foot_v = pixel_from_site(camera.calibration, ends)[:, 1]
    # fmin and fmax leave an edge where it is when its place on the ground cannot be told.
    return np.array([left, np.fmin(top, head_v), right, np.fmax(bottom, foot_v)])


def _merged(boxes: Iterable[NDArray[np.float64]]) -> list[Box]:
    """Boxes that overlap by more than half of the smaller become one, so that one person has one name."""
    merged: list[NDArray[np.float64]] = []
    for box in sorted(boxes, key=lambda one: -float((one[2] - one[0]) * (one[3] - one[1]))):
        for index, other in enumerate(merged):
            if _covers(other, box):
                merged[index] = np.concatenate(
                    [np.minimum(box[:2], other[:2]), np.maximum(box[2:], other[2:])]
                )
                break
        else:
            merged.append(box)
    return [(float(box[0]), float(box[1]), float(box[2]), float(box[3])) for box in merged]
