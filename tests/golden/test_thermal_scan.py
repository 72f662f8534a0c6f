"""Thermal footage of a surveyed camera: warm walkers, a gain jump, the other palette, a closed shutter."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from tests.golden.test_causal import stamp
from tests.unit.geometry.cameras import camera_of, mast
from truceline.config import AnalysisConfig
from truceline.pipeline.analysis.causal import analyse_causally
from truceline.pipeline.analysis.files import Analysis, analyse
from truceline.records.frames import FrameAccount
from truceline.track.boxes import person_boxes
from truceline.video.source import FootageReader, VideoFrame

RATE_HZ = 8
FRAMES = 128
CAMERA = replace(camera_of(mast()), band="thermal")
SETTLED = 4 * RATE_HZ
"""Causal mode needs so long until the places that were just left are learnt."""
COOLER = range(56, 72)
TURNED_PALETTE = range(72, 80)
SHUT = range(96, 104)


def crosser_en_m(at_s):
    return np.array([-4.0 + 0.5 * at_s, 5.0 - 0.8 * at_s])


def other_en_m(at_s):
    return np.array([6.0 - 0.9 * at_s, 4.0])


def rough(seed, size, *, about, spread):
    drawn = np.random.default_rng(seed).normal(about, spread, size)
    return np.asarray(cv2.resize(drawn, (320, 240)), np.float64)


def picture(number):
    number = min(number, SHUT[0] - 1) if number in SHUT else number
    draw = np.random.default_rng(number)
    ground = rough(3, (12, 16), about=95, spread=14) + rough(4, (60, 80), about=0, spread=5)
    shown = ground.copy()
    for where, warmer in ((crosser_en_m, 55), (other_en_m, -40)):
        (box,) = np.round(person_boxes(CAMERA.calibration, where(number / RATE_HZ)[None])).astype(int)
        left, top, right, bottom = np.maximum(box, 0)
        shown[top:bottom, left:right] = (ground + warmer)[top:bottom, left:right]
    shown = cv2.GaussianBlur(shown, (0, 0), 0.8) + draw.normal(0, 1.5, shown.shape)
    if number in COOLER:
        shown = 0.7 * shown + 45
    if number in TURNED_PALETTE:
        shown = 255 - shown
    grey = np.clip(np.round(shown), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


PICTURES = [picture(number) for number in range(FRAMES)]


def watched(mode) -> Analysis:
    frames = [VideoFrame(stamp(number), bgr) for number, bgr in enumerate(PICTURES)]
    reader = SimpleNamespace(
        frames=lambda *_: iter(frames),
        frame_count=FRAMES,
        facts=SimpleNamespace(duration_s=FRAMES / RATE_HZ, rate_hz=RATE_HZ, name="thermal"),
        clock=SimpleNamespace(stretch=Fraction(1)),
        usual_step_s=1 / RATE_HZ,
        gaps=(),
        interlaced=False,
        account=FrameAccount(FRAMES, FRAMES, 0, 0),
    )
    config = AnalysisConfig(causal=mode is analyse_causally)
    found: Analysis = mode(
        cast("FootageReader", reader), CAMERA, config=config, run_id="t", progress=lambda *_, **__: None
    )
    return found


@pytest.fixture(scope="module", params=[analyse, analyse_causally], ids=["files", "causal"])
def analysis(request) -> Analysis:
    return watched(request.param)


def seen_of(analysis, where):
    """Frames from the settled ones on in which somebody was seen within 0.8 m of where that walker was."""
    seen = set()
    for track in analysis.tracks:
        rows = track.observed & (track.pts >= SETTLED)
        for pts, place in zip(track.pts[rows].tolist(), track.en_m[rows], strict=True):
            if np.linalg.norm(place - where(pts / RATE_HZ)) < 0.8:
                seen.add(pts)
    return seen


@pytest.mark.parametrize("where", [crosser_en_m, other_en_m], ids=["warm", "cold"])
def test_warm_and_cold_are_seen_through_a_gain_jump_and_the_other_palette(analysis, where):
    seen = seen_of(analysis, where)
    shown = [one for one in range(SETTLED, FRAMES) if one not in SHUT and in_sight(where, one)]
    assert len(seen & set(shown)) >= 0.9 * len(shown)
    assert len(seen & set(TURNED_PALETTE)) >= 0.75 * len(TURNED_PALETTE)


def in_sight(where, number):
    (box,) = person_boxes(CAMERA.calibration, where(number / RATE_HZ)[None])
    return box[0] >= 2 and box[2] <= 318 and box[1] >= 2 and box[3] <= 238


def test_nobody_else_is_there(analysis):
    for track in analysis.tracks:
        rows = track.observed & (track.pts >= SETTLED)
        for pts, place in zip(track.pts[rows].tolist(), track.en_m[rows], strict=True):
            apart = [np.linalg.norm(place - where(pts / RATE_HZ)) for where in (crosser_en_m, other_en_m)]
            assert min(apart) < 2.0


def test_a_closed_shutter_is_a_gap_in_which_nobody_stops(analysis):
    (gap,) = analysis.gaps
    assert gap.reason.kind == "frozen"
    assert (gap.span.start_utc_ns, gap.span.end_utc_ns) == (
        stamp(SHUT[0]).utc_ns,
        stamp(SHUT[-1] + 1).utc_ns,
    )
    # Causal mode knows of a freeze when it has seen three pictures of it.
    told = {one for track in analysis.tracks for one in track.pts[track.observed].tolist()}
    assert not told & set(SHUT[2:])
    for track in analysis.tracks:
        rows = np.isin(track.pts, SHUT)
        if rows.any() and len(track.pts) > 40:
            assert np.linalg.norm(track.state[rows, 2:], axis=1).min() > 0.3
