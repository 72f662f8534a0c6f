"""The layout of a pack and the statement that is signed over it."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from truceline.evidence.blocks import blocks_json, file_blocks
from truceline.evidence.canonical import CanonicalFault, canonical_json, read_canonical
from truceline.evidence.keys import SigningKey, key_id_of, signature_holds
from truceline.records.reviews import Json, JsonObject

SIGNATURE = "signature.json"
SIGNATURE_BLOCKS = "signature-blocks.json"
BLOCKS = "blocks.json"
BAGIT = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAGE = "data/page.html"
FINDING = "data/finding.json"
TRACK = "data/track.json"
FRAMES = "data/frames"

BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
REQUIRED = (PAGE, FINDING, TRACK, BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, BLOCKS)
"""What every pack signs; a signer cannot leave a check out by leaving its file out."""

PACK_FORMAT = "truceline-pack/1"
PACK_KIND = "public"
ALGORITHM = "Ed25519"
LARGEST_PACK_BYTES = 2_000_000
"""A pack is at most this large, all files together, so that it travels over a bad line."""

_TEXT_FIELDS = {
    "algorithm": re.compile(ALGORITHM),
    "public_key": re.compile(r"[0-9a-f]{64}"),
    "signature": re.compile(r"[0-9a-f]{128}"),
}
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)*")
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class SignedFile:
    """Size and SHA-256 (hex) of one file, as signed."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What ``signature.json`` holds.

    Attributes:
        files: Every file of the pack but ``signature.json`` and ``signature-blocks.json``.
        statement: The whole signed statement.
    """

    public_key: str
    signature: str
    statement: JsonObject
    files: Mapping[str, SignedFile]

    @property
    def key_id(self) -> str:
        """The id of the key it names."""
        return key_id_of(self.public_key)

    @property
    def holds(self) -> bool:
        """Whether the signature was made over the statement with the key named."""
        message = canonical_json(self.statement)
        return signature_holds(self.public_key, signature=self.signature, message=message)

    def text(self, name: str) -> str:
        """A text field of the statement; empty when it is missing or no text."""
        value = self.statement.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool | None:
        """A true-or-false field of the statement; None when it is missing or neither."""
        value = self.statement.get(name)
        return value if isinstance(value, bool) else None


def is_plain_path(path: str) -> bool:
    """Whether a path is one that a pack may hold: lower-case ASCII, at most three levels, no way out.

    >>> is_plain_path("data/frames/0001.png"), is_plain_path("data/../x"), is_plain_path("Data/x")
    (True, False, False)
    """
    parts = path.split("/")
    return len(parts) <= _DEEPEST and all(_PLAIN_NAME.fullmatch(part) is not None for part in parts)


def signed_files(files: Mapping[str, bytes]) -> dict[str, SignedFile]:
    """Size and digest of each file."""
    return {path: SignedFile(len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()}


def manifest_text(files: Mapping[str, SignedFile]) -> bytes:
    """The BagIt payload manifest (RFC 8493, 2.1.3): every file under ``data/``, sorted by path."""
    return _lines((path, files[path]) for path in sorted(files) if path.startswith("data/"))


def tag_manifest_text(files: Mapping[str, SignedFile]) -> bytes:
    """The BagIt tag manifest (RFC 8493, 2.2.1): every tag file but itself and those of the signature."""
    return _lines((path, files[path]) for path in sorted(files) if _is_listed_tag(path))


def blocks_text(files: Mapping[str, bytes]) -> bytes:
    """``blocks.json``: the block list of every file but itself and the tag manifest, which lists it."""
    covered = {path: blocks_json(file_blocks(files[path])) for path in sorted(files) if in_block_list(path)}
    return canonical_json({"format": "truceline-blocks/1", "files": covered})


def in_block_list(path: str) -> bool:
    """Whether ``blocks.json`` covers a file."""
    return path not in {BLOCKS, TAG_MANIFEST, SIGNATURE, SIGNATURE_BLOCKS}


def signature_blocks_text(signature_file: bytes) -> bytes:
    """``signature-blocks.json``: the block list of ``signature.json``, which nothing else can cover."""
    return canonical_json(blocks_json(file_blocks(signature_file)))


def envelope_text(statement: Mapping[str, Json], files: Mapping[str, bytes], *, key: SigningKey) -> bytes:
    """``signature.json``: the statement with every file's size and digest, signed."""
    listed: dict[str, Json] = {
        path: {"bytes": file.size_bytes, "sha256": file.sha256} for path, file in signed_files(files).items()
    }
    whole: JsonObject = {**statement, "format": PACK_FORMAT, "files": listed}
    return canonical_json(
        {
            "algorithm": ALGORITHM,
            "public_key": key.public.hex,
            "signature": key.sign(canonical_json(whole)),
            "statement": whole,
        }
    )


def read_envelope(data: bytes) -> Envelope | CanonicalFault:
    """Read ``signature.json``; gives the place when it cannot be read. Does not check the signature."""
    value = read_canonical(data)
    if isinstance(value, CanonicalFault):
        return value
    if set(value) != {"algorithm", "public_key", "signature", "statement"}:
        return CanonicalFault(0, "its fields are not algorithm, public_key, signature and statement")
    for name, pattern in _TEXT_FIELDS.items():
        text = value[name]
        if not isinstance(text, str) or pattern.fullmatch(text) is None:
            return _field(data, name, why=f"is not of the form {pattern.pattern}")
    statement = value["statement"]
    files = _read_files(statement.get("files")) if isinstance(statement, dict) else None
    if files is None or not isinstance(statement, dict):
        return _field(data, "statement", why="holds no list of plain paths with bytes and sha256")
    return Envelope(str(value["public_key"]), str(value["signature"]), statement, files)


def read_block_list(data: bytes) -> Mapping[str, Json]:
    """Paths and their lists from ``blocks.json``; empty when it cannot be read."""
    value = read_canonical(data)
    listed = None if isinstance(value, CanonicalFault) else value.get("files")
    return listed if isinstance(listed, dict) else {}


def _is_listed_tag(path: str) -> bool:
    return not path.startswith("data/") and path not in {TAG_MANIFEST, SIGNATURE, SIGNATURE_BLOCKS}


def _lines(files: Iterable[tuple[str, SignedFile]]) -> bytes:
    return "".join(f"{file.sha256}  {path}\n" for path, file in files).encode("ascii")


def _field(data: bytes, name: str, *, why: str) -> CanonicalFault:
    return CanonicalFault(max(data.find(f'"{name}"'.encode()), 0), f"its field {name} {why}")


def _read_files(value: Json) -> dict[str, SignedFile] | None:
    if not isinstance(value, dict):
        return None
    files: dict[str, SignedFile] = {}
    for path, item in value.items():
        if not is_plain_path(path) or not isinstance(item, dict) or set(item) != {"bytes", "sha256"}:
            return None
        size, digest = item["bytes"], item["sha256"]
        if not isinstance(size, int) or isinstance(size, bool) or not isinstance(digest, str):
            return None
        files[path] = SignedFile(size, digest)
    return files
