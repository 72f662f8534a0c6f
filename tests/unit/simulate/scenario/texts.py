"""A small scenario to write tests on: a line, a camera, and actors of the test's own."""

PLACE = """\
name = "small"
title = "A small scenario"
story = "For tests."
start = 2026-03-04T05:00:00Z
duration_s = 30
local_offset = "+09:00"
instrument = "korea-1953"
[origin]
latitude_deg = 38.0
longitude_deg = 127.0
height_m = 100.0
[line]
id = "line"
version = "1"
source = "a test"
valid_from = 2026-01-01
sigma_m = 0.1
offset_m = 0.0
left = "North"
right = "South"
vertices = [[-50, 0], [50, 0]]
[[zone]]
id = "gate"
ring = [[-5, -5], [5, -5], [5, 5], [-5, 5]]
[[camera]]
id = "mast"
size_px = [640, 360]
rate_hz = 12.5
at = [0, -30]
up_m = 8
look_at = [0, 0]
view_deg = 50
"""

LINES = PLACE.count("\n")

WALKER = """\
[[actor]]
id = "walker"
party = "North"
at = [0, 10]
heading_deg = 180
"""


def line_of(text: str, part: str) -> int:
    """The 1-based line of the first line that holds ``part``."""
    return next(number for number, line in enumerate(text.split("\n"), start=1) if part in line)
