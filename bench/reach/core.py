"""The suite ``core``: an analysis core that is right about real footage."""

from bench.reach import core_pets
from bench.reach.campus import campus
from bench.reach.fuzz import fuzz
from bench.reach.row import Measurement
from bench.reach.thermal import animals, tno

MEASUREMENTS: tuple[Measurement, ...] = (
    core_pets.speed,
    core_pets.tracks,
    core_pets.lead,
    core_pets.crossings,
    tno,
    animals,
    campus,
    fuzz,
)
