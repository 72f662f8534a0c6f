"""The chronicle of a station: what all of its cameras show together, made anew whenever that changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from truceline import __version__
from truceline.errors import InputError
from truceline.events.activities.finding import find_activities
from truceline.events.activities.ground import Ground
from truceline.events.discharges.bursts import bursts_of
from truceline.events.discharges.joining import discharges
from truceline.events.discharges.near import flashes_near
from truceline.export.chronicle import (
    activities_as_csv,
    activities_as_geojson,
    activity_row,
    chronicle_as_json,
)
from truceline.pipeline.hearing.evidence import heard_evidence, untimed_words
from truceline.pipeline.progress import Progress
from truceline.pipeline.world import runs_of_one_site, tracks_of, watched_spans
from truceline.records.activities import Activity, ActivityKind
from truceline.records.chronicles import Chronicle
from truceline.records.digests import Sha256
from truceline.records.flashes import Flash
from truceline.records.runs import Run
from truceline.records.site import Site
from truceline.records.sounds import SoundHeard
from truceline.records.subjects import World
from truceline.records.time import NS_PER_S, UtcNs
from truceline.store.station import Station
from truceline.survey.wgs84 import lonlat_from_en
from truceline.world.together import put_together

SOFTWARE = f"truceline {__version__}"


def update_chronicle(station: Station, runs: Sequence[Run], *, site: Site, progress: Progress) -> Chronicle:
    """The chronicle of these runs; the kept one where it was made of the same by this program.

    Args:
        station: Keeps it.
        runs: Those that stand, all under this version of the site.
        site: The survey.
        progress: Told as it is worked out.

    Raises:
        ServiceError: The disk refuses.
    """
    kept, sounds = station.chronicle(), station.sounds()
    same = kept is not None and kept.software == SOFTWARE and kept.sounds == digests_of(sounds)
    if kept is not None and same and is_of(kept, runs, site=site):
        return kept
    progress("putting all cameras together", 0, total=1)
    chronicle = make_chronicle(runs, site, sounds=sounds)
    station.write_chronicle(chronicle)
    progress("putting all cameras together", 1, total=1)
    return chronicle


def chronicle_of_station(folder: Path, *, progress: Progress) -> tuple[Chronicle, Site]:
    """What a station's standing runs show together, with the site that they were made under.

    Raises:
        InputError: There is no station or no run, or runs were made under different versions of the survey.
        IntegrityError: A run or the chronicle cannot be read.
        ServiceError: The disk refuses.
    """
    station = Station.open(folder)
    runs, site = runs_of_one_site(station)
    return update_chronicle(station, runs, site=site, progress=progress), site


def chronicle_in_form(chronicle: Chronicle, site: Site, *, form: str) -> Iterator[str]:
    """A chronicle as text, in pieces.

    Raises:
        InputError: There is no such form.
    """
    placed = [one.place_en_m for one in chronicle.activities if one.place_en_m is not None]
    globe = iter(lonlat_from_en(np.array(placed).reshape(-1, 2), origin=site.origin).tolist())
    rows = [
        activity_row(one, None if one.place_en_m is None else next(globe)) for one in chronicle.activities
    ]
    if form == "json":
        return chronicle_as_json(chronicle, rows)
    if form == "csv":
        return activities_as_csv(rows)
    if form == "geojson":
        return activities_as_geojson(rows, simulated=site.simulated)
    raise InputError(f"a chronicle has no form {form!r}.", do="Take one of: json, csv, geojson.")


def is_of(chronicle: Chronicle, runs: Sequence[Run], *, site: Site) -> bool:
    """Whether a chronicle was made of these very runs under this version of the site."""
    run_ids = tuple(sorted(run.run_id for run in runs))
    return (chronicle.site, chronicle.run_ids) == (site.digest, run_ids)


def make_chronicle(runs: Sequence[Run], site: Site, *, sounds: Sequence[SoundHeard] = ()) -> Chronicle:
    """What runs show together.

    1. Tracks of all cameras become subjects on one clock.
    2. Flashes beside subjects, on the same clock, and what was heard become discharges.
    3. What subjects did is told from their paths; who was in danger, from all of it.
    4. The clocks of the cameras that saw it bound the time of each.

    Args:
        runs: Each footage once.
        site: The survey that all were measured against.
        sounds: What was heard in each recording with sound.
    """
    networks = {camera.camera_id: camera.clock_id or camera.camera_id for camera in site.cameras}
    # (1)
    world = put_together([tracks_of(run, networks=networks) for run in runs], site)
    # (2)
    flashes = _on_the_common_clock(runs, world, networks=networks)
    near = flashes_near(flashes, world.subjects, cameras={one.camera_id: one for one in site.cameras})
    bounds_s = _bounds_s(runs, world, networks=networks)
    fired = discharges(bursts_of(near), heard_evidence(sounds), bounds_s=bounds_s, listened=bool(sounds))
    # (3)
    supplied = [(run.footage.camera_id, span) for run in runs for span in watched_spans(run.span, run.gaps)]
    found = find_activities(world.subjects, Ground.of(site, supplied=supplied), discharges=fired)
    # (4)
    activities = tuple(_bounded(one, bounds_s) for one in found)
    return Chronicle(
        site=site.digest,
        run_ids=tuple(sorted(run.run_id for run in runs)),
        sounds=digests_of(sounds),
        software=SOFTWARE,
        world=replace(world, notes=(*world.notes, *untimed_words(sounds))),
        activities=activities,
    )


def digests_of(sounds: Sequence[SoundHeard]) -> tuple[Sha256, ...]:
    """The digests of recordings, sorted."""
    return tuple(sorted((one.digest for one in sounds), key=lambda digest: digest.hex))


def _on_the_common_clock(runs: Sequence[Run], world: World, *, networks: Mapping[str, str]) -> list[Flash]:
    """All flashes, each moved by what its camera's clock is ahead of the common one."""
    ahead_s = {one.clock_id: one.offset_s for one in world.clocks if one.applied}
    moved = []
    for run in runs:
        camera_id = run.footage.camera_id
        shift_ns = round(ahead_s.get(networks.get(camera_id, camera_id), 0.0) * NS_PER_S)
        moved += [replace(flash, utc_ns=UtcNs(flash.utc_ns - shift_ns)) for flash in run.flashes]
    return sorted(moved, key=lambda flash: (flash.utc_ns, flash.camera_id, flash.at_px))


def _bounds_s(runs: Sequence[Run], world: World, *, networks: Mapping[str, str]) -> dict[str, float]:
    """By camera, the 95 % bound of its times on the common clock against UTC."""
    declared: dict[str, float] = {}
    for run in runs:
        clock = networks.get(run.footage.camera_id, run.footage.camera_id)
        declared[clock] = max(declared.get(clock, 0.0), run.clock_bound_s)
    compared = {
        one.clock_id: float(np.hypot(one.bound_s, declared.get(one.reference_id, 0.0)))
        for one in world.clocks
        if one.applied
    }
    return {camera: (declared | compared).get(clock, 0.0) for camera, clock in networks.items()}


def _bounded(activity: Activity, bounds_s: Mapping[str, float]) -> Activity:
    """The activity with the clock of the best camera that saw it in its bound, or of all where none did."""
    if activity.kind is ActivityKind.DISCHARGE:
        return activity  # its bound holds its clocks: cameras' and microphones'
    seen = [bounds_s[camera] for camera in activity.camera_ids if camera in bounds_s]
    clock_s = min(seen) if seen else max(bounds_s.values(), default=0.0)
    return replace(activity, time_bound_s=float(np.hypot(activity.time_bound_s, clock_s)))
