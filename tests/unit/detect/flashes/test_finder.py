"""Flashes: found where light comes for one picture, not where something moves or everything brightens."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from truceline.detect.flashes.finder import LEAST_AREA_PX, LEAST_LEVELS, MOST_AT_ONCE, FlashFinder
from truceline.records.digests import Sha256
from truceline.records.flashes import Flash
from truceline.records.frames import FrameStamp
from truceline.records.time import UtcNs

Image = NDArray[np.uint8]
HEIGHT, WIDTH, STEP_NS = 120, 160, 40_000_000


def scene(seed: int = 5) -> list[Image]:
    """Eight pictures of a ground with texture and sensor noise."""
    random = np.random.default_rng(seed)
    ground = random.integers(60, 110, (HEIGHT, WIDTH))
    return [np.clip(ground + random.normal(0, 1.5, ground.shape), 0, 255).astype(np.uint8) for _ in range(8)]


def blob(picture: Image, at: tuple[int, int], *, levels: int, size: int = 4) -> None:
    """Adds light at (column, row)."""
    window = picture[at[1] : at[1] + size, at[0] : at[0] + size]
    window[:] = np.minimum(window.astype(int) + levels, 255).astype(np.uint8)


def found_in(pictures: Sequence[Image], band: str = "visible") -> list[Flash]:
    finder = FlashFinder("thermal" if band == "thermal" else "visible")
    found: list[Flash] = []
    for number, luma in enumerate(pictures):
        stamp = FrameStamp("a", Sha256("0" * 64), number, number * 10, UtcNs(number * STEP_NS), 0.1)
        found += finder.look(stamp, luma)
    return found


def test_light_of_one_picture_is_told_with_its_place_and_its_time():
    pictures = scene()
    blob(pictures[4], (70, 50), levels=90)
    (flash,) = found_in(pictures)
    assert (flash.pts, flash.utc_ns, flash.camera_id) == (40, 4 * STEP_NS, "a")
    assert 70 <= flash.at_px[0] < 74
    assert 50 <= flash.at_px[1] < 54
    assert flash.area_px == 16
    assert 80 <= flash.rise_levels <= 100


def test_nothing_shines_in_a_quiet_scene():
    assert found_in(scene()) == []


@pytest.mark.parametrize("speed_px", [1, 2])
def test_a_bright_thing_that_moves_is_no_flash(speed_px: int):
    pictures = scene()
    for number, picture in enumerate(pictures):
        blob(picture, (40 + speed_px * number, 50), levels=120, size=2)
    assert found_in(pictures) == []


def test_a_light_that_stays_on_is_no_flash():
    pictures = scene()
    for picture in pictures[3:]:
        blob(picture, (70, 50), levels=90)
    assert found_in(pictures) == []


def test_a_flash_beside_somebody_who_moves_is_found():
    pictures = scene()
    for number, picture in enumerate(pictures):
        blob(picture, (20 + 2 * number, 50), levels=40, size=3)
    blob(pictures[4], (70, 50), levels=90)
    assert [flash.pts for flash in found_in(pictures)] == [40]


def test_everything_brighter_at_once_is_no_flash():
    pictures = scene()
    pictures[4] = np.minimum(pictures[4].astype(int) + 70, 255).astype(np.uint8)
    assert found_in(pictures) == []


@pytest.mark.parametrize(("places", "told"), [(MOST_AT_ONCE, MOST_AT_ONCE), (MOST_AT_ONCE + 1, 0)])
def test_more_places_at_once_than_anybody_fires_from_are_weather(places: int, told: int):
    pictures = scene()
    for number in range(places):
        blob(pictures[4], (10 + 20 * number, 30), levels=90, size=2)
    assert len(found_in(pictures)) == told


@pytest.mark.parametrize(("band", "told"), [("visible", 0), ("thermal", 1)])
def test_warmth_needs_to_rise_less_than_light(band: str, told: int):
    pictures = scene()
    blob(pictures[4], (70, 50), levels=int((LEAST_LEVELS["visible"] + LEAST_LEVELS["thermal"]) / 2))
    assert len(found_in(pictures, band)) == told


@pytest.mark.parametrize(("pixels", "told"), [(LEAST_AREA_PX - 1, 0), (LEAST_AREA_PX, 1)])
def test_fewer_pixels_than_optics_spread_are_no_flash(pixels: int, told: int):
    pictures = scene()
    pictures[4][50, 70 : 70 + pixels] = 255
    assert len(found_in(pictures)) == told


def test_nothing_is_told_across_a_restart():
    pictures = scene()
    blob(pictures[4], (70, 50), levels=90)
    finder = FlashFinder("visible")
    found: list[Flash] = []
    for number, luma in enumerate(pictures):
        if number == 4:
            finder.restart()
        stamp = FrameStamp("a", Sha256("0" * 64), number, number * 10, UtcNs(number * STEP_NS), 0.1)
        found += finder.look(stamp, luma)
    assert found == []


def test_pictures_of_another_size_start_anew():
    pictures = [*scene(), *(picture[:60] for picture in scene())]
    assert found_in(pictures) == []


def test_noise_raises_what_a_flash_must_rise():
    random = np.random.default_rng(3)
    pictures = [np.clip(90 + random.normal(0, 9, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8) for _ in range(8)]
    blob(pictures[4], (70, 50), levels=45)
    assert found_in(pictures) == []


@pytest.mark.parametrize(("person_px", "told"), [(20.0, 1), (80.0, 0)])
def test_a_movement_reaches_as_far_as_an_arm_of_somebody_so_tall(person_px: float, told: int):
    pictures = scene()
    for number, column in ((3, 60), (4, 74), (5, 88)):
        blob(pictures[number], (column, 50), levels=120, size=3)
    finder = FlashFinder("visible", person_px=np.full(HEIGHT, person_px))
    found: list[Flash] = []
    for number, luma in enumerate(pictures):
        stamp = FrameStamp("a", Sha256("0" * 64), number, number * 10, UtcNs(number * STEP_NS), 0.1)
        found += finder.look(stamp, luma)
    assert len([flash for flash in found if flash.pts == 40]) == told
