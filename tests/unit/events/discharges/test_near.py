"""Whose flash it was: the subject beside its ray, at a height at which somebody holds something."""

import numpy as np
import pytest

from truceline.events.discharges.near import flashes_near
from truceline.geometry.camera import look_at_rotation, pixel_from_site
from truceline.records.classes import ClassPosterior
from truceline.records.flashes import Flash
from truceline.records.site import Calibration, Camera, Distortion
from truceline.records.subjects import Sighting, Subject
from truceline.records.time import NS_PER_S, UtcNs

EYE = np.array([0.0, -30.0, 8.0])


def camera() -> Camera:
    calibration = Calibration(
        focal_px=np.array([900.0, 900.0]),
        centre_px=np.array([480.0, 270.0]),
        k1=0.0,
        distortion=Distortion.BROWN,
        rotation=look_at_rotation(EYE, np.array([0.0, 0.0, 0.0])),
        position_enu_m=EYE,
        covariance=np.eye(10) * 1e-8,
        source="made",
    )
    return Camera("one", "One", "visible", 960, 540, calibration)


def subject(
    subject_id: str, at_en_m: tuple[float, float], *, person: float = 1.0, speed_mps: float = 0.0
) -> Subject:
    rows = 5
    state = np.tile([*at_en_m, speed_mps, 0.0], (rows, 1))
    return Subject(
        subject_id=subject_id,
        kinds=ClassPosterior(person, 0.0, 0.0, 1.0 - person),
        sightings=(Sighting("run", "track", "one", 1.0),),
        utc_ns=np.arange(rows, dtype=np.int64) * NS_PER_S // 10,
        state=state,
        covariance=np.tile(np.eye(4) * 1e-4, (rows, 1, 1)),
        bias_covariance=np.tile(np.eye(2) * 1e-4, (rows, 1, 1)),
        observed=np.ones(rows, dtype=np.bool_),
        sighting=np.zeros(rows, dtype=np.int64),
        height_m=np.full(rows, 1.7),
        width_m=np.full(rows, 0.5),
    )


def flash(place_enu_m: tuple[float, float, float], *, at_s: float = 0.2, camera_id: str = "one") -> Flash:
    u, v = pixel_from_site(camera().calibration, np.array([place_enu_m]))[0]
    return Flash(camera_id, 1, UtcNs(round(at_s * NS_PER_S)), (float(u), float(v)), 9, 80.0, 1.0)


def found(flashes: list[Flash], subjects: list[Subject]) -> list[str]:
    return [one.subject_id for one in flashes_near(flashes, subjects, cameras={"one": camera()})]


@pytest.mark.parametrize(
    ("place", "whose"),
    [
        pytest.param((0.6, 0.0, 1.4), ["a"], id="held out to one side"),
        pytest.param((0.3, 0.0, 0.3), ["a"], id="near the ground: who lies"),
        pytest.param((-1.5, 0.0, 1.4), [], id="beyond any arm"),
        pytest.param((0.0, 0.0, 4.0), [], id="over everybody's head"),
        pytest.param((0.0, 0.0, -2.5), [], id="in front of the feet"),
        pytest.param((3.6, 0.0, 1.4), ["b"], id="beside the other"),
        pytest.param((2.1, 0.0, 1.4), ["b"], id="nearer to the other"),
    ],
)
def test_a_flash_belongs_to_the_nearest_beside_its_ray(place: tuple[float, float, float], whose: list[str]):
    assert found([flash(place)], [subject("a", (0.0, 0.0)), subject("b", (3.2, 0.0))]) == whose


def test_height_and_distance_are_those_at_the_subject():
    (one,) = flashes_near([flash((0.5, 0.0, 1.4))], [subject("a", (0.0, 0.0))], cameras={"one": camera()})
    assert one.aside_m == pytest.approx(0.5, abs=0.02)
    assert one.above_m == pytest.approx(1.4, abs=0.02)


@pytest.mark.parametrize(("at_s", "whose"), [(1.3, ["a"]), (1.5, [])])
def test_who_was_not_followed_for_a_second_may_be_anywhere(at_s: float, whose: list[str]):
    assert found([flash((0.5, 0.0, 1.4), at_s=at_s)], [subject("a", (0.0, 0.0))]) == whose


def test_what_is_no_person_does_not_fire():
    assert found([flash((0.5, 0.0, 1.4))], [subject("a", (0.0, 0.0), person=0.1)]) == []


def test_of_an_unknown_camera_nothing_is_told():
    assert found([flash((0.5, 0.0, 1.4), camera_id="two")], [subject("a", (0.0, 0.0))]) == []


def test_nobody_behind_the_camera_made_it():
    assert found([flash((0.0, 5.0, 1.4))], [subject("a", (0.0, -60.0))]) == []
