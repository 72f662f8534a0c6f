"""The devices: cameras as a surveyor states them, truths drawn from their declared errors; microphones."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import look_at_rotation, perturbed
from truceline.records.site import Basis, Calibration, Distortion
from truceline.simulate.model.devices import (
    OWN_CLOCK,
    Band,
    CameraPlan,
    DeviceClock,
    MicrophonePlan,
    Nuisance,
    NuisanceKind,
    Recording,
    Sensor,
    Stretch,
)
from truceline.simulate.model.world import Terrain
from truceline.simulate.scenario.reading.sheet import Sheet
from truceline.tables.reader import Table

Array = NDArray[np.float64]

CAMERA_KEYS = (
    "id",
    "name",
    "band",
    "size_px",
    "rate_hz",
    "at",
    "at_within_m",
    "up_m",
    "look_at",
    "look_at_within_m",
    "pan_deg",
    "tilt_deg",
    "view_deg",
    "focal_px",
    "k1",
    "sigma",
    "supplies",
    "clock",
    "sensor",
    "recording",
    "nuisance",
    "shows_clock",
)
SIGMA_KEYS = (
    "focal_percent",
    "centre_u_px",
    "centre_v_px",
    "k1",
    "turn_x_deg",
    "turn_y_deg",
    "turn_z_deg",
    "east_m",
    "north_m",
    "up_m",
)
USUAL_SIGMA = (0.3, 1.0, 1.0, 0.003, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03)
"""A careful survey with a total station."""

CLOCK_KEYS = ("network", "sigma_s", "bound_s", "drift_ppm")
NETWORK_KEYS = ("id", "offset_s")
SENSOR_KEYS = (
    "exposure_s",
    "readout_s",
    "electrons",
    "read_noise",
    "blur_px",
    "sharpening",
    "gamma",
    "noise_k",
    "white_hot",
    "calibration_s",
)
_SENSOR_LIMITS = {
    "exposure_s": (1e-5, 1.0),
    "readout_s": (0.0, 0.1),
    "electrons": (100.0, 1e6),
    "read_noise": (0.0, 1000.0),
    "blur_px": (0.0, 10.0),
    "sharpening": (0.0, 3.0),
    "gamma": (0.2, 1.0),
    "noise_k": (0.0, 2.0),
    "calibration_s": (0.0, 3600.0),
}
RECORDING_KEYS = ("codec", "kbit_s", "segment_s", "group")
NUISANCE_KEYS = ("kind", "start", "end", "strength")
MICROPHONE_KEYS = (
    "id",
    "at",
    "up_m",
    "codec",
    "rate_hz",
    "automatic_gain",
    "clock",
    "recorded_with",
)

_LARGEST_SIGMAS = 2.5
_FASTEST_HZ = 120
_LEAST_ABOVE_M = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What devices need to know of the rest: the ground, how long it lasts, the networks' offsets."""

    terrain: Terrain
    duration_s: float
    networks: Mapping[str, float]


def read_cameras(sheet: Sheet, around: Around) -> tuple[CameraPlan, ...]:
    """All cameras, declared and true."""
    tables = sheet.table.tables("camera", CAMERA_KEYS)
    _refuse_repeated(tables)
    return tuple(_camera(sheet.inner(table, f"camera.{table.identifier('id')}"), around) for table in tables)


def _camera(sheet: Sheet, around: Around) -> CameraPlan:
    table = sheet.table
    width_px, height_px = _size(table)
    declared = _declared(sheet, around.terrain, width_px=width_px, height_px=height_px)
    drawn = np.clip(
        sheet.dice.generator(f"{sheet.label}.true").normal(size=10), -_LARGEST_SIGMAS, _LARGEST_SIGMAS
    )
    band = Band(table.text("band", choices=("visible", "thermal"), default="visible"))
    return CameraPlan(
        camera_id=table.identifier("id"),
        name=table.text("name", default=table.identifier("id")),
        band=band,
        width_px=width_px,
        height_px=height_px,
        rate_hz=_rate(table),
        declared=declared,
        true=perturbed(declared, drawn * np.sqrt(np.diag(declared.covariance))),
        supplies=_supplies(sheet, around.duration_s),
        clock=_clock(sheet, around.networks),
        sensor=_sensor(sheet, band),
        recording=_recording(sheet),
        nuisances=_nuisances(sheet, around.duration_s),
        shows_clock=table.flag("shows_clock", default=True),
    )


def _size(table: Table) -> tuple[int, int]:
    width, height = table.numbers("size_px", 2, low=64, high=4096)
    if int(width) % 2 or int(height) % 2 or width != int(width) or height != int(height):
        table.refuse("size_px", "size_px is not two even whole numbers", do="Write [960, 540].")
    return int(width), int(height)


def _rate(table: Table) -> Fraction:
    value = table.values.get("rate_hz")
    try:
        rate = Fraction(value) if isinstance(value, str) else Fraction(str(table.number("rate_hz")))
    except (ValueError, ZeroDivisionError) as error:
        raise table.fault("rate_hz", f"rate_hz is {value!r}", do='Write 12.5 or "25/3".') from error
    rate = rate.limit_denominator(1001)
    if not 0 < rate <= _FASTEST_HZ:
        table.refuse("rate_hz", f"rate_hz is {float(rate):g}", do=f"It must be above 0, up to {_FASTEST_HZ}.")
    return rate


def _declared(sheet: Sheet, terrain: Terrain, *, width_px: int, height_px: int) -> Calibration:
    table = sheet.table
    place = _position(sheet, terrain)
    focal_px = sheet.maybe("focal_px", low=50.0, high=1e5)
    if focal_px is None:
        view = np.deg2rad(sheet.number("view_deg", low=0.5, high=150.0))
        focal_px = float(width_px / 2 / np.tan(view / 2))
    sigmas = _sigmas(sheet)
    return Calibration(
        focal_px=np.full(2, focal_px),
        centre_px=np.array([(width_px - 1) / 2, (height_px - 1) / 2]),
        k1=sheet.number("k1", low=-0.5, high=0.5, default=-0.03),
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(place, _target(sheet, place, terrain=terrain)),
        position_enu_m=place,
        covariance=np.diag(sigmas**2),
        source=f"simulated: the true one of {table.identifier('id')} is a draw from these errors",
        basis=Basis.SURVEYED,
    )


def _position(sheet: Sheet, terrain: Terrain) -> Array:
    """The centre of projection: ``at`` is [east, north] with ``up_m``, or [east, north, up]."""
    table = sheet.table
    given = table.list_of("at")
    if len(given) == 3:
        place = np.array(table.numbers("at", 3, low=-5e4, high=5e4))
    else:
        at = sheet.place("at")
        place = np.array([*at, float(terrain.height_m(at)) + sheet.number("up_m", low=-100.0, high=200.0)])
    above_m = float(place[2] - terrain.height_m(place[:2]))
    if above_m < _LEAST_ABOVE_M:
        key = "at" if len(given) == 3 else "up_m"
        table.refuse(
            key,
            f"the camera would be {-above_m:.1f} m under the ground"
            if above_m < 0
            else f"the camera would be {above_m:.2f} m above the ground",
            do=f"Put it at least {_LEAST_ABOVE_M} m above.",
        )
    return place


def _target(sheet: Sheet, place: Array, *, terrain: Terrain) -> Array:
    table = sheet.table
    if table.has("look_at"):
        given = table.list_of("look_at")
        if len(given) == 3:
            target = np.array(table.numbers("look_at", 3, low=-5e4, high=5e4))
        else:
            at = sheet.place("look_at") if len(given) == 2 else np.array(table.numbers("look_at", 2))
            target = np.array([*at, float(terrain.height_m(at))])
    else:
        heading = sheet.heading_rad("pan_deg")
        tilt = np.deg2rad(sheet.number("tilt_deg", low=-89.0, high=45.0))
        target = place + np.array(
            [np.cos(heading) * np.cos(tilt), np.sin(heading) * np.cos(tilt), np.sin(tilt)]
        )
    if np.hypot(*(target - place)[:2]) < 1e-3 * max(1.0, abs(float(target[2] - place[2]))):
        table.refuse("look_at", "the camera would look straight down", do="Look at a place beside it.")
    return target


def _sigmas(sheet: Sheet) -> Array:
    table = sheet.table.table("sigma", SIGMA_KEYS) if sheet.table.has("sigma") else None
    values = [
        usual if table is None else table.number(key, low=1e-9, high=1000.0, default=usual)
        for key, usual in zip(SIGMA_KEYS, USUAL_SIGMA, strict=True)
    ]
    units = [
        0.01 if key.endswith("_percent") else np.pi / 180 if key.endswith("_deg") else 1.0
        for key in SIGMA_KEYS
    ]
    sigmas: Array = np.array(values) * np.array(units)
    return sigmas


def _supplies(sheet: Sheet, duration_s: float) -> tuple[Stretch, ...]:
    """The stretches in order; without the key the whole scenario."""
    table = sheet.table
    if not table.has("supplies"):
        return (Stretch(0.0, duration_s),)
    stretches: list[Stretch] = []
    for item in table.lists("supplies"):
        if len(item) != 2:
            table.refuse(
                "supplies", f"{item!r} is no stretch", do='Write [[0, 60], ["15:13:00", "15:14:00"]].'
            )
        start_s, end_s = (sheet.instant("supplies", value) for value in item)
        if not start_s < end_s or (stretches and start_s < stretches[-1].end_s):
            table.refuse(
                "supplies", f"the stretch {item!r} does not follow", do="Write them in order, apart."
            )
        if end_s > duration_s:
            table.refuse("supplies", f"the stretch {item!r} ends after the scenario ({duration_s:g} s)")
        stretches.append(Stretch(start_s, end_s))
    return tuple(stretches)


def _clock(sheet: Sheet, networks: Mapping[str, float]) -> DeviceClock:
    """The clock of a device: its network's offset and its own error, drawn within the stated bound."""
    table = sheet.table.table("clock", CLOCK_KEYS) if sheet.table.has("clock") else None
    if table is None:
        table = Table({}, (*sheet.table.path, "clock"), sheet.table.document)
    own = sheet.inner(table, "clock")
    network = table.identifier("network") if table.has("network") else OWN_CLOCK
    if table.has("network") and network not in networks:
        known = ", ".join(networks) or "none"
        table.refuse("network", f"there is no network {network!r}", do=f"Known: {known}. Add [[network]].")
    bound_s = own.number("bound_s", low=0.001, high=3600.0, default=0.05)
    sigma_s = own.number("sigma_s", low=0.0, high=3600.0, default=min(bound_s, 0.05) / 2)
    drawn_s = float(own.dice.generator(f"{own.label}.error").normal()) * sigma_s
    return DeviceClock(
        offset_s=networks.get(network, 0.0) + float(np.clip(drawn_s, -bound_s, bound_s)),
        drift_ppm=own.number("drift_ppm", low=-500.0, high=500.0, default=0.0),
        bound_s=bound_s,
        network=network,
    )


def _sensor(sheet: Sheet, band: Band) -> Sensor:
    given: dict[str, float] = {}
    white_hot = True
    if sheet.table.has("sensor"):
        own = sheet.inner(sheet.table.table("sensor", SENSOR_KEYS), "sensor")
        given = {
            key: own.number(key, low=low, high=high)
            for key, (low, high) in _SENSOR_LIMITS.items()
            if own.table.has(key)
        }
        white_hot = own.table.flag("white_hot", default=True)
    usual = Sensor() if band is Band.VISIBLE else replace(Sensor(), blur_px=0.9, readout_s=0.0)
    return replace(usual, white_hot=white_hot, **given)


def _recording(sheet: Sheet) -> Recording:
    usual = Recording()
    if not sheet.table.has("recording"):
        return usual
    own = sheet.inner(sheet.table.table("recording", RECORDING_KEYS), "recording")
    return Recording(
        codec=own.table.text("codec", choices=("h264", "h265"), default=usual.codec),
        kbit_s=own.integer("kbit_s", low=32, high=50_000, default=usual.kbit_s),
        segment_s=own.number("segment_s", low=1.0, high=86_400.0, default=usual.segment_s),
        group=own.integer("group", low=1, high=1000, default=usual.group),
    )


def _nuisances(sheet: Sheet, duration_s: float) -> tuple[Nuisance, ...]:
    found = []
    for index, table in enumerate(sheet.table.tables("nuisance", NUISANCE_KEYS)):
        own = sheet.inner(table, f"nuisance.{index}")
        kind = NuisanceKind(table.text("kind", choices=tuple(kind.value for kind in NuisanceKind)))
        start_s, end_s = own.seconds("start", default=0.0), own.seconds("end", default=duration_s)
        if not start_s < end_s:
            table.refuse("end", "the nuisance ends before it starts")
        found.append(Nuisance(kind, start_s, end_s, own.number("strength", low=0.0, high=1.0, default=0.5)))
    return tuple(found)


def read_microphones(
    sheet: Sheet, around: Around, *, cameras: tuple[CameraPlan, ...]
) -> tuple[MicrophonePlan, ...]:
    """All microphones; one that is recorded with a camera names it."""
    tables = sheet.table.tables("microphone", MICROPHONE_KEYS)
    _refuse_repeated(tables)
    known = [camera.camera_id for camera in cameras]
    found = []
    for table in tables:
        own = sheet.inner(table, f"microphone.{table.identifier('id')}")
        camera = table.identifier("recorded_with") if table.has("recorded_with") else None
        if camera is not None and camera not in known:
            table.refuse(
                "recorded_with", f"there is no camera {camera!r}", do=f"Cameras: {', '.join(known)}."
            )
        codec = table.text("codec", choices=("pcm", "aac", "g711"), default="pcm")
        found.append(
            MicrophonePlan(
                microphone_id=table.identifier("id"),
                place_enu_m=_position(own, around.terrain),
                codec=codec,
                rate_hz=table.integer(
                    "rate_hz", low=8000, high=48_000, default=8000 if codec == "g711" else 48_000
                ),
                automatic_gain=table.flag("automatic_gain", default=False),
                clock=_clock(own, around.networks),
                recorded_with=camera,
            )
        )
    return tuple(found)


def read_networks(sheet: Sheet) -> dict[str, float]:
    """How far the clocks of each network are ahead of the truth, seconds."""
    found: dict[str, float] = {}
    for table in sheet.table.tables("network", NETWORK_KEYS):
        name = table.identifier("id")
        found[name] = sheet.inner(table, f"network.{name}").number(
            "offset_s", low=-86_400.0, high=86_400.0, default=0.0
        )
    return found


def _refuse_repeated(tables: tuple[Table, ...]) -> None:
    seen: set[str] = set()
    for table in tables:
        if table.identifier("id") in seen:
            table.refuse("id", f"{table.identifier('id')!r} stands twice")
        seen.add(table.identifier("id"))
