from fractions import Fraction

import numpy as np
import pytest

from tests.unit.simulate.sensors.views import START_UTC_NS, camera, one
from truceline.simulate.model.devices import Band, DeviceClock, NuisanceKind, Stretch
from truceline.simulate.sensors.nuisance.schedule import schedule, shown_utc_ns

WHOLE = Stretch(100.0, 160.0)


def slots_of(*nuisances, stretch=WHOLE, seed=1, **plan):
    return schedule(camera(*nuisances, **plan), stretch, start_utc_ns=START_UTC_NS, seed=seed)


@pytest.mark.parametrize(
    ("rate", "stretch", "count"),
    [
        (Fraction(25), WHOLE, 1500),
        (Fraction(25, 2), WHOLE, 750),
        (Fraction(25, 3), Stretch(0.0, 12.0), 100),
        (Fraction(25), Stretch(5.0, 5.0), 0),
    ],
)
def test_frames_are_taken_at_the_rate_from_the_stretchs_start(rate, stretch, count):
    slots = slots_of(rate=rate, stretch=stretch)
    assert len(slots) == count
    assert all(slot.kept and slot.picture == slot.frame for slot in slots)
    for slot in slots[:: max(count // 7, 1)]:
        assert slot.true_s == pytest.approx(stretch.start_s + slot.frame / float(rate))
        assert slot.shown_utc_ns == START_UTC_NS + round(slot.true_s * 1e9)


@pytest.mark.parametrize(
    ("clock", "at_s", "wrong_ns"),
    [
        (DeviceClock(offset_s=2.5), 100.0, 2_500_000_000),
        (DeviceClock(drift_ppm=50.0), 100.0, 5_000_000),
        (DeviceClock(offset_s=-120.0, drift_ppm=-10.0), 1000.0, -120_010_000_000),
    ],
)
def test_a_wrong_clock_says_another_time(clock, at_s, wrong_ns):
    assert shown_utc_ns(clock, at_s, start_utc_ns=START_UTC_NS) - START_UTC_NS - round(at_s * 1e9) == wrong_ns


@pytest.mark.parametrize("strength", [0.2, 0.6, 1.0])
def test_dropped_frames_are_missing_in_runs_while_the_nuisance_lasts(strength):
    nuisance = one(NuisanceKind.DROPPED_FRAMES, strength, start_s=110.0, end_s=1e6)
    lost = np.array(
        [not slot.kept for seed in range(8) for slot in slots_of(nuisance, seed=seed) if slot.true_s >= 110]
    )
    early = [slot for slot in slots_of(nuisance) if slot.true_s < 110]
    assert all(slot.kept for slot in early)
    assert lost.mean() == pytest.approx(strength / 2, abs=0.05)
    runs = lost.sum() / max((np.diff(lost.astype(int)) == 1).sum(), 1)
    assert runs > 2


def test_a_doubled_frame_shows_the_picture_before_it_with_its_clock():
    slots = slots_of(one(NuisanceKind.DOUBLED_FRAMES, 0.5, end_s=1e6))
    doubled = [slot for slot in slots if slot.picture != slot.frame]
    assert len(doubled) / len(slots) == pytest.approx(0.25, abs=0.04)
    for slot in doubled:
        shown = slots[slot.picture]
        assert shown.picture == slot.picture
        assert (slot.picture_true_s, slot.picture_utc_ns) == (shown.true_s, shown.shown_utc_ns)


def test_a_frozen_camera_shows_one_picture_until_it_wakes():
    slots = slots_of(one(NuisanceKind.FROZEN, start_s=120.0, end_s=130.0))
    frozen = {slot.picture for slot in slots if 120 <= slot.true_s < 130}
    assert frozen == {499}
    assert all(slot.picture == slot.frame for slot in slots if not 120 <= slot.true_s < 130)


def test_a_thermal_core_repeats_its_pictures_at_a_faster_rate():
    slots = slots_of(band=Band.THERMAL, rate=Fraction(25))
    assert [slot.picture for slot in slots[:7]] == [0, 0, 0, 3, 3, 3, 6]
    slow = slots_of(band=Band.THERMAL, rate=Fraction(25, 3))
    assert all(slot.picture == slot.frame for slot in slow)


def test_the_same_seed_gives_the_same_schedule():
    nuisance = one(NuisanceKind.DROPPED_FRAMES, 0.6, end_s=1e6)
    assert slots_of(nuisance, seed=3) == slots_of(nuisance, seed=3)
    assert slots_of(nuisance, seed=3) != slots_of(nuisance, seed=4)
