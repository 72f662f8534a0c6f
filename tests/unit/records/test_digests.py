import hashlib

import pytest

from truceline.errors import InputError
from truceline.records.digests import Sha256, sha256_of


def test_the_digest_is_that_of_fips_180_4():
    assert sha256_of(b"abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_of(b"x" * 1000).hex == hashlib.sha256(b"x" * 1000).hexdigest()
    assert sha256_of(b"abc").short == "ba7816bf8f01"


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n"])
def test_what_is_no_digest_is_refused(text):
    with pytest.raises(InputError, match="not a SHA-256"):
        Sha256(text)
