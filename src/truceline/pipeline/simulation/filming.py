"""Filming: one take drawn, sensed, encoded, and its truth written down, frame by frame."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.simulation.crew import Tell
from truceline.pipeline.simulation.takes import Cast, FilePart, Take
from truceline.records.time import NS_PER_S
from truceline.release.mask import encode_picture
from truceline.simulate.bodies.shape import shape_at
from truceline.simulate.model.actors import STEP_S, Action, Performance
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import Drawn, Plate, Seen, Sky
from truceline.simulate.model.scenario import Setting
from truceline.simulate.plates.plate import draw_plate
from truceline.simulate.plates.sky import sky_at
from truceline.simulate.raster.stage import Stage
from truceline.simulate.sensors.flash import with_flashes
from truceline.simulate.sensors.nuisance.apply import Nuisances
from truceline.simulate.sensors.nuisance.schedule import Slot
from truceline.simulate.sensors.nuisance.view import Instant, View
from truceline.simulate.sensors.thermal import ThermalSensor
from truceline.simulate.sensors.visible import VisibleSensor
from truceline.simulate.truth.declared import footage_note
from truceline.simulate.truth.frames import (
    ActorState,
    FrameStampTruth,
    frame_line,
    mot_lines,
    state_at,
)
from truceline.simulate.truth.happenings import true_utc
from truceline.video.recording import TICKS_PER_S, CctvEncoding, Sound, recording

Image = NDArray[np.uint8]


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
        sensor = _sensor(setting, camera, plate=plate, sky=sky, seed=setting.seed)
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
    frames = _Frames(setting, take, cast=cast, plate=_read_plate(_plate_path(place, take.camera)))
    sound = _read_sound(place, take)
    truth_path = place.work / f"{take.camera.camera_id}.{take.number}.frames.jsonl"
    with truth_path.open("w", encoding="utf-8") as truth:
        for part in take.parts:
            with ExitStack() as open_files:
                mot = open_files.enter_context(
                    (place.home / "truth" / "mot" / f"{Path(part.name).stem}.txt").open("w", encoding="utf-8")
                )
                recorder = open_files.enter_context(
                    recording(
                        place.home / "footage" / part.name,
                        _encoding(take.camera),
                        sound=_part_of(sound, take, part=part),
                    )
                )
                still = _Still()
                for filmed in frames.of(part):
                    recorder.add(filmed.picture, filmed.stamp.ticks)
                    truth.write(frame_line(filmed.stamp, filmed.seen))
                    size = (take.camera.width_px, take.camera.height_px)
                    mot.writelines(mot_lines(filmed.stamp.number, filmed.seen, size_px=size))
                    still.offer(filmed)
                    tell()
            start = take.frames[part.first].shown_utc_ns
            note = footage_note(setting, take.camera, start_utc_ns=start)
            (place.home / "footage" / f"{part.name}.toml").write_text(note, encoding="utf-8")
            still.write(place.home / "stills" / f"{Path(part.name).stem}.jpg")


@dataclass(frozen=True, slots=True, eq=False)
class _Filmed:
    """One picture with its stamp and who is in it."""

    picture: Image
    stamp: FrameStampTruth
    seen: tuple[tuple[Seen, ActorState], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """A picture and who is in it."""

    picture: Image
    seen: tuple[tuple[Seen, ActorState], ...]


class _Still:
    """The picture of a file in which most can be seen: by persons, then by their pixels."""

    def __init__(self) -> None:
        self._best = (-1, -1.0)
        self._picture: Image | None = None

    def offer(self, filmed: _Filmed) -> None:
        boxes = [one.visible_px for one, _ in filmed.seen if one.visible_px is not None]
        area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in boxes)
        if (len(boxes), area) > self._best:
            self._best = (len(boxes), area)
            self._picture = filmed.picture.copy()

    def write(self, path: Path) -> None:
        if self._picture is not None:
            path.write_bytes(encode_picture(self._picture, ".jpg"))


class _Frames:
    """The frames of a take, in order: the sensor remembers."""

    def __init__(self, setting: Setting, take: Take, *, cast: Cast, plate: Plate) -> None:
        sky = sky_at(setting.origin, setting.start_utc_ns, weather=setting.weather)
        self._setting, self._take, self._cast, self._plate = setting, take, cast, plate
        self._stage = Stage(plate, take.camera, sky=sky, weather=setting.weather)
        self._sensor = _sensor(setting, take.camera, plate=plate, sky=sky, seed=take.seed)
        # The seed is the scenario's: a cloud's shadow does not depend on which stretch shows it.
        self._nuisances = Nuisances(View(take.camera, plate, sky, setting.weather, setting.seed))
        self._picture: tuple[int, _Shown] | None = None
        numbered = zip(cast.performances, cast.identities, strict=True)
        self._by_id = {one.actor.actor_id: (one, identity) for one, identity in numbered}

    def of(self, part: FilePart) -> Iterator["_Filmed"]:
        """The pictures of one file."""
        start = self._take.frames[part.first].shown_utc_ns
        kept = [slot for slot in self._take.frames[part.first : part.end] if slot.kept]
        for number, slot in enumerate(kept, start=1):
            stamp = FrameStampTruth(
                file=part.name,
                number=number,
                ticks=round((slot.shown_utc_ns - start) * TICKS_PER_S / NS_PER_S),
                at_s=slot.picture_true_s,
                true_utc_ns=true_utc(self._setting, slot.picture_true_s),
                shown_utc_ns=slot.shown_utc_ns,
            )
            shown = self._shown(slot)
            yield _Filmed(shown.picture, stamp, shown.seen)

    def _shown(self, slot: Slot) -> "_Shown":
        """The picture of a slot; one that repeats another is that one again."""
        if self._picture is None or self._picture[0] != slot.picture:
            self._picture = (slot.picture, self._taken(slot))
        return self._picture[1]

    def _taken(self, slot: Slot) -> "_Shown":
        camera, at_s = self._take.camera, slot.picture_true_s
        exposure_s = self._exposure_s()
        drawn = self._nuisances.over(
            self._drawn(at_s, exposure_s=exposure_s), Instant(at_s, exposure_s, slot.picture)
        )
        light, _ = with_flashes(
            drawn.light, self._cast.flashes, camera=camera, plate=self._plate, timing=(at_s, exposure_s)
        )
        picture = self._sensor.picture(replace(drawn, light=light), slot.picture, slot.picture_utc_ns)
        inside = [one for one in drawn.seen if one.visible_px or _touches(one.whole_px, camera)]
        return _Shown(picture, tuple(self._states(inside, at_s)))

    def _exposure_s(self) -> float:
        if isinstance(self._sensor, VisibleSensor):
            return self._sensor.exposed.time_s
        return self._take.camera.sensor.exposure_s

    def _drawn(self, at_s: float, *, exposure_s: float) -> Drawn:
        """The frame before any disturbance: bodies as the shutter opens and as it closes, about its time."""
        own_s = at_s - self._cast.start_s
        present = [one for one in self._cast.performances if _present(one, own_s)]
        opens = [(one, shape_at(one, own_s - exposure_s / 2)) for one in present]
        closes = [(one, shape_at(one, own_s + exposure_s / 2)) for one in present]
        drawn = self._stage.drawn(opens, moved=closes)
        return replace(drawn, seen=tuple(self._at_mid(drawn.seen, at_s)))

    def _at_mid(self, seen: Sequence[Seen], at_s: float) -> Iterator[Seen]:
        """The same with the foot point where it is at the frame's own time."""
        if not seen:
            return
        feet = np.array([state.enu_m for _, state in self._states(seen, at_s)])
        for one, foot in zip(seen, pixel_from_site(self._take.camera.true, feet).tolist(), strict=True):
            yield replace(one, foot_px=(foot[0], foot[1]))

    def _states(self, seen: Sequence[Seen], at_s: float) -> Iterator[tuple[Seen, ActorState]]:
        for one in seen:
            performance, identity = self._by_id[one.actor_id]
            yield one, state_at(performance, at_s - self._cast.start_s, identity=identity)


def _present(performance: Performance, at_s: float) -> bool:
    row = min(max(int(at_s / STEP_S), 0), len(performance.action) - 1)
    return int(performance.action[row]) != Action.AWAY


def _touches(box_px: tuple[float, float, float, float], camera: CameraPlan) -> bool:
    left, top, right, bottom = box_px
    return right > 0 and bottom > 0 and left < camera.width_px - 1 and top < camera.height_px - 1


def _sensor(
    setting: Setting, camera: CameraPlan, *, plate: Plate, sky: Sky, seed: int
) -> VisibleSensor | ThermalSensor:
    minutes = setting.local_offset_minutes
    if camera.band is Band.THERMAL:
        return ThermalSensor(camera, plate, seed=seed, local_offset_minutes=minutes)
    return VisibleSensor(camera, plate, sky=sky, seed=seed, local_offset_minutes=minutes)


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
