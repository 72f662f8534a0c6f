"""Tsai XML: reads the camera calibration files of the ViPER and PETS data sets (lengths in millimetres)."""

import math
from pathlib import Path
from xml.etree import ElementTree

from truceline.errors import InputError
from truceline.geometry.tsai import TsaiParameters
from truceline.survey.cameras.foreign.xml_file import xml_root

_ATTRIBUTES: dict[str, tuple[str, float, float]] = {
    "width": ("Geometry", 16, 100_000),
    "height": ("Geometry", 16, 100_000),
    "dpx": ("Geometry", 1e-5, 1.0),
    "dpy": ("Geometry", 1e-5, 1.0),
    "focal": ("Intrinsic", 0.1, 10_000),
    "kappa1": ("Intrinsic", -1.0, 1.0),
    "cx": ("Intrinsic", -100_000, 200_000),
    "cy": ("Intrinsic", -100_000, 200_000),
    "sx": ("Intrinsic", 0.2, 5.0),
    "tx": ("Extrinsic", -1e8, 1e8),
    "ty": ("Extrinsic", -1e8, 1e8),
    "tz": ("Extrinsic", -1e8, 1e8),
    "rx": ("Extrinsic", -2 * math.pi, 2 * math.pi),
    "ry": ("Extrinsic", -2 * math.pi, 2 * math.pi),
    "rz": ("Extrinsic", -2 * math.pi, 2 * math.pi),
}
"""Which element holds which attribute, and between which bounds it makes sense (mm, radians, pixels)."""


def read_tsai_xml(path: Path) -> TsaiParameters:
    """Tsai's parameters from a file with ``Geometry``, ``Intrinsic`` and ``Extrinsic`` elements.

    Raises:
        InputError: The file is missing, is no XML, declares a document type or entities (never needed here,
            and a known attack), or lacks an attribute, or one is out of its bounds.
    """
    root = xml_root(path)
    values = {name: _attribute(root, name, path=path) for name in _ATTRIBUTES}
    return TsaiParameters(
        width_px=round(values["width"]),
        height_px=round(values["height"]),
        dpx_mm=values["dpx"],
        dpy_mm=values["dpy"],
        focal_mm=values["focal"],
        kappa1_per_mm2=values["kappa1"],
        centre_px=(values["cx"], values["cy"]),
        sx=values["sx"],
        turns_rad=(values["rx"], values["ry"], values["rz"]),
        translation_mm=(values["tx"], values["ty"], values["tz"]),
    )


def _attribute(root: ElementTree.Element, name: str, *, path: Path) -> float:
    element_name, low, high = _ATTRIBUTES[name]
    element = root.find(f".//{element_name}")
    text = None if element is None else element.get(name)
    place = f"{path}: <{element_name} {name}>"
    if text is None:
        raise InputError(
            f"{element_name} has no {name}.", where=place, do="This reader takes Tsai calibration files."
        )
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a number.", where=place) from error
    if not low <= value <= high:
        raise InputError(
            f"{name} is {value:g}, expected {low:g} to {high:g}.",
            where=place,
            do="Lengths are in millimetres, turns in radians, the picture in pixels.",
        )
    return value
