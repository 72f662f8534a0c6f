"""A scanned station, and files, against the exact truth of the drawn walkers."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.small_site import (
    HEIGHT_PX,
    PERSON_M,
    RATE_HZ,
    SECONDS,
    WIDTH_PX,
    crosser_en_m,
    walker_en_m,
)
from tests.unit.pipeline.small_station import SmallStation
from truceline.cli.evaluate import evaluation_lines
from truceline.errors import InputError
from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.evaluation.evaluate import Evaluation, evaluate, write_reliability
from truceline.pipeline.evaluation.sides import SAME_SURVEY, EvaluateOrder
from truceline.pipeline.export import Form, export_runs, tracks_in_form, write_export
from truceline.pipeline.progress import silent
from truceline.survey.load import load_site

FRAMES = round(SECONDS * RATE_HZ)
PEOPLE = {1: crosser_en_m, 2: walker_en_m}


def metric_truth(folder: Path, *, factor: float = 1.0, first: int = 1) -> Path:
    """The walkers' exact places as a table; ``factor`` spoils the unit, ``first`` the count of frames."""
    rows = []
    for number in range(FRAMES):
        for one, walk in PEOPLE.items():
            east_m, north_m = walk(number / RATE_HZ)
            rows.append(f"{number + first},{one},{factor * east_m:.4f},{factor * north_m:.4f}")
    path = folder / "truth.csv"
    path.write_text("\n".join(["frame,id,x_m,y_m", *rows]), encoding="utf-8")
    return path


def box_truth(folder: Path, site: Path, *, factor: float = 1.0) -> Path:
    """The drawn boxes as MOTChallenge, clipped to the picture; ``factor`` draws them in another size."""
    calibration = load_site(site).camera("mast").calibration
    rows = []
    for number in range(FRAMES):
        for one, walk in PEOPLE.items():
            place = walk(number / RATE_HZ)
            ends = np.array([[*place, 0.0], [*place, PERSON_M[1]]])
            (u, foot_v), (_, head_v) = pixel_from_site(calibration, ends)
            width = (foot_v - head_v) * PERSON_M[0] / PERSON_M[1]
            cells = [factor * value for value in (u - width / 2, head_v, width, foot_v - head_v)]
            if 0 < u < WIDTH_PX and foot_v < HEIGHT_PX:
                box = f"{cells[0] + 1:.2f},{cells[1] + 1:.2f},{cells[2]:.2f},{cells[3]:.2f}"
                rows.append(f"{number + 1},{one},{box},1,-1,-1,-1")
    path = folder / "truth.txt"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def site_of(station: SmallStation) -> Path:
    return station.clip.parent / "site"


def exported(station: SmallStation, path: Path, *, every_row: bool = False) -> Path:
    runs = export_runs(station.folder, progress=silent)
    write_export(path, tracks_in_form(runs, Form.MOT, with_unobserved=every_row))
    return path


def scored(**order: object) -> Evaluation:
    return evaluate(EvaluateOrder(**order), progress=silent)  # type: ignore[arg-type]


def test_a_station_is_scored_on_the_ground_against_metric_truth(scanned: SmallStation, tmp_path: Path):
    found = scored(truth=metric_truth(tmp_path), station=scanned.folder, with_unobserved=True)
    assert found.image is None
    assert found.ground is not None
    assert found.ground.mota > 0.85
    assert found.ground.switches == 0
    assert found.mean_error_m is not None
    assert found.mean_error_m < 0.4
    assert found.frames == (1, FRAMES)
    assert (found.truth.rows, found.truth.identities) == (2 * FRAMES, 2)


def test_a_stations_errors_and_crossings_are_scored(scanned: SmallStation, tmp_path: Path):
    found = scored(truth=metric_truth(tmp_path), station=scanned.folder)
    assert found.positions is not None
    assert 0 < found.positions.anees < 10
    assert found.positions.independent == found.tracks.identities
    assert found.crossings is not None
    assert found.crossings.passages.matched == 2  # there and back
    assert found.crossings.passages.f1 == 1
    assert found.crossings.probabilities.claims >= 1
    write_reliability(tmp_path / "drawn.svg", found)
    assert "share that was true" in (tmp_path / "drawn.svg").read_text(encoding="utf-8")


def test_a_way_back_counts_in_frames_that_begin_after_the_way_out(scanned: SmallStation, tmp_path: Path):
    found = scored(truth=metric_truth(tmp_path), station=scanned.folder, frames=(31, FRAMES))
    assert found.crossings is not None
    assert found.crossings.passages.matched == 1
    assert found.crossings.passages.f1 == 1


def test_boxes_are_scored_in_both_planes(scanned: SmallStation, tmp_path: Path):
    found = scored(truth=box_truth(tmp_path, site_of(scanned)), station=scanned.folder)
    assert found.image is not None
    assert found.image.idf1 > 0.8
    assert found.ground is not None
    assert found.ground.idf1 > 0.8


def test_stated_errors_hold_the_calibrations_share_only_against_a_survey_of_its_own(
    scanned: SmallStation, tmp_path: Path
):
    apart = scored(truth=metric_truth(tmp_path), station=scanned.folder)
    shared = scored(truth=box_truth(tmp_path, site_of(scanned)), station=scanned.folder)
    assert SAME_SURVEY in shared.notes
    assert SAME_SURVEY not in apart.notes
    assert apart.positions is not None
    assert shared.positions is not None
    # The same paths with smaller stated errors: more standard deviations off.
    assert shared.positions.anees > apart.positions.anees


def test_the_terminal_shows_both_planes_stated_errors_and_crossings(scanned: SmallStation, tmp_path: Path):
    found = scored(truth=box_truth(tmp_path, site_of(scanned)), station=scanned.folder)
    lines = evaluation_lines(found)
    assert max(len(line) for line in lines) <= 100
    (head,) = [line for line in lines if "overlap" in line]
    assert head.split() == ["image,", "overlap", "≥", "0.5", "ground,", "within", "1", "m"]
    assert found.image is not None
    assert found.ground is not None
    assert f"MOTA {found.image.mota:.3f} {found.ground.mota:.3f}" in [
        " ".join(line.split()) for line in lines
    ]
    assert any(line.startswith("stated errors: ANEES") for line in lines)
    assert "precision 1.000, recall 1.000, F1 1.000" in lines
    assert any(line.startswith("probabilities of ") for line in lines)


def test_an_exported_file_gives_what_its_station_gives(scanned: SmallStation, tmp_path: Path):
    truth = metric_truth(tmp_path)
    tracks = exported(scanned, tmp_path / "tracks.txt", every_row=True)
    of_file = scored(truth=truth, tracks=tracks)
    of_station = scored(truth=truth, station=scanned.folder)
    assert of_file.ground is not None
    assert of_station.ground is not None
    assert of_file.ground.clear.misses == of_station.ground.clear.misses
    assert of_file.ground.hota.hota == pytest.approx(of_station.ground.hota.hota, abs=1e-3)
    assert of_file.positions is None
    assert of_file.crossings is None
    whole = scored(truth=truth, tracks=tracks, with_unobserved=True)
    assert whole.tracks.rows >= of_file.tracks.rows


def test_a_site_puts_boxes_of_any_tracker_on_the_ground(scanned: SmallStation, tmp_path: Path):
    boxes = box_truth(tmp_path, site_of(scanned))
    found = scored(truth=metric_truth(tmp_path), tracks=boxes, site=site_of(scanned))
    assert found.ground is not None
    assert found.ground.clear.unfounded == 0
    assert found.mean_error_m is not None
    assert found.mean_error_m < 0.02


def test_truth_of_another_picture_size_is_refused_and_brought_to_size(scanned: SmallStation, tmp_path: Path):
    large = box_truth(tmp_path, site_of(scanned), factor=2.0)
    with pytest.raises(InputError, match="the picture of camera mast is 320×240") as refusal:
        scored(truth=large, station=scanned.folder)
    assert "--scale" in refusal.value.do
    found = scored(truth=large, station=scanned.folder, truth_scale=0.5)
    assert found.image is not None
    assert found.image.idf1 > 0.8


def test_tracks_of_another_picture_size_are_refused_too(scanned: SmallStation, tmp_path: Path):
    large = box_truth(tmp_path, site_of(scanned), factor=2.0)
    with pytest.raises(InputError, match="the picture of camera mast is 320×240") as refusal:
        scored(truth=metric_truth(tmp_path), tracks=large, site=site_of(scanned))
    assert refusal.value.where == large.name


@pytest.mark.parametrize(
    ("anees", "words"), [(8.0, ["about 2.0 times as large"]), (2.0, []), (0.5, ["careful, and not wrong"])]
)
def test_stated_errors_that_are_not_those_made_are_said_in_a_sentence(
    scanned: SmallStation, tmp_path: Path, anees: float, words: list[str]
):
    found = scored(truth=metric_truth(tmp_path), station=scanned.folder)
    assert found.positions is not None
    positions = replace(found.positions, anees=anees, low=1.0, high=3.0)
    lines = "\n".join(evaluation_lines(replace(found, positions=positions)))
    assert all(one in lines for one in words)
    assert ("times as large" in lines) == (anees == 8.0)
    assert "a crossing with its return is two\na crossing counts as found from P 0.5 on" in lines


def test_frames_can_be_chosen_and_the_rest_is_said(scanned: SmallStation, tmp_path: Path):
    found = scored(truth=metric_truth(tmp_path), station=scanned.folder, frames=(11, 20))
    assert (found.truth.rows, found.frames) == (20, (11, 20))
    assert f"left out: {2 * FRAMES - 20} rows of the truth outside frames 11 to 20" in found.notes


def test_feet_above_a_row_are_left_out_on_both_sides(scanned: SmallStation, tmp_path: Path):
    truth, boxes = metric_truth(tmp_path), box_truth(tmp_path, site_of(scanned))
    # The walker along the line stays north of it, higher in the picture than the row of the line's place.
    calibration = load_site(site_of(scanned)).camera("mast").calibration
    row_px = float(pixel_from_site(calibration, np.array([[0.0, 3.5, 0.0]]))[0, 1])
    found = scored(truth=truth, tracks=boxes, site=site_of(scanned), from_row_px=row_px)
    assert (found.truth.identities, found.tracks.identities) == (1, 1)
    assert found.ground is not None
    assert found.ground.clear.unfounded == 0
    assert f"left out: {FRAMES} rows of the truth with feet above row {row_px:g}" in found.notes
    with pytest.raises(InputError, match="no row in any picture"):
        scored(truth=truth, tracks=truth, from_row_px=row_px)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"factor": 1000.0}, "the truth extends over", id="millimetres"),
        pytest.param({"factor": 1e7}, "far from any site", id="nothing on earth"),
        pytest.param(
            {"first": 501}, r"no tracks in frames 501 to 570, only in", id="another count of frames"
        ),
    ],
)
def test_sides_that_do_not_fit_are_refused(
    change: dict[str, float], says: str, scanned: SmallStation, tmp_path: Path
):
    with pytest.raises(InputError, match=says):
        scored(truth=metric_truth(tmp_path, **change), station=scanned.folder)  # type: ignore[arg-type]


def test_sides_that_never_meet_are_refused(scanned: SmallStation, tmp_path: Path):
    truth = metric_truth(tmp_path)
    moved = [line.split(",") for line in truth.read_text(encoding="utf-8").splitlines()]
    text = "\n".join(
        [",".join(moved[0]), *(f"{frame},{one},{float(x) + 500:.3f},{y}" for frame, one, x, y in moved[1:])]
    )
    truth.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no true place lies near a tracked one"):
        scored(truth=truth, station=scanned.folder)


def test_pixels_and_metres_have_no_plane_in_common(scanned: SmallStation, tmp_path: Path):
    with pytest.raises(InputError, match="no plane in common") as refusal:
        scored(truth=metric_truth(tmp_path), tracks=box_truth(tmp_path, site_of(scanned)))
    assert "--site" in refusal.value.do


def test_boxes_that_stand_on_no_ground_are_refused(scanned: SmallStation, tmp_path: Path):
    sky = tmp_path / "sky.txt"
    sky.write_text("1,1,100,1,5,3,1,-1,-1,-1", encoding="utf-8")
    with pytest.raises(InputError, match="none of 1 boxes stands on ground"):
        scored(truth=metric_truth(tmp_path), tracks=sky, site=site_of(scanned))


def test_what_to_compare_must_be_named_once(scanned: SmallStation, tmp_path: Path):
    truth = metric_truth(tmp_path)
    with pytest.raises(InputError, match="nothing to compare"):
        scored(truth=truth)
    with pytest.raises(InputError, match="named twice"):
        scored(truth=truth, tracks=truth, station=scanned.folder)
    with pytest.raises(InputError, match="frames 9-3 are no frames"):
        scored(truth=truth, tracks=truth, frames=(9, 3))


def test_truth_that_says_to_be_ignored_is_refused_when_it_is_all(tmp_path: Path):
    path = tmp_path / "ignored.txt"
    path.write_text("1,1,1,1,2,2,0", encoding="utf-8")
    with pytest.raises(InputError, match="no row of the truth counts"):
        scored(truth=path, tracks=path)


def test_without_a_crossing_there_is_nothing_to_draw(tmp_path: Path):
    truth = metric_truth(tmp_path)
    found = scored(truth=truth, tracks=truth)
    assert found.ground is not None
    assert found.ground.hota.hota == 1
    with pytest.raises(InputError, match="no crossing whose probability"):
        write_reliability(tmp_path / "drawn.svg", found)


def test_no_track_at_all_scores_zero_and_is_no_error(tmp_path: Path):
    truth = metric_truth(tmp_path)
    boxes = tmp_path / "unseen.txt"
    boxes.write_text("1,1,1,1,2,2,0,3.0,3.0,0", encoding="utf-8")
    found = scored(truth=truth, tracks=boxes)
    assert found.ground is not None
    assert found.ground.clear.misses == 2 * FRAMES
    assert found.ground.hota.hota == 0
    assert math.isnan(found.ground.clear.motp)


def test_a_run_and_a_camera_that_are_not_there_are_refused(scanned: SmallStation, tmp_path: Path):
    order = EvaluateOrder(truth=metric_truth(tmp_path), station=scanned.folder, run_id="nobody")
    with pytest.raises(InputError, match="there is no run"):
        evaluate(order, progress=silent)
    with pytest.raises(InputError, match="has no camera 'cannot'"):
        evaluate(replace(order, run_id="", site=site_of(scanned), camera_id="cannot"), progress=silent)
