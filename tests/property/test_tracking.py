"""The tracker: what must not depend on units, on where the world lies, or on what comes later."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.track.association import Side, Weights
from truceline.track.smooth import PEOPLE, Motion
from truceline.track.tracker import PlaneTracker, TrackerSettings

STEP_S = 0.2
SEEDS = st.integers(0, 2**32 - 1)


def walks(seed, *, frames=25, people=4):
    """Detections (positions, colours) of people who walk, are missed now and then, and of some clutter."""
    draw = np.random.default_rng(seed)
    start, speed = draw.uniform(0, 5, (people, 2)), draw.normal(0, 0.8, (people, 2))
    colours = np.sqrt(draw.dirichlet(np.ones(4), people))
    shown = []
    for frame in range(frames):
        seen = draw.random(people) < 0.85
        places = start + speed * frame * STEP_S + draw.normal(0, 0.1, (people, 2))
        clutter = draw.uniform(0, 5, (draw.integers(0, 2), 2))
        shown.append(
            (
                np.concatenate([places[seen], clutter]),
                np.concatenate([colours[seen], np.full((len(clutter), 4), 0.5)]),
            )
        )
    return shown


def chains_of(shown, *, metre=1.0, turn_rad=0.0, shift_m=(0.0, 0.0), until=None):
    """Frames and rows of every chain, and what was believed after each step, in a plane of its own."""
    settings_ = TrackerSettings()
    tracker = PlaneTracker(
        replace(
            settings_,
            motion=Motion(PEOPLE.acceleration * metre, PEOPLE.speed * metre),
            weights=Weights(metre=metre),
            largest_sigma=settings_.largest_sigma * metre,
        ),
        lambda _, last: last,
    )
    turn = np.array([[np.cos(turn_rad), -np.sin(turn_rad)], [np.sin(turn_rad), np.cos(turn_rad)]])
    believed = []
    for number, (places, colours) in enumerate(shown[:until]):
        boxes = np.concatenate([places * 20, places * 20 + np.array([10, 30])], axis=1)
        moved = (places @ turn.T + np.array(shift_m)) * metre
        noise = np.tile((0.15 * metre) ** 2 * np.eye(2), (len(places), 1, 1))
        tracker.step(number * STEP_S, Side(moved, noise, boxes, colours))
        believed.append([(one.number, one.mean.tobytes(), tuple(one.rows)) for one in tracker.believed])
    return [(one.frames, one.rows) for one in tracker.finish()], believed


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([0.01, 0.3, 25.0, 1000.0]))
def test_the_unit_of_the_plane_changes_nothing(seed, metre):
    shown = walks(seed)
    assert chains_of(shown, metre=metre)[0] == chains_of(shown)[0]


@settings(max_examples=25)
@given(SEEDS, st.floats(-3.1, 3.1), st.floats(-500, 500), st.floats(-500, 500))
def test_turning_and_shifting_the_world_changes_nothing(seed, turn_rad, east_m, north_m):
    shown = walks(seed)
    assert chains_of(shown, turn_rad=turn_rad, shift_m=(east_m, north_m))[0] == chains_of(shown)[0]


@settings(max_examples=25)
@given(SEEDS, st.integers(1, 24))
def test_what_is_believed_does_not_change_with_what_comes_later(seed, until):
    shown = walks(seed)
    assert chains_of(shown, until=until)[1] == chains_of(shown)[1][:until]
