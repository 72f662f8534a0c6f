"""Block lists: which byte of a file differs from what was signed.

A file is cut into blocks of 1 KiB. Of each block the list keeps SHA-256 and two sums modulo the prime
65521: of its bytes, and of its bytes times their place (1, 2, …). One changed byte shifts both sums; their
quotient is its place and the first shift its value (the two syndromes of a Reed-Solomon code that corrects
one symbol: Reed and Solomon 1960). The repaired block must then have the signed SHA-256: the sums only
guess, the digest proves.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import mul

from truceline.records.releases import Damage
from truceline.records.reviews import Json, JsonObject

BLOCK_BYTES = 1024
MOST_PLACES = 16
"""No more than this many places are named in one file."""

_PRIME = 65_521
_ENTRY = re.compile(r"[0-9a-f]{72}")


@dataclass(frozen=True, slots=True)
class FileBlocks:
    """Size of a file and one entry a block: 64 hex digits SHA-256, then twice 4 hex digits of sums."""

    size_bytes: int
    entries: tuple[str, ...]


def file_blocks(data: bytes) -> FileBlocks:
    """The block list of a file's bytes.

    >>> file_blocks(b"a" * 1025).entries[1][64:]
    '00610061'
    """
    return FileBlocks(len(data), tuple(_entry(block) for block in _cut(data)))


def blocks_json(blocks: FileBlocks) -> JsonObject:
    """The list as a JSON object."""
    return {"bytes": blocks.size_bytes, "blocks": list(blocks.entries)}


def read_blocks(value: Json) -> FileBlocks | None:
    """Read a list back; None when it is not one."""
    if not isinstance(value, dict) or set(value) != {"bytes", "blocks"}:
        return None
    size, entries = value["bytes"], value["blocks"]
    if not isinstance(size, int) or isinstance(size, bool) or not isinstance(entries, list):
        return None
    if size < 0 or len(entries) != -(-size // BLOCK_BYTES):
        return None
    if not all(isinstance(entry, str) and _ENTRY.fullmatch(entry) for entry in entries):
        return None
    return FileBlocks(size, tuple(str(entry) for entry in entries))


def find_differences(path: str, *, found: bytes, signed: FileBlocks) -> tuple[Damage, ...]:
    """Name the places in which a file differs from its signed block list; empty when it does not.

    A single changed byte in a block gives its exact offset and both values; more damage gives the range of
    bytes; a different size gives both sizes and the first block that differs.
    """
    blocks = _cut(found)
    if len(found) != signed.size_bytes:
        return (_resized(path, found=found, signed=signed),)
    wrong = [number for number, block in enumerate(blocks) if not _is(block, signed.entries[number])]
    damages: list[Damage] = []
    vague: list[int] = []
    for number in wrong:
        byte = _changed_byte(blocks[number], signed.entries[number])
        if byte is None:
            vague.append(number)
        else:
            place, original = byte
            damages.append(
                _changed(path, number * BLOCK_BYTES + place, values=(blocks[number][place], original))
            )
    damages.extend(_ranges(path, vague, size_bytes=len(found)))
    return tuple(sorted(damages, key=lambda damage: damage.offset or 0))[:MOST_PLACES]


def compare_bytes(path: str, *, found: bytes, signed: bytes) -> tuple[Damage, ...]:
    """Name the first place in which a file differs from the bytes it should hold; empty when it does not."""
    if found == signed:
        return ()
    if len(found) != len(signed):
        return (_resized(path, found=found, signed=file_blocks(signed)),)
    offset = next(place for place, byte in enumerate(found) if byte != signed[place])
    return (_changed(path, offset, values=(found[offset], signed[offset])),)


def repaired(found: bytes, signed: FileBlocks) -> bytes | None:
    """The signed bytes, when at most one byte in each block differs; None when they cannot be recovered."""
    if len(found) != signed.size_bytes:
        return None
    pieces: list[bytes] = []
    for block, entry in zip(_cut(found), signed.entries, strict=True):
        if _is(block, entry):
            pieces.append(block)
            continue
        byte = _changed_byte(block, entry)
        if byte is None:
            return None
        place, original = byte
        pieces.append(block[:place] + bytes((original,)) + block[place + 1 :])
    return b"".join(pieces)


def _cut(data: bytes) -> list[bytes]:
    return [data[start : start + BLOCK_BYTES] for start in range(0, len(data), BLOCK_BYTES)]


def _entry(block: bytes) -> str:
    plain, weighted = _sums(block)
    return f"{hashlib.sha256(block).hexdigest()}{plain:04x}{weighted:04x}"


def _sums(block: bytes) -> tuple[int, int]:
    return sum(block) % _PRIME, sum(map(mul, block, range(1, len(block) + 1))) % _PRIME


def _is(block: bytes, entry: str) -> bool:
    return hashlib.sha256(block).hexdigest() == entry[:64]


def _changed_byte(block: bytes, entry: str) -> tuple[int, int] | None:
    """Place and signed value of the one byte that differs; None when it is not one byte."""
    plain, weighted = _sums(block)
    shift = (plain - int(entry[64:68], 16)) % _PRIME
    if shift == 0:
        return None
    place = (weighted - int(entry[68:72], 16)) * pow(shift, -1, _PRIME) % _PRIME - 1
    if not 0 <= place < len(block):
        return None
    signed_shift = shift - _PRIME if shift > _PRIME // 2 else shift
    original = block[place] - signed_shift
    if not 0 <= original <= 255:
        return None
    candidate = block[:place] + bytes((original,)) + block[place + 1 :]
    return (place, original) if _is(candidate, entry) else None


def _changed(path: str, offset: int, *, values: tuple[int, int]) -> Damage:
    found, signed = (f"0x{value:02x}" for value in values)
    sentence = f"{path}, byte {offset}: found {found}, signed {signed}"
    return Damage(path, "changed", offset, found, signed, sentence)


def _resized(path: str, *, found: bytes, signed: FileBlocks) -> Damage:
    # What lies beyond the signed end is left out, so that a last block that was only added to is recognised.
    pairs: Iterable[tuple[bytes, str]] = zip(_cut(found[: signed.size_bytes]), signed.entries, strict=False)
    same = 0
    for block, entry in pairs:
        if not _is(block, entry):
            break
        same += len(block)
    # A cut file's last block is shorter than the signed one, so its own bytes cannot be told apart.
    end = min(same + BLOCK_BYTES, max(len(found), signed.size_bytes))
    sizes = (f"{len(found)} bytes", f"{signed.size_bytes} bytes")
    where = f"the first difference lies in bytes {same} to {end - 1}"
    if same == signed.size_bytes:
        where = f"{len(found) - same} byte(s) were added at the end, from byte {same} on"
    elif same == len(found):
        where = f"{signed.size_bytes - same} byte(s) are missing at the end, from byte {same} on"
    sentence = f"{path}: found {sizes[0]}, signed {sizes[1]}; {where}"
    return Damage(path, "resized", same, *sizes, sentence)


def _ranges(path: str, numbers: list[int], *, size_bytes: int) -> list[Damage]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    damages: list[Damage] = []
    for first, last in runs:
        start, end = first * BLOCK_BYTES, min((last + 1) * BLOCK_BYTES, size_bytes)
        count = last - first + 1
        sentence = (
            f"{path}, bytes {start} to {end - 1}: {count} block(s) differ from the signed digests, "
            "each in more than one byte"
        )
        damages.append(
            Damage(path, "changed", start, f"{count} other block(s)", f"{count} block(s)", sentence)
        )
    return damages
