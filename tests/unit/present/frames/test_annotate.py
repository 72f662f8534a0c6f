"""Annotated frames: nothing on the evidence, dashes and dots where not seen, the caption below."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.present import sample_views as sample
from truceline.geometry.camera import pixel_from_site
from truceline.present.frames.annotate import annotate_frame, strip_height_px, trail_picture
from truceline.present.frames.lettering import fitted, panel
from truceline.present.frames.overlay import foot_ellipse_px, line_mark
from truceline.present.views.frames import FrameCaption, FrameScene, LineMark, SubjectMark, TrailPath

CAPTION = FrameCaption("05:00:27.68 UTC ± 0.05 s", "14:00:27 UTC+9", "camera 1", "drawn.mp4", "simulated")
NOTHING = np.zeros((0, 2))


def frame(width: int = 960, height: int = 540) -> np.ndarray:
    return np.random.default_rng(5).integers(60, 160, (height, width, 3), dtype=np.uint8)


def subject(box=(400.0, 200.0, 424.0, 260.0), **changes: object) -> SubjectMark:
    trail = np.array([[300.0, 250.0], [360.0, 255.0], [412.0, 259.0]])
    whole = SubjectMark("P1", "person", box, True, trail, np.ones(3, dtype=bool))
    return replace(whole, **changes)  # type: ignore[arg-type]


def scene(*subjects: SubjectMark, line: LineMark | None = None) -> FrameScene:
    return FrameScene(subjects, line, CAPTION)


def across(y: float = 230.0) -> LineMark:
    return LineMark(np.array([[0.0, y], [959.0, y]]), None, "line", ("A", "B"))


def test_the_frame_is_not_changed_and_the_strip_stands_below():
    original = frame()
    kept = original.copy()
    drawn = annotate_frame(original, scene())
    assert np.array_equal(original, kept)
    assert np.array_equal(drawn[:540], kept)
    assert drawn.shape == (540 + strip_height_px(960, height_px=540), 960, 3)
    assert len(np.unique(drawn[540:].reshape(-1, 3), axis=0)) > 10


@pytest.mark.parametrize(("width", "height"), [(960, 540), (768, 576), (320, 240), (384, 289), (64, 48)])
def test_the_height_is_even_and_depends_on_the_size_only(width: int, height: int):
    original = frame(width, height)
    plain = annotate_frame(original, FrameScene((), None, FrameCaption("", "", "", "", "")))
    full = annotate_frame(original, scene(subject((10, 10, 30, 40))))
    assert plain.shape == full.shape
    assert plain.shape[0] % 2 == 0


def test_no_mark_lies_on_a_subject():
    subjects = (
        subject(selected=True, note="3.0 ± 0.2 m south"),
        subject(
            (460.0, 205.0, 484.0, 262.0),
            label="P2",
            trail_px=np.array([[300.0, 230.0], [700.0, 235.0]]),
            trail_observed=np.ones(2, dtype=bool),
        ),
    )
    original = frame()
    drawn = annotate_frame(original, scene(*subjects, line=across()))
    for one in subjects:
        left, top, right, bottom = (int(edge) for edge in one.box_px)
        assert np.array_equal(drawn[top:bottom, left:right], original[top:bottom, left:right])
    assert not np.array_equal(drawn[225:235, 0:100], original[225:235, 0:100])


def test_a_crowd_without_room_for_labels_is_said_in_the_strip():
    crowd = tuple(
        subject(
            (4.0 + 22 * column, 4.0 + 22 * row, 18.0 + 22 * column, 18.0 + 22 * row),
            label=f"P{row}{column}",
            trail_px=NOTHING,
            trail_observed=np.zeros(0, dtype=bool),
        )
        for row in range(12)
        for column in range(30)
    )
    original = frame(664, 268)
    drawn = annotate_frame(original, scene(*crowd))
    for one in crowd:
        left, top, right, bottom = (int(edge) for edge in one.box_px)
        assert np.array_equal(
            drawn[top + 3 : bottom - 3, left + 3 : right - 3],
            original[top + 3 : bottom - 3, left + 3 : right - 3],
        )
    lone = annotate_frame(original, scene(crowd[0]))
    assert not np.array_equal(drawn[268:], lone[268:])


def test_a_box_not_observed_is_dashed():
    original = np.full((540, 960, 3), 100, dtype=np.uint8)
    wide = (400.0, 200.0, 500.0, 300.0)
    seen = annotate_frame(original, scene(subject(wide)))[196, 400:500]
    unseen = annotate_frame(original, scene(subject(wide, observed=False)))[196, 400:500]
    assert (seen != 100).any(axis=1).all()
    assert 0.2 < (unseen == 100).all(axis=1).mean() < 0.8


def test_a_trail_not_observed_is_dotted():
    original = np.full((540, 960, 3), 100, dtype=np.uint8)
    path = np.array([[100.0, 400.0], [300.0, 400.0]])

    def touched(observed: bool) -> float:
        marks = np.full(2, observed)
        drawn = annotate_frame(original, scene(subject(trail_px=path, trail_observed=marks)))
        return float((drawn[400, 110:290] != 100).any(axis=1).mean())

    assert touched(True) == 1.0
    assert 0.3 < touched(False) < 0.9


@pytest.mark.parametrize(
    "box",
    [
        (-50.0, -50.0, 20.0, 20.0),
        (940.0, 500.0, 1200.0, 900.0),
        (-1e9, -1e9, 1e9, 1e9),
        (2000.0, 0.0, 2010.0, 9.0),
    ],
)
def test_a_box_out_of_the_picture_is_survived(box):
    drawn = annotate_frame(frame(), scene(subject(box)))
    assert drawn.shape[1] == 960


def test_a_line_with_holes_is_drawn_in_pieces():
    original = np.full((540, 960, 3), 100, dtype=np.uint8)
    broken = np.array([[0.0, 300.0], [200.0, 300.0], [np.nan, np.nan], [600.0, 300.0], [900.0, 300.0]])
    shift = np.array([0.0, 6.0])
    drawn = annotate_frame(original, scene(line=LineMark(broken, (broken - shift, broken + shift), "")))
    assert (drawn[300, 20:180] != 100).any(axis=1).all()
    assert (drawn[300, 220:580] == 100).all()
    assert 0 < (drawn[294, 20:180] != 100).any(axis=1).mean() < 1


def test_the_line_of_a_camera_passes_through_its_projected_vertices():
    site = sample.site()
    mark = line_mark(site.line, camera=site.cameras[0])
    vertex = pixel_from_site(site.cameras[0].calibration, np.array([[2.0, 0.0, 0.0]]))[0]
    assert np.nanmin(np.linalg.norm(mark.path_px - vertex, axis=1)) < 1e-6
    assert mark.label == "line MDL, version drawn.1, ± 0.20 m (95 %)"
    assert mark.band_px is not None
    gap_px = np.nanmedian(np.abs(mark.band_px[0][:, 1] - mark.band_px[1][:, 1]))
    assert 1 < gap_px < 12


def test_a_line_behind_the_camera_is_left_out():
    site = sample.site()
    behind = replace(site.line, vertices_en_m=np.array([[-20.0, -60.0], [20.0, -60.0]]))
    assert np.isnan(line_mark(behind, camera=site.cameras[0]).path_px).all()


def test_the_foot_ellipse_surrounds_the_foot():
    camera = sample.site().cameras[0]
    outline = foot_ellipse_px(np.array([1.0, 2.0]), np.eye(2) * 0.04, camera=camera)
    assert outline is not None
    foot = pixel_from_site(camera.calibration, np.array([[1.0, 2.0, 0.0]]))[0]
    assert (outline.min(axis=0) < foot).all()
    assert (outline.max(axis=0) > foot).all()
    assert foot_ellipse_px(np.array([0.0, -60.0]), np.eye(2), camera=camera) is None


def test_digits_have_one_width_and_long_texts_keep_their_ends():
    colours = {"ink": (255, 255, 255), "ground": (0, 0, 0)}
    widths = {panel(f"{digit}{digit}", height_px=20, **colours).shape[1] for digit in range(10)}
    assert len(widths) == 1
    text = "a very long file name that fits nowhere.mp4"
    assert fitted(text, height_px=20, width_px=120, colours=((255,) * 3, (0,) * 3)).shape[1] <= 120
    assert panel("", height_px=20, **colours).shape == (20, 0, 3)


def test_a_plus_minus_sign_is_drawn_and_not_replaced():
    colours = {"ink": (255, 255, 255), "ground": (0, 0, 0)}
    assert not np.array_equal(panel("±", height_px=30, **colours), panel("?", height_px=30, **colours))
    assert panel("±", height_px=30, **colours).max() > 200


def test_a_trail_picture_shows_trails_line_and_ends():
    background = np.full((288, 384, 3), 120, dtype=np.uint8)
    path = TrailPath("P1", "person", np.array([[20.0, 40.0], [300.0, 200.0]]), np.ones(2, dtype=bool), True)
    with_trail = trail_picture(
        background, (path,), line=LineMark(np.array([[0.0, 250.0], [383.0, 250.0]]), None, "")
    )
    without = trail_picture(background, ())
    assert with_trail.shape == background.shape
    assert (with_trail != without).any(axis=2).sum() > 500
    assert (background == 120).all()
    assert len(np.unique(without)) == 1
