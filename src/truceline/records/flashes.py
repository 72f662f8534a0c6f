"""Flashes: light, or warmth, that a camera saw in one picture and neither before nor after it."""

from dataclasses import dataclass

from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True)
class Flash:
    """Something that shone for no longer than a picture or two. What it was, it does not say.

    Attributes:
        pts: Presentation time stamp of the picture; ``utc_ns`` its time.
        at_px: (u, v) of its brightest pixel.
        area_px: How many pixels stood out.
        rise_levels: By how much the brightest stood over the same place and all round it, one picture before
            and one after; grey levels of 256. ``noise_levels``: standard deviation of the picture's noise.
    """

    camera_id: str
    pts: int
    utc_ns: UtcNs
    at_px: tuple[float, float]
    area_px: int
    rise_levels: float
    noise_levels: float
