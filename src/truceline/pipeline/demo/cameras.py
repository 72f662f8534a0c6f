"""Scanning a simulation camera by camera: while it is still being filmed, and afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.pipeline.progress import Notice, Progress, silent, unheard
from truceline.pipeline.scan import ScanOrder, ScanResult, scan
from truceline.pipeline.scan_checks import line_seen_m
from truceline.records.site import Site

FOUND = "found  "
"""Begins every line on a crossing."""


@dataclass(frozen=True, slots=True)
class CameraScan:
    """What to scan: the recordings of one camera in the folder of a simulation, into a station."""

    simulation: Path
    camera_id: str
    station: Path
    workers: int = 1


def recordings_of(simulation: Path, camera_id: str) -> tuple[Path, ...]:
    """The recordings of a camera in the folder of a simulation, in order."""
    found = (simulation / "footage").glob(f"{camera_id}_*.m*")
    return tuple(sorted(path for path in found if path.suffix in (".mp4", ".mov")))


def scan_camera(order: CameraScan, *, progress: Progress, notice: Notice, found: Notice) -> ScanResult:
    """Scan the recordings of one camera; ``found`` takes a line a crossing, with the camera's id.

    Raises:
        InputError: As ``scan``.
        ServiceError: As ``scan``.
    """

    def told(words: str) -> None:
        found(words.replace(FOUND, f"{FOUND}{order.camera_id}  ", 1))

    footage = recordings_of(order.simulation, order.camera_id)
    whole = ScanOrder(order.simulation / "site", footage, order.station, workers=order.workers)
    return scan(whole, progress=progress, notice=notice, found=told)


def lines_of_scan(simulation: Path, *, camera_id: str, station: Path) -> Sequence[str]:
    """Scan one camera, silently, and give the lines on what was found; the rest may still be filmed."""
    lines: list[str] = []
    order = CameraScan(simulation, camera_id, station)
    scan_camera(order, progress=silent, notice=unheard, found=lines.append)
    return lines


def cameras_by_sight(site: Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the cameras that see a part of the line, and of those that see none of it."""
    seen = {one.camera_id: line_seen_m(one, site.line)[0] > 0 for one in site.cameras}
    return (
        tuple(camera_id for camera_id, sees in seen.items() if sees),
        tuple(camera_id for camera_id, sees in seen.items() if not sees),
    )
