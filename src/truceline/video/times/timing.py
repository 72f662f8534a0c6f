"""Media time to UTC with a bound.

See docs/design/time.md. Nothing here counts frames to tell the time: every instant comes from a presentation
time stamp.
"""

from dataclasses import dataclass
from fractions import Fraction

from truceline.records.time import NS_PER_S, UtcNs

DRIFT = 1e-4
"""A camera's clock may run this much fast or slow: 100 ppm, a cheap crystal over its temperature range."""


@dataclass(frozen=True, slots=True)
class MediaClock:
    """Turns presentation time stamps into UTC.

    Attributes:
        start_utc_ns: UTC of the file's first picture; ``bound_s`` is the 95 % bound on it.
        time_base: Seconds per tick of the stream.
        stretch: True seconds per container second; 1 unless a person declared another rate.
        origin: Presentation time stamp of the file's first picture: media time zero.
    """

    start_utc_ns: UtcNs
    bound_s: float
    time_base: Fraction
    stretch: Fraction
    origin: int = 0

    def media_s(self, pts: int) -> float:
        """Seconds of (corrected) media time of a presentation time stamp."""
        return float((pts - self.origin) * self.time_base * self.stretch)

    def utc_ns(self, pts: int) -> UtcNs:
        """UTC of a presentation time stamp, exact to the nanosecond."""
        media_ns = (pts - self.origin) * self.time_base * self.stretch * NS_PER_S
        return UtcNs(self.start_utc_ns + round(media_ns))

    def bound_at(self, pts: int) -> float:
        """Bound (95 %) on that UTC in seconds: the start's bound and the drift since."""
        return self.bound_s + DRIFT * abs(self.media_s(pts))

    def first_tick_at(self, utc_ns: UtcNs) -> int:
        """The least presentation time stamp whose UTC is not before an instant."""
        exact = Fraction(utc_ns - self.start_utc_ns) / (self.time_base * self.stretch * NS_PER_S)
        tick = self.origin + exact.numerator // exact.denominator
        while self.utc_ns(tick) < utc_ns:  # at most two steps: the instant was rounded to a nanosecond
            tick += 1
        return tick
