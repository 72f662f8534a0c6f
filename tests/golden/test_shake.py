"""A camera that sways, is turned away, comes back: drawn walkers with known places."""

from dataclasses import dataclass, field
from typing import cast

import cv2
import numpy as np
import pytest

from tests.golden.test_causal import (
    CAMERA,
    FRAMES,
    PICTURES,
    RATE_HZ,
    SETTLED,
    crosser_en_m,
    reader_of,
    stamp,
    standing_en_m,
    walker_en_m,
)
from truceline.config import AnalysisConfig
from truceline.detect.appearance import LENGTH
from truceline.detect.detector import Detector, Observation
from truceline.detect.still.background import Background
from truceline.detect.still.steady import STILL, Sway
from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.analysis import causal
from truceline.pipeline.analysis import files as analysing
from truceline.pipeline.analysis.causal import analyse_causally
from truceline.pipeline.analysis.files import Analysis, analyse
from truceline.records.detections import Detections
from truceline.track.boxes import person_boxes
from truceline.video.source import VideoFrame

MODES = [pytest.param(analyse, id="files"), pytest.param(analyse_causally, id="causal")]
PLACES = (crosser_en_m, walker_en_m, standing_en_m)


def swayed(bgr, right, down):
    matrix = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    moved = cv2.warpAffine(bgr, matrix, (320, 240), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.uint8)


def sway_px(number, size_px):
    """About no shift, from off it on."""
    turn = 2 * np.pi * number / RATE_HZ
    return size_px * np.array([np.cos(0.9 * turn), 0.7 * np.sin(1.3 * turn + 1)])


def watched(mode, pictures) -> Analysis:
    reader = reader_of(FRAMES)
    shown = [VideoFrame(stamp(number), bgr) for number, bgr in enumerate(pictures)]
    reader.frames = lambda *_: iter(shown)
    config = AnalysisConfig(causal=mode is analyse_causally)
    found: Analysis = mode(reader, CAMERA, config=config, run_id="drawn", progress=lambda *_, **__: None)
    return found


RESTING = 44
"""By then causal mode knows where a swaying camera rests."""


def apart_m(analysis, first=SETTLED):
    """Distance of every seen row to the nearest walker, after the first seconds."""
    apart = []
    for track in analysis.tracks:
        rows = track.observed & (track.pts >= first)
        for pts, place in zip(track.pts[rows].tolist(), track.en_m[rows], strict=True):
            apart.append(min(np.linalg.norm(place - where(pts / RATE_HZ)) for where in PLACES))
    return np.array(apart)


@pytest.fixture(scope="module")
def still():
    return {mode: apart_m(watched(mode, PICTURES), RESTING) for mode in (analyse, analyse_causally)}


@pytest.mark.parametrize("size_px", [0.8, 2.5, 6.0])
@pytest.mark.parametrize("mode", MODES)
def test_a_swaying_camera_sees_nearly_as_much_nearly_as_well(mode, size_px, still):
    pictures = [swayed(bgr, *sway_px(number, size_px)) for number, bgr in enumerate(PICTURES)]
    found = watched(mode, pictures)
    assert found.gaps == ()
    apart = apart_m(found, RESTING)
    assert len(apart) > 0.9 * len(still[mode])
    assert np.median(apart) < np.median(still[mode]) + 0.1
    assert np.quantile(apart, 0.9) < np.quantile(still[mode], 0.9) + 0.25


def test_boxes_are_where_the_frame_shows_them():
    """So that the mask of a release covers who is there, however the camera swayed at that moment."""
    pictures = [swayed(bgr, *sway_px(number, 6.0)) for number, bgr in enumerate(PICTURES)]
    found = watched(analyse, pictures)
    errors = []
    for number in range(SETTLED, FRAMES):
        (box,) = person_boxes(CAMERA.calibration, walker_en_m(number / RATE_HZ)[None])
        true = box + np.tile(sway_px(number, 6.0), 2)
        boxes = found.boxes_px[number]
        if len(boxes):
            errors.append(np.abs(boxes - true).max(axis=1).min())
    assert len(errors) > 0.9 * (FRAMES - SETTLED)
    assert np.median(errors) < 3.0


def away(bgr):
    """What a camera sees that was turned by a third of its view."""
    return np.roll(bgr, 110, axis=1)


@pytest.mark.parametrize("mode", MODES)
def test_a_camera_that_was_turned_away_is_told_and_measures_nothing_until_it_is_back(mode):
    turned = range(48, 72)
    pictures = [away(bgr) if number in turned else bgr for number, bgr in enumerate(PICTURES)]
    found = watched(mode, pictures)
    (gap,) = found.gaps
    assert gap.reason.kind == "moved"
    assert gap.span.start_utc_ns == stamp(turned[0]).utc_ns
    assert gap.span.end_utc_ns == stamp(turned[-1] + 1).utc_ns
    told = {one for track in found.tracks for one in track.pts[track.observed].tolist()}
    assert not told & set(turned)
    assert len(told & set(range(72, FRAMES))) > 20
    assert np.quantile(apart_m(found), 0.9) < 0.7


@pytest.mark.parametrize("mode", MODES)
def test_a_picture_that_is_torn_for_a_moment_is_no_camera_that_moved(mode):
    pictures = [away(bgr) if number in (50, 51) else bgr for number, bgr in enumerate(PICTURES)]
    (gap,) = watched(mode, pictures).gaps
    assert gap.reason.kind == "changed"
    assert gap.span.start_utc_ns == stamp(50).utc_ns
    assert gap.span.end_utc_ns == stamp(52).utc_ns


@dataclass
class AlwaysOne:
    """A detector that needs no background: it says where one walker is, and asks no pixel."""

    scale: float = 1.0
    asked: list[int] = field(default_factory=list)

    def reduced(self, bgr):
        return bgr

    def learn(self, samples, *, centre_utc_ns, free=None):  # noqa: ARG002 - as the protocol has it
        return Background(samples[0], np.full(samples[0].shape[:2], 255, np.uint8), centre_utc_ns)

    def sway(self, bgr, background) -> Sway:  # noqa: ARG002
        return STILL

    def nothing(self, stamp):
        none = Detections(stamp, np.zeros((0, 4)), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2, 2)))
        return Observation(none, np.zeros((0, LENGTH)), np.zeros((240, 320), np.uint8), changed=False)

    def detect(self, stamp, bgr, *, background):  # noqa: ARG002
        self.asked.append(stamp.pts)
        place = walker_en_m(stamp.pts / RATE_HZ)
        foot = pixel_from_site(CAMERA.calibration, np.array([[*place, 0.0]]))
        boxes = person_boxes(CAMERA.calibration, place[None])
        found = Detections(stamp, boxes, np.ones(1), foot, np.eye(2)[None])
        return Observation(found, np.zeros((1, LENGTH)), np.zeros((240, 320), np.uint8), changed=False)


@pytest.mark.parametrize(("mode", "where"), [(analyse, analysing), (analyse_causally, causal)])
def test_another_detector_stands_in_the_same_place(mode, where, monkeypatch):
    detector = AlwaysOne()
    monkeypatch.setattr(where, "detector_for", lambda _: cast("Detector", detector))
    found = watched(mode, [np.zeros((240, 320, 3), np.uint8)] * FRAMES)
    (track,) = found.tracks
    assert len(track.pts) > 0.9 * FRAMES
    assert len(detector.asked) >= FRAMES - 1
    truth = np.array([walker_en_m(pts / RATE_HZ) for pts in track.pts])
    assert np.linalg.norm(track.en_m - truth, axis=1).max() < 0.3
