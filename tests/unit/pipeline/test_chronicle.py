"""The chronicle: made of the runs that stand, kept, made anew when they change, and refused when damaged."""

from dataclasses import replace

import pytest

from tests.unit.listen import bangs
from tests.unit.pipeline.small_station import SmallStation, opened
from tests.unit.present.pages.page_reading import visible_text
from tests.unit.present.worlds import activity
from truceline.cli.tables import chronicle_lines
from truceline.errors import IntegrityError
from truceline.pipeline.chronicle import is_of, make_chronicle, update_chronicle
from truceline.pipeline.pages import write_station_page
from truceline.pipeline.progress import silent
from truceline.pipeline.standing import standing_runs
from truceline.records.activities import ActivityKind, Role
from truceline.records.flashes import Flash
from truceline.records.sounds import SoundClock
from truceline.records.time import UtcNs
from truceline.store.station import CHRONICLE, Station


def kept(station: SmallStation):
    return Station.open(station.folder).chronicle()


def test_a_scan_keeps_what_all_cameras_show(scanned: SmallStation):
    station = Station.open(scanned.folder)
    chronicle = kept(scanned)
    assert chronicle is not None
    assert is_of(chronicle, standing_runs(station), site=opened(scanned).site)
    tracks = {track.track_id for run in standing_runs(station) for track in run.tracks}
    sightings = [one.track_id for subject in chronicle.world.subjects for one in subject.sightings]
    assert sorted(sightings) == sorted(tracks)


def test_what_is_kept_is_taken_and_what_is_of_other_runs_is_made_anew(station: SmallStation):
    held, site = Station.open(station.folder), opened(station).site
    runs = standing_runs(held)
    first = kept(station)
    assert first is not None
    held.write_chronicle(replace(first, activities=(activity(ActivityKind.STUCK),)))
    again = update_chronicle(held, runs, site=site, progress=silent)
    assert [one.kind for one in again.activities] == [ActivityKind.STUCK]
    held.write_chronicle(replace(first, run_ids=("another",)))
    anew = update_chronicle(held, runs, site=site, progress=silent)
    assert anew.run_ids == first.run_ids


def test_the_same_runs_give_the_same_bytes(station: SmallStation):
    before = (station.folder / CHRONICLE).read_bytes()
    held = Station.open(station.folder)
    (station.folder / CHRONICLE).unlink()
    update_chronicle(held, standing_runs(held), site=opened(station).site, progress=silent)
    assert (station.folder / CHRONICLE).read_bytes() == before


def test_a_page_of_other_runs_goes_without(station: SmallStation):
    held, site = Station.open(station.folder), opened(station).site
    chronicle = kept(station)
    assert chronicle is not None
    with_it = visible_text(write_station_page(held, site).read_text(encoding="utf-8"))
    held.write_chronicle(replace(chronicle, run_ids=("another",)))
    without = visible_text(write_station_page(held, site).read_text(encoding="utf-8"))
    assert "What all cameras show together" in with_it
    assert "What all cameras show together" not in without


def test_a_damaged_chronicle_is_refused_with_what_to_do(station: SmallStation):
    path = station.folder / CHRONICLE
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(IntegrityError, match=r"chronicle cannot be read.*Remove it and scan again"):
        kept(station)


def flashes_beside(run, *, count: int):
    """Flashes at the chest of the run's first track, in pictures far enough apart to be several."""
    track = max(run.tracks, key=lambda one: len(one.utc_ns))
    rows = range(5, 5 + 4 * count, 4)
    boxes = track.boxes_px
    return tuple(
        Flash(
            track.camera_id,
            int(track.pts[row]),
            UtcNs(int(track.utc_ns[row])),
            (float(boxes[row, [0, 2]].mean()), float(boxes[row, 1] * 0.75 + boxes[row, 3] * 0.25)),
            12,
            120.0,
            1.0,
        )
        for row in rows
    )


def lit_up(run):
    return replace(run, flashes=flashes_beside(run, count=6))


def test_flashes_beside_somebody_become_a_discharge_of_theirs(scanned: SmallStation):
    run, site = opened(scanned).run, opened(scanned).site
    lit = lit_up(run)
    chronicle = make_chronicle([lit], site)
    (fired,) = [one for one in chronicle.activities if one.kind is ActivityKind.DISCHARGE]
    assert fired.subject_of(Role.ACTOR) in {one.subject_id for one in chronicle.world.subjects}
    assert fired.time_bound_s == pytest.approx(run.clock_bound_s)
    assert not [one for one in make_chronicle([run], site).activities if one.kind is ActivityKind.DISCHARGE]


def test_the_terminal_tells_the_same(scanned: SmallStation):
    run, site = opened(scanned).run, opened(scanned).site
    lit = lit_up(run)
    lines = chronicle_lines(make_chronicle([lit], site), site=site)
    assert any(line.startswith("all cameras together: ") for line in lines)
    assert all(len(line) <= 100 for line in lines)
    assert chronicle_lines(make_chronicle([replace(run, tracks=())], site), site=site) == []


def test_times_are_bound_by_the_clock_of_who_saw_it(scanned: SmallStation):
    run, site = opened(scanned).run, opened(scanned).site
    vague = replace(run, clock_bound_s=30.0)
    bounds = [one.time_bound_s for one in make_chronicle([lit_up(vague)], site).activities]
    assert bounds
    assert min(bounds) >= 30.0


def test_what_was_heard_belongs_to_the_chronicle(station: SmallStation):
    held, site = Station.open(station.folder), opened(station).site
    runs = standing_runs(held)
    start = runs[0].span.start_utc_ns
    banged = bangs.heard("m1", None, 4.0, 5.0, clock=SoundClock(UtcNs(start), 0.05))
    held.keep_sound(banged)
    chronicle = update_chronicle(held, runs, site=site, progress=silent)
    assert chronicle.sounds == (banged.digest,)
    (fired,) = [one for one in chronicle.activities if one.kind is ActivityKind.DISCHARGE]
    assert fired.parts == ()
    assert fired.span.contains(UtcNs(start + 4_000_000_000))
    untimed = replace(banged, clock=None)
    held.keep_sound(untimed)
    (held.folder / CHRONICLE).unlink()
    without = update_chronicle(held, runs, site=site, progress=silent)
    assert any(words.startswith("m1.wav: nobody says when") for words in without.world.notes)
