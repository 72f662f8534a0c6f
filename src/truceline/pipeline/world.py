"""All cameras of a station as one world: subjects, who is who with what doubt, and what the clocks are."""

from collections.abc import Mapping, Sequence

from truceline.errors import InputError
from truceline.pipeline.standing import standing_runs
from truceline.records.frames import Gap
from truceline.records.runs import Run
from truceline.records.site import Site
from truceline.records.subjects import World
from truceline.records.time import UtcNs, UtcSpan
from truceline.store.station import Station
from truceline.survey.load import load_site
from truceline.world.clocks.instants import Instant
from truceline.world.clocks.proposals import Clocks
from truceline.world.sightings import CameraClock, CameraTracks
from truceline.world.together import put_together


def world_of(
    station: Station,
    *,
    networks: Mapping[str, str] | None = None,
    clocks: Clocks | None = None,
    instants: Sequence[Instant] = (),
) -> World:
    """Put together the runs of a station that stand.

    Args:
        station: Whose runs.
        networks: Which clock each camera has, by camera id; a camera that is not named has its own.
        clocks: As a person confirmed them; None: they are compared.
        instants: Flashes and sounds, by the clocks that show them.

    Raises:
        InputError: There is no run, or runs were measured against different versions of the survey.
        IntegrityError: A run cannot be read.
    """
    runs, site = runs_of_one_site(station)
    given = [tracks_of(run, networks=networks or {}) for run in runs]
    return put_together(given, site, clocks=clocks, instants=instants)


def runs_of_one_site(station: Station) -> tuple[tuple[Run, ...], Site]:
    """The runs of a station that stand, and the version of the site that all were made under.

    Raises:
        InputError: There is no run, or runs were measured against different versions of the survey.
        IntegrityError: A run cannot be read.
    """
    runs = standing_runs(station)
    if not runs:
        raise InputError(
            "there is no run to put together", where=str(station.folder), do="Run truceline scan first."
        )
    folders = sorted({run.site_folder for run in runs})
    if len(folders) > 1:
        raise InputError(
            f"the runs were measured against {len(folders)} versions of the survey",
            where=str(station.folder),
            do="Scan all footage again with the site as it is now.",
        )
    return runs, load_site(station.site_folder(folders[0]))


def tracks_of(run: Run, *, networks: Mapping[str, str]) -> CameraTracks:
    """What one run gave, and when its camera could see."""
    camera_id = run.footage.camera_id
    return CameraTracks(
        run_id=run.run_id,
        camera_id=camera_id,
        watched=watched_spans(run.span, run.gaps),
        tracks=run.tracks,
        clock=CameraClock(networks.get(camera_id, camera_id), run.clock_bound_s),
    )


def watched_spans(span: UtcSpan, gaps: Sequence[Gap]) -> tuple[UtcSpan, ...]:
    """What is left of a span between its gaps, in order; gaps may overlap."""
    left, at = [], int(span.start_utc_ns)
    for gap in sorted(gaps, key=lambda one: one.span.start_utc_ns):
        start, end = int(gap.span.start_utc_ns), min(int(gap.span.end_utc_ns), int(span.end_utc_ns))
        if start > at:
            left.append(UtcSpan(UtcNs(at), UtcNs(min(start, int(span.end_utc_ns)))))
        at = max(at, end)
    if at < span.end_utc_ns:
        left.append(UtcSpan(UtcNs(at), span.end_utc_ns))
    return tuple(left)
