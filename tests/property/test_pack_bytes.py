"""Whatever byte is changed, wherever: refused, and the very place named. Whatever is signed reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.evidence.sample_pack import contents
from truceline.evidence.blocks import file_blocks, find_differences, repaired
from truceline.evidence.canonical import CanonicalFault, canonical_json, read_canonical
from truceline.evidence.keys import demonstration_key
from truceline.evidence.pack import pack_files
from truceline.evidence.verify import Snapshot, verify_snapshot
from truceline.records.releases import PackVerdict, TrustedKeys

FILES = pack_files(contents(), key=demonstration_key("release"))
FOLDERS = frozenset({"data", "data/frames"})


def verified(files):
    return verify_snapshot(Snapshot("pack", files, FOLDERS, ()), TrustedKeys())


@st.composite
def changed_bytes(draw):
    path = draw(st.sampled_from(sorted(FILES)))
    offset = draw(st.integers(0, len(FILES[path]) - 1))
    value = draw(st.integers(0, 255).filter(lambda value: value != FILES[path][offset]))
    return path, offset, value


@given(changed_bytes())
def test_one_changed_byte_is_refused_and_found(change):
    path, offset, value = change
    data = FILES[path]
    result = verified({**FILES, path: data[:offset] + bytes((value,)) + data[offset + 1 :]})
    assert result.verdict is PackVerdict.DIFFERS
    (damage,) = result.damages
    assert (damage.path, damage.offset) == (path, offset)
    assert (damage.found, damage.signed) == (f"0x{value:02x}", f"0x{data[offset]:02x}")


@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_cut_or_grown_file_is_refused_and_named(path, data):
    original = FILES[path]
    cut = original[: data.draw(st.integers(0, len(original) - 1))]
    grown = original + data.draw(st.binary(min_size=1, max_size=40))
    for changed in (cut, grown):
        result = verified({**FILES, path: changed})
        assert result.verdict is PackVerdict.DIFFERS
        assert [damage.path for damage in result.damages] == [path]
        assert result.damages[0].found == f"{len(changed)} bytes"


@given(st.lists(changed_bytes(), min_size=1, max_size=5, unique_by=lambda change: change[0]))
def test_changes_in_several_files_are_all_refused_and_each_file_named(changes):
    files = dict(FILES)
    for path, offset, value in changes:
        files[path] = files[path][:offset] + bytes((value,)) + files[path][offset + 1 :]
    result = verified(files)
    assert result.exit_code == 3
    named = {damage.path for damage in result.damages}
    changed = {path for path, _, _ in changes}
    if changed >= {"signature.json", "signature-blocks.json"}:
        # What was signed is lost then, so only the signature itself can be named.
        assert named & changed
    else:
        assert named == changed


@given(st.dictionaries(st.sampled_from(sorted(FILES)), st.binary(max_size=300), min_size=1))
def test_anything_in_any_file_gives_an_answer_and_never_passes(replaced):
    files = {**FILES, **replaced}
    assert (verified(files).exit_code == 0) == (files == FILES)


@given(st.binary(max_size=3_000), st.data())
def test_blocks_find_and_repair_one_byte(data, draw):
    signed = file_blocks(data)
    assert find_differences("f", found=data, signed=signed) == ()
    if not data:
        return
    offset = draw.draw(st.integers(0, len(data) - 1))
    value = draw.draw(st.integers(0, 255))
    found = data[:offset] + bytes((value,)) + data[offset + 1 :]
    offsets = [damage.offset for damage in find_differences("f", found=found, signed=signed)]
    assert offsets == ([] if found == data else [offset])
    assert repaired(found, signed) == data


TEXT = st.characters(exclude_categories=["Cs"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(TEXT),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(TEXT, max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(TEXT), JSON, max_size=4))
def test_canonical_json_is_read_back_and_has_one_form(value):
    try:
        data = canonical_json(value)
    except UnicodeError:
        pytest.fail("text without surrogates has a canonical form")
    again = read_canonical(data)
    assert not isinstance(again, CanonicalFault)
    assert again == value
    assert canonical_json(again) == data
    assert canonical_json(dict(reversed(value.items()))) == data
