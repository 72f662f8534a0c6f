"""Markdown pages as the checks see them: links, headings, code; and the files a check walks over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_TEXT_SUFFIXES = {".cfg", ".css", ".geojson", ".html", ".ini", ".js", ".json", ".lock", ".md", ".py", ".toml"}


@dataclass(frozen=True)
class Page:
    """One Markdown file, and the root of the repository it stands in."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        """The path from the root, as messages give it."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without fenced blocks and code spans."""
        return _SPAN.sub("", _FENCE.sub("", self.text))

    @cached_property
    def code(self) -> tuple[str, ...]:
        """Every code span, and every line of the fenced blocks."""
        blocks = [line for match in _FENCE.finditer(self.text) for line in match[0].splitlines()[1:-1]]
        spans = [" ".join(match[2].split()) for match in _SPAN.finditer(_FENCE.sub("", self.text))]
        return tuple(blocks + spans)

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The targets of links and pictures."""
        return tuple(_LINK.findall(self.prose_with_spans))

    @cached_property
    def prose_with_spans(self) -> str:
        """The text without fenced blocks; a link's text may hold code."""
        return _FENCE.sub("", self.text)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The anchors that headings make, the way code hosts do."""
        seen: dict[str, int] = {}
        anchors = set()
        for heading in _HEADING.findall(self.prose_with_spans):
            slug = slug_of(heading)
            count = seen.get(slug, 0)
            seen[slug] = count + 1
            anchors.add(f"{slug}-{count}" if count else slug)
        return frozenset(anchors)


def slug_of(heading: str) -> str:
    """The anchor of a heading: lower case, signs dropped, spaces to hyphens; links count as their text."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def pages(root: Path) -> list[Page]:
    """Every page of the repository: at the root, under docs, and beside the benchmarks."""
    found = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("bench/**/*.md")]
    return [Page(path, root) for path in sorted(found)]


def text_files(root: Path) -> Iterator[Path]:
    """Every text file that belongs to the product: code, tests, pages, configuration."""
    yield from (path for path in sorted(root.iterdir()) if path.is_file() and _is_text(path))
    for folder in (".ci", "bench", "docs", "examples", "locks", "src", "tests"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and _is_text(path):
                yield path


def _is_text(path: Path) -> bool:
    return path.suffix in _TEXT_SUFFIXES or path.name in {"Makefile", "LICENSE", "NOTICE", "run", "packages"}
