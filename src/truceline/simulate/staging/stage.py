"""The stage: everybody in play, and the present sample."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import STEP_S
from truceline.simulate.scenario.script import Deed, Script
from truceline.simulate.staging.motion.clips import Clip
from truceline.simulate.staging.motion.company import aboard
from truceline.simulate.staging.motion.ground import true_line_en_m
from truceline.simulate.staging.role import Role, role_of

Array = NDArray[np.float64]


class Stage:
    """Everybody in play.

    Attributes:
        count: Samples of the whole scenario.
        index: The present one.
        line_en_m: (n, 2) the true line.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.count = round(script.setting.duration_s / STEP_S) + 1
        self.index = 0
        self.line_en_m = true_line_en_m(script.setting)
        self.roles = tuple(role_of(plan) for plan in script.actors)
        self._by_id = {role.plan.actor.actor_id: role for role in self.roles}
        for role in self.roles:
            if role.in_vehicle is not None:
                inside = [one for one in self.roles if one.plan.inside == role.in_vehicle]
                role.seat = inside.index(role)
                self.add(role, aboard(role.now(0), vehicle_id=role.in_vehicle))

    def role(self, actor_id: str) -> Role:
        """The role of an actor; ids were checked on loading."""
        return self._by_id[actor_id]

    def add(self, role: Role, clip: Clip) -> None:
        """Let a role go on with a clip."""
        role.add(clip, line_en_m=self.line_en_m, sides=self.script.setting.line.sides)

    def place_en_m(self, role: Role) -> Array:
        """Where a role is at the present sample (2,)."""
        if role.in_vehicle is not None:
            return self.role(role.in_vehicle).now(self.index).place_en_m
        return role.now(self.index).place_en_m

    def drags(self, actor_id: str) -> bool:
        """Whether an actor is dragging somebody."""
        other = self.role(actor_id)
        return not other.done and other.step is not None and other.step.deed is Deed.DRAG

    def follow(self, role: Role) -> None:
        """Let one who follows another take one sample further."""
        if role.live is None or role.live.begin.index + len(role.live.places) - 1 != self.index:
            return
        leader = self.role(role.live.step.whom or "").now(self.index)
        role.live.advance(leader.place_en_m, leader.velocity_mps)
        role.note_crossings(
            np.array(role.live.places[-2:]),
            self.index,
            there=np.ones(2, dtype=np.bool_),
            line_en_m=self.line_en_m,
            sides=self.script.setting.line.sides,
        )
