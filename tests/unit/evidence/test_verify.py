"""Verification: one broken pack per way to fail, and honest words for each answer."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.evidence.sample_pack import contents, decided, demonstration_reviewers, real_contents, record
from truceline.errors import InputError, ServiceError
from truceline.evidence import document
from truceline.evidence import pack as packing
from truceline.evidence.canonical import canonical_json
from truceline.evidence.keys import demonstration_key, new_signing_key, trusted_keys, write_key_files
from truceline.evidence.pack import pack_files, write_pack
from truceline.evidence.statement import (
    BAG_INFO,
    BAGIT,
    BLOCKS,
    FINDING,
    MANIFEST,
    PAGE,
    TAG_MANIFEST,
    TRACK,
    Envelope,
    envelope_text,
    read_envelope,
    signature_blocks_text,
)
from truceline.evidence.verify import Snapshot, journey, verify_pack, verify_snapshot
from truceline.records.releases import (
    CheckOutcome,
    PackFrame,
    PackVerdict,
    Tone,
    TrustedKeys,
    Verification,
)
from truceline.records.reviews import Verdict

NOBODY = TrustedKeys()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(contents(), tmp_path / "pack", key=demonstration_key("release"))


def verified(files: dict[str, bytes], trusted: TrustedKeys = NOBODY) -> Verification:
    folders = frozenset(path.rpartition("/")[0] for path in files if "/" in path)
    return verify_snapshot(Snapshot("pack", files, folders, ()), trusted)


def failed(verification: Verification) -> list[int]:
    return [check.number for check in verification.checks if check.outcome is CheckOutcome.FAILED]


# ---------------------------------------------------------------- what is whole


def test_checks_are_numbered_in_order(pack):
    assert [check.number for check in verify_pack(pack, NOBODY).checks] == list(range(1, 14))


def test_the_demonstration_is_never_green(pack):
    for trusted in (NOBODY, TrustedKeys((demonstration_key("release").public.hex,))):
        result = verify_pack(pack, trusted)
        assert (result.verdict, result.tone, result.exit_code) == (
            PackVerdict.DEMONSTRATION, Tone.NEUTRAL, 0,
        )  # fmt: skip
        assert result.disclosures == ("simulated footage", "scripted decisions", "demonstration key")


def test_green_needs_a_key_that_the_reader_names():
    key, reviewers = new_signing_key("body"), (new_signing_key("one"), new_signing_key("two"))
    files = pack_files(real_contents(reviewers), key=key)
    for name in (key.public.hex, key.public.key_id):
        result = verified(files, TrustedKeys((name,)))
        assert (result.verdict, result.tone, result.exit_code) == (PackVerdict.ONE_BODY, Tone.GREEN, 0)
        assert failed(result) == []
    result = verified(files)
    assert (result.verdict, result.tone, result.exit_code) == (PackVerdict.NO_KEY_NAMED, Tone.NEUTRAL, 0)
    assert key.public.key_id in result.sentence
    assert result.checks[3].outcome is CheckOutcome.UNCHECKED
    result = verified(files, TrustedKeys((new_signing_key("other").public.hex,)))
    assert (result.verdict, result.tone, result.exit_code) == (PackVerdict.OTHER_KEY, Tone.RED, 3)
    assert failed(result) == [4]


def test_simulated_footage_is_not_green_under_a_real_key():
    key, reviewers = new_signing_key("body"), (new_signing_key("one"), new_signing_key("two"))
    files = pack_files(replace(real_contents(reviewers), simulated=True), key=key)
    result = verified(files, TrustedKeys((key.public.hex,)))
    assert (result.tone, result.disclosures) == (Tone.NEUTRAL, ("simulated footage",))


def test_a_key_file_marked_as_demonstration_is_believed(tmp_path):
    key = new_signing_key("body", demonstration=True)
    reviewers = new_signing_key("one"), new_signing_key("two")
    files = pack_files(real_contents(reviewers), key=replace(key, demonstration=False))
    trusted = trusted_keys([str(write_key_files(key, tmp_path, passphrase=None).public)])
    assert verified(files, trusted).verdict is PackVerdict.DEMONSTRATION


def test_reviewers_demonstration_keys_are_told_from_the_signers():
    key, reviewers = new_signing_key("body"), demonstration_reviewers()
    files = pack_files(real_contents(reviewers), key=key)
    for trusted in (NOBODY, TrustedKeys((key.public.hex,))):
        result = verified(files, trusted)
        assert (result.verdict, result.tone, result.exit_code) == (
            PackVerdict.DEMONSTRATION_REVIEWERS, Tone.NEUTRAL, 0,
        )  # fmt: skip
        for reviewer in reviewers:
            assert reviewer.public.key_id in result.sentence
        assert f"signed by key {key.public.key_id}" in result.sentence


def test_a_scripted_decision_is_not_said_to_be_a_persons(pack):
    assert verify_pack(pack, NOBODY).checks[10].name == "two keys decided, scripted"
    files = pack_files(
        real_contents((new_signing_key("one"), new_signing_key("two"))), key=new_signing_key("body")
    )
    assert verified(files).checks[10].name == "two people decided"


# ---------------------------------------------------------------- what was changed


@pytest.mark.parametrize("harm", ["changed", "missing", "added"])
def test_a_bag_whose_payload_is_not_as_listed_is_not_said_to_be_one(pack, harm):
    page = pack / "data" / "page.html"
    if harm == "missing":
        (pack / "data" / "frames" / "0001.png").unlink()
    else:
        target = page if harm == "changed" else page.with_name("other.html")
        target.write_bytes(page.read_bytes() + b" ")
    bag = verify_pack(pack, NOBODY).checks[6]
    assert bag.outcome is CheckOutcome.UNCHECKED
    assert bag.compared == "1 file(s) differ, are missing or were added: no valid bag"


def test_a_failed_check_says_that_it_does_not_hold(pack):
    (pack / "data" / "page.html").unlink()
    (pack / "link").symlink_to("bagit.txt")
    (pack / "signature-blocks.json").write_bytes(b"{}")
    checks = [check for check in verify_pack(pack, NOBODY).checks if check.outcome is CheckOutcome.FAILED]
    assert [(check.number, check.compared) for check in checks] == [
        (1, "no; 1 difference found"),
        (2, "no; 1 difference found"),
        (5, "no; 1 difference found"),
    ]


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("signature.json", 2),
        ("signature-blocks.json", 2),
        ("bagit.txt", 6),
        ("bag-info.txt", 6),
        ("manifest-sha256.txt", 6),
        ("tagmanifest-sha256.txt", 6),
        ("blocks.json", 6),
        ("data/page.html", 6),
        ("data/finding.json", 6),
        ("data/track.json", 6),
        ("data/frames/0001.png", 6),
    ],
)
def test_every_file_has_its_check_and_each_byte_its_place(pack, path, number):
    data = (pack / path).read_bytes()
    step = max(1, len(data) // 40)
    for offset in [*range(0, len(data), step), len(data) - 1]:
        value = data[offset] ^ 0x01
        (pack / path).write_bytes(data[:offset] + bytes((value,)) + data[offset + 1 :])
        result = verify_pack(pack, NOBODY)
        assert (result.verdict, result.tone, result.exit_code) == (PackVerdict.DIFFERS, Tone.RED, 3)
        assert failed(result) == [number]
        (damage,) = result.damages
        assert (damage.path, damage.offset) == (path, offset)
        assert (damage.found, damage.signed) == (f"0x{value:02x}", f"0x{data[offset]:02x}")
        assert f"{path}, byte {offset}" in result.sentence


def test_a_change_to_the_signature_hides_no_other_change(pack):
    signature, page = pack / "signature.json", pack / "data" / "page.html"
    data = signature.read_bytes()
    signature.write_bytes(data.replace(b"Example Commission", b"Exbmple Commission"))
    text = page.read_bytes()
    page.write_bytes(text[:100] + b"!" + text[101:])
    (pack / "data" / "more.html").write_bytes(b"")
    places = {(damage.path, damage.offset) for damage in verify_pack(pack, NOBODY).damages}
    assert ("data/page.html", 100) in places
    assert ("data/more.html", None) in places
    assert ("signature.json", data.index(b"Example Commission") + 2) in places


def test_a_changed_signature_without_its_blocks_names_the_field(pack):
    (pack / "signature-blocks.json").unlink()
    path = pack / "signature.json"
    data = path.read_bytes()
    offset = data.index(b'"signature":"') + len(b'"signature":"')
    path.write_bytes(
        data[:offset] + (b"0" if data[offset : offset + 1] != b"0" else b"1") + data[offset + 1 :]
    )
    result = verify_pack(pack, NOBODY)
    assert result.verdict is PackVerdict.DIFFERS
    assert any(
        damage.path == "signature.json" and "signature" in damage.sentence for damage in result.damages
    )


def test_a_signature_file_that_is_no_json_names_where_it_ends(pack):
    (pack / "signature-blocks.json").unlink()
    path = pack / "signature.json"
    path.write_bytes(path.read_bytes()[:200])
    (damage,) = verify_pack(pack, NOBODY).damages
    assert damage.path == "signature.json"
    assert damage.offset is not None
    assert damage.offset <= 200


def test_a_file_and_its_block_list_changed_together_are_both_named(pack):
    for path in ("data/page.html", "blocks.json"):
        data = (pack / path).read_bytes()
        (pack / path).write_bytes(data[:50] + bytes((data[50] ^ 1,)) + data[51:])
    result = verify_pack(pack, NOBODY)
    assert {damage.path for damage in result.damages} == {"data/page.html", "blocks.json"}


@pytest.mark.parametrize(
    "path", ["signature.json", "blocks.json", "bagit.txt", "data/page.html", "data/track.json"]
)
def test_a_removed_file_is_named(pack, path):
    (pack / path).unlink()
    result = verify_pack(pack, NOBODY)
    assert result.exit_code == 3
    assert [(damage.path, damage.kind) for damage in result.damages] == [(path, "removed")]


def test_line_ends_are_bytes_too(pack):
    path = pack / "manifest-sha256.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (damage,) = verify_pack(pack, NOBODY).damages
    assert (damage.path, damage.kind) == ("manifest-sha256.txt", "resized")


def test_a_duplicate_manifest_line_is_refused(pack):
    path = pack / "manifest-sha256.txt"
    data = path.read_bytes()
    path.write_bytes(data + data.splitlines(keepends=True)[0])
    (damage,) = verify_pack(pack, NOBODY).damages
    assert (damage.path, damage.kind) == ("manifest-sha256.txt", "resized")


@pytest.mark.parametrize(
    "name",
    ["data/PAGE.html", "data/..page", "data/pa ge.html", "data/pagé.html", "data/\x1b[31m.html", "data/a\\b"],
)
def test_odd_names_are_refused_and_shown_safely(pack, name):
    (pack / name).write_bytes(b"")
    result = verify_pack(pack, NOBODY)
    assert failed(result) == [1]
    assert "\x1b" not in result.sentence


def test_links_pipes_folders_and_depth_are_refused(pack):
    (pack / "link").symlink_to("/etc/hostname")
    os.mkfifo(pack / "pipe")
    (pack / "data" / "extra").mkdir()
    (pack / "data" / "frames" / "deeper").mkdir()
    (pack / "data" / "frames" / "deeper" / "file").write_bytes(b"")
    kinds = {damage.path: damage.kind for damage in verify_pack(pack, NOBODY).damages}
    assert kinds == {
        "link": "refused",
        "pipe": "refused",
        "data/extra": "added",
        "data/frames/deeper": "added",
        "data/frames/deeper/file": "refused",
    }


def test_a_link_in_the_place_of_a_file_is_refused(pack, tmp_path):
    page = pack / "data" / "page.html"
    page.rename(tmp_path / "page.html")
    page.symlink_to(tmp_path / "page.html")
    result = verify_pack(pack, NOBODY)
    assert [(damage.path, damage.kind) for damage in result.damages] == [("data/page.html", "refused")]


def test_a_huge_file_is_refused_unread(pack):
    with (pack / "data" / "page.html").open("wb") as handle:
        handle.truncate(1 << 40)
    (damage,) = verify_pack(pack, NOBODY).damages
    assert (damage.path, damage.kind) == ("data/page.html", "refused")
    assert str(1 << 40) in damage.sentence


def test_too_many_entries_are_refused(pack):
    for number in range(1_100):
        (pack / f"x{number}").touch()
    result = verify_pack(pack, NOBODY)
    assert 1 in failed(result)
    assert "more than 1000 entries" in result.damages[0].sentence


# ---------------------------------------------------------------- what is no pack, or cannot be read


def test_what_is_no_pack_is_an_input_error(tmp_path, pack):
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\n")
    (tmp_path / "linked").symlink_to(pack)
    for path in (tmp_path / "nowhere", tmp_path / "bag", pack / "bagit.txt", tmp_path / "linked"):
        with pytest.raises(InputError) as caught:
            verify_pack(path, NOBODY)
        assert caught.value.exit_code == 2


def test_what_cannot_be_read_could_not_be_checked(pack, monkeypatch):
    def refused(path, *_arguments):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("truceline.evidence.verify.snapshot.os.open", refused)
    with pytest.raises(ServiceError, match="could not be checked") as caught:
        verify_pack(pack, NOBODY)
    assert caught.value.exit_code == 4


@pytest.mark.usefixtures("lying")
def test_a_later_format_is_not_called_different(monkeypatch):
    key = demonstration_key("release")
    monkeypatch.setattr("truceline.evidence.statement.PACK_FORMAT", "truceline-pack/2")
    result = verified(pack_files(contents(), key=key))
    assert (result.verdict, result.tone, result.exit_code) == (PackVerdict.UNCHECKED, Tone.NEUTRAL, 4)
    assert "could not be checked" in result.sentence


# ---------------------------------------------------------------- a signer who lies


@pytest.fixture
def lying(monkeypatch) -> None:
    """Let packs be written that an honest program would refuse to write."""
    monkeypatch.setattr(packing, "_check_by_verifying", lambda *_: None)


def lie(**changes: object) -> dict[str, bytes]:
    whole = contents()
    return pack_files(
        replace(whole, finding=replace(whole.finding, **changes)),  # type: ignore[arg-type]
        key=demonstration_key("release"),
    )


def test_whoever_rewrites_everything_signs_with_another_key():
    body, forger = new_signing_key("body"), new_signing_key("forger")
    reviewers = new_signing_key("one"), new_signing_key("two")
    forged = pack_files(replace(real_contents(reviewers), page_html=b"forged"), key=forger)
    result = verified(forged, TrustedKeys((body.public.hex,)))
    assert (result.verdict, result.exit_code) == (PackVerdict.OTHER_KEY, 3)
    assert verified(forged).tone is not Tone.GREEN


@pytest.mark.usefixtures("lying")
def test_a_candidate_changed_after_the_decisions_is_refused():
    result = verified(lie(candidate={**record().candidate, "probability": 0.5}))
    assert failed(result) == [9]
    assert result.damages[0].path == "data/finding.json"


@pytest.mark.usefixtures("lying")
def test_an_event_changed_after_the_decisions_is_refused():
    assert failed(verified(lie(event={**record().event, "probability": 0.5}))) == [9]


@pytest.mark.usefixtures("lying")
def test_other_words_of_the_rule_are_refused():
    assert failed(verified(lie(rule={"quotation": "Anybody may be shot at."}))) == [9]


@pytest.mark.usefixtures("lying")
def test_a_time_that_does_not_parse_is_refused():
    assert failed(verified(lie(footage=({"start_utc": "13.11.2017"},)))) == [8]


@pytest.mark.usefixtures("lying")
def test_a_camera_pose_is_refused():
    result = verified(lie(versions={"camera": {"rotation": [1, 0, 0]}}))
    assert failed(result) == [13]


def test_a_decision_with_anothers_signature_is_refused():
    result = relied(lambda value: value["decisions"][0].update(signature="0" * 128))
    assert failed(result) == [10]


def test_one_person_is_not_two():
    def repeat(value):
        value["decisions"][1] = value["decisions"][0]

    assert failed(relied(repeat)) == [11]
    assert failed(relied(lambda value: value["decisions"].pop())) == [11]
    assert 11 in failed(relied(lambda value: value["decisions"].clear()))


def test_a_reviewer_who_is_not_listed_does_not_count():
    assert failed(relied(lambda value: value["reviewer_keys"].pop())) == [11]


def test_reviewers_who_disagree_make_no_finding():
    def disagree(value):
        second = decided(demonstration_reviewers()[1], record(), verdict=Verdict.NO_BREACH)
        value["decisions"][1] = json.loads(json.dumps(packing_json(second)))

    assert failed(relied(disagree)) == [11]


def test_another_verdict_than_the_reviewers_is_refused():
    assert failed(relied(lambda value: value.update(verdict="NO BREACH"))) == [11]


@pytest.mark.parametrize("field", ["simulated", "scripted_decisions", "demonstration_key"])
def test_a_disclosure_that_is_left_out_is_refused(field):
    assert failed(relied(lambda value: value["disclosures"].update({field: False}))) == [12]
    assert failed(relied(lambda value: value["disclosures"].pop(field))) == [12]


@pytest.mark.parametrize("field", ["pack_id", "released_utc", "competent_body"])
def test_a_finding_of_another_pack_is_refused(field):
    other = "2001-01-01T00:00:00.000000000Z"
    assert failed(relied(lambda value: value.update({field: other}))) == [8]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda value: value.pop("not_observed"), id="field missing"),
        pytest.param(lambda value: value.update(remark="x"), id="field added"),
        pytest.param(lambda value: value.update(format="truceline-finding/0"), id="format"),
        pytest.param(lambda value: value.update(verdict="GUILTY"), id="verdict"),
        pytest.param(lambda value: value.update(decisions={}), id="decisions"),
        pytest.param(lambda value: value.update(decisions=[1]), id="decision"),
        pytest.param(lambda value: value.update(reviewer_keys="all"), id="keys"),
        pytest.param(lambda value: value.update(candidate=[]), id="candidate"),
    ],
)
def test_a_finding_that_cannot_be_read_is_refused(edit):
    assert failed(relied(edit)) == [8]


def packing_json(signed):
    from truceline.evidence.decisions import decision_json

    return decision_json(signed)


def relied(edit) -> Verification:
    """A pack whose signer edited the finding and sealed it again: only its claims give it away."""
    original = document.finding_json

    def edited(*arguments, **options):
        value = json.loads(canonical_json(original(*arguments, **options)))
        edit(value)
        return value

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "finding_json", edited)
        patch.setattr(packing, "_check_by_verifying", lambda *_: None)
        return verified(pack_files(contents(), key=demonstration_key("release")))


def test_manifests_that_do_not_list_what_is_signed_are_refused(monkeypatch):
    """The statement signs the files; a bag whose own manifest says otherwise is no bag."""
    files = pack_files(contents(), key=demonstration_key("release"))
    files["manifest-sha256.txt"] = b"0" * 64 + b"  data/page.html\n"
    statement = json.loads(files["signature.json"])["statement"]
    inner = {path: data for path, data in files.items() if not path.startswith("signature")}
    files["signature.json"] = envelope_text(statement, inner, key=demonstration_key("release"))
    files["signature-blocks.json"] = signature_blocks_text(files["signature.json"])
    result = verified(files)
    assert failed(result) == [7]
    assert {damage.path for damage in result.damages} == {
        "manifest-sha256.txt", "tagmanifest-sha256.txt", "blocks.json",
    }  # fmt: skip


@pytest.mark.parametrize("left_out", [FINDING, TRACK, PAGE, BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, BLOCKS])
def test_a_signer_cannot_leave_a_check_out_with_its_file(left_out):
    """Signed without its finding, a pack would otherwise pass for want of anything to check."""
    key = new_signing_key("body")
    files = pack_files(real_contents((new_signing_key("one"), new_signing_key("two"))), key=key)
    statement = json.loads(files["signature.json"])["statement"]
    inner = {
        path: data for path, data in files.items() if not path.startswith("signature") and path != left_out
    }
    inner["signature.json"] = envelope_text(statement, dict(inner), key=key)
    inner["signature-blocks.json"] = signature_blocks_text(inner["signature.json"])
    result = verified(inner, TrustedKeys((key.public.hex,)))
    assert 7 in failed(result)
    assert (result.verdict, result.tone, result.exit_code) == (PackVerdict.DIFFERS, Tone.RED, 3)


@pytest.mark.parametrize("number", [number for number in range(1, 14) if number != 4])
def test_nothing_that_was_not_checked_passes(number):
    """Whatever the reason, a check that could not be made is never green and never exit code 0."""
    key = new_signing_key("body")
    files = pack_files(real_contents((new_signing_key("one"), new_signing_key("two"))), key=key)
    snapshot = Snapshot("pack", files, frozenset({"data", "data/frames"}), ())
    trusted = TrustedKeys((key.public.hex,))
    checks = tuple(
        replace(check, outcome=CheckOutcome.UNCHECKED) if check.number == number else check
        for check in verify_snapshot(snapshot, trusted).checks
    )
    envelope = read_envelope(files["signature.json"])
    assert isinstance(envelope, Envelope)
    result = journey._conclude(snapshot, matter=journey._Matter(checks, envelope, ()), trusted=trusted)
    assert (result.verdict, result.tone, result.exit_code) == (PackVerdict.UNCHECKED, Tone.NEUTRAL, 4)


def test_a_frame_may_be_missing_from_a_pack_that_never_had_one():
    files = pack_files(replace(contents(), frames=()), key=demonstration_key("release"))
    assert verified(files).exit_code == 0
    jpeg = replace(contents(), frames=(PackFrame("a.jpg", b"\xff\xd8\xff\xe0"),))
    assert verified(pack_files(jpeg, key=demonstration_key("release"))).exit_code == 0
