"""Releasing from a real station: when it may be, what is in the pack, what is refused; bytes repeat."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.small_site import SITE
from tests.unit.pipeline.small_station import (
    BODY,
    REVIEWERS,
    SCRIPTED,
    SmallStation,
    make_station,
    opened,
    release_terms,
    vote,
)
from truceline.errors import InputError, IntegrityError
from truceline.evidence.keys import SigningKey, demonstration_key, new_signing_key
from truceline.evidence.verify import verify_pack
from truceline.pipeline import release as release_module
from truceline.pipeline.release import ReleaseOrder, release
from truceline.records.releases import PackVerdict, Tone, TrustedKeys
from truceline.records.reviews import Verdict
from truceline.records.time import NS_PER_S, UtcNs
from truceline.rules.ruleset import load_rule_pack
from truceline.store.station import Station

DEMONSTRATION = demonstration_key("release")


def order(station: SmallStation, out: Path, *, after_s: float = 24 * 3600) -> ReleaseOrder:
    end = opened(station).crossing.span.end_utc_ns
    return ReleaseOrder(out, "small-1", UtcNs(end + round(after_s * NS_PER_S)))


def found(station: SmallStation, reviewers: tuple[SigningKey, ...] = REVIEWERS[:2]) -> SmallStation:
    for hours, key in enumerate(reviewers, start=1):
        vote(opened(station), key, after_h=hours)
    return station


def released(station: SmallStation, out: Path, *, key: SigningKey = BODY) -> Path:
    return release(opened(station), order(station, out), key=key)


def contents(pack: Path) -> dict[str, bytes]:
    return {
        path.relative_to(pack).as_posix(): path.read_bytes() for path in pack.rglob("*") if path.is_file()
    }


def test_a_finding_becomes_a_pack_that_verifies(station: SmallStation, tmp_path: Path):
    pack = released(found(station), tmp_path / "pack")
    result = verify_pack(pack, TrustedKeys((BODY.public.hex,)))
    assert (result.exit_code, result.tone, result.damages) == (0, Tone.NEUTRAL, ())
    assert result.disclosures == ("simulated footage",)
    names = set(contents(pack))
    assert {"data/page.html", "data/finding.json", "data/track.json"} <= names
    assert len([name for name in names if name.startswith("data/frames/")]) == 2


def test_only_footage_that_was_filmed_is_shown_in_green(tmp_path: Path):
    filmed = SITE.replace("simulated = true", "simulated = false") + release_terms()
    pack = released(found(make_station(tmp_path, text=filmed)), tmp_path / "pack")
    result = verify_pack(pack, TrustedKeys((BODY.public.hex,)))
    assert (result.exit_code, result.tone, result.disclosures) == (0, Tone.GREEN, ())
    assert (
        "emonstration" not in (pack / "data/page.html").read_text(encoding="utf-8").partition("</style>")[2]
    )


def test_a_strangers_key_is_no_release_of_the_body(station: SmallStation, tmp_path: Path):
    found(station)
    with pytest.raises(InputError, match=r"is not one of Small Commission's keys"):
        released(station, tmp_path / "pack", key=new_signing_key("stranger"))
    assert not (tmp_path / "pack").exists()


def test_a_reviewers_key_cannot_release(station: SmallStation, tmp_path: Path):
    found(station)
    with pytest.raises(InputError, match="a reviewer's key cannot release"):
        released(station, tmp_path / "pack", key=REVIEWERS[2])


def test_a_site_without_body_keys_cannot_release(station: SmallStation, tmp_path: Path):
    candidate = opened(found(station))
    terms = candidate.site.release_terms
    assert terms is not None
    site = replace(candidate.site, release_terms=replace(terms, body_keys=()))
    with pytest.raises(InputError, match="lists no key of the competent body"):
        release(replace(candidate, site=site), order(station, tmp_path / "pack"), key=BODY)


def test_another_bodys_key_is_not_trusted(station: SmallStation, tmp_path: Path):
    pack = released(found(station), tmp_path / "pack")
    result = verify_pack(pack, TrustedKeys((new_signing_key("stranger").public.hex,)))
    assert (result.exit_code, result.verdict) == (3, PackVerdict.OTHER_KEY)


def test_a_demonstration_is_never_green(station: SmallStation, tmp_path: Path):
    pack = released(found(station, SCRIPTED), tmp_path / "pack", key=DEMONSTRATION)
    key = DEMONSTRATION.public.hex
    result = verify_pack(pack, TrustedKeys((key,), demonstration=(key,)))
    assert (result.exit_code, result.tone) == (0, Tone.NEUTRAL)
    assert set(result.disclosures) == {"simulated footage", "scripted decisions", "demonstration key"}


def test_the_same_inputs_give_the_same_bytes(station: SmallStation, tmp_path: Path):
    found(station)
    packs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        packs.append(released(station, tmp_path / name / "pack"))
    assert contents(packs[0]) == contents(packs[1])
    other = release(opened(station), order(station, tmp_path / "later", after_s=24 * 3600 + 1), key=BODY)
    assert contents(other) != contents(packs[0])


def nobody(_: SmallStation) -> None:
    """No decision at all."""


def one_reviewer(station: SmallStation) -> None:
    vote(opened(station), REVIEWERS[0])


def they_differ(station: SmallStation) -> None:
    vote(opened(station), REVIEWERS[0])
    vote(opened(station), REVIEWERS[1], Verdict.NO_BREACH)


@pytest.mark.parametrize("decided", [nobody, one_reviewer, they_differ])
def test_no_release_before_two_agree(
    station: SmallStation, tmp_path: Path, decided: Callable[[SmallStation], None]
):
    decided(station)
    with pytest.raises(InputError, match="have not yet decided the same"):
        released(station, tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


def test_the_sites_delay_is_kept_and_tested_at_equality(station: SmallStation, tmp_path: Path):
    found(station)
    at_once = order(station, tmp_path / "pack")
    early = replace(at_once, released_utc_ns=UtcNs(at_once.released_utc_ns - 1))
    with pytest.raises(InputError, match="delays releases by 24 h"):
        release(opened(station), early, key=BODY)
    assert not (tmp_path / "pack").exists()
    assert release(opened(station), at_once, key=BODY).is_dir()


def test_a_changed_decision_stops_the_release(station: SmallStation, tmp_path: Path):
    path = vote(opened(station), REVIEWERS[0])
    vote(opened(station), REVIEWERS[1], after_h=2)
    path.write_bytes(path.read_bytes().replace(b"every frame", b"some frames"))
    with pytest.raises(IntegrityError) as refused:
        released(station, tmp_path / "pack")
    assert refused.value.exit_code == 3
    assert not (tmp_path / "pack").exists()


def test_a_run_changed_after_the_decisions_stops_the_release(station: SmallStation, tmp_path: Path):
    found(station)
    path = next(station.folder.glob("runs/*/run.json"))
    text = path.read_text(encoding="utf-8")
    changed = text.replace('"CONDITIONS MET"', '"UNDECIDED"')
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(IntegrityError, match="decide"):
        released(station, tmp_path / "pack")


def test_a_lost_masked_frame_stops_the_release(station: SmallStation, tmp_path: Path):
    found(station)
    for path in station.folder.glob("runs/*/masked/*.jpg"):
        path.unlink()
    with pytest.raises(IntegrityError, match="evidence frame is missing"):
        released(station, tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_nothing_is_overwritten(station: SmallStation, tmp_path: Path, kind: str):
    found(station)
    out = tmp_path / "pack"
    kept = out / "kept.txt" if kind == "folder" else out
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError):
        released(station, out)
    assert kept.read_text(encoding="utf-8") == "mine"


def test_a_rule_pack_that_changed_since_is_refused(
    station: SmallStation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    found(station)
    today = load_rule_pack("korea-1953")
    newer = replace(today, digest=replace(today.digest, hex="0" * 64))
    monkeypatch.setattr(release_module, "load_rule_pack", lambda _: newer)
    with pytest.raises(InputError, match="rule pack has changed"):
        released(station, tmp_path / "pack")


def test_a_site_without_terms_has_no_reviewers_and_no_release(tmp_path: Path):
    station = make_station(tmp_path, text=SITE)
    with pytest.raises(InputError, match="not one of this site's reviewer keys"):
        vote(opened(station), REVIEWERS[0])
    with pytest.raises(InputError, match="two people"):
        release(opened(station), order(station, tmp_path / "pack"), key=BODY)


def test_a_longer_delay_is_the_sites_own(tmp_path: Path):
    station = found(make_station(tmp_path, text=SITE + release_terms(delay_h=30.0)))
    with pytest.raises(InputError, match="delays releases by 30 h"):
        released(station, tmp_path / "pack")


def test_nothing_of_a_camera_leaves(station: SmallStation, tmp_path: Path):
    pack = contents(released(found(station), tmp_path / "pack"))
    text = b"".join(content for name, content in pack.items() if not name.endswith(".jpg"))
    for words in (b"focal", b"rotation", b"position_enu", b"boxes", b"latitude", b"127.0", b'"camera-view'):
        assert words not in text
    candidate = opened(station)
    calibration = candidate.site.camera("mast").calibration
    for value in calibration.rotation.ravel():
        # Short numbers stand in any text by chance.
        if len(repr(float(value))) > 8:
            assert repr(float(value)).encode() not in text
    # What the station keeps does hold them: the check above can fail.
    kept = b"".join(path.read_bytes() for path in Station.open(station.folder).folder.rglob("site.toml"))
    assert b"focal" in kept


def test_the_page_says_what_was_said_of_the_agreement(station: SmallStation, tmp_path: Path):
    pack = released(found(station), tmp_path / "pack")
    positions = load_rule_pack("korea-1953").positions
    assert positions
    page = (pack / "data/page.html").read_text(encoding="utf-8")
    said = json.loads((pack / "data/finding.json").read_text(encoding="utf-8"))["positions"]
    assert [one["statement"] for one in said] == [one.statement for one in positions]
    assert [one["compared_with_original"] for one in said] == [one.checked for one in positions]
    for one in positions:
        assert one.statement[1:] in page
