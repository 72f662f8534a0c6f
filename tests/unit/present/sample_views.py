"""Views made by hand for the tests of pages: one site, one camera, two crossings, one gap."""

from dataclasses import replace

import cv2
import numpy as np

from truceline.geometry.camera import look_at_rotation
from truceline.present.views.footage import Picture, Recording
from truceline.present.views.look import ClipCrossing, ClipFacts, ClipGap, ClipTrack, LookView
from truceline.present.views.place import place_of
from truceline.present.views.release import DecisionView, EvidenceFile, ReleaseView
from truceline.present.views.scan import ScanView
from truceline.present.views.subjects import CrossingView, TrackView
from truceline.records.columns import FloatColumn
from truceline.records.digests import sha256_of
from truceline.records.events import Crossing, EvidenceFrame, Interval, UncertaintyBudget
from truceline.records.findings import Judgement, Outcome, Reason
from truceline.records.frames import Footage, Gap, GapReason
from truceline.records.site import (
    Calibration,
    Camera,
    Distortion,
    Line,
    Origin,
    Permit,
    ReleaseTerms,
    Retention,
    Sides,
    Site,
    Zone,
)
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan, parse_utc
from truceline.records.tracks import Track

START = parse_utc("2026-03-04T05:00:00Z")
QUOTATION = (
    "No person, military or civilian, shall be permitted to cross the military demarcation line unless "
    "specifically authorized to do so by the Military Armistice Commission."
)


def at(seconds: float) -> UtcNs:
    return UtcNs(START + round(seconds * NS_PER_S))


def span(start_s: float, end_s: float) -> UtcSpan:
    return UtcSpan(at(start_s), at(end_s))


def site(**changes: object) -> Site:
    position = np.array([0.0, -28.0, 8.0])
    calibration = Calibration(
        focal_px=np.array([940.0, 940.0]),
        centre_px=np.array([479.5, 269.5]),
        k1=-0.05,
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(position, np.array([0.0, 2.0, 0.0])),
        position_enu_m=position,
        covariance=np.diag([1e-5, 1, 1, 1e-4, 1e-6, 1e-6, 1e-6, 1e-3, 1e-3, 1e-3]),
        source="surveyed",
    )
    whole = Site(
        site_id="drawn-1",
        name="Drawn crossing point",
        simulated=True,
        instrument="Armistice Agreement, 27 July 1953",
        local_offset_minutes=540,
        origin=Origin(37.9558, 126.6767, 30.0),
        line=Line(
            line_id="MDL",
            version="drawn.1",
            source="drawn with the scene",
            valid=UtcSpan(UtcNs(0), at(1e6)),
            sides=Sides("North", "South"),
            vertices_en_m=np.array([[-30.0, -1.0], [2.0, 0.0], [30.0, 2.5]]),
            sigma_m=0.10,
        ),
        zones=(
            Zone(
                "gate",
                "crossing point",
                "crossing",
                np.array([[8.0, -2.0], [11.0, -2.0], [11.0, 4.0], [8.0, 4.0]]),
            ),
        ),
        cameras=(Camera("1", "Mast", "visible", 960, 540, calibration),),
        permits=(
            Permit(
                "P-17",
                "a visitor",
                "the Commission (drawn)",
                "gate",
                span(-3600, 3600),
                ("North",),
                1,
                False,
            ),
        ),
        retention=Retention(30, 7, 365),
        release_terms=ReleaseTerms("Drawn Commission", "removal@drawn.invalid", ("ab" * 32, "cd" * 32), 24.0),
        digest=sha256_of(b"site"),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def track(track_id: str, *, times_s, en_m, unseen: slice | None = None, kind: str = "person") -> Track:
    rows = len(times_s)
    positions = np.asarray(en_m, dtype=float)
    velocity = np.gradient(positions, times_s, axis=0)
    observed = np.ones(rows, dtype=bool)
    if unseen:
        observed[unseen] = False
    covariance = np.zeros((rows, 4, 4))
    covariance[:, [0, 1, 2, 3], [0, 1, 2, 3]] = (0.01, 0.05, 0.1, 0.1)
    covariance[~observed] *= 4
    boxes = np.stack(
        [positions[:, 0] * 28 + 470, 200 - positions[:, 1] * 9, positions[:, 0] * 28 + 492], axis=1
    )
    boxes = np.concatenate([boxes, (260 - positions[:, 1] * 9)[:, None]], axis=1)
    times = np.array([at(second) for second in times_s], dtype=np.int64)
    return Track(
        track_id,
        "1",
        times,
        np.arange(rows, dtype=np.int64),
        np.concatenate([positions, velocity], axis=1),
        covariance,
        boxes,
        observed,
        kind,
    )


def guard_track() -> Track:
    times = np.arange(20.0, 34.0, 0.08)
    dip = np.clip((times - 25) / 5, 0, 1)
    north = 3.0 - 6.1 * np.sin(np.pi * dip) ** 2
    return track(
        "a1", times_s=times, en_m=np.stack([-4 + 0.25 * (times - 20), north], 1), unseen=slice(90, 96)
    )


def patrol_track() -> Track:
    times = np.arange(4.0, 58.0, 0.08)
    return track("b2", times_s=times, en_m=np.stack([-14 + 0.5 * (times - 4), np.full_like(times, 3.4)], 1))


def visitor_track() -> Track:
    times = np.arange(36.0, 50.0, 0.08)
    return track("c3", times_s=times, en_m=np.stack([np.full_like(times, 9.5), -6 + 0.9 * (times - 36)], 1))


def vehicle_track() -> Track:
    times = np.arange(10.0, 20.0, 0.08)
    return track(
        "d4",
        times_s=times,
        en_m=np.stack([16 - 1.5 * (times - 10), np.full_like(times, 7.5)], 1),
        kind="vehicle",
    )


def picture(
    words: str = "A guard beyond the line, boxed.",
    caption: str = "drawn.mp4, pts 346, 05:00:27.68 UTC ± 0.05 s (95 %)",
) -> Picture:
    image = np.full((270, 480, 3), (96, 104, 108), dtype=np.uint8)
    cv2.rectangle(image, (220, 90), (246, 160), (40, 40, 44), -1)
    cv2.line(image, (0, 150), (480, 136), (223, 240, 246), 2)
    encoded, data = cv2.imencode(".jpg", image)
    assert encoded
    return Picture(data.tobytes(), "image/jpeg", words, caption)


def guard_crossing() -> Crossing:
    return Crossing(
        event_id="e1",
        track_id="a1",
        camera_id="1",
        line_id="MDL",
        line_version="drawn.1",
        from_side="North",
        to_side="South",
        span=span(26.2, 28.9),
        probability=0.99987,
        returned=0.998,
        crossed_utc_ns=at(26.31),
        time_bound_s=0.12,
        place_en_m=(-2.4, -0.14),
        place_sigma_m=0.16,
        depth_m=Interval(3.02, 2.63, 3.41, 0.20),
        dwell_s=Interval(2.4, 2.2, 2.6, 0.11),
        observed_fraction=0.8,
        budget=UncertaintyBudget(0.31, 0.44, 0.25),
        frames=(EvidenceFrame("0" * 64, 346, at(27.6), (220, 90, 246, 160)),),
    )


def visitor_crossing() -> Crossing:
    return replace(
        guard_crossing(),
        event_id="e2",
        track_id="c3",
        from_side="South",
        to_side="North",
        span=span(42.4, 49.9),
        probability=0.987,
        returned=0.0004,
        crossed_utc_ns=at(43.4),
        place_en_m=(9.5, 0.66),
        depth_m=Interval(5.3, 4.7, 5.9, 0.3),
        dwell_s=None,
        observed_fraction=1.0,
    )


def judgement(**changes: object) -> Judgement:
    whole = Judgement(
        judgement_id="j1",
        event_id="e1",
        rule_id="armistice-7",
        instrument="Armistice Agreement, 27 July 1953",
        paragraph="7",
        quotation=QUOTATION,
        quotation_source="United Nations document S/3079",
        rule_pack_sha256="1f" * 32,
        outcome=Outcome.MET,
        probability=0.9996,
        statement="A person passed from North to South, 3.0 ± 0.2 m deep, 2.4 ± 0.1 s. No permit covers it.",
        reasons=(
            Reason("crossed the line", True, "Probability > 0.999, required 0.95."),
            Reason("no permit", True, "No permit covers this crossing: 0 of 1 in force covers the place."),
            Reason("pursued or under fire", None, "No sound was recorded."),
        ),
        permit_id=None,
        is_candidate=True,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def visitor_judgement() -> Judgement:
    return judgement(
        judgement_id="j2",
        event_id="e2",
        outcome=Outcome.NOT_MET,
        probability=0.013,
        statement="A person passed from South to North with a permit.",
        permit_id="P-17",
        is_candidate=False,
        reasons=(Reason("covered by a permit", True, "Permit P-17, valid at that time, in the gate."),),
    )


def recording(end_s: float = 60.0) -> Recording:
    footage = Footage(
        "drawn.mp4",
        sha256_of(b"drawn"),
        4_812_345,
        "1",
        960,
        540,
        12.5,
        None,
        START,
        0.05,
        "written by the drawer",
    )
    return Recording(footage, span(0, end_s), 738)


def gap() -> Gap:
    return Gap("g1", "1", span(51.0, 54.2), GapReason("frozen", "The picture did not change for 40 frames."))


def total_covariance(one: Track) -> FloatColumn:
    total: FloatColumn = one.covariance[:, :2, :2] + np.array([[0.01, 0.002], [0.002, 0.03]])
    return total


def scan_view(**changes: object) -> ScanView:
    tracks = (guard_track(), patrol_track(), visitor_track(), vehicle_track())
    labels = ("P2", "P1", "P3", "V1")
    whole = ScanView(
        title="Scan of the drawn crossing point",
        site=site(),
        recordings=(recording(),),
        tracks=tuple(
            TrackView(one, label, total_covariance(one)) for one, label in zip(tracks, labels, strict=True)
        ),
        crossings=(
            CrossingView(guard_crossing(), "P2", (judgement(),), (picture(), picture("Deepest."))),
            CrossingView(visitor_crossing(), "P3", (visitor_judgement(),), (picture("A visitor."),)),
        ),
        gaps=(gap(),),
        software="truceline 0.1.0",
        export_commands=("truceline events --station station --format geojson",),
        made_utc_ns=at(86_400),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def empty_scan_view() -> ScanView:
    return scan_view(crossings=(), gaps=())


def many_scan_view() -> ScanView:
    times = np.arange(2.0, 50.0, 0.08)
    tracks = tuple(
        TrackView(
            track(
                f"t{index}",
                times_s=times + index * 0.1,
                en_m=np.stack([-20 + 0.6 * times, np.full_like(times, 1 + index * 0.5)], 1),
            ),
            f"P{index + 10}",
        )
        for index in range(34)
    )
    view = scan_view()
    crossings = tuple(
        replace(
            view.crossings[index % 2],
            crossing=replace(
                view.crossings[index % 2].crossing, event_id=f"m{index}", crossed_utc_ns=at(5 + index * 4)
            ),
        )
        for index in range(12)
    )
    return scan_view(tracks=(*view.tracks, *tracks), crossings=crossings)


def look_view(**changes: object) -> LookView:
    whole = LookView(
        clip=ClipFacts("yard.mp4", sha256_of(b"clip"), 2_345_678, "h264", 768, 576, 25.0, 31.8, 795),
        line_px=(120.0, 400.0, 640.0, 380.0),
        video_name="yard annotated #1.mp4",
        trails=picture("All trails of the clip over its background.", "yard.mp4, whole clip"),
        tracks=(
            ClipTrack("P1", "person", 1.2, 9.8, 215, 203),
            ClipTrack("P2", "person", 4.0, 21.0, 425, 425),
            ClipTrack("V1", "vehicle", 3.3, 6.0, 68, 60),
        ),
        crossings=(
            ClipCrossing(
                "P1",
                "person",
                "left",
                4.36,
                0.08,
                109,
                (412.0, 388.0),
                (picture("P1 at the line.", "yard.mp4, pts 109"),),
            ),
        ),
        gaps=(ClipGap(20.0, 21.2, GapReason("undecodable", "30 packets could not be decoded.")),),
        software="truceline 0.1.0",
        notes=("The camera is taken to be fixed; a moved camera is not noticed.",),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def release_view(**changes: object) -> ReleaseView:
    guard = TrackView(guard_track(), "P2", total_covariance(guard_track()))
    whole = ReleaseView(
        release_id="REL-2026-03-04-001",
        place=place_of(site()),
        crossing=CrossingView(guard_crossing(), "P2", (judgement(),), (picture("Masked frame."),)),
        decisions=(
            DecisionView(
                "Reviewer 1", "1a2b3c4d5e6f7a8b", "BREACH", "Depth is far beyond the band.", at(5000), True
            ),
            DecisionView(
                "Reviewer 2", "8b7a6f5e4d3c2b1a", "BREACH", "Clear of the line on 29 frames.", at(6000), True
            ),
        ),
        track=guard,
        recordings=(recording(),),
        gaps=(gap(),),
        evidence=(
            EvidenceFile("finding.json", "finding, rule, decisions", sha256_of(b"finding"), 5120),
            EvidenceFile("frames/346.png", "masked frame", sha256_of(b"frame"), 190_000),
        ),
        software="truceline 0.1.0",
        verify_command="truceline verify REL-2026-03-04-001",
        signing_key_id="9f8e7d6c5b4a3928",
        demonstration=True,
        released_utc_ns=at(90_000),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
