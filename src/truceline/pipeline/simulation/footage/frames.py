"""The frames of a take: bodies on a stage, nuisances and flashes over them, a sensor's picture, truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.geometry.lens import undistort
from truceline.pipeline.simulation.footage.takes import Cast, FilePart, Take
from truceline.records.time import NS_PER_S
from truceline.simulate.bodies.shape import shape_at
from truceline.simulate.model.actors import STEP_S, Action, Performance
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import Drawn, Plate, Seen, Sky
from truceline.simulate.model.scenario import Setting
from truceline.simulate.plates.sky import sky_at
from truceline.simulate.raster.stage import Stage
from truceline.simulate.sensors.flash import row_later_s, with_flashes
from truceline.simulate.sensors.nuisance.apply import Nuisances
from truceline.simulate.sensors.nuisance.schedule import Slot
from truceline.simulate.sensors.nuisance.view import Instant, View
from truceline.simulate.sensors.thermal import ThermalSensor
from truceline.simulate.sensors.visible import VisibleSensor
from truceline.simulate.truth.frames import ActorState, FrameStampTruth, state_at
from truceline.simulate.truth.happenings import true_utc
from truceline.video.recording import TICKS_PER_S

Image = NDArray[np.uint8]

REACH_M = 15.0
"""A body, and what of its shadow is worth drawing, lies within this of its ground point."""


@dataclass(frozen=True, slots=True, eq=False)
class Filmed:
    """One picture with its stamp and who is in it."""

    picture: Image
    stamp: FrameStampTruth
    seen: tuple[tuple[Seen, ActorState], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """A picture and who is in it."""

    picture: Image
    seen: tuple[tuple[Seen, ActorState], ...]


class Frames:
    """The frames of a take, in order: the sensor remembers."""

    def __init__(self, setting: Setting, take: Take, *, cast: Cast, plate: Plate) -> None:
        sky = sky_at(setting.origin, setting.start_utc_ns, weather=setting.weather)
        self._setting, self._take, self._cast, self._plate = setting, take, cast, plate
        self._stage = Stage(plate, take.camera, sky=sky, weather=setting.weather)
        self._sensor = sensor_of(setting, take.camera, plate=plate, sky=sky, seed=take.seed)
        # The seed is the scenario's: a cloud's shadow does not depend on which stretch shows it.
        self._nuisances = Nuisances(View(take.camera, plate, sky, setting.weather, setting.seed))
        self._picture: tuple[int, _Shown] | None = None
        self._near = [(one, _near(one, take.camera)) for one in cast.performances]
        numbered = zip(cast.performances, cast.identities, strict=True)
        self._by_id = {one.actor.actor_id: (one, identity) for one, identity in numbered}

    def of(self, part: FilePart) -> Iterator[Filmed]:
        """The pictures of one file."""
        for slot, stamp in zip(self._kept(part), self.stamps(part), strict=True):
            shown = self._shown(slot)
            yield Filmed(shown.picture, stamp, shown.seen)

    def stamps(self, part: FilePart) -> list[FrameStampTruth]:
        """When and where each picture of one file is."""
        start = self._take.frames[part.first].shown_utc_ns
        return [
            FrameStampTruth(
                file=part.name,
                number=number,
                ticks=round((slot.shown_utc_ns - start) * TICKS_PER_S / NS_PER_S),
                at_s=slot.picture_true_s,
                true_utc_ns=true_utc(self._setting, slot.picture_true_s),
                shown_utc_ns=slot.shown_utc_ns,
            )
            for number, slot in enumerate(self._kept(part), start=1)
        ]

    def is_quiet(self, part: FilePart) -> bool:
        """Whether nothing but noise tells the pictures of a file apart.

        Nobody is in the scene, nothing disturbs it, no clock is drawn, and no thermal detector drifts.
        """
        camera, slots = self._take.camera, self._kept(part)
        if camera.shows_clock or camera.nuisances or camera.band is Band.THERMAL:
            return False
        first, last = (slot.true_s - self._cast.start_s for slot in (slots[0], slots[-1]))
        rows = slice(max(int(first / STEP_S) - 1, 0), int(last / STEP_S) + 3)
        if any(bool((one.action[rows] != Action.AWAY).any()) for one in self._cast.performances):
            return False
        empty = Drawn(self._plate.light, ())
        disturbed = self._nuisances.over(empty, Instant(slots[0].true_s, self._exposure_s(), 0))
        return disturbed.light is empty.light

    def _kept(self, part: FilePart) -> list[Slot]:
        return [slot for slot in self._take.frames[part.first : part.end] if slot.kept]

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
        row = max(int(own_s / STEP_S), 0)
        present = [one for one, near in self._near if near[min(row, len(near) - 1)]]
        read_s = own_s + self._later_s(present, own_s)
        timed = list(zip(present, read_s.tolist(), strict=True))
        opens = [(one, shape_at(one, read - exposure_s / 2)) for one, read in timed]
        closes = [(one, shape_at(one, read + exposure_s / 2)) for one, read in timed]
        drawn = self._stage.drawn(opens, moved=closes)
        return replace(drawn, seen=tuple(self._at_mid(drawn.seen, at_s)))

    def _later_s(self, present: Sequence[Performance], own_s: float) -> NDArray[np.float64]:
        """How much later (n,) than the frame's time the rows are exposed in which each body is.

        A rolling shutter reads one row after the other; a body is drawn as it is when its middle is read.
        """
        if not present:
            return np.zeros(0)
        rows = [min(max(round(own_s / STEP_S), 0), len(one.enu_m) - 1) for one in present]
        middles = np.array([one.enu_m[row] for one, row in zip(present, rows, strict=True)])
        middles[:, 2] += [one.actor.height_m / 2 for one in present]
        return row_later_s(self._take.camera, pixel_from_site(self._take.camera.true, middles)[:, 1])

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


def _near(performance: Performance, camera: CameraPlan) -> NDArray[np.bool_]:
    """When (n,) an actor is in the scene and may touch the picture, with its body or its shadow.

    Its ground point then lies within ``REACH_M`` of the cone about the camera's axis that holds the picture.
    """
    width, height = camera.width_px, camera.height_px
    across, down = (0.0, (width - 1) / 2, width - 1.0), (0.0, (height - 1) / 2, height - 1.0)
    straight = undistort(camera.true, np.array([[u, v] for u in across for v in down]))
    # Where the lens's polynomial ends before the corner does, everything before the camera is kept.
    spread = float(np.arctan(np.max(np.nan_to_num(np.hypot(*straight.T), nan=np.inf))))
    way = performance.enu_m - camera.true.position_enu_m
    far = np.maximum(np.linalg.norm(way, axis=1), 1e-6)
    aside = np.arccos(np.clip(way @ camera.true.rotation[2] / far, -1, 1))
    reach = np.arcsin(np.minimum(REACH_M / far, 1.0))
    near: NDArray[np.bool_] = (performance.action != Action.AWAY) & (
        (far <= REACH_M) | (aside <= spread + reach)
    )
    return near


def _touches(box_px: tuple[float, float, float, float], camera: CameraPlan) -> bool:
    left, top, right, bottom = box_px
    return right > 0 and bottom > 0 and left < camera.width_px - 1 and top < camera.height_px - 1


def sensor_of(
    setting: Setting, camera: CameraPlan, *, plate: Plate, sky: Sky, seed: int
) -> VisibleSensor | ThermalSensor:
    """The sensor of a camera's band."""
    minutes = setting.local_offset_minutes
    if camera.band is Band.THERMAL:
        return ThermalSensor(camera, plate, seed=seed, local_offset_minutes=minutes)
    return VisibleSensor(camera, plate, sky=sky, seed=seed, local_offset_minutes=minutes)
