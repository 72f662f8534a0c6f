"""Which scenario is meant, and when two orders would give the same files."""

from dataclasses import replace
from pathlib import Path

import pytest

from truceline.errors import InputError
from truceline.pipeline.simulation.order import (
    LARGEST_SCENARIO_BYTES,
    SimulationOrder,
    order_key,
    scenario_text,
    scenario_titles,
)
from truceline.simulate.scenario.shipped import shipped_scenarios

ORDER = SimulationOrder("brief-incursion", Path("out"))


def test_a_shipped_scenario_is_found_by_name_and_a_file_by_its_path(tmp_path):
    assert scenario_text("brief-incursion").text == shipped_scenarios()["brief-incursion"]
    mine = tmp_path / "mine.toml"
    mine.write_text("[scenario]\n")
    assert scenario_text(str(mine)).text == "[scenario]\n"
    assert scenario_text(str(mine)).where == str(mine)


def test_what_is_neither_is_refused_with_the_names(tmp_path):
    with pytest.raises(InputError, match="brief-incursion"):
        scenario_text("no-such")
    (tmp_path / "latin.toml").write_bytes(b"\xe4")
    with pytest.raises(InputError, match="cannot be read"):
        scenario_text(str(tmp_path / "latin.toml"))
    with (tmp_path / "long.toml").open("wb") as stream:
        stream.truncate(LARGEST_SCENARIO_BYTES + 1)
    with pytest.raises(InputError, match="too large"):
        scenario_text(str(tmp_path / "long.toml"))


def test_every_shipped_scenario_has_a_title():
    assert all(title for _, title in scenario_titles())


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"cameras": ("mast",)}, {"short": True}],
    ids=lambda change: next(iter(change)),
)
def test_what_changes_the_files_changes_the_key(change):
    text = scenario_text("brief-incursion")
    assert order_key(replace(ORDER, **change), text) != order_key(ORDER, text)


@pytest.mark.parametrize(
    "change",
    [{"out": Path("else")}, {"workers": 1}, {"fresh": True}, {"scenes": Path("scenes")}],
    ids=lambda change: next(iter(change)),
)
def test_what_does_not_change_the_files_keeps_the_key(change):
    text = scenario_text("brief-incursion")
    assert order_key(replace(ORDER, **change), text) == order_key(ORDER, text)
    assert order_key(ORDER, replace(text, text=text.text + "\n# one more remark\n")) != order_key(ORDER, text)


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"seed": -1}, {"seed": 2**31}])
def test_impossible_orders_are_refused(wrong):
    with pytest.raises(InputError):
        replace(ORDER, **wrong)
