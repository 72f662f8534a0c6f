"""Looks: heights and tones of actors, drawn from the seed. They resemble no one's uniform."""

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import ActorKind
from truceline.simulate.scenario.reading.sheet import Sheet

Array = NDArray[np.float64]

CLOTHES = ("muted", "dark", "civil", "bright", "work")

_COATS = {
    "muted": ((0.075, 0.080, 0.060), (0.085, 0.082, 0.070), (0.065, 0.072, 0.082), (0.095, 0.088, 0.070)),
    "dark": ((0.035, 0.036, 0.040), (0.045, 0.040, 0.036), (0.030, 0.036, 0.048)),
    "civil": ((0.20, 0.16, 0.12), (0.10, 0.13, 0.20), (0.16, 0.16, 0.16), (0.18, 0.09, 0.08)),
    "bright": ((0.45, 0.42, 0.36), (0.38, 0.16, 0.10), (0.18, 0.30, 0.42), (0.42, 0.38, 0.12)),
    "work": ((0.10, 0.12, 0.16), (0.16, 0.13, 0.09), (0.12, 0.14, 0.11)),
}
_TROUSERS = ((0.045, 0.048, 0.045), (0.060, 0.055, 0.048), (0.038, 0.046, 0.060), (0.080, 0.074, 0.062))
_SKIN = (0.42, 0.27, 0.19)
_BODIES = {
    ActorKind.JEEP: ((0.085, 0.090, 0.070), (0.11, 0.10, 0.085), (0.13, 0.12, 0.10)),
    ActorKind.TRUCK: ((0.10, 0.11, 0.10), (0.14, 0.12, 0.10), (0.09, 0.10, 0.12)),
    ActorKind.CAR: ((0.55, 0.55, 0.54), (0.06, 0.06, 0.07), (0.20, 0.045, 0.04), (0.10, 0.14, 0.22)),
}
_COATS_OF_ANIMALS = {
    ActorKind.DOG: ((0.16, 0.11, 0.07), (0.06, 0.05, 0.045), (0.22, 0.165, 0.10)),
    ActorKind.DEER: ((0.17, 0.11, 0.065), (0.14, 0.10, 0.07)),
    ActorKind.BIRD: ((0.05, 0.05, 0.055), (0.35, 0.35, 0.36), (0.10, 0.09, 0.08)),
}
HEIGHTS_M = {
    ActorKind.PERSON: (1.58, 1.86),
    ActorKind.JEEP: (1.80, 1.90),
    ActorKind.TRUCK: (2.75, 2.95),
    ActorKind.CAR: (1.42, 1.52),
    ActorKind.DOG: (0.48, 0.62),
    ActorKind.DEER: (0.68, 0.82),
    ActorKind.BIRD: (0.22, 0.34),
}
LIMITS_M = {
    ActorKind.PERSON: (0.7, 2.2),
    ActorKind.JEEP: (1.4, 2.4),
    ActorKind.TRUCK: (2.0, 4.0),
    ActorKind.CAR: (1.2, 2.2),
    ActorKind.DOG: (0.2, 1.0),
    ActorKind.DEER: (0.4, 1.4),
    ActorKind.BIRD: (0.05, 1.2),
}


def drawn_height_m(sheet: Sheet, kind: ActorKind) -> float:
    """The height: as written, or drawn among those usual for its kind."""
    low, high = HEIGHTS_M[kind]
    if sheet.table.has("height_m"):
        least, most = LIMITS_M[kind]
        return sheet.number("height_m", low=least, high=most)
    return sheet.dice.between(f"{sheet.label}.height_m", low=low, high=high)


def drawn_tones(sheet: Sheet, kind: ActorKind) -> Array:
    """The tones: reflectances in the order that ``Actor`` states."""
    random = sheet.dice.generator(f"{sheet.label}.tones")
    if kind is ActorKind.PERSON:
        clothes = sheet.one_of("clothes", choices=CLOTHES, default="muted")
        return _person(random, clothes)
    if kind.is_vehicle:
        return _vehicle(random, kind)
    return _animal(random, kind)


def _pick(random: np.random.Generator, among: tuple[tuple[float, float, float], ...]) -> Array:
    """One of them, a little lighter or darker and a little off in hue."""
    tone = np.array(among[int(random.integers(len(among)))])
    varied: Array = np.clip(tone * random.uniform(0.8, 1.25) * random.uniform(0.94, 1.06, 3), 0.01, 0.9)
    return varied


def _person(random: np.random.Generator, clothes: str) -> Array:
    coat = _pick(random, _COATS[clothes])
    trousers = _pick(random, _TROUSERS)
    skin = np.array(_SKIN) * random.uniform(0.55, 1.05)
    hair = np.array([0.03, 0.027, 0.025]) * random.uniform(0.7, 1.6)
    cap = coat * 0.7 if clothes in ("muted", "dark") else hair
    shoes = np.full(3, 0.03) * random.uniform(0.7, 1.5)
    return np.stack([coat, coat * random.uniform(0.9, 1.05), trousers, shoes, skin, cap])


def _vehicle(random: np.random.Generator, kind: ActorKind) -> Array:
    body = _pick(random, _BODIES[kind])
    roof = body * (1.0 if kind is ActorKind.CAR else random.uniform(0.75, 1.1))
    glass, tyre = np.array([0.04, 0.05, 0.055]), np.full(3, 0.025)
    lamp, trim = np.array([0.24, 0.25, 0.24]), np.full(3, 0.05)
    return np.stack([body, roof, glass, tyre, lamp, trim])


def _animal(random: np.random.Generator, kind: ActorKind) -> Array:
    back = _pick(random, _COATS_OF_ANIMALS[kind])
    return np.stack([back, np.clip(back * 1.7, 0.0, 0.6), back * 0.8, back * 0.9])
