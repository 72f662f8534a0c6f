"""Make docs/reference/cli.md from the command line itself: ``make docs``."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer.main

from tests.docs.checks import CommandTree

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/cli.md"
PREAMBLE = """# Command line

<!-- Made from the code by `make docs`; a test fails when this page lags. -->

Exit codes: 0 done; 1 a defect of Truceline; 2 what was given cannot be used; 3 bytes differ from what was
sealed; 4 the machine or a service failed; 130 interrupted.
"""


def load() -> Any:
    """The command tree of ``truceline.cli.app``, built by Typer."""
    from truceline.cli import app

    return typer.main.get_command(app)


def walk(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command with its words, groups first, in the order of their help; hidden ones are left out."""
    yield words, command
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from walk(child, (*words, name))


def command_tree() -> CommandTree:
    """Words and options of every command, for the checks."""
    return {words: frozenset(_options(command)) for words, command in walk(load())}


def _options(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (
            option for option in (*parameter.opts, *parameter.secondary_opts) if option.startswith("-")
        )


def render() -> str:
    """The whole page."""
    sections = [PREAMBLE]
    for words, command in walk(load()):
        if words:
            sections.append(_section(words, command))
    return "\n".join(sections)


def _section(words: tuple[str, ...], command: Any) -> str:
    lines = [f"## `truceline {' '.join(words)}`", "", _sentence(command.help), ""]
    if getattr(command, "commands", None):
        return "\n".join(lines)
    lines += ["```text", f"truceline {' '.join([*words, *_usage(command)])}", "```", ""]
    rows = [_row(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]
    if rows:
        lines += ["| argument or option | meaning | default |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _usage(command: Any) -> Iterator[str]:
    if any(parameter.param_type_name == "option" for parameter in command.params):
        yield "[OPTIONS]"
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            name = _name(parameter).removesuffix("...") + ("..." if parameter.nargs == -1 else "")
            yield name if parameter.required else f"[{name}]"
        elif parameter.required:
            yield f"{parameter.opts[0]} {_name(parameter)}"


def _row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        shown = f"`{_name(parameter)}`"
    else:
        flags = [*parameter.opts, *parameter.secondary_opts]
        takes = "" if getattr(parameter, "is_flag", False) else f" {_name(parameter)}"
        shown = " / ".join(f"`{flag}{takes}`" for flag in flags)
    return f"| {shown} | {_sentence(parameter.help)} | {_default(parameter)} |"


def _name(parameter: Any) -> str:
    annotation = parameter.type_descriptor.annotation
    is_choice = isinstance(annotation, type) and issubclass(annotation, Enum)
    choices = [str(choice.value) for choice in annotation] if is_choice else []
    name = parameter.metavar or "|".join(choices) or parameter.name.upper()
    return str(name).replace("|", "\\|")


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if value is None or value is False or value in ((), [], "") or callable(value):
        return ""
    if value is True:
        return "on"
    return f"`{getattr(value, 'value', value)}`"


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split("\f")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(PAGE.relative_to(PAGE.parents[2]))
