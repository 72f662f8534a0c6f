"""The chronicle in forms that other programs read: JSON, CSV and GeoJSON."""

import csv
import dataclasses
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from truceline.records.activities import Activity, Measure
from truceline.records.chronicles import Chronicle
from truceline.records.time import UtcNs, format_utc

CHRONICLE_FORMAT = "truceline-chronicle/1"
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One event of all cameras together.

    Attributes:
        at_utc: The instant that names it; ``time_bound_s`` a 95 % bound on it.
        east_m: Site metres, as ``north_m``; null where no place was found, as the next three.
        parts: Each subject's role and id.
        measures: Each measured value with its unit and 95 % interval; an open end is null.
    """

    event_id: str
    kind: str
    probability: float
    start_utc: str
    end_utc: str
    at_utc: str
    time_bound_s: float
    east_m: float | None
    north_m: float | None
    place_sigma_m: float | None
    longitude_deg: float | None
    latitude_deg: float | None
    site_place: str | None
    camera_ids: tuple[str, ...]
    parts: tuple[Mapping[str, str], ...]
    measures: tuple[Mapping[str, object], ...]
    cues: tuple[str, ...]
    not_observed: tuple[str, ...]


LISTS = ("camera_ids", "parts", "measures", "cues", "not_observed")
"""Fields that are lists; in CSV their items are separated by a semicolon."""

LonLat = tuple[float, float]


def activity_row(activity: Activity, lonlat_deg: LonLat | None) -> ActivityRow:
    """One activity as a row; ``lonlat_deg`` is its place on the globe."""
    east, north = activity.place_en_m or (None, None)
    longitude, latitude = lonlat_deg or (None, None)
    return ActivityRow(
        event_id=activity.event_id,
        kind=activity.kind.value,
        probability=activity.probability,
        start_utc=_utc(activity.span.start_utc_ns),
        end_utc=_utc(activity.span.end_utc_ns),
        at_utc=_utc(activity.at_utc_ns),
        time_bound_s=activity.time_bound_s,
        east_m=east,
        north_m=north,
        place_sigma_m=activity.place_sigma_m,
        longitude_deg=longitude,
        latitude_deg=latitude,
        site_place=activity.site_place,
        camera_ids=activity.camera_ids,
        parts=tuple({"role": part.role.value, "subject_id": part.subject_id} for part in activity.parts),
        measures=tuple(_measure(one) for one in activity.measures),
        cues=activity.cues,
        not_observed=activity.not_observed,
    )


def chronicle_as_json(chronicle: Chronicle, rows: Sequence[ActivityRow]) -> Iterator[str]:
    """Everything but paths: events, who is who with every answer that was weighed, clocks, notes."""
    world = chronicle.world
    parts: dict[str, object] = {
        "format": CHRONICLE_FORMAT,
        "site_sha256": chronicle.site.hex,
        "run_ids": chronicle.run_ids,
        "software": chronicle.software,
        "activities": [dataclasses.asdict(row) for row in rows],
        "subjects": [
            {
                "subject_id": one.subject_id,
                "kinds": dataclasses.asdict(one.kinds),
                "first_utc": _utc(UtcNs(int(one.utc_ns[0]))),
                "last_utc": _utc(UtcNs(int(one.utc_ns[-1]))),
                "sightings": [dataclasses.asdict(sighting) for sighting in one.sightings],
            }
            for one in world.subjects
        ],
        "links": [dataclasses.asdict(link) for link in world.links],
        "clocks": [dataclasses.asdict(clock) for clock in world.clocks],
        "notes": world.notes,
    }
    yield json.dumps(parts, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def activities_as_csv(rows: Sequence[ActivityRow]) -> Iterator[str]:
    """One line an event, RFC 4180; items of lists are separated by a semicolon."""
    names = [one.name for one in dataclasses.fields(ActivityRow)]
    yield _line(names)
    for row in rows:
        cells = dataclasses.asdict(row)
        yield _line([_cell(cells[name]) if name in LISTS else cells[name] for name in names])


def activities_as_geojson(rows: Sequence[ActivityRow], *, simulated: bool) -> Iterator[str]:
    """One feature an event, RFC 7946: a Point, or no geometry where no place was found."""
    features = []
    for row in rows:
        cells = dataclasses.asdict(row)
        place = [cells.pop("longitude_deg"), cells.pop("latitude_deg")]
        geometry = None if place[0] is None else {"type": "Point", "coordinates": place}
        properties = {"simulated": simulated, **cells}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    collection = {"type": "FeatureCollection", "features": features}
    yield json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _measure(measure: Measure) -> Mapping[str, object]:
    value = measure.interval
    ends = {"value": value.value, "low": value.low, "high": value.high, "sigma": value.sigma}
    known = {name: number if math.isfinite(number) else None for name, number in ends.items()}
    return {"name": measure.name, "unit": measure.unit, **known}


def _cell(items: Sequence[object]) -> str:
    return "; ".join(one if isinstance(one, str) else _pairs(one) for one in items)


def _pairs(item: object) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    return " ".join("" if value is None else str(value) for value in item.values())


def _line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _utc(at_utc_ns: UtcNs) -> str:
    return format_utc(at_utc_ns, digits=_DIGITS)
