"""Small scripts to play in tests."""

import numpy as np

from tests.unit.simulate.scenario.texts import PLACE
from truceline.simulate.model.actors import STEP_S, Action, Happening, HappeningKind, Performance
from truceline.simulate.model.scenario import Play
from truceline.simulate.scenario.load import load_scenario
from truceline.simulate.staging.play import play


def played(text: str, *, seed: int = 1, duration_s: float = 30) -> Play:
    """The play of the small place with these actors."""
    place = PLACE.replace("duration_s = 30", f"duration_s = {duration_s:g}")
    return play(load_scenario(place + text, where="small.toml", seed=seed))


def actor(name: str, at: str, *steps: str, more: str = "") -> str:
    """An actor's table with steps written as inline tables."""
    listed = "".join(f"  {{ {step} }},\n" for step in steps)
    return f'[[actor]]\nid = "{name}"\nat = {at}\n{more}step = [\n{listed}]\n'


def performance(of: Play, name: str) -> Performance:
    """The performance of an actor."""
    return next(one for one in of.performances if one.actor.actor_id == name)


def happened(of: Play, kind: HappeningKind) -> list[Happening]:
    """Everything of one kind."""
    return [one for one in of.happenings if one.kind is kind]


def largest_acceleration_mps2(one: Performance) -> float:
    """The largest acceleration over the ground while in the scene."""
    there = one.action != Action.AWAY
    whole = there[2:] & there[1:-1] & there[:-2]
    push = np.linalg.norm(np.diff(one.enu_m[:, :2], 2, axis=0), axis=1) / STEP_S**2
    return float(np.max(push * whole, initial=0.0))


def largest_turn_rad_s(one: Performance) -> float:
    """The largest rate at which the body turns while in the scene."""
    there = one.action != Action.AWAY
    rate = np.abs(np.diff(np.unwrap(one.heading_rad))) / STEP_S
    return float(np.max(rate * (there[1:] & there[:-1]), initial=0.0))


def at_s(of: Performance, seconds: float) -> int:
    """The sample at an instant."""
    return round(seconds / STEP_S)
