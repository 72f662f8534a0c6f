"""The footage note: what a person knows about a recording and the file itself does not say."""

from dataclasses import dataclass

from truceline.records.digests import Sha256
from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True)
class FootageNote:
    """The sidecar ``NAME.toml`` beside a footage file.

    Attributes:
        camera_id: The site's camera that recorded it.
        start_utc_ns: UTC of the first picture of the file.
        start_bound_s: Bound (95 %) on the error of the start, seconds; never 0.
        start_source: Where start and bound come from, in words.
        true_rate_hz: The real frame rate where the container lies, or None when the container is believed.
        note: Free words, may be empty.
        simulated: The footage shows no real place.
        digest: SHA-256 of the note file itself.
    """

    camera_id: str
    start_utc_ns: UtcNs
    start_bound_s: float
    start_source: str
    true_rate_hz: float | None
    note: str
    simulated: bool
    digest: Sha256
