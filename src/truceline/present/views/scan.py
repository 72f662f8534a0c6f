"""What the page of a scan is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from truceline.present.views.footage import Recording
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.frames import Gap
from truceline.records.reviews import Finding
from truceline.records.site import Permit, Site
from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True, eq=False)
class ScanView:
    """Everything on the page of a scan.

    Attributes:
        private: The page stays at the station: camera positions and view cones are drawn.
        export_commands: Command lines that write the same facts as tables, to copy.
        findings: What two people found, by the candidate's id; candidates without a finding are left out.
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
    findings: Mapping[str, Finding] = field(default_factory=dict)

    @property
    def permits(self) -> tuple[Permit, ...]:
        """The site's permits, in the site file's order."""
        return self.site.permits
