"""How a footage was read, in words."""

from truceline.records.runs import RunMode

_WORDS: dict[RunMode, str] = {
    "files": "files mode",
    "causal": "causal mode",
    "unknown": "mode not recorded",
}


def mode_words(mode: RunMode) -> str:
    """``files mode``, ``causal mode``, or that an older program did not say."""
    return _WORDS[mode]
