"""Layers: a scenario may stand on another one (``base``); what it says replaces what that one said.

Tables are laid over each other key by key. Lists of tables are matched by ``id`` (or ``name``): one that is
there is changed, ``remove = true`` takes it away, a new one is added; a step that says ``do`` is told anew.
Any other list replaces the one below. Every value keeps the file and the line where it was written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import InputError
from truceline.records.digests import sha256_of
from truceline.tables.positions import KeyPath
from truceline.tables.reader import Document, Table, parse_toml

Texts = Callable[[], Mapping[str, str]]

_ANEW = "do"
"""A step that says what to do is told anew: of the one below nothing stays."""

DEEPEST = 4
"""Scenarios upon scenarios upon scenarios: more than this is a circle or a muddle."""


@dataclass(frozen=True, slots=True)
class LayeredDocument(Document):
    """A document laid together from several texts: every place says which."""

    places: Mapping[KeyPath, str]

    def where(self, path: KeyPath) -> str:
        """``FILE:LINE`` of a key, or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return f"{self.path}:1"


@dataclass(frozen=True, slots=True)
class _Node:
    """A value and its place; in tables and lists the values are nodes again."""

    place: str
    value: object


def read_layers(text: str, *, where: str, shipped: Mapping[str, str], layer: str | None = None) -> Table:
    """The scenario's text over its bases as one open table.

    Args:
        text: The TOML text.
        where: What errors call it.
        shipped: Name to text of the scenarios that ``base`` may name.
        layer: Name of a top-level table that is itself laid over the rest (``variant``), or None. It only
            changes things: what it says of a camera or actor that an overlay took away is passed over.

    Raises:
        InputError: A text is not TOML, or names a base that is not there.
    """
    node = _read(text, where=where, shipped=shipped, depth=0)
    top = _table(node)
    over = top.pop(layer) if layer is not None and layer in top else None
    if over is not None:
        node = _laid(_Node(node.place, top), over, adds=False)
    places: dict[KeyPath, str] = {}
    values = _plain(node, (), places=places)
    if not isinstance(values, dict):
        raise TypeError(values)
    document = LayeredDocument(Path(where), sha256_of(text.encode()), {}, places)
    return Table(values, (), document)


def _read(text: str, *, where: str, shipped: Mapping[str, str], depth: int) -> _Node:
    data = text.encode()
    table = parse_toml(text.replace("\r\n", "\n"), path=Path(where), digest=sha256_of(data))
    node = _placed(table.values, (), document=table.document)
    if not table.has("base"):
        return node
    name = table.text("base")
    if name not in shipped or depth >= DEEPEST:
        known = ", ".join(sorted(shipped))
        table.refuse("base", f"there is no scenario {name!r} to stand on", do=f"Known: {known}.")
    below = _read(shipped[name], where=f"{name}.toml", shipped=shipped, depth=depth + 1)
    top = _table(node)
    del top["base"]
    return _laid(below, _Node(node.place, top))


def _placed(value: object, path: KeyPath, *, document: Document) -> _Node:
    inside: object = value
    if isinstance(value, Mapping):
        inside = {key: _placed(item, (*path, key), document=document) for key, item in value.items()}
    elif isinstance(value, list):
        inside = [_placed(item, (*path, index), document=document) for index, item in enumerate(value)]
    return _Node(document.where(path), inside)


def _laid(below: _Node, above: _Node, *, adds: bool = True) -> _Node:
    if isinstance(below.value, dict) and isinstance(above.value, dict):
        merged = dict(below.value)
        for key, item in above.value.items():
            merged[key] = _laid(merged[key], item, adds=adds) if key in merged else item
        return _Node(above.place, merged)
    if isinstance(below.value, list) and isinstance(above.value, list):
        return _Node(above.place, _laid_lists(below.value, above.value, adds=adds))
    return above


def _laid_lists(below: list[_Node], above: list[_Node], *, adds: bool) -> list[_Node]:
    names = [_name(item) for item in above]
    known = [_name(item) for item in below]
    if not names or None in names or (adds and not any(known)):
        return above
    merged = list(below)
    for name, item in zip(names, above, strict=True):
        values = _table(item)
        taken_away = values.pop("remove", None)
        if name in known:
            at = next(index for index, one in enumerate(merged) if _name(one) == name)
            if taken_away is not None and taken_away.value is True:
                del merged[at]
            else:
                told_anew = _ANEW in values
                merged[at] = item if told_anew else _laid(merged[at], _Node(item.place, values), adds=adds)
        elif not adds:
            continue
        elif taken_away is not None:
            raise InputError(f"there is no {name!r} to remove.", where=item.place)
        else:
            merged.append(item)
    return merged


def _name(node: _Node) -> str | None:
    if not isinstance(node.value, dict):
        return None
    named = node.value.get("id", node.value.get("name"))
    return named.value if isinstance(named, _Node) and isinstance(named.value, str) else None


def _table(node: _Node) -> dict[str, _Node]:
    if not isinstance(node.value, dict):
        raise TypeError(node.value)
    return dict(node.value)


def _plain(node: _Node, path: KeyPath, *, places: dict[KeyPath, str]) -> object:
    places[path] = node.place
    if isinstance(node.value, dict):
        return {key: _plain(item, (*path, key), places=places) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(item, (*path, index), places=places) for index, item in enumerate(node.value)]
    return node.value
