"""Media time to UTC with a bound, and the gaps that media time shows.

See docs/design/time.md. Nothing here counts frames to tell the time: every instant comes from a presentation
time stamp.
"""

from dataclasses import dataclass
from fractions import Fraction

from truceline.records.time import NS_PER_S, UtcNs

DRIFT = 1e-4
"""A camera's clock may run this much fast or slow: 100 ppm, a cheap crystal over its temperature range."""

GAP_FACTOR = 2.5
"""A step longer than this many usual steps is a gap: one dropped frame doubles the step, jitter adds less."""


@dataclass(frozen=True, slots=True)
class MediaClock:
    """Turns presentation time stamps into UTC.

    Attributes:
        start_utc_ns: UTC of media time zero; ``bound_s`` is the 95 % bound on it.
        time_base: Seconds per tick of the stream.
        stretch: True seconds per container second; 1 unless a person declared another rate.
    """

    start_utc_ns: UtcNs
    bound_s: float
    time_base: Fraction
    stretch: Fraction

    def media_s(self, pts: int) -> float:
        """Seconds of (corrected) media time of a presentation time stamp."""
        return float(pts * self.time_base * self.stretch)

    def utc_ns(self, pts: int) -> UtcNs:
        """UTC of a presentation time stamp, exact to the nanosecond."""
        return UtcNs(self.start_utc_ns + round(pts * self.time_base * self.stretch * NS_PER_S))

    def bound_at(self, pts: int) -> float:
        """Bound (95 %) on that UTC in seconds: the start's bound and the drift since."""
        return self.bound_s + DRIFT * abs(self.media_s(pts))


class StepWatch:
    """Watches the step between presentation time stamps and tells a gap from jitter."""

    def __init__(self, usual_step: float) -> None:
        self._recent: list[int] = []
        self._usual = usual_step

    def is_gap(self, step: int) -> bool:
        """Whether this step (ticks) hides missing frames; learns the usual step as it goes."""
        usual = float(sorted(self._recent)[len(self._recent) // 2]) if len(self._recent) >= 5 else self._usual
        self._recent = [*self._recent[-24:], step]
        return usual > 0 and step > GAP_FACTOR * usual
