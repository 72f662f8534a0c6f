"""The parts of a look: lines, clips, what counts as moving, what is said of it."""

from fractions import Fraction

import numpy as np
import pytest

from tests.unit.detect.thermal.pictures import ground, shot, with_body
from tests.unit.video.clips import reader_of
from truceline.errors import InputError
from truceline.pipeline.look.clip import TOGETHER, StillSeries, check_line, clip_reader, look, probe_clip
from truceline.pipeline.look.pictures import line_mark_px, sized
from truceline.pipeline.look.scene import floor_for
from truceline.pipeline.look.subjects import Subject, find_subjects, moves
from truceline.pipeline.progress import silent
from truceline.release.mask import encode_picture
from truceline.video.writing import Encoding, write_video


def wall(height=120, width=160, *, seed=5):
    blocks = np.random.default_rng(seed).integers(90, 140, (height // 10, width // 10, 3))
    return blocks.repeat(10, 0).repeat(10, 1).astype(np.uint8)


def walk(frames=30, *, level=230, standing=0):
    """A box that walks to the right, stands for so many frames, and walks on."""
    scene = wall()
    for number in range(frames + standing):
        steps = min(number, frames // 2) + max(number - frames // 2 - standing, 0)
        picture = scene.copy()
        picture[40:90, 10 + 4 * steps : 26 + 4 * steps] = level
        yield picture


def subject(foot_px, *, observed=None, height=40.0, step_s=0.1):
    foot = np.asarray(foot_px, float)
    rows = len(foot)
    boxes = np.column_stack([foot[:, 0] - 8, foot[:, 1] - height, foot[:, 0] + 8, foot[:, 1]])
    return Subject(
        label="S1",
        pts=np.arange(rows),
        seconds=np.arange(rows) * step_s,
        foot_px=foot,
        boxes_px=boxes,
        observed=np.ones(rows, bool) if observed is None else np.asarray(observed, bool),
    )


def along(xs):
    return np.column_stack([xs, np.full(len(xs), 80.0)])


@pytest.mark.parametrize(
    ("name", "one", "kept"),
    [
        ("walks", subject(along(np.linspace(0, 60, 20))), True),
        ("walks, then stands", subject(along(np.r_[np.linspace(0, 60, 10), np.full(90, 60.0)])), True),
        ("stands", subject(along(np.full(20, 30.0))), False),
        ("flickers about one place", subject(along([30.0, 30, 30, 90, 30, 30, 30, 90, 30, 30, 30])), False),
        ("too short", subject(along(np.linspace(0, 60, 5))), False),
        ("three stills, a second apart", subject(along([0.0, 20, 40]), step_s=1.0), False),
        ("four stills, a second apart", subject(along([0.0, 20, 40, 60]), step_s=1.0), True),
        (
            "hardly ever seen",
            subject(along(np.linspace(0, 60, 20)), observed=[True] * 3 + [False] * 16 + [True]),
            False,
        ),
    ],
)
def test_what_counts_as_moving(name, one, kept):
    assert moves(one) is kept, name


@pytest.mark.parametrize("standing", [0, 20])
def test_one_box_is_one_track_even_when_it_stands_for_a_while(tmp_path, standing):
    path = tmp_path / "clip.mp4"
    write_video(path, walk(standing=standing), encoding=Encoding(Fraction(10), crf=18))
    analysis = find_subjects(reader_of(path), progress=silent)
    (one,) = analysis.subjects
    assert one.observed.mean() > 0.9
    assert len(one.pts) >= 28 + standing
    assert float(np.median(one.heights_px)) == pytest.approx(50, abs=4)
    assert analysis.gaps == ()
    assert analysis.changed_share == 0


def test_a_camera_that_was_knocked_is_a_gap(tmp_path):
    path = tmp_path / "clip.mp4"
    pictures = [*([wall()] * 30), *([wall(seed=9)] * 6), *([wall()] * 30)]
    write_video(path, pictures, encoding=Encoding(Fraction(10), crf=18))
    analysis = find_subjects(reader_of(path), progress=silent)
    (gap,) = analysis.gaps
    assert gap.reason.kind == "changed"
    assert (gap.span.end_utc_ns - gap.span.start_utc_ns) / 1e9 == pytest.approx(0.6, abs=0.01)
    assert analysis.changed_share == pytest.approx(6 / 66)


def test_stills_are_a_second_apart_and_the_page_says_so(tmp_path):
    folder = tmp_path / "stills"
    folder.mkdir()
    for number, picture in enumerate(walk(12)):
        (folder / f"{number:03d}.png").write_bytes(encode_picture(picture, ".png"))
    assert probe_clip(folder).duration_s == 12
    notices: list[str] = []
    result = look(
        folder,
        out=tmp_path / "out",
        line_px=(40.0, 0.0, 40.0, 119.0),
        progress=silent,
        notice=notices.append,
    )
    assert result.tracks == 1
    (crossing,) = result.crossings
    assert (
        crossing.from_side == "right"
    )  # A lies above B: who looks down the picture has its left on the right.
    assert "one a second is assumed" in result.page.read_text(encoding="utf-8")
    assert notices[0].startswith("1 track in the picture; not metric")
    assert notices[1] == f"not observed: {TOGETHER}"
    page = result.page.read_text(encoding="utf-8")
    listed = page[page.index("What was not observed") :]
    assert listed.index("People close together become one track") < listed.index("The camera is taken")


def test_a_line_may_run_along_the_very_edge_and_no_further(tmp_path):
    path = tmp_path / "clip.mp4"
    write_video(path, [wall(40, 60)] * 2, encoding=Encoding(Fraction(10)))
    facts = probe_clip(path)
    check_line(None, facts=facts)
    check_line((0.0, 0.0, 60.0, 40.0), facts=facts)
    with pytest.raises(InputError, match="60×40"):
        check_line((0.0, 0.0, 60.0, 40.1), facts=facts)


def test_a_recording_format_that_is_not_read_is_named(tmp_path):
    with pytest.raises(InputError, match="CPTV"):
        probe_clip(tmp_path / "possum.cptv")


def test_pictures_without_colour_get_the_thermal_floor():
    colour = np.zeros((20, 20, 3), np.uint8)
    colour[..., 2] = 200
    assert floor_for([np.full((20, 20, 3), 90, np.uint8)]) < floor_for([colour])


def test_small_pictures_are_enlarged_by_repeating_their_pixels():
    picture = wall(20, 30)
    assert np.array_equal(sized(picture, 3.0)[::3, ::3], picture)
    assert sized(picture, 0.5).shape == (10, 15, 3)


def test_the_line_is_drawn_without_a_band():
    mark = line_mark_px((1.0, 2.0, 3.0, 4.0), scale=2.0)
    assert mark is not None
    assert mark.band_px is None
    assert mark.path_px.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    assert line_mark_px(None, scale=2.0) is None


def stills(folder, frames=12):
    folder.mkdir()
    for number, picture in enumerate(walk(frames)):
        (folder / f"{number:03d}.png").write_bytes(encode_picture(picture, ".png"))
    return folder


def test_stills_of_a_known_rate_keep_it(tmp_path):
    reader = clip_reader(StillSeries(stills(tmp_path / "stills"), 2.0))
    (one,) = find_subjects(reader, progress=silent).subjects
    assert np.diff(one.seconds) == pytest.approx(0.5)
    assert reader.span is not None
    assert (reader.span.end_utc_ns - reader.span.start_utc_ns) / 1e9 == pytest.approx(6.0)


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, float("nan"), float("inf"), 121.0])
def test_what_is_no_rate_is_refused(tmp_path, rate_hz):
    with pytest.raises(InputError, match="is no rate"):
        clip_reader(StillSeries(tmp_path, rate_hz))


def thermal_clip(path, *, frozen=()):
    """A warm body that walks before a noisy sensor whose gain jumps; some frames repeat the one before."""
    pictures: list[np.ndarray] = []
    for number in range(60):
        if number in frozen:
            pictures.append(pictures[-1])
            continue
        gain, offset = (1.4, -30.0) if 20 <= number < 26 else (1.0, 0.0)
        grey = shot(with_body(ground(), left=4 + 3 * number // 2), number, gain=gain, offset=offset)
        pictures.append(np.repeat(grey[..., None], 3, axis=2))
    write_video(path, pictures, encoding=Encoding(Fraction(10), crf=4))
    return path


def test_a_body_before_a_thermal_camera_is_one_track_through_a_gain_jump_and_a_freeze(tmp_path):
    clip = thermal_clip(tmp_path / "clip.mp4", frozen=range(40, 46))
    analysis = find_subjects(clip_reader(clip), progress=silent)
    (one,) = analysis.subjects
    (gap,) = analysis.gaps
    assert gap.reason.kind == "frozen"
    assert gap.span.start_utc_ns / 1e9 == pytest.approx(4.0, abs=0.11)
    assert gap.span.end_utc_ns / 1e9 == pytest.approx(4.6, abs=0.11)
    assert len(one.pts) >= 58
    assert not one.observed[41:45].any()
    assert one.observed[:38].mean() > 0.95
    step = np.diff(one.foot_px[38:50, 0])
    assert step.min() > 0.3, "it does not stop while the picture does"
