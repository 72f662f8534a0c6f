"""The checks of the documentation pass a small true project and refuse each seeded lag."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import typer

from tests.docs import checks, generate_cli

TREE: checks.CommandTree = {
    (): frozenset(),
    ("look",): frozenset({"--line"}),
    ("site",): frozenset(),
    ("site", "new"): frozenset(),
    ("site", "check"): frozenset({"--json"}),
}
FILES = {
    "README.md": "# Product\n\nSee [the guide](docs/index.md#first-look) and `make demo`.\n",
    "CONTRIBUTING.md": "Run `make demo`.\n",
    "CHANGELOG.md": "# Changes\n\n## 0.1.0\n\n- All of it.\n",
    "Makefile": "demo: ## Show it.\n\t@TRUCELINE_COLOUR=1 truceline demo\n",
    "pyproject.toml": '[project]\nversion = "0.1.0"\n',
    "src/truceline/__init__.py": '__version__ = "0.1.0"\n',
    "src/truceline/track/__init__.py": "",
    "tests/unit/test_mask.py": "def test_masked():\n    pass\n",
    "docs/index.md": "# Guide\n\n## First look\n\n"
    "[Rooms](design/house.md), [settings](reference/environment.md), [misuse](misuse.md)\n\n"
    "```sh\ntruceline look clip.mp4 --line 1,2,3,4  # any clip\n```\n",
    "docs/design/house.md": "`track` follows.\n",
    "docs/reference/environment.md": "| `TRUCELINE_COLOUR` | colours |\n",
    "docs/misuse.md": "| Misuse | Control | Test |\n|---|---|---|\n"
    "| faces | masks | `tests/unit/test_mask.py::test_masked` |\n| mail | – | not built |\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def commands(root: Path) -> list[str]:
    return checks.commands(root, TREE)


Check = Callable[[Path], list[str]]
LAGS: dict[str, tuple[Check, str, str, str]] = {
    "link to no file": (checks.links, "README.md", "docs/index.md", "docs/absent.md"),
    "link to no heading": (checks.links, "README.md", "#first-look", "#second-look"),
    "link out of the tree": (checks.links, "README.md", "docs/index.md", "../../etc/hosts"),
    "page nobody links": (checks.orphans, "docs/index.md", "[misuse](misuse.md)", ""),
    "command that is gone": (commands, "docs/index.md", "truceline look", "truceline peer"),
    "subcommand that is gone": (commands, "docs/index.md", "truceline look", "truceline site new|prove"),
    "option that is gone": (commands, "docs/index.md", "--line", "--lines"),
    "variable nobody reads": (checks.variables, "README.md", "See", "See `TRUCELINE_MOOD`"),
    "variable nobody told": (checks.variables, "Makefile", "TRUCELINE_COLOUR", "TRUCELINE_SHADE"),
    "target that is gone": (checks.make_targets, "README.md", "make demo", "make magic"),
    "target nobody told": (checks.make_targets, "CONTRIBUTING.md", "make demo", "make"),
    "misuse without a test": (
        checks.misuse,
        "docs/misuse.md",
        "`tests/unit/test_mask.py::test_masked`",
        "soon",
    ),
    "misuse with a lost test": (checks.misuse, "docs/misuse.md", "test_masked`", "test_unmasked`"),
    "path of one machine": (checks.forbidden_words, "docs/index.md", "clip.mp4", "/ho" + "me/me/clip.mp4"),
    "host of a registry": (checks.forbidden_words, "Makefile", "Show it", "From py" + "pi.org"),
    "unfinished page": (checks.forbidden_words, "docs/index.md", "First look", "TO" + "DO"),
    "version without a change": (checks.version, "CHANGELOG.md", "0.1.0", "0.0.9"),
    "version of its own": (checks.version, "src/truceline/__init__.py", "0.1.0", "0.2.0"),
    "room nobody described": (checks.rooms, "docs/design/house.md", "`track`", "it"),
}


def test_the_small_project_is_true(project: Path):
    for check in {check for check, *_ in LAGS.values()}:
        assert check(project) == []


@pytest.mark.parametrize("lag", LAGS)
def test_a_lag_is_refused(lag: str, project: Path):
    check, name, old, new = LAGS[lag]
    text = (project / name).read_text()
    assert old in text
    (project / name).write_text(text.replace(old, new))
    assert check(project) != []


@pytest.mark.parametrize(
    ("shown", "faults"),
    [
        ("`truceline site check SITE --json`", 0),
        ("`truceline site new|check SITE`", 0),
        ("`truceline look CLIP [--line x1,y1,x2,y2]`", 0),
        ("`.venv/bin/truceline look --help`", 0),
        ("`truceline` alone, `truceline.evidence`, and truceline in prose", 0),
        ("`truceline site look`", 1),
        ("`truceline site new --json`", 1),
        ("`.venv/bin/truceline watch`", 1),
    ],
)
def test_commands_are_found_where_people_write_them(shown: str, faults: int, project: Path):
    (project / "README.md").write_text(f"# Product\n\n{shown}\n")
    assert len(commands(project)) == faults


class Form(StrEnum):
    TABLE = "table"
    JSON = "json"


def test_the_reference_follows_the_command_line(monkeypatch: pytest.MonkeyPatch):
    app = typer.Typer()

    @app.callback()
    def main() -> None:
        """All."""

    @app.command()
    def look(
        clip: Annotated[Path, typer.Argument(help="Any clip.")],
        line: Annotated[str, typer.Option(help="x1,y1,x2,y2 | none")] = "",
        form: Annotated[Form, typer.Option(help="Form.")] = Form.TABLE,
        rate_hz: Annotated[float, typer.Option(help="True rate.")] = 7.0,
    ) -> None:
        """Look at one clip."""

    monkeypatch.setattr(generate_cli, "load", lambda: typer.main.get_command(app))
    page = generate_cli.render()
    assert "## `truceline look`\n\nLook at one clip.\n" in page
    assert "truceline look [OPTIONS] CLIP\n" in page
    assert "| `CLIP` | Any clip. | required |" in page
    assert "| `--rate-hz RATE_HZ` | True rate. | `7.0` |" in page
    assert "| `--form table\\|json` | Form. | `table` |" in page
    assert "x1,y1,x2,y2 \\| none" in page
    assert generate_cli.command_tree()[("look",)] >= {"--line", "--rate-hz"}
