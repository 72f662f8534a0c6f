"""What the documentation promises, checked against the tree. Each check gives its complaints."""

import ast
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

from tests.docs.pages import Page, pages, text_files

CommandTree = dict[tuple[str, ...], frozenset[str]]
"""Each command's words (``("site", "check")``) and the options it takes; a group is there too."""

# Put together here, so that this file does not hold what it looks for.
REGISTRY_HOSTS = tuple(
    name.replace("_", ".")
    for name in ("pypi_org", "pythonhosted_org", "npmjs_com", "npmjs_org", "crates_io", "anaconda_org")
)
ABSOLUTE_PATHS = re.compile(
    r"(?<![\w.~/<:-])/(?:" + "|".join(("wo" + "rk", "ho" + "me", "ro" + "ot")) + r")/\w"
)
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "TB" + "D")) + r")\b")
VARIABLE = re.compile(r"\bTRUCELINE_[A-Z][A-Z_]*\b")
NODE = re.compile(r"tests/[\w/]+\.py::test_\w+")
NOT_BUILT = "not built"


def links(root: Path) -> list[str]:
    """Every relative link reaches a file and, when it names one, a heading."""
    complaints = []
    for page in pages(root):
        for target in page.links:
            if not re.match(r"[a-z][a-z0-9+.-]*:", target):
                complaints += _relative_link(page, target)
    return complaints


def _relative_link(page: Page, target: str) -> list[str]:
    place, _, anchor = unquote(target).partition("#")
    path = (page.path.parent / place).resolve() if place else page.path
    if not path.is_relative_to(page.root.resolve()):
        return [f"{page.name}: the link {target} leaves the repository"]
    if not path.exists():
        return [f"{page.name}: the link {target} reaches no file"]
    if anchor and path.suffix == ".md" and anchor not in Page(path, page.root).anchors:
        return [f"{page.name}: the link {target} reaches no heading"]
    return []


def orphans(root: Path) -> list[str]:
    """Every page under docs can be reached from docs/index.md."""
    start = (root / "docs/index.md").resolve()
    reached, waiting = {start}, [start]
    while waiting:
        page = Page(waiting.pop(), root.resolve())
        for target in page.links:
            path = (page.path.parent / unquote(target.partition("#")[0])).resolve()
            if path.suffix == ".md" and path.is_file() and path not in reached:
                reached.add(path)
                waiting.append(path)
    lost = sorted(path for path in (root / "docs").rglob("*.md") if path.resolve() not in reached)
    return [f"{path.relative_to(root)}: no way leads here from docs/index.md" for path in lost]


def commands(root: Path, tree: CommandTree) -> list[str]:
    """Every ``truceline`` command in the pages exists, with the options it is shown with."""
    complaints = []
    for page in pages(root):
        for line in page.code:
            for words in re.findall(r"(?:^|[\s/$])truceline((?:\s+[^\s#;&>]+)+)", line):
                complaints += [f"{page.name}: {fault}" for fault in _command(words.split(), tree)]
    return complaints


def _command(words: list[str], tree: CommandTree) -> list[str]:
    shown = "truceline " + " ".join(words)
    heads: list[tuple[str, ...]] = [()]
    rest = list(words)
    while rest and re.fullmatch(r"[a-z][a-z|-]*", rest[0]) and any(_is_group(head, tree) for head in heads):
        heads = [(*head, choice) for head in heads for choice in rest[0].split("|")]
        del rest[0]
    unknown = [head for head in heads if head not in tree]
    if unknown:
        return [f"there is no command `truceline {' '.join(head)}` (in `{shown}`)" for head in unknown]
    options = {re.split(r"[=\]|]", word.lstrip("["))[0] for word in rest if word.lstrip("[").startswith("--")}
    allowed = frozenset[str]().union(*(tree[head] for head in heads)) | {"--help", "--"}
    missing = sorted(options - allowed)
    return [f"`truceline {' '.join(heads[0])}` has no option {option} (in `{shown}`)" for option in missing]


def _is_group(head: tuple[str, ...], tree: CommandTree) -> bool:
    return any(len(words) > len(head) and words[: len(head)] == head for words in tree)


def variables(root: Path) -> list[str]:
    """Every environment variable in the pages is read somewhere; every one that is read has its row."""
    reference = root / "docs/reference/environment.md"
    documented = set(VARIABLE.findall(reference.read_text(encoding="utf-8")))
    read: dict[str, str] = {}
    for path in text_files(root):
        if path.suffix != ".md" and not path.is_relative_to(root / "tests/gates"):
            for name in VARIABLE.findall(path.read_text(encoding="utf-8")):
                read.setdefault(name, path.relative_to(root).as_posix())
    shown = {name: page.name for page in pages(root) for name in VARIABLE.findall(page.text)}
    return [f"{place}: nothing reads {name}" for name, place in sorted(shown.items()) if name not in read] + [
        f"{place}: {name} has no row in docs/reference/environment.md"
        for name, place in sorted(read.items())
        if name not in documented
    ]


def make_targets(root: Path) -> list[str]:
    """Every ``make`` target in the pages exists; every target a person may call stands in CONTRIBUTING."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    public = set(re.findall(r"^([a-z][a-z-]*):.*## ", makefile, re.MULTILINE))
    complaints = []
    named: dict[str, set[str]] = {}
    for page in pages(root):
        for line in page.code:
            for target in re.findall(r"(?:^|[$;&]\s*)make (?:[A-Z_]+=\S+ )*([a-z][a-z-]*)", line):
                named.setdefault(page.name, set()).add(target)
                if target not in targets:
                    complaints.append(f"{page.name}: there is no target `make {target}`")
    unnamed = sorted(public - named.get("CONTRIBUTING.md", set()))
    return complaints + [f"CONTRIBUTING.md: says nothing of `make {target}`" for target in unnamed]


def misuse(root: Path) -> list[str]:
    """Every row of docs/misuse.md names tests that exist, or says plainly that it is not built."""
    complaints = []
    rows = [
        line for line in (root / "docs/misuse.md").read_text(encoding="utf-8").splitlines() if "|" in line
    ]
    rows = [row for row in rows if not re.fullmatch(r"[\s|:-]+", row)]
    heads = [row for row in rows if row.lower().startswith(("| misuse", "| requirement"))]
    for row in rows:
        nodes = NODE.findall(row)
        if row not in heads and not nodes and NOT_BUILT not in row.lower():
            complaints.append(f"docs/misuse.md: neither a test nor '{NOT_BUILT}' in the row: {row[:60]}")
        complaints += [
            f"docs/misuse.md: there is no test {node}" for node in nodes if not _test_exists(root, node)
        ]
    return complaints if len(rows) > len(heads) else ["docs/misuse.md: has no rows"]


def _test_exists(root: Path, node: str) -> bool:
    name, _, function = node.partition("::")
    path = root / name
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(part, ast.FunctionDef) and part.name == function for part in ast.walk(tree))


def forbidden_words(root: Path) -> list[str]:
    """No file of one machine, no registry's host; no page with unfinished work."""
    complaints = []
    for path in text_files(root):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        complaints += [f"{name}: names the registry {host}" for host in REGISTRY_HOSTS if host in text]
        complaints += [f"{name}: holds the absolute path {found}…" for found in ABSOLUTE_PATHS.findall(text)]
        if path.suffix == ".md":
            complaints += [f"{name}: holds unfinished work ({found})" for found in UNFINISHED.findall(text)]
    return complaints


def version(root: Path) -> list[str]:
    """The version is the same in the package, the project and the change log."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    package = (root / "src/truceline/__init__.py").read_text(encoding="utf-8")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    complaints = []
    if f'__version__ = "{project}"' not in package:
        complaints.append(f"src/truceline/__init__.py: __version__ is not {project}")
    if not re.search(rf"^## \[?{re.escape(project)}\]?", changelog, re.MULTILINE):
        complaints.append(f"CHANGELOG.md: has no section for {project}")
    return complaints


def rooms(root: Path) -> list[str]:
    """Every room of the package has its row in docs/design/house.md."""
    described = (root / "docs/design/house.md").read_text(encoding="utf-8")
    package = root / "src/truceline"
    found = sorted(path.parent.name for path in package.glob("*/__init__.py"))
    return [
        f"docs/design/house.md: says nothing of {room}/" for room in found if f"`{room}`" not in described
    ]
