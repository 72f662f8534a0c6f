"""Packs: whole or not at all, the same bytes each time, valid bags, nothing in them that must not leave."""

import errno
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evidence.sample_pack import contents, real_contents
from truceline.errors import InputError, ServiceError
from truceline.evidence import pack as packing
from truceline.evidence.document import PRIVATE_NAMES
from truceline.evidence.keys import demonstration_key, new_signing_key
from truceline.evidence.pack import pack_files, write_pack
from truceline.evidence.statement import LARGEST_PACK_BYTES
from truceline.records.releases import PackFrame
from truceline.records.time import UtcNs

KEY = demonstration_key("release")


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_same_contents_give_the_same_bytes(tmp_path):
    one = write_pack(contents(), tmp_path / "one", key=KEY)
    two = write_pack(contents(), tmp_path / "two", key=KEY)
    assert files_in(one) == files_in(two) == pack_files(contents(), key=KEY)
    later = replace(contents(), released_utc_ns=UtcNs(contents().released_utc_ns + 1))
    assert pack_files(later, key=KEY) != files_in(one)


@pytest.mark.counterpart("bagit")
def test_it_is_a_valid_bag(tmp_path):
    import bagit

    pack = write_pack(contents(), tmp_path / "pack", key=KEY)
    bag = bagit.Bag(str(pack))
    assert bag.validate(processes=1)
    assert bag.info["External-Identifier"] == "example-1"
    (pack / "data" / "page.html").write_bytes(b"changed")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(pack)).validate(processes=1)


def test_nothing_that_gives_a_camera_away_leaves(tmp_path):
    """The documented list is searched for in every file that is text, wherever it stands."""
    files = pack_files(contents(), key=KEY)
    for path, data in files.items():
        if path.endswith(".json"):
            names = set(_names(json.loads(data)))
            assert not names & PRIVATE_NAMES, path
    assert {
        "rotation",
        "position_enu_m",
        "focal_px",
        "view_cone",
        "decidability",
        "blind_zones",
    } <= PRIVATE_NAMES


@pytest.mark.parametrize("name", sorted(PRIVATE_NAMES))
@pytest.mark.parametrize("place", ["track", "line", "footage", "versions"])
def test_what_may_not_leave_is_refused(name, place):
    value: Any = {"deep": [{name: 1}]}
    whole = contents()
    if place == "track":
        whole = replace(whole, track=value)
    else:
        part: Any = (value,) if place == "footage" else value
        whole = replace(whole, finding=replace(whole.finding, **{place: part}))
    with pytest.raises(InputError, match=name):
        pack_files(whole, key=KEY)


def _names(value):
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def test_the_demonstration_says_what_it_is():
    files = pack_files(contents(), key=KEY)
    said = json.loads(files["data/finding.json"])["disclosures"]
    assert said == {"simulated": True, "scripted_decisions": True, "demonstration_key": True}
    assert b"simulated footage, scripted decisions, demonstration key" in files["bag-info.txt"]
    statement = json.loads(files["signature.json"])["statement"]
    assert statement["simulated"]
    assert statement["scripted_decisions"]
    assert statement["demonstration_key"]


def test_a_real_release_discloses_nothing():
    reviewers = new_signing_key("one"), new_signing_key("two")
    files = pack_files(real_contents(reviewers), key=new_signing_key("body"))
    assert b"Truceline-Disclosure: none" in files["bag-info.txt"]
    assert json.loads(files["data/finding.json"])["disclosures"] == {
        "simulated": False, "scripted_decisions": False, "demonstration_key": False,
    }  # fmt: skip


def test_what_exists_is_not_overwritten(tmp_path):
    for name in ("file", "folder", "link"):
        out = tmp_path / name
        {"file": out.touch, "folder": out.mkdir, "link": lambda out=out: out.symlink_to("nowhere")}[name]()
        with pytest.raises(InputError, match="not overwritten"):
            write_pack(contents(), out, key=KEY)


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    written = []

    def fail_at_the_third(path, *arguments, opened=Path.open, **options):
        written.append(path)
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", fail_at_the_third)
    with pytest.raises(ServiceError, match="disk is full") as caught:
        write_pack(contents(), tmp_path / "pack", key=KEY)
    assert caught.value.exit_code == 4
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "rename", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_pack(contents(), tmp_path / "pack", key=KEY)
    assert list(tmp_path.iterdir()) == []


def _interrupted(*_arguments):
    raise KeyboardInterrupt


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(ServiceError, match="cannot be written"):
        write_pack(contents(), tmp_path / "nowhere" / "pack", key=KEY)


def test_the_limit_is_tested_at_equality(monkeypatch):
    size = sum(map(len, pack_files(contents(), key=KEY).values()))
    monkeypatch.setattr(packing, "LARGEST_PACK_BYTES", size)
    assert pack_files(contents(), key=KEY)
    monkeypatch.setattr(packing, "LARGEST_PACK_BYTES", size - 1)
    with pytest.raises(InputError, match=f"would have {size} bytes"):
        pack_files(contents(), key=KEY)


def test_the_limit_is_two_megabytes():
    assert LARGEST_PACK_BYTES == 2_000_000
    with pytest.raises(InputError, match="bytes; at most"):
        pack_files(contents(frame_bytes=2_000_000), key=KEY)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"pack_id": "../up"}, id="pack id"),
        pytest.param({"competent_body": " "}, id="no body"),
        pytest.param({"competent_body": "a\nSource-Organization: b"}, id="line break in the body"),
        pytest.param({"removal_contact": ""}, id="no removal contact"),
        pytest.param({"page_html": b""}, id="no page"),
        pytest.param({"frames": (PackFrame("../x.png", b"\x89PNG\r\n\x1a\n"),)}, id="way out"),
        pytest.param({"frames": (PackFrame("A.png", b"\x89PNG\r\n\x1a\n"),)}, id="upper case"),
        pytest.param({"frames": (PackFrame("1.gif", b"GIF89a"),)}, id="another format"),
        pytest.param({"frames": (PackFrame("1.png", b"<html>"),)}, id="no picture"),
        pytest.param({"frames": (PackFrame("1.png", b"\x89PNG\r\n\x1a\n"),) * 2}, id="same name twice"),
        pytest.param({"track": {"rows_utc": ["yesterday"]}}, id="time that does not parse"),
        pytest.param({"track": {"value": float("nan")}}, id="NaN"),
    ],
)
def test_contents_that_cannot_stand_in_a_pack(changes):
    with pytest.raises(InputError):
        pack_files(replace(contents(), **changes), key=KEY)


def test_what_would_not_verify_does_not_leave():
    whole = contents()
    candidate = {**whole.finding.candidate, "probability": 0.5}
    with pytest.raises(InputError, match="would not verify"):
        pack_files(replace(whole, finding=replace(whole.finding, candidate=candidate)), key=KEY)
    rule = {**whole.finding.rule, "paragraph": "8"}
    with pytest.raises(InputError, match="rule paragraph"):
        pack_files(replace(whole, finding=replace(whole.finding, rule=rule)), key=KEY)
