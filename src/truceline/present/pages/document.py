"""The page as a document: everything escaped, one style sheet inside, a policy that loads nothing."""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from truceline.errors import InputError
from truceline.present.colours import DARK, LIGHT, style_variables
from truceline.present.drawing.svg import printable
from truceline.present.quantities import sentence
from truceline.present.views.footage import Picture

Theme = Literal["either", "light"]

_TEMPLATES = Path(__file__).parent / "templates"
_SAFE_PART = re.compile(r"[^\x00-\x1f/\\]+")


def render_document(
    template: str, context: Mapping[str, object], *, theme: Theme = "either", media_from_beside: bool = False
) -> str:
    """Render one page to a complete HTML document.

    Args:
        template: Name of the template.
        context: What it shows; every string is escaped, markup made by this package is not.
        theme: ``either`` follows the reader's preference and prints light; ``light`` is light always.
        media_from_beside: Allow a video file that lies beside the page; nothing else is ever loaded.

    Returns:
        The document. Its policy forbids scripts, forms, frames and every request but data URIs.
    """
    style = _style(theme)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    if media_from_beside:
        policy.append("media-src 'self' file:")
    page = _environment().get_template(template)
    return page.render(style=Markup(style), policy="; ".join(policy), **context)  # noqa: S704 -- our own sheet


def data_uri(picture: Picture) -> str:
    """The picture as a data URI."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def href_beside(path: str) -> str:
    """A link to a file beside or below the page, and to nothing else.

    Raises:
        InputError: The path is absolute, climbs, or names nothing.

    >>> href_beside("frames/1 in.png")
    './frames/1%20in.png'
    """
    parts = path.split("/")
    if any(part in {"", ".", ".."} or _SAFE_PART.fullmatch(part) is None for part in parts):
        raise InputError(f"{path!r} is not a file beside the page", do="Give a path relative to the page.")
    return "./" + quote(path)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters["data_uri"] = data_uri
    environment.filters["href_beside"] = href_beside
    environment.filters["sentence"] = sentence
    return environment


def _visible(value: object) -> object:
    return printable(value) if type(value) is str else value


def _style(theme: Theme) -> str:
    sheet = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    light, dark = style_variables(LIGHT), style_variables(DARK)
    themes = f":root {{ color-scheme: light; {light} }}\n"
    if theme == "either":
        themes = (
            f":root {{ color-scheme: light dark; {light} }}\n"
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        )
    return themes + sheet
