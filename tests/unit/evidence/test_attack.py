"""The attack itself: it finds every place in a pack, and it says so when verification is blind."""

from pathlib import Path

import pytest

from tests.unit.evidence.sample_pack import contents
from truceline.errors import InputError
from truceline.evidence.keys import demonstration_key
from truceline.evidence.pack import write_pack
from truceline.evidence.verify import attack, verify_pack
from truceline.evidence.verify.attack import attack_pack
from truceline.records.releases import TrustedKeys


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(contents(), tmp_path / "pack", key=demonstration_key("release"))


def test_everything_is_refused_and_every_place_named(pack):
    before = {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    report = attack_pack(pack, changes=150, seed=11)
    assert report.misses == ()
    assert report.all_refused
    assert report.all_located
    made = {count.kind: count.made for count in report.counts}
    assert made["changed"] == 150
    assert made["removed"] == len(before)
    assert made["truncated"] >= 3 * len(before)
    assert made["added"] == 8
    assert {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()} == before


def test_it_repeats_itself(pack):
    assert attack_pack(pack, changes=5, seed=1) == attack_pack(pack, changes=5, seed=1)


def test_a_blind_verification_is_found_out(pack, monkeypatch):
    answer = verify_pack(pack, TrustedKeys())
    monkeypatch.setattr(attack, "verify_pack", lambda *_: answer)
    report = attack_pack(pack, changes=3, seed=2)
    assert not report.all_refused
    assert not report.all_located
    assert len(report.misses) == attack.MOST_MISSES_KEPT


def test_a_pack_that_differs_already_is_not_attacked(pack):
    (pack / "data" / "page.html").write_bytes(b"")
    with pytest.raises(InputError, match="before the attack"):
        attack_pack(pack, changes=1, seed=1)
