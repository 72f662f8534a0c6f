"""The scanner finds every value of any JSON text on the line where it was written."""

import json

from hypothesis import given
from hypothesis import strategies as st

from truceline.tables.positions import json_lines

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def leaves(value, path=()):
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if items is None or not value:
        yield path, value
        return
    for key, item in items:
        yield from leaves(item, (*path, key))


@given(st.dictionaries(st.text(), VALUES, min_size=1, max_size=4), st.booleans())
def test_each_leaf_is_found_on_its_line(value, ascii_only):
    text = json.dumps(value, indent=1, ensure_ascii=ascii_only)
    written = text.split("\n")
    lines = json_lines(text)
    for path, leaf in leaves(value):
        assert json.dumps(leaf, ensure_ascii=ascii_only) in written[lines[path] - 1]
