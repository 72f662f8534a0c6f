"""Air: how fast sound runs, how well that is known, and what the wind does to it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.errors import InputError

COLDEST_C, HOTTEST_C = -60.0, 60.0
FASTEST_WIND_MPS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Air:
    """The weather as far as anybody knows it.

    Attributes:
        temperature_c: Degrees Celsius; ``temperature_sigma_c`` its standard deviation.
        wind_en_mps: Whither the wind blows, east and north; ``wind_sigma_mps`` of each.
    """

    temperature_c: float = 12.0
    temperature_sigma_c: float = 10.0
    wind_en_mps: tuple[float, float] = (0.0, 0.0)
    wind_sigma_mps: float = 3.0

    def __post_init__(self) -> None:
        """Refuse weather that cannot be."""
        if not COLDEST_C <= self.temperature_c <= HOTTEST_C:
            raise InputError(
                f"an air temperature of {self.temperature_c:g} °C cannot be.", do="Give degrees Celsius."
            )
        if not float(np.hypot(*self.wind_en_mps)) <= FASTEST_WIND_MPS:
            raise InputError(
                f"a wind of {self.wind_en_mps[0]:g}, {self.wind_en_mps[1]:g} m/s cannot be.",
                do="Give whither it blows, east and north, in metres a second.",
            )
        if not (self.temperature_sigma_c > 0 and self.wind_sigma_mps > 0):
            raise InputError("no weather is known exactly.", do="State standard deviations above 0.")

    @property
    def sound_mps(self) -> float:
        """Speed of sound: 331.3 √(1 + T/273.15) m/s (ideal gas, dry air)."""
        return float(331.3 * np.sqrt(1.0 + self.temperature_c / 273.15))

    @property
    def sound_sigma_mps(self) -> float:
        """Standard deviation of that: 0.6 m/s a degree."""
        return 0.606 * self.temperature_sigma_c


UNKNOWN: Final = Air()
"""Known to nobody: a mild day, give or take ten degrees, and a breeze from anywhere."""
