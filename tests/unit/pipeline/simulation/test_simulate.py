"""The journey in this process, over a flat empty scene: who is filmed where, what repeats, what is told."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests.e2e.small_scenario import (
    ON_THE_MAST,
    OVER_THE_LINE,
    WALKER,
    frames_truth,
    scenario,
)
from truceline.errors import InputError
from truceline.geometry.camera import ground_from_pixel
from truceline.pipeline.progress import silent
from truceline.pipeline.simulation.footage import filming
from truceline.pipeline.simulation.order import Follow, SimulationOrder
from truceline.pipeline.simulation.simulate import simulate
from truceline.pipeline.simulation.variants import simulate_variants
from truceline.simulate.model.pictures import Plate

SCENARIO = scenario(
    "flat",
    """
    [[camera]]
    id = "quiet"
    size_px = [160, 96]
    rate_hz = 12.5
    focal_px = 160
    supplies = [[0, 10], [12, 19]]
    shows_clock = false
    recording = { group = 5, kbit_s = 200, segment_s = 60 }
    """,
    ON_THE_MAST,
    """
    [[camera]]
    id = "heat"
    band = "thermal"
    size_px = [160, 96]
    rate_hz = "25/3"
    focal_px = 160
    supplies = [[12, 14]]
    """,
    ON_THE_MAST,
    """
    [[microphone]]
    id = "mast-mic"
    at = [0, -18]
    up_m = 3
    codec = "g711"
    recorded_with = "heat"
    [[microphone]]
    id = "lone-mic"
    at = [3, -18]
    up_m = 3
    """,
    WALKER,
    """
    posture = "away"
    [[actor.step]]
    do = "come"
    when = "at 13 s"
    """,
    OVER_THE_LINE,
    """
    [variant.weather]
    air_c = [3, 9]
    """,
    duration_s=20,
)


def flat_plate(world, camera, *, sky, weather, line_en_m, seed) -> Plate:
    """Level ground of one grey, or of one temperature, without a single ray being cast."""
    height, width = camera.height_px, camera.width_px
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    pixels = np.stack([columns, rows], axis=-1).reshape(-1, 2).astype(np.float64)
    ground = ground_from_pixel(camera.true, pixels)
    points = np.concatenate([ground, np.zeros((len(ground), 1))], axis=1)
    depth = (points - camera.true.position_enu_m) @ camera.true.rotation[2]
    thermal = camera.band.value == "thermal"
    shape = (height, width)
    ones = np.ones(shape, dtype=np.float32)
    return Plate(
        light=np.full((*shape, 1 if thermal else 3), 8.0 if thermal else 0.2, dtype=np.float32),
        depth_m=np.where(np.isfinite(depth), depth, 1e6).reshape(shape).astype(np.float32),
        sunlit=ones,
        ground_enu_m=points.reshape(*shape, 3).astype(np.float32),
        up=ones.copy(),
        sway=0 * ones,
        material=np.zeros(shape, dtype=np.uint8),
        lamplight=None if thermal else 0 * ones,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("flat")
    (folder / "flat.toml").write_text(SCENARIO)
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filming, "draw_plate", flat_plate)
        order = SimulationOrder(
            str(folder / "flat.toml"), folder / "out", workers=1, scenes=folder / "scenes"
        )
        result = simulate(order, progress=silent, notice=told.append)
        again = simulate(order, progress=silent, notice=told.append)
    return folder, result, again, told


def pictures(path: Path):
    with av.open(str(path)) as container:
        return [(one.pts, one.to_ndarray(format="gray").astype(float)) for one in container.decode(video=0)]


def test_what_stands_already_is_told_and_not_made(made):
    _, result, again, told = made
    assert (result.made, again.made) == (True, False)
    assert again.recordings == result.recordings
    assert told[-1].startswith("already there")
    assert [Path(line.split()[-1]).name for line in told if line.startswith("scene")] == [
        "quiet.jpg",
        "heat.jpg",
    ]
    assert all(Path(line.split()[-1]).is_file() for line in told if line.startswith("scene"))


def test_a_quiet_file_is_made_of_groups_that_repeat(made):
    folder = made[0]
    frames = pictures(folder / "out" / "footage" / "quiet_001.mp4")
    assert len(frames) == 125
    assert [pts for pts, _ in frames] == [
        row["ticks_90khz"] for row in frames_truth(folder / "out", "quiet")[:125]
    ]
    assert all(row["actors"] == [] for row in frames_truth(folder / "out", "quiet")[:125])
    length = filming.COPIED_GROUPS * 5
    for number in range(length, 125):
        assert np.array_equal(frames[number][1], frames[number - length][1])
    assert not np.array_equal(frames[5][1], frames[10][1])


def test_a_file_in_which_somebody_walks_is_filmed_frame_by_frame(made):
    folder = made[0]
    frames = pictures(folder / "out" / "footage" / "quiet_002.mp4")
    later = frames_truth(folder / "out", "quiet")[125:]
    assert len(frames) == len(later) == 88
    seen = [number for number, row in enumerate(later) if row["actors"]]
    assert 12 <= seen[0] <= 14
    left, top, right, bottom = (round(value) for value in later[40]["actors"][0]["visible_px"])
    change = np.abs(frames[40][1] - frames[5][1])
    assert change[top:bottom, left:right].mean() > 5 * np.median(change)


def test_the_sound_of_a_microphone_lies_beside_its_cameras_pictures(made):
    folder, result, _, _ = made
    assert [path.name for path in result.recordings] == ["heat_001.mov", "quiet_001.mp4", "quiet_002.mp4"]
    with av.open(str(folder / "out" / "footage" / "heat_001.mov")) as container:
        assert container.streams.audio[0].codec_context.name == "pcm_mulaw"
        assert (container.streams.audio[0].duration or 0) / 8000 == pytest.approx(2.0, abs=0.15)
    assert (folder / "out" / "sound" / "lone-mic_001.wav").is_file()
    assert (folder / "out" / "sound" / "lone-mic_001.wav.toml").is_file()


def test_no_work_is_left_lying_about(made):
    folder = made[0]
    # Variants, which another test makes there, may stand beside it already.
    assert {path.name for path in folder.iterdir()} - {"many"} == {"flat.toml", "out", "scenes"}
    assert not list((folder / "out").rglob("*.npz"))


def test_variants_have_folders_and_seeds_of_their_own(made, monkeypatch):
    folder = made[0]
    monkeypatch.setattr(filming, "draw_plate", flat_plate)
    order = SimulationOrder(str(folder / "flat.toml"), folder / "many", seed=5, workers=1, cameras=("heat",))
    results = simulate_variants(order, 2, progress=silent, notice=lambda _: None)
    assert [one.out.name for one in results] == ["seed-0005", "seed-0006"]
    manifests = [json.loads((one.out / "manifest.json").read_text()) for one in results]
    assert [(one["seed"], one["short"]) for one in manifests] == [(5, True), (6, True)]
    assert [path.name for path in results[0].recordings] == ["heat_001.mov"]


def test_what_follows_on_a_camera_comes_before_the_other_is_filmed(made, tmp_path, monkeypatch):
    folder = made[0]
    monkeypatch.setattr(filming, "draw_plate", flat_plate)
    stood: list[str] = []

    def follow(home: Path) -> list[str]:
        stood.extend(sorted(path.name for path in (home / "footage").iterdir()))
        assert (home / "site" / "site.toml").is_file()
        return ["found  heat"]

    told: list[str] = []
    order = SimulationOrder(
        str(folder / "flat.toml"), tmp_path / "out", workers=1, follow=Follow("heat", follow)
    )
    simulate(order, progress=silent, notice=told.append)
    assert stood == ["heat_001.mov", "heat_001.mov.toml"]
    assert told == ["found  heat"]
    names = sorted(path.name for path in (tmp_path / "out" / "footage").iterdir())
    assert names == sorted(path.name for path in (folder / "out" / "footage").iterdir())
    assert all(
        (tmp_path / "out" / "footage" / name).read_bytes() == (folder / "out" / "footage" / name).read_bytes()
        for name in names
    )


def test_what_follows_needs_its_camera(made, tmp_path):
    order = SimulationOrder(
        str(made[0] / "flat.toml"), tmp_path / "out", cameras=("heat",), follow=Follow("quiet", lambda _: [])
    )
    with pytest.raises(InputError, match="no camera 'quiet'"):
        simulate(order, progress=silent, notice=lambda _: None)
    assert not list(tmp_path.iterdir())
