"""Positions: on which line of a TOML or JSON text each key stands.

The standard parsers give values without places. These scanners run after the parser has accepted the text, so
they may trust its grammar and only have to find where keys and elements begin.
"""

import json
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_BARE_END = frozenset(",]}#\n\r")
_BLANK = frozenset(" \t\r\n")


def toml_lines(text: str) -> dict[KeyPath, int]:
    """The 1-based line of every table, key and array element of a valid TOML text."""
    return _TomlScanner(text).run()


def json_lines(text: str) -> dict[KeyPath, int]:
    """The 1-based line of every member and array element of a valid JSON text."""
    scanner = _Scanner(text, assign=":")
    scanner.skip_blank()
    scanner.value(())
    return scanner.lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a key, or of the nearest table around it; 1 when nothing is known."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


class _Scanner:
    """A cursor over a text that notes where values begin."""

    def __init__(self, text: str, *, assign: str) -> None:
        self.text = text
        self.at = 0
        self.assign = assign
        self.lines: dict[KeyPath, int] = {}
        self._counted_to = 0
        self._line = 1

    def note(self, path: KeyPath) -> None:
        """Note that ``path`` begins here; the first place counts."""
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        self.lines.setdefault(path, self._line)

    def ended(self) -> bool:
        """Whether the text is used up."""
        return self.at >= len(self.text)

    def skip_blank(self) -> None:
        """Pass over white space, line ends and comments."""
        while not self.ended():
            if self.text[self.at] in _BLANK:
                self.at += 1
            elif self.text[self.at] == "#":
                self.at = self._find("\n", self.at)
            else:
                return

    def value(self, path: KeyPath) -> None:
        """Pass over one value and note the places inside it."""
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in ('"', "'"):
            self.string()
        else:
            while not self.ended() and self.text[self.at] not in _BARE_END:
                self.at += 1

    def string(self) -> str:
        """Pass over one string; give what stands between its quotes."""
        quote = self.text[self.at]
        long = self.text.startswith(quote * 3, self.at)
        close = quote * 3 if long else quote
        start = self.at + len(close)
        self.at = start
        while not self.text.startswith(close, self.at) and not self.ended():
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        end = self.at
        self.at += len(close)
        while long and self.text.startswith(quote, self.at):  # a long string may end in four or five quotes
            self.at += 1
        return self.text[start:end]

    def key(self) -> str:
        """Pass over one simple key."""
        if self.text[self.at] == '"':
            return _unescaped(self.string())
        if self.text[self.at] == "'":
            return self.string()
        start = self.at
        while not self.ended() and (self.text[self.at].isalnum() or self.text[self.at] in "_-"):
            self.at += 1
        return self.text[start : self.at]

    def dotted_key(self) -> tuple[str, ...]:
        """Pass over a key with its dots and the blanks around them."""
        parts = [self.key()]
        self.skip_blank()
        while self.text.startswith(".", self.at):
            self.at += 1
            self.skip_blank()
            parts.append(self.key())
            self.skip_blank()
        return tuple(parts)

    def pair(self, path: KeyPath) -> None:
        """Pass over ``key = value``; note the key and every table that a dotted key opens."""
        begin = self.at
        parts = self.dotted_key()
        after, self.at = self.at, begin
        for end in range(1, len(parts) + 1):
            self.note((*path, *parts[:end]))
        self.at = after + len(self.assign)
        self.skip_blank()
        self.value((*path, *parts))

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        self.skip_blank()
        while not self.ended() and self.text[self.at] != "]":
            self.note((*path, index))
            self.value((*path, index))
            index += 1
            self._separator()
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self.skip_blank()
        while not self.ended() and self.text[self.at] != "}":
            self.pair(path)
            self._separator()
        self.at += 1

    def _separator(self) -> None:
        self.skip_blank()
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip_blank()

    def _find(self, what: str, start: int) -> int:
        found = self.text.find(what, start)
        return len(self.text) if found < 0 else found


class _TomlScanner(_Scanner):
    """Adds TOML's headers: ``[table]`` and ``[[array of tables]]``."""

    def __init__(self, text: str) -> None:
        super().__init__(text, assign="=")
        self._counts: dict[KeyPath, int] = {}

    def run(self) -> dict[KeyPath, int]:
        """Scan the whole text."""
        table: KeyPath = ()
        self.skip_blank()
        while not self.ended():
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self.pair(table)
            self.skip_blank()
        return self.lines

    def _header(self) -> KeyPath:
        begin = self.at
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        self.skip_blank()
        parts = self.dotted_key()
        after = self.at + (2 if array else 1)
        self.at = begin
        path: KeyPath = ()
        for part in parts[:-1]:
            path = (*path, part)
            self.note(path)
            path = self._latest(path)
        path = (*path, parts[-1])
        self.note(path)
        if array:
            self._counts[path] = self._counts.get(path, 0) + 1
        path = self._latest(path)
        self.note(path)
        self.at = after
        return path

    def _latest(self, path: KeyPath) -> KeyPath:
        """A table of an array of tables is meant as its latest element."""
        return (*path, self._counts[path] - 1) if path in self._counts else path


def _unescaped(inside: str) -> str:
    try:
        return str(json.loads(f'"{inside}"'))
    except json.JSONDecodeError:  # TOML's own escapes (\U, \e): only the key's place is lost, not its value
        return inside
