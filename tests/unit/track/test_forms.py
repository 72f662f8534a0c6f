"""Vehicles and low things in the tracker."""

from dataclasses import replace

import numpy as np

from truceline.records.outlines import LOW, UPRIGHT, VEHICLE, Outlines
from truceline.track.association import Side
from truceline.track.tracker import PlaneTracker, TrackerSettings

STEP_S = 1 / 12.5


def side(*subjects, sigma=0.2, width_m=0.5, height_m=0.5):
    """Detections of one frame, each (east, north, form)."""
    positions = np.array([one[:2] for one in subjects], float).reshape(-1, 2)
    forms = np.array([one[2] for one in subjects], np.int64)
    rows = len(subjects)
    wide = np.where(forms == VEHICLE, 40, 10)[:, None] * [-1, 0, 1, 0]
    boxes = np.tile(positions, 2) * 20 + wide + [0, 0, 0, 30]
    outlines = replace(
        Outlines.unmeasured(rows),
        form=forms,
        width_m=np.full(rows, width_m),
        height_m=np.full(rows, height_m),
    )
    return Side(positions, np.tile(sigma**2 * np.eye(2), (rows, 1, 1)), boxes, np.zeros((rows, 2)), outlines)


def boxes_at(positions, last):
    return np.tile(positions, 2) * 20 + [-10, 0, 10, 30]


def tracked(frames, settings=None):
    tracker = PlaneTracker(settings or TrackerSettings(), boxes_at)
    for number, frame in enumerate(frames):
        tracker.step(number * STEP_S, frame)
    return tracker.finish()


def test_a_vehicle_at_25_metres_a_second_is_one_chain():
    (chain,) = tracked([side((25.0 * STEP_S * row, 0.0, VEHICLE)) for row in range(40)])
    assert len(chain.frames) == 40
    assert abs(np.linalg.norm(chain.mean[2:]) - 25.0) < 1.0


def test_a_vehicle_is_found_again_after_a_second_behind_something():
    frames = [side((15.0 * STEP_S * row, 0.0, VEHICLE)) for row in range(50)]
    frames[20:32] = [side()] * 12
    (chain,) = tracked(frames)
    assert len(chain.frames) == 38


def test_a_person_does_not_go_on_as_a_vehicle_nor_a_vehicle_as_a_person():
    frames = [side((0.0, 0.0, VEHICLE))] * 20 + [side()] * 15 + [side((0.3, 0.0, UPRIGHT))] * 20
    first, second = tracked(frames)
    assert (first.form, second.form) == (VEHICLE, UPRIGHT)
    assert first.frames[-1] == 19


def test_pieces_of_a_vehicle_that_is_missed_for_a_moment_are_nobody():
    frames = [side((5.0 * STEP_S * row, 0.0, VEHICLE)) for row in range(30)]
    frames[15:20] = [
        side((5.0 * STEP_S * row - 0.7, 0.0, UPRIGHT), (5.0 * STEP_S * row + 0.7, 0.0, UPRIGHT))
        for row in range(15, 20)
    ]
    (chain,) = tracked(frames)
    assert chain.form == VEHICLE
    assert len(chain.frames) == 25


def test_somebody_who_gets_out_beside_a_vehicle_is_somebody_else():
    frames = [side((0.0, 0.0, VEHICLE))] * 10
    frames += [side((0.0, 0.0, VEHICLE), (2.0 + 1.4 * STEP_S * row, 0.0, UPRIGHT)) for row in range(20)]
    vehicle, person = tracked(frames)
    assert (len(vehicle.frames), len(person.frames)) == (30, 20)


def test_what_is_low_is_believed_once_it_has_moved():
    standing = [side((0.0, 0.0, LOW))] * 60
    assert tracked(standing) == ()
    (chain,) = tracked([side((1.0 * STEP_S * row, 0.0, LOW)) for row in range(60)])
    assert chain.form == LOW


def test_somebody_who_falls_stays_the_same_and_legs_alone_are_not_theirs():
    walk = [side((1.4 * STEP_S * row, 0.0, UPRIGHT)) for row in range(20)]
    lying = side((1.4 * STEP_S * 20, 0.0, LOW), width_m=1.6, height_m=0.4)
    (chain,) = tracked([*walk, *[lying] * 20])
    assert len(chain.frames) == 40
    legs = side((1.4 * STEP_S * 20, 0.0, LOW), width_m=0.4, height_m=0.8)
    (chain,) = tracked([*walk, *[legs] * 20])
    assert len(chain.frames) == 20
