"""Masked evidence frames: nothing of anybody's colour is left, whatever told us that somebody is there."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.small_site import SITE
from tests.unit.pipeline.small_station import (
    COLOURS_BGR,
    SmallStation,
    make_station,
    opened,
    release_terms,
)
from truceline.config import AnalysisConfig
from truceline.detect.still.background import Background
from truceline.errors import IntegrityError
from truceline.geometry.camera import pixel_from_site, site_rays
from truceline.pipeline.analysis.files import Analysis
from truceline.pipeline.evidence_frames import (
    ANNOTATED,
    MASKED,
    Sight,
    evidence_files,
    frame_instant,
    kept_frame,
)
from truceline.pipeline.pages import write_station_page
from truceline.present.quantities import instant
from truceline.records.frames import FrameStamp
from truceline.records.site import Camera
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track
from truceline.release.mask import Subject, encode_picture, mask_area, mask_subjects
from truceline.video.probe import probe_footage
from truceline.video.source import FootageReader, VideoFrame
from truceline.video.times.timing import DRIFT

Image = NDArray[np.uint8]
Box = tuple[int, int, int, int]

VIVID = 60
"""Largest less smallest channel: the people's colours have 170 and more, ground and masks below 40."""


def vivid(picture: Image) -> NDArray[np.bool_]:
    """(height, width) pixels that are of somebody's colour."""
    wide = picture.astype(np.int16)
    result: NDArray[np.bool_] = wide.max(axis=2) - wide.min(axis=2) > VIVID
    return result


def decoded(content: bytes) -> Image:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


def frames_of(station: SmallStation) -> dict[int, Image]:
    """The footage's own pictures by presentation time stamp."""
    facts = probe_footage(station.clip)
    reader = FootageReader(station.clip, facts=facts, footage=opened(station).run.footage)
    return {frame.stamp.pts: frame.bgr.copy() for frame in reader.frames()}


def test_nothing_of_the_people_is_left_in_a_real_scan(scanned: SmallStation):
    candidate, originals = opened(scanned), frames_of(scanned)
    wanted = {frame.pts for frame in candidate.crossing.frames}
    assert len(wanted) == 4
    for pts in wanted:
        masked = decoded(kept_frame(candidate.station, candidate.run.run_id, kind=MASKED, pts=pts))
        assert vivid(originals[pts]).sum() > 200, "two people stand in the original"
        assert not vivid(masked).any()


def test_nothing_of_the_people_is_left_in_a_causal_scan(tmp_path: Path):
    """Its tracks begin late and end early: detections and what differs cover the rest."""
    causal = make_station(tmp_path, text=SITE + release_terms(), config=AnalysisConfig(causal=True))
    candidate, originals = opened(causal), frames_of(causal)
    wanted = {frame.pts for frame in candidate.crossing.frames}
    assert len(wanted) == 4
    for pts in wanted:
        masked = decoded(kept_frame(candidate.station, candidate.run.run_id, kind=MASKED, pts=pts))
        assert vivid(originals[pts]).sum() > 200, "two people stand in the original"
        assert not vivid(masked).any()


def test_every_track_is_covered_where_it_was_seen_and_where_it_was_predicted(scanned: SmallStation):
    candidate, originals = opened(scanned), frames_of(scanned)
    checked = 0
    for frame in candidate.crossing.frames:
        masked = decoded(
            kept_frame(candidate.station, candidate.run.run_id, kind=MASKED, pts=frame.pts)
        ).astype(np.int16)
        original = originals[frame.pts].astype(np.int16)
        for track in candidate.run.tracks:
            for row in np.flatnonzero(track.pts == frame.pts):
                left, top, right, bottom = mask_area(tuple(track.boxes_px[row]), height=240, width=320)
                apart = np.abs(masked - original)[top:bottom, left:right].max(axis=2)
                person = vivid(originals[frame.pts])[top:bottom, left:right]
                assert person.any()
                assert apart[person].min() > 25
                checked += 1
    assert checked == 2 * len(candidate.crossing.frames)


def test_the_picture_beside_the_masks_is_the_footage(scanned: SmallStation):
    candidate, originals = opened(scanned), frames_of(scanned)
    pts = candidate.crossing.frames[0].pts
    masked = decoded(kept_frame(candidate.station, candidate.run.run_id, kind=MASKED, pts=pts))
    apart = np.abs(masked.astype(np.int16) - originals[pts]).max(axis=2)
    assert np.mean(apart < 20) > 0.9


def test_the_stations_own_picture_shows_them(scanned: SmallStation):
    candidate = opened(scanned)
    pts = candidate.crossing.frames[0].pts
    annotated = decoded(kept_frame(candidate.station, candidate.run.run_id, kind=ANNOTATED, pts=pts))
    assert vivid(annotated).sum() > 200


DETECTED: Box = (40, 60, 56, 110)
PREDICTED: Box = (140, 60, 156, 110)
DIFFERENT: Box = (240, 60, 256, 110)


def painted(*boxes: Box) -> Image:
    picture = np.full((240, 320, 3), 110, dtype=np.uint8)
    for left, top, right, bottom in boxes:
        picture[top:bottom, left:right] = COLOURS_BGR[0]
    return picture


class OneFrame:
    """A recording of one picture."""

    facts = SimpleNamespace(index=None)
    whole_span = UtcSpan(UtcNs(0), UtcNs(1))

    def __init__(self, stamp: FrameStamp, picture: Image) -> None:
        self.shown = VideoFrame(stamp, picture)

    def frames_at(self, pts: Collection[int], *, span: UtcSpan):
        if span.contains(self.shown.stamp.utc_ns) and self.shown.stamp.pts in pts:
            yield self.shown


def masked_frame(
    scanned: SmallStation,
    *,
    detected: bool = True,
    predicted: bool = True,
    different: bool = True,
    person: Box = DETECTED,
    told: Box | None = None,
) -> Image:
    """One frame: one person is only detected, one only predicted, one only differs from the background.

    The first two stand in the background as well, so that nothing but the box tells of them; of the one who
    is detected it is ``told``, a part of ``person``.
    """
    candidate = opened(scanned)
    run, frame = candidate.run, candidate.crossing.frames[0]
    stamp = FrameStamp("mast", run.footage.digest, 0, frame.pts, frame.utc_ns, 0.2)
    picture = painted(person, PREDICTED, DIFFERENT)
    background = painted(person, PREDICTED) if different else picture
    threshold = np.full((240, 320), 24, np.uint8)
    boxes = np.array([told or person], dtype=float) if detected else np.zeros((0, 4))
    whole = run.track(candidate.crossing.track_id)
    tracks = (one_row(whole, frame.pts, PREDICTED),) if predicted else ()
    learnt = Background(background, threshold, frame.utc_ns)
    analysis = Analysis(tracks, (), (), {frame.pts: boxes}, (learnt,), ())
    crossing = replace(candidate.crossing, frames=(frame,))
    sight = Sight(candidate.site, candidate.site.camera("mast"), "clip.mp4", tracks, (crossing,))
    reader = cast("FootageReader", OneFrame(stamp, picture))
    return decoded(evidence_files(reader, analysis, sight=sight)[f"{MASKED}/{frame.pts}.jpg"])


def one_row(track: Track, pts: int, box: Box) -> Track:
    """The track's row of that frame alone, predicted and not seen, at this box."""
    kept = track.pts == pts
    return replace(
        track,
        utc_ns=track.utc_ns[kept],
        pts=track.pts[kept],
        state=track.state[kept],
        covariance=track.covariance[kept],
        boxes_px=np.array([box], dtype=float),
        observed=np.zeros(1, dtype=np.bool_),
    )


def test_whatever_tells_of_somebody_covers_them(scanned: SmallStation):
    assert not vivid(masked_frame(scanned)).any()


@pytest.mark.parametrize(
    ("left_out", "box"), [("detected", DETECTED), ("predicted", PREDICTED), ("different", DIFFERENT)]
)
def test_each_of_the_three_is_needed(scanned: SmallStation, left_out: str, box: Box):
    told = {name: name != left_out for name in ("detected", "predicted", "different")}
    shown = vivid(masked_frame(scanned, **told))  # type: ignore[arg-type]
    left, top, right, bottom = box
    assert shown[top:bottom, left:right].mean() > 0.9
    assert shown.sum() == shown[top - 8 : bottom + 8, left - 8 : right + 8].sum()


def test_a_track_is_masked_under_its_own_name_and_a_thing_without_a_track_under_a_letter(
    scanned: SmallStation,
):
    candidate = opened(scanned)
    kind = candidate.run.track(candidate.crossing.track_id).kind
    own = {"person": "P1", "vehicle": "V1"}.get(kind, "S1")
    shown = masked_frame(scanned, different=False)
    names = ((DETECTED, "A"), (PREDICTED, own))
    expected = mask_subjects(painted(DETECTED, PREDICTED), [Subject(box, name) for box, name in names])
    lettered_so = decoded(encode_picture(expected, ".jpg"))[:, :200]
    assert np.array_equal(shown[:, :200], lettered_so)


@pytest.mark.parametrize(
    "part", [pytest.param((0, 10), id="the head"), pytest.param((-10, None), id="the feet")]
)
def test_of_whom_no_track_tells_a_part_is_enough(scanned: SmallStation, part: tuple[int, int | None]):
    """Somebody of 1.9 m of whom ten rows were found is covered from head to feet."""
    feet_v = feet_under(48, 150, opened(scanned).site.camera("mast"))
    person = (40, 150, 56, round(feet_v))
    rows = range(person[1], person[3])[slice(*part)]
    told = (person[0], rows[0], person[2], rows[-1] + 1)
    assert person[3] - person[1] > 26, "the rest is more than a mask's margin"
    assert not vivid(masked_frame(scanned, person=person, told=told)).any()


def feet_under(head_u: int, head_v: int, camera: Camera) -> float:
    """The row of the feet of somebody of 1.9 m whose head is at that pixel."""
    (ray,) = site_rays(camera.calibration, np.array([[head_u, head_v]], dtype=float))
    place = camera.calibration.position_enu_m + ray * (camera.calibration.position_enu_m[2] - 1.9) / -ray[2]
    return float(pixel_from_site(camera.calibration, np.array([[*place[:2], 0.0]]))[0, 1])


def test_a_frame_has_one_time_and_one_bound_wherever_it_is_shown(scanned: SmallStation):
    candidate = opened(scanned)
    footage, frame = candidate.run.footage, candidate.crossing.frames[-1]
    facts = probe_footage(scanned.clip)
    reader = FootageReader(scanned.clip, facts=facts, footage=footage)
    stamp = next(one.stamp for one in reader.frames() if one.stamp.pts == frame.pts)
    assert frame_instant(frame, footage) == instant(stamp.utc_ns, bound_s=stamp.bound_s)
    page = write_station_page(candidate.station, candidate.site).read_text(encoding="utf-8")
    assert f"pts {frame.pts}, {frame_instant(frame, footage)}" in page
    an_hour_on = replace(frame, utc_ns=UtcNs(footage.start_utc_ns + 3600 * NS_PER_S))
    drifted = instant(an_hour_on.utc_ns, bound_s=footage.start_bound_s + DRIFT * 3600)
    assert frame_instant(an_hour_on, footage) == drifted


def test_no_crossing_needs_no_frame(scanned: SmallStation):
    candidate = opened(scanned)
    sight = Sight(candidate.site, candidate.site.camera("mast"), "clip.mp4", (), ())
    nothing = Analysis((), (), (), {}, (), ())
    assert evidence_files(cast("FootageReader", None), nothing, sight=sight) == {}


def test_a_lost_frame_is_named(station: SmallStation):
    candidate = opened(station)
    pts = candidate.crossing.frames[0].pts
    path = station.folder / "runs" / candidate.run.run_id / ANNOTATED / f"{pts}.jpg"
    path.unlink()
    with pytest.raises(IntegrityError, match="evidence frame is missing") as refused:
        write_station_page(candidate.station, candidate.site)
    assert str(Path(ANNOTATED) / f"{pts}.jpg") in str(refused.value)
