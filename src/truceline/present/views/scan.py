"""What the page of a scan is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from truceline.present.views.footage import Recording
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.chronicles import Chronicle
from truceline.records.frames import Footage, Gap
from truceline.records.reviews import Finding
from truceline.records.runs import RunMode
from truceline.records.site import Permit, Site
from truceline.records.time import UtcNs


@dataclass(frozen=True, slots=True)
class OtherRun:
    """A run that is kept and not counted, because another run of the same footage was scanned later.

    Attributes:
        counted_run_id: The run that counts.
        findings: What two people found of its candidates.
    """

    run_id: str
    mode: RunMode
    footage: Footage
    crossings: int
    candidates: int
    counted_run_id: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ScanView:
    """Everything on the page of a scan.

    Attributes:
        private: The page stays at the station: camera positions and view cones are drawn.
        export_commands: Command lines that write the same facts as tables, to copy.
        withdrawn: Crossings that were stated at the time and withdrawn later; None where none are stated so.
        remarks: Sentences on what bounds everything on the page: how much of the line is seen, its validity.
        others: Runs that are kept and not counted.
        findings: What two people found, by the candidate's id; candidates without a finding are left out.
        chronicle: What all cameras show together; None where that was not worked out.
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
    remarks: tuple[str, ...] = ()
    others: tuple[OtherRun, ...] = ()
    withdrawn: int | None = None
    chronicle: Chronicle | None = None

    @property
    def permits(self) -> tuple[Permit, ...]:
        """The site's permits, in the site file's order."""
        return self.site.permits
