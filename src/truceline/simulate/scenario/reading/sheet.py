"""The sheet: a table of the scenario together with the dice, so that any number may be a range.

Every draw has a name of its own (the ids and keys that lead to it), and its own generator made from the seed
and that name: whoever changes one line of a scenario changes no other draw.
"""

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from truceline.records.time import NS_PER_S, UtcNs
from truceline.tables.reader import Table

Array = NDArray[np.float64]

_SALT = 0x5C3A
_CLOCK = re.compile(r"(\d{2}):(\d{2}):(\d{2}(?:\.\d{1,6})?)")
_DAY_S = 86_400
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Dice:
    """All chance of a scenario, from its seed."""

    seed: int

    def generator(self, label: str) -> np.random.Generator:
        """The generator of one draw."""
        return np.random.default_rng([self.seed, _SALT, zlib.crc32(label.encode())])

    def between(self, label: str, *, low: float, high: float) -> float:
        """One number, evenly drawn."""
        return float(self.generator(label).uniform(low, high))


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the scenario starts, and how far local clocks are ahead of UTC."""

    start_utc_ns: UtcNs
    local_offset_minutes: int

    def seconds(self, clock: str) -> float | None:
        """Seconds from the start to the next local ``HH:MM:SS``; None when it is no such time."""
        match = _CLOCK.fullmatch(clock)
        if match is None:
            return None
        start_s, below_ns = divmod(int(self.start_utc_ns), NS_PER_S)
        local = datetime.fromtimestamp(start_s, tz=UTC) + timedelta(minutes=self.local_offset_minutes)
        begun_s = local.hour * 3600 + local.minute * 60 + local.second + below_ns / NS_PER_S
        meant_s = int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])
        return (meant_s - begun_s) % _DAY_S


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its name for draws."""

    table: Table
    dice: Dice
    calendar: Calendar
    label: str

    def number(self, key: str, *, low: float, high: float, default: float | None = None) -> float:
        """A number between ``low`` and ``high``; written as ``[from, to]`` it is drawn from the seed."""
        return self.scalar(key, self._value(key, default), low=low, high=high)

    def maybe(self, key: str, *, low: float, high: float) -> float | None:
        """The same, or None when the key is not there."""
        return self.number(key, low=low, high=high) if self.table.has(key) else None

    def integer(self, key: str, *, low: int, high: int, default: int) -> int:
        """A whole number, or one drawn from ``[from, to]``, both ends included."""
        value = self.table.values.get(key, default)
        if isinstance(value, list) and len(value) == _PAIR:
            first, last = (self._whole(key, item, low=low, high=high) for item in value)
            return int(self.dice.generator(f"{self.label}.{key}").integers(first, max(first, last) + 1))
        return self._whole(key, value, low=low, high=high)

    def one_of(self, key: str, *, choices: tuple[str, ...], default: str) -> str:
        """One of some texts; a list of them is drawn from."""
        value = self.table.values.get(key, default)
        if not isinstance(value, list):
            return self.table.text(key, choices=choices, default=default)
        texts = self.table.texts(key)
        unknown = [text for text in texts if text not in choices]
        if unknown or not texts:
            self.table.refuse(key, f"{key} is {value!r}", do=f"Write some of: {', '.join(choices)}.")
        return texts[int(self.dice.generator(f"{self.label}.{key}").integers(len(texts)))]

    def seconds(self, key: str, *, default: float | None = None) -> float:
        """Seconds from the scenario's start: a number, a range, or local clock time ``"15:13:20"``."""
        value = self._value(key, default)
        return self.instant(key, value)

    def instant(self, key: str, value: object) -> float:
        """The same of a value that stands deeper under ``key``."""
        if isinstance(value, str):
            seconds = self.calendar.seconds(value)
            if seconds is None:
                self.table.refuse(key, f"{value!r} is no time", do='Write seconds or "15:13:20" (local).')
            return seconds
        return self.scalar(key, value, low=0.0, high=float(_DAY_S))

    def scalar(self, key: str, value: object, *, low: float, high: float, part: str = "") -> float:
        """A number or range that stands under ``key`` or in it."""
        if isinstance(value, list):
            if len(value) != _PAIR:
                self.table.refuse(key, f"{key} is {value!r}", do="Write a number or a range: [from, to].")
            first, last = (self._within(key, item, low=low, high=high) for item in value)
            if last < first:
                self.table.refuse(key, f"{key} runs from {first:g} down to {last:g}", do="Write [low, high].")
            return self.dice.between(f"{self.label}.{key}{part}", low=first, high=last)
        return self._within(key, value, low=low, high=high)

    def point(self, key: str, value: object) -> Array:
        """A place (2,) on the ground from ``[east, north]``."""
        if not isinstance(value, list) or len(value) != _PAIR:
            self.table.refuse(key, f"{key} holds {value!r}, expected [east, north] in metres")
        return np.array([self._within(key, item, low=-5e4, high=5e4) for item in value])

    def place(self, key: str) -> Array:
        """A place (2,) under a key; with ``KEY_within_m`` drawn from the disc of that radius around it."""
        near = f"{key}_within_m"
        centre = self.point(key, self._value(key, None))
        radius_m = self.number(near, low=0.0, high=1e4) if self.table.has(near) else 0.0
        return centre + self.scatter(key, radius_m=radius_m)

    def points(self, key: str, *, least: int) -> Array:
        """Places (n, 2) from ``[[east, north], ...]``."""
        values = self.table.list_of(key)
        if len(values) < least:
            self.table.refuse(key, f"{key} has {len(values)} places, {least} are needed")
        return np.array([self.point(key, value) for value in values])

    def scatter(self, label: str, *, radius_m: float) -> Array:
        """An offset (2,) drawn evenly from a disc."""
        random = self.dice.generator(f"{self.label}.{label}~")
        radius, turn = radius_m * np.sqrt(random.uniform()), random.uniform(0, 2 * np.pi)
        return np.array([radius * np.cos(turn), radius * np.sin(turn)])

    def heading_rad(self, key: str, *, default: float | None = None) -> float:
        """Radians counter-clockwise from east of a compass direction in degrees."""
        return float(np.deg2rad(90.0 - self.number(key, low=-360.0, high=720.0, default=default)))

    def inner(self, table: Table, name: str) -> "Sheet":
        """The sheet of a table inside this one."""
        return Sheet(table, self.dice, self.calendar, f"{self.label}.{name}" if self.label else name)

    def _value(self, key: str, default: float | None) -> object:
        if self.table.has(key):
            return self.table.values[key]
        if default is None:
            self.table.number(key)  # refuses, with the line of the table
        return default

    def _within(self, key: str, value: object, *, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.table.refuse(key, f"{key} is {value!r}, expected a number or a range [from, to]")
        if not low <= value <= high:
            self.table.refuse(key, f"{key} is {value:g}", do=f"It must be between {low:g} and {high:g}.")
        return float(value)

    def _whole(self, key: str, value: object, *, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.table.refuse(key, f"{key} is {value!r}, expected a whole number or a range of them")
        self._within(key, value, low=low, high=high)
        return value
