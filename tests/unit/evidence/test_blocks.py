"""Block lists name the byte that differs; when they cannot, they name the range or the sizes."""

import hashlib
import random

import pytest

from truceline.evidence.blocks import (
    blocks_json,
    compare_bytes,
    file_blocks,
    find_differences,
    read_blocks,
    repaired,
)

DATA = random.Random(3).randbytes(5_000)


def changed(data: bytes, *places: int) -> bytes:
    buffer = bytearray(data)
    for place in places:
        buffer[place] ^= 0xFF
    return bytes(buffer)


@pytest.mark.parametrize("place", [0, 1, 1023, 1024, 4095, 4096, 4999])
@pytest.mark.parametrize("value", [0, 1, 127, 255])
def test_one_changed_byte_is_found_with_both_values(place, value):
    found = DATA[:place] + bytes((value,)) + DATA[place + 1 :]
    damages = find_differences("f", found=found, signed=file_blocks(DATA))
    if found == DATA:
        assert damages == ()
        return
    (damage,) = damages
    assert (damage.offset, damage.found, damage.signed) == (place, f"0x{value:02x}", f"0x{DATA[place]:02x}")
    assert repaired(found, file_blocks(DATA)) == DATA


def test_one_byte_in_each_of_two_blocks():
    damages = find_differences("f", found=changed(DATA, 10, 2_000), signed=file_blocks(DATA))
    assert [damage.offset for damage in damages] == [10, 2_000]


def test_more_damage_names_the_range():
    found = changed(DATA, 1_030, 1_031, 2_100, 2_200)
    (damage,) = find_differences("f", found=found, signed=file_blocks(DATA))
    assert damage.offset == 1_024
    assert "bytes 1024 to 3071" in damage.sentence
    assert repaired(found, file_blocks(DATA)) is None


def test_two_bytes_whose_sums_cancel_are_still_refused():
    data = bytes([5, 5, 5, 5])
    found = bytes([6, 4, 4, 6])  # The plain sum and the weighted sum both stay as they were.
    signed = file_blocks(data)
    assert file_blocks(found).entries[0][64:] == signed.entries[0][64:]
    (damage,) = find_differences("f", found=found, signed=signed)
    assert "bytes 0 to 3" in damage.sentence


def test_two_bytes_that_look_like_one_are_not_called_one():
    # 5+1 at place 1 and 5+1 at place 3 shift the sums as 5+2 at place 2 does.
    data, found = bytes([5, 5, 5]), bytes([6, 5, 6])
    (damage,) = find_differences("f", found=found, signed=file_blocks(data))
    assert damage.signed == "1 block(s)"


@pytest.mark.parametrize(
    ("found", "start"),
    [
        pytest.param(DATA[:0], 0, id="emptied"),
        pytest.param(DATA[:1_500], 1_024, id="cut within a block"),
        pytest.param(DATA[:2_048], 2_048, id="cut at a block's end"),
        pytest.param(DATA + b"x", 5_000, id="grown"),
        pytest.param(b"x" + DATA, 0, id="pushed"),
    ],
)
def test_another_size_names_both_sizes(found, start):
    (damage,) = find_differences("f", found=found, signed=file_blocks(DATA))
    assert (damage.kind, damage.offset) == ("resized", start)
    assert (damage.found, damage.signed) == (f"{len(found)} bytes", "5000 bytes")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(DATA + b"xyz", "3 byte(s) were added at the end, from byte 5000 on", id="grown"),
        pytest.param(DATA[:2_048], "2952 byte(s) are missing at the end, from byte 2048 on", id="cut"),
        pytest.param(
            changed(DATA, 4_999) + b"x", "the first difference lies in bytes 4096 to 5000", id="both"
        ),
        pytest.param(DATA[:1_500], "the first difference lies in bytes 1024 to 2047", id="within a block"),
    ],
)
def test_what_was_added_or_cut_at_the_end_is_told_from_a_change(found, words):
    (damage,) = find_differences("f", found=found, signed=file_blocks(DATA))
    assert damage.sentence.endswith(words)


def test_what_is_the_same_is_not_named():
    assert find_differences("f", found=DATA, signed=file_blocks(DATA)) == ()
    assert find_differences("f", found=b"", signed=file_blocks(b"")) == ()
    assert compare_bytes("f", found=DATA, signed=DATA) == ()


def test_derived_bytes_are_compared_exactly():
    (damage,) = compare_bytes("f", found=changed(DATA, 77), signed=DATA)
    assert (damage.offset, damage.signed) == (77, f"0x{DATA[77]:02x}")
    (damage,) = compare_bytes("f", found=DATA[:-1], signed=DATA)
    assert damage.kind == "resized"


def test_digests_are_plain_sha256_of_each_block():
    entries = file_blocks(DATA).entries
    assert [entry[:64] for entry in entries] == [
        hashlib.sha256(DATA[start : start + 1024]).hexdigest() for start in range(0, 5_000, 1024)
    ]


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"bytes": 1, "blocks": []},
        {"bytes": -1, "blocks": []},
        {"bytes": True, "blocks": ["0" * 72]},
        {"bytes": 1, "blocks": ["0" * 71]},
        {"bytes": 1, "blocks": [1]},
        {"bytes": 1, "blocks": ["0" * 72], "more": 1},
    ],
)
def test_lists_that_are_none_are_not_read(value):
    assert read_blocks(value) is None


def test_reads_what_it_writes():
    assert read_blocks(blocks_json(file_blocks(DATA))) == file_blocks(DATA)
