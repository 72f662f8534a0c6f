"""The PETS clone: the annotated paths of PETS 2009 S2.L1 walked by simulated people, seen as the camera saw.

Protocol. The empty scene is the median of the footage; its depth is that of the ground through the survey's
calibration, but for the lamp post, which hides people in both. People walk the annotated feet, smoothed, in
clothes of the colours and of the heights that the footage shows. The sensor's exposure is held where it gives
back the median's grey levels; its noise is fitted to the footage's; the clone is encoded at the footage's own
bits a frame. Detector and tracker, with the product's constants, then see both clips, and both are scored on
the ground with a radius of 1 m over frames 301 to 795, feet above row 130 (of 576) left out. The clone's
truth is where its people stood in the frames in which the annotation has them. Nothing of PETS is kept.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from unittest import mock

import av
import numpy as np
from numpy.typing import NDArray

from bench.accuracy.ours import tracks_of
from bench.accuracy.scoring import LATE, calibration_of
from bench.reach import pets
from bench.reach.core_pets import NO_FOOTAGE, home
from bench.reach.pets_people import (
    Annotated,
    annotated,
    background,
    colours_of,
    edges,
    performances,
)
from bench.reach.row import Row, unmeasured
from truceline.config import AnalysisConfig
from truceline.evaluate.scene import Frame
from truceline.evaluate.tracking import TrackScores, score_tracks
from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.pipeline.analysis import files
from truceline.pipeline.analysis.files import Analysis
from truceline.pipeline.footage import OpenedFootage
from truceline.pipeline.progress import silent
from truceline.records.site import Calibration
from truceline.records.time import UtcNs
from truceline.simulate.bodies.shape import shape_at
from truceline.simulate.model.actors import STEP_S, Action, Performance
from truceline.simulate.model.devices import Band, CameraPlan, Sensor, Stretch
from truceline.simulate.model.pictures import Plate, Sky
from truceline.simulate.model.world import Material, Weather
from truceline.simulate.raster.stage import Stage
from truceline.simulate.sensors import visible
from truceline.simulate.sensors.exposure import (
    CODES_PER_WHITE,
    DAYLIGHT_S,
    FINE,
    PEDESTAL,
    Exposed,
    tone_curve,
)
from truceline.track.association import Side
from truceline.track.tracker import PlaneTracker
from truceline.video.recording import TICKS_PER_S, CctvEncoding, recording

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

MUST, STRETCH = 0.08, 0.03
GAMMA = 0.45
SENSOR = Sensor(exposure_s=0.01, electrons=4000.0, read_noise=20.0, blur_px=0.4, sharpening=0.28, gamma=GAMMA)
"""Fitted by hand to the footage's temporal noise and edges, after the encoder."""
POST_PX = ((533, 40, 549, 490), (515, 252, 556, 306), (496, 22, 548, 60))
"""The lamp post, its sign and its head: left, top, right, bottom in the picture of 960×720."""
POST_FOOT_PX = (541.0, 489.0)
POST_SCALE = 0.5
SEED = 2009


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clip's pictures, and where everybody stood: frame, identity, east, north (n, 4)."""

    path: Path
    pictures: Image
    truth: Array


class HeldExposure:
    """The exposure at which the sensor gives back what the linear light was made from."""

    def __init__(self, *_given: object, **_also: object) -> None:
        self.now = Exposed(DAYLIGHT_S, 1.0)

    def metered(self, _light: NDArray[np.float32]) -> Exposed:
        """Always the same."""
        return self.now


def original(folder: Path) -> Clip:
    """The footage, with the annotation as its truth."""
    path = folder / pets.CLIP
    truth = pets.truth(folder / "gt_mot15.txt", calibration_of(folder))[:, :4]
    return Clip(path, _pictures(path), truth)


def cloned(folder: Path, path: Path, *, sensor: Sensor = SENSOR) -> Clip:
    """The clone, filmed into ``path``."""
    calibration = calibration_of(folder)
    footage = _pictures(folder / pets.CLIP)
    linear = _linear()
    people = annotated(folder, calibration)
    cast = performances(people, calibration, colours=colours_of(people, footage, linear=linear))
    camera = _camera(calibration, sensor)
    plate = _plate(background(footage), linear, calibration=calibration)
    bits = sum(packet.size for packet in _packets(folder / pets.CLIP)) * 8 / pets.FRAMES
    encoding = CctvEncoding(pets.SIZE_PX, camera.rate_hz, kbit_s=round(bits * pets.RATE_HZ / 1000), group=64)
    with recording(path, encoding) as recorder:
        for number, picture in enumerate(_filmed(camera, plate, cast=cast)):
            recorder.add(picture, round(number * TICKS_PER_S / camera.rate_hz))
    return Clip(path, _pictures(path), _stood(people, cast))


def _filmed(camera: CameraPlan, plate: Plate, *, cast: Sequence[Performance]) -> Iterator[Image]:
    sky, weather = _sky(), Weather(cloud=1.0)
    with mock.patch.object(visible, "AutoExposure", HeldExposure):
        seeing = visible.VisibleSensor(camera, plate, sky=sky, seed=SEED)
    stage = Stage(plate, camera, sky=sky, weather=weather)
    for number in range(pets.FRAMES):
        at_s = number / pets.RATE_HZ
        present = [one for one in cast if one.action[round(at_s / STEP_S)] != Action.AWAY]
        half_s = camera.sensor.exposure_s / 2
        opens = [(one, shape_at(one, at_s - half_s)) for one in present]
        closes = [(one, shape_at(one, at_s + half_s)) for one in present]
        drawn = stage.drawn(opens, moved=closes)
        yield seeing.picture(drawn, number, UtcNs(0))


def _stood(people: Sequence[Annotated], cast: Sequence[Performance]) -> Array:
    """Where the clone's people stood in the frames in which they are annotated (n, 4)."""
    rows = []
    for person, performance in zip(people, cast, strict=True):
        at = np.round((person.frames - 1) / pets.RATE_HZ / STEP_S).astype(np.int64)
        there = performance.action[at] != Action.AWAY
        columns = [person.frames[there], np.full(there.sum(), person.identity)]
        rows.append(np.column_stack([*columns, performance.enu_m[at[there], :2]]))
    return np.concatenate(rows)


def _camera(calibration: Calibration, sensor: Sensor) -> CameraPlan:
    return CameraPlan(
        camera_id="view-1",
        name="View 1",
        band=Band.VISIBLE,
        width_px=pets.SIZE_PX[0],
        height_px=pets.SIZE_PX[1],
        rate_hz=Fraction(round(pets.RATE_HZ)),
        declared=calibration,
        true=calibration,
        supplies=(Stretch(0.0, pets.FRAMES / pets.RATE_HZ),),
        sensor=sensor,
        shows_clock=False,
    )


def _sky() -> Sky:
    """An overcast day, as it was."""
    return Sky(np.array([0.0, 0.0, 1.0]), np.full(3, 0.03), np.full(3, 0.97))


def _linear() -> Array:
    """Linear light (256,) of each grey level at the held exposure."""
    curve = tone_curve(GAMMA)[PEDESTAL:] / FINE
    signal = np.arange(len(curve)) / CODES_PER_WHITE
    # Where the picture is white nobody knows how bright it was: the least that makes it white.
    first = np.flatnonzero(np.diff(curve, prepend=-1.0) > 0)
    return np.interp(np.arange(256), curve[first], signal[first])


def _plate(empty: Image, linear: Array, *, calibration: Calibration) -> Plate:
    height, width = empty.shape[:2]
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    radius2 = (columns - (width - 1) / 2) ** 2 + (rows - (height - 1) / 2) ** 2
    shading = 1 - visible.VIGNETTE * radius2 / (width**2 + height**2) * 4
    light = linear[empty][..., ::-1] / shading[..., None]
    light = np.maximum(light - visible.FLARE * light.mean(), 0)
    pixels = np.stack([columns, rows], axis=-1).reshape(-1, 2).astype(np.float64)
    ground = ground_from_pixel(calibration, pixels)
    points = np.concatenate([ground, np.zeros((len(ground), 1))], axis=1)
    depth = ((points - calibration.position_enu_m) @ calibration.rotation[2]).reshape(height, width)
    depth = np.where(np.isfinite(depth), depth, 1e6)
    foot = ground_from_pixel(calibration, np.array([POST_FOOT_PX]) * POST_SCALE)[0]
    post_m = float((np.array([*foot, 0.0]) - calibration.position_enu_m) @ calibration.rotation[2])
    for left, top, right, bottom in POST_PX:
        box = [round(value * POST_SCALE) for value in (left, top, right, bottom)]
        depth[box[1] : box[3], box[0] : box[2]] = post_m
    ones = np.ones((height, width), dtype=np.float32)
    return Plate(
        light=np.ascontiguousarray(light, dtype=np.float32),
        depth_m=depth.astype(np.float32),
        sunlit=ones,
        ground_enu_m=points.reshape(height, width, 3).astype(np.float32),
        up=ones.copy(),
        sway=0 * ones,
        material=np.full((height, width), list(Material).index(Material.ASPHALT), dtype=np.uint8),
    )


def _pictures(path: Path) -> Image:
    with av.open(str(path)) as container:
        return np.stack([one.to_ndarray(format="bgr24") for one in container.decode(video=0)])


def _packets(path: Path) -> "Iterator[av.Packet[av.VideoStream]]":
    with av.open(str(path)) as container:
        yield from container.demux(video=0)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the product made of a clip, and what the clip is like.

    Attributes:
        moda: Of the detections; ``missed`` the share of true places without one, ``false_alarms`` a frame.
        tracks: Scores of the tracks.
        noise: Standard deviation of a grey level from frame to frame where nobody is.
        edge: Mean gradient of the pictures, and ``person_edge`` of what is in the truth's boxes.
    """

    moda: float
    missed: float
    false_alarms: float
    tracks: TrackScores
    noise: float
    edge: float
    person_edge: float


@cache
def both() -> tuple[Seen, Seen] | None:
    """The original and the clone, as the product sees them; None without the footage."""
    folder = home()
    if folder is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        clone = cloned(folder, Path(scratch) / "clone.mp4")
        return seen(folder, original(folder)), seen(folder, clone)


def seen(folder: Path, clip: Clip) -> Seen:
    """Run detector and tracker on a clip and score both."""
    with tempfile.TemporaryDirectory() as scratch:
        opened, _ = pets.opened(folder, Path(scratch), clip=str(clip.path))
    analysis, given = _analysed(opened)
    calibration = calibration_of(folder)
    frames = np.repeat(np.arange(1, len(given) + 1), [len(side.positions) for side in given])
    found = np.column_stack(
        [frames, np.arange(len(frames)), np.concatenate([one.positions for one in given])]
    )
    detections = _score(clip.truth, found, calibration=calibration)
    whole = tracks_of(analysis.tracks, sorted(analysis.boxes_px), name="clone", seconds=1.0)
    rows = np.column_stack([whole.frame, whole.identity, whole.ground_m])
    clear = detections.clear
    quiet, edge, person_edge = _likeness(clip, folder)
    return Seen(
        moda=1 - (clear.misses + clear.unfounded) / clear.truth,
        missed=clear.misses / clear.truth,
        false_alarms=clear.unfounded / len(LATE),
        tracks=_score(clip.truth, rows, calibration=calibration),
        noise=quiet,
        edge=edge,
        person_edge=person_edge,
    )


def _analysed(opened: OpenedFootage) -> tuple[Analysis, list[Side]]:
    """The product's analysis of a file, and what its tracker was given frame by frame."""
    given: list[Side] = []

    class Listening(PlaneTracker):
        """Our tracker; it notes what it is given."""

        def step(self, seconds: float, detections: Side) -> None:
            given.append(detections)
            super().step(seconds, detections)

    with mock.patch.object(files, "PlaneTracker", Listening):
        config = AnalysisConfig()
        found = files.analyse(opened.reader, opened.camera, config=config, run_id="clone", progress=silent)
    return found, given


def _score(truth: Array, found: Array, *, calibration: Calibration) -> TrackScores:
    """Rows of frame, identity, east, north on both sides, on the ground."""
    sides = [_frames(rows, calibration) for rows in (truth, found)]
    return score_tracks(*sides, radius_m=pets.RADIUS_M)


def _frames(rows: Array, calibration: Calibration) -> list[Frame]:
    feet = pixel_from_site(calibration, np.column_stack([rows[:, 2:4], np.zeros(len(rows))]))
    low = rows[feet[:, 1] >= pets.UNANNOTATED_ABOVE_PX * pets.SHARE]
    parts = [low[low[:, 0] == frame] for frame in LATE]
    return [Frame(tuple(f"{one:.0f}" for one in part[:, 1]), part[:, 2:4]) for part in parts]


def _likeness(clip: Clip, folder: Path) -> tuple[float, float, float]:
    """Temporal noise where nobody is, mean gradient of the whole picture, and that within people's boxes."""
    boxes: dict[int, list[NDArray[np.int64]]] = {number: [] for number in range(1, pets.FRAMES + 1)}
    for person in annotated(folder, calibration_of(folder)):
        for number, box in zip(person.frames.tolist(), person.boxes_px, strict=True):
            boxes[number].append(np.clip(np.round(box), 0, (*pets.SIZE_PX, *pets.SIZE_PX)).astype(np.int64))
    changes, whole, within = [], [], []
    for number in range(LATE.start, LATE.stop - 1, 9):
        quiet = np.ones(pets.SIZE_PX[::-1], dtype=np.bool_)
        gradient = edges(clip.pictures[number - 1])
        for left, top, right, bottom in [*boxes[number], *boxes[number + 1]]:
            quiet[max(top - 8, 0) : bottom + 8, max(left - 8, 0) : right + 8] = False
        for left, top, right, bottom in boxes[number]:
            within.append(gradient[top:bottom, left:right].mean())
        step = clip.pictures[number].astype(np.float64) - clip.pictures[number - 1]
        changes.append(float(np.mean(step[quiet][:, 1] ** 2)))
        whole.append(float(gradient[quiet].mean()))
    return float(np.sqrt(np.mean(changes) / 2)), float(np.mean(whole)), float(np.nanmean(within))


def pets_clone() -> Sequence[Row]:
    """Detector and tracker on the clone and on the original, side by side."""
    figure = "PETS clone against original, frames 301 to 795: MODA of the detections at 1 m"
    measured = both()
    if measured is None:
        return (unmeasured(figure, must="within .08", why=NO_FOOTAGE),)
    true, clone = measured
    apart = abs(true.moda - clone.moda)
    moda = f"{clone.moda:.3f} against {true.moda:.3f}: {apart:.3f} apart"
    tracks = f"{clone.tracks.idf1:.3f} / {clone.tracks.mota:.3f} against "
    tracks += f"{true.tracks.idf1:.3f} / {true.tracks.mota:.3f}"
    alarms = f"{clone.missed:.3f} and {clone.false_alarms:.2f} against "
    alarms += f"{true.missed:.3f} and {true.false_alarms:.2f}"
    likeness = f"{clone.noise:.2f}, {clone.edge:.2f}, {clone.person_edge:.2f} against "
    likeness += f"{true.noise:.2f}, {true.edge:.2f}, {true.person_edge:.2f} grey levels"
    return (
        Row(figure, moda, f"within {MUST:.2f}", f"{STRETCH:.2f}", apart <= MUST),
        Row("PETS clone against original: IDF1 / MOTA of the tracks", tracks, "said", "", good=True),
        Row("PETS clone against original: share missed, false alarms a frame", alarms, "said", "", good=True),
        Row(
            "PETS clone against original: temporal noise, edges of the scene, edges of people",
            likeness,
            "said",
            "",
            good=True,
        ),
    )
