"""A small valid site folder for tests, and ways to change one thing in it."""

import json
from pathlib import Path

SITE = (
    """\
[site]
id = "test"
name = "Test site"
simulated = true
instrument = "korea-1953"
local_offset = "+09:00"
[origin]
latitude_deg = 38.0
longitude_deg = 127.0
height_m = 100.0
[line]
id = "L"
version = "1"
source = "a survey"
valid_from = 2020-01-01
sigma_m = 0.1
left = "North"
right = "South"
file = "line.geojson"
[zones]
file = "zones.geojson"
[[camera]]
id = "west"
name = "West mast"
band = "visible"
width_px = 960
height_px = 540
[camera.calibration]
basis = "surveyed"
source = "measured"
focal_px = [950.0, 950.0]
centre_px = [479.5, 269.5]
k1 = -0.05
position_enu_m = [0.0, -30.0, 8.0]
pan_deg = 0.0
tilt_deg = -15.0
[camera.calibration.sigma]
focal_percent = 0.3
centre_u_px = 1.0
centre_v_px = 1.0
k1 = 0.01
turn_x_deg = 0.03
turn_y_deg = 0.03
turn_z_deg = 0.03
east_m = 0.03
north_m = 0.03
up_m = 0.03
[[permit]]
id = "P-1"
holder = "supply party"
authority = "the Commission"
zone = "gate"
valid_from = "2026-03-04T05:00:00Z"
valid_until = "2026-03-04T06:00:00Z"
directions = ["North"]
persons = 2
[retention]
quiet_footage_days = 10
tracks_without_event_days = 5
closed_incident_days = 100
[release]
competent_body = "Commission"
removal_contact = "office"
reviewer_keys = ["KEY_A", "KEY_B"]
body_keys = ["KEY_C"]
""".replace("KEY_C", "c" * 64)
    .replace("KEY_A", "a" * 64)
    .replace("KEY_B", "b" * 64)
)

LINE = ((-40.0, 0.0), (0.0, 0.0), (40.0, 2.0))
GATE = ((-2.0, -3.0), (2.0, -3.0), (2.0, 3.0), (-2.0, 3.0))


def line_json(vertices=LINE, **top):
    return collection(feature("LineString", vertices), **top)


def zones_json(ring=GATE, **top):
    return collection(feature("Polygon", [[*ring, ring[0]]], id="gate", name="The gate"), **top)


def feature(shape, coordinates, /, **properties):
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features, **top):
    body = {"type": "FeatureCollection", "frame": "site-en-m", **top, "features": features}
    return json.dumps({key: value for key, value in body.items() if value is not None})


def write_site(folder: Path, site: str = SITE, *, line: str | None = None, zones: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "site.toml").write_text(site)
    (folder / "line.geojson").write_text(line_json() if line is None else line)
    (folder / "zones.geojson").write_text(zones_json() if zones is None else zones)
    return folder


def changed(old: str, new: str) -> str:
    """The site's text with one passage replaced; the passage must stand in it once."""
    assert SITE.count(old) == 1
    return SITE.replace(old, new)


def line_number(text: str, passage: str) -> int:
    """The 1-based line of a passage."""
    return text[: text.index(passage)].count("\n") + 1
