"""Readout: the loops over all pixels between the light and the eight bits, compiled."""

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.compiled import jit

Float32 = NDArray[np.float32]
Int16 = NDArray[np.int16]

MOST_TAPS = 4
"""Blur reaches so many pixels less one to each side."""


def blur_taps(sigma_px: float) -> Float32:
    """Weights of a pixel and of its neighbours at 1, 2 and 3 pixels: a Gaussian, its sum over both sides 1.

    Sampled where it is wide; a narrow one (below 0.7 pixels) is given by its variance, because samples of a
    narrow Gaussian are wider than it.
    """
    taps = np.zeros(MOST_TAPS)
    if sigma_px < 0.7:  # noqa: PLR2004 - as the text above says
        side = min(sigma_px**2 / 2, 0.25)
        taps[:2] = 1 - 2 * side, side
        return taps.astype(np.float32)
    taps[:] = np.exp(-0.5 * (np.arange(MOST_TAPS) / sigma_px) ** 2)
    taps /= taps[0] + 2 * taps[1:].sum()
    return taps.astype(np.float32)


@jit
def mixed_down(light: Float32, weights: Float32) -> Float32:
    """Light (h, w, channels) as one channel (h, w, 1) by weights (channels,)."""
    height, width, channels = light.shape
    mixed = np.empty((height, width, 1), np.float32)
    for row in range(height):
        for column in range(width):
            total = np.float32(0)
            for channel in range(channels):
                total += light[row, column, channel] * weights[channel]
            mixed[row, column, 0] = total
    return mixed


@jit
def blur_row(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    light: Float32, row: int, taps: Float32, step: int, blurred: Float32
) -> None:
    """One row (w * step,) of a picture (h, w * step) blurred down and along, into ``blurred``.

    The picture's edge goes on beyond itself. Loops run over slices from 0, which the compiler can turn into
    vector instructions; an index with an offset it cannot.
    """
    height, width = light.shape
    pad = 3 * step
    padded = np.empty(width + 2 * pad, np.float32)
    mixed = padded[pad : pad + width]
    middle, above, below = light[row], light[max(row - 1, 0)], light[min(row + 1, height - 1)]
    weight, side = taps[0], taps[1]
    for at in range(width):
        mixed[at] = weight * middle[at] + side * (above[at] + below[at])
    for reach in range(2, 4):
        side = taps[reach]
        above, below = light[max(row - reach, 0)], light[min(row + reach, height - 1)]
        if side > 0:
            for at in range(width):
                mixed[at] += side * (above[at] + below[at])
    for at in range(pad):
        padded[at] = mixed[at % step]
        padded[pad + width + at] = mixed[width - step + at % step]
    left, right, side = padded[pad - step :], padded[pad + step :], taps[1]
    for at in range(width):
        blurred[at] = weight * mixed[at] + side * (left[at] + right[at])
    for reach in range(2, 4):
        left, right, side = padded[pad - reach * step :], padded[pad + reach * step :], taps[reach]
        if side > 0:
            for at in range(width):
                blurred[at] += side * (left[at] + right[at])


@jit
def exposed(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    light: Float32,
    taps: Float32,
    lens: tuple[Float32, Float32, Float32],
    noise: tuple[Int16, int, int, float],
    process: tuple[float, float, float, Int16, int],
) -> Int16:
    """Grey levels in fine steps (h, w * channels) of linear light (h, w * channels).

    Args:
        light: Linear light, channels side by side.
        taps: Weights of the lens's blur (``blur_taps``).
        lens: Codes of a unit of light are ``across`` (w * channels,) + ``colour`` (w * channels,) * ``down``
            (h,): the lens darkens towards the corners.
        noise: Field, first row, first column, factor to a standard deviation of one.
        process: Variance of the signal for each code of signal and besides, in codes; code of no light;
            fine grey levels by code; channels.
    """
    across, colour, down = lens
    field, first_row, first_column, unit = noise
    shot, read, zero, levels, step = process
    height, width = light.shape
    fine = np.empty((height, width), np.int16)
    signal = np.empty(width, np.float32)
    codes = np.empty(width, np.int32)
    shot32, read32, zero32 = np.float32(shot), np.float32(read), np.float32(zero)
    unit32, last = np.float32(unit), np.float32(len(levels) - 1)
    for row in range(height):
        blur_row(light, row, taps, step, signal)
        random = field[first_row + row, first_column : first_column + width]
        dark = down[row]
        for at in range(width):
            value = signal[at] * (across[at] + colour[at] * dark)
            sigma = np.sqrt(max(value, np.float32(0)) * shot32 + read32)
            value += sigma * (unit32 * np.float32(random[at])) + zero32
            codes[at] = np.int32(min(max(value, np.float32(0)), last))
        for at in range(width):
            fine[row, at] = levels[codes[at]]
    return fine


@jit
def sharpened(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    fine: Int16, sharpening: float, limits: tuple[int, int], into: NDArray[np.uint8]
) -> None:
    """Fine grey levels (h, w * channels), red first, sharpened into a picture (h, w, 3), blue first.

    An unsharp mask on the luma of the four neighbours, as cameras have. Differences from the neighbours' mean
    up to the first of ``limits`` are left alone; what is added is at most the second. The outermost pixels
    are not sharpened.
    """
    height, width, _ = into.shape
    step = fine.shape[1] // width
    luma = np.zeros((3, width), np.int32)
    detail = np.zeros(width, np.int32)
    core, most = 4 * limits[0], limits[1]
    strength, inside = np.int32(round(sharpening * 256)), width - 2
    _luma_row(fine, 0, luma[0])
    for row in range(height):
        if row + 1 < height:
            _luma_row(fine, row + 1, luma[(row + 1) % 3])
        added = detail[1:]
        if 0 < row < height - 1 and strength > 0:
            above, below = luma[(row - 1) % 3, 1:], luma[(row + 1) % 3, 1:]
            left, here, right = luma[row % 3], luma[row % 3, 1:], luma[row % 3, 2:]
            for at in range(inside):
                mean = left[at] + right[at] + above[at] + below[at]
                apart = 4 * here[at] - mean
                apart -= min(max(apart, -core), core)
                added[at] = min(max((apart * strength) >> 8, -most), most)
        else:
            detail[:] = 0
        _round_row(fine[row], detail, step, into[row])


@jit
def _round_row(  # noqa: PLR0917 - compiled functions take no keyword-only arguments
    fine: Int16, detail: NDArray[np.int32], step: int, into: NDArray[np.uint8]
) -> None:
    for at in range(len(detail)):
        added = detail[at] + np.int32(8)
        if step == 1:
            grey = np.uint8(min(max((fine[at] + added) >> 4, 0), 255))
            into[at, 0] = into[at, 1] = into[at, 2] = grey
        else:
            into[at, 0] = np.uint8(min(max((fine[3 * at + 2] + added) >> 4, 0), 255))
            into[at, 1] = np.uint8(min(max((fine[3 * at + 1] + added) >> 4, 0), 255))
            into[at, 2] = np.uint8(min(max((fine[3 * at] + added) >> 4, 0), 255))


@jit
def _luma_row(fine: Int16, row: int, luma: NDArray[np.int32]) -> None:  # noqa: PLR0917
    step = fine.shape[1] // len(luma)
    if step == 1:
        for at in range(len(luma)):
            luma[at] = fine[row, at]
    else:
        for at in range(len(luma)):
            red, green, blue = fine[row, 3 * at], fine[row, 3 * at + 1], fine[row, 3 * at + 2]
            luma[at] = (np.int32(red) + 2 * np.int32(green) + np.int32(blue)) >> 2
