"""Real footage beside the same scene through the simulator's sensor, figure by figure.

Usage:
    TRUCELINE_FOOTAGE=... python -m bench.simulate.realism [FILE | PART OF A REAL CLIP'S PATH ...]

Each real clip's median picture is taken for the light of its scene; whoever moves is taken from the footage,
so that the encoder has the same work. The sensor makes pictures of it, an encoder brings them to the clip's
own bit rate, and both are decoded and measured alike (``figures``). Files named on the command line are
measured as they are, rendered clips for example; other words choose real clips by a part of their path.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.reach.footage import open_footage_folder
from bench.simulate.figures import GRADIENT_EDGES, GREY_EDGES, Figures, figures_of
from truceline.records.site import Calibration, Distortion
from truceline.records.time import UtcNs
from truceline.simulate.model.devices import Band, CameraPlan, Sensor, Stretch
from truceline.simulate.model.pictures import Drawn, Plate, Sky
from truceline.simulate.sensors.exposure import (
    CODES_PER_WHITE,
    DAYLIGHT_S,
    FINE,
    PEDESTAL,
    Exposed,
    tone_curve,
)
from truceline.simulate.sensors.thermal import ThermalSensor
from truceline.simulate.sensors.visible import VisibleSensor
from truceline.video.recording import TICKS_PER_S, CctvEncoding, recording

Image = NDArray[np.uint8]
Float32 = NDArray[np.float32]

MOST_FRAMES = 150
SCENE_K = 12.0
"""Thermal: so many kelvin from the darkest to the brightest grey."""
STAMP_ROWS = 0.06
"""Share of the picture's rows that may carry letters, at the top and at the bottom."""
GREY_SKY = Sky(np.array([0.0, 0.0, 1.0]), np.zeros(3), np.ones(3))


SENSOR = Sensor()
"""The sensor as a scenario has it that says nothing else."""


@dataclass(frozen=True, slots=True)
class RealClip:
    """A clip of the open footage: its path there, its band, its true rate, and the sensor set for it."""

    path: str
    rate_hz: Fraction
    band: Band = Band.VISIBLE
    sensor: Sensor = SENSOR


CLIPS = (
    RealClip("pets2009_s2l1/img1", Fraction(7)),
    RealClip("pets2009_s2l1/vtest_480x360.mp4", Fraction(7)),
    RealClip("cctv/intel_one-by-one-person_768x432.mp4", Fraction(10)),
    RealClip("traffic/highway_720p.mp4", Fraction(25)),
    RealClip("thermal/cacophony_animals/possum02.mkv", Fraction(9), Band.THERMAL),
    RealClip("thermal/cacophony_animals/cat.mkv", Fraction(9), Band.THERMAL),
)


def pictures_of(path: Path) -> tuple[list[Image], float | None]:
    """The first pictures (h, w, 3) of a video or of a folder of stills; kilobits a frame, None if not coded.

    Stills, and video without loss, count as not coded.
    """
    if path.is_dir():
        stills = sorted(path.iterdir())[:MOST_FRAMES]
        return [np.asarray(cv2.imread(str(still)), dtype=np.uint8) for still in stills], None
    pictures: list[Image] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        lossless = stream.codec_context.name == "ffv1"
        for frame in container.decode(stream):
            pictures.append(np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8))
            if len(pictures) == MOST_FRAMES:
                break
    with av.open(str(path)) as container:
        sizes = [packet.size for packet in container.demux(video=0) if packet.size]
    return pictures, None if lossless else 8 * sum(sizes) / len(sizes) / 1000


def remade(pictures: Sequence[Image], clip: RealClip, *, kbit_frame: float | None) -> list[Image]:
    """The same scene through the simulator's sensor and an encoder at the same bit rate, decoded."""
    made = list(_sensed(pictures, clip))
    if kbit_frame is None:
        return made
    size_px = (made[0].shape[1] // 2 * 2, made[0].shape[0] // 2 * 2)
    encoding = CctvEncoding(size_px, clip.rate_hz, kbit_s=round(kbit_frame * float(clip.rate_hz)), group=50)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "remade.mp4"
        with recording(path, encoding) as recorder:
            for number, picture in enumerate(made):
                even = np.ascontiguousarray(picture[: size_px[1], : size_px[0]])
                recorder.add(even, round(number * TICKS_PER_S / clip.rate_hz))
        return pictures_of(path)[0]


def _sensed(pictures: Sequence[Image], clip: RealClip) -> Iterator[Image]:
    """Pictures of the sensor, for each real one; who moves is taken from the footage."""
    scene = np.median(np.stack(pictures[:: max(len(pictures) // 40, 1)]), axis=0).astype(np.float32)
    thermal = clip.band is Band.THERMAL
    plan = _camera(clip, (scene.shape[1], scene.shape[0]))
    light = _light(scene, thermal=thermal, gamma=clip.sensor.gamma)
    plate = _plate(light)
    if thermal:
        sensor: VisibleSensor | ThermalSensor = ThermalSensor(plan, plate, seed=1)
    else:
        sensor = VisibleSensor(plan, plate, sky=GREY_SKY, seed=1)
        sensor.hold(Exposed(DAYLIGHT_S, 1.0))
    for number, picture in enumerate(pictures):
        differs = np.abs(picture.astype(np.float32) - scene).max(axis=2) > 24
        wide = cv2.dilate(
            cv2.morphologyEx(differs.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3))), np.ones((9, 9))
        )
        cover = np.asarray(cv2.GaussianBlur(wide.astype(np.float32), (0, 0), 2), dtype=np.float32)[..., None]
        own = _light(picture.astype(np.float32), thermal=thermal, gamma=clip.sensor.gamma)
        yield sensor.picture(Drawn(light + cover * (own - light), ()), number, UtcNs(0))


def _light(picture: Float32, *, thermal: bool, gamma: float) -> Float32:
    """Linear light (h, w, 3), or temperature (h, w, 1), that becomes these grey levels."""
    if thermal:
        return np.asarray(picture.mean(axis=2, keepdims=True) / 255 * SCENE_K + 10, dtype=np.float32)
    curve = tone_curve(gamma)[PEDESTAL:] / FINE
    signal = np.arange(len(curve)) / CODES_PER_WHITE
    return np.asarray(np.interp(picture[..., ::-1], curve, signal), dtype=np.float32)


def _camera(clip: RealClip, size_px: tuple[int, int]) -> CameraPlan:
    calibration = Calibration(
        focal_px=np.array([1000.0, 1000.0]),
        centre_px=np.array(size_px) / 2,
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
        position_enu_m=np.array([0.0, 0, 5]),
        covariance=np.eye(10) * 1e-6,
        source="none is needed",
    )
    return CameraPlan(
        "real",
        "REAL",
        clip.band,
        *size_px,
        clip.rate_hz,
        calibration,
        calibration,
        (Stretch(0, 1e3),),
        sensor=clip.sensor,
        shows_clock=False,
    )


def _plate(light: Float32) -> Plate:
    size = light.shape[:2]
    ones, nowhere = np.ones(size, np.float32), np.full((*size, 3), np.nan, np.float32)
    return Plate(light, ones, ones, nowhere, ones, ones * 0, np.zeros(size, np.uint8))


def stamp_mask(picture: Image) -> NDArray[np.bool_]:
    """Where letters may be printed (h, w)."""
    rows = max(int(STAMP_ROWS * picture.shape[0]), 24)
    mask = np.zeros(picture.shape[:2], np.bool_)
    mask[:rows] = mask[-rows:] = True
    return mask


def measured(pictures: Sequence[Image], *, band: Band) -> Figures:
    """Figures of a clip without the rows of its letters."""
    return figures_of(pictures, thermal=band is Band.THERMAL, ignore=stamp_mask(pictures[0]))


def told(name: str, columns: dict[str, Figures]) -> None:
    """Print clips side by side."""
    print(f"\n{name}: " + " | ".join(columns))
    rows: dict[str, Callable[[Figures], NDArray[np.float64]]] = {
        "noise by grey": lambda one: one.noise,
        "about the median": lambda one: one.slow,
        "gradients, %": lambda one: 100 * one.gradients,
        "spectrum, %": lambda one: 100 * one.spectrum,
        "remembered": lambda one: np.array([one.remembered]),
        "false px, million": lambda one: np.array([one.false_share]),
        "false patches": lambda one: np.array([one.false_blobs]),
    }
    for words, values in rows.items():
        cells = ["  ".join(f"{value:6.2f}" for value in values(one)) for one in columns.values()]
        print(f"  {words:20s}" + " | ".join(cells))


def main(paths: Sequence[str]) -> None:
    """Print the figures of the open footage and its twins, and of the files that are named."""
    edges = ", ".join(str(edge) for edge in GREY_EDGES)
    print(f"grey levels {edges}; gradients {', '.join(str(edge) for edge in GRADIENT_EDGES)}")
    for path in paths:
        if Path(path).exists():
            pictures, _ = pictures_of(Path(path))
            told(Path(path).name, {"as it is": measured(pictures, band=Band.VISIBLE)})
    words = [path for path in paths if not Path(path).exists()]
    folder = open_footage_folder()
    if folder is None:
        print("TRUCELINE_FOOTAGE names no folder: no real clip is measured")
        return
    for clip in CLIPS:
        if words and not any(word in clip.path for word in words):
            continue
        pictures, kbit_frame = pictures_of(folder / clip.path)
        twin = remade(pictures, clip, kbit_frame=kbit_frame)
        columns = {"real": measured(pictures, band=clip.band), "simulated": measured(twin, band=clip.band)}
        told(
            f"{clip.path} ({'not coded' if kbit_frame is None else f'{kbit_frame:.0f} kbit a frame'})",
            columns,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
