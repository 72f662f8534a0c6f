"""What is odd about a footage file, in sentences for whoever reads its results."""

from collections.abc import Iterator

import av
import av.container
import av.video

from truceline.video.picture import orientation_of
from truceline.video.times.index import PacketIndex
from truceline.video.times.timeline import RATE_TOLERANCE, Timeline

MOST_LENGTH_S = 366 * 86_400.0
"""No single file is longer; a header that says so is damaged or lies."""

FAR_START_S = 1.0
"""A file whose stamps start further from zero than this says so."""

INTERLACED = (
    "The recording is interlaced: of each frame the upper field is used, and the lines between are drawn "
    "from it; times have a bound wider by half a frame."
)


def oddities(
    container: av.container.InputContainer,
    stream: av.video.stream.VideoStream,
    *,
    index: PacketIndex,
    timeline: Timeline,
    first: av.VideoFrame,
) -> tuple[str, ...]:
    """Sentences on what is odd; none for an ordinary file.

    Args:
        container: The file.
        stream: Its stream of pictures.
        index: The stream's packets.
        timeline: What they say about time.
        first: The first frame that could be decoded.
    """
    return (
        *_of_the_picture(stream, first),
        *_of_the_streams(container, index),
        *_of_the_stamps(stream, timeline),
    )


def _of_the_picture(stream: av.video.stream.VideoStream, first: av.VideoFrame) -> Iterator[str]:
    if words := orientation_of(first).words:
        yield words
    if first.interlaced_frame:
        yield INTERLACED
    ratio = stream.sample_aspect_ratio
    if ratio and ratio != 1:
        shape = f"{ratio.numerator}:{ratio.denominator}"
        yield f"Its pixels are not square ({shape}); the picture is not stretched."


def _of_the_streams(container: av.container.InputContainer, index: PacketIndex) -> Iterator[str]:
    others = len(container.streams.video) - 1
    if others > 0:
        yield f"The file holds {others + 1} streams of pictures; only the one with the most frames is read."
    hidden = int(index.hidden.sum())
    if hidden:
        yield f"{hidden} frames are not to be shown by the file's edit list; they are not read."
    if index.unfound:
        yield f"{index.unfound} frames that the file's own index lists are not to be found in it."
    if index.ended_early:
        yield "The container breaks off in the middle; what came before is read."


def _of_the_stamps(stream: av.video.stream.VideoStream, timeline: Timeline) -> Iterator[str]:
    tick_s = float(stream.time_base or 0)
    if timeline.unstamped:
        yield "Its frames have no usable time stamps: times are counted at one rate, with a wide bound."
        return
    start_s = float(timeline.ticks[0]) * tick_s
    if abs(start_s) > FAR_START_S:
        yield f"Its time stamps start at {start_s:.3f} s; time counts from its first picture."
    if timeline.wrong_stamps:
        yield f"{timeline.wrong_stamps} time stamps were missing or wrong and were drawn from others."
    restarts = int(timeline.restart.sum())
    if restarts:
        yield f"Its time stamps start anew ({restarts}×); from there times have a bound wider by a minute."
    claimed = float(stream.average_rate or 0)
    stamped = 1 / (timeline.step * tick_s) if timeline.step * tick_s > 0 else 0.0
    if claimed and stamped and len(timeline) > 1 and abs(claimed / stamped - 1) > RATE_TOLERANCE:
        yield f"It claims {claimed:.3g} frames a second; while frames come, its stamps say {stamped:.3g}."
