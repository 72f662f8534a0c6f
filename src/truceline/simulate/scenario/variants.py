"""Variants: the same story in short form, with other paths, clothes, weather, cameras and counts.

A scenario's ``[variant]`` table is laid over the rest, as an overlay would be; every range in it, and in what
lies below, is drawn from the variant's own seed.
"""

from truceline.errors import InputError
from truceline.simulate.scenario.load import VARIANT, script_of
from truceline.simulate.scenario.reading.layers import read_layers
from truceline.simulate.scenario.script import Script
from truceline.simulate.scenario.shipped import shipped_scenarios

MOST_FRAMES = 3000
"""Of the short form, over all cameras."""


def variant(text: str, *, where: str, seed: int) -> Script:
    """The short form of a scenario for one seed.

    Args:
        text: The scenario's TOML text.
        where: What errors call it.
        seed: Of every draw. 1 to 999 are for tuning, 1000 to 1059 for reporting.

    Raises:
        InputError: As ``load_scenario``; and the cameras supply more than ``MOST_FRAMES`` frames in all.
    """
    table = read_layers(text, where=where, shipped=shipped_scenarios(), layer=VARIANT)
    script = script_of(table, seed=seed)
    frames = frame_count(script)
    if frames > MOST_FRAMES:
        raise InputError(
            f"the short form has {frames} frames, at most {MOST_FRAMES} are allowed",
            where=where,
            do="Let [variant] say that cameras supply less.",
        )
    return script


def frame_count(script: Script) -> int:
    """The frames of all cameras together."""
    return sum(
        int((stretch.end_s - stretch.start_s) * camera.rate_hz + 1e-6)
        for camera in script.setting.cameras
        for stretch in camera.supplies
    )
