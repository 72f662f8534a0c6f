"""The reliability diagram: what was stated against what was true, tenth by tenth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.present.colours import LIGHT
from truceline.present.drawing.svg import element, path_data

SIZE_PX = 320.0
MARGIN_PX = 48.0
LARGEST_PX = 12.0
TICKS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class ReliabilityPoint:
    """One tenth: how many claims, their mean probability, and the share of them that was true."""

    claims: int
    stated: float
    true: float


def reliability_svg(points: Sequence[ReliabilityPoint], *, title: str) -> str:
    """A whole SVG file. On the diagonal probabilities mean what they say; the area of a dot counts claims."""
    inside = SIZE_PX - 2 * MARGIN_PX
    most = max((point.claims for point in points), default=1)

    def place(stated: float, true: float) -> tuple[float, float]:
        return MARGIN_PX + stated * inside, SIZE_PX - MARGIN_PX - true * inside

    diagonal = path_data(np.array([place(0, 0), place(1, 1)]))
    curve = path_data(np.array([place(point.stated, point.true) for point in points]).reshape(-1, 2))
    frame = path_data(np.array([place(0, 1), place(0, 0), place(1, 0)]))
    text: dict[str, str | float] = {"font_family": "sans-serif", "font_size": 12, "fill": LIGHT["text"]}
    dot: dict[str, str | float] = {
        "fill": LIGHT["accent"],
        "fill_opacity": 0.5,
        "stroke": LIGHT["accent"],
    }
    parts = [
        element("title", title),
        element("rect", width=SIZE_PX, height=SIZE_PX, fill=LIGHT["panel"]),
        element("path", d=frame, fill="none", stroke=LIGHT["rule-strong"]),
        element("path", d=diagonal, fill="none", stroke=LIGHT["text-3"], stroke_dasharray="4 4"),
        element("path", d=curve, fill="none", stroke=LIGHT["accent"]),
        element("text", title, x=MARGIN_PX, y=24, **text),
        element("text", "stated probability", x=SIZE_PX / 2, y=SIZE_PX - 10, text_anchor="middle", **text),
        element(
            "text",
            "share that was true",
            x=14,
            y=SIZE_PX / 2,
            text_anchor="middle",
            transform=f"rotate(-90 14 {SIZE_PX / 2:g})",
            **text,
        ),
    ]
    for value in TICKS:
        across, up = place(value, 0), place(0, value)
        parts.append(
            element("text", f"{value:g}", x=across[0], y=across[1] + 16, text_anchor="middle", **text)
        )
        parts.append(element("text", f"{value:g}", x=up[0] - 6, y=up[1] + 4, text_anchor="end", **text))
    for point in points:
        x, y = place(point.stated, point.true)
        radius = LARGEST_PX * float(np.sqrt(point.claims / most))
        said = f"{point.claims} claims, stated {point.stated:.2f}, true {point.true:.2f}"
        parts.append(element("circle", element("title", said), cx=x, cy=y, r=radius, **dot))
    whole = element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {SIZE_PX:g} {SIZE_PX:g}",
        width=SIZE_PX,
        height=SIZE_PX,
    )
    return f"{whole}\n"
