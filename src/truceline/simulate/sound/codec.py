"""Codecs: what a recorder's way of keeping sound leaves of it, where that is not the encoder's own work."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from truceline.errors import InputError

Samples = NDArray[np.int16]

RATE_HZ: Final = 48_000
TELEPHONE_HZ: Final = 8_000
CODECS: Final = ("pcm", "aac", "g711")
_BIAS = 33
_CLIP = 8_158
"""G.711's largest magnitude, of 14 bit samples, before its bias."""


def for_codec(samples: Samples, codec: str) -> tuple[Samples, int]:
    """Samples as they are handed to a codec's container, and their rate.

    ``pcm`` and ``aac`` take them as they are: AAC's loss is its encoder's. ``g711`` is brought to 8 kHz and
    through the μ-law and back, so that what is kept as G.711 or as PCM afterwards is the same.

    Raises:
        InputError: The codec is not one of ``CODECS``.
    """
    if codec in ("pcm", "aac"):
        return samples, RATE_HZ
    if codec == "g711":
        return expanded(compressed(at_telephone_rate(samples))), TELEPHONE_HZ
    raise InputError(f"no codec is called “{codec}”", where="codec", do=f"Use one of {', '.join(CODECS)}.")


def at_telephone_rate(samples: Samples) -> Samples:
    """48 kHz to 8 kHz, low-passed at 4 kHz."""
    lower = resample_poly(samples.astype(np.float64), 1, RATE_HZ // TELEPHONE_HZ)
    kept: Samples = np.clip(np.rint(lower), -32_768, 32_767).astype(np.int16)
    return kept


def compressed(samples: Samples) -> NDArray[np.uint8]:
    """16 bit samples as μ-law octets.

    Method: ITU-T G.711 (1988), table 2a: sign, three bits of segment, four of step, all inverted.
    """
    wide = samples.astype(np.int64)
    magnitude = np.minimum(np.where(wide < 0, (-wide - 1) >> 2, wide >> 2), _CLIP) + _BIAS
    segment = np.floor(np.log2(magnitude)).astype(np.int64) - 5
    step = (magnitude >> (segment + 1)) & 0x0F
    sign = np.where(wide < 0, 0x80, 0)
    octets: NDArray[np.uint8] = (~(sign | (segment << 4) | step) & 0xFF).astype(np.uint8)
    return octets


def expanded(octets: NDArray[np.uint8]) -> Samples:
    """μ-law octets as 16 bit samples."""
    bits = ~octets.astype(np.int64) & 0xFF
    segment, step = (bits >> 4) & 0x07, bits & 0x0F
    magnitude = ((((step << 1) + _BIAS) << segment) - _BIAS) << 2
    return np.where(bits & 0x80, -magnitude, magnitude).astype(np.int16)
