"""Causal mode on drawn walkers: what is told of a frame does not know what comes after it."""

from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tests.unit.events.walks import line_of
from tests.unit.geometry.cameras import camera_of, mast
from tests.unit.video.clips import START
from truceline.config import AnalysisConfig
from truceline.detect.evidence import evidence
from truceline.events.crossing import CrossingSettings, Viewpoint
from truceline.events.settled import SettlingSettings, settled_crossings
from truceline.pipeline.analysis.causal import MOVED_M, TOLD_UNSEEN_S, analyse_causally
from truceline.pipeline.analysis.files import Analysis, analyse
from truceline.records.digests import sha256_of
from truceline.records.frames import FrameAccount, FrameStamp
from truceline.records.time import NS_PER_S, UtcNs
from truceline.track.boxes import person_boxes
from truceline.video.source import FootageReader, VideoFrame

RATE_HZ = 8
FRAMES = 96
CAMERA = camera_of(mast())
SETTLED = 4 * RATE_HZ
CUTS = (1, 17, 50, 81)
OUT_OF_SIGHT = range(40, 48)
"""The crosser cannot be seen in these frames: a second behind something."""


def crosser_en_m(at_s):
    """Comes from the north, passes the line at 3.75 s, is 2.5 m south of it at 6 s, is back at 8.25 s."""
    return np.array([-3.0 + 0.5 * at_s, abs(at_s - 6.0) * 2.5 / 2.25 - 2.5])


def walker_en_m(at_s):
    return np.array([6.0 - 0.9 * at_s, 4.0])


def standing_en_m(at_s):
    """Somebody who stands there from the first frame on and goes after two seconds."""
    return np.array([4.0 + 1.2 * max(at_s - 2.0, 0.0), -5.0])


def picture(number):
    """The picture of a frame: noise on a chequered ground, with the three who are in sight."""
    draw = np.random.default_rng(number)
    ground = np.random.default_rng(7).integers(90, 130, (60, 80, 3)).repeat(4, axis=0).repeat(4, axis=1)
    shown = ground + draw.integers(-2, 3, ground.shape)
    people = [(walker_en_m, (30, 40, 200)), (crosser_en_m, (200, 60, 30)), (standing_en_m, (20, 20, 20))]
    for where, colour in people:
        if where is crosser_en_m and number in OUT_OF_SIGHT:
            continue
        (box,) = np.round(person_boxes(CAMERA.calibration, where(number / RATE_HZ)[None])).astype(int)
        left, top, right, bottom = np.maximum(box, 0)
        shown[top:bottom, left:right] = colour
    return np.clip(shown, 0, 255).astype(np.uint8)


PICTURES = [picture(number) for number in range(FRAMES)]


def stamp(number):
    at_utc_ns = UtcNs(START + round(number / RATE_HZ * NS_PER_S))
    return FrameStamp("west", sha256_of(b"drawn"), number, number, at_utc_ns, 0.1)


def reader_of(frames):
    """A recording of the first frames, and nothing else of them."""
    facts = SimpleNamespace(duration_s=frames / RATE_HZ, rate_hz=RATE_HZ)
    shown = [VideoFrame(stamp(number), PICTURES[number]) for number in range(frames)]
    return cast(
        "FootageReader",
        SimpleNamespace(
            frames=lambda _span=None: iter(shown),
            frame_count=frames,
            account=FrameAccount(frames, frames, 0, 0),
            gaps=(),
            span=None,
            interlaced=False,
            facts=facts,
            clock=SimpleNamespace(stretch=Fraction(1)),
            usual_step_s=1 / RATE_HZ,
        ),
    )


def told_of(frames, *, mode=analyse_causally) -> Analysis:
    config = AnalysisConfig(causal=mode is analyse_causally)
    found: Analysis = mode(
        reader_of(frames), CAMERA, config=config, run_id="drawn", progress=lambda *_, **__: None
    )
    return found


@pytest.fixture(scope="module")
def whole() -> Analysis:
    return told_of(FRAMES)


@pytest.fixture(scope="module", params=CUTS)
def cut(request) -> tuple[int, Analysis]:
    return request.param, told_of(request.param)


def rows_until(analysis, frames):
    """Every value told of a frame before ``frames``, as bytes, by track."""
    kept = {}
    for track in analysis.tracks:
        early = track.pts < frames
        if early.any():
            columns = (track.pts, track.utc_ns, track.state, track.covariance, track.boxes_px, track.observed)
            kept[track.track_id] = b"".join(np.ascontiguousarray(one[early]).tobytes() for one in columns)
    return kept


def test_what_was_told_does_not_change_with_what_comes_later(whole, cut):
    frames, known = cut
    assert rows_until(known, frames) == rows_until(whole, frames)
    assert list(known.boxes_px) == list(range(frames))
    for number in range(frames):
        np.testing.assert_array_equal(known.boxes_px[number], whole.boxes_px[number])


def test_two_passes_do_know_what_comes_later():
    """What the test above would not see if it compared nothing: files mode fails it."""
    known, later = told_of(50, mode=analyse), told_of(FRAMES, mode=analyse)
    assert rows_until(known, 50) != rows_until(later, 50)


def settled_until(analysis, utc_ns):
    """The crossings settled by then, as what they say."""
    said = []
    for one in analysis.chains:
        viewpoint = Viewpoint(CAMERA, sha256_of(b"drawn"), 0.1)
        settings = SettlingSettings(CrossingSettings(0.3, 11))
        known = one.known_part(draws=100, seed=11)
        found = settled_crossings(one.utc_ns, known, viewpoint=viewpoint, line=line_of(), settings=settings)
        early = [each for each in found if each.settled_utc_ns < utc_ns]
        said += [
            (each.stated_utc_ns, each.settled_utc_ns, repr(each.first), repr(each.last)) for each in early
        ]
    return sorted(said)


def test_a_settled_crossing_does_not_change_with_what_comes_later(whole):
    until = stamp(93).utc_ns
    known = settled_until(told_of(94), until)
    assert known == settled_until(whole, until)
    assert len(known) == 1


def test_the_three_are_told_where_they_are(whole):
    """From the fourth second on: until then the places that were just left look like somebody."""
    apart = []
    for number in range(SETTLED, FRAMES):
        at_s = number / RATE_HZ
        places = np.array([crosser_en_m(at_s), walker_en_m(at_s), standing_en_m(at_s)])
        for track in whole.tracks:
            here = track.en_m[(track.pts == number) & track.observed]
            apart += [np.linalg.norm(places - place, axis=1).min() for place in here]
    assert len(apart) > 1.8 * (FRAMES - SETTLED)
    assert np.quantile(apart, 0.95) < 0.6


def test_who_is_out_of_sight_is_told_for_a_moment_only(whole):
    """Told as predicted, never as seen, and not for longer than stated."""
    (chain,) = (
        number
        for number, track in enumerate(whole.tracks)
        if np.linalg.norm(track.en_m - [crosser_en_m(pts / RATE_HZ) for pts in track.pts], axis=1).mean()
        < 0.8
        and len(track.pts) > FRAMES / 2
    )
    track = whole.tracks[chain]
    unseen = {int(pts) for pts in track.pts[~track.observed]}
    assert unseen >= set(OUT_OF_SIGHT[: int(TOLD_UNSEEN_S * RATE_HZ)])
    assert not set(OUT_OF_SIGHT[int(TOLD_UNSEEN_S * RATE_HZ) :]) & {int(pts) for pts in track.pts}
    assert set(whole.chains[chain].chain.frames) >= set(range(48, 60))


def test_a_track_is_told_in_order_and_under_a_name_of_its_own(whole):
    assert len({track.track_id for track in whole.tracks}) == len(whole.tracks) == len(whole.chains)
    for track, one in zip(whole.tracks, whole.chains, strict=True):
        assert all(later > earlier for earlier, later in pairwise(track.pts.tolist()))
        assert track.track_id == one.name
    assert whole.paths == ()


def test_the_background_that_is_kept_shows_nobody(whole):
    """Masks are drawn against it: who stood there in the first frame must differ from it."""
    (kept,) = whole.backgrounds
    (box,) = np.round(person_boxes(CAMERA.calibration, standing_en_m(0.0)[None])).astype(int)
    left, top, right, bottom = box
    body = np.zeros((240, 320), bool)
    body[top:bottom, left:right] = True
    assert evidence(PICTURES[0], kept).mask[body].mean() > 0.9


def test_a_ghost_is_never_taken_for_somebody_who_moved(whole):
    """The walker passes the place where the crosser began; what is left there then must still be learnt."""
    reaches: dict[bool, list[float]] = {}
    for track, one in zip(whole.tracks, whole.chains, strict=True):
        truths = [
            np.linalg.norm(track.en_m - [where(pts / RATE_HZ) for pts in track.pts], axis=1).mean()
            for where in (crosser_en_m, walker_en_m, standing_en_m)
        ]
        reaches.setdefault(bool(min(truths) < 0.5), []).append(one.chain.reach)
    assert len(reaches[True]) == 3
    assert min(reaches[True]) > MOVED_M > max(reaches[False])
    assert max(track.pts[-1] for track in whole.tracks if len(track.pts) < 30) < SETTLED
