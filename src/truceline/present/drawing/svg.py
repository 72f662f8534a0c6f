"""Drawing elements: SVG as escaped markup, numbers rounded to a tenth of a pixel."""

import re
from collections.abc import Iterable
from functools import cache
from math import isfinite

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text with every character that no page may hold replaced by U+FFFD, visibly."""
    return _FORBIDDEN.sub("\ufffd", text)


def element(name: str, *children: str, **attributes: str | float) -> Markup:
    """One element. Attribute names take ``_`` for ``-`` (``class_`` for ``class``); text is escaped.

    >>> element("text", "a < b", x=1, class_="label")
    Markup('<text x="1" class="label">a &lt; b</text>')
    """
    pairs = "".join(f' {_attribute(key)}="{escape(_value(value))}"' for key, value in attributes.items())
    if not children:
        return Markup(f"<{name}{pairs}/>")  # noqa: S704 -- names are our own, values are escaped
    inner = "".join(child if isinstance(child, Markup) else escape(printable(child)) for child in children)
    return Markup(f"<{name}{pairs}>{inner}</{name}>")  # noqa: S704 -- as above


def group(children: Iterable[str], **attributes: str | float) -> Markup:
    """A ``g`` element around children."""
    return element("g", Markup(""), *children, **attributes)


def path_data(points: Array, *, closed: bool = False) -> str:
    """The ``d`` of a path through points (n, 2); rows with NaN break it."""
    words = []
    pen_down = False
    for x, y in points.tolist():
        if not (isfinite(x) and isfinite(y)):
            pen_down = False
            continue
        words.append(f"{'L' if pen_down else 'M'}{_value(x)} {_value(y)}")
        pen_down = True
    return "".join(words) + ("Z" if closed and words else "")


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return printable(value)
    return f"{value:.1f}".removesuffix(".0") if isfinite(value) else "0"


@cache
def _attribute(key: str) -> Markup:
    return escape(key.rstrip("_").replace("_", "-"))
