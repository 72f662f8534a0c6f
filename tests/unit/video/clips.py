"""Small clips made for tests: pictures whose brightness tells their number, and files with known faults."""

from fractions import Fraction

import av
import numpy as np

from truceline.records.frames import Footage
from truceline.records.time import UtcNs
from truceline.video.probe import probe_footage
from truceline.video.source import FootageReader

START = UtcNs(1_700_000_000_000_000_000)
WIDTH, HEIGHT = 64, 48
STEP = 8


def picture(number, *, width=WIDTH, height=HEIGHT):
    """A flat picture whose level is ``number`` times STEP, with a bright top left corner."""
    shape = (height, width, 3)
    flat = np.full(shape, number * STEP % 240, np.uint8)
    flat[: height // 4, : width // 4] = 255
    return flat


def texture(number, *, width=WIDTH, height=HEIGHT):
    """Coloured noise that moves to the right by three pixels from one picture to the next."""
    grain = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return np.roll(grain, 3 * number, axis=1)


def number_of(bgr):
    """Which picture it was, from its level in the lower right corner."""
    return round(float(bgr[-8:, -8:].mean()) / STEP)


def write_clip(path, numbers, *, rate=10, codec="libx264", size=(WIDTH, HEIGHT), options=None, draw=picture):
    """Encode pictures, each shown at its number over the rate: gaps in numbers are gaps in time."""
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = Fraction(1, rate)
        for number in numbers:
            frame = av.VideoFrame.from_ndarray(draw(number, width=size[0], height=size[1]), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def reader_of(path, *, true_rate_hz=None, start=START, bound_s=1.0):
    facts = probe_footage(path)
    footage = Footage(
        name=facts.name,
        digest=facts.digest,
        size_bytes=facts.size_bytes,
        camera_id="west",
        width_px=facts.width_px,
        height_px=facts.height_px,
        container_rate_hz=facts.rate_hz,
        true_rate_hz=true_rate_hz,
        start_utc_ns=start,
        start_bound_s=bound_s,
        start_source="made for a test",
    )
    return FootageReader(path, facts=facts, footage=footage)


def seconds_of(stamps):
    return [(stamp.utc_ns - START) / 1e9 for stamp in stamps]
