"""Whether the ways that were really taken, bends and all, lead through anything."""

from collections.abc import Sequence

import numpy as np
from shapely import contains_xy

from truceline.errors import InputError
from truceline.simulate.model.actors import Action, Performance
from truceline.simulate.scenario.checks import ROOM_M, in_the_way
from truceline.simulate.scenario.reading.standing import footprint
from truceline.simulate.scenario.script import Script
from truceline.simulate.staging.role import Role

_FREE = (Action.AWAY, Action.FLY)
_LOOSE_M = 0.15
"""A shoulder may brush what the middle of the body clears by the rest."""


def refuse_walls(script: Script, roles: Sequence[Role], *, performances: Sequence[Performance]) -> None:
    """Refuse a play in which somebody went through something.

    Raises:
        InputError: With the line of the step.
    """
    standing = [one for one in script.setting.world.solids if in_the_way(one)]
    for role, performance in zip(roles, performances, strict=True):
        room_m = ROOM_M.get(performance.actor.kind)
        if room_m is None:
            continue
        there = ~np.isin(performance.action, _FREE)
        places = performance.enu_m[:, :2]
        for solid in standing:
            ring = footprint(solid).buffer(room_m - _LOOSE_M)
            west, south, east, north = ring.bounds
            near = there & (places[:, 0] > west) & (places[:, 0] < east)
            near &= (places[:, 1] > south) & (places[:, 1] < north)
            if not near.any():
                continue
            inside = np.flatnonzero(near)[contains_xy(ring, places[near])]
            if len(inside):
                raise InputError(
                    f"{performance.actor.actor_id} goes through {solid.name!r}",
                    where=_where(role, int(inside[0])),
                    do="Lead the waypoints around it, with more room in the bends.",
                )


def _where(role: Role, index: int) -> str:
    begun = [step for step, at in role.begun.items() if at <= index]
    return role.plan.steps[max(begun)].where if begun else role.plan.where
