"""A damaged site's folder is refused with a place, or it still loads; nothing else ever comes out."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.survey.folders import SITE, line_json, write_site, zones_json
from truceline.errors import InputError
from truceline.survey.load import load_site

FILES = {"site.toml": SITE, "line.geojson": line_json(), "zones.geojson": zones_json()}
PIECES = st.sampled_from([*"[]{}=\"'\n,.#\\", '"""', "[[", "nan", "1e999", "true", "null", "-", "\x00", "é"])


@given(st.sampled_from(sorted(FILES)), st.data())
def test_damage_is_an_input_error_with_its_place(name, data):
    text = FILES[name]
    start = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 30))
    damaged = text[:start] + data.draw(PIECES | st.just("")) + text[start + length :]
    with tempfile.TemporaryDirectory() as folder:
        site = write_site(Path(folder))
        (site / name).write_text(damaged)
        refused = None
        try:
            load_site(site)
        except InputError as error:
            refused = error
        assert refused is None or (refused.where.startswith(folder) and refused.what)
