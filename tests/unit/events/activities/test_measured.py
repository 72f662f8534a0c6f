import numpy as np
import pytest

from tests.unit.events.activities.made import (
    DRAGGING_M,
    KNEELING_M,
    LYING_M,
    START,
    UPRIGHT_M,
    drain,
    gate,
    ground,
    heights,
    path,
    road,
    subject,
)
from tests.unit.geometry.cameras import camera_of, mast
from truceline.events.activities.ground import (
    Ground,
    along_path_m,
    border_px,
    distance_m,
    path_distance_m,
)
from truceline.events.activities.measured.cast import cast_of
from truceline.events.activities.measured.chain import posteriors
from truceline.events.activities.measured.course import STEP_S, courses_of, runs
from truceline.events.activities.measured.speed import ON_FOOT, ON_WHEELS, speeds_of
from truceline.events.activities.measured.vehicles import outline_distance_m
from truceline.records.site import Landmark, LandmarkKind, LandmarkShape, Zone
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan


def test_the_raster_holds_only_what_lies_between_rows():
    at_s, places = path((0.06, 0, 10), (4.06, 4, 10))
    course, other = courses_of([subject("a", at_s, places), subject("b", at_s + 0.05, places)])
    assert course.start_utc_ns == other.start_utc_ns == START + round(0.06 * NS_PER_S)
    assert course.tick.tolist() == list(range(33))
    assert other.tick[0] == 1
    assert course.en_m[:, 0] == pytest.approx(course.at_s, abs=1e-9)


def test_a_long_gap_parts_stretches_and_a_short_one_does_not():
    at_s, places = path((0, 0, 10), (20, 20, 10))
    keep = ~((at_s > 5) & (at_s < 5.9)) & ~((at_s > 10) & (at_s < 14))
    (course,) = courses_of([subject("a", at_s[keep], places[keep])])
    assert np.unique(course.stretch).tolist() == [0, 1]
    assert course.row_at(round(12 / STEP_S)) is None
    assert course.row_at(round(5.5 / STEP_S)) is not None
    assert not course.observed[course.row_at(round(5.5 / STEP_S))]


def test_courses_of_nobody():
    assert courses_of([]) == ()


@pytest.mark.parametrize(
    ("mask", "pause", "found"),
    [
        pytest.param([0, 0, 0], 0, [], id="nothing"),
        pytest.param([1, 1, 0, 1], 0, [(0, 1), (3, 3)], id="a pause parts"),
        pytest.param([1, 1, 0, 1], 1, [(0, 3)], id="a pause that is joined"),
        pytest.param([1, 1, 1, 1], 0, [(0, 3)], id="all"),
    ],
)
def test_runs(mask, pause, found):
    assert runs(np.array(mask, bool), np.arange(len(mask)), pause=pause) == found


@pytest.mark.parametrize(
    ("speed_mps", "sigma_mps", "low", "high"),
    [
        pytest.param(3.5, 0.1, 0.99, 1.0, id="runs"),
        pytest.param(1.4, 0.1, 0.0, 0.01, id="walks"),
        pytest.param(3.5, 5.0, 0.05, 0.4, id="noise alone: as often as people run"),
        pytest.param(0.0, 2.0, 0.0, 0.2, id="noise about standing"),
    ],
)
def test_faster_than_a_walk(speed_mps, sigma_mps, low, high):
    at_s, places = path((0, 0, 10), (8, speed_mps * 8, 10))
    (course,) = courses_of([subject("a", at_s, places, velocity_sigma_mps=sigma_mps, sigma_m=9.0)])
    speeds = speeds_of(course, window_s=1.0)
    chance = ON_FOOT.beyond(speeds, 2.2)[len(course.tick) // 2]
    assert low <= chance <= high


def test_beyond_what_is_known_a_speed_is_what_it_was_measured():
    at_s, places = path((0, 0, 10), (3, 300, 10))
    (course,) = courses_of([subject("a", at_s, places)])
    assert ON_WHEELS.beyond(speeds_of(course, window_s=1.0), 60.0)[5] == 1.0


def test_a_chord_bounds_the_error_of_a_long_window():
    at_s, places = path((0, 0, 10), (20, 8, 10))
    (course,) = courses_of([subject("a", at_s, places, sigma_m=0.1, velocity_sigma_mps=0.5)])
    short, long = (speeds_of(course, window_s=one).sigma_mps[80] for one in (0.25, 4.0))
    assert short == pytest.approx(0.5, abs=0.1)
    assert long == pytest.approx(np.sqrt(2) * 0.1 / 4.0, rel=0.05)


def test_the_chain_agrees_with_counting_all_ways():
    likelihood = np.array([[0.9, 0.2], [0.5, 0.5], [0.1, 0.8]])
    steps, usual = np.array([0.0, 0.5, 0.5]), np.array([0.7, 0.3])
    rates = np.array([[0.0, 0.4], [0.6, 0.0]])
    found = posteriors(likelihood, steps, rates, usual)
    forgets = 1 - np.exp(-0.5 / 60)
    gone = 1 - np.exp(-np.array([0.4, 0.6]) * 0.5)
    move = (1 - forgets) * np.array([[1 - gone[0], gone[0]], [gone[1], 1 - gone[1]]]) + forgets * usual
    total = np.zeros((3, 2))
    for ways in np.ndindex(2, 2, 2):
        weight = usual[ways[0]] * move[ways[0], ways[1]] * move[ways[1], ways[2]]
        weight *= np.prod([likelihood[row, state] for row, state in enumerate(ways)])
        for row, state in enumerate(ways):
            total[row, state] += weight
    assert found == pytest.approx(total / total.sum(axis=1, keepdims=True), abs=1e-12)


@pytest.mark.parametrize(
    ("height_m", "state"),
    [
        pytest.param(UPRIGHT_M, 0, id="upright"),
        pytest.param(KNEELING_M, 1, id="kneeling"),
        pytest.param(LYING_M, 2, id="lying"),
    ],
)
def test_postures(height_m, state):
    at_s, places = path((0, 0, 10), (10, 0, 10))
    (person,) = cast_of([subject("a", at_s, places, height_m=height_m)], ground()).people
    assert (person.postures.probability[10:-10, state] > 0.9).all()


def test_bent_is_not_lying_and_unmeasured_is_unknown():
    at_s, places = path((0, 0, 10), (10, 0, 10))
    bent = cast_of([subject("a", at_s, places, height_m=DRAGGING_M)], ground()).people[0]
    unknown = cast_of([subject("a", at_s, places, height_m=np.nan)], ground()).people[0]
    assert bent.postures.lying.max() < 0.05
    assert unknown.postures.lying.max() < 0.3
    assert not unknown.postures.measured.any()


def test_one_low_row_does_not_lay_anybody_down():
    at_s, places = path((0, 0, 10), (10, 0, 10))
    height = np.where(np.abs(at_s - 5.0) < 0.05, 0.4, UPRIGHT_M)
    (person,) = cast_of([subject("a", at_s, places, height_m=height)], ground()).people
    assert person.postures.lying.max() < 0.5


def test_a_change_of_posture_is_dated():
    at_s, places = path((0, 0, 10), (20, 0, 10))
    down = subject("a", at_s, places, height_m=heights(at_s, (9.8, UPRIGHT_M), (10.2, LYING_M)))
    (person,) = cast_of([down], ground()).people
    first = np.flatnonzero(person.postures.lying > 0.5)[0]
    assert person.course.at_s[first] == pytest.approx(10.0, abs=0.6)


@pytest.mark.parametrize(
    ("point", "heading", "away_m"),
    [
        pytest.param((0, 0), 0.0, 0.0, id="inside"),
        pytest.param((3.1, 0), 0.0, 1.0, id="before it"),
        pytest.param((0, 1.95), 0.0, 1.0, id="beside it"),
        pytest.param((0, 3.1), np.pi / 2, 1.0, id="before it, turned"),
    ],
)
def test_the_outline_of_a_vehicle(point, heading, away_m):
    found = outline_distance_m(np.zeros(2), heading, points_en_m=np.array([point], float))
    assert found[0] == pytest.approx(away_m, abs=1e-9)


def test_without_a_heading_the_outline_is_round():
    points = np.array([[3.0, 0.0], [0.0, 3.0]])
    found = outline_distance_m(np.zeros(2), np.nan, points_en_m=points)
    assert found[0] == found[1] > 0


def test_distances_from_landmarks():
    ring = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    area = Landmark("a", "A", LandmarkKind.BUILDING, LandmarkShape.AREA, ring)
    point = Landmark("p", "P", LandmarkKind.POST, LandmarkShape.POINT, ring[:1])
    places = np.array([[2.0, 2.0], [7.0, 2.0]])
    assert distance_m(area, places) == pytest.approx([0.0, 3.0])
    assert distance_m(point, places) == pytest.approx([np.sqrt(8), np.sqrt(53)])
    assert distance_m(drain(north=0.0), places) == pytest.approx([2.0, 2.0])
    assert path_distance_m(ring, places[1:]) == pytest.approx([3.0])
    assert along_path_m(ring, places[1:]) == pytest.approx([6.0])


def test_places_have_names():
    zone = Zone("z", "The zone", "area", np.array([[90.0, 90], [110, 90], [110, 110], [90, 110]]))
    on = Ground(ground().line, (gate(), road()), (zone,))
    assert on.place_name(np.array([1.0, 20.0])) in ("gate", "road")
    assert on.place_name(np.array([100.0, 100.0])) == "The zone"
    assert on.place_name(np.array([-500.0, 500.0])) is None


def test_who_watches_a_place():
    span = UtcSpan(UtcNs(START), UtcNs(START + 10 * NS_PER_S))
    on = ground(cameras=(camera_of(mast()),), supplied=(("west", span),))
    here, behind = np.array([0.0, 0.0]), np.array([0.0, -60.0])
    assert on.watching(here, at_utc_ns=START + NS_PER_S) == ("west",)
    assert on.watching(here, at_utc_ns=START + 11 * NS_PER_S) == ()
    assert on.watching(behind, at_utc_ns=START + NS_PER_S) == ()
    assert border_px(camera_of(mast()), here[None])[0] > 50
    assert border_px(camera_of(mast()), behind[None])[0] < 0
