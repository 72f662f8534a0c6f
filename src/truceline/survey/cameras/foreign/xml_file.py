"""XML that others wrote: read without entities, the way every importer needs it."""

from pathlib import Path
from xml.etree import ElementTree

from truceline.errors import InputError
from truceline.tables.reader import read_bytes


def xml_root(path: Path) -> ElementTree.Element:
    """The root of an XML file.

    Raises:
        InputError: The file is missing, is no XML, or declares a document type or entities (never needed
            here, and a known attack).
    """
    data = read_bytes(path)
    if b"<!DOCTYPE" in data.upper() or b"<!ENTITY" in data.upper() or b"\x00" in data:
        raise InputError(
            "the file declares a document type or entities, or is not UTF-8.",
            where=str(path),
            do="Remove the declaration and save as UTF-8.",
        )
    try:
        return ElementTree.fromstring(data)  # noqa: S314  (no entities: refused above)
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise InputError(f"not valid XML: {error}.", where=f"{path}:{line}") from error
