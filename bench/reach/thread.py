"""The suite ``thread``: from a real clip to a checked candidate, end to end."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench.reach import guard_and_visitor, pets
from bench.reach.footage import REPOSITORY, open_footage_folder
from bench.reach.row import Measurement, Row, unmeasured
from truceline.evidence.verify.attack import attack_pack
from truceline.pipeline.demo.journey import SEED, demonstrate
from truceline.pipeline.progress import silent, unheard
from truceline.video.probe import probe_footage

NO_FOOTAGE = "TRUCELINE_FOOTAGE names no folder"
CHANGES = 2000
LEAST_F1 = 0.9
LEAST_INSIDE = 18
LARGEST_PACK_BYTES = 2_000_000
METRIC = re.compile(r"\d\s?(m|km|m/s|km/h|metres)\b")


def demo_times() -> Sequence[Row]:
    """A fresh clone is set up; then ``make demo`` is timed twice: nothing simulated yet, and kept."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(clone)], check=True)
        subprocess.run(["make", "setup"], cwd=clone, check=True, capture_output=True)
        first, second = _timed_demo(clone), _timed_demo(clone)
    return (
        _time_row("first picture path", first.picture_s, must_s=30, stretch_s=10),
        _time_row("first event line", first.event_s, must_s=60, stretch_s=40),
        _time_row("simulated", first.simulated_s, must_s=180),
        _time_row("scanned, after that", first.scanned_s - first.simulated_s, must_s=120),
        _time_row("done", first.done_s, must_s=480, stretch_s=120),
        _time_row("done, the simulation kept", second.done_s, must_s=300, stretch_s=60),
    )


@dataclass(frozen=True, slots=True)
class _DemoTimes:
    """Seconds from the start to the first line of each kind; infinite where none came."""

    picture_s: float
    event_s: float
    simulated_s: float
    scanned_s: float
    done_s: float


def _timed_demo(clone: Path) -> _DemoTimes:
    started = time.monotonic()
    first: dict[str, float] = {}
    with subprocess.Popen(["make", "demo"], cwd=clone, stdout=subprocess.PIPE, text=True) as demo:
        for line in demo.stdout or ():
            first.setdefault(line.split(maxsplit=1)[0] if line.strip() else "", time.monotonic() - started)
    done_s = time.monotonic() - started if demo.returncode == 0 else float("inf")
    scene, found, simulated, page = (
        first.get(word, float("inf")) for word in ("scene", "found", "simulated", "page")
    )
    return _DemoTimes(scene, found, simulated, page, done_s)


def _time_row(what: str, spent_s: float, *, must_s: float, stretch_s: float | None = None) -> Row:
    stretch = f"{stretch_s:g} s" if stretch_s else ""
    return Row(f"make demo: {what}", f"{spent_s:.1f} s", f"≤ {must_s:g} s", stretch, spent_s <= must_s)


def guards_and_visitors() -> Sequence[Row]:
    """One seed, then twenty seeds that nobody chose."""
    scenario, first = guard_and_visitor.SCENARIO, guard_and_visitor.measured(guard_and_visitor.FIRST_SEED)
    sweep = [guard_and_visitor.measured(seed) for seed in guard_and_visitor.SEEDS]
    right = sum(one.right for one in sweep)
    inside = sum(one.inside for one in sweep)
    worst = max(sweep, key=lambda one: abs(one.depth_z) if one.depth_z == one.depth_z else float("inf"))
    seeds = f"{scenario}, seeds 0 to {len(sweep) - 1}"
    return (
        Row(
            f"{scenario}, seed {first.seed}: candidates",
            "exactly the guard's crossing and return" if first.right else "wrong",
            "exactly the guard's crossing and return; visitor none",
            "",
            first.right,
        ),
        Row(
            f"{scenario}, seed {first.seed}: true depth inside the stated 95 % interval",
            f"{'inside' if first.inside else 'outside'}, {first.depth_z:+.2f} σ",
            "inside",
            "",
            first.inside,
        ),
        Row(
            f"{seeds}: right candidates",
            f"{right} of {len(sweep)}",
            f"{len(sweep)} of {len(sweep)}",
            "",
            right == len(sweep),
        ),
        Row(
            f"{seeds}: true depth inside",
            f"{inside} of {len(sweep)}; worst seed {worst.seed}, {worst.depth_z:+.2f} σ",
            "≥ 18 of 20",
            "",
            inside >= LEAST_INSIDE,
        ),
        _dwell_row(sweep, seeds=seeds),
    )


def _dwell_row(sweep: Sequence[guard_and_visitor.SeedResult], *, seeds: str) -> Row:
    known = [one.dwell_error_s for one in sweep if one.dwell_error_s == one.dwell_error_s]
    error = f"mean {mean(known):+.2f} s" if known else "never measured"
    inside = sum(one.dwell_inside for one in sweep)
    value = f"{error}; {inside} of {len(sweep)} inside the stated interval"
    return Row(f"{seeds}: time beyond the line, measured minus true", value, "reported", "", True)


def pets_crossings() -> Sequence[Row]:
    """Real footage: crossings of one line, all 795 frames."""
    figure = "PETS S2.L1: crossings of the line, 0.25 m band, 795 frames, F1 at ±1 s"
    result = pets.measured()
    if result is None:
        return (unmeasured(figure, must="≥ .90", why=NO_FOOTAGE),)
    found = result.crossings
    wrong = f"{len(found.missed)} missed, {len(found.unfounded)} unfounded"
    value = f"{found.f1:.3f} ({found.matched} found, {wrong})"
    early, late = result.early, result.late
    return (
        Row(figure, value, "≥ .90", ".97", found.f1 >= LEAST_F1),
        Row(
            "PETS S2.L1, frames 301 to 795: IDF1 / MOTA at 1 m on the ground",
            f"{late.idf1:.3f} / {late.mota:.3f} ({late.switches} switches)",
            "reported",
            "",
            True,
        ),
        Row(
            "PETS S2.L1, frames 1 to 300 (looked at while building): IDF1 / MOTA at 1 m",
            f"{early.idf1:.3f} / {early.mota:.3f} ({early.switches} switches)",
            "reported",
            "",
            True,
        ),
    )


def look_clips() -> Sequence[Row]:
    """``truceline look`` on every clip of the open footage."""
    figure = "look on each clip: works, page opens, nothing metric claimed"
    folder = open_footage_folder()
    if folder is None:
        return (unmeasured(figure, must="every clip", why=NO_FOOTAGE),)
    chromium = shutil.which("chromium")
    if chromium is None:
        return (unmeasured(figure, must="every clip", why="no Chromium to open the pages with"),)
    clips = _clips(folder)
    with tempfile.TemporaryDirectory() as scratch:
        faults = [(clip.name, _look_fault(clip, Path(scratch), chromium=chromium)) for clip in clips]
    failed = [f"{name} ({fault})" for name, fault in faults if fault]
    value = f"{len(clips) - len(failed)} of {len(clips)}" + (f"; not: {', '.join(failed)}" if failed else "")
    return (Row(figure, value, "every clip", "", not failed),)


def _clips(folder: Path) -> list[Path]:
    videos = [
        path
        for room in ("cctv", "traffic", "thermal", "pets2009_s2l1", "mot15_tud_campus")
        for path in sorted((folder / room).rglob("*"))
        if path.suffix in (".mp4", ".avi", ".gif", ".mkv")
    ]
    series = sorted({path.parent for room in ("thermal", "pets2009_s2l1") for path in _stills(folder / room)})
    return videos + series


def _stills(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in (".bmp", ".jpg")]


def _look_fault(clip: Path, scratch: Path, *, chromium: str) -> str:
    """What is wrong with a look at one clip, a line laid across its picture; empty when nothing is."""
    out = scratch / re.sub(r"\W+", "-", f"{clip.parent.name}-{clip.name}")
    facts = probe_footage(clip)
    line = ",".join(
        str(round(share * side)) for share in (0.2, 0.8) for side in (facts.width_px, facts.height_px)
    )
    command = [str(REPOSITORY / ".venv" / "bin" / "truceline"), "look", str(clip), "--out", str(out)]
    ran = subprocess.run([*command, "--line", line], capture_output=True, text=True, check=False)
    page = out / "page.html"
    if ran.returncode != 0 or not page.is_file():
        return f"exit {ran.returncode}"
    # A folder's random name may end like a length.
    claimed = METRIC.search(ran.stdout.replace(str(scratch), ""))
    if claimed:
        return f"the terminal says {claimed[0]}"
    text = _page_text(page, chromium=chromium)
    if "metric" not in text:
        return "the page does not open, or does not say that nothing is metric"
    claimed = METRIC.search(text)
    return f"the page says {claimed[0]}" if claimed else ""


def _page_text(page: Path, *, chromium: str) -> str:
    """The words of a page as a browser shows it, drawings and styles left out."""
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
        command = [chromium, *flags, "--disable-background-networking", f"--user-data-dir={profile}"]
        shown = subprocess.run(
            [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=False
        )
    return re.sub(r"<(style|script)[\s\S]*?</\1>|<svg[\s\S]*?</svg>|<[^>]+>", " ", shown.stdout)


def attacked_pack() -> Sequence[Row]:
    """A real pack of the demonstration, attacked."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "demo"
        demonstrate(out, seed=SEED, progress=silent, notice=unheard)
        pack = out / "pack"
        size = sum(path.stat().st_size for path in pack.rglob("*") if path.is_file())
        report = attack_pack(pack, changes=CHANGES, seed=1)
    counts = "; ".join(f"{one.kind} {one.located} of {one.made} refused and located" for one in report.counts)
    return (
        Row("pack: size", f"{size / 1e6:.2f} MB", "≤ 2 MB", "", size <= LARGEST_PACK_BYTES),
        Row(
            f"pack: {CHANGES} random single-byte changes, truncations, removed and added files",
            counts,
            "all refused, the place named",
            "",
            report.all_refused and report.all_located,
        ),
    )


MEASUREMENTS: tuple[Measurement, ...] = (
    demo_times,
    guards_and_visitors,
    pets_crossings,
    look_clips,
    attacked_pack,
)
