"""Which candidate is whose part: by time within its bound, by direction, by camera; never a guess."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import tests.unit.present.sample_views as sample
from tests.unit.pipeline.demo.runs import FLEES, RETURNS, STORY, judged, run_of
from truceline.pipeline.demo.story import MODEL_INCIDENT, decided
from truceline.records.reviews import Verdict
from truceline.records.time import format_utc
from truceline.simulate.scenario.shipped import shipped_scenarios


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """She crossed at 22.05 s, he at 26.3 s; a third crossed back, and somebody fired."""
    events = [("crossed", "fugitive", 22.05, "South"), ("crossed", "pursuer", 26.3, "South")]
    events += [("crossed", "third", 22.0, "North"), ("shot", "pursuer", 22.0, "")]
    lines = [
        json.dumps(
            {
                "kind": kind,
                "actors": [who],
                "start_utc": format_utc(sample.at(at_s), digits=9),
                "towards": towards,
            }
        )
        for kind, who, at_s, towards in events
    ]
    (tmp_path / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def found(truth: Path, *runs) -> list[tuple[str, str]]:
    return [(one.part.actor_id, one.crossing.event_id) for one in decided(STORY, runs, truth=truth)]


def test_each_part_is_its_own_candidate_in_the_storys_order(truth):
    assert found(truth, run_of("1", RETURNS, FLEES)) == [("fugitive", "e2"), ("pursuer", "e1")]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"crossed_utc_ns": sample.at(22.05 + 0.13)}, id="later than its bound allows"),
        pytest.param({"crossed_utc_ns": sample.at(22.05 - 0.13)}, id="sooner than its bound allows"),
        pytest.param({"to_side": "North", "from_side": "South"}, id="the other way"),
        pytest.param({"probability": 0.49}, id="less likely than not"),
    ],
)
def test_what_differs_is_nobodys_part(truth, change):
    assert found(truth, run_of("1", RETURNS, replace(FLEES, **change))) == [("pursuer", "e1")]


def test_at_its_bound_it_still_is(truth):
    late = replace(FLEES, crossed_utc_ns=sample.at(22.05 + 0.12))
    assert found(truth, run_of("1", late)) == [("fugitive", "e2")]


def test_of_several_the_nearest_is_meant(truth):
    other = replace(FLEES, event_id="e3", crossed_utc_ns=sample.at(22.04))
    assert found(truth, run_of("1", FLEES, other)) == [("fugitive", "e3")]


def test_only_candidates_of_the_lines_camera_are_decided(truth):
    assert found(truth, run_of("2", FLEES, RETURNS)) == []
    none = judged(FLEES, is_candidate=False)
    assert found(truth, run_of("1", FLEES, judgements=(none,))) == []


def test_the_model_incident_is_shipped_and_releases_one_breach():
    assert MODEL_INCIDENT.scenario in shipped_scenarios()
    verdicts = [part.verdict for part in MODEL_INCIDENT.parts]
    assert verdicts == [Verdict.NO_BREACH, Verdict.BREACH]
