"""Truth on a map: paths and events as GeoJSON (RFC 7946), WGS 84, with site metres beside."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from truceline.records.time import format_utc
from truceline.simulate.model.actors import STEP_S, Action, Happening, Performance
from truceline.simulate.model.scenario import Setting
from truceline.simulate.truth.happenings import in_order, true_utc

Array = NDArray[np.float64]
LonLat = Callable[[Array], Array]
"""Site east-north (n, 2) metres to longitude, latitude (n, 2) degrees."""

STRIDE_S = 0.5
"""Vertices of a path stand so far apart in time."""

_DIGITS_DEG, _DIGITS_M = 8, 3


def paths_geojson(setting: Setting, performances: Sequence[Performance], *, lonlat: LonLat) -> str:
    """Where everybody went: a feature for each stretch in the scene, one vertex every half second."""
    features = (
        _path(setting, performance, rows=rows, lonlat=lonlat)
        for performance in performances
        for rows in stretches_in_scene(performance)
    )
    return _collection(features)


def stretches_in_scene(performance: Performance) -> list[NDArray[np.int64]]:
    """Rows of the samples of each stretch in which an actor is in the scene, thinned, its last one kept."""
    inside = np.flatnonzero(performance.action != Action.AWAY)
    if len(inside) == 0:
        return []
    step = round(STRIDE_S / STEP_S)
    found = []
    for part in np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1):
        kept = part[::step]
        found.append(kept if kept[-1] == part[-1] else np.append(kept, part[-1]))
    return found


def events_geojson(setting: Setting, happenings: Sequence[Happening], *, lonlat: LonLat) -> str:
    """What happened, each event at its place."""
    features = []
    for number, one in enumerate(in_order(happenings), start=1):
        place = _degrees(lonlat(np.array([one.place_enu_m[:2]])))[0]
        properties = {
            "event": number,
            "kind": one.kind.value,
            "start_utc": format_utc(true_utc(setting, one.start_s), digits=6),
            "end_utc": format_utc(true_utc(setting, one.end_s), digits=6),
            "actors": list(one.actor_ids),
            "towards": one.towards,
            "depth_m": one.depth_m,
            "en_m": _metres(one.place_enu_m[None, :2])[0],
            "simulated": True,
        }
        features.append(_feature("Point", place, properties=properties))
    return _collection(iter(features))


def _path(
    setting: Setting, performance: Performance, *, rows: NDArray[np.int64], lonlat: LonLat
) -> dict[str, object]:
    places = performance.enu_m[rows, :2]
    points = _degrees(lonlat(places))
    properties: dict[str, object] = {
        "actor": performance.actor.actor_id,
        "class": performance.actor.kind.value,
        "party": performance.actor.party,
        "utc": [format_utc(true_utc(setting, float(row) * STEP_S)) for row in rows],
        "action": [Action(int(code)).name.lower() for code in performance.action[rows]],
        "en_m": _metres(places),
        "simulated": True,
    }
    if len(points) == 1:
        return _feature("Point", points[0], properties=properties)
    return _feature("LineString", points, properties=properties)


def _degrees(values: Array) -> list[list[float]]:
    rounded: list[list[float]] = np.round(values, _DIGITS_DEG).tolist()
    return rounded


def _metres(values: Array) -> list[list[float]]:
    rounded: list[list[float]] = np.round(values, _DIGITS_M).tolist()
    return rounded


def _feature(kind: str, coordinates: object, *, properties: Mapping[str, object]) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _collection(features: Iterator[dict[str, object]]) -> str:
    rows = ",\n".join(json.dumps(one, ensure_ascii=False) for one in features)
    return f'{{"type": "FeatureCollection",\n"features": [\n{rows}\n]}}\n'
