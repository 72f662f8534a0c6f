"""Variants of a scenario: many short simulations, each with its own seed."""

from dataclasses import replace

from truceline.pipeline.progress import Notice, Progress
from truceline.pipeline.simulation.order import SimulationOrder
from truceline.pipeline.simulation.simulate import SimulationResult, simulate


def simulate_variants(
    order: SimulationOrder, count: int, *, progress: Progress, notice: Notice
) -> tuple[SimulationResult, ...]:
    """So many variants in folders of their own within ``order.out``, seeds counting up from the order's.

    Raises:
        InputError: As ``simulate``.
        ServiceError: As ``simulate``; variants that were whole by then stay.
    """
    results = []
    for seed in range(order.seed, order.seed + count):
        notice(f"variant  seed {seed}")
        one = replace(order, out=order.out / f"seed-{seed:04d}", seed=seed, short=True)
        results.append(simulate(one, progress=progress, notice=notice))
    return tuple(results)
