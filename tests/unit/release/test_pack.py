"""From records to a pack: who may release, when, and what of a track leaves."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from tests.unit.evidence.sample_pack import START, crossing, demonstration_reviewers, found, judgement, record
from truceline.errors import InputError
from truceline.evidence.keys import demonstration_key, new_signing_key
from truceline.evidence.pack import pack_files, write_pack
from truceline.evidence.verify import verify_pack
from truceline.records.digests import Sha256
from truceline.records.frames import Footage, Gap, GapReason
from truceline.records.releases import PackFrame, TrustedKeys
from truceline.records.site import Line, Origin, ReleaseTerms, Retention, Sides, Site
from truceline.records.time import NS_PER_S, UtcNs, UtcSpan
from truceline.records.tracks import Track
from truceline.release.pack import Matter, Presentation, assemble_pack, track_json

SPAN = crossing().span
DAY = 24 * 3_600 * NS_PER_S
PRESENTATION = Presentation(b"<!doctype html>", (PackFrame("0001.png", b"\x89PNG\r\n\x1a\n"),))


def track(rows: int = 200) -> Track:
    """One row every 0.1 s from ``START`` on: 20 s, the event from 10 s to 13 s."""
    state = np.zeros((rows, 4))
    state[:, 0] = np.arange(rows) * 0.12345
    return Track(
        track_id="t-7",
        camera_id="c1",
        utc_ns=START + np.arange(rows) * (NS_PER_S // 10),
        pts=np.arange(rows),
        state=state,
        covariance=np.tile(np.eye(4) * 0.04, (rows, 1, 1)),
        boxes_px=np.zeros((rows, 4)),
        observed=np.arange(rows) % 2 == 0,
        kind="person",
    )


def site(terms: ReleaseTerms | None) -> Site:
    line = Line(
        line_id="mdl",
        version="1953-07-27",
        source="drawn",
        valid=UtcSpan(UtcNs(0), UtcNs(2**62)),
        sides=Sides("north", "south"),
        vertices_en_m=np.array([[0.0, 0.0], [10.0, 0.0]]),
        sigma_m=0.1,
    )
    return Site(
        site_id="example",
        name="Example",
        simulated=True,
        instrument="Example Armistice",
        local_offset_minutes=540,
        origin=Origin(0.0, 0.0, 0.0),
        line=line,
        zones=(),
        cameras=(),
        permits=(),
        retention=Retention(30, 7, 365),
        release_terms=terms,
        digest=Sha256("ef" * 32),
    )


def terms(**changes) -> ReleaseTerms:
    keys = tuple(key.public.hex for key in demonstration_reviewers())
    return replace(ReleaseTerms("Example Commission", "removal@example.org", keys, 24.0), **changes)


def matter(of_site: Site) -> Matter:
    footage = Footage(
        name="drawn.mp4",
        digest=Sha256("ab" * 32),
        size_bytes=1_000,
        camera_id="c1",
        width_px=640,
        height_px=480,
        container_rate_hz=25.0,
        true_rate_hz=None,
        start_utc_ns=START,
        start_bound_s=0.1,
        start_source="drawn",
    )
    gap = Gap("gap-1", "c1", UtcSpan(START, UtcNs(START + NS_PER_S)), GapReason("frozen", "It froze."))
    return Matter(
        site=of_site,
        judgement=judgement(),
        record=record(),
        finding=found(demonstration_reviewers()),
        footage=(footage,),
        track=track(),
        event_span=SPAN,
        shelter_utc_ns=None,
        not_observed=(gap,),
        positions=(
            {"party": "north", "stated_utc": "2017-11-20T00:00:00Z", "statement": "x", "source": "y"},
        ),
        versions={"truceline": "0.1.0"},
    )


def assemble(of_matter: Matter, *, released_utc_ns: int = SPAN.end_utc_ns + DAY):
    return assemble_pack(of_matter, PRESENTATION, pack_id="p-1", released_utc_ns=UtcNs(released_utc_ns))


def test_records_become_a_pack_that_verifies(tmp_path):
    contents = assemble(matter(site(terms())))
    out = write_pack(contents, tmp_path / "pack", key=demonstration_key("release"))
    result = verify_pack(out, TrustedKeys())
    assert result.exit_code == 0
    assert result.damages == ()
    assert contents.simulated
    assert contents.finding.rule["quotation"] == judgement().quotation
    assert contents.finding.not_observed[0]["kind"] == "frozen"
    assert contents.finding.line["sides"] == ["north", "south"]


def test_nothing_of_a_camera_leaves():
    """Even the site's digest is all that a pack says of the survey besides the line."""
    data = b"".join(pack_files(assemble(matter(site(terms()))), key=demonstration_key("release")).values())
    for word in (b"boxes", b"rotation", b"position_enu", b"focal", b"velocity", b"latitude"):
        assert word not in data


@pytest.mark.parametrize(
    "none",
    [
        pytest.param(None, id="no terms"),
        pytest.param(terms(competent_body=""), id="no body"),
        pytest.param(terms(removal_contact=""), id="no removal contact"),
        pytest.param(terms(reviewer_keys=(demonstration_reviewers()[0].public.hex,)), id="one reviewer"),
        pytest.param(
            terms(reviewer_keys=(demonstration_reviewers()[0].public.hex,) * 2), id="the same twice"
        ),
    ],
)
def test_who_may_not_release(none):
    with pytest.raises(InputError, match="may not release"):
        assemble(matter(site(none)))


def test_the_delay_is_kept_and_tested_at_equality():
    assert assemble(matter(site(terms())))
    with pytest.raises(InputError, match="24 h"):
        assemble(matter(site(terms())), released_utc_ns=SPAN.end_utc_ns + DAY - 1)


def test_a_finding_of_another_site_or_candidate_is_refused():
    other = tuple(new_signing_key(name).public.hex for name in ("a", "b"))
    with pytest.raises(InputError, match="another site"):
        assemble(matter(site(terms(reviewer_keys=other))))
    changed = replace(matter(site(terms())), record=replace(record(), digest=Sha256("00" * 32)))
    with pytest.raises(InputError, match="another candidate"):
        assemble(changed)


def test_a_track_is_cut_to_the_event_and_its_margin():
    value: Any = track_json(track(), SPAN, shelter_utc_ns=None)
    times = value["rows_utc"]
    # 2 s before 10 s, up to but not including 2 s after 13 s.
    assert (times[0], times[-1]) == ("2017-11-13T06:14:08.000000000Z", "2017-11-13T06:14:14.900000000Z")
    assert len(times) == len(value["en_m"]) == len(value["sigma_m"]) == len(value["observed"]) == 70
    assert value["sigma_m"][0] == pytest.approx(0.2)
    assert value["en_m"][0] == [9.876, 0.0]
    assert value["observed"][:2] == [True, False]


def test_a_track_ends_before_shelter():
    shelter = UtcNs(START + 12 * NS_PER_S)
    value: Any = track_json(track(), SPAN, shelter_utc_ns=shelter)
    assert value["rows_utc"][-1] == "2017-11-13T06:14:11.900000000Z"
    with pytest.raises(InputError, match="no row"):
        track_json(track(), SPAN, shelter_utc_ns=START)


def test_only_named_columns_of_a_track_leave():
    value = track_json(track(), SPAN, shelter_utc_ns=None)
    assert set(value) == {"format", "track_id", "kind", "frame", "rows_utc", "en_m", "sigma_m", "observed"}
    assert {field.name for field in fields(Track)} & set(value) == {"track_id", "kind", "observed"}
