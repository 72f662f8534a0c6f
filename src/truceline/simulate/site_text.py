"""The site's files of a drawn incident: what a surveyor would have declared, as ``load_site`` reads it."""

import json

import numpy as np

from truceline.records.time import format_utc
from truceline.simulate.scene import (
    CAMERA_ID,
    CLOCK_BOUND_S,
    GATE_RING_EN_M,
    HEIGHT_PX,
    HUT_EN_M,
    LEFT_SIDE,
    LINE_EN_M,
    LINE_SIGMA_M,
    LOCAL_OFFSET_MINUTES,
    PERMIT_ID,
    RIGHT_SIDE,
    SIGMAS,
    START_UTC_NS,
    WIDTH_PX,
    Scene,
)

GATE_ZONE_ID = "gate"

_SITE = """\
# Drawn by Truceline from seed {seed}. No such place exists.
[site]
id = "drawn-{seed}"
name = "Drawn site, seed {seed}"
simulated = true
instrument = "korea-1953"
local_offset = "{local_offset}"

[origin]
latitude_deg = 38.0
longitude_deg = 127.0
height_m = 100.0

[line]
id = "drawn-line"
version = "drawn-1"
source = "drawn: the true line lies aside of this one by a draw from sigma_m"
valid_from = "2026-01-01T00:00:00Z"
sigma_m = {line_sigma_m}
left = "{left}"
right = "{right}"
file = "line.geojson"

[zones]
file = "zones.geojson"

[[camera]]
id = "{camera}"
name = "Camera on the mast"
band = "visible"
width_px = {width_px}
height_px = {height_px}

[camera.calibration]
basis = "surveyed"
source = "drawn: the true calibration differs from this one by a draw from sigma"
focal_px = [{focal_u_px!r}, {focal_v_px!r}]
centre_px = [{centre_u_px!r}, {centre_v_px!r}]
k1 = {k1!r}
distortion = "brown"
position_enu_m = {position_enu_m}
pan_deg = {pan_deg!r}
tilt_deg = {tilt_deg!r}
roll_deg = 0.0

[camera.calibration.sigma]
{sigmas}

[[permit]]
id = "{permit}"
holder = "visitor (drawn)"
authority = "the Commission (drawn)"
zone = "{zone}"
valid_from = "2026-03-04T05:00:00Z"
valid_until = "2026-03-04T06:00:00Z"
directions = ["{left}"]
persons = 1

[retention]
quiet_footage_days = 30
tracks_without_event_days = 7
closed_incident_days = 365

[release]
competent_body = "Drawn Commission (demonstration)"
removal_contact = "demonstration only: nobody is shown"
reviewer_keys = {reviewer_keys}
body_keys = {body_keys}
delay_h = 24.0
"""

_NOTE = """\
# Drawn by Truceline from seed {seed}; nobody is shown.
camera = "{camera}"
start = "{start}"
start_bound_s = {bound_s}
start_source = "drawn: the true start differs by a draw within the bound"
note = "Simulated: drawn by Truceline from seed {seed}."
simulated = true
"""

_SIGMA_NAMES = (
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


def site_files(
    scene: Scene, reviewer_keys: tuple[str, ...], *, body_keys: tuple[str, ...] = ()
) -> dict[str, str]:
    """The site's folder as file name to text: ``site.toml``, ``line.geojson``, ``zones.geojson``.

    Args:
        scene: What is declared in it is written; what is true in it is not.
        reviewer_keys: Public keys (64 hex digits each) of those who may review.
        body_keys: Public keys of the body that may release.
    """
    return {
        "site.toml": _site_toml(scene, reviewer_keys=reviewer_keys, body_keys=body_keys),
        "line.geojson": _geojson(
            [_feature("LineString", LINE_EN_M.tolist(), properties={"id": "drawn-line"})]
        ),
        "zones.geojson": _geojson(
            [
                _polygon(GATE_RING_EN_M.tolist(), zone_id=GATE_ZONE_ID, name="The gate", kind="crossing"),
                _polygon(HUT_EN_M.tolist(), zone_id="hut", name="The hut", kind="building"),
            ]
        ),
    }


def footage_note(scene: Scene) -> str:
    """The sidecar that stands beside the footage: camera, declared start and the bound of the clock."""
    return _NOTE.format(
        seed=scene.seed, camera=CAMERA_ID, start=format_utc(START_UTC_NS), bound_s=CLOCK_BOUND_S
    )


def _site_toml(scene: Scene, *, reviewer_keys: tuple[str, ...], body_keys: tuple[str, ...]) -> str:
    declared = scene.declared
    sigmas = [
        f"{name} = {round(float(sigma) * unit, 9)!r}"
        for (name, unit), sigma in zip(_SIGMA_NAMES, SIGMAS, strict=True)
    ]
    hours, minutes = divmod(abs(LOCAL_OFFSET_MINUTES), 60)
    return _SITE.format(
        seed=scene.seed,
        local_offset=f"{'-' if LOCAL_OFFSET_MINUTES < 0 else '+'}{hours:02d}:{minutes:02d}",
        line_sigma_m=LINE_SIGMA_M,
        left=LEFT_SIDE,
        right=RIGHT_SIDE,
        camera=CAMERA_ID,
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        focal_u_px=float(declared.focal_px[0]),
        focal_v_px=float(declared.focal_px[1]),
        centre_u_px=float(declared.centre_px[0]),
        centre_v_px=float(declared.centre_px[1]),
        k1=declared.k1,
        position_enu_m=json.dumps([float(value) for value in declared.position_enu_m]),
        pan_deg=scene.pan_deg,
        tilt_deg=scene.tilt_deg,
        sigmas="\n".join(sigmas),
        permit=PERMIT_ID,
        zone=GATE_ZONE_ID,
        reviewer_keys=json.dumps(list(reviewer_keys)),
        body_keys=json.dumps(list(body_keys)),
    )


def _geojson(features: list[dict[str, object]]) -> str:
    collection = {"type": "FeatureCollection", "frame": "site-en-m", "features": features}
    return json.dumps(collection, indent=1) + "\n"


def _feature(kind: str, coordinates: list[object], *, properties: dict[str, str]) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def _polygon(ring: list[list[float]], *, zone_id: str, name: str, kind: str) -> dict[str, object]:
    closed: list[object] = [[*ring, ring[0]]]
    return _feature("Polygon", closed, properties={"id": zone_id, "name": name, "kind": kind})
