"""The folder of a simulation: it appears whole or not at all, and its manifest says what it holds."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from truceline.errors import InputError
from truceline.pipeline.simulation.order import FORMAT
from truceline.store.station import disk_errors

MANIFEST = "manifest.json"


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A folder beside it to fill, which takes its place at the end, or vanishes when anything goes wrong.

    Raises:
        InputError: Something stands there that is no simulation.
        ServiceError: The disk refuses.
    """
    refuse_other(folder)
    partial = folder.with_name(f".{folder.name}.partial")
    replaced = folder.with_name(f".{folder.name}.replaced")
    with disk_errors(folder):
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            yield partial
            shutil.rmtree(replaced, ignore_errors=True)
            if folder.exists():
                # Set aside, not removed: removing takes long enough to be interrupted.
                folder.replace(replaced)
            partial.replace(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            shutil.rmtree(replaced, ignore_errors=True)


def refuse_other(folder: Path) -> None:
    """Refuse a place where something stands that no simulation wrote.

    Raises:
        InputError: As it says.
    """
    with disk_errors(folder):
        if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and _manifest(folder) is None)):
            raise InputError(
                "something stands there that is no simulation.", where=str(folder), do="Name a new folder."
            )


def write_manifest(folder: Path, facts: dict[str, object]) -> None:
    """The manifest: the facts, and the SHA-256 of every file in the folder."""
    files = {
        str(path.relative_to(folder)): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    whole = {"format": FORMAT, "simulated": True, **facts, "files": files}
    (folder / MANIFEST).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def is_kept(folder: Path, key: str) -> bool:
    """Whether the simulation of that key stands there, every file as it was written."""
    manifest = _manifest(folder)
    if manifest is None or manifest.get("key") != key:
        return False
    files = manifest.get("files")
    if not isinstance(files, dict):
        return False
    with disk_errors(folder):
        return all(
            (folder / name).is_file() and _digest(folder / name) == digest for name, digest in files.items()
        )


def _manifest(folder: Path) -> dict[str, object] | None:
    try:
        whole = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return whole if isinstance(whole, dict) and whole.get("format") == FORMAT else None


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
