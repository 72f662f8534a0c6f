"""Two units put together: who was there at the boundary is one person, whoever watched."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tests.unit.geometry.cameras import camera_of, mast
from tests.unit.pipeline.drawn_units import (
    DIGEST,
    FOOTAGE,
    LENGTH_S,
    OVERLAP_S,
    RATE_HZ,
    SETTINGS,
    at,
    background,
    observed,
    places_of,
    seconds_of,
    units,
    whole,
)
from truceline.config import AnalysisConfig
from truceline.pipeline.analysis.files import smoothed_analysis
from truceline.pipeline.analysis.measuring import measure_crossings
from truceline.pipeline.analysis.observed import Observed
from truceline.pipeline.footage import OpenedFootage
from truceline.pipeline.progress import silent
from truceline.pipeline.units.spans import units_of
from truceline.pipeline.units.stitch import stitched
from truceline.records.flashes import Flash
from truceline.records.frames import FrameAccount
from truceline.records.site import Line, Sides
from truceline.records.time import NS_PER_S, UtcSpan
from truceline.video.times.ledger import gap_of

ALWAYS = (0.0, 1000.0)
STEP_S = 1 / RATE_HZ


def east(second):
    """Walks east along the line's north."""
    return 0.5 * second - 8.0, 4.0


def north(second):
    """Walks north, 6 m further east when the first unit ends."""
    return 8.0, 0.4 * second - 8.0


def beside(path, metres):
    return lambda second: (path(second)[0] + metres, path(second)[1])


def together(first, second, seconds=40.0, missing=()):
    one, other = units(seconds)
    return stitched(
        [(one, observed(one, *first, missing=missing)), (other, observed(other, *second, missing=missing))],
        whole(seconds),
    )


def test_footage_of_one_length_is_one_unit_and_one_unit_is_left_as_it_is():
    (only,) = units(LENGTH_S)
    assert only.span is None
    seen = observed(replace(only, span=UtcSpan(at(0), at(LENGTH_S))), (*ALWAYS, east))
    assert stitched([(only, seen)], whole(LENGTH_S)) is seen


def test_units_follow_one_another_and_each_begins_with_an_overlap():
    found = units(2.5 * LENGTH_S)
    assert [unit.number for unit in found] == [0, 1, 2]
    starts = [unit.own.start_utc_ns for unit in found]
    assert starts == [at(0), at(LENGTH_S), at(2 * LENGTH_S)]
    assert [unit.own.end_utc_ns for unit in found[:2]] == starts[1:]
    spans = [cast("UtcSpan", unit.span) for unit in found]
    assert [span.start_utc_ns for span in spans] == [at(0), *(at(k * LENGTH_S - OVERLAP_S) for k in (1, 2))]
    assert [span.end_utc_ns for span in spans[:2]] == starts[1:]
    assert len(units_of(UtcSpan(at(0), at(LENGTH_S + 1e-9)), SETTINGS)) == 2


def test_rows_come_from_the_unit_whose_time_it_is():
    seen = together([(*ALWAYS, east)], [(*ALWAYS, beside(east, 0.3))])
    assert [stamp.index for stamp in seen.stamps] == list(range(round(40 * RATE_HZ)))
    ((number, places),) = places_of(seen).items()
    assert number == 0
    expected = [
        east(n * STEP_S) if n * STEP_S < LENGTH_S else beside(east, 0.3)(n * STEP_S)
        for n in range(round(40 * RATE_HZ))
    ]
    np.testing.assert_allclose(places, expected)


@pytest.mark.parametrize("swapped", [False, True])
def test_each_goes_on_as_itself(swapped):
    """They pass within a metre of each other in the overlap, and are apart in most of it."""
    paths = [east, lambda second: (0.5 * (34.0 - second) - 8.0, 4.0)]
    ours = [(*ALWAYS, path) for path in paths]
    seen = together(ours, ours[::-1] if swapped else ours)
    for path in paths:
        assert any(
            np.allclose(places, [path(n * STEP_S) for n in range(200)]) for places in places_of(seen).values()
        )
    assert len(seen.chains) == 2


@pytest.mark.parametrize(
    ("metres", "chains"), [(0.0, 1), (0.99, 1), (1.01, 2), (5.0, 2)], ids=["same", "near", "far", "other"]
)
def test_the_same_person_is_within_a_metre(metres, chains):
    seen = together([(*ALWAYS, north)], [(*ALWAYS, beside(north, metres))])
    assert len(seen.chains) == chains


def test_near_in_less_than_half_of_the_frames_is_somebody_else():
    def comes(second):
        return north(second)[0] + max(0.0, 0.6 * (17.5 - second)), north(second)[1]

    seen = together([(*ALWAYS, north)], [(*ALWAYS, comes)])
    assert len(seen.chains) == 2
    # Near the other one until the boundary: it begins there.
    assert seconds_of(seen)[1] == (LENGTH_S, 40 - STEP_S)


def test_a_flash_comes_from_the_unit_whose_time_it_is():
    def flash(second: float, name: str) -> Flash:
        return Flash(name, round(second * RATE_HZ * 3), at(second), (1.0, 1.0), 9, 80.0, 1.0)

    parts = [(unit, observed(unit, (*ALWAYS, east))) for unit in units(2 * LENGTH_S)]
    both = (flash(LENGTH_S - 1.0, "both"), flash(LENGTH_S + 1.0, "both"))
    earlier = replace(parts[0][1], flashes=(flash(3.0, "earlier"),))
    later = replace(parts[1][1], flashes=both)
    seen = stitched([(parts[0][0], earlier), (parts[1][0], later)], whole(2 * LENGTH_S))
    assert [(one.camera_id, one.utc_ns) for one in seen.flashes] == [
        ("earlier", at(3.0)),
        ("both", at(LENGTH_S + 1.0)),
    ]


def test_who_is_who_at_the_boundary_decides():
    """The earlier unit lost somebody and found him again; the later one saw him all the time."""
    seen = together([(0, 15.0, east), (15.2, 1000, east)], [(*ALWAYS, east)])
    assert seconds_of(seen) == [(0.0, 14.8), (15.2, 40 - STEP_S)]


def test_somebody_whom_the_earlier_unit_lost_goes_on_from_there():
    seen = together([(0, 15.0, east)], [(*ALWAYS, beside(east, 0.2))])
    ((_, places),) = places_of(seen).items()
    assert len(places) == round(40 * RATE_HZ)
    assert places[74] == east(14.8)
    assert places[75] == pytest.approx(beside(east, 0.2)(15.0))


def test_who_came_a_moment_before_the_boundary_is_not_lost():
    seen = together([], [(19.6, 1000, east)])
    assert seconds_of(seen) == [(19.6, 40 - STEP_S)]


def test_what_only_the_later_unit_believes_begins_a_coast_before_the_boundary():
    seen = together([], [(*ALWAYS, east)])
    assert seconds_of(seen) == [(LENGTH_S - 4.0, 40 - STEP_S)]


@pytest.mark.parametrize(("frames", "chains"), [(1, 1), (2, 1), (3, 2)])
def test_a_remainder_needs_as_many_rows_as_any_chain(frames, chains):
    """Somebody near the known one until the boundary: what follows it is too little to be believed."""
    first = [(*ALWAYS, east)]
    second = [(*ALWAYS, east), (0, LENGTH_S + frames * STEP_S, beside(east, 0.9))]
    assert len(together(first, second).chains) == chains


def test_what_ended_before_the_boundary_is_the_earlier_units_business():
    seen = together([(0, 14.0, east)], [(13.0, 19.0, north)])
    assert seconds_of(seen) == [(0.0, 13.8)]


def test_one_chain_through_three_units():
    found = units(3 * LENGTH_S)
    seen = stitched(
        [(unit, observed(unit, (*ALWAYS, east), until_s=60.0)) for unit in found], whole(3 * LENGTH_S)
    )
    assert seconds_of(seen) == [(0.0, 3 * LENGTH_S - STEP_S)]


def test_the_boundary_in_a_gap_of_the_recording():
    missing = [n for n in range(200) if 18.0 <= n * STEP_S < 21.0]
    whoever = [(*ALWAYS, east)]
    assert seconds_of(together(whoever, whoever, missing=missing)) == [(0.0, 40 - STEP_S)]
    lost = together([(0, 18.0, east)], [(0, 18.0, east), (21.0, 1000, east)], missing=missing)
    assert seconds_of(lost) == [(0.0, 17.8), (21.0, 40 - STEP_S)]


def test_a_unit_without_a_frame_is_passed_over():
    """The recording stopped for longer than a unit."""
    missing = [n for n in range(400) if LENGTH_S - OVERLAP_S <= n * STEP_S < 2 * LENGTH_S]
    found = units(3 * LENGTH_S)
    parts = [(unit, observed(unit, (*ALWAYS, east), missing=missing, until_s=60.0)) for unit in found]
    none = replace(parts[1][1], chains=[], backgrounds=())
    split = replace(parts[2][1], chains=parts[2][1].chains)
    seen = stitched([parts[0], (found[1], none), (found[2], split)], whole(3 * LENGTH_S))
    assert seconds_of(seen) == [(0.0, 11.8), (40.0, 3 * LENGTH_S - STEP_S)]


def test_gaps_are_those_of_the_file_each_once():
    one, other = units(40.0)
    first, second = observed(one, (*ALWAYS, east)), observed(other, (*ALWAYS, east))

    def gaps(*spans):
        return tuple(gap_of(FOOTAGE, UtcSpan(at(a), at(b)), kind="missing") for a, b in spans)

    def accounted(seen: Observed, found):
        return replace(seen, account=replace(seen.account, gaps=found, frames=FrameAccount(9, 8, 1, 1)))

    seen = stitched(
        [
            (one, accounted(first, gaps((2, 3), (13, 14), (19, 20)))),
            (other, accounted(second, gaps((13, 14), (19, 21), (30, 31)))),
        ],
        whole(40.0),
    )
    assert seen.account.gaps == gaps((2, 3), (13, 14), (19, 21), (30, 31))
    assert seen.account.frames == FrameAccount(expected=200, given=200, shaken=0, surplus=2)


def test_backgrounds_are_those_of_a_units_own_time():
    one, other = units(40.0)
    first = replace(observed(one), backgrounds=(background(5), background(19)))
    second = replace(observed(other), backgrounds=(background(14), background(25)))
    seen = stitched([(one, first), (other, second)], whole(40.0))
    assert [(each.centre_utc_ns - at(0)) / NS_PER_S for each in seen.backgrounds] == [5, 19, 25]


def test_what_was_told_is_told_once_and_by_the_unit_whose_time_it_is():
    one, other = units(40.0)
    parts = []
    for unit, mark in ((one, 1.0), (other, 2.0)):
        seen = observed(unit, (*ALWAYS, east))
        moments = [(frame, np.full(4, mark), np.eye(4)) for frame in seen.chains[0].frames]
        parts.append((unit, replace(seen, told={0: moments})))
    told = stitched(parts, whole(40.0)).told[0]
    assert [frame for frame, _, _ in told] == list(range(200))
    assert [mean[0] for _, mean, _ in told] == [1.0] * 100 + [2.0] * 100


def test_what_is_told_of_somebody_who_was_just_lost_goes_on():
    """Seen until the boundary and told for a moment after it, by the later unit; nobody saw him again."""
    one, other = units(40.0)
    parts = []
    for unit in (one, other):
        seen = observed(unit, (0, LENGTH_S, east))
        last = seen.chains[0].frames[-1]
        coasted = [last + 1] if last + 1 < len(seen.stamps) else []
        moments = [(frame, np.zeros(4), np.eye(4)) for frame in (*seen.chains[0].frames, *coasted)]
        parts.append((unit, replace(seen, told={0: moments})))
    seen = stitched(parts, whole(40.0))
    assert [frame for frame, _, _ in seen.told[0]] == list(range(101))
    assert list(seen.chains[0].frames) == list(range(100))


def test_what_was_told_stays_however_little_follows():
    one, other = units(40.0)
    seen = observed(other, (LENGTH_S, LENGTH_S + STEP_S, east))
    told = replace(seen, told={0: [(seen.chains[0].frames[0], np.zeros(4), np.eye(4))]})
    assert len(stitched([(one, observed(one)), (other, seen)], whole(40.0)).chains) == 0
    assert len(stitched([(one, observed(one)), (other, told)], whole(40.0)).chains) == 1


def test_a_kept_unit_and_one_just_watched_fit():
    """The one has no colours any more; somebody whom the earlier unit lost needs a detection of the later."""
    one, other = units(40.0)
    first = observed(one, (0, 15.0, east))
    colourful = [replace(side, appearance=np.ones((len(side), 9))) for side in first.sides]
    parts = [(one, replace(first, sides=colourful)), (other, observed(other, (*ALWAYS, east)))]
    assert {side.appearance.shape[1] for side in stitched(parts, whole(40.0)).sides} == {0}


def test_somebody_new_has_a_number_of_his_own():
    one, other = units(40.0)
    first = observed(one, (*ALWAYS, east), (0, 9, north))
    seen = stitched([(one, first), (other, observed(other, (25, 1000, north)))], whole(40.0))
    assert [chain.number for chain in seen.chains] == [0, 1, 2]


LINE = Line(
    line_id="L",
    version="1",
    source="a test",
    valid=UtcSpan(at(-100), at(1000)),
    vertices_en_m=np.array([[-30.0, 12.0], [30.0, 12.0]]),
    sigma_m=0.05,
    sides=Sides("North", "South"),
)
CAMERA = camera_of(mast())


def crossings_of(seen: Observed):
    """As a scan measures them."""
    reader = SimpleNamespace(footage=FOOTAGE, bound_at=lambda _: 0.5)
    config = AnalysisConfig()
    analysis = smoothed_analysis(seen, CAMERA, config=config, run_id="r", progress=silent)
    footage = cast("OpenedFootage", SimpleNamespace(reader=reader, camera=CAMERA))
    return measure_crossings(footage, analysis, line=LINE, config=config, progress=silent).crossings


def crosses_at(second):
    return lambda now: (1.0, 12.0 + 1.2 * (now - second))


def goes_and_returns(out_s, back_s):
    def path(now):
        inside = 12.0 + 1.2 * min(now - out_s, 2.0)
        return 1.0, min(inside, 12.0 + 1.2 * (back_s - now))

    return path


@pytest.mark.parametrize(
    ("path", "missing", "returned"),
    [
        pytest.param(crosses_at(20.0), (), False, id="crosses at the boundary"),
        pytest.param(crosses_at(19.9), (), False, id="crosses a frame before it"),
        pytest.param(crosses_at(20.0), range(95, 106), False, id="crosses in a gap about it"),
        pytest.param(goes_and_returns(17.0, 30.0), (), True, id="stands beyond across it"),
        pytest.param(goes_and_returns(19.0, 22.0), (), True, id="returns in the next unit"),
        pytest.param(goes_and_returns(12.0, 20.0), (), True, id="returns at it"),
    ],
)
def test_a_crossing_at_the_boundary_is_found_once_and_as_without_it(path, missing, returned):
    (only,) = units_of(UtcSpan(at(0), at(40.0)), replace(SETTINGS, length_s=40.0))
    everything = replace(only, span=UtcSpan(at(0), at(40.0)))
    uncut = observed(everything, (5.0, 35.0, path), missing=missing)
    cut = together([(5.0, 35.0, path)], [(5.0, 35.0, path)], missing=missing)
    (crossing,) = crossings_of(cut)
    assert crossing.probability > 0.95
    assert (crossing.returned_utc_ns is not None) is returned
    assert [crossing] == list(crossings_of(uncut))
    assert crossing.frames[0].source_sha256 == DIGEST.hex
