"""The shape of any actor at an instant."""

import numpy as np

from truceline.simulate.bodies.animal import animal_at
from truceline.simulate.bodies.people.person import person_at
from truceline.simulate.bodies.vehicle import vehicle_at
from truceline.simulate.model.actors import STEP_S, Action, Performance
from truceline.simulate.model.pictures import Shape


def shape_at(performance: Performance, at_s: float) -> Shape:
    """The actor's body at ``at_s`` seconds from the scenario's start, in site metres.

    The performance is interpolated between its samples; before the first and after the last the actor stays
    as there. One who is away has no capsules, boxes or cylinders.

    Method: people and animals are round cones on a skeleton whose feet stand where ``footing`` says; joint
    curves after Winter (1991) and Novacheck (1998), see ``gait``. Vehicles are boxes and cylinders.
    """
    sample = min(max(int(at_s / STEP_S), 0), len(performance.action) - 1)
    if performance.action[sample] == Action.AWAY:
        return Shape(
            np.empty((0, 8)),
            np.empty(0, dtype=np.int64),
            np.empty((0, 15)),
            np.zeros(len(performance.actor.tones)),
        )
    kind = performance.actor.kind
    if kind.is_vehicle:
        return vehicle_at(performance, at_s)
    return animal_at(performance, at_s) if kind.is_animal else person_at(performance, at_s)
