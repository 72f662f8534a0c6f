"""A tiny place to simulate in tests: level ground, a line, a mast; each test says who films and who comes."""

import json
from pathlib import Path
from typing import Any

PLACE = """
name = "{name}"
title = "A tiny place"
story = "Somebody walks over the line."
start = 2026-03-04T05:00:00Z
duration_s = {duration_s}
local_offset = "+09:00"
instrument = "korea-1953"
ground = "dry-grass"
[weather]
wind_speed_mps = 0
[origin]
latitude_deg = 38.0
longitude_deg = 127.0
height_m = 100.0
[terrain]
extent_m = [-80, -80, 80, 120]
step_m = 8
[line]
id = "small-line"
version = "1"
source = "simulated"
valid_from = 2026-01-01
sigma_m = 0.1
left = "North"
right = "South"
vertices = [[-40, 0], [40, 0]]
"""

ON_THE_MAST = """
at = [0, -18]
up_m = 6.0
look_at = [0, 4]
"""
"""Where every camera stands, and where it looks."""

WALKER = """
[[actor]]
id = "walker"
party = "North"
at = [-2, 4]
heading_deg = 160
"""

OVER_THE_LINE = """
[[actor.step]]
do = "walk"
to = [[1, -4]]
speed_mps = 1.9
"""


def scenario(name: str, *parts: str, duration_s: int) -> str:
    """The text of a scenario at the tiny place, of what stands there and these parts after it."""
    return "\n".join([PLACE.format(name=name, duration_s=duration_s), *parts])


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of truth."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def frames_truth(simulation: Path, camera_id: str) -> list[dict[str, Any]]:
    """What is true of each frame of a camera."""
    return json_lines(simulation / "truth" / "frames" / f"{camera_id}.jsonl")
