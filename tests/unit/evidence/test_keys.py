"""Keys: RFC 8032's vector, files that keep secrets, ids, trust, and the demonstration's keys."""

import stat
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from truceline.errors import InputError, IntegrityError, ServiceError
from truceline.evidence.keys import (
    DEMONSTRATION_ROLES,
    SigningKey,
    demonstration_key,
    is_known_demonstration,
    key_id_of,
    new_signing_key,
    read_public_key,
    read_signing_key,
    signature_holds,
    trusted_keys,
    write_key_files,
)

# RFC 8032, 7.1, test 1: the empty message.
SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
    "d25bf5f0595bbe24655141438e7a100b"
)


def test_vector_of_rfc_8032():
    key = SigningKey("vector", False, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET)))
    assert key.public.hex == PUBLIC
    assert key.sign(b"") == SIGNATURE
    assert signature_holds(PUBLIC, signature=SIGNATURE, message=b"")
    assert not signature_holds(PUBLIC, signature=SIGNATURE, message=b"x")
    assert not signature_holds(PUBLIC, signature="00", message=b"")
    assert not signature_holds("00", signature=SIGNATURE, message=b"")


def test_encrypted_files_round_trip_and_keep_the_secret(tmp_path):
    key = new_signing_key("alpha")
    files = write_key_files(key, tmp_path / "keys", passphrase=b"correct horse")
    assert stat.S_IMODE(files.private.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in files.private.read_bytes()
    again = read_signing_key(files.private, passphrase=b"correct horse")
    assert again.public == key.public
    assert again.sign(b"message") == key.sign(b"message")
    assert read_public_key(files.public) == read_public_key(files.private) == key.public
    with pytest.raises(InputError, match="wrong passphrase"):
        read_signing_key(files.private, passphrase=b"battery staple")
    with pytest.raises(InputError, match="encrypted and no passphrase"):
        read_signing_key(files.private, passphrase=None)


def test_no_passphrase_is_said_and_a_needless_one_refused(tmp_path):
    files = write_key_files(new_signing_key("alpha"), tmp_path, passphrase=None)
    assert read_signing_key(files.private, passphrase=None).name == "alpha"
    with pytest.raises(InputError, match="not encrypted"):
        read_signing_key(files.private, passphrase=b"something")
    with pytest.raises(InputError, match="empty passphrase"):
        write_key_files(new_signing_key("beta"), tmp_path, passphrase=b"")


def test_keys_are_never_overwritten(tmp_path):
    files = write_key_files(new_signing_key("alpha"), tmp_path, passphrase=None)
    before = files.private.read_bytes(), files.public.read_bytes()
    with pytest.raises(InputError, match="never overwritten"):
        write_key_files(new_signing_key("alpha"), tmp_path, passphrase=None)
    assert (files.private.read_bytes(), files.public.read_bytes()) == before
    files.private.unlink()
    with pytest.raises(InputError, match="never overwritten"):
        write_key_files(new_signing_key("alpha"), tmp_path, passphrase=None)
    assert not files.private.exists(), "half a pair was left behind"


def test_a_folder_that_cannot_be_made_is_a_service_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError):
        write_key_files(new_signing_key("alpha"), tmp_path / "file" / "keys", passphrase=None)


@pytest.mark.parametrize("name", ["", "../up", "a b", ".hidden", "x" * 65, "a\nb"])
def test_odd_names_are_refused(name):
    with pytest.raises(InputError):
        new_signing_key(name)


def test_demonstration_is_marked_in_both_files(tmp_path):
    files = write_key_files(new_signing_key("demo", demonstration=True), tmp_path, passphrase=None)
    assert b"Demonstration: yes" in files.private.read_bytes()
    assert read_public_key(files.public).demonstration
    assert read_signing_key(files.private, passphrase=None).demonstration


def test_a_private_file_that_names_another_key_is_refused(tmp_path):
    one = write_key_files(new_signing_key("one"), tmp_path, passphrase=None)
    other = new_signing_key("other").public
    text = one.private.read_text().replace(read_public_key(one.private).hex, other.hex)
    one.private.write_text(text)
    with pytest.raises(IntegrityError):
        read_signing_key(one.private, passphrase=None)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="no key"),
        pytest.param(b"x" * 20_000, id="too large"),
        pytest.param(b"-----BEGIN PRIVATE KEY-----\n", id="says no name"),
        pytest.param(b'{"format":"truceline-public-key/1","name":"a"}', id="fields missing"),
        pytest.param(
            b'{"demonstration":false,"format":"truceline-public-key/1","key":"' + b"0" * 64
            + b'","key_id":"0000000000000000","name":"a"}',
            id="id of another key",
        ),
    ],
)  # fmt: skip
def test_files_that_hold_no_key_are_refused(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_public_key(path)


def test_trust_takes_files_ids_and_keys(tmp_path):
    key = new_signing_key("demo", demonstration=True)
    files = write_key_files(key, tmp_path, passphrase=None)
    trusted = trusted_keys([str(files.public), key_id_of(PUBLIC), PUBLIC])
    assert trusted.keys == (key.public.hex, key_id_of(PUBLIC), PUBLIC)
    assert trusted.demonstration == (key.public.hex,)
    with pytest.raises(InputError, match="no key file"):
        trusted_keys(["deadbeef"])


def test_demonstration_keys_are_the_same_everywhere_and_known():
    keys = {demonstration_key(role).public.hex for role in DEMONSTRATION_ROLES}
    assert len(keys) == 3
    assert all(is_known_demonstration(key) for key in keys)
    assert not is_known_demonstration(PUBLIC)
    assert demonstration_key("release").public.key_id == "cc1525109e0b7dc2"
    with pytest.raises(InputError):
        demonstration_key("body")


def test_a_key_is_never_printed():
    key = SigningKey("vector", False, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET)))
    assert SECRET not in repr(key)
    assert "Ed25519PrivateKey" not in repr(key)


@pytest.mark.counterpart("openssl")
def test_openssl_agrees_on_key_and_signature(tmp_path, openssl):
    key = new_signing_key("alpha")
    files = write_key_files(key, tmp_path, passphrase=b"correct horse")
    message, signature, public = tmp_path / "message", tmp_path / "signature", tmp_path / "public.pem"
    message.write_bytes(b"the line was crossed")
    signature.write_bytes(bytes.fromhex(key.sign(message.read_bytes())))
    words = ["pkey", "-in", files.private, "-passin", "pass:correct horse", "-pubout", "-out", public]
    subprocess.run([openssl, *map(str, words)], check=True, capture_output=True)
    words = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        public,
        "-rawin",
        "-in",
        message,
        "-sigfile",
        signature,
    ]
    done = subprocess.run([openssl, *map(str, words)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    message.write_bytes(b"the line was Crossed")
    assert subprocess.run([openssl, *map(str, words)], check=False, capture_output=True).returncode != 0
