"""What tells footage of one camera from footage of another: its noise, its edges, what a detector sees in it.

All figures are of the luma of decoded pictures of a camera that stands still, and of pixels where nobody
moves: pixels (and frames) near something that differs strongly from the scene are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.detect.bands import ThermalBand, VisibleBand
from truceline.records.time import UtcNs

Image = NDArray[np.uint8]
Array = NDArray[np.float64]

GREY_EDGES = np.array([0, 32, 64, 96, 128, 160, 192, 256])
GRADIENT_EDGES = np.array([0, 1, 2, 4, 8, 16, 32, 64, 1024])
BLOCK_PX = 32
SPECTRUM_BANDS = 4
MOVES = 18
"""Grey levels from the scene at which something moves there."""
BESIDE_PX = 15
FEWEST = 2000
SAMPLES = 40


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """One clip's figures.

    Attributes:
        noise: Standard deviation of the time between neighbouring frames over root two, by grey level
            (``GREY_EDGES``); NaN where hardly a pixel is of that level. ``slow`` the same about the median of
            all frames: larger where noise goes on from frame to frame.
        gradients: Share of pixels by the size of the gradient (``GRADIENT_EDGES``), grey levels a pixel.
        spectrum: Share of the noise's power from coarse to fine, in equal bands up to the pixel's limit.
        remembered: Correlation of the noise with that of the frame before.
        false_share: Share of still pixels that the detector's evidence takes for somebody, a million.
        false_blobs: Connected patches of eight and more such pixels in a frame.
    """

    noise: Array
    slow: Array
    gradients: Array
    spectrum: Array
    remembered: float
    false_share: float
    false_blobs: float


def figures_of(
    pictures: Sequence[Image], *, thermal: bool = False, ignore: NDArray[np.bool_] | None = None
) -> Figures:
    """The figures of a clip.

    Args:
        pictures: (h, w, 3) blue-green-red, in order.
        thermal: Whether the camera is one.
        ignore: (h, w) pixels that are left out: what is printed into the picture.
    """
    luma = np.stack(
        [np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8) for picture in pictures]
    )
    scene = np.median(luma[:: max(len(luma) // SAMPLES, 1)], axis=0).astype(np.float32)
    still = np.stack([_still(frame, scene) for frame in luma])
    if ignore is not None:
        still &= ~ignore
    residual = luma.astype(np.float32) - scene
    both = still[1:] & still[:-1]
    step = (residual[1:] - residual[:-1]) / np.float32(np.sqrt(2))
    share, blobs = _false_alarms(pictures, still, thermal=thermal)
    return Figures(
        noise=_by_grey(step, both, scene=scene),
        slow=_by_grey(residual, still, scene=scene),
        gradients=_gradients(luma[:: max(len(luma) // 10, 1)], ignore=ignore),
        spectrum=_spectrum(residual, still),
        remembered=_correlation(residual[1:][both], residual[:-1][both]),
        false_share=share,
        false_blobs=blobs,
    )


def _still(frame: Image, scene: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where nothing moves (h, w): not beside more than a speck that differs strongly."""
    differs = (np.abs(frame - scene) > MOVES).astype(np.uint8)
    specks_gone = cv2.morphologyEx(differs, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    beside = cv2.dilate(specks_gone, np.ones((BESIDE_PX, BESIDE_PX), np.uint8))
    return np.asarray(np.asarray(beside) == 0, dtype=np.bool_)


def _by_grey(values: NDArray[np.float32], where: NDArray[np.bool_], *, scene: NDArray[np.float32]) -> Array:
    """Root mean square of values (n, h, w) by the scene's grey."""
    bins = np.broadcast_to(np.digitize(scene, GREY_EDGES[1:-1]), values.shape)[where]
    squares = np.bincount(bins, weights=values[where].astype(np.float64) ** 2, minlength=len(GREY_EDGES) - 1)
    counts = np.bincount(bins, minlength=len(GREY_EDGES) - 1)
    return np.where(counts >= FEWEST, np.sqrt(squares / np.maximum(counts, 1)), np.nan)


def _gradients(luma: Image, *, ignore: NDArray[np.bool_] | None) -> Array:
    counts = np.zeros(len(GRADIENT_EDGES) - 1)
    for frame in luma:
        values = frame.astype(np.float32)
        size = np.hypot(cv2.Sobel(values, -1, 1, 0, scale=0.125), cv2.Sobel(values, -1, 0, 1, scale=0.125))
        counts += np.histogram(size if ignore is None else size[~ignore], GRADIENT_EDGES)[0]
    shares: Array = counts / counts.sum()
    return shares


def _spectrum(residual: NDArray[np.float32], still: NDArray[np.bool_]) -> Array:
    """Share of power by band, of blocks in which nothing moves."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(BLOCK_PX), np.fft.fftfreq(BLOCK_PX)))
    band = np.minimum((frequency / 0.5 * SPECTRUM_BANDS).astype(int), SPECTRUM_BANDS - 1)
    window = np.hanning(BLOCK_PX)[:, None] * np.hanning(BLOCK_PX)
    power = np.zeros((BLOCK_PX, BLOCK_PX))
    for number in range(0, len(residual), max(len(residual) // SAMPLES, 1)):
        for top in range(0, residual.shape[1] - BLOCK_PX + 1, BLOCK_PX):
            for left in range(0, residual.shape[2] - BLOCK_PX + 1, BLOCK_PX):
                place = (number, slice(top, top + BLOCK_PX), slice(left, left + BLOCK_PX))
                if still[place].all():
                    block = residual[place]
                    power += np.abs(np.fft.fft2((block - block.mean()) * window)) ** 2
    power[0, 0] = 0
    sums = np.bincount(band.ravel(), weights=power.ravel(), minlength=SPECTRUM_BANDS)
    shares: Array = sums / max(sums.sum(), 1e-12)
    return shares


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.mean(one * other) / max(float(np.mean(one * one)), 1e-9))


def _false_alarms(
    pictures: Sequence[Image], still: NDArray[np.bool_], *, thermal: bool
) -> tuple[float, float]:
    """Share (a million) of still pixels that the product's detector finds, and patches of them a frame."""
    band = ThermalBand() if thermal else VisibleBand()
    samples = pictures[:: max(len(pictures) // SAMPLES, 1)]
    background = band.learn(samples, centre_utc_ns=UtcNs(0), free=None)
    wrong = pixels = patches = frames = 0
    for picture, quiet in zip(pictures[::5], still[::5], strict=True):
        seen = band.compare(picture, background)
        if seen.changed or seen.moved:
            continue
        false = (seen.mask > 0) & quiet
        stats = cv2.connectedComponentsWithStats(false.astype(np.uint8))[2]
        patches += int((stats[1:, cv2.CC_STAT_AREA] >= 8).sum())
        wrong += int(false.sum())
        pixels += int(quiet.sum())
        frames += 1
    return 1e6 * wrong / max(pixels, 1), patches / max(frames, 1)
