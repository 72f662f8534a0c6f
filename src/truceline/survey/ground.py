"""The ground: reads the line, the zones and the landmarks from GeoJSON, in site metres or in WGS 84."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.columns import FloatColumn, float_column
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape, Origin, Zone
from truceline.survey.wgs84 import en_from_lonlat
from truceline.tables.reader import Table

Array = NDArray[np.float64]

FRAME_SITE = "site-en-m"
FRAME_WGS84 = "wgs84"
FRAMES = (FRAME_SITE, FRAME_WGS84)

FARTHEST_M = 50_000.0
"""Ground farther from the origin is a mistake of unit or place: a site is one stretch of a line."""

TALLEST_M = 200.0
"""Nothing on a site stands higher above the ground, or goes deeper."""

FASTEST_KMH = 300.0
"""No road allows more."""

KMH_PER_MPS = 3.6

_SHAPES = {
    "Point": LandmarkShape.POINT,
    "LineString": LandmarkShape.PATH,
    "Polygon": LandmarkShape.AREA,
}

_SMALLEST_M = 0.01

_NEAR_ZERO_DEG = 2.0
"""An origin this near to latitude and longitude zero: degrees cannot be told from metres there."""


@dataclass(frozen=True, slots=True)
class _Feature:
    """One GeoJSON feature."""

    geometry: Table
    properties: Table
    frame: str


def read_line_vertices(collection: Table, *, origin: Origin) -> FloatColumn:
    """The vertices (n, 2) in site metres of the one ``LineString`` of a GeoJSON file.

    Raises:
        InputError: There is not exactly one line, it has fewer than two different vertices, or its frame or
            unit cannot be right.
    """
    features = _features(collection, ("LineString",))
    if len(features) != 1:
        collection.refuse(
            "features", f"{len(features)} lines, expected exactly one", do="Join or remove lines."
        )
    feature = features[0]
    vertices = _positions(
        feature.geometry, feature.geometry.list_of("coordinates"), frame=feature.frame, origin=origin
    )
    if len(vertices) < 2:
        feature.geometry.refuse("coordinates", "a line needs at least two vertices")
    _refuse_repeats(feature.geometry, vertices)
    return float_column(vertices, 2, rows=len(vertices), name="vertices_en_m")


def read_zones(collection: Table, *, origin: Origin) -> tuple[Zone, ...]:
    """The zones, one for each ``Polygon`` of a GeoJSON file, in its order.

    Raises:
        InputError: A zone has no id, an id stands twice, or a polygon has holes or fewer than three corners.
    """
    zones: list[Zone] = []
    for feature in _features(collection, ("Polygon",)):
        zone_id = feature.properties.identifier("id")
        if any(zone.zone_id == zone_id for zone in zones):
            feature.properties.refuse("id", f"the zone {zone_id!r} stands twice")
        ring = _ring(feature, origin)
        zones.append(
            Zone(
                zone_id=zone_id,
                name=feature.properties.text("name", default=zone_id),
                kind=feature.properties.text("kind", default="area"),
                ring_en_m=float_column(ring, 2, rows=len(ring), name="ring_en_m"),
            )
        )
    return tuple(zones)


def read_landmarks(collection: Table, *, origin: Origin) -> tuple[Landmark, ...]:
    """The landmarks, one for each ``Point``, ``LineString`` or ``Polygon`` of a GeoJSON file, in its order.

    Raises:
        InputError: A landmark has no id or an unknown kind, an id stands twice, or a shape cannot be.
    """
    landmarks: list[Landmark] = []
    for feature in _features(collection, tuple(_SHAPES)):
        landmark_id = feature.properties.identifier("id")
        if any(landmark.landmark_id == landmark_id for landmark in landmarks):
            feature.properties.refuse("id", f"the landmark {landmark_id!r} stands twice")
        points = _landmark_points(feature, origin)
        height_m = (
            feature.properties.number("height_m", low=-TALLEST_M, high=TALLEST_M)
            if feature.properties.has("height_m")
            else None
        )
        kind = LandmarkKind(feature.properties.text("kind", choices=tuple(LandmarkKind)))
        landmarks.append(
            Landmark(
                landmark_id=landmark_id,
                name=feature.properties.text("name", default=landmark_id),
                kind=kind,
                shape=_SHAPES[feature.geometry.text("type")],
                points_en_m=float_column(points, 2, rows=len(points), name="points_en_m"),
                height_m=height_m,
                limit_mps=_limit_mps(feature, kind),
            )
        )
    return tuple(landmarks)


def _limit_mps(feature: _Feature, kind: LandmarkKind) -> float | None:
    if not feature.properties.has("limit_kmh"):
        return None
    if kind is not LandmarkKind.ROAD:
        feature.properties.refuse(
            "limit_kmh", f"a {kind.value} has no speed limit", do="Only a road has one."
        )
    return feature.properties.number("limit_kmh", low=1.0, high=FASTEST_KMH) / KMH_PER_MPS


def _landmark_points(feature: _Feature, origin: Origin) -> Array:
    """Points (n, 2) of a landmark in site metres."""
    kind = feature.geometry.text("type")
    if kind == "Polygon":
        return _ring(feature, origin)
    rows = feature.geometry.list_of("coordinates")
    if kind == "Point":
        return _positions(feature.geometry, [rows], frame=feature.frame, origin=origin)
    path = _positions(feature.geometry, rows, frame=feature.frame, origin=origin)
    if len(path) < 2:
        feature.geometry.refuse("coordinates", "a path needs at least two points")
    _refuse_repeats(feature.geometry, path)
    return path


def _features(collection: Table, geometry_types: tuple[str, ...]) -> tuple[_Feature, ...]:
    collection.text("type", choices=("FeatureCollection",))
    declared = collection.text("frame", choices=FRAMES) if collection.has("frame") else None
    found = []
    for feature in collection.open_tables("features"):
        feature.text("type", choices=("Feature",))
        properties = feature.open_table("properties")
        geometry = feature.open_table("geometry")
        geometry.text("type", choices=geometry_types)
        frame = properties.text("frame", choices=FRAMES) if properties.has("frame") else declared
        if frame is None:
            collection.refuse(
                "features",
                "the file does not say in which frame its coordinates are",
                do=f'Write "frame": "{FRAME_SITE}" (site east, north in metres) or "frame": "{FRAME_WGS84}" '
                "(longitude, latitude in degrees) at the top or into each feature's properties.",
            )
        if declared is not None and frame != declared:
            properties.refuse("frame", f"the feature says {frame}, the file says {declared}")
        found.append(_Feature(geometry, properties, frame))
    return tuple(found)


def _ring(feature: _Feature, origin: Origin) -> Array:
    rings = feature.geometry.lists("coordinates")
    if len(rings) != 1:
        feature.geometry.refuse(
            "coordinates", f"{len(rings)} rings, expected one", do="Holes are not supported."
        )
    ring = _positions(feature.geometry, rings[0], frame=feature.frame, origin=origin)
    if len(ring) >= 2 and bool(np.all(ring[0] == ring[-1])):
        ring = ring[:-1]
    if len(ring) < 3:
        feature.geometry.refuse("coordinates", f"an area needs at least three corners, this has {len(ring)}")
    _refuse_repeats(feature.geometry, ring)
    return ring


def _positions(geometry: Table, rows: list[object], *, frame: str, origin: Origin) -> Array:
    """Site metres (n, 2) of GeoJSON positions; a third number (height) is left out."""
    key = "coordinates"
    pairs = [geometry.position(key, row) for row in rows]
    points = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    if frame == FRAME_WGS84:
        if bool(np.any(np.abs(points) > (180.0, 90.0))):
            _refuse_swapped(geometry, points, origin=origin)
            geometry.refuse(
                key, f"coordinates beyond 180, 90 cannot be degrees, but the file says {FRAME_WGS84}"
            )
        _refuse_swapped(geometry, points, origin=origin)
        points = en_from_lonlat(points, origin=origin)
    elif _looks_like_degrees(points, origin):
        geometry.refuse(
            key,
            "the coordinates look like longitude and latitude in degrees, but the file says site metres",
            do=f'Write "frame": "{FRAME_WGS84}" (longitude comes first), or give east '
            "and north of the origin in metres.",
        )
    if bool(np.any(np.abs(points) > FARTHEST_M)):
        geometry.refuse(
            key,
            f"a point lies {float(np.max(np.abs(points))) / 1000:.0f} km from the origin",
            do="Coordinates are metres from the origin (not millimetres, and not a national grid).",
        )
    return points


def _refuse_swapped(geometry: Table, points: Array, *, origin: Origin) -> None:
    """Refuse latitude before longitude: the other way round the points lie at the origin, so not at all."""
    here = np.array([origin.longitude_deg, origin.latitude_deg])
    if len(points) and not np.all(np.abs(points - here) < 1.0) and np.all(np.abs(points - here[::-1]) < 1.0):
        geometry.refuse(
            "coordinates",
            "latitude and longitude look swapped",
            do="In GeoJSON longitude comes first: [longitude, latitude].",
        )


def _looks_like_degrees(points: Array, origin: Origin) -> bool:
    """All points within a degree of the origin's own longitude and latitude, and nowhere near (0, 0)."""
    here = np.array([origin.longitude_deg, origin.latitude_deg])
    if len(points) == 0 or float(np.max(np.abs(here))) < _NEAR_ZERO_DEG:
        return False
    return any(bool(np.all(np.abs(points - order) < 1.0)) for order in (here, here[::-1]))


def _refuse_repeats(geometry: Table, points: Array) -> None:
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    if bool(np.any(steps < _SMALLEST_M)):
        at = int(np.argmax(steps < _SMALLEST_M))
        geometry.refuse("coordinates", f"points {at + 1} and {at + 2} are the same to within {_SMALLEST_M} m")
