"""A scenario played, filmed and written: site, footage, sound, and the exact truth beside them."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from truceline.errors import InputError
from truceline.evidence.keys import demonstration_key
from truceline.pipeline.progress import Notice, Progress
from truceline.pipeline.simulation.folder import appearing, is_kept, refuse_other, write_manifest
from truceline.pipeline.simulation.footage.crew import Crew, Job, crew_of
from truceline.pipeline.simulation.footage.filming import Place, film, prepare_plate
from truceline.pipeline.simulation.footage.sounding import record_sounds
from truceline.pipeline.simulation.footage.takes import Take, cast_of, planned_takes
from truceline.pipeline.simulation.order import SimulationOrder, order_key, scenario_text
from truceline.pipeline.simulation.writing import write_site, write_truth, write_words
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.model.scenario import Play, Setting
from truceline.simulate.scenario.load import load_scenario
from truceline.simulate.scenario.script import Script
from truceline.simulate.scenario.variants import variant
from truceline.simulate.staging.play import play
from truceline.simulate.truth.declared import SiteKeys
from truceline.store.station import disk_errors

REVIEWERS = ("reviewer-1", "reviewer-2")
"""Whose demonstration keys the site lists; and ``release`` for the body."""


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What stands in the folder; ``made`` is False where it stood there before."""

    out: Path
    made: bool
    recordings: tuple[Path, ...]

    @property
    def site(self) -> Path:
        """The site's folder."""
        return self.out / "site"


def simulate(order: SimulationOrder, *, progress: Progress, notice: Notice) -> SimulationResult:
    """Simulate a scenario into a folder.

    1. The same text, seed and program give the same files: where they stand already, nothing is done.
    2. The scenario is read and played; meanwhile the empty scene of each camera is drawn.
    3. Sounds are made, then each stretch of each camera is filmed by one process.
    4. Site, truth, read-me and manifest are written, and the folder appears whole.

    Raises:
        InputError: The scenario cannot be, a camera is unknown, or something else stands in the place.
        ServiceError: The disk refuses, or a process died.
    """
    text = scenario_text(order.scenario)
    key = order_key(order, text)
    refuse_other(order.out)
    # (1)
    if not order.fresh and is_kept(order.out, key):
        notice(f"already there  {order.out}  (same scenario, seed and program; --fresh does it again)")
        return SimulationResult(order.out, made=False, recordings=_recordings(order.out))
    progress("reading the scenario", 0, total=1)
    read = variant if order.short else load_scenario
    script = read(text.text, where=text.where, seed=order.seed)
    cameras = _chosen(script.setting, order.cameras)
    if order.scenes is not None:
        with disk_errors(order.scenes):
            order.scenes.mkdir(parents=True, exist_ok=True)
    with appearing(order.out) as home:
        setting = _made(order, script, cameras=cameras, home=home, tellers=(progress, notice))
        facts = {"scenario": setting.name, "title": setting.title, "seed": order.seed, "short": order.short}
        write_manifest(home, {**facts, "key": key})
    return SimulationResult(order.out, made=True, recordings=_recordings(order.out))


def _made(
    order: SimulationOrder,
    script: Script,
    *,
    cameras: Sequence[CameraPlan],
    home: Path,
    tellers: tuple[Progress, Notice],
) -> Setting:
    """Play, film and write into ``home``, all but its manifest."""
    place, (progress, notice) = _laid_out(home), tellers
    # (2) and (3)
    with crew_of(order.workers) as crew:
        plate = partial(prepare_plate, script.setting, place=place, scenes=order.scenes)
        plates = crew.start([Job(partial(plate, one), 1) for one in cameras])
        progress("playing the scenario", 0, total=1)
        played = play(script)
        takes = planned_takes(played.setting, cameras)
        arrivals = record_sounds(played, takes, place=place, progress=progress)
        plates.finish("drawing the empty scenes", progress=progress)
        _tell_scenes(order, cameras, notice=notice)
        _film(crew, played, takes=takes, place=place, progress=progress)
    # (4)
    keys = SiteKeys(
        tuple(demonstration_key(role).public.hex for role in REVIEWERS),
        body=(demonstration_key("release").public.hex,),
    )
    write_site(home, played.setting, keys=keys)
    write_truth(home, played, takes=takes, arrivals=arrivals, work=place.work)
    write_words(home, played.setting, cameras=cameras, folder=order.out.name)
    shutil.rmtree(place.work)
    return played.setting


def _laid_out(home: Path) -> Place:
    for name in ("footage", "stills", "truth", "truth/mot", ".work"):
        (home / name).mkdir()
    return Place(home, home / ".work")


def _chosen(setting: Setting, camera_ids: Sequence[str]) -> tuple[CameraPlan, ...]:
    known = [one.camera_id for one in setting.cameras]
    unknown = [one for one in camera_ids if one not in known]
    if unknown:
        raise InputError(
            f"the scenario has no camera {unknown[0]!r}.",
            where="--cameras",
            do=f"Known cameras: {', '.join(known)}.",
        )
    return tuple(one for one in setting.cameras if not camera_ids or one.camera_id in camera_ids)


def _tell_scenes(order: SimulationOrder, cameras: Sequence[CameraPlan], *, notice: Notice) -> None:
    if order.scenes is not None:
        for camera in cameras:
            notice(f"scene  {order.scenes / camera.camera_id}.jpg")


def _film(crew: Crew, played: Play, *, takes: Sequence[Take], place: Place, progress: Progress) -> None:
    """Every take, the longest first, so that no process waits long for another at the end."""
    jobs = []
    for take in sorted(takes, key=lambda one: -len(one.frames)):
        if take.parts:
            cast = cast_of(played, take.camera.supplies[take.number])
            frames = sum(one.kept for one in take.frames)
            jobs.append(Job(partial(film, played.setting, take, cast=cast, place=place), frames))
    crew.start(jobs).finish("filming", progress=progress)


def _recordings(out: Path) -> tuple[Path, ...]:
    with disk_errors(out):
        return tuple(sorted(path for path in (out / "footage").iterdir() if path.suffix in (".mp4", ".mov")))
