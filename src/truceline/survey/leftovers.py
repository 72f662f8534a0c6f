"""Leftovers: what the template of a new site wrote and nobody has replaced."""

from collections.abc import Iterator

from truceline.records.site import Site
from truceline.survey.template import EXAMPLE_ZONE_NAME, GIVEN_LINE_SOURCE, INSTRUMENT, ORIGIN

Said = tuple[str, str, str]

DEGREES_AN_HOUR = 15.0
LARGEST_OFFSET_H = 4.0
"""Clocks differ from the sun by up to 3 1/2 hours (the west of China)."""
FARTHEST_OF_INSTRUMENT_DEG = 6.0
"""The template's agreement is about one line across Korea."""


def still_the_templates(site: Site, line_subject: str) -> Iterator[Said]:
    """What the template wrote and nobody has replaced: subject, sentence, and what to do."""
    origin = site.origin
    if (origin.latitude_deg, origin.longitude_deg) == ORIGIN[:2]:
        sentence = (
            f"The origin {origin.latitude_deg:g}, {origin.longitude_deg:g} is still the template's; with it "
            "go local_offset and instrument."
        )
        do = "Give the place of site (0, 0, 0), and look at local_offset and instrument in [site]."
        yield "origin", sentence, do
    else:
        yield from _left_behind(site)
    if site.line.source == GIVEN_LINE_SOURCE:
        sentence = "Its source is still the template's: nobody says who surveyed it."
        yield line_subject, sentence, "Say who, how and when in source."
    for zone in site.zones:
        if zone.name == EXAMPLE_ZONE_NAME:
            sentence = "It is still the template's."
            do = "Draw the zone that the agreement names in zones.geojson, or remove it."
            yield f"zone {zone.zone_id}", sentence, do


def _left_behind(site: Site) -> Iterator[Said]:
    """An origin that was given, and an offset or an instrument of the template's place that was not."""
    origin = site.origin
    sun_h = origin.longitude_deg / DEGREES_AN_HOUR
    if abs(site.local_offset_minutes / 60 - sun_h) > LARGEST_OFFSET_H:
        sentence = (
            f"local_offset is {site.local_offset_minutes / 60:+g} h, at longitude {origin.longitude_deg:g} "
            f"the sun says {sun_h:+.0f} h: is it still the template's?"
        )
        yield "local_offset", sentence, "Write the offset of the site's own clocks."
    away_deg = max(abs(origin.latitude_deg - ORIGIN[0]), abs(origin.longitude_deg - ORIGIN[1]))
    if site.instrument == INSTRUMENT and away_deg > FARTHEST_OF_INSTRUMENT_DEG:
        sentence = f"The origin is far from Korea: is the instrument {INSTRUMENT} still the template's?"
        yield "instrument", sentence, "Name the agreement that holds here."
