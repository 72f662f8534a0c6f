"""A small setting with everything that a site can hold, and one who walks through it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from truceline.geometry.camera import look_at_rotation, perturbed
from truceline.records.site import (
    Basis,
    Calibration,
    Distortion,
    Landmark,
    LandmarkKind,
    LandmarkShape,
    Line,
    Origin,
    Permit,
    Sides,
    Zone,
)
from truceline.records.time import UtcSpan, parse_utc
from truceline.simulate.model.actors import STEP_S, Action, Actor, ActorKind, Performance
from truceline.simulate.model.devices import (
    Band,
    CameraPlan,
    DeviceClock,
    MicrophonePlan,
    Recording,
    Stretch,
)
from truceline.simulate.model.scenario import Setting
from truceline.simulate.model.world import Material, Terrain, Weather, World

START = parse_utc("2026-03-04T05:00:00Z")
SIGMAS = np.array([0.005, 3, 3, 0.01, 0.001, 0.001, 0.001, 0.05, 0.05, 0.05])


def calibration() -> Calibration:
    place, target = np.array([5.0, -20.0, 6.0]), np.array([5.0, 2.0, 0.0])
    return Calibration(
        focal_px=np.array([150.25, 150.25]),
        centre_px=np.array([79.5, 47.5]),
        k1=-0.01,
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(place, target),
        position_enu_m=place,
        covariance=np.diag(SIGMAS**2),
        source='simulated: "declared"',
        basis=Basis.SURVEYED,
        k2=0.002,
    )


def camera(camera_id: str = "north-gate", **changes) -> CameraPlan:
    declared = calibration()
    plan = CameraPlan(
        camera_id=camera_id,
        name="North gate",
        band=Band.VISIBLE,
        width_px=160,
        height_px=96,
        rate_hz=Fraction(25, 2),
        declared=declared,
        true=perturbed(declared, SIGMAS),
        supplies=(Stretch(0.0, 4.0), Stretch(6.0, 8.0)),
        clock=DeviceClock(offset_s=1.25, drift_ppm=40.0, bound_s=2.5, network="gate"),
        recording=Recording(kbit_s=200, segment_s=2.0, group=10),
    )
    return replace(plan, **changes)


def setting(**changes) -> Setting:
    line = Line(
        line_id="the-line",
        version="v1",
        source="simulated",
        valid=UtcSpan(parse_utc("2020-01-01T00:00:00Z"), parse_utc("2250-01-01T00:00:00Z")),
        sides=Sides("North", "South"),
        vertices_en_m=np.array([[-40.0, 0.0], [0.0, 0.0], [40.0, 1.0]]),
        sigma_m=0.1,
    )
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    whole = Setting(
        name="small",
        title="A small “setting”",
        story="One walks over the line.",
        seed=3,
        start_utc_ns=START,
        duration_s=10.0,
        local_offset_minutes=-210,
        origin=Origin(38.0, 127.0, 100.0),
        instrument="korea-1953",
        world=World(Terrain(np.array([-100.0, -100.0]), 200.0, np.zeros((2, 2))), Material.GRASS),
        weather=Weather(),
        line=line,
        line_offset_m=0.07,
        zones=(Zone("gate", "The gate", "crossing", square),),
        permits=(
            Permit(
                permit_id="P-1",
                holder="visitor",
                authority="the Commission",
                zone_id="gate",
                valid=UtcSpan(START, parse_utc("2026-03-04T06:00:00Z")),
                directions=("North",),
                persons=2,
                revoked=True,
            ),
        ),
        landmarks=(
            Landmark("post", "A post", LandmarkKind.POST, LandmarkShape.POINT, square[:1] + 9, 2.5),
            Landmark("way", "A way", LandmarkKind.ROAD, LandmarkShape.PATH, square[:2] - 9, limit_mps=12.5),
            Landmark("hut", "A hut", LandmarkKind.BUILDING, LandmarkShape.AREA, square + 20),
        ),
        cameras=(camera(), camera("heat", band=Band.THERMAL)),
        microphones=(MicrophonePlan("mic-1", np.array([1.0, 2.0, 3.0])),),
    )
    return replace(whole, **changes)


def walker(
    actor_id: str = "walker", *, kind: ActorKind = ActorKind.PERSON, length_s: float = 10.0
) -> Performance:
    """Walks north at 1 m/s from 4 m south of the line, away before 1 s and after 9 s."""
    count = round(length_s / STEP_S) + 1
    at_s = np.arange(count, dtype=np.float64) * STEP_S
    zeros = np.zeros(count)
    away = (at_s < 1.0) | (at_s > 9.0)
    return Performance(
        actor=Actor(actor_id, kind, "South", 1.75, np.full((6, 3), 0.3)),
        enu_m=np.stack([5 + zeros, at_s - 4.0, zeros], axis=1),
        heading_rad=zeros + np.pi / 2,
        speed_mps=zeros + 1.0,
        action=np.where(away, Action.AWAY, Action.WALK).astype(np.int8),
        share=zeros + 1,
        before=np.full(count, Action.WALK, dtype=np.int8),
        phase_rad=np.asarray(at_s * 4.0, dtype=np.float64),
        steer_rad=zeros,
        pitch_rad=zeros,
        roll_rad=zeros,
        door=zeros,
        lamps=np.zeros(count, dtype=np.bool_),
    )
