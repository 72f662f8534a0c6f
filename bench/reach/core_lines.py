"""The rows of the suite ``core`` on crossings: fifty random lines through PETS 2009 S2.L1.

The protocol is that of ``crossing_lines``. It is a function of tracks, of what finds crossings in them and of
truth, so that causal tracks and those of whole files are measured alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.reach.crossing_lines import BAND_M, LinesFigures, Scene, measure
from bench.reach.row import Row
from truceline.events.crossing import CrossingSettings, Viewpoint, find_crossings
from truceline.events.settled import KnownPart, SettledCrossing, SettlingSettings, settled_crossings
from truceline.records.events import Crossing
from truceline.records.site import Line
from truceline.records.tracks import Track

Array = NDArray[np.float64]

MUST_F1, MUST_ERROR, MUST_WRONG = 0.92, 0.08, 0.02
NO_ERROR_M = 1e-6

Finder = Callable[[Viewpoint, Line], Sequence[Crossing]]
"""All crossings of one line by all tracks, seen from a viewpoint."""


@dataclass(frozen=True, slots=True, eq=False)
class LinesAnalysis:
    """What ``core_lines`` measures: ``whole_finder`` or ``settled_finder`` makes ``finder``."""

    tracks: Sequence[Track]
    finder: Finder
    viewpoint: Viewpoint
    truth: Array
    template: Line


def core_lines(analysis: LinesAnalysis) -> Sequence[Row]:
    """The two rows of the suite ``core``, without and with the survey's declared errors."""
    camera = analysis.viewpoint.camera
    exact_calibration = replace(camera.calibration, covariance=np.zeros_like(camera.calibration.covariance))
    exact = replace(analysis.viewpoint, camera=replace(camera, calibration=exact_calibration))
    figures = _figures(analysis, exact, template=replace(analysis.template, sigma_m=NO_ERROR_M))
    declared = _figures(analysis, analysis.viewpoint, template=analysis.template)
    wrong, wrong_declared = (len(one.confidently_wrong) / len(one.claims) for one in (figures, declared))
    error = figures.calibration_error
    return (
        Row(
            "crossings of 50 random lines, frames 301 to 795: F1 at ±1 s",
            f"{figures.f1:.3f} ({figures.matched} found, {len(figures.missed)} missed, "
            f"{len(figures.unfounded)} unfounded); with the declared errors {declared.f1:.3f}",
            f"{MUST_F1}",
            ".96",
            figures.f1 >= MUST_F1,
        ),
        Row(
            "P(crossed): ECE / confidently wrong",
            f"{error:.3f} / {wrong:.1%} (n {len(figures.claims)}); with the declared errors "
            f"{declared.calibration_error:.3f} / {wrong_declared:.1%} (n {len(declared.claims)})",
            f"{MUST_ERROR} / {MUST_WRONG:.0%}",
            ".05 / 1 %",
            error <= MUST_ERROR and wrong <= MUST_WRONG,
        ),
    )


def _figures(analysis: LinesAnalysis, viewpoint: Viewpoint, *, template: Line) -> LinesFigures:
    scene = Scene(analysis.truth, analysis.viewpoint.camera.calibration, template)
    return measure(analysis.tracks, lambda line: analysis.finder(viewpoint, line), scene=scene)


def whole_finder(tracks: Sequence[Track], paths_en_m: Sequence[Array]) -> Finder:
    """Finds crossings in whole tracks (files mode); paths (k, n, 2) as ``draw_paths`` gives them."""

    def find(viewpoint: Viewpoint, line: Line) -> list[Crossing]:
        found: list[Crossing] = []
        for number, (track, paths) in enumerate(zip(tracks, paths_en_m, strict=True)):
            settings = CrossingSettings(BAND_M, number)
            found += find_crossings(track, paths, viewpoint=viewpoint, line=line, settings=settings)
        return found

    return find


def settled_finder(tracks: Sequence[Track], parts: Sequence[KnownPart]) -> Finder:
    """Finds crossings in growing tracks (causal): ``parts`` gives what was known of each track, and when.

    A crossing counts as it was stated first, the lag after its passing; its return as it was settled, the lag
    after the return. One that was withdrawn later counts as stated.
    """

    def find(viewpoint: Viewpoint, line: Line) -> list[Crossing]:
        found: list[Crossing] = []
        for number, (track, part) in enumerate(zip(tracks, parts, strict=True)):
            settings = SettlingSettings(CrossingSettings(BAND_M, number))
            stated = settled_crossings(track.utc_ns, part, viewpoint=viewpoint, line=line, settings=settings)
            found += [_as_stated(one) for one in stated]
        return found

    return find


def _as_stated(settled: SettledCrossing) -> Crossing:
    first, last = settled.first, settled.last
    if last is None:
        return first
    return replace(
        last,
        probability=first.probability,
        crossed_utc_ns=first.crossed_utc_ns,
        place_en_m=first.place_en_m,
    )
