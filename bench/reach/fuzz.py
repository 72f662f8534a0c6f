"""Odd and corrupt files: the real command reads each whole and honestly, or refuses it with advice."""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import av
import av.error
import av.logging

from bench.reach.footage import REPOSITORY, open_footage_folder
from bench.reach.row import Row, unmeasured

FIGURE = "every file of fuzz: crash, hang, silent skip"
MUST = "0"
LIMIT_S = 60.0
AT_ONCE = 2
NO_MEDIA = (".md", ".toml", ".sha256")
PICTURED = r"<dt>Frames</dt>\s*<dd[^>]*>\s*(?:<[^>]+>\s*)*(\d+) in"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        fault: ``crash``, ``hang``, ``silent skip`` or empty.
        refused: It was refused with what, where and what to do.
    """

    name: str
    fault: str
    detail: str
    refused: bool


def fuzz() -> Sequence[Row]:
    """``truceline look`` on every file of the folder of odd and corrupt media."""
    folder = open_footage_folder()
    if folder is None or not (folder / "fuzz").is_dir():
        return (unmeasured(FIGURE, must=MUST, why="TRUCELINE_FOOTAGE names no folder that has fuzz"),)
    files = sorted(
        path for path in (folder / "fuzz").rglob("*") if path.is_file() and path.suffix not in NO_MEDIA
    )
    with ThreadPoolExecutor(AT_ONCE) as pool:  # each only waits for a process
        outcomes = list(pool.map(outcome_of, files))
    faults = [one for one in outcomes if one.fault]
    counts = ", ".join(
        f"{sum(one.fault == fault for one in outcomes)} {fault}" for fault in ("crash", "hang", "silent skip")
    )
    refused = sum(one.refused for one in outcomes)
    named = "".join(f"; {one.name}: {one.fault} ({one.detail})" for one in faults)
    value = f"{counts} in {len(outcomes)} files ({refused} refused with advice){named}"
    return (Row(FIGURE, value, MUST, "", not faults and bool(outcomes)),)


def outcome_of(path: Path) -> Outcome:
    """Read one file by the real command, under a time limit, and hold its account against the packets."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "look"
        command = [str(REPOSITORY / ".venv" / "bin" / "truceline"), "look", str(path), "--out", str(out)]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return Outcome(path.name, "hang", f"more than {LIMIT_S:.0f} s", refused=False)
        if ran.returncode == 2 and "Traceback" not in ran.stderr and len(ran.stderr.strip()) > 0:
            return Outcome(path.name, "", ran.stderr.strip().splitlines()[-1], refused=True)
        page = out / "page.html"
        if ran.returncode != 0 or "Traceback" in ran.stderr or not page.is_file():
            return Outcome(path.name, "crash", f"exit {ran.returncode}", refused=False)
        skipped = ", ".join(silently_skipped(path, page.read_text(encoding="utf-8")))
        return Outcome(path.name, "silent skip" if skipped else "", skipped, refused=False)


def silently_skipped(path: Path, page: str) -> Iterator[str]:
    """What the file holds or should hold, and its page neither shows nor books.

    The packets are counted by themselves here, without the product's reader.
    """
    words = unescape(re.sub(r"<[^>]+>", " ", page))
    shown = _number(PICTURED, page)
    lost = _number(r"(\d+) of \d+ frames could not be decoded", words)
    hidden = _number(r"(\d+) frames are not to be shown by the file's edit list", words)
    packets, counted, refused = packets_of(path)
    if shown + lost + hidden < packets:
        yield f"{packets} packets, {shown} frames shown, {lost} said lost, {hidden} hidden"
    gaps = {word for word in ("damaged", "missing", "cut short", "restart") if word in words}
    if lost and not gaps:
        yield f"{lost} frames lost and no gap"
    if counted > packets and not gaps and "own index lists" not in words:
        yield f"its header counts {counted} frames, it holds {packets}, and no gap"
    if refused and not lost:
        yield f"{refused} packets that a strict decoder refuses, and nothing said lost"


def packets_of(path: Path) -> tuple[int, int, int]:
    """Packets of the longest picture stream, frames by its header, packets that a strict decoder refuses."""
    av.logging.set_level(None)
    with av.open(str(path), metadata_errors="ignore") as container:
        stream = max(container.streams.video, key=lambda one: one.frames or 0)
        stream.thread_type = "NONE"
        stream.codec_context.options = {"err_detect": "explode"}
        packets = refused = 0
        try:
            for packet in container.demux(stream):
                packets += packet.size > 1
                try:
                    packet.decode()
                except av.error.FFmpegError:
                    refused += 1
        except av.error.FFmpegError:
            pass
        return packets, stream.frames or 0, refused


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else 0
