"""A drawn incident on disk: footage, its note, its site, and its truth beside it."""

from dataclasses import dataclass
from pathlib import Path

from truceline.pipeline.progress import Notice, Progress, told
from truceline.release.mask import encode_picture
from truceline.simulate.drawn import DrawnIncident, drawn_incident
from truceline.store.station import disk_errors
from truceline.video.ahead import read_ahead
from truceline.video.writing import Encoding, write_video

CLIP = "drawn.mp4"


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """Public keys (64 hex digits each) that a drawn site lists: who may review, and who may release."""

    reviewers: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFiles:
    """Where a drawn incident lies. ``truth`` is for people and for evaluation, never read by the analysis."""

    incident: DrawnIncident
    clip: Path
    site: Path
    truth: Path


def write_drawn_incident(
    out: Path, *, seed: int, keys: SiteKeys, progress: Progress, notice: Notice
) -> DrawnFiles:
    """Draw the incident of a seed into a folder.

    Raises:
        ServiceError: The disk refuses.
    """
    progress("drawing the scene", 0, total=1)
    incident = drawn_incident(seed)
    site, clip, truth, scene = out / "site", out / CLIP, out / "truth.json", out / "scene.jpg"
    with disk_errors(out):
        site.mkdir(parents=True, exist_ok=True)
        for name, text in incident.site_files(keys.reviewers, body_keys=keys.body).items():
            (site / name).write_text(text, encoding="utf-8")
        clip.with_name(clip.name + ".toml").write_text(incident.footage_note(), encoding="utf-8")
        truth.write_text(incident.truth_json(), encoding="utf-8")
        scene.write_bytes(encode_picture(next(incident.frames()), ".jpg"))
    notice(f"scene  {scene}")
    frames = told(
        incident.frames(), "drawing the footage", total=incident.truth.frame_count, progress=progress
    )
    write_video(clip, read_ahead(frames), encoding=Encoding(rate=incident.rate_hz))
    return DrawnFiles(incident, clip, site, truth)
