"""Crossings and a site for the tests of judging: one plain case, and ways to change one thing in it."""

from dataclasses import replace

import numpy as np

from truceline.records.columns import float_column
from truceline.records.digests import sha256_of
from truceline.records.events import Crossing, EvidenceFrame, Interval, UncertaintyBudget
from truceline.records.site import (
    Basis,
    Calibration,
    Camera,
    Distortion,
    Line,
    Origin,
    Permit,
    Retention,
    Sides,
    Site,
    Zone,
)
from truceline.records.time import UtcNs, UtcSpan, parse_utc

NOON = parse_utc("2026-03-04T12:00:00Z")
SECOND = 1_000_000_000
GATE = ((-2.0, -3.0), (2.0, -3.0), (2.0, 3.0), (-2.0, 3.0))


def at(seconds: float) -> UtcNs:
    """An instant, counted from noon."""
    return UtcNs(NOON + round(seconds * SECOND))


def span(start_s: float, end_s: float) -> UtcSpan:
    return UtcSpan(at(start_s), at(end_s))


def frames(count: int) -> tuple[EvidenceFrame, ...]:
    source = sha256_of(b"clip").hex
    return tuple(EvidenceFrame(source, pts, at(pts), (0.0, 0.0, 1.0, 2.0)) for pts in range(count))


def crossing(**changes) -> Crossing:
    """Plain: surely 3 m from North to South and back in 2.4 s, at the origin, noon, ± 0.1 s and ± 0.1 m."""
    plain = Crossing(
        event_id="event-1",
        track_id="track-1",
        camera_id="west",
        line_id="L",
        line_version="1",
        from_side="North",
        to_side="South",
        span=span(0, 2.4),
        probability=0.999,
        returned=0.99,
        crossed_utc_ns=at(0),
        time_bound_s=0.1,
        place_en_m=(0.0, 0.0),
        place_sigma_m=0.1,
        depth_m=Interval(3.1, 2.8, 3.4, 0.15),
        dwell_s=Interval(2.4, 2.2, 2.6, 0.1),
        observed_fraction=1.0,
        budget=UncertaintyBudget(0.5, 0.3, 0.2),
        frames=frames(3),
    )
    return replace(plain, **changes)


def permit(**changes) -> Permit:
    """Plain: covers the plain crossing."""
    plain = Permit(
        "P-1", "supply party", "the Commission", "gate", span(-60, 60), ("South",), 1, revoked=False
    )
    return replace(plain, **changes)


def camera(covariance=None, *, basis=Basis.SURVEYED) -> Camera:
    calibration = Calibration(
        focal_px=float_column([950, 950], rows=2, name="f"),
        centre_px=float_column([480, 270], rows=2, name="c"),
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=np.eye(3),
        position_enu_m=float_column([0, -30, 8], rows=3, name="p"),
        covariance=np.eye(10) * 1e-4 if covariance is None else covariance,
        source="test",
        basis=basis,
    )
    return Camera("west", "West", "visible", 960, 540, calibration)


def site(**changes) -> Site:
    """Plain: a line from west to east, North on its left, one camera, a gate, no permits."""
    plain = Site(
        site_id="test",
        name="Test",
        simulated=True,
        instrument="korea-1953",
        local_offset_minutes=540,
        origin=Origin(38.0, 127.0, 0.0),
        line=Line(
            line_id="L",
            version="1",
            source="survey",
            valid=span(-1e6, 1e6),
            sides=Sides("North", "South"),
            vertices_en_m=float_column([(-40, 0), (40, 0)], 2, rows=2, name="line"),
            sigma_m=0.1,
        ),
        zones=(zone("gate", GATE),),
        cameras=(camera(),),
        permits=(),
        retention=Retention(30, 7, 365),
        release_terms=None,
        digest=sha256_of(b"site"),
    )
    return replace(plain, **changes)


def zone(zone_id: str, ring) -> Zone:
    return Zone(zone_id, zone_id, "crossing", float_column(ring, 2, rows=len(ring), name="ring"))
