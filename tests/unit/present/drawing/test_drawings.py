"""Map, close-up, timeline: geometry that can be computed by hand."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.present import sample_views as sample
from truceline.present.coverage import cameras_coverage
from truceline.present.drawing.crossing_svg import render_close_up, render_depth_mark, render_probability
from truceline.present.drawing.map_svg import (
    DIMENSIONS_MOST,
    LABEL_SIZE,
    TRACKS_MOST,
    MapContent,
    drawn_tracks,
    drawn_words,
    map_summary,
    render_map,
)
from truceline.present.drawing.plane import (
    ELLIPSE_95,
    deepest_row,
    ellipse_m,
    foot_on_line_m,
    line_offset_m,
    runs,
    thinned,
    window_around,
)
from truceline.present.drawing.svg import element, path_data, printable
from truceline.present.drawing.timeline_svg import TimelineContent, render_timeline, timeline_summary
from truceline.present.views.place import place_of
from truceline.present.views.subjects import TrackView


def content(**changes: object) -> MapContent:
    view = sample.scan_view()
    return replace(MapContent(place_of(view.site), view.tracks, view.crossings), **changes)  # type: ignore[arg-type]


def timeline(**changes: object) -> TimelineContent:
    view = sample.scan_view()
    whole = TimelineContent(view.recordings, view.gaps, view.tracks, view.crossings, 540, ("1",))
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_a_window_keeps_metres_square_and_north_up():
    window = window_around(np.array([[0.0, 0.0], [10.0, 2.0]]), width=300, height=200, margin_m=1.0)
    origin, east, north = (window.place_one(point) for point in ((0, 0), (1, 0), (0, 1)))
    assert east[0] - origin[0] == pytest.approx(window.units_per_m)
    assert origin[1] - north[1] == pytest.approx(window.units_per_m)
    assert window.units_per_m == pytest.approx(300 / 12)


def test_the_band_keeps_its_distance_at_a_bend():
    bent = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    moved = line_offset_m(bent, 1.0)
    np.testing.assert_allclose(moved, [[0, 1], [9, 1], [9, 10]], atol=1e-12)


@given(st.floats(0.01, 9), st.floats(0.01, 9), st.floats(-0.99, 0.99))
def test_the_ellipse_lies_at_its_mahalanobis_distance(east: float, north: float, correlation: float):
    off = correlation * np.sqrt(east * north)
    covariance = np.array([[east, off], [off, north]])
    outline = ellipse_m(np.array([3.0, -2.0]), covariance) - (3.0, -2.0)
    squared = np.sum(outline * np.linalg.solve(covariance, outline.T).T, axis=1)
    np.testing.assert_allclose(squared, ELLIPSE_95**2, rtol=1e-6)


def test_runs_reach_to_seen_neighbours_and_cover_every_row():
    observed = np.array([True, True, False, False, True])
    assert runs(observed) == [(slice(0, 2), True), (slice(1, 5), False), (slice(4, 5), True)]
    assert runs(np.array([False])) == [(slice(0, 1), False)]


def test_thinning_keeps_the_ends():
    assert thinned(1000, most=10)[[0, -1]].tolist() == [0, 999]
    assert thinned(1, most=10).tolist() == [0]


def test_seen_is_solid_and_not_seen_is_dotted():
    drawing = render_map(content())
    assert "track seen person selected" in drawing
    assert "track not-seen person selected" in drawing
    all_seen = replace(sample.guard_track(), observed=np.ones(175, dtype=bool))
    assert "not-seen" not in render_map(content(tracks=(TrackView(all_seen, "P2"),)))


def test_the_map_names_line_sides_zone_depth_and_bound():
    drawing = render_map(content())
    label = "line MDL, version drawn.1, ± 0.20 m (95 %)"
    for words in (label, "North", "South", "crossing point", "3.0 ± 0.2 m"):
        assert words in drawing
    assert "band-edge" in drawing
    assert "P2 passed from North to South, 3.0 ± 0.2 m deep (1 σ)." in map_summary(content())


def test_a_zone_whose_outline_is_not_on_the_map_is_not_named_on_it():
    whole = content()
    (zone,) = whole.place.zones
    middle = zone.ring_en_m.mean(axis=0)
    for ring in (middle + 1000 * (zone.ring_en_m - middle), zone.ring_en_m + 1000):
        place = replace(whole.place, zones=(replace(zone, ring_en_m=ring),))
        assert "crossing point" not in render_map(content(place=place))


def test_a_map_without_tracks_shows_the_line():
    drawing = render_map(content(tracks=(), crossings=()))
    assert 'class="line"' in drawing
    assert "nan" not in drawing.lower()
    assert "No crossing." in drawing


def test_a_map_of_very_many_tracks_says_how_many_it_draws():
    times = np.arange(0.0, 2.0, 0.5)
    many = tuple(
        TrackView(
            sample.track(f"x{index}", times_s=times, en_m=np.stack([times, times + index / 100], 1)),
            f"P{index}",
        )
        for index in range(TRACKS_MOST + 50)
    )
    crowded = content(tracks=(*many, *sample.scan_view().tracks))
    assert len(drawn_tracks(crowded)) == TRACKS_MOST
    assert {"P2", "P3"} <= {view.label for view in drawn_tracks(crowded)[-2:]}
    assert drawn_words(crowded) == f"{TRACKS_MOST} of {TRACKS_MOST + 54} tracks"
    assert drawn_words(content()) == "4 tracks"


def test_the_band_is_drawn_to_scale():
    line = sample.site().line
    narrow = render_map(content(place=place_of(sample.site(line=replace(line, sigma_m=0.05)))))
    wide = render_map(content(place=place_of(sample.site(line=replace(line, sigma_m=0.5)))))

    def height(drawing: str) -> float:
        found = re.search(r'd="M([^"]*)Z" class="band"', drawing)
        assert found
        points = np.array([[float(word) for word in pair.split()] for pair in found[1].split("L")])
        return float(np.linalg.norm(points[0] - points[-1]))

    assert height(wide) / height(narrow) == pytest.approx(10, rel=0.05)


def test_the_deepest_row_and_its_foot_on_the_line():
    line, crossing = sample.site().line, sample.guard_crossing()
    view = TrackView(sample.guard_track(), "P2")
    deepest = view.track.en_m[deepest_row(line, crossing=crossing, view=view)]
    assert deepest[1] == view.track.en_m[:, 1].min()
    foot = foot_on_line_m(line, crossing=crossing, point_en_m=deepest)
    along = line.vertices_en_m[1] - line.vertices_en_m[0]
    assert (foot - deepest) @ along == pytest.approx(0, abs=1e-9)
    off = foot - line.vertices_en_m[0]
    assert along[0] * off[1] - along[1] * off[0] == pytest.approx(0, abs=1e-9)


def test_a_close_up_marks_every_frame_seen_or_not():
    view = sample.scan_view()
    drawing = render_close_up(view.crossings[0], track=view.tracks[0], line=view.site.line)
    near = (view.tracks[0].track.utc_ns >= sample.at(24.2)) & (view.tracks[0].track.utc_ns <= sample.at(30.9))
    assert drawing.count("frame-mark") == int(near.sum())
    assert drawing.count("frame-mark not-seen") == 6


def test_the_depth_mark_starts_at_the_line():
    line = sample.site().line
    drawing = render_depth_mark(sample.guard_crossing().depth_m, line=line, to_side="South")
    assert 'data-exact="ruler">0<' in drawing
    assert "3.0 ± 0.2 m" in drawing
    assert "line ± 0.20 m (95 %)" in drawing


@pytest.mark.parametrize(("value", "width"), [(0.0, "0"), (0.5, "48"), (1.0, "96"), (1.7, "96")])
def test_the_probability_bar_is_linear(value: float, width: str):
    assert f'width="{width}" height="6" class="meter"' in render_probability(value)


def test_a_timeline_hatches_gaps_with_length_and_cause():
    drawing = render_timeline(timeline())
    assert 'class="gap"' in drawing
    assert "gap 3.20 s, frozen" in drawing
    assert "05:00:20" in drawing
    assert "14:00:20" in drawing
    assert "1 stretch not observed" in timeline_summary(timeline())


def test_a_timeline_over_midnight_names_both_days():
    long = replace(sample.recording(), span=sample.span(0, 40 * 3600))
    gap = replace(sample.gap(), span=sample.span(18 * 3600, 20 * 3600))
    drawing = render_timeline(timeline(recordings=(long,), gaps=(gap,)))
    assert "UTC 4 Mar 2026" in drawing
    assert "5 Mar 2026 00:00" in drawing
    (coverage,) = cameras_coverage((long,), (gap,))
    assert coverage.unobserved[0].words.startswith("4 Mar 2026 23:00:00.0 to 5 Mar 2026 01:00:00.0 UTC")


def test_a_timeline_without_footage_is_empty_and_says_so():
    assert render_timeline(timeline(recordings=(), gaps=())) == ""
    assert timeline_summary(timeline(recordings=(), gaps=())) == "No footage."


def test_many_subjects_share_a_lane_but_those_who_crossed_do_not():
    view = sample.many_scan_view()
    drawing = render_timeline(timeline(tracks=view.tracks, crossings=sample.scan_view().crossings))
    assert "36 other tracks" in drawing
    assert ">P2 person<" in drawing
    assert ">P3 person<" in drawing


def test_crossings_at_the_same_time_do_not_overprint():
    view = sample.scan_view()
    twins = tuple(
        replace(view.crossings[0], crossing=replace(view.crossings[0].crossing, event_id=str(index)))
        for index in range(4)
    )
    drawing = render_timeline(timeline(crossings=twins))
    lanes = re.findall(r'<g transform="translate\(0 (\d+)\)">', drawing)
    marks = re.findall(r'translate\(0 (\d+)\)">(?:(?!</g>).)*?class="event"', drawing)
    assert len(set(lanes)) == len(lanes)
    assert len(marks) == 4


def test_text_of_an_element_is_escaped_and_made_printable():
    assert element("text", "<b>\x00", title='"') == '<text title="&#34;">&lt;b&gt;\ufffd</text>'
    assert printable("a\ud800b") == "a\ufffdb"


def test_a_path_breaks_where_there_is_nothing():
    assert path_data(np.array([[0, 0], [1, 1], [np.nan, 0], [2, 2]])) == "M0 0L1 1M2 2"


def test_a_map_of_many_crossings_leaves_their_depths_to_the_close_ups():
    view = sample.scan_view()
    few = MapContent(place_of(view.site), view.tracks, view.crossings[:1] * DIMENSIONS_MOST)
    many = MapContent(place_of(view.site), view.tracks, view.crossings[:1] * (DIMENSIONS_MOST + 1))
    assert str(render_map(few)).count('class="deepest"') == DIMENSIONS_MOST
    assert str(render_map(many)).count('class="deepest"') == 0
    assert str(render_map(many)).count('class="crossing-ring"') == DIMENSIONS_MOST + 1
    close = render_close_up(view.crossings[0], track=view.tracks[0], line=view.site.line)
    assert 'class="deepest"' in close


def test_labels_of_tracks_never_cover_one_another():
    view = sample.many_scan_view()
    drawn = str(render_map(MapContent(place_of(view.site), view.tracks[:12], view.crossings)))
    placed = re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)" class="label[^"]*"', drawn)
    places = np.array(placed, dtype=float)
    assert len(places) > 1
    apart = np.abs(places[:, None] - places[None]) >= LABEL_SIZE
    assert np.all(apart.any(axis=2) | np.eye(len(places), dtype=bool))
