import re
from pathlib import Path

import numpy as np
import pytest

import truceline
from tests.unit.survey.folders import SITE, changed, collection, feature, write_site
from truceline.errors import ServiceError
from truceline.pipeline.sites.check import check_whole_site
from truceline.pipeline.sites.page import write_site_page
from truceline.present.drawing.deciding_svg import COLOURS, STEPS_M, step_of
from truceline.present.drawing.residuals_svg import enlargement
from truceline.records.time import parse_utc

NOW = parse_utc("2026-03-01T00:00:00Z")
WITH = SITE.replace("[[camera]]", '[landmarks]\nfile = "places.geojson"\n[[camera]]')
LANDMARKS = collection(
    feature("LineString", [[-5, 1], [5, 1.5]], id="d", kind="ditch", name="Old drain"),
    feature("Point", [8, -4], id="k", kind="post", name="Post <5>"),
    feature("Polygon", [[[3, 6], [7, 6], [7, 9], [3, 6]]], id="h", kind="building", name="Hut", height_m=3),
)


def page(tmp_path, site=WITH):
    folder = write_site(tmp_path, site)
    (folder / "places.geojson").write_text(LANDMARKS)
    write_site_page(check_whole_site(folder, at_utc_ns=NOW), tmp_path / "page.html")
    return (tmp_path / "page.html").read_text()


def test_the_page_says_that_it_stays_at_the_station(tmp_path):
    text = page(tmp_path)
    assert "Not for release." in text
    assert "Stays at the station" in text
    assert "default-src &#39;none&#39;" in text


def test_nothing_that_leaves_the_station_is_made_from_these_drawings():
    """Only the commands of the survey reach them: no pack, no page of a scan or a release."""
    drawings = (
        "deciding_svg",
        "residuals_svg",
        "survey_pages",
        "pipeline.sites.page",
        "pipeline.sites.calibrate",
    )
    allowed = {
        "cli/site.py",
        "cli/site_calibrate.py",
        "pipeline/sites/calibrate.py",
        "pipeline/sites/page.py",
        "present/pages/survey_pages.py",
    }
    source = Path(truceline.__file__).parent
    users = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if any(
            re.search(rf"^\s*(?:from|import)\s.*\b{re.escape(name)}\b", path.read_text(), re.MULTILINE)
            for name in drawings
        )
    }
    assert users == allowed


def test_line_views_landmarks_and_depths_are_drawn(tmp_path):
    text = page(tmp_path)
    assert 'class="band"' in text
    assert text.count('class="camera-view"') == 1
    assert all(name in text for name in ("Old drain, ditch", "Post &lt;5&gt;", "Hut, building"))
    assert any(f'fill="{colour}"' in text for colour in COLOURS)
    words = re.search(r"1 m or less on ([\d.]+) % of 80 m of line, not observed on ([\d.]+) %", text)
    assert words
    assert 30 < float(words[1]) < 60
    assert float(words[1]) + float(words[2]) == pytest.approx(100, abs=1)
    assert "behind a landmark whose height is stated" in text


def test_remarks_stand_on_the_page_and_a_bad_site_is_called_so(tmp_path):
    text = page(tmp_path, changed("tilt_deg = -15.0", "tilt_deg = 30.0"))
    assert "The site must not be used as it is; 2 errors." in text
    assert "The calibration is above the horizon" in text
    assert "not observed on 100 %" in text


def test_a_site_without_cameras_or_remarks_can_be_drawn(tmp_path):
    start, end = SITE.index("[[camera]]"), SITE.index("[[permit]]")
    text = page(tmp_path, SITE[:start] + SITE[end:])
    assert "not observed on 100 %" in text
    assert "The site has no camera" in text
    (tmp_path / "b").mkdir()
    assert "Nothing to say." in page(tmp_path / "b", SITE)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    checked = check_whole_site(write_site(tmp_path), at_utc_ns=NOW)
    with pytest.raises(ServiceError, match="cannot be written"):
        write_site_page(checked, tmp_path / "nowhere" / "page.html")


@pytest.mark.parametrize(("depth_m", "step"), [(0.0, 0), (0.399, 0), (0.4, 1), (0.9, 3), (4.5, 6), (99.0, 6)])
def test_steps_of_depth(depth_m, step):
    assert step_of(depth_m) == step
    assert len(COLOURS) == len(STEPS_M) + 1


@pytest.mark.parametrize(
    ("lengths", "factor"), [([1.0, 4.0], 20), ([90.0], 1), ([0.0], 100), ([], 100), ([0.5, np.nan], 100)]
)
def test_residuals_are_enlarged_to_be_seen_and_no_more(lengths, factor):
    assert enlargement(np.array(lengths), longest=86.4) == factor
