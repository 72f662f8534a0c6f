"""Where the open footage lies, and the simulations that are kept between measurements."""

import os
from pathlib import Path

from truceline.pipeline.progress import silent, unheard
from truceline.pipeline.simulation.order import SimulationOrder
from truceline.pipeline.simulation.simulate import SimulationResult, simulate

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / ".reach-cache"
WORKERS = 2


def open_footage_folder() -> Path | None:
    """The folder of open footage that ``TRUCELINE_FOOTAGE`` names, or None."""
    named = os.environ.get("TRUCELINE_FOOTAGE")
    return Path(named).resolve() if named and Path(named).is_dir() else None


def simulated(scenario: str, *, seed: int) -> SimulationResult:
    """A simulation, kept while scenario, seed and simulator stay the same; results are never kept."""
    order = SimulationOrder(scenario, CACHE / "simulated" / scenario / str(seed), seed=seed, workers=WORKERS)
    return simulate(order, progress=silent, notice=unheard)
