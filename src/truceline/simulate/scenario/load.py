"""Load a scenario: from a TOML text and a seed to a script in which every draw is made.

The language: docs/reference/scenario.md. Reading is strict, and every refusal names the file and the line.
"""

import re

from truceline.records.site import Line
from truceline.simulate.model.scenario import Setting
from truceline.simulate.model.world import Material, World
from truceline.simulate.scenario.casting.actors import drafts, groups, read_actor, steps_by_actor
from truceline.simulate.scenario.casting.triggers import Company
from truceline.simulate.scenario.checks import refuse_impossible
from truceline.simulate.scenario.reading.devices import Around, read_cameras, read_microphones, read_networks
from truceline.simulate.scenario.reading.land import (
    MATERIALS,
    read_ditches,
    read_lamps,
    read_limits,
    read_surfaces,
    read_terrain,
    read_weather,
)
from truceline.simulate.scenario.reading.layers import read_layers
from truceline.simulate.scenario.reading.sheet import Calendar, Dice, Sheet
from truceline.simulate.scenario.reading.standing import read_solids, read_trees
from truceline.simulate.scenario.reading.survey import (
    read_checkpoints,
    read_landmarks,
    read_line,
    read_origin,
    read_permits,
    read_zones,
)
from truceline.simulate.scenario.script import Script
from truceline.simulate.scenario.shipped import shipped_scenarios
from truceline.tables.reader import Table

SCENARIO_KEYS = (
    "name",
    "title",
    "story",
    "start",
    "duration_s",
    "local_offset",
    "instrument",
    "ground",
)
TOP_KEYS = (
    *SCENARIO_KEYS,
    "origin",
    "weather",
    "terrain",
    "surface",
    "road",
    "solid",
    "wall",
    "tree",
    "tree_row",
    "wood",
    "ditch",
    "lamp",
    "line",
    "zone",
    "permit",
    "landmark",
    "checkpoint",
    "network",
    "camera",
    "microphone",
    "actor",
    "variant",
)
VARIANT = "variant"

_OFFSET = re.compile(r"([+-])(\d{2}):([0-5]\d)")
_LONGEST_S = 6 * 3600.0


def load_scenario(text: str, *, where: str, seed: int) -> Script:
    """Read a scenario.

    Args:
        text: The TOML text.
        where: What errors call it: a file's name.
        seed: Of every draw; the same text and seed give the same script on any machine.

    Raises:
        InputError: Something is missing, unknown or impossible; with FILE:LINE and what to do.
    """
    return script_of(read_layers(text, where=where, shipped=shipped_scenarios()), seed=seed)


def script_of(table: Table, *, seed: int) -> Script:
    """The script of a scenario whose layers are laid together."""
    own = table.only(TOP_KEYS)
    calendar = Calendar(own.instant("start"), _local_offset_minutes(own))
    sheet = Sheet(table, Dice(seed), calendar, "")
    line, offset_m = read_line(sheet)
    world = _world(sheet, own)
    setting = _setting(sheet, own, world=world, line=line, offset_m=offset_m)
    known = drafts(sheet)
    company = Company(
        steps_by_actor(known),
        line=line,
        zones=setting.zones,
        duration_s=setting.duration_s,
        groups=groups(sheet, known),
    )
    parties = (line.sides.left, line.sides.right)
    script = Script(
        setting=setting,
        actors=tuple(read_actor(one, company=company, parties=parties) for one in known),
        checkpoints=read_checkpoints(sheet),
        limits=read_limits(sheet),
    )
    refuse_impossible(script)
    return script


def _world(sheet: Sheet, own: Table) -> World:
    terrain = read_terrain(sheet)
    solids = read_solids(sheet, terrain)
    surfaces, ditches = read_surfaces(sheet), read_ditches(sheet)
    return World(
        terrain=terrain,
        ground=Material(own.text("ground", choices=MATERIALS, default=Material.DRY_GRASS.value)),
        surfaces=surfaces,
        solids=solids,
        trees=read_trees(sheet, solids=solids, surfaces=surfaces, ditches=ditches),
        ditches=ditches,
        lamps=read_lamps(sheet, terrain),
    )


def _setting(sheet: Sheet, own: Table, *, world: World, line: Line, offset_m: float) -> Setting:
    duration_s = sheet.number("duration_s", low=1.0, high=_LONGEST_S)
    zones = read_zones(sheet)
    around = Around(world.terrain, duration_s, read_networks(sheet))
    cameras = read_cameras(sheet, around)
    return Setting(
        name=own.identifier("name"),
        title=own.text("title"),
        story=own.text("story"),
        seed=sheet.dice.seed,
        start_utc_ns=sheet.calendar.start_utc_ns,
        duration_s=duration_s,
        local_offset_minutes=sheet.calendar.local_offset_minutes,
        origin=read_origin(sheet),
        instrument=own.identifier("instrument"),
        world=world,
        weather=read_weather(sheet),
        line=line,
        line_offset_m=offset_m,
        zones=zones,
        permits=read_permits(sheet, sides=line.sides, zones=zones),
        landmarks=read_landmarks(sheet, solids=world.solids),
        cameras=cameras,
        microphones=read_microphones(sheet, around, cameras=cameras),
    )


def _local_offset_minutes(own: Table) -> int:
    text = own.text("local_offset", default="+00:00")
    match = _OFFSET.fullmatch(text)
    if match is None or int(match[2]) > 14:
        own.refuse("local_offset", f"local_offset is {text!r}", do="Write it like +09:00.")
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes
