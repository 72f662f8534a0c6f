"""The demonstration from footage to a verified pack."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from truceline.errors import InputError
from truceline.evidence.keys import demonstration_key
from truceline.evidence.verify import verify_pack
from truceline.pipeline.demo.cameras import CameraScan, cameras_by_sight, lines_of_scan, scan_camera
from truceline.pipeline.demo.screen import (
    Shown,
    decided_lines,
    found_lines,
    sealed_lines,
    together_lines,
    unseen_line,
)
from truceline.pipeline.demo.story import MODEL_INCIDENT, Decided, Story, decided
from truceline.pipeline.pages import write_station_page
from truceline.pipeline.progress import Notice, Progress
from truceline.pipeline.release import ReleaseOrder, release
from truceline.pipeline.review import Vote, decide, open_candidate
from truceline.pipeline.simulation.order import Follow, SimulationOrder
from truceline.pipeline.simulation.simulate import REVIEWERS, simulate
from truceline.records.releases import TrustedKeys, Verification
from truceline.records.reviews import Verdict
from truceline.records.runs import Run
from truceline.records.time import NS_PER_S, UtcNs
from truceline.store.station import disk_errors
from truceline.survey.load import load_site

SEED = 7
WORKERS = 2
CHANGED_FILE = "data/finding.json"
CHANGED_OFFSET = 2017
_MARK = "demonstration.txt"
_MARK_TEXT = "Written by truceline demo. It may be deleted, and the next demonstration replaces it.\n"
_SIMULATION, _SCENES = "simulation", "scenes"
_KEPT = (_SIMULATION, _SCENES)
_DELAY_S = 25 * 3600


@dataclass(frozen=True, slots=True)
class DemoResult:
    """The lines of the last screen, and whether everything went as it must."""

    lines: tuple[str, ...]
    page: Path
    good: bool


def demonstrate(
    out: Path, *, seed: int, progress: Progress, notice: Notice, story: Story = MODEL_INCIDENT
) -> DemoResult:
    """Run the demonstration into a folder.

    1. The story is simulated, the line's camera first, which is scanned while the others are filmed. What
       stands there of the same seed and program is kept. The analysis sees footage and site, never the truth.
    2. The other cameras that see the line are scanned.
    3. Two scripted reviewers decide, a pack is sealed with a demonstration key.
    4. The pack is verified; then one byte of a copy is changed and the copy is verified again.

    Raises:
        InputError: The folder holds something else.
        ServiceError: The disk refuses.
    """
    _clear(out)
    station, simulation = out / "station", out / _SIMULATION
    # (1)
    first = partial(lines_of_scan, camera_id=story.line_camera, station=station.resolve())
    order = SimulationOrder(
        story.scenario,
        simulation,
        seed=seed,
        workers=WORKERS,
        scenes=out / _SCENES,
        short=True,
        follow=Follow(story.line_camera, first),
    )
    if not simulate(order, progress=progress, notice=notice).made:
        for path in sorted((out / _SCENES).glob("*.jpg")):
            notice(f"scene  {path}")
    notice(f"simulated  {simulation}")
    # (2)
    shown, page = _scanned(story, out, seed=seed, tellers=(progress, notice))
    # (3)
    decisions = decided(story, shown.runs, truth=simulation / "truth")
    if len(decisions) < len(story.parts):
        missing = f"{len(decisions)} of the {len(story.parts)} crossings of the story are candidates"
        return DemoResult((*found_lines(shown), unseen_line(shown), missing), page, good=False)
    pack = _released(decisions, out)
    # (4)
    whole = verify_pack(pack, _trusted())
    changed = _verified_with_one_byte_changed(pack, out)
    lines = (
        *found_lines(shown),
        *together_lines(shown),
        *decided_lines(decisions),
        unseen_line(shown),
        *sealed_lines(whole, changed, pack=pack),
    )
    return DemoResult(lines, pack / "data" / "page.html", good=_as_it_must(whole, changed))


def _clear(out: Path) -> None:
    """Make the folder, or empty it of all but the simulation, which keeps or replaces itself."""
    with disk_errors(out):
        if out.exists():
            if not (out / _MARK).is_file() and (not out.is_dir() or any(out.iterdir())):
                raise InputError(
                    "the folder holds something that no demonstration wrote", where=str(out), do="Say --out."
                )
            for path in out.iterdir():
                if path.name in _KEPT:
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        out.mkdir(parents=True, exist_ok=True)
        (out / _MARK).write_text(_MARK_TEXT, encoding="utf-8")


def _scanned(story: Story, out: Path, *, seed: int, tellers: tuple[Progress, Notice]) -> tuple[Shown, Path]:
    """Every camera that sees the line, its own first; gives what was found, and the station's page."""
    progress, notice = tellers
    simulation, station = out / _SIMULATION, out / "station"
    site = load_site(simulation / "site")
    sighted, blind = cameras_by_sight(site)
    runs: list[Run] = []
    page, chronicle = station, None
    for camera_id in sorted(sighted, key=lambda one: one != story.line_camera):
        order = CameraScan(simulation, camera_id, station, workers=WORKERS)
        # Rates and the like of footage that was made for this are no news; the station's page says them.
        result = scan_camera(order, progress=progress, notice=_warnings(notice), found=notice)
        runs += result.runs
        page, chronicle = result.page, result.chronicle
    notice(f"page   {page}")
    return Shown(story, seed, tuple(runs), site.local_offset_minutes, blind, chronicle), page


def _warnings(notice: Notice) -> Notice:
    def told(words: str) -> None:
        if words.startswith("warning"):
            notice(words)

    return told


def _released(decisions: Sequence[Decided], out: Path) -> Path:
    """Two scripted decisions on each, and the pack of the breach; times are the simulation's own."""
    opened = {one.part: open_candidate(out / "station", one.judgement.judgement_id) for one in decisions}
    for part, candidate in opened.items():
        for number, role in enumerate(REVIEWERS, start=1):
            at_utc_ns = UtcNs(candidate.crossing.span.end_utc_ns + number * 3600 * NS_PER_S)
            vote = Vote(part.verdict, part.reason, at_utc_ns, scripted=True)
            decide(candidate, vote, key=demonstration_key(role))
    breach = next(candidate for part, candidate in opened.items() if part.verdict is Verdict.BREACH)
    write_station_page(breach.station, breach.site)
    at_utc_ns = UtcNs(breach.crossing.span.end_utc_ns + _DELAY_S * NS_PER_S)
    order = ReleaseOrder(out / "pack", "demonstration", at_utc_ns)
    return release(breach, order, key=demonstration_key("release"))


def _trusted() -> TrustedKeys:
    key = demonstration_key("release").public.hex
    return TrustedKeys((key,), demonstration=(key,))


def _verified_with_one_byte_changed(pack: Path, out: Path) -> Verification:
    copy = out / "changed-pack"
    with disk_errors(copy):
        shutil.copytree(pack, copy)
        content = bytearray((copy / CHANGED_FILE).read_bytes())
        content[CHANGED_OFFSET] ^= 1
        (copy / CHANGED_FILE).write_bytes(bytes(content))
    return verify_pack(copy, _trusted())


def _as_it_must(whole: Verification, changed: Verification) -> bool:
    named = [(one.path, one.offset) for one in changed.damages]
    return whole.exit_code == 0 and changed.exit_code == 3 and (CHANGED_FILE, CHANGED_OFFSET) in named
