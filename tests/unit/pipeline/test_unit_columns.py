"""A unit as it is kept: everything that later steps need, to the last bit, and nobody's colours."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.pipeline.drawn_units import FOOTAGE, background, observed, side, units
from tests.unit.pipeline.test_stitch import ALWAYS, east, north
from truceline.config import AnalysisConfig
from truceline.errors import InputError, IntegrityError
from truceline.pipeline.analysis.unseen import WHYS
from truceline.pipeline.units.columns import UnitColumns, columns_of, observed_from
from truceline.records.flashes import Flash
from truceline.records.runs import UnitSettings
from truceline.records.time import UtcSpan
from truceline.store.units import UnitShelf, packed, unpacked
from truceline.track.association import Side
from truceline.video.times.ledger import gap_of

MARK = 0.123456789


def unit_seen():
    """With numbers that no rounding leaves alone, and colours that nobody may keep."""
    unit = units(40.0)[0]
    seen = observed(unit, (*ALWAYS, east), (3.0, 9.0, north))
    colourful = [
        Side(one.positions / 3, one.covariances / 7, one.boxes_px + 1 / 9, np.full((len(one), 5), MARK))
        for one in seen.sides
    ]
    told = {1: [(frame, np.arange(4) / 3, np.eye(4) / 7) for frame in seen.chains[1].frames]}
    gap = gap_of(FOOTAGE, UtcSpan(unit.own.start_utc_ns, unit.own.end_utc_ns), kind="missing")
    return replace(
        seen,
        sides=colourful,
        boxes_px=[np.full((2, 4), 1 / 11) for _ in seen.stamps],
        changed=[number % 3 == 0 for number in range(len(seen.stamps))],
        reasons=[WHYS[number % 3 // 2 * 2] for number in range(len(seen.stamps))],
        intact=[number % 5 != 0 for number in range(len(seen.stamps))],
        told=told,
        backgrounds=(background(1), background(2)),
        account=replace(seen.account, gaps=(gap,), interlaced=True),
        flashes=(Flash("west", 3, seen.stamps[1].utc_ns, (1 / 3, 2.0), 9, 80.0, 1 / 7),),
    )


def test_everything_but_colours_comes_back_exactly():
    before = unit_seen()
    content = packed(columns_of(before, FOOTAGE))
    after = observed_from(unpacked(UnitColumns, content))
    assert list(after.stamps) == list(before.stamps)
    for mine, kept in zip(before.sides, after.sides, strict=True):
        for name in ("positions", "covariances", "boxes_px"):
            np.testing.assert_array_equal(getattr(kept, name), getattr(mine, name))
        assert kept.appearance.shape == (len(mine), 0)
    np.testing.assert_array_equal(np.stack(list(after.boxes_px)), np.stack(list(before.boxes_px)))
    assert (list(after.changed), list(after.intact)) == (before.changed, before.intact)
    assert list(after.reasons) == before.reasons
    assert "moved" in after.reasons
    assert [(one.number, list(one.frames), list(one.rows)) for one in after.chains] == [
        (one.number, list(one.frames), list(one.rows)) for one in before.chains
    ]
    assert list(after.told) == [1]
    for (frame, mean, spread), (other, one, two) in zip(before.told[1], after.told[1], strict=True):
        assert frame == other
        np.testing.assert_array_equal(mean, one)
        np.testing.assert_array_equal(spread, two)
    assert [one.centre_utc_ns for one in after.backgrounds] == [
        one.centre_utc_ns for one in before.backgrounds
    ]
    np.testing.assert_array_equal(after.backgrounds[0].bgr, before.backgrounds[0].bgr)
    assert after.account == before.account
    assert after.flashes == before.flashes
    assert np.float64(MARK).tobytes() not in content


def test_a_unit_with_nobody_and_one_without_a_frame():
    seen = replace(observed(units(40.0)[0]), sides=[side([])] * 100)
    assert observed_from(unpacked(UnitColumns, packed(columns_of(seen, FOOTAGE)))).chains == []
    empty = replace(seen, stamps=[], sides=[], changed=[], intact=[], boxes_px=[], backgrounds=())
    after = observed_from(unpacked(UnitColumns, packed(columns_of(empty, FOOTAGE))))
    assert (list(after.stamps), after.backgrounds) == ([], ())


def test_columns_that_do_not_fit_are_refused():
    columns = columns_of(unit_seen(), FOOTAGE)
    with pytest.raises(IntegrityError, match="version 9"):
        observed_from(replace(columns, version=9))
    cut = replace(columns.detections, positions=columns.detections.positions[:-1])
    with pytest.raises(IntegrityError, match="do not fit"):
        observed_from(replace(columns, detections=cut))


@pytest.mark.parametrize("cut", [0, 10, 400, -1, -30])
def test_a_cut_unit_is_refused(tmp_path, cut):
    shelf = UnitShelf(tmp_path, "run")
    shelf.keep(3, columns_of(unit_seen(), FOOTAGE))
    path = tmp_path / "units" / "run" / "3.npz"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(IntegrityError):
        shelf.kept(3, UnitColumns)


def test_one_changed_byte_of_a_column_is_found():
    content = packed(columns_of(unit_seen(), FOOTAGE))
    place = content.index(np.float64(1 / 11).tobytes())
    changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    with pytest.raises(IntegrityError):
        unpacked(UnitColumns, changed)


def test_a_shelf_is_empty_keeps_and_is_cleared(tmp_path):
    shelf, other = UnitShelf(tmp_path, "run"), UnitShelf(tmp_path, "other")
    assert shelf.kept(0, UnitColumns) is None
    shelf.keep(0, columns_of(unit_seen(), FOOTAGE))
    other.keep(0, columns_of(unit_seen(), FOOTAGE))
    assert shelf.has(0)
    assert not shelf.has(1)
    shelf.clear()
    assert not shelf.has(0)
    assert other.has(0)
    other.clear()
    other.clear()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("length_s", "overlap_s"), [(0, 0), (10, 0), (10, -1), (10, 10.5)])
def test_units_that_cannot_be_are_refused(length_s, overlap_s):
    with pytest.raises(InputError, match="cannot be"):
        UnitSettings(length_s, overlap_s)


def test_other_units_are_another_configuration_and_the_usual_ones_are_none():
    usual = AnalysisConfig()
    assert usual.digest == AnalysisConfig(units=UnitSettings(600.0, 60.0)).digest
    assert (
        len(
            {
                usual.digest,
                *(AnalysisConfig(units=UnitSettings(*one)).digest for one in [(600, 50), (300, 60)]),
            }
        )
        == 3
    )
