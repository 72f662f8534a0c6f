"""The suite ``core`` on PETS 2009 S2.L1: tracks of both modes, the peers on the same detections, and speed.

Protocol. Constants of the product were set on frames 1 to 300 only. Full image; what has its feet above row
130 of the 576-row picture is ignored, because people up there are not annotated. Runs start at frame 1. In
causal mode a row counts as it was told at its own frame, from frames up to it. CLEAR MOT and identity scores
with a radius of 1 m on the ground. Peers get the same detections frame by frame, their own defaults and a
confidence of 1; every tracker, ours too, has its gaps filled in the same way (linear, up to twenty frames).
"""

import os
import resource
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from bench.accuracy import missing_peers
from bench.accuracy.ours import detections_of, tracks_of
from bench.accuracy.scoring import best_peer, score
from bench.accuracy.tables import TrackTable, filled
from bench.reach import pets
from bench.reach.core_lines import Finder, LinesAnalysis, core_lines, settled_finder, whole_finder
from bench.reach.footage import REPOSITORY, open_footage_folder
from bench.reach.row import Row, unmeasured
from truceline.config import AnalysisConfig
from truceline.evaluate.tracking import TrackScores
from truceline.events.crossing import Viewpoint
from truceline.pipeline.analysis.causal import analyse_causally
from truceline.pipeline.analysis.files import Analysis, analyse
from truceline.pipeline.footage import OpenedFootage
from truceline.pipeline.progress import silent
from truceline.records.site import Line
from truceline.records.time import format_utc
from truceline.records.tracks import Track
from truceline.track.smooth import draw_paths

LARGE_CLIP = "pets_s2l1_view001_f0001-0300_768x576_7fps.mp4"
LARGE_PX = (768, 576)
AFTER_WARM_UP = range(101, 301)
UNSEEN = range(301, pets.FRAMES + 1)
NO_FOOTAGE = "TRUCELINE_FOOTAGE names no folder"
LEAST_LEAD = 0.05
DRAWS = 200
"""Paths sampled at each checkpoint of the fifty lines; a scan draws more, for one line."""
LEAST_TIMES_FASTER = 10.0


def home() -> Path | None:
    """The folder of PETS, or None."""
    folder = open_footage_folder()
    return None if folder is None else folder / "pets2009_s2l1"


@cache
def opened(clip: str, size_px: tuple[int, int]) -> tuple[OpenedFootage, Line]:
    """A clip of PETS under a site of its own."""
    folder = home()
    if folder is None:
        raise AssertionError(NO_FOOTAGE)
    with tempfile.TemporaryDirectory() as scratch:
        return pets.opened(folder, Path(scratch), clip=clip, size_px=size_px)


@cache
def analysed(clip: str, size_px: tuple[int, int], *, causal: bool) -> Analysis:
    """One clip analysed in one mode, once for this process."""
    footage, _ = opened(clip, size_px)
    mode = analyse_causally if causal else analyse
    config = AnalysisConfig(causal=causal)
    return mode(footage.reader, footage.camera, config=config, run_id="core", progress=silent)


def table_of(analysis: Analysis) -> TrackTable:
    """All rows of an analysis, in the form that is scored."""
    return tracks_of(analysis.tracks, list(analysis.boxes_px), name="Truceline", seconds=1.0)


def scores_of(analysis: Analysis, folder: Path, *, frames: range) -> TrackScores:
    """On the ground, over some frames."""
    return score(table_of(analysis), folder, frames=frames).ground


def tracks() -> Sequence[Row]:
    """The three rows of MOTA and IDF1."""
    rows = (
        ("768×576, causal, frames 101 to 300", LARGE_CLIP, True, AFTER_WARM_UP, (0.87, 0.87), "93 / 93"),
        ("480×360, causal, frames 301 to 795", pets.CLIP, True, UNSEEN, (0.80, 0.78), "90 / 90"),
        ("480×360, files, frames 301 to 795", pets.CLIP, False, UNSEEN, (0.85, 0.85), "95 / 95"),
    )
    found = []
    for words, clip, causal, frames, must, stretch in rows:
        figure = f"PETS {words}, ground plane 1 m: MOTA / IDF1"
        must_words = f"{100 * must[0]:.0f} / {100 * must[1]:.0f}"
        folder = home()
        if folder is None:
            found.append(unmeasured(figure, must=must_words, why=NO_FOOTAGE))
            continue
        size = LARGE_PX if clip == LARGE_CLIP else pets.SIZE_PX
        scores = scores_of(analysed(clip, size, causal=causal), folder, frames=frames)
        value = f"{100 * scores.mota:.1f} / {100 * scores.idf1:.1f} ({scores.switches} switches)"
        found.append(
            Row(figure, value, must_words, stretch, scores.mota >= must[0] and scores.idf1 >= must[1])
        )
    return found


def lead() -> Sequence[Row]:
    """IDF1 against the best peer on the same detections, in both modes."""
    found = []
    for causal in (True, False):
        mode = "causal" if causal else "files"
        figure = f"PETS 480×360, {mode}, frames 301 to 795: IDF1 against the best peer, same detections"
        folder = home()
        if folder is None or missing_peers():
            why = NO_FOOTAGE if folder is None else f"not installed: {', '.join(missing_peers())}; make peers"
            found.append(unmeasured(figure, must="+ 5 points", why=why))
            continue
        analysis = analysed(pets.CLIP, pets.SIZE_PX, causal=causal)
        ours = score(filled(table_of(analysis)), folder, frames=UNSEEN).ground
        given = detections_of(analysis.chains[0].seen.sides, rate_hz=pets.RATE_HZ)
        name, theirs = best_peer(given, folder, frames=UNSEEN, fill=True)
        value = (
            f"{100 * (ours.idf1 - theirs.idf1):+.1f} points (ours {100 * ours.idf1:.1f}, "
            f"{name} {100 * theirs.idf1:.1f})"
        )
        found.append(Row(figure, value, "+ 5 points", "+ 15", ours.idf1 - theirs.idf1 >= LEAST_LEAD))
    return found


def crossings() -> Sequence[Row]:
    """Fifty random lines through the tracks of both modes."""
    folder = home()
    if folder is None:
        return (unmeasured("crossings of 50 random lines", must=".92", why=NO_FOOTAGE),)
    return [
        replace(row, figure=f"{mode}: {row.figure}")
        for mode, lines in (("files", _files_lines(folder)), ("causal", _causal_lines(folder)))
        for row in core_lines(lines)
    ]


def _files_lines(folder: Path) -> LinesAnalysis:
    analysis = analysed(pets.CLIP, pets.SIZE_PX, causal=False)
    paths = [draw_paths(path, draws=DRAWS, seed=number) for number, path in enumerate(analysis.paths)]
    return _lines(folder, analysis.tracks, finder=whole_finder(analysis.tracks, paths))


def _causal_lines(folder: Path) -> LinesAnalysis:
    analysis = analysed(pets.CLIP, pets.SIZE_PX, causal=True)
    parts = [
        cache(chain.known_part(draws=DRAWS, seed=number)) for number, chain in enumerate(analysis.chains)
    ]
    whole = [chain.path(0, len(chain.utc_ns))[0] for chain in analysis.chains]
    return _lines(folder, whole, finder=settled_finder(whole, parts))


def _lines(folder: Path, tracks: Sequence[Track], *, finder: Finder) -> LinesAnalysis:
    footage, template = opened(pets.CLIP, pets.SIZE_PX)
    bound_s = footage.reader.footage.start_bound_s
    viewpoint = Viewpoint(footage.camera, footage.reader.footage.digest, bound_s)
    truth = pets.truth(folder / "gt_mot15.txt", footage.camera.calibration)
    return LinesAnalysis(tracks, finder, viewpoint, truth, template)


def scan_words(folder: Path, scratch: Path) -> list[str]:
    """What to scan, and how, for ``truceline scan``: a site of its own is written first."""
    site = scratch / "site"
    pets.write_site(folder, site)
    options = {
        "--start": format_utc(pets.START_UTC_NS, digits=0),
        "--bound": f"{pets.DECLARED.start_bound_s}",
        "--rate": f"{pets.RATE_HZ}",
    }
    return [str(site), str(folder / pets.CLIP), *(word for pair in options.items() for word in pair)]


def speed() -> Sequence[Row]:
    """The whole command on one core, by processor time."""
    figure = "PETS 480×360, truceline scan on one core: times faster than real time"
    folder = home()
    if folder is None:
        return (unmeasured(figure, must="10", why=NO_FOOTAGE),)
    with tempfile.TemporaryDirectory() as scratch:
        command = [str(REPOSITORY / ".venv" / "bin" / "truceline"), "scan"]
        command += [*scan_words(folder, Path(scratch)), "--station", str(Path(scratch) / "station")]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        core = min(os.sched_getaffinity(0))
        subprocess.run(["taskset", "-c", str(core), *command], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times = pets.FRAMES / pets.RATE_HZ / spent_s
    value = (
        f"{times:.1f} ({spent_s:.1f} s of processor time for {pets.FRAMES / pets.RATE_HZ:.0f} s of footage)"
    )
    return (Row(figure, value, "10", "40", times >= LEAST_TIMES_FASTER),)
