"""Ed25519 keys (RFC 8032): made, kept in files, read again, told apart by an id, and trusted by name.

A *demonstration* key says so in its files and in everything that it signs. The keys of the built-in
demonstration are made from public words: anybody can sign with them, and ``verify`` knows them whatever a
pack says.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from truceline.errors import InputError, IntegrityError, ServiceError
from truceline.evidence.canonical import CanonicalFault, canonical_json, read_canonical
from truceline.records.releases import TrustedKeys

PUBLIC_FORMAT = "truceline-public-key/1"
DEMONSTRATION_ROLES = ("release", "reviewer-1", "reviewer-2")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEY_HEX = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_LARGEST_KEY_FILE_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its raw 32 bytes as 64 hex digits, its name, whether it is for demonstration."""

    name: str
    hex: str
    demonstration: bool

    @property
    def key_id(self) -> str:
        """First 16 hex digits of SHA-256 of the raw key."""
        return key_id_of(self.hex)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name. The private part is never printed."""

    name: str
    demonstration: bool
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The public key that belongs to it."""
        return PublicKey(self.name, self.private.public_key().public_bytes_raw().hex(), self.demonstration)

    def sign(self, message: bytes) -> str:
        """The Ed25519 signature, 128 hex digits; the same message always gives the same signature."""
        return self.private.sign(message).hex()


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where a new key was written."""

    private: Path
    public: Path


def key_id_of(key_hex: str) -> str:
    """First 16 hex digits of SHA-256 of a raw public key given as 64 hex digits.

    >>> key_id_of("00" * 32)
    '66687aadf862bd77'
    """
    return hashlib.sha256(bytes.fromhex(key_hex)).hexdigest()[:16]


def signature_holds(key_hex: str, *, signature: str, message: bytes) -> bool:
    """Whether a signature (128 hex digits) over a message was made with that public key (64 hex digits)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key_hex)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_signing_key(name: str, *, demonstration: bool = False) -> SigningKey:
    """A fresh random key.

    Raises:
        InputError: The name is no plain name.
    """
    if _NAME.fullmatch(name) is None:
        raise InputError(
            f"{name!r} cannot name a key", do="Use letters, digits, '.', '_' and '-', at most 64."
        )
    return SigningKey(name, demonstration, Ed25519PrivateKey.generate())


@cache
def demonstration_key(role: str) -> SigningKey:
    """The built-in demonstration's key for a role of ``DEMONSTRATION_ROLES``: the same on every machine.

    Its seed is SHA-256 of public words, so it proves nothing and cannot be taken for a body's key.

    Raises:
        InputError: There is no such role.
    """
    if role not in DEMONSTRATION_ROLES:
        raise InputError(f"no demonstration key for {role!r}", do=f"Roles: {', '.join(DEMONSTRATION_ROLES)}.")
    seed = hashlib.sha256(f"truceline demonstration key: {role}".encode()).digest()
    return SigningKey(f"demonstration-{role}", True, Ed25519PrivateKey.from_private_bytes(seed))


def is_known_demonstration(key_hex: str) -> bool:
    """Whether a public key is one of the built-in demonstration's, whatever is said of it."""
    return any(demonstration_key(role).public.hex == key_hex for role in DEMONSTRATION_ROLES)


def write_key_files(key: SigningKey, out: Path, *, passphrase: bytes | None) -> KeyFiles:
    """Write ``NAME.private.pem`` (mode 0600) and ``NAME.public.json`` into a folder; never overwrite.

    Args:
        key: The key.
        out: The folder, made when it is missing.
        passphrase: Encrypts the private key (PKCS#8); None leaves it readable by whoever reads the file.

    Raises:
        InputError: One of the files exists, or the passphrase is empty.
        ServiceError: The folder cannot be written.
    """
    if passphrase is not None and not passphrase:
        raise InputError("an empty passphrase protects nothing", do="Give one, or say --no-passphrase.")
    files = KeyFiles(out / f"{key.name}.private.pem", out / f"{key.name}.public.json")
    contents = {files.private: _private_text(key, passphrase), files.public: _public_text(key.public)}
    written: list[Path] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, content in contents.items():
            mode = 0o600 if path == files.private else 0o644
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            written.append(path)
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(content)
    except FileExistsError as error:
        _remove(written)
        raise InputError(
            "the key file exists and keys are never overwritten",
            where=str(error.filename),
            do="Choose another name.",
        ) from error
    except OSError as error:
        _remove(written)
        raise ServiceError(f"the key cannot be written: {error.strerror}", where=str(out)) from error
    return files


def read_signing_key(path: Path, *, passphrase: bytes | None) -> SigningKey:
    """Read a private key file written by ``write_key_files``.

    Raises:
        InputError: No such file, no such key in it, wrong or missing passphrase.
        IntegrityError: The file says another key id than that of the key in it.
    """
    data = _read(path)
    if b"-----BEGIN" not in data:
        raise InputError(
            "this is no private key file, and only a private key signs",
            where=str(path),
            do="Give the NAME.private.pem that truceline keys new wrote.",
        )
    said = _said_of_private(data, path)
    try:
        private = serialization.load_pem_private_key(data, password=passphrase)
    except TypeError as error:
        wants = passphrase is None
        raise InputError(
            "the key is encrypted and no passphrase was given" if wants else "the key is not encrypted",
            where=str(path),
            do="Give the passphrase." if wants else "Leave the passphrase out.",
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(
            "the key cannot be opened: wrong passphrase or damaged file", where=str(path)
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise InputError("this is no Ed25519 key", where=str(path))
    key = SigningKey(said.name, said.demonstration, private)
    if key.public.hex != said.hex:
        raise IntegrityError("the file names another key than the one in it", where=str(path))
    return key


def read_public_key(path: Path) -> PublicKey:
    """Read what a key file, public or private, says of its public key; needs no passphrase.

    Raises:
        InputError: The file is missing or is no key file.
    """
    data = _read(path)
    if b"-----BEGIN" in data:
        return _said_of_private(data, path)
    value = read_canonical(data.rstrip(b"\n"))
    if isinstance(value, CanonicalFault) or value.get("format") != PUBLIC_FORMAT:
        raise InputError("this is no Truceline key file", where=str(path))
    name, key, demonstration = value.get("name"), value.get("key"), value.get("demonstration")
    if not (isinstance(name, str) and isinstance(key, str) and isinstance(demonstration, bool)):
        raise InputError("the key file lacks name, key or demonstration", where=str(path))
    if _KEY_HEX.fullmatch(key) is None or value.get("key_id") != key_id_of(key):
        raise InputError("the key and its id do not belong together", where=str(path))
    return PublicKey(name, key, demonstration)


def trusted_keys(values: Sequence[str]) -> TrustedKeys:
    """Whom a reader trusts, from key files, key ids (16 hex digits) or raw public keys (64 hex digits).

    Raises:
        InputError: A value is none of these.
    """
    keys: list[str] = []
    demonstration: list[str] = []
    for value in values:
        if _KEY_ID.fullmatch(value) or _KEY_HEX.fullmatch(value):
            keys.append(value)
            continue
        path = Path(value)
        if not path.is_file():
            raise InputError(
                f"{value!r} is no key file, no key id (16 hex digits) and no public key (64 hex digits)",
                do="Give the body's NAME.public.json or its key id.",
            )
        public = read_public_key(path)
        keys.append(public.hex)
        if public.demonstration:
            demonstration.append(public.hex)
    return TrustedKeys(tuple(keys), tuple(demonstration))


def _private_text(key: SigningKey, passphrase: bytes | None) -> bytes:
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        protection = serialization.BestAvailableEncryption(passphrase)
    pem = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
    # RFC 7468 allows explanatory text before the armour.
    header = (
        "Truceline signing key. Keep it private.\n"
        f"Name: {key.name}\n"
        f"Public-Key: {key.public.hex}\n"
        f"Key-Id: {key.public.key_id}\n"
        f"Demonstration: {'yes' if key.demonstration else 'no'}\n"
    )
    return header.encode("ascii") + pem


def _public_text(key: PublicKey) -> bytes:
    return (
        canonical_json(
            {
                "format": PUBLIC_FORMAT,
                "name": key.name,
                "key": key.hex,
                "key_id": key.key_id,
                "demonstration": key.demonstration,
            }
        )
        + b"\n"
    )


def _said_of_private(data: bytes, path: Path) -> PublicKey:
    head = data.partition(b"-----BEGIN")[0].decode("ascii", errors="replace")
    said = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    name, key = said.get("Name", ""), said.get("Public-Key", "")
    demonstration = said.get("Demonstration", "")
    if not name or _KEY_HEX.fullmatch(key) is None or demonstration not in {"yes", "no"}:
        raise InputError(
            "this is no Truceline key file: it does not say Name, Public-Key and Demonstration",
            where=str(path),
        )
    return PublicKey(name, key, demonstration == "yes")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            data = handle.read(_LARGEST_KEY_FILE_BYTES + 1)
    except OSError as error:
        raise InputError(f"the key file cannot be read: {error.strerror}", where=str(path)) from error
    if len(data) > _LARGEST_KEY_FILE_BYTES:
        raise InputError("this is no key file: it is too large for one", where=str(path))
    return data


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()
