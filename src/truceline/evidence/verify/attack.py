"""Attack a pack and count what verification catches, and whether it names the very place.

Every change is made in a copy on disk, verified as a stranger would, and taken back.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import InputError, IntegrityError
from truceline.evidence.verify.journey import verify_pack
from truceline.records.releases import Damage, TrustedKeys, Verification

KINDS = ("changed", "truncated", "removed", "added")
MOST_MISSES_KEPT = 20


@dataclass(frozen=True, slots=True)
class AttackCount:
    """One kind of attack: how many were made, refused, and refused with the right place named."""

    kind: str
    made: int
    refused: int
    located: int


@dataclass(frozen=True, slots=True)
class AttackReport:
    """What came of an attack. ``misses`` says what was not refused or not located, in words."""

    counts: tuple[AttackCount, ...]
    misses: tuple[str, ...]

    @property
    def all_refused(self) -> bool:
        """Whether nothing passed."""
        return all(count.refused == count.made for count in self.counts)

    @property
    def all_located(self) -> bool:
        """Whether every place was named: for a changed byte the file, the offset and both values."""
        return all(count.located == count.made for count in self.counts)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attack that is in place: where, and what must be said of it."""

    kind: str
    path: str
    offset: int | None
    found: str
    signed: str


def attack_pack(pack: Path, *, changes: int, seed: int) -> AttackReport:
    """Make random single-byte changes, and truncate, remove and add files; verify after each.

    Args:
        pack: A pack that verifies.
        changes: How many bytes are changed, one at a time; half of the places are
            uniform over all bytes of the pack, half uniform over its files and then over the file's bytes.
        seed: Makes the attack repeatable.

    Raises:
        InputError: It is no pack, or does not verify to begin with.
    """
    rng = random.Random(seed)  # noqa: S311 - places to attack, not secrets
    made: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    located: Counter[str] = Counter()
    misses: list[str] = []
    with tempfile.TemporaryDirectory(prefix="truceline-attack.") as folder:
        copy = Path(folder) / "pack"
        shutil.copytree(pack, copy)
        before = verify_pack(copy, TrustedKeys())
        if before.damages:
            raise InputError("the pack differs before the attack", where=str(pack), do=before.sentence)
        for attempt in _attempts(copy, changes=changes, rng=rng):
            result = verify_pack(copy, TrustedKeys())
            made[attempt.kind] += 1
            is_refused = result.exit_code == IntegrityError.exit_code
            is_located = is_refused and _names_it(result, attempt)
            refused[attempt.kind] += is_refused
            located[attempt.kind] += is_located
            if not is_located and len(misses) < MOST_MISSES_KEPT:
                misses.append(f"{attempt.kind} {attempt.path} at {attempt.offset}: {result.sentence}")
    counts = tuple(AttackCount(kind, made[kind], refused[kind], located[kind]) for kind in KINDS)
    return AttackReport(counts, tuple(misses))


def _attempts(copy: Path, *, changes: int, rng: random.Random) -> Iterator[_Attempt]:
    """Put one attack in place, hand it out, take it back; then the next."""
    files = {
        path.relative_to(copy).as_posix(): path.read_bytes()
        for path in sorted(copy.rglob("*"))
        if path.is_file()
    }
    yield from _changed_bytes(copy, files, changes=changes, rng=rng)
    for path, data in files.items():
        for size in sorted({0, len(data) // 2, len(data) - 1, rng.randrange(len(data))}):
            with _replaced(copy / path, data[:size], original=data):
                yield _Attempt("truncated", path, None, f"{size} bytes", f"{len(data)} bytes")
        with _removed(copy / path, original=data):
            yield _Attempt("removed", path, None, "no file", "a file")
    yield from _added_entries(copy, files)


def _changed_bytes(
    copy: Path, files: dict[str, bytes], *, changes: int, rng: random.Random
) -> Iterator[_Attempt]:
    paths, sizes = list(files), [len(data) for data in files.values()]
    for number in range(changes):
        # Every other change falls on a file at random, or small files would hardly ever be met.
        path = rng.choices(paths, weights=sizes)[0] if number % 2 else rng.choice(paths)
        data = files[path]
        offset = rng.randrange(len(data))
        value = (data[offset] + rng.randrange(1, 256)) % 256
        changed = data[:offset] + bytes((value,)) + data[offset + 1 :]
        with _replaced(copy / path, changed, original=data):
            yield _Attempt("changed", path, offset, f"0x{value:02x}", f"0x{data[offset]:02x}")


def _added_entries(copy: Path, files: dict[str, bytes]) -> Iterator[_Attempt]:
    anything = next(iter(files.values()))
    for path in ("added.txt", "data/added.html", "data/frames.txt", "data/Page.html", ".hidden", "data/x y"):
        with _replaced(copy / path, anything, original=None):
            yield _Attempt("added", path, None, "", "")
    link = copy / "data" / "link.html"
    link.symlink_to("page.html")
    try:
        yield _Attempt("added", "data/link.html", None, "", "")
    finally:
        link.unlink()
    folder = copy / "data" / "empty"
    folder.mkdir()
    try:
        yield _Attempt("added", "data/empty", None, "", "")
    finally:
        folder.rmdir()


@contextmanager
def _replaced(path: Path, data: bytes, *, original: bytes | None) -> Iterator[None]:
    path.write_bytes(data)
    try:
        yield
    finally:
        if original is None:
            path.unlink()
        else:
            path.write_bytes(original)


@contextmanager
def _removed(path: Path, *, original: bytes) -> Iterator[None]:
    path.unlink()
    try:
        yield
    finally:
        path.write_bytes(original)


def _names_it(result: Verification, attempt: _Attempt) -> bool:
    return any(_is_it(damage, attempt) for damage in result.damages)


def _is_it(damage: Damage, attempt: _Attempt) -> bool:
    if damage.path != attempt.path:
        return False
    if attempt.kind == "added":
        return damage.kind in {"added", "refused"}
    values = (damage.offset, damage.found, damage.signed)
    if attempt.kind == "changed":
        return values == (attempt.offset, attempt.found, attempt.signed)
    return values[1:] == (attempt.found, attempt.signed)
