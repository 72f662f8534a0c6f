"""The exception tree. Every error says what happened, where, what was expected and what to do.

Exit codes of the command line: ``InputError`` 2, ``IntegrityError`` 3, ``ServiceError`` 4.
"""

_SENTENCE_ENDS = (".", "!", "?", "…", ".”", ".)")


class TrucelineError(Exception):
    """The root of every error that Truceline raises on purpose.

    Args:
        what: One sentence: what went wrong, with the value that was met.
        where: The file, key, line or object concerned, or empty.
        do: What the user can do about it, or empty.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what = what
        self.where = where
        self.do = do
        super().__init__(what)

    def __str__(self) -> str:
        """Give one line for a terminal: ``where: what. do``."""
        place = f"{self.where}: " if self.where else ""
        if not self.do:
            return f"{place}{self.what}"
        what = self.what.rstrip()
        ended = what if not what or what.endswith(_SENTENCE_ENDS) else f"{what}."
        return f"{place}{ended} {self.do}" if ended else f"{place}{self.do}"


class InputError(TrucelineError):
    """What the user gave (file, site, option) cannot be used as it is."""

    exit_code = 2


class IntegrityError(TrucelineError):
    """Bytes differ from what was sealed, signed or logged."""

    exit_code = 3


class ServiceError(TrucelineError):
    """The machine or a service on it failed: disk full, database gone, encoder missing."""

    exit_code = 4
