"""A tiny surveyed place for tests of the real command: a camera of 320 × 240 and walkers drawn through it.

The walkers are rectangles of a person's size that stand on the ground, drawn through the declared
calibration: the truth is exact, and a scan takes a few seconds, most of them to start.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.survey.load import load_site

WIDTH_PX, HEIGHT_PX = 320, 240
RATE_HZ = 10
SECONDS = 7.0
PERSON_M = (0.5, 1.72)
DEEPEST_M = 2.5

NOTE = """\
camera = "mast"
start = "2026-03-04T05:00:00Z"
start_bound_s = 0.2
start_source = "drawn for a test"
simulated = true
"""

SITE = """\
[site]
id = "small"
name = "Small site"
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
source = "drawn for a test"
valid_from = "2026-01-01T00:00:00Z"
sigma_m = 0.05
left = "North"
right = "South"
file = "line.geojson"
[zones]
file = "zones.geojson"
[[camera]]
id = "mast"
name = "Mast"
band = "visible"
width_px = 320
height_px = 240
[camera.calibration]
basis = "surveyed"
source = "drawn for a test"
focal_px = [300.0, 300.0]
centre_px = [159.5, 119.5]
k1 = 0.0
distortion = "brown"
position_enu_m = [0.0, -14.0, 5.0]
pan_deg = 0.0
tilt_deg = -18.0
[camera.calibration.sigma]
focal_percent = 0.2
centre_u_px = 0.3
centre_v_px = 0.3
k1 = 0.001
turn_x_deg = 0.03
turn_y_deg = 0.03
turn_z_deg = 0.03
east_m = 0.02
north_m = 0.02
up_m = 0.02
[retention]
quiet_footage_days = 10
tracks_without_event_days = 5
closed_incident_days = 100
"""

LINE = (
    '{"type": "FeatureCollection", "frame": "site-en-m", "features": [{"type": "Feature", "properties": {},'
    ' "geometry": {"type": "LineString", "coordinates": [[-30, 0], [30, 0]]}}]}\n'
)
ZONES = (
    '{"type": "FeatureCollection", "frame": "site-en-m", "features": [{"type": "Feature",'
    ' "properties": {"id": "gate", "name": "The gate", "kind": "crossing"}, "geometry": {"type": "Polygon",'
    ' "coordinates": [[[8, -2], [10, -2], [10, 2], [8, 2], [8, -2]]]}}]}\n'
)


def write_site(folder: Path, text: str = SITE) -> Path:
    """The site's folder."""
    folder.mkdir(parents=True)
    for name, content in {"site.toml": text, "line.geojson": LINE, "zones.geojson": ZONES}.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def changed(old: str, new: str) -> str:
    """The site's text with one passage replaced; the passage must stand in it once."""
    assert SITE.count(old) == 1
    return SITE.replace(old, new)


def crosser_en_m(at_s: float) -> tuple[float, float]:
    """Somebody comes from the North, is 2.5 m over the line in the middle of the clip, and goes back."""
    swing = np.cos(2 * np.pi * at_s / SECONDS)
    return -2.0 + 0.5 * at_s, float((3.0 - DEEPEST_M) / 2 + (3.0 + DEEPEST_M) / 2 * swing)


def walker_en_m(at_s: float) -> tuple[float, float]:
    """Somebody walks along the line, 4 m north of it."""
    return 7.0 - 0.5 * at_s, 4.0


def write_clip(path: Path, site: Path, *, times: Sequence[float] = (), note: str | None = NOTE) -> Path:
    """The clip with its note beside it; ``times`` are those of its frames, by default seven seconds."""
    shown = times or tuple(np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ)
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream("libx264", rate=RATE_HZ, options={"crf": "12", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE_HZ)
        for at_s, picture in zip(shown, _pictures(site, shown), strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(at_s * RATE_HZ), Fraction(1, RATE_HZ)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    if note is not None:
        path.with_name(path.name + ".toml").write_text(note, encoding="utf-8")
    return path


def _pictures(site: Path, times: Sequence[float]) -> list[NDArray[np.uint8]]:
    camera = load_site(site).camera("mast")
    draw = np.random.default_rng(5)
    ground = draw.integers(90, 130, (HEIGHT_PX // 4, WIDTH_PX // 4, 3)).repeat(4, axis=0).repeat(4, axis=1)
    pictures = []
    for at_s in times:
        picture = ground + draw.integers(-2, 3, ground.shape)
        for (east_m, north_m), colour in ((walker_en_m(at_s), 235), (crosser_en_m(at_s), 20)):
            ends = np.array([[east_m, north_m, 0.0], [east_m, north_m, PERSON_M[1]]])
            (u, foot_v), (_, head_v) = pixel_from_site(camera.calibration, ends)
            half = (foot_v - head_v) * PERSON_M[0] / PERSON_M[1] / 2
            rows = slice(max(round(head_v), 0), max(round(foot_v), 0))
            picture[rows, max(round(u - half), 0) : max(round(u + half), 0)] = colour
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
    return pictures


def command_line(*arguments: object) -> list[str]:
    """The installed command, as a list for ``subprocess``."""
    return [str(Path(sys.executable).with_name("truceline")), *map(str, arguments)]


def surroundings(**variables: str) -> dict[str, str]:
    """This process's environment, in which Python keeps what it compiles: half of a short command's time."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_COLOR": "1", **variables}


def unmeasured() -> dict[str, str]:
    """The surroundings without coverage, whose own file must grow: for a process whose files may not."""
    return {name: value for name, value in surroundings().items() if not name.startswith("COVERAGE_")}


def truceline(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the installed command to its end; a traceback is never an answer."""
    done = subprocess.run(
        command_line(*arguments),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **{"env": surroundings(), **options},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
