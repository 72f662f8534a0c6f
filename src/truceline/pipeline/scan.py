"""From footage to candidates: ``truceline scan``."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from truceline import __version__
from truceline.config import AnalysisConfig
from truceline.errors import InputError
from truceline.events.crossing import CrossingSettings, Viewpoint, find_crossings
from truceline.events.settled import SettlingSettings, settled_crossings
from truceline.events.undecided import undecided_stretches
from truceline.pipeline.analyse import Analysis, analyse
from truceline.pipeline.causal import analyse_causally
from truceline.pipeline.evidence_frames import Sight, evidence_files
from truceline.pipeline.footage import Declared, OpenedFootage, open_footage
from truceline.pipeline.pages import write_station_page
from truceline.pipeline.progress import Notice, Progress, told
from truceline.present.quantities import clock, plural, plus_minus, probability
from truceline.records.digests import Sha256
from truceline.records.events import Crossing
from truceline.records.frames import Gap
from truceline.records.rules import RulePack
from truceline.records.runs import Run, RunInputs
from truceline.records.site import Basis, Camera, Line, Site
from truceline.rules.judge import judge_crossings
from truceline.rules.ruleset import load_rule_pack
from truceline.store.station import FRAME_PTS, Station
from truceline.survey.load import load_site, read_site_files
from truceline.survey.template import EXAMPLE_LINE_SOURCE
from truceline.track.smooth import draw_paths
from truceline.video.source import FootageReader


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What to scan, and how.

    Attributes:
        rule_pack: Name or path of the rule pack; empty: the one that the site's instrument names.
    """

    site_folder: Path
    footage: tuple[Path, ...]
    station_folder: Path
    declared: Declared = field(default_factory=Declared)
    rule_pack: str = ""
    config: AnalysisConfig = field(default_factory=AnalysisConfig)


@dataclass(frozen=True, slots=True, eq=False)
class ScanResult:
    """The runs, in the order of the footage given, and the page that shows them."""

    site: Site
    runs: tuple[Run, ...]
    page: Path


def scan(order: ScanOrder, *, progress: Progress, notice: Notice) -> ScanResult:
    """Analyse footage of a site and keep the result in a station.

    1. The site and its rule pack are read; examples are refused and assumed errors are said; the site's files
       are kept beside the results.
    2. Each footage is hashed, then analysed, judged and kept; the same inputs are not analysed twice.
    3. One page shows all runs of the station.

    Raises:
        InputError: Site, rule pack or footage cannot be used.
        ServiceError: The disk refuses.
    """
    # (1)
    site = load_site(order.site_folder)
    _refuse_example_line(site)
    pack = load_rule_pack(order.rule_pack or site.instrument)
    opened = [open_footage(path, site, declared=order.declared) for path in order.footage]
    _warn_of_assumed_errors(opened, notice)
    station = Station.open(order.station_folder, create=True)
    station.keep_site(site.digest.short, read_site_files(order.site_folder))
    # (2)
    runs = []
    for path, footage in zip(order.footage, opened, strict=True):
        inputs = _inputs(site, pack, footage=footage, config=order.config)
        run_id = _run_id(inputs)
        if station.has_run(run_id):
            notice(f"{path.name}: already scanned with the same inputs (run {run_id})")
            runs.append(station.run(run_id))
            continue
        context = _Context(site, pack, order, inputs, notice)
        runs.append(_scan_one(station, footage, context=context, progress=progress))
    # (3)
    page = write_station_page(station, site)
    return ScanResult(site, tuple(runs), page)


LIKELY = 0.5
"""From this probability on a crossing has a line of its own on the terminal."""


def _refuse_example_line(site: Site) -> None:
    if site.line.source == EXAMPLE_LINE_SOURCE:
        raise InputError(
            "its line is the template's example: nobody crosses a line that is not there.",
            where=f"site {site.site_id}, line {site.line.line_id}",
            do="Survey the line, and say who did, how and when in source of [line].",
        )


def _warn_of_assumed_errors(opened: Sequence[OpenedFootage], notice: Notice) -> None:
    assumed = [one.camera.camera_id for one in opened if one.camera.calibration.basis is Basis.ASSUMED]
    for camera_id in dict.fromkeys(assumed):
        notice(
            f"warning  camera {camera_id}: the errors of its calibration are assumed, not measured; "
            "no candidate will be more than UNDECIDED"
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Context:
    site: Site
    pack: RulePack
    order: ScanOrder
    inputs: RunInputs
    notice: Notice


def _scan_one(station: Station, footage: OpenedFootage, *, context: _Context, progress: Progress) -> Run:
    reader, camera, site = footage.reader, footage.camera, context.site
    run_id = _run_id(context.inputs)
    config = context.order.config
    mode = analyse_causally if config.causal else analyse
    analysis = mode(reader, camera, config=config, run_id=run_id, progress=progress)
    crossings = _crossings(footage, analysis, context=context, progress=progress)
    span = reader.span
    if span is None:
        raise AssertionError("a reader that was read to its end has a span")
    run = Run(
        run_id=run_id,
        inputs=context.inputs,
        site_folder=site.digest.short,
        footage=reader.footage,
        frames=reader.frame_count,
        span=span,
        clock_bound_s=reader.clock.bound_at(int(max(track.pts[-1] for track in analysis.tracks)))
        if analysis.tracks
        else reader.footage.start_bound_s,
        tracks=analysis.tracks,
        crossings=crossings,
        gaps=_gaps(reader, analysis, camera=camera),
        judgements=judge_crossings(crossings, pack=context.pack, site=site),
    )
    sight = Sight(site, camera, reader.footage.name, analysis.tracks, crossings)
    progress("keeping evidence frames", 0, total=1)
    files = evidence_files(reader, analysis, sight=sight)
    files[FRAME_PTS] = (json.dumps(list(analysis.boxes_px)) + "\n").encode()
    station.write_run(run, files=files)
    progress("keeping evidence frames", 1, total=1)
    return run


def _gaps(reader: FootageReader, analysis: Analysis, *, camera: Camera) -> tuple[Gap, ...]:
    """What was not observed, in order of time: by the file, by the pictures, by the geometry."""
    undecided = [gap for track in analysis.tracks for gap in undecided_stretches(track, camera)]
    return tuple(sorted([*reader.gaps, *analysis.gaps, *undecided], key=lambda gap: gap.span.start_utc_ns))


def _crossings(
    footage: OpenedFootage, analysis: Analysis, *, context: _Context, progress: Progress
) -> tuple[Crossing, ...]:
    reader, config = footage.reader, context.order.config
    found: list[Crossing] = []
    numbers = range(len(analysis.tracks))
    for number in told(numbers, "measuring crossings", total=len(numbers), progress=progress):
        # From the footage, not from the run: the same pictures give the same draws under any rule pack.
        content = f"{config.seed} {reader.footage.digest.hex} {number}"
        seed = int.from_bytes(hashlib.sha256(content.encode()).digest()[:8])
        bound_s = reader.clock.bound_at(int(analysis.tracks[number].pts[-1]))
        view = _View(Viewpoint(footage.camera, reader.footage.digest, bound_s), context.site.line, seed)
        found += _crossings_of(analysis, number, view=view, config=config)
    found.sort(key=lambda one: (one.crossed_utc_ns, one.event_id))
    for words in found_words(found):
        context.notice(words)
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    viewpoint: Viewpoint
    line: Line
    seed: int


def _crossings_of(
    analysis: Analysis, number: int, *, view: _View, config: AnalysisConfig
) -> tuple[Crossing, ...]:
    """Crossings of one track; in causal mode those that were settled, with nothing known later than that."""
    settings = CrossingSettings(config.band_m, view.seed)
    if not config.causal:
        drawn = draw_paths(analysis.paths[number], draws=config.draws, seed=view.seed)
        return find_crossings(
            analysis.tracks[number], drawn, viewpoint=view.viewpoint, line=view.line, settings=settings
        )
    chain = analysis.chains[number]
    settled = settled_crossings(
        chain.utc_ns,
        chain.known_part(draws=config.draws, seed=view.seed),
        viewpoint=view.viewpoint,
        line=view.line,
        settings=SettlingSettings(settings),
    )
    return tuple(one.last for one in settled if one.last is not None)


def _inputs(site: Site, pack: RulePack, *, footage: OpenedFootage, config: AnalysisConfig) -> RunInputs:
    return RunInputs(
        footage=footage.reader.footage.digest,
        declared=_declared_digest(footage),
        site=site.digest,
        rule_pack=pack.digest,
        config=config.digest,
        software=f"truceline {__version__}",
    )


def _declared_digest(footage: OpenedFootage) -> Sha256:
    """What people declared of the footage: camera, start, bound, rate."""
    content = json.dumps(asdict(footage.reader.footage), sort_keys=True).encode()
    return Sha256(hashlib.sha256(content).hexdigest())


def _run_id(inputs: RunInputs) -> str:
    return hashlib.sha256(json.dumps(asdict(inputs), sort_keys=True).encode()).hexdigest()[:16]


def found_words(crossings: Sequence[Crossing]) -> list[str]:
    """Lines for a terminal on crossings, in their order: the likely ones, and how many there are besides."""
    likely = [one for one in crossings if one.probability >= LIKELY]
    lines = [f"found  {crossing_words(one)}" for one in likely]
    less = len(crossings) - len(likely)
    if less:
        lines.append(f"found  {plural(less, 'less probable crossing')}, P below {LIKELY}: see the table")
    return lines


def crossing_words(crossing: Crossing) -> str:
    """One crossing in one line: when, which way, how deep, how surely."""
    return (
        f"{clock(crossing.crossed_utc_ns)} UTC ± {crossing.time_bound_s:.1f} s  "
        f"{crossing.from_side} → {crossing.to_side}  "
        f"{plus_minus(crossing.depth_m.value, crossing.depth_m.sigma, unit='m')} deep  "
        f"P {probability(crossing.probability)}"
    )


def scanned(runs: Sequence[Run]) -> str:
    """One sentence on what was scanned."""
    frames = sum(run.frames for run in runs)
    return f"{len(runs)} recording(s), {frames} frames, {sum(len(run.tracks) for run in runs)} tracks"
