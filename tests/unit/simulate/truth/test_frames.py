"""Truth frame by frame."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.simulate.truth.settings import START, walker
from truceline.evaluate.files import read_places
from truceline.records.time import UtcNs
from truceline.simulate.model.actors import Action, ActorKind
from truceline.simulate.model.pictures import Seen
from truceline.simulate.truth.frames import (
    LEAST_FRACTION,
    ActorState,
    FrameStampTruth,
    cast_json,
    frame_line,
    mot_lines,
    state_at,
)

STATE = ActorState(2, ActorKind.PERSON, Action.AIM_PRONE, (1.0, 2.0, 0.5), 0.25, 0.0)


def seen(fraction=1.0, *, whole=(10.0, 20.0, 30.0, 60.0), visible=(10.0, 20.0, 30.0, 60.0)):
    return Seen("walker", whole, visible, fraction, (20.0, 59.5))


def test_a_state_between_two_samples_is_interpolated():
    state = state_at(walker(), 2.013, identity=7)
    assert state.enu_m == pytest.approx((5.0, -1.987, 0.0))
    assert (state.identity, state.action) == (7, Action.WALK)
    assert state.speed_mps == pytest.approx(1.0)


@pytest.mark.parametrize(("at_s", "north_m"), [(-1.0, -4.0), (0.0, -4.0), (10.0, 6.0), (99.0, 6.0)])
def test_before_the_start_and_after_the_end_one_stays(at_s, north_m):
    assert state_at(walker(), at_s, identity=1).enu_m[1] == pytest.approx(north_m)


def test_a_heading_turns_the_short_way_round():
    still = walker()
    heading = still.heading_rad.copy()
    heading[:101], heading[101:] = np.pi - 0.1, -np.pi + 0.1
    state = state_at(replace(still, heading_rad=heading), 2.01, identity=1)
    assert state.heading_rad == pytest.approx(np.pi, abs=1e-6)


def test_a_line_holds_all_that_is_true_of_a_frame():
    stamp = FrameStampTruth("gate_001.mp4", 3, 14_400, 0.16, UtcNs(START + 160_000_000), START)
    hidden = replace(seen(0.0), visible_px=None)
    text = frame_line(stamp, [(seen(0.5), STATE), (hidden, STATE)])
    assert text.endswith("\n")
    assert text.count("\n") == 1
    facts = json.loads(text)
    assert facts["file"] == "gate_001.mp4"
    assert facts["true_utc"] == "2026-03-04T05:00:00.160000000Z"
    assert facts["shown_utc"] == "2026-03-04T05:00:00.000000000Z"
    first, second = facts["actors"]
    assert (first["class"], first["action"], first["fraction"]) == ("person", "aim-prone", 0.5)
    assert first["whole_px"] == [10.0, 20.0, 30.0, 60.0]
    assert second["visible_px"] is None


def test_motchallenge_is_read_back_by_the_product(tmp_path):
    rows = [
        (seen(LEAST_FRACTION), STATE),
        (seen(LEAST_FRACTION / 2), replace(STATE, identity=3)),
        (seen(), replace(STATE, identity=4, kind=ActorKind.JEEP)),
        (seen(), replace(STATE, identity=5, kind=ActorKind.DEER)),
        (replace(seen(0.0), visible_px=None), replace(STATE, identity=6)),
        (seen(whole=(-5.0, 20.0, 30.0, 200.0)), replace(STATE, identity=7)),
    ]
    path = tmp_path / "gate_001.txt"
    path.write_text("".join(mot_lines(1, rows, size_px=(160, 96))))
    places = read_places(path)
    assert places.ids == ("2", "3", "4", "7")
    assert places.counted.tolist() == [True, False, False, True]
    assert places.boxes_px is not None
    assert places.ground_m is not None
    assert places.boxes_px[0].tolist() == pytest.approx([10, 20, 30, 60])
    assert places.boxes_px[3].tolist() == pytest.approx([-0.5, 20, 30, 95.5])
    assert places.ground_m[0].tolist() == pytest.approx([1.0, 2.0])


def test_who_takes_part_is_numbered_from_one():
    facts = json.loads(cast_json([walker(), walker("deer", kind=ActorKind.DEER)]))
    assert [(one["identity"], one["actor"], one["class"]) for one in facts] == [
        (1, "walker", "person"),
        (2, "deer", "deer"),
    ]
