"""The suite ``thread``: from a real clip to a checked candidate, end to end."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from bench.reach import drawn, pets
from bench.reach.footage import REPOSITORY, open_footage_folder
from bench.reach.row import Measurement, Row, unmeasured
from truceline.evidence.verify.attack import attack_pack
from truceline.pipeline.demo import demonstrate
from truceline.pipeline.progress import silent
from truceline.video.probe import probe_footage

NO_FOOTAGE = "TRUCELINE_FOOTAGE names no folder"
CHANGES = 2000
LEAST_F1 = 0.9
LARGEST_PACK_BYTES = 2_000_000
METRIC = re.compile(r"\d\s?(m|km|m/s|km/h|metres)\b")


def demo_times() -> Sequence[Row]:
    """A fresh clone is set up; then ``make demo`` is timed to its first lines and its end."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(clone)], check=True)
        subprocess.run(["make", "setup"], cwd=clone, check=True, capture_output=True)
        started = time.monotonic()
        picture = event = float("inf")
        with subprocess.Popen(["make", "demo"], cwd=clone, stdout=subprocess.PIPE, text=True) as demo:
            for line in demo.stdout or ():
                now = time.monotonic() - started
                picture = min(picture, now) if ".jpg" in line else picture
                event = min(event, now) if "→" in line else event
        done = time.monotonic() - started
    good = demo.returncode == 0
    return (
        Row("make demo: first picture path", f"{picture:.1f} s", "≤ 30 s", "10 s", good and picture <= 30),
        Row("make demo: first event line", f"{event:.1f} s", "≤ 60 s", "20 s", good and event <= 60),
        Row("make demo: done", f"{done:.1f} s", "≤ 180 s", "60 s", good and done <= 180),
    )


def drawn_incidents() -> Sequence[Row]:
    """The demonstration's own seed, then twenty seeds that nobody chose."""
    demo = drawn.measured(drawn.DEMO_SEED)
    sweep = [drawn.measured(seed) for seed in drawn.SEEDS]
    right = sum(one.right for one in sweep)
    inside = sum(one.inside for one in sweep)
    worst = max(sweep, key=lambda one: abs(one.depth_z) if one.depth_z == one.depth_z else float("inf"))
    return (
        Row(
            f"drawn incident, seed {demo.seed}: candidates",
            "exactly the guard's crossing and return" if demo.right else "wrong",
            "exactly the guard's crossing and return; visitor none",
            "",
            demo.right,
        ),
        Row(
            f"drawn incident, seed {demo.seed}: true depth inside the stated 95 % interval",
            f"{'inside' if demo.inside else 'outside'}, {demo.depth_z:+.2f} σ",
            "inside",
            "",
            demo.inside,
        ),
        Row(
            f"drawn incidents, seeds 0 to {len(sweep) - 1}: right candidates",
            f"{right} of {len(sweep)}",
            f"{len(sweep)} of {len(sweep)}",
            "",
            right == len(sweep),
        ),
        Row(
            f"drawn incidents, seeds 0 to {len(sweep) - 1}: true depth inside",
            f"{inside} of {len(sweep)}; worst seed {worst.seed}, {worst.depth_z:+.2f} σ",
            "≥ 18 of 20",
            "",
            inside >= 18,
        ),
        Row(
            f"drawn incidents, seeds 0 to {len(sweep) - 1}: time beyond the line, measured minus true",
            f"mean {mean(one.dwell_error_s for one in sweep):+.2f} s; "
            f"{sum(one.dwell_inside for one in sweep)} of {len(sweep)} inside the stated interval",
            "reported",
            "",
            True,
        ),
    )


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
        demonstrate(out, seed=drawn.DEMO_SEED, progress=silent, notice=lambda _: None)
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
    drawn_incidents,
    pets_crossings,
    look_clips,
    attacked_pack,
)
