"""Filming: one take drawn, sensed, encoded, and its truth written down, frame by frame.

A file in which nothing but noise tells one picture from the next (``Frames.is_quiet``) is not filmed frame by
frame: a few groups of pictures are, coded once each, and their packets are copied in turn to the file's end.
Its noise then repeats after ``COPIED_GROUPS`` groups; nothing else in the scene could have changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from truceline.pipeline.simulation.footage.crew import Tell
from truceline.pipeline.simulation.footage.frames import Filmed, Frames, sensor_of
from truceline.pipeline.simulation.footage.takes import Cast, FilePart, Take
from truceline.release.mask import encode_picture
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.model.pictures import Drawn, Plate
from truceline.simulate.model.scenario import Setting
from truceline.simulate.plates.plate import draw_plate
from truceline.simulate.plates.sky import sky_at
from truceline.simulate.truth.declared import footage_note
from truceline.simulate.truth.frames import frame_line, mot_lines
from truceline.video.recording import CctvEncoding, GroupCoder, Recorder, Sound, recording

Image = NDArray[np.uint8]

COPIED_GROUPS = 8
"""So many groups of a quiet file are filmed; a file that is no longer is filmed whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a take's parts go: ``home`` is the simulation's folder, ``work`` a folder that vanishes."""

    home: Path
    work: Path


def prepare_plate(
    setting: Setting, camera: CameraPlan, *, place: Place, scenes: Path | None, tell: Tell
) -> None:
    """Draw a camera's empty scene and keep it for its takes; a picture of it as well where one is wanted."""
    sky = sky_at(setting.origin, setting.start_utc_ns, weather=setting.weather)
    plate = draw_plate(
        setting.world,
        camera,
        sky=sky,
        weather=setting.weather,
        line_en_m=setting.line.vertices_en_m,
        seed=setting.seed,
    )
    columns = {one.name: getattr(plate, one.name) for one in fields(Plate)}
    kept = {name: values for name, values in columns.items() if values is not None}
    np.savez(_plate_path(place, camera), allow_pickle=False, **kept)
    if scenes is not None:
        sensor = sensor_of(setting, camera, plate=plate, sky=sky, seed=setting.seed)
        picture = sensor.picture(Drawn(plate.light.copy(), ()), 0, setting.start_utc_ns)
        target = scenes / f"{camera.camera_id}.jpg"
        partial = target.with_name(f".{target.name}.partial")
        partial.write_bytes(encode_picture(picture, ".jpg"))
        partial.replace(target)
    tell()


def film(setting: Setting, take: Take, *, cast: Cast, place: Place, tell: Tell) -> None:
    """Film a take: its recordings and notes into ``home/footage``, its truth as parts into ``work``.

    Raises:
        ServiceError: The disk or the encoder refuses.
    """
    frames = Frames(setting, take, cast=cast, plate=_read_plate(_plate_path(place, take.camera)))
    sound = _read_sound(place, take)
    for part in take.parts:
        with _opened(place, take, part=part, sound=_part_of(sound, take, part=part)) as roll:
            pictures = len(frames.stamps(part))
            if pictures > COPIED_GROUPS * take.camera.recording.group and frames.is_quiet(part):
                _copy(frames, take, part=part, roll=roll, tell=tell)
            else:
                for filmed in frames.of(part):
                    roll.recorder.add(filmed.picture, filmed.stamp.ticks)
                    roll.note(filmed)
                    tell()
        note = footage_note(setting, take.camera, start_utc_ns=take.frames[part.first].shown_utc_ns)
        (place.home / "footage" / f"{part.name}.toml").write_text(note, encoding="utf-8")


def _copy(frames: Frames, take: Take, *, part: FilePart, roll: "_Roll", tell: Tell) -> None:
    """Film the first groups of a quiet file, and copy their packets in turn."""
    group, stamps = take.camera.recording.group, frames.stamps(part)
    coder = GroupCoder(_encoding(take.camera))
    filmed = list(islice(frames.of(part), COPIED_GROUPS * group))
    coded = []
    for first in range(0, len(filmed), group):
        start = filmed[first].stamp.ticks
        coded.append(
            coder.coded((one.stamp.ticks - start, one.picture) for one in filmed[first : first + group])
        )
    for number, first in enumerate(range(0, len(stamps), group)):
        mine = stamps[first : first + group]
        copied = coded[number % len(coded)]
        roll.recorder.copy(copied[: len(mine)], mine[0].ticks)
        for stamp, one in zip(mine, copied, strict=False):
            roll.note(Filmed(filmed[0].picture, replace(stamp, ticks=mine[0].ticks + one.ticks), ()))
            tell()


@dataclass(frozen=True, slots=True, eq=False)
class _Roll:
    """What one file's frames go into: the recording, the lines of truth, the still."""

    recorder: Recorder
    truth: TextIO
    mot: TextIO
    still: "_Still"
    size_px: tuple[int, int]

    def note(self, filmed: Filmed) -> None:
        """Write down what is true of a frame."""
        self.truth.write(frame_line(filmed.stamp, filmed.seen))
        self.mot.writelines(mot_lines(filmed.stamp.number, filmed.seen, size_px=self.size_px))
        self.still.offer(filmed)


@contextmanager
def _opened(place: Place, take: Take, *, part: FilePart, sound: Sound | None) -> Iterator[_Roll]:
    """The files of one part; truth goes on where the part before ended."""
    stem, camera, still = Path(part.name).stem, take.camera, _Still()
    truth = place.work / f"{camera.camera_id}.{take.number}.frames.jsonl"
    with (
        truth.open("a", encoding="utf-8") as lines,
        (place.home / "truth" / "mot" / f"{stem}.txt").open("w", encoding="utf-8") as mot,
        recording(place.home / "footage" / part.name, _encoding(camera), sound=sound) as recorder,
    ):
        yield _Roll(recorder, lines, mot, still, (camera.width_px, camera.height_px))
    still.write(place.home / "stills" / f"{stem}.jpg")


class _Still:
    """The picture of a file in which most can be seen: by persons, then by their pixels."""

    def __init__(self) -> None:
        self._best = (-1, -1.0)
        self._picture: Image | None = None

    def offer(self, filmed: Filmed) -> None:
        boxes = [one.visible_px for one, _ in filmed.seen if one.visible_px is not None]
        area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in boxes)
        if (len(boxes), area) > self._best:
            self._best = (len(boxes), area)
            self._picture = filmed.picture.copy()

    def write(self, path: Path) -> None:
        if self._picture is not None:
            path.write_bytes(encode_picture(self._picture, ".jpg"))


def _encoding(camera: CameraPlan) -> CctvEncoding:
    return CctvEncoding(
        (camera.width_px, camera.height_px),
        camera.rate_hz,
        codec=camera.recording.codec,
        kbit_s=camera.recording.kbit_s,
        group=camera.recording.group,
    )


def _plate_path(place: Place, camera: CameraPlan) -> Path:
    return place.work / f"{camera.camera_id}.plate.npz"


def _read_plate(path: Path) -> Plate:
    with np.load(path) as kept:
        return Plate(**{name: kept[name] for name in kept.files})


def sound_path(place: Place, camera: CameraPlan, *, number: int) -> Path:
    """Where the sound of a camera's stretch waits for its pictures."""
    return place.work / f"{camera.camera_id}.{number}.sound.npz"


def _read_sound(place: Place, take: Take) -> Sound | None:
    if take.sound_codec is None:
        return None
    with np.load(sound_path(place, take.camera, number=take.number)) as kept:
        return Sound(kept["samples"], int(kept["rate_hz"]), take.sound_codec)


def _part_of(sound: Sound | None, take: Take, *, part: FilePart) -> Sound | None:
    """The sound from a file's first picture to its last one's end."""
    if sound is None:
        return None
    kept = [frame for frame in take.frames if frame.kept]
    start_s = take.frames[part.first].true_s - kept[0].true_s
    end_s = take.frames[part.end - 1].true_s - kept[0].true_s + 1 / float(take.camera.rate_hz)
    first, end = round(start_s * sound.rate_hz), round(end_s * sound.rate_hz)
    return Sound(sound.samples[first:end], sound.rate_hz, sound.codec)
