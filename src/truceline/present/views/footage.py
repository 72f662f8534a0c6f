"""Footage on a page: a recording and the stretch it covers, and a picture taken from one."""

from dataclasses import dataclass
from typing import Literal

from truceline.errors import InputError
from truceline.records.frames import Footage
from truceline.records.runs import RunMode
from truceline.records.time import UtcSpan


@dataclass(frozen=True, slots=True)
class Recording:
    """One footage and the stretch it covers.

    Attributes:
        span: From its first frame to the end of its last, UTC, gaps inside included.
        frames: Frames decoded.
        run_id: The run that tells of it, or empty; ``mode`` is how it was read.
    """

    footage: Footage
    span: UtcSpan
    frames: int
    run_id: str = ""
    mode: RunMode = "unknown"


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture that is placed in the page as a data URI.

    Attributes:
        alt: What the picture shows, for those who do not see it.
        caption: File, presentation time stamp and clock with its bound, printed below, never on, the picture.
    """

    data: bytes
    media_type: Literal["image/jpeg", "image/png"]
    alt: str
    caption: str

    def __post_init__(self) -> None:
        """Refuse a picture that nobody can read, or that says nothing to those who do not see it."""
        starts = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
        if not self.data.startswith(starts[self.media_type]):
            raise InputError(f"a picture does not hold {self.media_type} data", where=self.caption)
        if not self.alt.strip():
            raise InputError("a picture has no words for those who do not see it", where=self.caption)
