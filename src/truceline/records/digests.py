"""Digests: SHA-256, the one algorithm, as a type of its own. Needs no NumPy."""

import hashlib
import re
from dataclasses import dataclass

from truceline.errors import InputError

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Sha256:
    """A SHA-256 digest as 64 lower-case hexadecimal digits (FIPS 180-4)."""

    hex: str

    def __post_init__(self) -> None:
        """Refuse anything that is not such a digest."""
        if _HEX.fullmatch(self.hex) is None:
            raise InputError(f"{self.hex!r} is not a SHA-256 digest (64 lower-case hex digits)")

    @property
    def short(self) -> str:
        """The first twelve digits, for people to compare at a glance."""
        return self.hex[:12]


def sha256_of(data: bytes) -> Sha256:
    """The digest of bytes in memory.

    >>> sha256_of(b"").short
    'e3b0c44298fc'
    """
    return Sha256(hashlib.sha256(data).hexdigest())
