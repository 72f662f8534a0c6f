"""What the mission would declare: the site's files as ``load_site`` reads them, and the notes of recordings.

Nothing that is only true stands here: calibrations, line and clocks are the declared ones.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import Calibration, Landmark, LandmarkShape, Permit, Zone
from truceline.records.time import NS_PER_S, UtcNs, format_utc
from truceline.simulate.model.devices import OWN_CLOCK, CameraPlan, MicrophonePlan
from truceline.simulate.model.scenario import Setting

FAR_UTC_NS = 9_000_000_000_000_000_000
"""Later than this is no end: the year 2255."""

SIGMA_UNITS = (
    ("focal_percent", 100.0),
    ("centre_u_px", 1.0),
    ("centre_v_px", 1.0),
    ("k1", 1.0),
    ("turn_x_deg", 180 / np.pi),
    ("turn_y_deg", 180 / np.pi),
    ("turn_z_deg", 180 / np.pi),
    ("east_m", 1.0),
    ("north_m", 1.0),
    ("up_m", 1.0),
)
"""Standard deviations as people write them, in the order of ``CALIBRATION_PARAMETERS``."""

_KMH_PER_MPS = 3.6
_SHAPES = {
    LandmarkShape.POINT: "Point",
    LandmarkShape.PATH: "LineString",
    LandmarkShape.AREA: "Polygon",
}


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """Public keys (64 hex digits each) that the site lists: who may review, and who may release."""

    reviewers: tuple[str, ...] = ()
    body: tuple[str, ...] = ()


def site_files(setting: Setting, *, keys: SiteKeys) -> dict[str, str]:
    """The site's folder as file name to text: ``site.toml`` and its GeoJSON files."""
    files = {"site.toml": _site_toml(setting, keys), "line.geojson": _line_geojson(setting)}
    if setting.zones:
        files["zones.geojson"] = _collection(_zone(one) for one in setting.zones)
    if setting.landmarks:
        files["landmarks.geojson"] = _collection(_landmark(one) for one in setting.landmarks)
    return files


def footage_note(setting: Setting, camera: CameraPlan, *, start_utc_ns: UtcNs) -> str:
    """The note beside a recording: camera, start by the camera's own clock, and that clock's bound."""
    return "\n".join(
        [
            f"# Simulated by Truceline: {_one_line(setting.title)}. Nothing of it happened.",
            f"camera = {_quoted(camera.camera_id)}",
            f"start = {_quoted(_utc(start_utc_ns))}",
            f"start_bound_s = {float(camera.clock.bound_s)!r}",
            f"start_source = {_quoted(f'the clock of network {camera.clock.network}, simulated')}",
            f"note = {_quoted(f'Simulated: {setting.name}, seed {setting.seed}.')}",
            "simulated = true",
            "",
        ]
    )


def sound_note(setting: Setting, microphone: MicrophonePlan, *, start_utc_ns: UtcNs) -> str:
    """The note beside a sound file: microphone, its declared place, start and bound."""
    place = json.dumps([round(float(value), 3) for value in microphone.place_enu_m])
    return "\n".join(
        [
            f"# Simulated by Truceline: {_one_line(setting.title)}. Nothing of it happened.",
            f"microphone = {_quoted(microphone.microphone_id)}",
            f"place_enu_m = {place}",
            f"start = {_quoted(_utc(start_utc_ns))}",
            f"start_bound_s = {float(microphone.clock.bound_s)!r}",
            f"start_source = {_quoted(f'the clock of network {microphone.clock.network}, simulated')}",
            "simulated = true",
            "",
        ]
    )


def _site_toml(setting: Setting, keys: SiteKeys) -> str:
    hours, minutes = divmod(abs(setting.local_offset_minutes), 60)
    sign = "-" if setting.local_offset_minutes < 0 else "+"
    origin, line = setting.origin, setting.line
    lines = [
        "# Simulated by Truceline. What stands here is declared; what is true lies in truth/.",
        "[site]",
        f"id = {_quoted(setting.name)}",
        f"name = {_quoted(setting.title)}",
        "simulated = true",
        f"instrument = {_quoted(setting.instrument)}",
        f'local_offset = "{sign}{hours:02d}:{minutes:02d}"',
        "",
        "[origin]",
        f"latitude_deg = {float(origin.latitude_deg)!r}",
        f"longitude_deg = {float(origin.longitude_deg)!r}",
        f"height_m = {float(origin.height_m)!r}",
        "",
        "[line]",
        f"id = {_quoted(line.line_id)}",
        f"version = {_quoted(line.version)}",
        f"source = {_quoted(line.source)}",
        f"valid_from = {_quoted(_utc(line.valid.start_utc_ns))}",
    ]
    if line.valid.end_utc_ns < FAR_UTC_NS:
        lines.append(f"valid_until = {_quoted(_utc(line.valid.end_utc_ns))}")
    lines += [
        f"sigma_m = {float(line.sigma_m)!r}",
        f"left = {_quoted(line.sides.left)}",
        f"right = {_quoted(line.sides.right)}",
        'file = "line.geojson"',
        "",
    ]
    lines += [text for name in ("zones", "landmarks") for text in _file_table(setting, name)]
    lines += [text for camera in setting.cameras for text in _camera(camera)]
    lines += [text for permit in setting.permits for text in _permit(permit)]
    return "\n".join([*lines, *_terms(keys)])


def _file_table(setting: Setting, name: str) -> list[str]:
    return [f"[{name}]", f'file = "{name}.geojson"', ""] if getattr(setting, name) else []


def _terms(keys: SiteKeys) -> list[str]:
    terms = [
        "[retention]",
        "quiet_footage_days = 30",
        "tracks_without_event_days = 7",
        "closed_incident_days = 365",
        "",
    ]
    if keys.reviewers:
        terms += [
            "[release]",
            'competent_body = "Simulated Commission (demonstration)"',
            'removal_contact = "demonstration only: nobody is shown"',
            f"reviewer_keys = {json.dumps(list(keys.reviewers))}",
            f"body_keys = {json.dumps(list(keys.body))}",
            "delay_h = 24.0",
            "",
        ]
    return terms


def _camera(camera: CameraPlan) -> list[str]:
    declared = camera.declared
    terms = [f"{name} = {float(getattr(declared, name))!r}" for name in ("k2", "k3", "p1", "p2")]
    return [
        "[[camera]]",
        f"id = {_quoted(camera.camera_id)}",
        f"name = {_quoted(camera.name)}",
        f'band = "{camera.band.value}"',
        *([f"clock = {_quoted(camera.clock.network)}"] if camera.clock.network != OWN_CLOCK else []),
        f"width_px = {camera.width_px}",
        f"height_px = {camera.height_px}",
        "",
        "[camera.calibration]",
        f'basis = "{declared.basis.value}"',
        f"source = {_quoted(declared.source)}",
        f"focal_px = {_numbers(declared.focal_px)}",
        f"centre_px = {_numbers(declared.centre_px)}",
        f"k1 = {float(declared.k1)!r}",
        *[one for one in terms if not one.endswith(" 0.0")],
        f'distortion = "{declared.distortion.value}"',
        f"position_enu_m = {_numbers(declared.position_enu_m)}",
        "rotation = [",
        *[f"  {_numbers(row)}," for row in declared.rotation],
        "]",
        *_errors(declared),
        "",
    ]


def _errors(calibration: Calibration) -> list[str]:
    """Ten standard deviations where the covariance is diagonal, else all of it."""
    covariance = calibration.covariance
    diagonal = np.diag(covariance)
    if np.array_equal(covariance, np.diag(diagonal)):
        sigmas = np.sqrt(diagonal)
        rows = [
            f"{name} = {round(float(sigma) * unit, 9)!r}"
            for (name, unit), sigma in zip(SIGMA_UNITS, sigmas, strict=True)
        ]
        return ["", "[camera.calibration.sigma]", *rows]
    return ["covariance = [", *[f"  {_numbers(row)}," for row in covariance], "]"]


def _permit(permit: Permit) -> list[str]:
    return [
        "[[permit]]",
        f"id = {_quoted(permit.permit_id)}",
        f"holder = {_quoted(permit.holder)}",
        f"authority = {_quoted(permit.authority)}",
        f"zone = {_quoted(permit.zone_id)}",
        f"valid_from = {_quoted(_utc(permit.valid.start_utc_ns))}",
        f"valid_until = {_quoted(_utc(permit.valid.end_utc_ns))}",
        f"directions = {json.dumps(list(permit.directions), ensure_ascii=False)}",
        f"persons = {permit.persons}",
        f"revoked = {json.dumps(permit.revoked)}",
        "",
    ]


def _line_geojson(setting: Setting) -> str:
    line = setting.line
    feature = _feature("LineString", line.vertices_en_m.tolist(), properties={"id": line.line_id})
    return _collection([feature])


def _zone(zone: Zone) -> dict[str, object]:
    properties = {"id": zone.zone_id, "name": zone.name, "kind": zone.kind}
    return _feature("Polygon", [_closed(zone.ring_en_m)], properties=properties)


def _landmark(landmark: Landmark) -> dict[str, object]:
    points = landmark.points_en_m
    rows: list[list[float]] = points.tolist()
    coordinates: dict[LandmarkShape, object] = {
        LandmarkShape.POINT: rows[0],
        LandmarkShape.PATH: rows,
        LandmarkShape.AREA: [[*rows, rows[0]]],
    }
    properties: dict[str, object] = {
        "id": landmark.landmark_id,
        "name": landmark.name,
        "kind": landmark.kind.value,
    }
    if landmark.height_m is not None:
        properties["height_m"] = float(landmark.height_m)
    if landmark.limit_mps is not None:
        properties["limit_kmh"] = round(float(landmark.limit_mps) * _KMH_PER_MPS, 6)
    return _feature(_SHAPES[landmark.shape], coordinates[landmark.shape], properties=properties)


def _closed(ring: NDArray[np.float64]) -> list[list[float]]:
    rows: list[list[float]] = ring.tolist()
    return [*rows, rows[0]]


def _feature(kind: str, coordinates: object, *, properties: Mapping[str, object]) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(features: Iterable[dict[str, object]]) -> str:
    whole = {"type": "FeatureCollection", "frame": "site-en-m", "features": list(features)}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _numbers(values: NDArray[np.float64]) -> str:
    return json.dumps([float(value) for value in values])


def _utc(at_utc_ns: UtcNs) -> str:
    """In whole seconds where it is one, else to the nanosecond: nothing is lost."""
    return format_utc(at_utc_ns, digits=9 if at_utc_ns % NS_PER_S else 0)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, with the one character more that TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
