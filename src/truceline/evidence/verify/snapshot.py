"""A pack's folder, read once into memory; nothing in it is followed, run or trusted."""

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import InputError, ServiceError
from truceline.evidence.statement import (
    BLOCKS,
    LARGEST_PACK_BYTES,
    SIGNATURE,
    SIGNATURE_BLOCKS,
    is_plain_path,
)
from truceline.records.releases import Damage

MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What lies in a pack's folder.

    Attributes:
        path: The folder, for display.
        files: Plain files by their path in the pack.
        folders: Folders by their path in the pack.
        refused: What no pack holds and was therefore not read: links, devices, odd names, huge files.
    """

    path: str
    files: Mapping[str, bytes]
    folders: frozenset[str]
    refused: tuple[Damage, ...]


class _Reader:
    """Collects a folder; stops reading at the limits, so that no pack can fill the memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = set()
        self.refused: list[Damage] = []
        self.left_bytes = 2 * LARGEST_PACK_BYTES
        self.entries = 0

    def read_folder(self, inside: str) -> None:
        """Read one folder and those in it."""
        with os.scandir(self.root / inside) as listing:
            entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        for entry in entries:
            self.entries += 1
            if self.entries > MOST_ENTRIES:
                if self.entries == MOST_ENTRIES + 1:
                    self._refuse(entry.name, f"the pack holds more than {MOST_ENTRIES} entries")
                return
            self._read_entry(f"{inside}/{entry.name}" if inside else entry.name, entry)

    def _read_entry(self, path: str, entry: os.DirEntry[str]) -> None:
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            self._refuse(path, "is a symbolic link")
        elif not is_plain_path(path):
            self._refuse(path, "has a name or depth that no pack uses")
        elif stat.S_ISDIR(mode):
            self.folders.add(path)
            self.read_folder(path)
        elif stat.S_ISREG(mode):
            self._read_file(path)
        else:
            self._refuse(path, "is neither a file nor a folder")

    def _read_file(self, path: str) -> None:
        # O_NOFOLLOW and O_NONBLOCK: since it was listed, a link or a pipe may have taken its place.
        descriptor = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as handle:
            size = os.fstat(descriptor).st_size
            if size > LARGEST_PACK_BYTES or size > self.left_bytes:
                self._refuse(path, f"is {size} bytes; a whole pack has at most {LARGEST_PACK_BYTES}")
                return
            data = handle.read(LARGEST_PACK_BYTES + 1)
        self.left_bytes -= len(data)
        self.files[path] = data

    def _refuse(self, path: str, why: str) -> None:
        shown = show(path)
        self.refused.append(Damage(shown, "refused", None, why, "", f"{shown} {why}"))


def read_snapshot(path: Path) -> Snapshot:
    """Read a pack's folder.

    Raises:
        InputError: There is no folder, or nothing in it belongs to a pack.
        ServiceError: The folder or a file in it cannot be read, so that nothing can be said.
    """
    if path.is_symlink() or not path.is_dir():
        what = "there is no such folder" if not path.exists() else "a pack is a folder, and this is none"
        raise InputError(what, where=str(path), do="Give the folder that holds bagit.txt and signature.json.")
    reader = _Reader(path)
    try:
        reader.read_folder("")
    except OSError as error:
        where = str(error.filename or path)
        if error.errno == errno.ENOMEM:
            raise ServiceError("could not be checked: no memory left", where=where) from error
        raise ServiceError(
            f"could not be checked: {error.strerror}", where=where, do="Make every file readable."
        ) from error
    snapshot = Snapshot(str(path), reader.files, frozenset(reader.folders), tuple(reader.refused))
    require_pack(snapshot)
    return snapshot


def require_pack(snapshot: Snapshot) -> None:
    """Refuse a folder in which nothing is of a pack of ours.

    Raises:
        InputError: It holds none of the files that only our packs have.
    """
    present = {*snapshot.files, *(damage.path for damage in snapshot.refused)}
    if not present & {SIGNATURE, SIGNATURE_BLOCKS, BLOCKS}:
        raise InputError(
            f"this is not a pack: it holds neither {SIGNATURE} nor {BLOCKS}",
            where=snapshot.path,
            do="Give the folder that holds bagit.txt and signature.json.",
        )


def show(text: str) -> str:
    r"""Text from a stranger, safe on a terminal: characters that do not print are escaped.

    >>> show("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
