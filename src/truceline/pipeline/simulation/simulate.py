"""A scenario played, filmed and written: site, footage, sound, and the exact truth beside them."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from truceline.errors import InputError
from truceline.evidence.keys import demonstration_key
from truceline.pipeline.progress import Notice, Progress
from truceline.pipeline.simulation.folder import appearing, is_kept, refuse_other, write_manifest
from truceline.pipeline.simulation.footage.crew import Job, Tell, crew_of
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

_AT_ONCE, _SCENES, _TAKES = 0, 1, 2
"""Ranks of jobs: what somebody waits for, then scenes, for takes stand on them, then takes."""

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
    3. Site and sounds are written, then each stretch of each camera is filmed by one process; what is to
       follow on a camera's footage follows as soon as it is whole.
    4. Truth, read-me and manifest are written, and the folder appears whole.

    Raises:
        InputError: The scenario cannot be, a camera is unknown, or something else stands in the place.
        ServiceError: The disk refuses, or a process died.
    """
    text = scenario_text(order.scenario)
    key = order_key(order, text)
    refuse_other(order.out)
    # (1)
    if not order.fresh and is_kept(order.out, key):
        notice(f"already there  {order.out}  (same scenario, seed and program)")
        return SimulationResult(order.out, made=False, recordings=_recordings(order.out))
    progress("reading the scenario", 0, total=1)
    read = variant if order.short else load_scenario
    script = read(text.text, where=text.where, seed=order.seed)
    cameras = _chosen(script.setting, order)
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

    def done(job: Job, given: Sequence[str]) -> None:
        if order.scenes is not None and job.name in scenes:
            notice(f"scene  {order.scenes / scenes[job.name]}.jpg")
        for words in given:
            notice(words)

    # (2) and (3)
    with crew_of(order.workers) as crew:
        scenes = {_scene_of(one): one.camera_id for one in cameras}
        crew.begin([_scene_job(order, script.setting, camera=one, place=place) for one in cameras])
        progress("playing the scenario", 0, total=1)
        played = play(script)
        takes = planned_takes(played.setting, cameras)
        write_site(home, played.setting, keys=_keys())
        arrivals = record_sounds(played, takes, place=place, progress=progress)
        crew.begin(_film_jobs(order, played, takes=takes, place=place))
        crew.finish("simulating", progress=progress, done=done)
    # (4)
    write_truth(home, played, takes=takes, arrivals=arrivals, work=place.work)
    write_words(home, played.setting, cameras=cameras, folder=order.out.name)
    shutil.rmtree(place.work)
    return played.setting


def _keys() -> SiteKeys:
    return SiteKeys(
        tuple(demonstration_key(role).public.hex for role in REVIEWERS),
        body=(demonstration_key("release").public.hex,),
    )


def _laid_out(home: Path) -> Place:
    for name in ("footage", "stills", "truth", "truth/mot", ".work"):
        (home / name).mkdir()
    return Place(home, home / ".work")


def _chosen(setting: Setting, order: SimulationOrder) -> tuple[CameraPlan, ...]:
    known = [one.camera_id for one in setting.cameras]
    wanted = order.cameras or tuple(known)
    unknown = [one for one in wanted if one not in known]
    if order.follow is not None and order.follow.camera_id not in wanted:
        unknown.append(order.follow.camera_id)
    if unknown:
        raise InputError(
            f"the scenario has no camera {unknown[0]!r}.",
            where="--cameras",
            do=f"Known cameras: {', '.join(known)}.",
        )
    return tuple(one for one in setting.cameras if one.camera_id in wanted)


def _scene_of(camera: CameraPlan) -> str:
    return f"scene of {camera.camera_id}"


def _is_first(order: SimulationOrder, camera: CameraPlan) -> bool:
    return order.follow is not None and order.follow.camera_id == camera.camera_id


def _scene_job(order: SimulationOrder, setting: Setting, *, camera: CameraPlan, place: Place) -> Job:
    work = partial(prepare_plate, setting, camera, place=place, scenes=order.scenes)
    rank = _AT_ONCE if _is_first(order, camera) else _SCENES
    return Job(_scene_of(camera), work, 1, rank=rank)


def _film_jobs(order: SimulationOrder, played: Play, *, takes: Sequence[Take], place: Place) -> list[Job]:
    """What follows, and every take, the longest first: no process waits long for another at the end."""
    jobs, awaited = [], []
    for take in sorted(takes, key=lambda one: -len(one.frames)):
        if not take.parts:
            continue
        camera = take.camera
        cast = cast_of(played, camera.supplies[take.number])
        work = partial(film, played.setting, take, cast=cast, place=place)
        first = _is_first(order, camera)
        frames = sum(one.kept for one in take.frames)
        name = f"take {take.number} of {camera.camera_id}"
        jobs.append(Job(name, work, frames, (_scene_of(camera),), _AT_ONCE if first else _TAKES))
        awaited += [name] if first else []
    if order.follow is not None:
        following = partial(_follow, order.follow.work, place.home)
        jobs.append(Job("what follows", following, 1, tuple(awaited), _AT_ONCE))
    return jobs


def _follow(work: Callable[[Path], Sequence[str]], home: Path, *, tell: Tell) -> Sequence[str]:
    lines = work(home)
    tell()
    return lines


def _recordings(out: Path) -> tuple[Path, ...]:
    with disk_errors(out):
        return tuple(sorted(path for path in (out / "footage").iterdir() if path.suffix in (".mp4", ".mov")))
