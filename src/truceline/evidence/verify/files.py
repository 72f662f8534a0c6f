"""The checks on bytes: (1) to (7) of ``verify_pack``."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from truceline.evidence.blocks import compare_bytes, find_differences, read_blocks, repaired
from truceline.evidence.canonical import CanonicalFault, read_canonical
from truceline.evidence.statement import (
    BAGIT,
    BAGIT_TEXT,
    BLOCKS,
    MANIFEST,
    PAGE,
    REQUIRED,
    SIGNATURE,
    SIGNATURE_BLOCKS,
    TAG_MANIFEST,
    Envelope,
    SignedFile,
    blocks_text,
    in_block_list,
    manifest_text,
    read_block_list,
    read_envelope,
    signature_blocks_text,
    tag_manifest_text,
)
from truceline.evidence.verify.snapshot import Snapshot
from truceline.records.releases import Check, CheckOutcome, Damage, TrustedKeys


def check(number: int, name: str, *, compared: str, damages: tuple[Damage, ...] = ()) -> Check:
    """A check that passed; or failed, where it names damage, and then says that it does not hold."""
    if not damages:
        return Check(number, name, CheckOutcome.PASSED, compared, ())
    places = "1 difference" if len(damages) == 1 else f"{len(damages)} differences"
    return Check(number, name, CheckOutcome.FAILED, f"no; {places} found", damages)


def unchecked(number: int, name: str, *, why: str) -> Check:
    """A check that could not be made."""
    return Check(number, name, CheckOutcome.UNCHECKED, why, ())


def field_damage(path: str, field: str, *, found: str, signed: str) -> Damage:
    """A field that is not what it should be."""
    return Damage(path, "field", None, found, signed, f"{path}, {field}: found {found}, expected {signed}")


def check_names(snapshot: Snapshot) -> Check:
    """(1) The folder holds only plain files with plain names."""
    compared = f"{len(snapshot.files)} files: no links, no odd names, nothing too large"
    return check(1, "plain files only", compared=compared, damages=snapshot.refused)


def check_signature_file(snapshot: Snapshot) -> tuple[Check, Envelope | None]:
    """(2) ``signature.json`` is whole. Gives its content, repaired where the signature proves the repair."""
    name = "signature.json is whole"
    found, covered = snapshot.files.get(SIGNATURE), snapshot.files.get(SIGNATURE_BLOCKS)
    if found is None:
        return check(2, name, compared="no file", damages=(_removed(SIGNATURE),)), None
    envelope = read_envelope(found)
    if isinstance(envelope, Envelope) and envelope.holds:
        derived = signature_blocks_text(found)
        damages = _against(SIGNATURE_BLOCKS, found=covered, derived=derived)
        compared = f"{len(found)} bytes, canonical, against {SIGNATURE_BLOCKS}"
        return check(2, name, compared=compared, damages=damages), envelope
    return _damaged_signature_file(name, found=found, covered=covered)


def _damaged_signature_file(
    name: str, *, found: bytes, covered: bytes | None
) -> tuple[Check, Envelope | None]:
    damages: tuple[Damage, ...] = ()
    listed = None
    if covered is not None:
        value = read_canonical(covered)
        listed = None if isinstance(value, CanonicalFault) else read_blocks(value)
    if listed is not None:
        damages = find_differences(SIGNATURE, found=found, signed=listed)
        whole = repaired(found, listed)
        envelope = read_envelope(whole) if damages and whole is not None else None
        if isinstance(envelope, Envelope) and envelope.holds:
            failed = check(2, name, compared="", damages=damages)
            mended = f"{failed.compared}; with the bytes put back the signature holds, and is used below"
            return replace(failed, compared=mended), envelope
    fault = read_envelope(found)
    if isinstance(fault, CanonicalFault):
        if not damages:
            sentence = f"{SIGNATURE}: {fault.sentence}"
            damages = (Damage(SIGNATURE, "changed", fault.offset, fault.sentence, "", sentence),)
        return check(2, name, compared="it cannot be read", damages=damages), None
    compared = f"{len(found)} bytes, canonical, against {SIGNATURE_BLOCKS}"
    return check(2, name, compared=compared, damages=damages), fault


def check_signature(snapshot: Snapshot, envelope: Envelope | None) -> tuple[Check, Envelope | None]:
    """(3) The Ed25519 signature was made over the statement. Gives the envelope only when it holds."""
    name = "the signature holds"
    if envelope is None:
        return unchecked(3, name, why="signature.json cannot be read"), None
    if not envelope.holds:
        damage = field_damage(
            SIGNATURE, "signature", found="a value that was not made with public_key over statement",
            signed="such a value",
        )  # fmt: skip
        return check(3, name, compared="Ed25519 over the statement", damages=(damage,)), None
    if read_envelope(snapshot.files[SIGNATURE]) != envelope:
        why = f"not over the bytes found; with them put back it holds, by key {envelope.key_id}"
        return unchecked(3, name, why=why), envelope
    compared = f"Ed25519 over the statement, by key {envelope.key_id}"
    return check(3, name, compared=compared), envelope


def check_trust(envelope: Envelope | None, trusted: TrustedKeys) -> Check:
    """(4) The signing key is one that the reader trusts."""
    name = "a key that you trust"
    if envelope is None:
        return unchecked(4, name, why="no signature holds")
    if not trusted.keys:
        return unchecked(4, name, why=f"signed by key {envelope.key_id}; you named no key you trust")
    compared = f"key {envelope.key_id} against {len(trusted.keys)} that you named"
    if {envelope.key_id, envelope.public_key} & set(trusted.keys):
        return check(4, name, compared=compared)
    damage = field_damage(
        SIGNATURE, "public_key", found=f"key {envelope.key_id}", signed=f"key {', '.join(trusted.keys)}"
    )
    return check(4, name, compared=compared, damages=(damage,))


def check_file_set(snapshot: Snapshot, envelope: Envelope | None) -> Check:
    """(5) No file or folder was added or removed."""
    name = "no file added or removed"
    if envelope is None:
        return unchecked(5, name, why="no signature holds")
    signed = {*envelope.files, SIGNATURE, SIGNATURE_BLOCKS}
    refused = {damage.path for damage in snapshot.refused}
    folders = {path.rsplit("/", depth)[0] for path in signed for depth in range(1, path.count("/") + 1)}
    # Those of the signature were named in (2).
    removed = sorted(set(envelope.files) - set(snapshot.files) - refused)
    added = sorted(set(snapshot.files) - signed) + sorted(snapshot.folders - folders)
    damages = (*(_removed(path) for path in removed), *(_added(path) for path in added))
    compared = f"{len(snapshot.files)} files found, {len(signed)} signed"
    return check(5, name, compared=compared, damages=damages)


def check_bytes(snapshot: Snapshot, envelope: Envelope | None) -> tuple[Check, frozenset[str]]:
    """(6) Every file has the signed size and SHA-256. Gives the paths of those that do."""
    name = "every byte as signed"
    if envelope is None:
        return unchecked(6, name, why="no signature holds"), frozenset()
    found = {path: data for path, data in snapshot.files.items() if path in envelope.files}
    intact = frozenset(path for path, data in found.items() if _is(data, envelope.files[path]))
    blocks = read_block_list(found[BLOCKS]) if BLOCKS in intact else {}
    damages: list[Damage] = []
    for path in sorted(set(found) - intact):
        listed = read_blocks(blocks.get(path))
        if listed is not None:
            places = find_differences(path, found=found[path], signed=listed)
        else:
            places = _without_blocks(path, files=found, envelope=envelope, intact=intact)
        damages.extend(places or (_whole(path, found[path], signed=envelope.files[path]),))
    size = sum(len(data) for data in found.values())
    compared = f"{len(found)} files, {size} bytes, against the signed sizes and SHA-256"
    return check(6, name, compared=compared, damages=tuple(damages)), intact


def check_bag(snapshot: Snapshot, *, envelope: Envelope | None, intact: frozenset[str]) -> Check:
    """(7) It is a BagIt bag whose manifests list exactly the signed files, the page among them."""
    name = "a BagIt bag that lists its page"
    if envelope is None:
        return unchecked(7, name, why="no signature holds")
    unsigned = [path for path in REQUIRED if path not in envelope.files]
    if unsigned:
        missing = (field_damage(SIGNATURE, "files", found=f"no {path}", signed=path) for path in unsigned)
        return check(7, name, compared="the files that every pack has", damages=tuple(missing))
    listed = {*envelope.files, SIGNATURE, SIGNATURE_BLOCKS}
    wrong = {*envelope.files} - intact | {path for path in snapshot.files if path not in listed}
    wrong |= {damage.path for damage in snapshot.refused}
    if wrong:
        return unchecked(7, name, why=f"{len(wrong)} file(s) differ, are missing or were added: no valid bag")
    derived = {
        BAGIT: BAGIT_TEXT,
        MANIFEST: manifest_text(envelope.files),
        TAG_MANIFEST: tag_manifest_text(envelope.files),
    }
    damages = [
        damage
        for path, text in derived.items()
        for damage in compare_bytes(path, found=snapshot.files[path], signed=text)
    ]
    covered = blocks_text({path: snapshot.files[path] for path in envelope.files})
    damages.extend(compare_bytes(BLOCKS, found=snapshot.files[BLOCKS], signed=covered))
    compared = f"{PAGE} sha256 {envelope.files[PAGE].sha256[:12]}… and both manifests, against RFC 8493"
    return check(7, name, compared=compared, damages=tuple(damages))


def _without_blocks(
    path: str, *, files: Mapping[str, bytes], envelope: Envelope, intact: frozenset[str]
) -> tuple[Damage, ...]:
    """Places in a file that no intact block list covers; what it must hold follows from the others."""
    derived = None
    if path == MANIFEST:
        derived = manifest_text(envelope.files)
    elif path == TAG_MANIFEST:
        derived = tag_manifest_text(envelope.files)
    elif path == BLOCKS and intact.issuperset(other for other in envelope.files if in_block_list(other)):
        derived = blocks_text({other: files[other] for other in envelope.files if in_block_list(other)})
    if derived is None or not _is(derived, envelope.files[path]):
        return ()
    return compare_bytes(path, found=files[path], signed=derived)


def _against(path: str, *, found: bytes | None, derived: bytes) -> tuple[Damage, ...]:
    return (_removed(path),) if found is None else compare_bytes(path, found=found, signed=derived)


def _is(data: bytes, signed: SignedFile) -> bool:
    return len(data) == signed.size_bytes and hashlib.sha256(data).hexdigest() == signed.sha256


def _whole(path: str, data: bytes, *, signed: SignedFile) -> Damage:
    values = (
        f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()[:12]}…",
        f"{signed.size_bytes} bytes, sha256 {signed.sha256[:12]}…",
    )
    sentence = (
        f"{path}: found {values[0]}, signed {values[1]}; with blocks.json changed, no place can be named"
    )
    return Damage(path, "changed", None, *values, sentence)


def _removed(path: str) -> Damage:
    return Damage(path, "removed", None, "no file", "a file", f"{path}: removed; it was signed")


def _added(path: str) -> Damage:
    return Damage(path, "added", None, "a file", "no file", f"{path}: added; it was never signed")
