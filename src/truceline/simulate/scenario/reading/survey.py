"""The survey: origin, line, zones, permits, landmarks and checkpoints of a scenario."""

import re

import numpy as np
from numpy.typing import NDArray

from truceline.records.columns import float_column
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape, Line, Origin, Permit, Sides, Zone
from truceline.simulate.model.world import Solid
from truceline.simulate.scenario.reading.land import DITCH_KEYS, ROAD_KEYS, road_limit_mps
from truceline.simulate.scenario.reading.sheet import Sheet
from truceline.simulate.scenario.reading.standing import ROW_KEYS, SOLID_KEYS, WALL_KEYS, WOOD_KEYS, corners
from truceline.simulate.scenario.script import Checkpoint

Array = NDArray[np.float64]

ORIGIN_KEYS = ("latitude_deg", "longitude_deg", "height_m")
LINE_KEYS = (
    "id",
    "version",
    "source",
    "valid_from",
    "valid_until",
    "sigma_m",
    "offset_m",
    "left",
    "right",
    "vertices",
)
ZONE_KEYS = ("id", "name", "kind", "ring")
PERMIT_KEYS = (
    "id",
    "holder",
    "authority",
    "zone",
    "valid_from",
    "valid_until",
    "directions",
    "persons",
    "revoked",
)
LANDMARK_KEYS = ("id", "name", "kind", "at", "path", "ring", "height_m")
CHECKPOINT_KEYS = ("id", "name", "gate", "staffed")

_KINDS = tuple(kind.value for kind in LandmarkKind)
_SURVEYED = (
    ("wall", WALL_KEYS, LandmarkKind.WALL, "path"),
    ("ditch", DITCH_KEYS, LandmarkKind.DITCH, "path"),
    ("road", ROAD_KEYS, LandmarkKind.ROAD, "path"),
    ("tree_row", ROW_KEYS, LandmarkKind.TREES, "path"),
    ("wood", WOOD_KEYS, LandmarkKind.TREES, "ring"),
)
_LARGEST_SIGMAS = 2.5
"""A drawn offset of the line stays within so many standard deviations."""


def read_origin(sheet: Sheet) -> Origin:
    """Where site (0, 0, 0) lies."""
    own = sheet.inner(sheet.table.table("origin", ORIGIN_KEYS), "origin")
    return Origin(
        latitude_deg=own.number("latitude_deg", low=-85.0, high=85.0),
        longitude_deg=own.number("longitude_deg", low=-180.0, high=180.0),
        height_m=own.number("height_m", low=-1000.0, high=10_000.0),
    )


def read_line(sheet: Sheet) -> tuple[Line, float]:
    """The line as declared, and how far to its left the true one lies: drawn from its declared error."""
    table = sheet.table.table("line", LINE_KEYS)
    own = sheet.inner(table, "line")
    left, right = table.text("left"), table.text("right")
    if left == right:
        table.refuse("right", f"both sides are called {left!r}")
    sigma_m = own.number("sigma_m", low=1e-3, high=500.0)
    drawn = float(sheet.dice.generator("line.offset").normal())
    offset_m = own.maybe("offset_m", low=-500.0, high=500.0)
    if offset_m is None:
        offset_m = sigma_m * float(np.clip(drawn, -_LARGEST_SIGMAS, _LARGEST_SIGMAS))
    vertices = own.points("vertices", least=2)
    line = Line(
        line_id=table.identifier("id"),
        version=table.identifier("version"),
        source=table.text("source"),
        valid=table.span("valid_from", "valid_until", open_ended=True),
        sides=Sides(left=left, right=right),
        vertices_en_m=float_column(vertices, 2, rows=len(vertices), name="vertices"),
        sigma_m=sigma_m,
    )
    return line, offset_m


def read_zones(sheet: Sheet) -> tuple[Zone, ...]:
    """The zones."""
    return tuple(
        Zone(
            zone_id=table.identifier("id"),
            name=table.text("name", default=table.identifier("id")),
            kind=table.text("kind", default="area"),
            ring_en_m=_column(sheet.inner(table, "zone").points("ring", least=3)),
        )
        for table in sheet.table.tables("zone", ZONE_KEYS)
    )


def read_permits(sheet: Sheet, *, sides: Sides, zones: tuple[Zone, ...]) -> tuple[Permit, ...]:
    """The permits; sides and zones that are not there are refused."""
    permits = []
    for table in sheet.table.tables("permit", PERMIT_KEYS):
        directions = table.texts("directions")
        unknown = [one for one in directions if one not in (sides.left, sides.right)]
        if unknown or not directions:
            table.refuse(
                "directions", f"{directions} are no sides", do=f"Sides: {sides.left!r}, {sides.right!r}."
            )
        zone_id = table.text("zone")
        if zone_id not in [zone.zone_id for zone in zones]:
            table.refuse("zone", f"there is no zone {zone_id!r}")
        permits.append(
            Permit(
                permit_id=table.identifier("id"),
                holder=table.text("holder"),
                authority=table.text("authority"),
                zone_id=zone_id,
                valid=table.span("valid_from", "valid_until", open_ended=False),
                directions=directions,
                persons=table.integer("persons", low=1, high=10_000),
                revoked=table.flag("revoked", default=False),
            )
        )
    return tuple(permits)


def read_checkpoints(sheet: Sheet) -> tuple[Checkpoint, ...]:
    """The posts on roads, each with its gate."""
    found = []
    for table in sheet.table.tables("checkpoint", CHECKPOINT_KEYS):
        gate = sheet.inner(table, "checkpoint").points("gate", least=2)
        if len(gate) != 2:
            table.refuse("gate", f"gate has {len(gate)} places", do="Write its two ends: [[e, n], [e, n]].")
        found.append(Checkpoint(table.identifier("id"), gate, table.flag("staffed", default=True)))
    return tuple(found)


def read_landmarks(sheet: Sheet, *, solids: tuple[Solid, ...]) -> tuple[Landmark, ...]:
    """Landmarks that are written, checkpoints, and everything that stands and is marked ``surveyed``."""
    found = [_landmark(sheet, index) for index in range(len(sheet.table.tables("landmark", LANDMARK_KEYS)))]
    for table in sheet.table.tables("checkpoint", CHECKPOINT_KEYS):
        points = _column(sheet.inner(table, "checkpoint").points("gate", least=2))
        name = table.text("name", default=table.identifier("id"))
        identifier = f"checkpoint-{_slug(table.identifier('id'))}"
        found.append(Landmark(identifier, name, LandmarkKind.CHECKPOINT, LandmarkShape.PATH, points))
    for table, solid in zip(sheet.table.tables("solid", SOLID_KEYS), solids, strict=False):
        if table.flag("surveyed", default=False):
            found.append(_of_solid(solid))
    for key, keys, kind, shape in _SURVEYED:
        for table in sheet.table.tables(key, keys):
            if table.flag("surveyed", default=False):
                points = _column(sheet.inner(table, key).points(shape, least=2))
                found.append(_of_table(sheet.inner(table, key), kind=kind, points=points, shape=shape))
    names = [one.landmark_id for one in found]
    for one in found:
        if names.count(one.landmark_id) > 1:
            sheet.table.refuse("landmark", f"the landmark {one.landmark_id!r} stands twice")
    return tuple(found)


def _landmark(sheet: Sheet, index: int) -> Landmark:
    table = sheet.table.tables("landmark", LANDMARK_KEYS)[index]
    own = sheet.inner(table, "landmark")
    shapes = {"at": LandmarkShape.POINT, "path": LandmarkShape.PATH, "ring": LandmarkShape.AREA}
    given = [key for key in shapes if table.has(key)]
    if len(given) != 1:
        table.refuse("id", "a landmark has one of: at, path, ring")
    points = own.point("at", table.values["at"])[None] if given[0] == "at" else own.points(given[0], least=2)
    return Landmark(
        landmark_id=table.identifier("id"),
        name=table.text("name", default=table.identifier("id")),
        kind=LandmarkKind(table.text("kind", choices=_KINDS)),
        shape=shapes[given[0]],
        points_en_m=_column(points),
        height_m=own.maybe("height_m", low=-50.0, high=200.0),
    )


def _of_solid(solid: Solid) -> Landmark:
    kinds = {"barrier": LandmarkKind.GATE}
    kind = kinds.get(solid.kind.value) or LandmarkKind(solid.kind.value)
    ring = corners(solid.centre_enu_m[:2], solid.half_sizes_m, yaw_rad=solid.yaw_rad)
    height_m = float(2 * solid.half_sizes_m[2])
    return Landmark(_slug(solid.name), solid.name, kind, LandmarkShape.AREA, _column(ring), height_m)


def _of_table(sheet: Sheet, *, kind: LandmarkKind, points: Array, shape: str) -> Landmark:
    name = sheet.table.text("name")
    form = LandmarkShape.PATH if shape == "path" else LandmarkShape.AREA
    height_m: float | None = None
    if kind is LandmarkKind.DITCH:
        height_m = -sheet.number("depth_m", low=0.1, high=5.0)
    elif kind is LandmarkKind.WALL:
        height_m = sheet.number("height_m", low=0.2, high=20.0)
        kind = LandmarkKind.FENCE if sheet.table.text("kind", default="wall") == "fence" else kind
    # Under the road's own label, so that a range is drawn as it is for the truth.
    road = Sheet(sheet.table, sheet.dice, sheet.calendar, f"road.{name}")
    limit_mps = road_limit_mps(road) if kind is LandmarkKind.ROAD else None
    return Landmark(_slug(name), name, kind, form, _column(points), height_m, limit_mps)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed"


def _column(points: Array) -> Array:
    return float_column(points, 2, rows=len(points), name="points")
