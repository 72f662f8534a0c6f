"""The land: relief, surfaces, roads, ditches, lamps and the air above."""

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString

from truceline.simulate.model.world import Ditch, Lamp, Material, Surface, Terrain, Weather
from truceline.simulate.scenario.reading.sheet import Sheet
from truceline.simulate.scenario.script import SpeedLimit

Array = NDArray[np.float64]

MATERIALS = tuple(material.value for material in Material)
TERRAIN_KEYS = ("extent_m", "step_m", "roughness_m", "level", "hill")
HILL_KEYS = ("at", "at_within_m", "height_m", "radius_m", "length_m", "heading_deg")
WEATHER_KEYS = ("air_c", "humidity", "cloud", "wind_speed_mps", "wind_from_deg", "rain_mm_h", "visibility_m")
SURFACE_KEYS = ("name", "material", "ring", "softness_m")
ROAD_KEYS = ("name", "material", "path", "width_m", "softness_m", "limit_kmh", "surveyed")
DITCH_KEYS = ("name", "path", "width_m", "depth_m", "surveyed")
LAMP_KEYS = ("name", "at", "up_m", "strength", "infrared")

FLAT = Terrain(np.array([-100.0, -100.0]), 200.0, np.zeros((2, 2)))
_LARGEST_GRID = 1_000_000
_WAVES = 32
_ROAD_STEP_M = 2.0
_KMH_PER_MPS = 3.6


def read_terrain(sheet: Sheet) -> Terrain:
    """The relief: hills and hollows, and roughness drawn from the seed, fading out where it is level."""
    table = sheet.table
    if not table.has("terrain"):
        return FLAT
    own = sheet.inner(table.table("terrain", TERRAIN_KEYS), "terrain")
    west, south, east, north = own.table.numbers("extent_m", 4, low=-2e4, high=2e4)
    step_m = own.number("step_m", low=0.25, high=200.0, default=4.0)
    columns, rows = int((east - west) / step_m) + 1, int((north - south) / step_m) + 1
    if min(columns, rows) < 2 or columns * rows > _LARGEST_GRID:
        own.table.refuse(
            "extent_m",
            f"a grid of {columns} by {rows} heights",
            do="Write [west, south, east, north] with fewer than a million heights.",
        )
    places = np.stack(
        np.meshgrid(west + np.arange(columns) * step_m, south + np.arange(rows) * step_m), axis=-1
    )
    heights = own.number("roughness_m", low=0.0, high=20.0, default=0.0) * _waves(own, places)
    for index, hill in enumerate(own.table.tables("hill", HILL_KEYS)):
        heights = heights + _hill(own.inner(hill, f"hill.{index}"), places)
    if own.table.has("level"):
        heights = heights * _level(own, places)
    return Terrain(np.array([west, south]), step_m, heights)


def _waves(sheet: Sheet, places: Array) -> Array:
    """Roughness of about unit standard deviation: waves of 15 to 160 m in all directions."""
    random = sheet.dice.generator(f"{sheet.label}.roughness")
    lengths = 15.0 * (160.0 / 15.0) ** random.uniform(size=_WAVES)
    turns, phases = random.uniform(0, 2 * np.pi, (2, _WAVES))
    weights = np.sqrt(lengths)
    weights *= np.sqrt(2.0 / np.sum(weights**2))
    heights: Array = np.zeros(places.shape[:2])
    for length, turn, phase, weight in zip(lengths, turns, phases, weights, strict=True):
        along = places[..., 0] * np.cos(turn) + places[..., 1] * np.sin(turn)
        heights += weight * np.sin(2 * np.pi * along / length + phase)
    return heights


def _hill(sheet: Sheet, places: Array) -> Array:
    """A smooth rise (or hollow): half a cosine from its ridge to its foot. Its ridge may have a length."""
    centre = sheet.place("at")
    height_m, radius_m = (
        sheet.number("height_m", low=-300.0, high=1500.0),
        sheet.number("radius_m", low=1.0, high=1e4),
    )
    half_m = sheet.number("length_m", low=0.0, high=2e4, default=0.0) / 2
    heading = sheet.heading_rad("heading_deg", default=90.0)
    toward = np.array([np.cos(heading), np.sin(heading)])
    offset = places - centre
    along = np.clip(offset @ toward, -half_m, half_m)
    away = np.linalg.norm(offset - along[..., None] * toward, axis=-1)
    rise: Array = height_m * (1 + np.cos(np.pi * np.minimum(away / radius_m, 1.0))) / 2
    return rise


def _level(sheet: Sheet, places: Array) -> Array:
    """0 inside every ``[east, north, radius]``, rising to 1 over as much again."""
    share: Array = np.ones(places.shape[:2])
    for value in sheet.table.matrix("level", rows=len(sheet.table.list_of("level")), columns=3):
        away = np.linalg.norm(places - np.array(value[:2]), axis=-1)
        ramp = np.clip((away - value[2]) / max(value[2], 1.0), 0.0, 1.0)
        share = np.minimum(share, ramp * ramp * (3 - 2 * ramp))
    return share


def read_weather(sheet: Sheet) -> Weather:
    """The air and the sky; what is not said is a mild, dry, half-clouded day."""
    if not sheet.table.has("weather"):
        return Weather()
    own = sheet.inner(sheet.table.table("weather", WEATHER_KEYS), "weather")
    speed_mps = own.number("wind_speed_mps", low=0.0, high=40.0, default=1.5)
    heading = own.heading_rad("wind_from_deg", default=270.0) + np.pi
    return Weather(
        air_c=own.number("air_c", low=-50.0, high=55.0, default=12.0),
        humidity=own.number("humidity", low=0.0, high=1.0, default=0.6),
        cloud=own.number("cloud", low=0.0, high=1.0, default=0.5),
        wind_mps=(float(speed_mps * np.cos(heading)), float(speed_mps * np.sin(heading))),
        rain_mm_h=own.number("rain_mm_h", low=0.0, high=200.0, default=0.0),
        visibility_m=own.number("visibility_m", low=20.0, high=1e5, default=20_000.0),
    )


def read_surfaces(sheet: Sheet) -> tuple[Surface, ...]:
    """Surfaces in the order in which they lie: patches first, roads over them."""
    surfaces = []
    for table in sheet.table.tables("surface", SURFACE_KEYS):
        own = sheet.inner(table, f"surface.{table.text('name')}")
        material = Material(table.text("material", choices=MATERIALS))
        softness_m = own.number("softness_m", low=0.0, high=50.0, default=0.3)
        surfaces.append(Surface(table.text("name"), material, own.points("ring", least=3), softness_m))
    for table in sheet.table.tables("road", ROAD_KEYS):
        own = sheet.inner(table, f"road.{table.text('name')}")
        material = Material(table.text("material", choices=MATERIALS, default=Material.ASPHALT.value))
        outline = LineString(own.points("path", least=2)).buffer(road_width_m(own) / 2, cap_style="flat")
        ring = np.array(outline.exterior.coords)[:-1]
        softness_m = own.number("softness_m", low=0.0, high=50.0, default=0.2)
        surfaces.append(Surface(table.text("name"), material, ring, softness_m))
    return tuple(surfaces)


def road_width_m(sheet: Sheet) -> float:
    """The width of a road."""
    return sheet.number("width_m", low=0.5, high=60.0, default=5.0)


def road_limit_mps(sheet: Sheet) -> float | None:
    """The speed allowed on a road, or None."""
    if not sheet.table.has("limit_kmh"):
        return None
    return sheet.number("limit_kmh", low=5.0, high=200.0) / _KMH_PER_MPS


def read_limits(sheet: Sheet) -> tuple[SpeedLimit, ...]:
    """The roads that have a speed limit."""
    limits = []
    for table in sheet.table.tables("road", ROAD_KEYS):
        own = sheet.inner(table, f"road.{table.text('name')}")
        limit_mps = road_limit_mps(own)
        if limit_mps is not None:
            path = own.points("path", least=2)
            limits.append(SpeedLimit(table.text("name"), path, road_width_m(own), limit_mps))
    return tuple(limits)


def read_ditches(sheet: Sheet) -> tuple[Ditch, ...]:
    """The drains."""
    ditches = []
    for table in sheet.table.tables("ditch", DITCH_KEYS):
        own = sheet.inner(table, f"ditch.{table.text('name')}")
        width_m, depth_m = own.number("width_m", low=0.2, high=10.0), own.number("depth_m", low=0.1, high=5.0)
        ditches.append(Ditch(table.text("name"), own.points("path", least=2), width_m, depth_m))
    return tuple(ditches)


def read_lamps(sheet: Sheet, terrain: Terrain) -> tuple[Lamp, ...]:
    """The lamps, each ``up_m`` above the ground where it stands."""
    lamps = []
    for table in sheet.table.tables("lamp", LAMP_KEYS):
        own = sheet.inner(table, f"lamp.{table.text('name')}")
        at = own.place("at")
        up_m = float(terrain.height_m(at)) + own.number("up_m", low=0.2, high=60.0, default=5.0)
        strength = own.number("strength", low=0.0, high=1e4, default=0.5)
        infrared = table.flag("infrared", default=False)
        lamps.append(Lamp(table.text("name"), np.array([*at, up_m]), strength, infrared))
    return tuple(lamps)
