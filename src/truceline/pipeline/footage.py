"""Opening footage: hash first, then the file's own facts, then what a person knows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import InputError
from truceline.records.footage_note import FootageNote
from truceline.records.frames import Footage
from truceline.records.site import Basis, Camera, Site
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan, format_utc
from truceline.survey.footage_note import (
    MAX_BOUND_S,
    MAX_RATE_HZ,
    MIN_BOUND_S,
    MIN_RATE_HZ,
    note_path,
    read_footage_note,
)
from truceline.tables.reader import FIRST_UTC_NS, OPEN_END_UTC_NS
from truceline.video.probe import FootageFacts, probe_footage
from truceline.video.source import FootageReader

LARGEST_SEAM_S = 2.0
"""Recordings of one camera may overlap by so much: recorders that cut their recordings write starts in whole
seconds, and some repeat a second at the seam. A larger overlap is a wrong start, or the same scene twice."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What the command line says of footage; each value beats the note, None leaves it to the note.

    Attributes:
        now_utc_ns: The machine's clock, which no recording can be ahead of; None where nobody asked it.
    """

    camera_id: str | None = None
    start_utc_ns: UtcNs | None = None
    start_bound_s: float | None = None
    true_rate_hz: float | None = None
    now_utc_ns: UtcNs | None = None

    def __post_init__(self) -> None:
        """Refuse what a note would be refused for."""
        bound_s, rate_hz = self.start_bound_s, self.true_rate_hz
        if bound_s is not None and not MIN_BOUND_S <= bound_s <= MAX_BOUND_S:
            raise InputError(
                f"a bound of {bound_s:g} s cannot be.",
                where="--bound",
                do="No clock is exact: give seconds, more than 0 and at most a year.",
            )
        if rate_hz is not None and not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
            raise InputError(
                f"a rate of {rate_hz:g} Hz cannot be.",
                where="--rate",
                do=f"Give a rate between {MIN_RATE_HZ:g} and {MAX_RATE_HZ:g} Hz.",
            )
        start = self.start_utc_ns
        if start is not None and not FIRST_UTC_NS <= start <= OPEN_END_UTC_NS:
            raise InputError(
                f"{format_utc(start, digits=0)} cannot be counted in nanoseconds.",
                where="--start",
                do="Give a start between the years 1678 and 2262.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class OpenedFootage:
    """A reader with its camera."""

    reader: FootageReader
    camera: Camera


def open_footage(path: Path, site: Site, *, declared: Declared) -> OpenedFootage:
    """Open footage of one of the site's cameras.

    Raises:
        InputError: It cannot be read, its camera or its start is not known or lies in the future, its size is
            not the camera's, or the camera's calibration is a template's example.
    """
    facts = probe_footage(path)
    note = read_footage_note(path)
    camera = _camera(site, note, declared=declared, path=path)
    if camera.calibration.basis is Basis.EXAMPLE:
        raise InputError(
            "its calibration is the template's example: what is measured with it means nothing.",
            where=f"site {site.site_id}, camera {camera.camera_id}",
            do='Calibrate the camera, say how in source, and write basis = "surveyed" where the errors were '
            'measured, "assumed" where they were not.',
        )
    if (facts.width_px, facts.height_px) != (camera.width_px, camera.height_px):
        raise InputError(
            f"the picture is {facts.width_px}×{facts.height_px}, camera {camera.camera_id} is surveyed for "
            f"{camera.width_px}×{camera.height_px}",
            where=str(path),
            do="Give footage of the surveyed size, or survey the camera for this size.",
        )
    start, bound, source = _start(facts, note, declared=declared, path=path)
    rate = declared.true_rate_hz or (note.true_rate_hz if note else None)
    if not facts.rate_hz and rate is None:
        raise InputError(
            "these pictures say nothing of their rate", where=str(path), do="Declare it: --rate 2.5"
        )
    footage = Footage(
        name=facts.name,
        digest=facts.digest,
        size_bytes=facts.size_bytes,
        camera_id=camera.camera_id,
        width_px=facts.width_px,
        height_px=facts.height_px,
        container_rate_hz=facts.rate_hz,
        true_rate_hz=rate,
        start_utc_ns=start,
        start_bound_s=bound,
        start_source=source,
    )
    reader = FootageReader(path, facts=facts, footage=footage)
    if declared.now_utc_ns is not None:
        _refuse_future(reader, now_utc_ns=declared.now_utc_ns)
    return OpenedFootage(reader, camera)


def _refuse_future(reader: FootageReader, *, now_utc_ns: UtcNs) -> None:
    """No recording ends after the present, whatever the bound on its start leaves open."""
    span, bound_s = reader.whole_span, reader.footage.start_bound_s
    for words, at_utc_ns in (("starts", span.start_utc_ns), ("ends", span.end_utc_ns)):
        if at_utc_ns - round(bound_s * NS_PER_S) > now_utc_ns:
            raise InputError(
                f"this footage {words} at {format_utc(at_utc_ns, digits=0)} ± {bound_s:g} s, and by this "
                f"machine's clock it is {format_utc(now_utc_ns, digits=0)}",
                where=str(reader.path),
                do="Correct the start (--start, or the note beside it), or the machine's clock.",
            )


def undeclared_rate(opened: OpenedFootage) -> str:
    """A sentence on a rate that only the container claims; empty where a person declared it."""
    footage = opened.reader.footage
    if footage.true_rate_hz is not None:
        return ""
    return (
        f"{footage.name}: its rate, {footage.container_rate_hz:g} Hz, is what the container says; nobody "
        "declared it (--rate, or true_rate_hz in its note)"
    )


def check_overlaps(opened: Sequence[OpenedFootage]) -> tuple[str, ...]:
    """Refuse recordings of one camera that show the same time twice; say where they overlap at a seam.

    Who is seen by two recordings of one camera at one time would be two people who cross. At a seam of up to
    ``LARGEST_SEAM_S`` that is accepted and said.

    Returns:
        A sentence for each seam at which two recordings overlap.

    Raises:
        InputError: Two recordings are the same, or two of one camera overlap by more than a seam.
    """
    words = []
    in_order = sorted(opened, key=lambda one: (one.camera.camera_id, one.reader.whole_span.start_utc_ns))
    for number, later in enumerate(in_order):
        for earlier in in_order[:number]:
            both = (covered_by(earlier.reader), covered_by(later.reader))
            if earlier.reader.footage.digest == later.reader.footage.digest:
                what = f"{later.reader.path.name} and {earlier.reader.path.name} are the same recording"
                raise InputError(what, where=str(later.reader.path), do="Give it once.")
            if earlier.camera.camera_id == later.camera.camera_id:
                words += overlap_words(*both, where=str(later.reader.path), do=_MEND_ONE)
    return tuple(words)


_MEND_ONE = (
    "Correct the start of one of them in its note (--start holds for every file given), or give only one of "
    "them."
)


@dataclass(frozen=True, slots=True)
class Covered:
    """What one recording covers: its name, its camera, its time."""

    name: str
    camera_id: str
    span: UtcSpan


def covered_by(reader: FootageReader) -> Covered:
    """What a recording that was opened covers."""
    return Covered(reader.path.name, reader.footage.camera_id, reader.whole_span)


def overlap_words(one: Covered, other: Covered, *, where: str, do: str) -> list[str]:
    """A sentence where two recordings of one camera overlap at a seam; nothing where they do not.

    Raises:
        InputError: They overlap by more than a seam; it says ``where``, and what to ``do``.
    """
    both = f"{other.name} and {one.name}, both of camera {other.camera_id},"
    start = max(one.span.start_utc_ns, other.span.start_utc_ns)
    end = min(one.span.end_utc_ns, other.span.end_utc_ns)
    seconds = (end - start) / NS_PER_S
    if seconds > LARGEST_SEAM_S:
        what = f"{both} overlap by {seconds:.1f} s from {format_utc(start)}"
        raise InputError(what, where=where, do=do)
    if seconds <= 0:
        return []
    seam = f"by {seconds:.1f} s at their seam, {format_utc(start)}"
    return [f"{both} overlap {seam}: who is seen there may be counted twice"]


def _camera(site: Site, note: FootageNote | None, *, declared: Declared, path: Path) -> Camera:
    name = declared.camera_id or (note.camera_id if note else None)
    if name is not None:
        return site.camera(name)
    if len(site.cameras) == 1:
        return site.cameras[0]
    known = ", ".join(camera.camera_id for camera in site.cameras)
    raise InputError(
        "nobody says which camera this is from", where=str(path), do=f"Say --camera, one of: {known}."
    )


def _start(
    facts: FootageFacts, note: FootageNote | None, *, declared: Declared, path: Path
) -> tuple[UtcNs, float, str]:
    if declared.start_utc_ns is not None:
        if declared.start_bound_s is None:
            raise InputError(
                "a start without a bound says nothing", where=str(path), do="Add --bound SECONDS (95 %)."
            )
        return declared.start_utc_ns, declared.start_bound_s, "declared on the command line"
    if note is None:
        raise _no_start(facts, path)
    if declared.start_bound_s is not None:
        source = f"{note.start_source}; bound declared on the command line"
        return note.start_utc_ns, declared.start_bound_s, source
    return note.start_utc_ns, note.start_bound_s, note.start_source


def _no_start(facts: FootageFacts, path: Path) -> InputError:
    """The container's own time is named and never believed: some write the end, some a clock nobody set."""
    note = note_path(path).name
    if facts.created_utc_ns is None:
        return InputError(
            "nobody says when this footage starts",
            where=str(path),
            do=f"Say --start 2017-11-13T06:11:00Z --bound 1.5, or write {note} beside it.",
        )
    stated = format_utc(facts.created_utc_ns, digits=0)
    return InputError(
        f"nobody says when this footage starts. Its container states {stated}, which may be its end, or a "
        "clock that nobody set",
        where=str(path),
        do=f"Check it; if it is the start, say --start {stated} and how far it may be off, --bound SECONDS "
        f"(95 %), or write both into {note} beside it.",
    )
