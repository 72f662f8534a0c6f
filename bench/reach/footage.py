"""Where the open footage lies, and the drawn footage that is kept between measurements."""

import hashlib
import os
from pathlib import Path

from truceline.pipeline.drawn import CLIP, SiteKeys, write_drawn_incident
from truceline.pipeline.progress import silent

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / ".reach-cache"


def open_footage_folder() -> Path | None:
    """The folder of open footage that ``TRUCELINE_FOOTAGE`` names, or None."""
    named = os.environ.get("TRUCELINE_FOOTAGE")
    return Path(named).resolve() if named and Path(named).is_dir() else None


def drawn_folder(seed: int) -> Path:
    """A drawn incident on disk, kept by seed and digest of the drawing code; results are never kept."""
    folder = CACHE / f"drawn-{simulator_digest()}" / str(seed)
    if not (folder / "whole").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        keys = SiteKeys(reviewers=("00" * 32, "11" * 32), body=("22" * 32,))
        write_drawn_incident(folder, seed=seed, keys=keys, progress=silent, notice=lambda _: None)
        (folder / "whole").touch()
    if not (folder / CLIP).is_file():
        raise AssertionError("a whole drawn incident holds its clip")
    return folder


def simulator_digest() -> str:
    """Digest of the code that draws and encodes."""
    rooms = ("simulate", "geometry", "video")
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted((REPOSITORY / "src" / "truceline" / room).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
