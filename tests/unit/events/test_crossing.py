from dataclasses import replace

import numpy as np
import pytest

from tests.unit.events.walks import (
    LINE,
    at_s,
    crossings_of,
    line_of,
    out_and_back,
    paths_of,
    seconds_of,
    straight,
    track_of,
    viewpoint_of,
)
from truceline.events.crossing import REPORTED_FROM, STEP_SIGMA_S, CrossingSettings, find_crossings
from truceline.geometry.camera import ground_bias_jacobian
from truceline.records.digests import sha256_of


def test_a_straight_crossing():
    seconds = seconds_of(6)
    (crossing,) = crossings_of(seconds, straight(seconds))
    assert (crossing.from_side, crossing.to_side) == ("South", "North")
    assert crossing.probability == 1.0
    assert crossing.returned == 0.0
    assert crossing.returned_utc_ns is None
    assert crossing.dwell_s is None
    assert at_s(crossing.crossed_utc_ns) == pytest.approx(2.5, abs=0.05)
    assert crossing.place_en_m == pytest.approx((0, 0), abs=0.1)
    assert crossing.depth_m.value == pytest.approx(1.5 * 3.4, abs=0.1)
    assert (crossing.track_id, crossing.camera_id) == ("t1", "west")
    assert (crossing.line_id, crossing.line_version) == ("L", "1")
    assert at_s(crossing.span.end_utc_ns) == pytest.approx(5.9)


def test_out_and_back_three_metres_in_two_and_a_half_seconds():
    seconds = seconds_of(8)
    (crossing,) = crossings_of(seconds, out_and_back(seconds))
    assert crossing.probability == 1.0
    assert crossing.returned == 1.0
    assert crossing.depth_m.value == pytest.approx(3.0, abs=0.1)
    assert crossing.depth_m.low < 3.0 < crossing.depth_m.high
    assert crossing.dwell_s is not None
    assert crossing.dwell_s.value == pytest.approx(2.4, abs=0.1)
    assert crossing.returned_utc_ns is not None
    assert at_s(crossing.returned_utc_ns) == pytest.approx(4.4, abs=0.1)
    assert crossing.span.end_utc_ns == crossing.returned_utc_ns


@pytest.mark.parametrize(
    ("depth_m", "events"),
    [
        pytest.param(-3.0, 0, id="far away"),
        pytest.param(-0.05, 0, id="just before the line"),
        pytest.param(0.1, 0, id="within the band"),
        pytest.param(0.5, 1, id="beyond the band"),
    ],
)
def test_grazing(depth_m, events):
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=4.0) - [0.0, 4.0 - depth_m]
    assert len(crossings_of(seconds, places)) == events


def test_at_the_edge_of_the_band_it_is_even_odds():
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=4.0) - [0.0, 3.75]
    (crossing,) = crossings_of(seconds, places, sigma_m=0.1)
    assert 0.35 < crossing.probability < 0.65


def test_flicker_on_the_line_is_nothing():
    seconds = seconds_of(6)
    north = 0.12 * np.sin(seconds * 9)
    places = np.stack([seconds - 3, north], axis=1)
    assert crossings_of(seconds, places, sigma_m=0.02, line=line_of(sigma_m=0.01)) == ()


def test_who_starts_beyond_and_leaves_crosses_the_other_way():
    seconds = seconds_of(6)
    (crossing,) = crossings_of(seconds, straight(seconds)[::-1])
    assert (crossing.from_side, crossing.to_side) == ("North", "South")


def test_who_starts_beyond_and_stays_does_not_cross():
    seconds = seconds_of(6)
    assert crossings_of(seconds, straight(seconds) * [1, 0.2] + [0, 2.0]) == ()


def test_passing_round_the_end_of_the_line_is_no_crossing():
    seconds = seconds_of(6)
    assert crossings_of(seconds, straight(seconds), line=line_of([(-30, 0), (-5, 0)])) == ()


def test_two_crossings_of_one_track_are_two_events_in_order():
    seconds = seconds_of(16)
    first = out_and_back(seconds, start_s=2.0)
    second = out_and_back(seconds, start_s=10.0, depth_m=2.0)
    crossings = crossings_of(seconds, np.where(seconds[:, None] < 7, first, second))
    assert [at_s(one.crossed_utc_ns) for one in crossings] == pytest.approx([2.0, 10.0], abs=0.1)
    assert [one.depth_m.value for one in crossings] == pytest.approx([3.0, 2.0], abs=0.1)
    assert len({one.event_id for one in crossings}) == 2


def test_a_bent_line():
    seconds = seconds_of(6)
    bend = line_of([(-20, 0), (-0.5, 0), (4, -20)])
    (crossing,) = crossings_of(seconds, straight(seconds), line=bend)
    assert (crossing.to_side, crossing.probability) == ("North", 1.0)
    assert crossing.place_en_m == pytest.approx((-0.235, -1.176), abs=0.1)
    away = line_of([(-20, 0), (-0.5, 0), (4, 20)])  # turns along the walk, which stays outside
    assert crossings_of(seconds, straight(seconds), line=away) == ()


def test_reversing_the_line_swaps_the_sides_and_nothing_else():
    seconds = seconds_of(8)
    ahead = crossings_of(seconds, out_and_back(seconds))
    back = crossings_of(seconds, out_and_back(seconds), line=line_of(LINE[::-1]))
    assert len(ahead) == 1
    assert [replace(one, from_side=one.to_side, to_side=one.from_side) for one in back] == list(ahead)


def test_lingering_at_the_line_is_one_sure_crossing_at_a_vague_time():
    """Half of the paths go over at once, half after six seconds in the band: over they all are."""
    seconds = seconds_of(16)
    north = np.interp(seconds, [0, 3, 4, 12, 16], [-3, -0.1, 0.1, 0.15, 5.0])
    late = np.interp(seconds, [0, 3, 4, 12, 16], [-3, -0.2, -0.1, -0.1, 5.0])
    paths = np.stack([np.stack([np.zeros(160), one], axis=1) for one in (north, late) * 100])
    crossings = find_crossings(
        track_of(seconds, paths[0], sigma_m=0.1),
        paths,
        viewpoint=viewpoint_of(noise=0.01),
        line=line_of(sigma_m=0.001),
        settings=CrossingSettings(band_m=0.25, seed=1),
    )
    assert [one.probability for one in crossings] == [1.0]
    assert crossings[0].time_bound_s > 4


def test_the_time_bound_holds_the_clock_and_the_path():
    seconds = seconds_of(6)
    places = straight(seconds, speed=0.5)
    bounds = [
        crossings_of(seconds, places, viewpoint=viewpoint_of(clock_bound_s=clock), sigma_m=sigma)[
            0
        ].time_bound_s
        for clock, sigma in [(0.001, 0.01), (0.001, 0.2), (2.0, 0.01)]
    ]
    assert bounds[0] < 0.5
    assert bounds[1] == pytest.approx(1.96 * 0.2 / 0.5, rel=0.25)
    assert bounds[2] == pytest.approx(2.0, rel=0.05)


def test_the_time_bound_contains_the_truth():
    """The walk is seen displaced: in nineteen of twenty cases the true instant lies within the bound."""
    seconds = seconds_of(8)
    truth = straight(seconds, speed=0.8, cross_s=4.0)
    inside = []
    for seed in range(60):
        shift = np.random.default_rng(seed).normal(0, 0.15, 2)
        (crossing,) = crossings_of(
            seconds, truth + shift, sigma_m=0.15, viewpoint=viewpoint_of(clock_bound_s=1e-3)
        )
        inside.append(abs(at_s(crossing.crossed_utc_ns) - 4.0) <= crossing.time_bound_s)
    assert np.mean(inside) > 0.88


def test_the_depth_interval_contains_the_truth_with_calibration_and_line_in_error():
    seconds = seconds_of(8)
    truth = out_and_back(seconds)
    viewpoint = viewpoint_of(noise=1.0)
    inside = []
    for seed in range(60):
        shift = np.random.default_rng(seed).normal(0, 0.1, 2)
        (crossing,) = crossings_of(seconds, truth + shift, sigma_m=0.1, viewpoint=viewpoint)
        inside.append(crossing.depth_m.low <= 3.0 <= crossing.depth_m.high)
    assert np.mean(inside) > 0.88


def test_the_depths_spread_is_that_of_the_camera_and_the_line():
    """The walk itself is known well; the camera's error at its deepest point is told by first order."""
    seconds = seconds_of(8)
    viewpoint = viewpoint_of(noise=1.0)
    (crossing,) = crossings_of(
        seconds, out_and_back(seconds), viewpoint=viewpoint, sigma_m=0.01, line=line_of(sigma_m=0.2)
    )
    calibration = viewpoint.camera.calibration
    northward = ground_bias_jacobian(calibration, np.array([[0.0, 3.0]]))[0, 1]
    expected = np.sqrt(northward @ calibration.covariance @ northward + 0.2**2)
    assert crossing.depth_m.sigma == pytest.approx(expected, rel=0.15)
    assert crossing.depth_m.high - crossing.depth_m.low == pytest.approx(3.92 * expected, rel=0.15)


@pytest.mark.parametrize(
    ("noise", "sigma_m", "line_m", "largest"),
    [
        pytest.param(0.01, 0.3, 0.01, "pixel", id="a vague path"),
        pytest.param(3.0, 0.01, 0.01, "calibration", id="a vague camera"),
        pytest.param(0.01, 0.01, 0.8, "line", id="a vague line"),
    ],
)
def test_the_budget_names_the_largest_share_and_sums_to_one(noise, sigma_m, line_m, largest):
    seconds = seconds_of(8)
    (crossing, *_) = crossings_of(
        seconds,
        out_and_back(seconds),
        viewpoint=viewpoint_of(noise=noise),
        sigma_m=sigma_m,
        line=line_of(sigma_m=line_m),
    )
    shares = {name: getattr(crossing.budget, name) for name in ("pixel", "calibration", "line")}
    assert sum(shares.values()) == pytest.approx(1.0)
    assert min(shares.values()) >= 0
    assert max(shares, key=lambda name: shares[name]) == largest
    assert shares[largest] > 0.8


def test_a_gap_across_the_crossing_lowers_the_share_that_was_seen():
    seconds = seconds_of(8)
    places = out_and_back(seconds)
    whole = np.ones(len(seconds), np.bool_)
    gap = whole.copy()
    gap[15:30] = False
    assert crossings_of(seconds, places, observed=whole)[0].observed_fraction == 1.0
    assert 0.4 < crossings_of(seconds, places, observed=gap)[0].observed_fraction < 0.7


@pytest.mark.parametrize(
    ("unseen", "share"),
    [
        pytest.param(slice(0, 0), 1.0, id="all seen"),
        pytest.param(slice(10, 20), 25 / 35, id="a gap that ends at the passing"),
        pytest.param(slice(45, 55), 25 / 35, id="a gap that begins at the return"),
        pytest.param(slice(5, 15), 1.0, id="a gap that ends before"),
        pytest.param(slice(19, 46), 0.0, id="never seen beyond"),
        pytest.param(slice(0, 20), 25 / 45, id="unseen from the start to the passing"),
    ],
)
def test_the_share_that_was_seen(unseen, share):
    seconds = seconds_of(8)
    observed = np.ones(len(seconds), np.bool_)
    observed[unseen] = False
    (crossing,) = crossings_of(
        seconds, out_and_back(seconds), observed=observed, sigma_m=0.001, viewpoint=viewpoint_of(noise=0.01)
    )
    assert crossing.observed_fraction == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(
    ("sigma_m", "clock_bound_s", "largest"),
    [
        pytest.param(0.4, 0.001, "path", id="a vague path"),
        pytest.param(0.001, 0.001, "step", id="all known but the stride"),
        pytest.param(0.001, 3.0, "clock", id="a vague clock"),
    ],
)
def test_the_time_budget_names_the_largest_share_and_adds_up(sigma_m, clock_bound_s, largest):
    seconds = seconds_of(8)
    (crossing, *_) = crossings_of(
        seconds,
        straight(seconds, speed=0.8),
        sigma_m=sigma_m,
        viewpoint=viewpoint_of(noise=0.01, clock_bound_s=clock_bound_s),
        line=line_of(sigma_m=0.001),
    )
    shares = {name: getattr(crossing.time_budget, name) for name in ("path", "step", "clock")}
    assert sum(shares.values()) == pytest.approx(1.0)
    assert max(shares, key=lambda name: shares[name]) == largest
    # The whole is the parts: standard deviations of the path (over the speed), the stride and the clock.
    sigma_s = np.sqrt((sigma_m / 0.8) ** 2 + STEP_SIGMA_S**2 + (clock_bound_s / 1.96) ** 2)
    assert crossing.time_bound_s == pytest.approx(1.96 * sigma_s, rel=0.25)


def test_the_budgets_parts_add_up_to_the_spread_of_the_depth():
    """The spread that samples have when only one thing is uncertain, against its share of the whole."""
    seconds = seconds_of(8)
    small, large = (0.01, 0.002, 0.002), (0.6, 0.08, 0.1)

    def depth(noise, sigma_m, line_m):
        (crossing,) = crossings_of(
            seconds,
            out_and_back(seconds),
            viewpoint=viewpoint_of(noise=noise),
            sigma_m=sigma_m,
            line=line_of(sigma_m=line_m),
        )
        return crossing

    whole = depth(*large)
    alone = [depth(*[large[one] if one == part else small[one] for one in range(3)]) for part in range(3)]
    variances = np.array([one.depth_m.sigma**2 for one in alone])
    assert whole.depth_m.sigma**2 == pytest.approx(variances.sum(), rel=0.25)
    shares = [whole.budget.calibration, whole.budget.pixel, whole.budget.line]
    assert shares == pytest.approx(list(variances / variances.sum()), abs=0.08)


def test_the_evidence_is_of_frames_that_were_seen():
    seconds = seconds_of(8)
    observed = np.ones(len(seconds), np.bool_)
    observed[15:30] = False
    track = track_of(seconds, out_and_back(seconds), observed=observed)
    (crossing,) = crossings_of(seconds, out_and_back(seconds), observed=observed)
    seen = {int(pts): row for row, pts in enumerate(track.pts) if observed[row]}
    assert crossing.frames
    for frame in crossing.frames:
        assert frame.pts in seen
        assert frame.utc_ns == track.utc_ns[seen[frame.pts]]
        assert frame.box_px == pytest.approx(tuple(track.boxes_px[seen[frame.pts]]))
        assert frame.source_sha256 == sha256_of(b"clip").hex


def test_the_same_seed_gives_the_same_events_and_another_one_nearly_so():
    seconds = seconds_of(8)
    places = out_and_back(seconds)
    first = crossings_of(seconds, places)
    assert crossings_of(seconds, places) == first
    other = crossings_of(seconds, places, seed=7)
    assert other != first
    assert other[0].depth_m.value == pytest.approx(first[0].depth_m.value, abs=0.05)


def test_what_is_less_probable_than_one_in_twenty_is_not_reported():
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=4.0) - [0.0, 3.95]
    assert all(one.probability >= REPORTED_FROM for one in crossings_of(seconds, places, sigma_m=0.1))
    assert crossings_of(seconds, places - [0, 0.1], sigma_m=0.1) == ()


def test_a_stretch_that_was_not_seen_is_not_taken_as_far_from_the_line():
    """Where it was seen the subject stayed clear; where it was not, it may have been across."""
    seconds = seconds_of(6)
    north = np.full(len(seconds), -1.2)
    north[:10] = -0.9
    places = np.stack([seconds - 3, north], axis=1)
    track = track_of(seconds, places, sigma_m=0.02)
    covariance = track.covariance.copy()
    covariance[30:45, :2, :2] = 1.5**2 * np.eye(2)
    vague = replace(track, covariance=covariance)
    paths = np.repeat(places[None], 200, axis=0)
    paths[:, 30:45, 1] += np.random.default_rng(1).normal(0, 1.5, (200, 1))
    crossings = find_crossings(
        vague,
        paths,
        viewpoint=viewpoint_of(),
        line=line_of(),
        settings=CrossingSettings(band_m=0.25, seed=1),
    )
    assert len(crossings) == 1
    assert 0.05 < crossings[0].probability < 0.4


def test_all_paths_are_needed_to_be_sure():
    """Where half of the paths cross, the probability is a half."""
    seconds = seconds_of(8)
    places = out_and_back(seconds, depth_m=1.0)
    paths = paths_of(places, sigma_m=0.01)
    paths[::2, :, 1] -= 3.0
    (crossing,) = find_crossings(
        track_of(seconds, places, sigma_m=0.01),
        paths,
        viewpoint=viewpoint_of(),
        line=line_of(),
        settings=CrossingSettings(band_m=0.25, seed=1),
    )
    assert crossing.probability == pytest.approx(0.5)
    assert crossing.returned == 1.0
