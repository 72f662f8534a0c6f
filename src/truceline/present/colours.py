"""Colour tokens of both themes, as one table: the style sheet and the pictures are made from it.

Every meaning has a second carrier (shape, hatch, dash, position or word); colour only helps.
"""

from functools import cache

DARK: dict[str, str] = {
    "page": "#0C1014",
    "panel": "#131920",
    "raised": "#1A222A",
    "well": "#0F1419",
    "rule": "#28323C",
    "rule-strong": "#3B4854",
    "text": "#E9EEF2",
    "text-2": "#B1BCC6",
    "text-3": "#8A96A1",
    "accent": "#6FB7F2",
    "line": "#F6F0DF",
    "side-left": "#8FB8E8",
    "side-right": "#E0B878",
    "vehicle": "#F4F7F9",
    "selected": "#E59AC8",
    "ok": "#4CC79C",
    "no": "#EE6C4E",
    "attention": "#F3BA4B",
}
"""Dark theme. ``selected`` is the subject of a crossing; ``line`` the demarcation line."""

LIGHT: dict[str, str] = {
    "page": "#F7F5F0",
    "panel": "#FFFFFF",
    "raised": "#F1EEE7",
    "well": "#FAF8F4",
    "rule": "#DDD8CC",
    "rule-strong": "#B9B3A5",
    "text": "#161C22",
    "text-2": "#434D57",
    "text-3": "#616B75",
    "accent": "#0B62A8",
    "line": "#111111",
    "side-left": "#2F66A3",
    "side-right": "#8A5D14",
    "vehicle": "#20272E",
    "selected": "#943A77",
    "ok": "#00785F",
    "no": "#7D1414",
    "attention": "#946800",
}
"""Light theme, and print."""


def style_variables(tokens: dict[str, str]) -> str:
    """The tokens as declarations of a style sheet (``--text: #161C22; …``)."""
    return " ".join(f"--{name}: {value};" for name, value in tokens.items())


@cache
def bgr(token: str) -> tuple[int, int, int]:
    """A token of the dark theme as blue, green, red (0 to 255), for drawing on frames.

    >>> bgr("line")
    (223, 240, 246)
    """
    digits = DARK[token].removeprefix("#")
    red, green, blue = (int(digits[start : start + 2], 16) for start in (0, 2, 4))
    return blue, green, red
