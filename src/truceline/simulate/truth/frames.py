"""Truth frame by frame: who is in the picture, how much of whom can be seen, and where they truly are."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from truceline.records.time import UtcNs, format_utc
from truceline.simulate.model.actors import STEP_S, Action, ActorKind, Performance
from truceline.simulate.model.pictures import Seen

FIRST_PIXEL = 1.0
"""MOTChallenge counts pixels, frames and ids from one; our boxes count pixels from zero."""

LEAST_FRACTION = 0.25
"""Of whom less can be seen does not count in MOTChallenge: nobody would annotate it either."""

_DIGITS_PX, _DIGITS_M, _DIGITS_S, _DIGITS = 2, 4, 6, 4


@dataclass(frozen=True, slots=True)
class FrameStampTruth:
    """When a frame was taken, and where it is kept.

    Attributes:
        file: Name of the recording; ``number`` of the frame in it, from 1; ``ticks`` its stamp at 90 kHz.
        at_s: True seconds from the scenario's start; ``true_utc_ns`` the same in UTC.
        shown_utc_ns: What the camera's clock says.
    """

    file: str
    number: int
    ticks: int
    at_s: float
    true_utc_ns: UtcNs
    shown_utc_ns: UtcNs


@dataclass(frozen=True, slots=True)
class ActorState:
    """One actor at one instant, site metres; ``identity`` counts the scenario's actors from 1."""

    identity: int
    kind: ActorKind
    action: Action
    enu_m: tuple[float, float, float]
    heading_rad: float
    speed_mps: float


def state_at(performance: Performance, at_s: float, *, identity: int) -> ActorState:
    """Where an actor is at an instant, interpolated between the performance's samples.

    The action is that of the sample before; the heading turns the short way round.
    """
    last = len(performance.heading_rad) - 1
    place = min(max(at_s / STEP_S, 0.0), float(last))
    row = min(int(place), max(last - 1, 0))
    share = place - row
    after = min(row + 1, last)
    enu = performance.enu_m[row] * (1 - share) + performance.enu_m[after] * share
    turn = float(performance.heading_rad[after] - performance.heading_rad[row])
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    speeds = performance.speed_mps
    return ActorState(
        identity=identity,
        kind=performance.actor.kind,
        action=Action(int(performance.action[row])),
        enu_m=(float(enu[0]), float(enu[1]), float(enu[2])),
        heading_rad=float(performance.heading_rad[row]) + share * turn,
        speed_mps=float(speeds[row] * (1 - share) + speeds[after] * share),
    )


def cast_json(performances: Sequence[Performance]) -> str:
    """Who takes part: identity, class, side and height."""
    facts = [
        {
            "identity": identity,
            "actor": one.actor.actor_id,
            "class": one.actor.kind.value,
            "party": one.actor.party,
            "height_m": one.actor.height_m,
            "carries_long_object": one.actor.carries,
        }
        for identity, one in enumerate(performances, start=1)
    ]
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def frame_line(stamp: FrameStampTruth, seen: Sequence[tuple[Seen, ActorState]]) -> str:
    """One line of JSON for a frame, with everybody whose whole body touches the picture."""
    facts = {
        "file": stamp.file,
        "frame": stamp.number,
        "ticks_90khz": stamp.ticks,
        "at_s": round(stamp.at_s, _DIGITS_S),
        "true_utc": format_utc(stamp.true_utc_ns, digits=9),
        "shown_utc": format_utc(stamp.shown_utc_ns, digits=9),
        "actors": [_actor(one, state) for one, state in seen],
    }
    return json.dumps(facts, separators=(",", ":")) + "\n"


def _actor(seen: Seen, state: ActorState) -> dict[str, object]:
    return {
        "actor": seen.actor_id,
        "identity": state.identity,
        "class": state.kind.value,
        "action": state.action.name.lower().replace("_", "-"),
        "whole_px": _rounded(seen.whole_px, _DIGITS_PX),
        "visible_px": None if seen.visible_px is None else _rounded(seen.visible_px, _DIGITS_PX),
        "fraction": round(float(seen.fraction), _DIGITS),
        "foot_px": _rounded(seen.foot_px, _DIGITS_PX),
        "enu_m": _rounded(state.enu_m, _DIGITS_M),
        "heading_rad": round(state.heading_rad, _DIGITS),
        "speed_mps": round(state.speed_mps, _DIGITS),
    }


def _rounded(values: Sequence[float], digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]


def mot_lines(
    number: int, seen: Sequence[tuple[Seen, ActorState]], *, size_px: tuple[int, int]
) -> Iterator[str]:
    """MOTChallenge lines of one frame: ``frame,id,left,top,width,height,conf,x,y,z``.

    People and vehicles of whom something can be seen; the box is that of the whole body, cut at the picture's
    border. ``conf`` is 1 for a person at least a quarter visible and 0, to be ignored, for all others; x, y,
    z are site metres.
    """
    limits = np.array([size_px[0], size_px[1], size_px[0], size_px[1]]) - 0.5
    for one, state in seen:
        if one.visible_px is None or state.kind.is_animal:
            continue
        left, top, right, bottom = np.clip(one.whole_px, -0.5, limits).tolist()
        counted = state.kind is ActorKind.PERSON and one.fraction >= LEAST_FRACTION
        box = (left + FIRST_PIXEL, top + FIRST_PIXEL, right - left, bottom - top)
        cells = ",".join(f"{value:.2f}" for value in box)
        place = ",".join(f"{value:.4f}" for value in state.enu_m)
        yield f"{number},{state.identity},{cells},{int(counted)},{place}\n"
