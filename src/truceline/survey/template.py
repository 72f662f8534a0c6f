"""The text of a new site file, with a comment for the surveyor on everything that has to be measured."""

EXAMPLE_LINE_SOURCE = "example: say who surveyed the line, how and when"
"""Stands in the template for a line that nobody gave; with it, the line must not be used."""

GIVEN_LINE_SOURCE = "given when the site was made: say who surveyed the line, how and when"
"""Stands in the template for a line that was given: nobody has said yet who surveyed it."""

EXAMPLE_ZONE_NAME = "Crossing place (example)"

LINE_ID = "demarcation"

INSTRUMENT = "korea-1953"
LOCAL_OFFSET = "+09:00"
ORIGIN = (37.9558, 126.6767, 50.0)
"""Latitude, longitude and height: the example's place, by Panmunjom."""

SITE_TEMPLATE = """\
# A site for Truceline. Format: docs/reference/site.md. After editing: truceline site check DIR
# Distances in metres, angles in degrees, times RFC 3339 with an offset. Unknown keys are refused.

[site]
id = {id}
name = {name}
simulated = false
instrument = {instrument}   # the agreement: a rule pack (truceline rules show korea-1953)
local_offset = {local_offset}     # local time, shown beside UTC

[origin]                    # where site (0, 0, 0) lies: WGS 84, ellipsoid height
latitude_deg = {latitude}
longitude_deg = {longitude}
height_m = {height_m}

[line]
id = {line}
version = "1"               # count up with every new survey; crossings name the version
source = {line_source}
valid_from = {valid_from}   # from when on this survey is in force
# valid_until = "2030-01-01"
sigma_m = {sigma_m}               # standard deviation of the line's own position across itself
left = {left}              # the side on the left hand when walking along the vertices in their order
right = {right}
file = "line.geojson"

[zones]
file = "zones.geojson"

# Places and obstacles, drawn on maps; kinds and keys: docs/reference/site.md. Take the marks away to use it.
# [landmarks]
# file = "landmarks.geojson"

[[camera]]
id = {camera}
name = {camera}             # for people: "West mast"
band = "visible"            # or "thermal"
width_px = {width}             # of the footage that it delivers
height_px = {height}

[camera.calibration]
# "surveyed": calibration and errors were measured. "assumed": the errors were not; nothing is then more than
# UNDECIDED. "example": this template's; scan refuses it.
# Best: measure it from surveyed points with truceline site calibrate, which replaces this table.
basis = "{basis}"
{calibration}

# Standard deviations. Assumed until somebody measures them: replace them, and say so in source and basis.
[camera.calibration.sigma]
{sigmas}

# An authorisation to cross. Take the marks away to use it.
# [[permit]]
# id = "P-1"
# holder = "supply party"   # a function, never a person's name
# authority = "the Military Armistice Commission"
# zone = "crossing"         # where the line may be crossed
# valid_from = "2026-03-04T00:00:00Z"
# valid_until = "2026-03-05T00:00:00Z"
# directions = [{left}]     # sides that may be entered
# persons = 2               # at a time
# revoked = false

[retention]                 # days
quiet_footage_days = 30
tracks_without_event_days = 7
closed_incident_days = 365

# Without these terms nothing can be released.
# [release]
# competent_body = "who may adopt a finding"
# removal_contact = "whom to ask for the removal of a publication"
# reviewer_keys = ["64 hex digits", "64 hex digits"]   # Ed25519 public keys of two different people
# body_keys = ["64 hex digits"]   # with which the competent body signs; no reviewer's key
# delay_h = 24.0
"""
