"""What a page is made from: plain, frozen views that the caller fills from records.

A public page is made from views that cannot hold a camera's place: ``Place`` is a site without its cameras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from truceline.errors import InputError
from truceline.records.columns import BoolColumn, FloatColumn
from truceline.records.digests import Sha256
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.frames import Footage, Gap, GapReason
from truceline.records.rules import Position
from truceline.records.site import Line, Permit, Site, Zone
from truceline.records.time import UtcNs, UtcSpan
from truceline.records.tracks import Track


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


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A site as the public may see it: its line, sides and zones, and no camera.

    Attributes:
        removal_contact: Whom to ask for the removal of a picture; empty when the site names none.
    """

    name: str
    simulated: bool
    instrument: str
    local_offset_minutes: int
    line: Line
    zones: tuple[Zone, ...]
    competent_body: str
    removal_contact: str
    digest: Sha256


def place_of(site: Site) -> Place:
    """The public part of a site: cameras, their poses and the permits are left behind."""
    terms = site.release_terms
    return Place(
        name=site.name,
        simulated=site.simulated,
        instrument=site.instrument,
        local_offset_minutes=site.local_offset_minutes,
        line=site.line,
        zones=site.zones,
        competent_body=terms.competent_body if terms else "",
        removal_contact=terms.removal_contact if terms else "",
        digest=site.digest,
    )


@dataclass(frozen=True, slots=True)
class Recording:
    """One footage and the stretch it covers.

    Attributes:
        span: From its first frame to the end of its last, UTC, gaps inside included.
        frames: Frames decoded.
    """

    footage: Footage
    span: UtcSpan
    frames: int


@dataclass(frozen=True, slots=True, eq=False)
class TrackView:
    """A track with its short name on the page, and its total position covariance when it is known.

    Attributes:
        label: Short name, the same on map, timeline, table and pictures ("P1", "V2"); see ``track_labels``.
        covariance_m2: (n, 2, 2) of the position with the calibration's share, or None: then ellipses are
            drawn from the track's own covariance and the legend says that the calibration is left out.
    """

    track: Track
    label: str
    covariance_m2: FloatColumn | None = None

    def __post_init__(self) -> None:
        """Check that the covariance belongs to the track."""
        rows = len(self.track.utc_ns)
        if self.covariance_m2 is not None and self.covariance_m2.shape != (rows, 2, 2):
            raise InputError(
                f"position covariance is {self.covariance_m2.shape}, expected ({rows}, 2, 2)",
                where=f"track {self.track.track_id}",
            )

    @property
    def position_covariance_m2(self) -> FloatColumn:
        """(n, 2, 2) square metres: the total one when known, else the track's own."""
        return self.track.covariance[:, :2, :2] if self.covariance_m2 is None else self.covariance_m2


def track_labels(tracks: tuple[Track, ...]) -> dict[str, str]:
    """Short names by track id: P (person), V (vehicle) or S (other), and a number in order of appearance."""
    letters = {"person": "P", "vehicle": "V"}
    count: dict[str, int] = {}
    labels = {}
    for track in sorted(tracks, key=lambda one: (int(one.utc_ns[0]), one.track_id)):
        letter = letters.get(track.kind, "S")
        count[letter] = count.get(letter, 0) + 1
        labels[track.track_id] = f"{letter}{count[letter]}"
    return labels


def recordings_labels(recordings: Sequence[tuple[Track, ...]]) -> dict[str, str]:
    """Short names by track id over several recordings: each recording's own, its number before ("2.P3").

    Pictures hold the recording's own names; a single recording needs no number.
    """
    if len(recordings) == 1:
        return track_labels(recordings[0])
    return {
        track_id: f"{number}.{label}"
        for number, tracks in enumerate(recordings, start=1)
        for track_id, label in track_labels(tracks).items()
    }


@dataclass(frozen=True, slots=True)
class CrossingView:
    """A crossing, how it was judged, and the frames that show it.

    Attributes:
        label: Label of its track.
        judgements: One for each rule; a judgement that is no candidate is shown too, with its reasons.
    """

    crossing: Crossing
    label: str
    judgements: tuple[Judgement, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ScanView:
    """Everything on the page of a scan.

    Attributes:
        private: The page stays at the station: camera positions and view cones are drawn.
        export_commands: Command lines that write the same facts as tables, to copy.
        made_utc_ns: When the page was made, or None to leave it out.
    """

    title: str
    site: Site
    recordings: tuple[Recording, ...]
    tracks: tuple[TrackView, ...]
    crossings: tuple[CrossingView, ...]
    gaps: tuple[Gap, ...]
    software: str
    export_commands: tuple[str, ...] = ()
    private: bool = False
    made_utc_ns: UtcNs | None = None

    @property
    def permits(self) -> tuple[Permit, ...]:
        """The site's permits, in the site file's order."""
        return self.site.permits


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """A clip without a site: nothing here is metric and nothing here is UTC unless ``start_utc_ns`` is given.

    Attributes:
        container_rate_hz: The frame rate that the container claims, 0 when it claims none.
        duration_s: From the first frame's presentation to the end of the last, seconds.
        start_bound_s: Bound on the start's error (95 %), seconds; None without a start.
    """

    name: str
    digest: Sha256
    size_bytes: int
    codec: str
    width_px: int
    height_px: int
    container_rate_hz: float
    duration_s: float
    frames: int
    start_utc_ns: UtcNs | None = None
    start_bound_s: float | None = None


@dataclass(frozen=True, slots=True)
class ClipTrack:
    """One subject in the picture: first and last seen (presentation seconds), rows, rows observed."""

    label: str
    kind: str
    first_s: float
    last_s: float
    rows: int
    rows_observed: int


@dataclass(frozen=True, slots=True)
class ClipCrossing:
    """A subject's foot passed the line drawn in the picture from A to B.

    Attributes:
        from_side: The side it left, seen by somebody who stands at A and looks towards B, in the picture.
        at_s: Presentation time of passing, seconds; ``bound_s`` its bound (at least one frame interval).
        place_px: Where it passed, pixels.
    """

    label: str
    kind: str
    from_side: Literal["left", "right"]
    at_s: float
    bound_s: float
    pts: int
    place_px: tuple[float, float]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class ClipGap:
    """A stretch of the clip that was not observed, in presentation seconds."""

    start_s: float
    end_s: float
    reason: GapReason


@dataclass(frozen=True, slots=True)
class LookView:
    """Everything on the page of a look.

    Attributes:
        line_px: The line as drawn, from A (x1, y1) to B (x2, y2), pixels; None when none was given.
        video_name: File name of the annotated video beside the page, or None.
        trails: The clip's background with every trail and the line (``trail_picture``), or None.
        notes: Sentences on what limits this look (the camera moved), shown among what was not observed.
    """

    clip: ClipFacts
    line_px: tuple[float, float, float, float] | None
    video_name: str | None
    trails: Picture | None
    tracks: tuple[ClipTrack, ...]
    crossings: tuple[ClipCrossing, ...]
    gaps: tuple[ClipGap, ...]
    software: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One reviewer's decision. ``reviewer`` is a role ("Reviewer 1"), never a name."""

    reviewer: str
    key_id: str
    verdict: Literal["BREACH", "NO BREACH", "UNDECIDED"]
    reason: str
    decided_utc_ns: UtcNs
    scripted: bool


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file of the pack: its path relative to the page, what it is, its digest and size."""

    path: str
    what: str
    digest: Sha256
    size_bytes: int


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseView:
    """Everything on the public page of one finding.

    Attributes:
        crossing: The crossing, with masked pictures only, and the one judgement that was decided.
        track: Cut to what the finding rests on.
        demonstration: Signed by a demonstration key or decided by a script: said in a banner.
        adopted_by: The competent body that adopted the finding; empty: not adopted.
        not_observed: Further sentences on what was not observed, beside the gaps.
        verify_command: The command line that checks the pack.
        positions: What has been said of the instrument, printed with every finding.
        signing_key_id: First digits of the SHA-256 of the key that signs the pack.
    """

    release_id: str
    place: Place
    crossing: CrossingView
    decisions: tuple[DecisionView, ...]
    track: TrackView
    recordings: tuple[Recording, ...]
    gaps: tuple[Gap, ...]
    evidence: tuple[EvidenceFile, ...]
    software: str
    verify_command: str
    signing_key_id: str
    demonstration: bool
    released_utc_ns: UtcNs | None = None
    adopted_by: str = ""
    not_observed: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SubjectMark:
    """One subject in one frame.

    Attributes:
        box_px: Left, top, right, bottom.
        observed: False: the box was predicted or interpolated and is drawn dashed.
        trail_px: (k, 2) foot points, oldest first; ``trail_observed`` (k,) says which were seen.
        foot_ellipse_px: (m, 2) outline of the 95 % ellipse of the foot on the ground, pixels, or None.
        selected: The subject of a crossing: drawn in the colour of the selected subject.
        note: Second line of its label, with its uncertainty ("3.4 ± 0.4 m south"), or empty.
    """

    label: str
    kind: str
    box_px: tuple[float, float, float, float]
    observed: bool
    trail_px: FloatColumn
    trail_observed: BoolColumn
    foot_ellipse_px: FloatColumn | None = None
    selected: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LineMark:
    """The line in the picture.

    Attributes:
        path_px: (m, 2) pixels; rows with NaN break it.
        band_px: The two edges of its 95 % band, like ``path_px``, or None where nothing is metric.
        ends: Letters printed beside its two ends ("A", "B"), or None.
    """

    path_px: FloatColumn
    band_px: tuple[FloatColumn, FloatColumn] | None
    label: str
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FrameCaption:
    """What stands in the strip below the picture, never on it.

    Attributes:
        clock: Time with its bound, in words ("06:15:24.60 UTC ± 0.12 s", or "00:12.40 of the clip").
        local_clock: The site's local time, or empty.
        statement: "simulated", "not metric" or empty: printed in the colour of attention.
    """

    clock: str
    local_clock: str
    camera: str
    file: str
    statement: str


@dataclass(frozen=True, slots=True, eq=False)
class FrameScene:
    """Everything that is drawn on one frame."""

    subjects: tuple[SubjectMark, ...]
    line: LineMark | None
    caption: FrameCaption


@dataclass(frozen=True, slots=True, eq=False)
class TrailPath:
    """One subject's whole path in the picture: (n, 2) foot points in pixels and (n,) whether seen."""

    label: str
    kind: str
    path_px: FloatColumn
    observed: BoolColumn
    selected: bool = False
