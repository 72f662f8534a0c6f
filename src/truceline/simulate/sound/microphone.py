"""Microphones: pressure to samples; high pass, own noise, automatic gain, and the rails."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from truceline.simulate.model.devices import MicrophonePlan

Array = NDArray[np.float64]

RATE_HZ: Final = 48_000
STEPS = 32_768
"""Whole steps of a sample from silence to the rail."""
GAIN_HOP = 240
"""The automatic gain looks at the sound every 5 ms."""


@dataclass(frozen=True, slots=True)
class Capsule:
    """What a microphone and its recorder do.

    Attributes:
        full_scale_db: Level of a sine, root mean square above 20 micropascals, that just reaches the rails.
        noise_db: Level of its own noise, the same way.
        low_hz: Corner of its high pass, second order; ``high_hz`` of its low pass, first order.
    """

    full_scale_db: float
    noise_db: float
    low_hz: float
    high_hz: float

    @property
    def full_scale_pa(self) -> float:
        """Pressure at the rail."""
        return float(20e-6 * 10.0 ** (self.full_scale_db / 20.0) * np.sqrt(2.0))

    @property
    def sensitivity(self) -> float:
        """Steps of a 16 bit sample a pascal, before any automatic gain."""
        return STEPS / self.full_scale_pa


IN_CAMERA: Final = Capsule(full_scale_db=117.0, noise_db=34.0, low_hz=90.0, high_hz=9_000.0)
"""A small microphone behind a camera's housing (overload 115 to 120 dB, noise 30 to 36 dB(A))."""
STANDING_ALONE: Final = Capsule(full_scale_db=130.0, noise_db=26.0, low_hz=20.0, high_hz=20_000.0)
"""A measuring microphone with a screen."""


def capsule_of(plan: MicrophonePlan) -> Capsule:
    """The capsule of a microphone: what is recorded with a camera is a camera's."""
    return STANDING_ALONE if plan.recorded_with is None else IN_CAMERA


@dataclass(frozen=True, slots=True)
class AutomaticGain:
    """A recorder that turns itself up when it is quiet and down when it is loud.

    Attributes:
        target: Level it steers to, as a share of full scale (root mean square).
        most_db: Highest gain, lowest is ``least_db``.
        attack_s: Time to come down; ``release_s`` to come back up.
    """

    target: float = 0.06
    most_db: float = 24.0
    least_db: float = -24.0
    attack_s: float = 0.012
    release_s: float = 1.2


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where a recorder is between two pieces of a recording: its filter's memory, its gain in decibels."""

    memory: Array
    gain_db: float


def started(capsule: Capsule) -> State:
    """A recorder that has heard nothing yet."""
    return State(np.zeros((_sections(capsule).shape[0], 2)), 0.0)


def taken(
    pressure_pa: Array, capsule: Capsule, *, state: State, gain: AutomaticGain | None
) -> tuple[Array, State]:
    """Samples (n,) as shares of full scale, beyond 1 where the rails will cut, and the state after them.

    The automatic gain follows what it heard before: a bang comes through at the gain of the quiet before it,
    is cut at the rails, and leaves the sound behind it low for the time of the release.
    """
    passed, memory = sosfilt(_sections(capsule), pressure_pa / capsule.full_scale_pa, zi=state.memory)
    if gain is None:
        return passed, State(memory, 0.0)
    gains_db = _gains_db(passed, gain, start_db=state.gain_db)
    places = np.arange(len(gains_db)) * GAIN_HOP
    shares = 10.0 ** (np.interp(np.arange(len(passed)), places, gains_db) / 20.0)
    return passed * shares, State(memory, float(gains_db[-1]))


def quantised(shares: Array) -> NDArray[np.int16]:
    """Samples of 16 bit; what lies beyond the rails stays at them."""
    samples: NDArray[np.int16] = np.clip(np.rint(shares * STEPS), -STEPS, STEPS - 1).astype(np.int16)
    return samples


def _sections(capsule: Capsule) -> Array:
    above = butter(2, capsule.low_hz, "highpass", fs=RATE_HZ, output="sos")
    below = butter(1, capsule.high_hz, "lowpass", fs=RATE_HZ, output="sos")
    return np.vstack([above, below])


def _gains_db(shares: Array, gain: AutomaticGain, *, start_db: float) -> Array:
    """The gain at every hop's end (k + 1,), the first as before."""
    hops = max(-(-len(shares) // GAIN_HOP), 1)
    padded = np.zeros(hops * GAIN_HOP)
    padded[: len(shares)] = shares
    level = np.sqrt(np.mean(padded.reshape(hops, GAIN_HOP) ** 2, axis=1))
    wanted = np.clip(20.0 * np.log10(gain.target / np.maximum(level, 1e-9)), gain.least_db, gain.most_db)
    down, up = (1.0 - np.exp(-GAIN_HOP / RATE_HZ / time) for time in (gain.attack_s, gain.release_s))
    gains = [start_db]
    for goal in wanted:
        now = gains[-1]
        gains.append(now + (goal - now) * (down if goal < now else up))
    return np.array(gains)
