"""Crossings of the line by the tracks of one footage, in files mode or causal mode."""

import hashlib
from dataclasses import dataclass

from truceline.config import AnalysisConfig
from truceline.events.crossing import CrossingSettings, Viewpoint, find_crossings
from truceline.events.settled import SettlingSettings, settled_crossings
from truceline.pipeline.analysis.files import Analysis
from truceline.pipeline.footage import OpenedFootage
from truceline.pipeline.progress import Progress, told
from truceline.records.events import Crossing
from truceline.records.runs import Statement
from truceline.records.site import Line
from truceline.track.smooth import draw_paths


@dataclass(frozen=True, slots=True)
class Measured:
    """The crossings of a footage in order of time.

    Attributes:
        statements: In causal mode one for each crossing, in their order.
        withdrawn: In causal mode how many were stated and then withdrawn; None in files mode.
    """

    crossings: tuple[Crossing, ...]
    statements: tuple[Statement, ...]
    withdrawn: int | None


def measure_crossings(
    footage: OpenedFootage, analysis: Analysis, *, line: Line, config: AnalysisConfig, progress: Progress
) -> Measured:
    """All crossings by all tracks; in causal mode those that were settled."""
    reader = footage.reader
    found: list[Crossing] = []
    stated: dict[str, Statement] = {}
    withdrawn = 0 if config.causal else None
    numbers = range(len(analysis.tracks))
    for number in told(numbers, "measuring crossings", total=len(numbers), progress=progress):
        # From the footage, not from the run: the same pictures give the same draws under any rule pack.
        content = f"{config.seed} {reader.footage.digest.hex} {number}"
        seed = int.from_bytes(hashlib.sha256(content.encode()).digest()[:8])
        bound_s = reader.bound_at(int(analysis.tracks[number].pts[-1]))
        view = _View(Viewpoint(footage.camera, reader.footage.digest, bound_s), line, seed)
        measured = _crossings_of(analysis, number, view=view, config=config)
        found += measured.crossings
        stated |= {one.event_id: one for one in measured.statements}
        if withdrawn is not None:
            withdrawn += measured.withdrawn or 0
    found.sort(key=lambda one: (one.crossed_utc_ns, one.event_id))
    statements = tuple(stated[one.event_id] for one in found if one.event_id in stated)
    return Measured(tuple(found), statements, withdrawn)


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    viewpoint: Viewpoint
    line: Line
    seed: int


def _crossings_of(analysis: Analysis, number: int, *, view: _View, config: AnalysisConfig) -> Measured:
    """Crossings of one track; in causal mode nothing is known later than when they were settled."""
    settings = CrossingSettings(config.band_m, view.seed)
    if not config.causal:
        drawn = draw_paths(analysis.paths[number], draws=config.draws, seed=view.seed)
        found = find_crossings(
            analysis.tracks[number], drawn, viewpoint=view.viewpoint, line=view.line, settings=settings
        )
        return Measured(found, (), None)
    chain = analysis.chains[number]
    settled = settled_crossings(
        chain.utc_ns,
        chain.known_part(draws=config.draws, seed=view.seed),
        viewpoint=view.viewpoint,
        line=view.line,
        settings=SettlingSettings(settings),
    )
    kept = [(one.last, one) for one in settled if one.last is not None]
    statements = [Statement(last.event_id, one.stated_utc_ns, one.settled_utc_ns) for last, one in kept]
    return Measured(tuple(last for last, _ in kept), tuple(statements), len(settled) - len(kept))
