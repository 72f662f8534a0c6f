"""The documentation does not lag behind the code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs import checks, generate_cli, generate_events

CHECKS: list[Callable[[Path], list[str]]] = [
    checks.links,
    checks.orphans,
    checks.variables,
    checks.make_targets,
    checks.misuse,
    checks.forbidden_words,
    checks.version,
    checks.rooms,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_pages_keep_their_promises(check: Callable[[Path], list[str]], repository: Path):
    assert check(repository) == []


def test_every_command_in_the_pages_exists(repository: Path):
    assert checks.commands(repository, generate_cli.command_tree()) == []


def test_the_command_line_reference_is_what_the_code_says(repository: Path):
    page = repository / "docs/reference/cli.md"
    assert page.read_text(encoding="utf-8") == generate_cli.render(), "run: make docs"


def test_the_reference_of_events_is_what_the_vocabulary_says(repository: Path):
    page = repository / "docs/reference/events.md"
    assert page.read_text(encoding="utf-8") == generate_events.render(), "run: make docs"


def test_every_command_says_what_it_does():
    silent = [
        " ".join(words)
        for words, command in generate_cli.walk(generate_cli.load())
        if words and not command.help
    ]
    assert silent == []
