"""Writing a pack: a BagIt bag (RFC 8493) that is signed as a whole and appears whole or not at all."""

import errno
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from truceline.errors import InputError, ServiceError
from truceline.evidence.blocks import BLOCK_BYTES
from truceline.evidence.canonical import canonical_json
from truceline.evidence.document import finding_json
from truceline.evidence.keys import SigningKey
from truceline.evidence.statement import (
    BAG_INFO,
    BAGIT,
    BAGIT_TEXT,
    BLOCKS,
    FINDING,
    FRAMES,
    LARGEST_PACK_BYTES,
    MANIFEST,
    PACK_KIND,
    PAGE,
    SIGNATURE,
    SIGNATURE_BLOCKS,
    TAG_MANIFEST,
    TRACK,
    blocks_text,
    envelope_text,
    is_plain_path,
    manifest_text,
    signature_blocks_text,
    signed_files,
    tag_manifest_text,
)
from truceline.evidence.verify import Snapshot, verify_snapshot
from truceline.records.releases import PackContents, PackFrame, TrustedKeys
from truceline.records.reviews import Json
from truceline.records.time import format_utc

_PACK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff"}


def pack_files(contents: PackContents, *, key: SigningKey) -> dict[str, bytes]:
    """The files of a pack by path. The same contents and key always give the same bytes.

    Raises:
        InputError: Something in the contents cannot stand in a pack: a name, a picture that is none, a
            decision that was not signed, a field that no public pack may hold, more than 2 MB in all.
    """
    _check_contents(contents)
    document = finding_json(contents, demonstration_key=key.demonstration)
    files = {
        PAGE: contents.page_html,
        FINDING: canonical_json(document),
        TRACK: canonical_json(contents.track),
        **{f"{FRAMES}/{frame.name}": frame.content for frame in contents.frames},
    }
    files[BAGIT] = BAGIT_TEXT
    files[BAG_INFO] = _bag_info(contents, key=key, payload=dict(files))
    files[MANIFEST] = manifest_text(signed_files(files))
    files[BLOCKS] = blocks_text(files)
    files[TAG_MANIFEST] = tag_manifest_text(signed_files(files))
    statement: dict[str, Json] = {
        "kind": PACK_KIND,
        "pack_id": contents.pack_id,
        "released_utc": format_utc(contents.released_utc_ns, digits=9),
        "competent_body": contents.competent_body,
        "simulated": contents.simulated,
        "scripted_decisions": contents.finding.finding.scripted,
        "demonstration_key": key.demonstration or contents.finding.finding.demonstration_key,
        "block_bytes": BLOCK_BYTES,
    }
    files[SIGNATURE] = envelope_text(statement, files, key=key)
    files[SIGNATURE_BLOCKS] = signature_blocks_text(files[SIGNATURE])
    _check_size(files)
    _check_by_verifying(files, key)
    return files


def write_pack(contents: PackContents, out: Path, *, key: SigningKey) -> Path:
    """Write a pack as a folder. It is made beside its place and renamed, so that no half of it is ever seen.

    Raises:
        InputError: See ``pack_files``; or something exists at ``out``.
        ServiceError: It cannot be written (disk full, no right to); nothing is left behind.
    """
    files = pack_files(contents, key=key)
    if os.path.lexists(out):
        raise InputError(
            "something exists there and is not overwritten", where=str(out), do="Choose another name."
        )
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{out.name}.", dir=out.parent, ignore_cleanup_errors=True
        ) as folder:
            making = Path(folder) / "pack"
            _write_files(files, making)
            making.rename(out)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise ServiceError(
            "the disk is full; nothing was written"
            if full
            else f"the pack cannot be written: {error.strerror}",
            where=str(out),
            do=f"Free at least {sum(map(len, files.values()))} bytes." if full else "",
        ) from error
    return out


def _write_files(files: Mapping[str, bytes], making: Path) -> None:
    for path, data in files.items():
        target = making / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())


def _check_contents(contents: PackContents) -> None:
    if _PACK_ID.fullmatch(contents.pack_id) is None:
        raise InputError(
            f"{contents.pack_id!r} cannot name a pack",
            do="Use letters, digits, '.', '_' and '-', at most 64.",
        )
    for name, text in (
        ("competent body", contents.competent_body),
        ("removal contact", contents.removal_contact),
    ):
        if not text.strip() or not text.isprintable():
            raise InputError(f"the {name} is {text!r}; a pack needs one, in one line", where=contents.pack_id)
    if not contents.page_html:
        raise InputError("the page is empty", where=contents.pack_id)
    for frame in contents.frames:
        _check_frame(frame)
    if len({frame.name for frame in contents.frames}) != len(contents.frames):
        raise InputError("two frames have one name", where=contents.pack_id)


def _check_frame(frame: PackFrame) -> None:
    start = _PICTURES.get(Path(frame.name).suffix)
    if start is None or "/" in frame.name or not is_plain_path(f"{FRAMES}/{frame.name}"):
        raise InputError(f"{frame.name!r} cannot name a frame", do="Use a name like 0001.png or 0001.jpg.")
    if not frame.content.startswith(start):
        raise InputError(f"the frame {frame.name} does not hold such a picture")


def _bag_info(contents: PackContents, *, key: SigningKey, payload: Mapping[str, bytes]) -> bytes:
    data = [content for path, content in payload.items() if path.startswith("data/")]
    version = contents.finding.versions.get("truceline", "")
    said = {
        "simulated footage": contents.simulated,
        "scripted decisions": contents.finding.finding.scripted,
        "demonstration key": key.demonstration or contents.finding.finding.demonstration_key,
    }
    disclosed = ", ".join(name for name, holds in said.items() if holds) or "none"
    lines = (
        f"Source-Organization: {contents.competent_body}",
        f"External-Identifier: {contents.pack_id}",
        f"Bagging-Date: {format_utc(contents.released_utc_ns)[:10]}",
        f"Payload-Oxum: {sum(map(len, data))}.{len(data)}",
        f"Bag-Software-Agent: Truceline {version}".rstrip(),
        f"Removal-Contact: {contents.removal_contact}",
        f"Truceline-Disclosure: {disclosed}",
        f"Truceline-Key-Id: {key.public.key_id}",
    )
    return ("\n".join(lines) + "\n").encode("utf-8")


def _check_size(files: Mapping[str, bytes]) -> None:
    size = sum(map(len, files.values()))
    if size > LARGEST_PACK_BYTES:
        largest = max(files, key=lambda path: len(files[path]))
        raise InputError(
            f"the pack would have {size} bytes; at most {LARGEST_PACK_BYTES} are allowed",
            where=largest,
            do=f"The largest file has {len(files[largest])} bytes; use fewer or smaller frames.",
        )


def _check_by_verifying(files: Mapping[str, bytes], key: SigningKey) -> None:
    """Nothing leaves that a stranger's verification would refuse."""
    folders = frozenset(path.rpartition("/")[0] for path in files if "/" in path)
    result = verify_snapshot(Snapshot("the pack", files, folders, ()), TrustedKeys((key.public.hex,)))
    if result.exit_code != 0:
        raise InputError(
            f"this cannot be released, because it would not verify: {result.sentence}",
            do="Correct what is named and release again.",
        )
