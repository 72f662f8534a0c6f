"""From footage to candidates: ``truceline scan``."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from truceline import __version__
from truceline.config import AnalysisConfig
from truceline.errors import InputError
from truceline.events.undecided import undecided_stretches
from truceline.pipeline.analysis.files import Analysis
from truceline.pipeline.analysis.measuring import measure_crossings
from truceline.pipeline.analysis.observed import Observed
from truceline.pipeline.chronicle import update_chronicle
from truceline.pipeline.evidence_frames import Sight, evidence_files
from truceline.pipeline.footage import Declared, OpenedFootage, check_overlaps, open_footage
from truceline.pipeline.hearing.listening import Listening, listen_to
from truceline.pipeline.pages import write_station_page
from truceline.pipeline.progress import Notice, Progress, unheard
from truceline.pipeline.scan_checks import check_views, refuse_example_line, warnings_of
from truceline.pipeline.scan_words import found_words
from truceline.pipeline.standing import check_overlaps_with_held, replaced_words, standing_runs
from truceline.pipeline.units.work import UnitWork, resumed_words
from truceline.pipeline.units.workers import watch_together
from truceline.present.quantities import plural
from truceline.records.chronicles import Chronicle
from truceline.records.digests import Sha256
from truceline.records.frames import Gap, GapReason
from truceline.records.rules import RulePack
from truceline.records.runs import Run, RunInputs
from truceline.records.site import Site
from truceline.rules.judge import check_instrument, judge_crossings
from truceline.rules.ruleset import load_rule_pack
from truceline.store.station import FRAME_PTS, Station
from truceline.survey.load import load_site, read_site_files
from truceline.video.source import reading_notes


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What to scan, and how.

    Attributes:
        rule_pack: Name or path of the rule pack; empty: the one that the site's instrument names.
        sound: Recordings with sound to listen to: microphones', or footage that has a sound track.
        workers: How many units may be watched at once, each by a process; the result does not depend on it.
    """

    site_folder: Path
    footage: tuple[Path, ...]
    station_folder: Path
    declared: Declared = field(default_factory=Declared)
    rule_pack: str = ""
    config: AnalysisConfig = field(default_factory=AnalysisConfig)
    workers: int = 1
    sound: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a scan that nobody works on."""
        if self.workers < 1:
            raise InputError(f"{self.workers} workers cannot scan", where="--workers", do="Give 1 or more.")


@dataclass(frozen=True, slots=True, eq=False)
class ScanResult:
    """The runs in the order of the footage given, what all show together, and the page with all of it."""

    site: Site
    runs: tuple[Run, ...]
    page: Path
    chronicle: Chronicle


def scan(order: ScanOrder, *, progress: Progress, notice: Notice, found: Notice = unheard) -> ScanResult:
    """Analyse footage of a site and keep the result in a station.

    1. The site and its rule pack are read; examples are refused; the site's files are kept beside the
       results.
    2. Each footage is hashed; its camera must see the line, and recordings of one camera must not overlap, in
       this scan or with what the station holds; what bounds the results is said. What was scanned with the
       same inputs is not analysed twice.
    3. Units that an interrupted scan left are taken up; with several workers the others are watched at once.
    4. Each footage is put together from its units, judged and kept; then its units are removed.
    5. What is to be listened to is; all runs that stand are put together: subjects of all cameras, and what
       they did.
    6. One page shows all runs of the station; of each footage the run that was scanned last counts.

    Args:
        order: What to scan, and how.
        progress: Told how far it is.
        notice: Takes what a person must know and no table says again.
        found: Takes crossings as they are found, each in a line; the result holds them all.

    Raises:
        InputError: Site, rule pack or footage cannot be used.
        ServiceError: The disk refuses, or a worker was killed.
    """
    # (1)
    site = load_site(order.site_folder)
    refuse_example_line(site)
    pack = load_rule_pack(order.rule_pack or site.instrument)
    check_instrument(pack, site)
    # (2)
    opened = [open_footage(path, site, declared=order.declared) for path in order.footage]
    check_views(opened, site)
    seams = list(check_overlaps(opened))
    station = Station.open(order.station_folder, create=True)
    held = standing_runs(station)
    seams += check_overlaps_with_held(opened, held, where=str(order.station_folder))
    for words in (*(f"warning  {seam}" for seam in seams), *warnings_of(opened, site)):
        notice(words)
    station.keep_site(site.digest.short, read_site_files(order.site_folder))
    jobs = [_job(one, order, site=site, pack=pack) for one in opened]
    # (3)
    fresh = [job for job in jobs if not station.has_run(job.work.run_id)]
    for job in fresh:
        if words := resumed_words(job.work):
            notice(words)
    watch_together([job.work for job in fresh], workers=order.workers, progress=progress)
    # (4)
    context = _Context(station, site, pack, progress, notice, found, held)
    runs = [_scan_one(job, context) for job in jobs]
    station.catalogue()
    # (5)
    listening = Listening(site, order.declared)
    for path in order.sound:
        station.keep_sound(listen_to(path, listening, progress=progress))
    standing = [run for run in standing_runs(station) if run.inputs.site == site.digest]
    chronicle = update_chronicle(station, standing, site=site, progress=progress)
    # (6)
    page = write_station_page(station, site)
    return ScanResult(site, tuple(runs), page, chronicle)


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """One footage, what its run is made from, and the work that it is."""

    footage: OpenedFootage
    inputs: RunInputs
    work: UnitWork


@dataclass(frozen=True, slots=True, eq=False)
class _Context:
    station: Station
    site: Site
    pack: RulePack
    progress: Progress
    notice: Notice
    found: Notice
    held: tuple[Run, ...]


def _job(footage: OpenedFootage, order: ScanOrder, *, site: Site, pack: RulePack) -> _Job:
    inputs = RunInputs(
        footage=footage.reader.footage.digest,
        declared=_declared_digest(footage),
        site=site.digest,
        rule_pack=pack.digest,
        config=order.config.digest,
        software=f"truceline {__version__}",
    )
    work = UnitWork(_run_id(inputs), footage.reader, footage.camera, order.config, order.station_folder)
    return _Job(footage, inputs, work)


def _scan_one(job: _Job, context: _Context) -> Run:
    station, name = context.station, job.footage.reader.path.name
    if station.has_run(job.work.run_id):
        context.notice(f"{name}: already scanned with the same inputs (run {job.work.run_id})")
        run = station.run(job.work.run_id)
        station.mark_scanned(run.run_id)
    else:
        seen = job.work.whole(progress=context.progress, notice=context.notice)
        run = _measured_run(job, seen, context=context)
    job.work.shelf.clear()
    for one in context.held:
        if one.footage.digest == run.footage.digest and one.run_id != run.run_id:
            context.notice(replaced_words(one, name=name))
    return run


def _measured_run(job: _Job, seen: Observed, *, context: _Context) -> Run:
    """What was observed, measured, judged and written."""
    reader, camera, progress = job.footage.reader, job.footage.camera, context.progress
    config = job.work.config
    for words in reading_notes(reader.facts, seen.account.frames, interlaced=seen.account.interlaced):
        context.notice(f"footage  {words}")
    analysis = job.work.analysis(seen, progress=progress)
    measured = measure_crossings(
        job.footage, analysis, line=context.site.line, config=config, progress=progress
    )
    for words in found_words(measured.crossings):
        context.found(words)
    run = Run(
        run_id=job.work.run_id,
        inputs=job.inputs,
        site_folder=context.site.digest.short,
        footage=reader.footage,
        frames=len(seen.stamps),
        span=reader.whole_span,
        clock_bound_s=reader.bound_at(int(max(track.pts[-1] for track in analysis.tracks)))
        if analysis.tracks
        else reader.footage.start_bound_s,
        tracks=analysis.tracks,
        crossings=measured.crossings,
        gaps=_gaps(seen, analysis, job=job),
        judgements=judge_crossings(measured.crossings, pack=context.pack, site=context.site),
        mode="causal" if config.causal else "files",
        statements=measured.statements,
        withdrawn=measured.withdrawn,
        flashes=analysis.flashes,
    )
    sight = Sight(context.site, camera, reader.footage.name, analysis.tracks, measured.crossings)
    progress("keeping evidence frames", 0, total=1)
    files = evidence_files(reader, analysis, sight=sight)
    files[FRAME_PTS] = (json.dumps(list(analysis.boxes_px)) + "\n").encode()
    context.station.write_run(run, files=files)
    progress("keeping evidence frames", 1, total=1)
    return run


def _gaps(seen: Observed, analysis: Analysis, *, job: _Job) -> tuple[Gap, ...]:
    """What was not observed, in order of time: by the file, by the pictures, by the geometry.

    Footage of too few frames for any track is a gap as a whole: that nobody was seen in it says nothing.
    """
    camera = job.footage.camera
    if len(seen.stamps) < job.work.config.tracker.confirm_hits:
        return (_too_few(seen, job=job),)
    undecided = [gap for track in analysis.tracks for gap in undecided_stretches(track, camera)]
    every = [*seen.account.gaps, *analysis.gaps, *undecided]
    return tuple(sorted(every, key=lambda gap: gap.span.start_utc_ns))


def _too_few(seen: Observed, *, job: _Job) -> Gap:
    footage, frames = job.footage.reader.footage, plural(len(seen.stamps), "frame")
    sentence = (
        f"Of this footage {frames} could be read: no track can come from fewer than "
        f"{job.work.config.tracker.confirm_hits}, so that nothing can be told from it."
    )
    name = hashlib.sha256(f"gap {footage.digest.hex} too few {len(seen.stamps)}".encode()).hexdigest()[:16]
    return Gap(name, footage.camera_id, job.footage.reader.whole_span, GapReason("too few frames", sentence))


def _declared_digest(footage: OpenedFootage) -> Sha256:
    """What people declared of the footage: camera, start, bound, rate."""
    content = json.dumps(asdict(footage.reader.footage), sort_keys=True).encode()
    return Sha256(hashlib.sha256(content).hexdigest())


def _run_id(inputs: RunInputs) -> str:
    return hashlib.sha256(json.dumps(asdict(inputs), sort_keys=True).encode()).hexdigest()[:16]
