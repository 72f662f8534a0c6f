"""GeoJSON (RFC 7946): WGS 84 longitude and latitude, with the site's own metres as properties.

What was seen and what was not are features apart: nothing is joined across a stretch that nobody saw.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from truceline.export.rows import (
    ExportedRun,
    ExportedTrack,
    crossing_row,
    gap_row,
    run_facts,
    track_columns,
)

_IN_GEOMETRY = ("longitude_deg", "latitude_deg", "observed")


def tracks_as_geojson(runs: Sequence[ExportedRun]) -> Iterator[str]:
    """A feature for each stretch of a track that was seen throughout, or not seen throughout; then the gaps.

    A stretch is a LineString, or a Point where it is one row long; its properties hold one value a vertex.
    """
    features = (feature for one in runs for track in one.tracks for feature in _stretches(track, one))
    yield from _collection(runs, features)


def events_as_geojson(runs: Sequence[ExportedRun]) -> Iterator[str]:
    """Crossings as Points where the line was passed; gaps, which have no place, without a geometry."""
    yield from _collection(runs, _crossings(runs))


def stretches(observed: Sequence[bool]) -> list[slice]:
    """Rows in stretches that were seen throughout or not seen throughout.

    >>> stretches([True, True, False, True])
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None)]
    """
    edges = [0, *(np.flatnonzero(np.diff(np.asarray(observed, dtype=np.int8))) + 1).tolist(), len(observed)]
    return [slice(start, end) for start, end in pairwise(edges)]


def _stretches(exported: ExportedTrack, run: ExportedRun) -> Iterator[Mapping[str, object]]:
    track, columns = exported.track, track_columns(exported)
    points = list(zip(columns.longitude_deg, columns.latitude_deg, strict=True))
    vertices = {
        name: values for name, values in dataclasses.asdict(columns).items() if name not in _IN_GEOMETRY
    }
    for rows in stretches(columns.observed):
        along = [list(point) for point in points[rows]]
        properties: dict[str, object] = {
            "run_id": run.run.run_id,
            "simulated": run.site.simulated,
            "camera_id": track.camera_id,
            "track_id": track.track_id,
            "label": exported.label,
            "kind": track.kind,
            "observed": columns.observed[rows.start],
            **{name: values[rows] for name, values in vertices.items()},
        }
        if len(along) == 1:
            yield _feature("Point", along[0], properties=properties)
        else:
            yield _feature("LineString", along, properties=properties)


def _crossings(runs: Sequence[ExportedRun]) -> Iterator[Mapping[str, object]]:
    for one in runs:
        for crossing in one.run.crossings:
            row = dataclasses.asdict(crossing_row(one, crossing))
            place = [row.pop("longitude_deg"), row.pop("latitude_deg")]
            yield _feature(
                "Point", place, properties={"kind": "crossing", "simulated": one.site.simulated, **row}
            )


def _gaps(runs: Sequence[ExportedRun]) -> Iterator[Mapping[str, object]]:
    for one in runs:
        for gap in one.run.gaps:
            row = dataclasses.asdict(gap_row(gap, run_id=one.run.run_id))
            properties = {"kind": "gap", "simulated": one.site.simulated, **row}
            yield {"type": "Feature", "geometry": None, "properties": properties}


def _feature(kind: str, coordinates: object, *, properties: Mapping[str, object]) -> Mapping[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _collection(runs: Sequence[ExportedRun], features: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A feature collection, one line a feature, written as it comes; the runs are a foreign member."""
    facts = json.dumps([dataclasses.asdict(run_facts(one)) for one in runs], ensure_ascii=False)
    yield f'{{"type": "FeatureCollection",\n"runs": {facts},\n"features": ['
    before = "\n"
    for part in (features, _gaps(runs)):
        for feature in part:
            yield before + json.dumps(feature, ensure_ascii=False, allow_nan=False)
            before = ",\n"
    yield "\n]}\n"
