"""The stamp: date, clock and offset, the camera's name, and SIMULATED, in every picture."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from truceline.records.time import NS_PER_S, UtcNs
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.sensors.onscreen.glyphs import COLUMNS, ROWS, Mask, letters

Picture = NDArray[np.uint8]
Ink = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]
"""Rows and columns (n,) of what is printed, and its grey levels (n, 1): letters with a dark rim."""

SIMULATED = "SIMULATED"
BRIGHT, DARK = 232, 18
"""Grey levels of the letters and of their rim."""
ROWS_PER_DOT = 300
"""A letter's dot is a pixel for so many rows of the picture, and at least one."""
SIGNS_OF_CLOCK = 34
"""Letters of the line that the clock takes; a small picture has it in two lines."""


class Stamp:
    """What is printed into one camera's pictures.

    At the top left the clock with its offset from UTC, at the bottom left the camera's name, at the top right
    (below the clock where there is no room beside it) SIMULATED. SIMULATED is always printed; the clock and
    the name only where the camera shows its clock.
    """

    def __init__(self, camera: CameraPlan, size_px: tuple[int, int], *, local_offset_minutes: int) -> None:
        """Work out what does not change from frame to frame.

        Args:
            camera: Its name, and whether it shows its clock.
            size_px: Width and height of its pictures.
            local_offset_minutes: The offset from UTC of the time that it shows.
        """
        width, height = size_px
        dot_px = max(round(height / ROWS_PER_DOT), 1)
        margin_px, line_px = 4 * dot_px, (ROWS + 4) * dot_px
        pitch_px = (COLUMNS + 1) * dot_px
        fits = (SIGNS_OF_CLOCK + 2 + len(SIMULATED)) * pitch_px + 2 * margin_px <= width
        self._dot_px, self._clock_px = dot_px, margin_px
        self._offset_minutes = local_offset_minutes
        self._shows_clock = camera.shows_clock
        self._two_lines = SIGNS_OF_CLOCK * pitch_px + 2 * margin_px > width
        below = margin_px + line_px * (0 if fits else 2 if self._two_lines else 1)
        right = width - margin_px - len(SIMULATED) * pitch_px
        self._size_px = size_px
        top_px = below if camera.shows_clock else margin_px
        fixed = [self._ink(SIMULATED, (top_px, right))]
        if camera.shows_clock:
            most = max((width - 2 * margin_px) // pitch_px, 0)
            fixed.append(self._ink(camera.name[:most], (height - margin_px - ROWS * dot_px, margin_px)))
        self._fixed = _together(fixed)
        self._clock: tuple[tuple[str, ...], Ink] | None = None

    def onto(self, picture: Picture, shown_utc_ns: UtcNs) -> None:
        """Print into a picture (h, w, 3), in place."""
        _print(picture, self._fixed)
        if not self._shows_clock:
            return
        day, rest = clock_words(shown_utc_ns, offset_minutes=self._offset_minutes)
        lines = (day, rest) if self._two_lines else (f"{day} {rest}",)
        if self._clock is None or self._clock[0] != lines:
            line_px = (ROWS + 4) * self._dot_px
            corners = [(self._clock_px + number * line_px, self._clock_px) for number in range(len(lines))]
            self._clock = lines, _together([self._ink(*one) for one in zip(lines, corners, strict=True)])
        _print(picture, self._clock[1])

    def _ink(self, text: str, corner_px: tuple[int, int]) -> Ink:
        """A line of text whose letters begin at row and column, as far as it is in the picture."""
        bright, rim = _rimmed(letters(text, dot_px=self._dot_px))
        rows, columns = np.nonzero(rim)
        levels = np.where(bright[rows, columns], BRIGHT, DARK).astype(np.uint8)
        rows, columns = rows + corner_px[0] - 1, columns + corner_px[1] - 1
        width, height = self._size_px
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        return rows[inside], columns[inside], levels[inside, None]


def clock_words(shown_utc_ns: UtcNs, *, offset_minutes: int) -> tuple[str, str]:
    """The date, and the time to tenths with its offset from UTC, cut and not rounded.

    >>> clock_words(UtcNs(1_510_553_724_600_000_000), offset_minutes=540)
    ('2017-11-13', '15:15:24.6 UTC+09:00')
    """
    zone = timezone(timedelta(minutes=offset_minutes))
    seconds, rest_ns = divmod(int(shown_utc_ns), NS_PER_S)
    local = datetime.fromtimestamp(seconds, tz=zone)
    hours, minutes = divmod(abs(offset_minutes), 60)
    sign = "-" if offset_minutes < 0 else "+"
    tenths = rest_ns * 10 // NS_PER_S
    return f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}.{tenths} UTC{sign}{hours:02d}:{minutes:02d}"


def _rimmed(mask: Mask) -> tuple[Mask, Mask]:
    """Which pixels are bright, and which are bright or rim, with a pixel more on each side."""
    wide = np.pad(mask, 1)
    rim = wide.copy()
    rim[1:] |= wide[:-1]
    rim[:-1] |= wide[1:]
    rim[:, 1:] |= rim[:, :-1].copy()
    rim[:, :-1] |= rim[:, 1:].copy()
    return wide, rim


def _together(inks: Sequence[Ink]) -> Ink:
    rows, columns, levels = (np.concatenate(part) for part in zip(*inks, strict=True))
    return rows, columns, levels


def _print(picture: Picture, ink: Ink) -> None:
    rows, columns, levels = ink
    picture[rows, columns] = levels
