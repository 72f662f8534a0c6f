"""The folder of a look: it appears whole or not at all, and replaces nothing but an earlier look."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from truceline.errors import InputError
from truceline.store.station import disk_errors

FORMAT = "truceline-look/1"
_MARK = "look.json"


def check_place(out: Path, *, clip: Path) -> None:
    """Refuse a place that holds something else than an earlier look, or that holds the clip itself.

    Raises:
        InputError: It does.
    """
    inside = out.resolve() in clip.resolve().parents or out.resolve() == clip.resolve()
    if inside:
        raise InputError(
            "the result would replace the folder that holds the clip",
            where=str(out),
            do="Choose another folder with --out.",
        )
    if not out.exists() or _is_look(out):
        return
    if out.is_dir() and not any(out.iterdir()):
        return
    raise InputError(
        "there is something here already, and it is no earlier look",
        where=str(out),
        do="Choose another folder with --out.",
    )


def _is_look(out: Path) -> bool:
    try:
        mark = json.loads((out / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("format") == FORMAT


@contextmanager
def appearing_look(out: Path) -> Iterator[Path]:
    """A folder to fill that becomes ``out`` at the end, or vanishes when anything goes wrong.

    Raises:
        ServiceError: The disk refuses.
    """
    partial = out.with_name(f".{out.name}.partial")
    earlier = out.with_name(f".{out.name}.earlier")
    with disk_errors(out):
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            yield partial
            (partial / _MARK).write_text(json.dumps({"format": FORMAT}) + "\n", encoding="utf-8")
            shutil.rmtree(earlier, ignore_errors=True)
            if out.exists():
                out.replace(earlier)
            partial.replace(out)
        finally:
            if earlier.exists() and not out.exists():
                earlier.replace(out)
            shutil.rmtree(earlier, ignore_errors=True)
            shutil.rmtree(partial, ignore_errors=True)
