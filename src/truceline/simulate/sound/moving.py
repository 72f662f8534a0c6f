"""Moving sources: vehicles that pass and people that walk, with their Doppler shift and distance."""

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from truceline.simulate.model.actors import STEP_S, Action, ActorKind, Performance
from truceline.simulate.sound.paths import air, obstacles
from truceline.simulate.sound.paths.response import RATE_HZ, Place
from truceline.simulate.sound.sources import blows, engines, waves, weather

Array = NDArray[np.float64]

AUDIBLE_PA = 20e-6 * 10.0 ** (18.0 / 20.0)
"""Quieter than this at the microphone is not worked out: its own noise is louder."""
ENGINE_M = 0.7
"""Height of engine and tyres above the ground."""
FRAME = 4_096
GRID = 256
SHADOW_FRAMES = 8
"""What hides a vehicle is looked at every so many frames (0.34 s)."""
TYRE_HZ = (180.0, 3_500.0)
STEP_HEARD_M = 45.0
STEP_PA = {Action.WALK: 20e-6 * 10.0 ** (70.0 / 20.0), Action.RUN: 20e-6 * 10.0 ** (82.0 / 20.0)}
"""Peaks of a footfall at 1 m, estimate."""
STEP_KINDS = 6


def vehicle_heard(place: Place, performance: Performance, *, seed: int, first: int, count: int) -> Array:
    """Pressure (count,) of a vehicle's engine and tyres at the microphone.

    Assumes:
        Slower than sound. The ground's reflection and echoes are left out: a moving engine blurs them.
    """
    pressure = np.zeros(count)
    running = engines.running(performance)
    way = place.ear_enu_m - _held(performance.enu_m) - np.array([0.0, 0.0, ENGINE_M])
    distance = np.maximum(np.linalg.norm(way, axis=1), 1.0)
    arriving = performance.at_s + air.travel_s(way, place.air)
    loud = np.flatnonzero(np.hypot(running.engine_pa, running.rush_pa) / distance > AUDIBLE_PA)
    if not len(loud):
        return pressure
    low = max(int(arriving[loud[0]] * RATE_HZ) - first, 0)
    high = min(int(arriving[loud[-1]] * RATE_HZ) - first + 1, count)
    if high <= low:
        return pressure
    # Whole frames of absolute time, so that pieces of a recording fit together.
    begin = ((first + low) // FRAME - 1) * FRAME
    samples = (-(-(first + high - begin) // FRAME) + 1) * FRAME
    # Looked up at a coarser grid, along which all of it runs straight.
    sent_s = np.interp((begin + np.arange(0, samples + 1, GRID)) / RATE_HZ, arriving, performance.at_s)
    rows, row = np.arange(len(distance)), sent_s / STEP_S
    turns = _between(np.interp(row, rows, running.turns))
    kind, key = performance.actor.kind, zlib.crc32(performance.actor.actor_id.encode())
    table = engines.firing_table(kind, seed ^ key)
    tone = table[((turns % 1.0) * engines.TABLE).astype(np.int64) % engines.TABLE]
    rush = weather.blocks(_rush_shape(), (seed, 0x50_21, key), first=begin, count=samples, drops_hz=0.0)
    wave = tone * _between(np.interp(row, rows, running.engine_pa / distance))
    wave += rush * _between(np.interp(row, rows, running.rush_pa / distance))
    nearest = np.clip(np.rint(row), 0, len(distance) - 1).astype(np.int64)
    worn = _worn(place, wave, from_enu_m=(place.ear_enu_m - way)[nearest])
    pressure[low:high] = worn[first + low - begin : first + high - begin]
    return pressure


def _between(coarse: Array) -> Array:
    """Values (k + 1,) at every ``GRID`` samples as values (k GRID,) at all of them."""
    ramp = np.arange(GRID) / GRID
    fine: Array = (coarse[:-1, None] + ramp * np.diff(coarse)[:, None]).ravel()
    return fine


def _held(enu_m: Array) -> Array:
    """Places (n, 3), where a vehicle has none those of the nearest sample that has."""
    known = np.flatnonzero(np.isfinite(enu_m).all(axis=1))
    if len(known) == len(enu_m) or not len(known):
        return np.nan_to_num(enu_m)
    rows = np.arange(len(enu_m))
    return np.stack([np.interp(rows, known, enu_m[known, axis]) for axis in range(3)], axis=1)


def _rush_shape() -> Array:
    """Spectrum of tyres and intake, of root mean square 1."""
    frequency_hz = fft.rfftfreq(2 * weather.HOP, 1.0 / RATE_HZ)
    low, high = (frequency_hz / TYRE_HZ[0]) ** 2, (frequency_hz / TYRE_HZ[1]) ** 2
    shape = np.sqrt(low / (1.0 + low)) / (1.0 + high) / np.maximum(frequency_hz / 800.0, 0.3) ** 0.5
    return weather.levelled(shape, 0.0) / weather.REFERENCE_PA


def _worn(place: Place, wave: Array, *, from_enu_m: Array) -> Array:
    """A wave with what air and obstacles take at each moment's distance, by overlapping frames.

    Its places (k + 1, 3) are those at every ``GRID`` samples.
    """
    hop = FRAME // 2
    window = np.sin(np.pi * (np.arange(FRAME) + 0.5) / FRAME)
    begins = np.arange(0, len(wave) - FRAME + 1, hop)
    frequency_hz = fft.rfftfreq(FRAME, 1.0 / RATE_HZ)
    loss = air.absorption_db_m(frequency_hz, place.air)
    places = from_enu_m[(begins + hop) // GRID]
    worn = np.zeros(len(wave))
    shadow = np.zeros(len(frequency_hz))
    for number, begin in enumerate(begins):
        if number % SHADOW_FRAMES == 0:
            detours = obstacles.detours_m(
                place.world, place.boxes, start_enu_m=places[number], end_enu_m=place.ear_enu_m
            )
            shadow = obstacles.shadow_db(detours, frequency_hz, sound_mps=place.air.sound_mps)
        distance = float(np.linalg.norm(places[number] - place.ear_enu_m))
        share = air.absorption_gain(loss + shadow / max(distance, 1.0), max(distance, 1.0))
        frame = fft.rfft(wave[begin : begin + FRAME] * window) * share
        worn[begin : begin + FRAME] += fft.irfft(frame, FRAME) * window
    return worn


def steps_heard(place: Place, performance: Performance, *, seed: int, first: int, count: int) -> Array:
    """Pressure (count,) of a person's footfalls near the microphone; 1/r alone, the way is short."""
    if performance.actor.kind is not ActorKind.PERSON:
        return np.zeros(count)
    falls = np.flatnonzero(np.diff(np.floor(performance.phase_rad / np.pi)) > 0) + 1
    falls = falls[np.isin(performance.action[falls], [int(action) for action in STEP_PA])]
    way = place.ear_enu_m - performance.enu_m[falls]
    distance = np.linalg.norm(way, axis=1)
    falls, way = falls[distance < STEP_HEARD_M], way[distance < STEP_HEARD_M]
    if not len(falls):
        return np.zeros(count)
    key = zlib.crc32(performance.actor.actor_id.encode())
    random = np.random.default_rng([seed, 0x50_22, key])
    kinds = [blows.footfall(random, 0.0) for _ in range(STEP_KINDS)]
    strengths = random.lognormal(0.0, 0.35, len(falls))
    arriving = performance.at_s[falls] + air.travel_s(way, place.air)
    pieces = []
    for number, (fall, at_s) in enumerate(zip(falls, arriving, strict=True)):
        peak_pa = STEP_PA[Action(int(performance.action[fall]))] * strengths[number]
        wave = kinds[number % STEP_KINDS] * peak_pa / max(float(np.linalg.norm(way[number])), 0.5)
        pieces.append((round(at_s * RATE_HZ), wave))
    return waves.laid(pieces, first, count=count)
