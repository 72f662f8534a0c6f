"""Subjects: tracks under the short names that they carry everywhere, and their crossings as judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from truceline.errors import InputError
from truceline.present.counts import is_likely
from truceline.present.views.footage import Picture
from truceline.records.columns import FloatColumn
from truceline.records.events import Crossing
from truceline.records.findings import Judgement
from truceline.records.time import UtcNs
from truceline.records.tracks import Track


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


def crossed_tracks(crossings: Iterable[Crossing]) -> frozenset[str]:
    """Ids of the tracks whose crossing is counted: how near they came to the line says nothing."""
    return frozenset(one.track_id for one in crossings if is_likely(one))


@dataclass(frozen=True, slots=True)
class CrossingView:
    """A crossing, how it was judged, and the frames that show it.

    Attributes:
        label: Label of its track.
        judgements: One for each rule; a judgement that is no candidate is shown too, with its reasons.
        stated_utc_ns: When it was stated first, where it was stated at the time.
    """

    crossing: Crossing
    label: str
    judgements: tuple[Judgement, ...]
    pictures: tuple[Picture, ...]
    stated_utc_ns: UtcNs | None = None
