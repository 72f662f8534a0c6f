"""Reading a page as a strict reader does: balanced tags, text with ancestors, what is loaded."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input"}
LOADING = {"src", "href", "poster", "data", "action", "srcset", "background", "xlink:href"}
_MEASURED = re.compile(r"\d\s?(m|s|km/h|m/s)\b")


@dataclass
class Node:
    name: str
    attributes: dict[str, str | None]


@dataclass
class PageReader(HTMLParser):
    """Collects what a test asks of a page; refuses tags that do not balance."""

    stack: list[Node] = field(default_factory=list)
    texts: list[tuple[str, tuple[Node, ...]]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs))
        self.nodes.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_startendtag(self, tag, attrs):
        self.nodes.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.stack, f"</{tag}> closes nothing"
        opened = self.stack.pop().name
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data):
        if data.strip():
            self.texts.append((" ".join(data.split()), tuple(self.stack)))


def read_page(page: str) -> PageReader:
    reader = PageReader()
    reader.feed(page)
    reader.close()
    assert not reader.stack, f"never closed: {[node.name for node in reader.stack]}"
    return reader


def visible_text(page: str) -> str:
    return " ".join(
        text
        for text, ancestors in read_page(page).texts
        if not any(node.name == "style" for node in ancestors)
    )


def loaded(page: str) -> list[str]:
    """Every address that the page could load or link to, embedded data left out."""
    found = [
        value
        for node in read_page(page).nodes
        for name, value in node.attributes.items()
        if name in LOADING and value and not value.startswith(("data:", "#"))
    ]
    styles = " ".join(text for text, above in read_page(page).texts if above and above[-1].name == "style")
    found += [match for match in re.findall(r"url\(([^)]*)\)|@import", styles) if not match.startswith("#")]
    return found


def bare_measurements(page: str) -> list[str]:
    """Measured values in facts and drawings that stand without an uncertainty or an interval."""
    bare = []
    for text, ancestors in read_page(page).texts:
        exact = any("data-exact" in node.attributes for node in ancestors)
        places = {node.name for node in ancestors}
        measured = bool(places & {"dd", "svg", "h1", "h2", "h3"}) and not places & {"style", "title", "desc"}
        inside_figures = any(node.attributes.get("class") == "figures" for node in ancestors)
        if exact or not measured or inside_figures or not _MEASURED.search(text):
            continue
        if "±" not in text and not text.startswith("95 %:"):
            bare.append(text)
    return bare
