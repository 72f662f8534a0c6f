"""The steps: what each deed may be told, what it does when nothing is said, and what no body can do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import ActorKind
from truceline.simulate.scenario.casting.triggers import Company, read_triggers
from truceline.simulate.scenario.reading.sheet import Sheet
from truceline.simulate.scenario.script import NOWHERE, Deed, Fire, Movement, Step
from truceline.simulate.sound.catalogue import CATALOGUE

Array = NDArray[np.float64]

STEP_KEYS = (
    "do",
    "name",
    "when",
    "until",
    "for_s",
    "to",
    "to_within_m",
    "gap_m",
    "beside_m",
    "speed_mps",
    "acceleration_mps2",
    "brake_mps2",
    "face",
    "rounds",
    "every_s",
    "stray_deg",
    "prone",
    "supersonic",
    "whom",
    "pursues",
    "beside",
    "sound",
    "lamps",
    "leaves_open",
)

_ALWAYS = ("do", "name", "when", "sound")
_STILL = (*_ALWAYS, "until", "for_s", "face")
_MOVES = (
    *_ALWAYS,
    "until",
    "to",
    "to_within_m",
    "gap_m",
    "speed_mps",
    "acceleration_mps2",
    "brake_mps2",
    "pursues",
)
_KEYS: dict[Deed, tuple[str, ...]] = {
    Deed.WAIT: (*_STILL, "lamps"),
    Deed.STAND: _STILL,
    Deed.CROUCH: _STILL,
    Deed.PRONE: _STILL,
    Deed.LIE: _STILL,
    Deed.FALL: (*_ALWAYS, "until", "for_s"),
    Deed.AIM: (*_STILL, "prone"),
    Deed.SHOOT: (*_ALWAYS, "face", "rounds", "every_s", "stray_deg", "prone", "supersonic"),
    Deed.WALK: _MOVES,
    Deed.RUN: _MOVES,
    Deed.CRAWL: _MOVES,
    Deed.DRAG: (*_MOVES, "whom", "beside"),
    Deed.FOLLOW: (
        *_ALWAYS,
        "until",
        "whom",
        "gap_m",
        "beside_m",
        "speed_mps",
        "acceleration_mps2",
        "pursues",
    ),
    Deed.GET_OUT: (*_ALWAYS, "leaves_open"),
    Deed.GET_IN: (*_ALWAYS, "whom"),
    Deed.DRIVE: (*_MOVES, "lamps"),
    Deed.PARK: (*_ALWAYS, "until", "for_s", "lamps"),
    Deed.ROCK: (*_ALWAYS, "until", "for_s"),
    Deed.GRAZE: _STILL,
    Deed.FLY: _MOVES,
    Deed.COME: (*_ALWAYS, "to", "to_within_m", "face"),
    Deed.LEAVE: _ALWAYS,
}

_PERSONS = (
    Deed.WAIT,
    Deed.STAND,
    Deed.CROUCH,
    Deed.PRONE,
    Deed.LIE,
    Deed.FALL,
    Deed.AIM,
    Deed.SHOOT,
    Deed.WALK,
    Deed.RUN,
    Deed.CRAWL,
    Deed.DRAG,
    Deed.FOLLOW,
    Deed.GET_OUT,
    Deed.GET_IN,
    Deed.COME,
    Deed.LEAVE,
)
_VEHICLES = (Deed.WAIT, Deed.DRIVE, Deed.PARK, Deed.ROCK, Deed.LEAVE)
_BEASTS = (Deed.WAIT, Deed.STAND, Deed.GRAZE, Deed.WALK, Deed.RUN, Deed.FOLLOW, Deed.COME, Deed.LEAVE)
CAN: dict[ActorKind, tuple[Deed, ...]] = {
    ActorKind.PERSON: _PERSONS,
    ActorKind.JEEP: _VEHICLES,
    ActorKind.TRUCK: _VEHICLES,
    ActorKind.CAR: _VEHICLES,
    ActorKind.DOG: _BEASTS,
    ActorKind.DEER: _BEASTS,
    ActorKind.BIRD: (Deed.WAIT, Deed.FLY, Deed.COME, Deed.LEAVE),
}


@dataclass(frozen=True, slots=True)
class Pace:
    """Usual and largest speed, usual and largest acceleration, usual and largest braking."""

    speed_mps: tuple[float, float]
    acceleration_mps2: tuple[float, float]
    brake_mps2: tuple[float, float]

    def of(self, key: str) -> tuple[float, float]:
        """Usual and largest value by the key that states it."""
        return {
            "speed_mps": self.speed_mps,
            "acceleration_mps2": self.acceleration_mps2,
            "brake_mps2": self.brake_mps2,
        }[key]


_WALKING = Pace((1.35, 3.0), (1.1, 5.0), (1.3, 5.0))
_RUNNING = Pace((4.6, 10.0), (2.8, 5.0), (3.2, 5.0))
_CRAWLING = Pace((0.45, 1.2), (0.6, 2.0), (0.8, 2.0))
_DRAGGING = Pace((0.55, 2.0), (0.5, 2.0), (0.7, 2.0))
_DRIVING = Pace((10.0, 45.0), (1.8, 6.0), (3.0, 8.0))
_BEAST_WALK = Pace((1.1, 3.0), (1.2, 6.0), (1.5, 6.0))
_BEAST_RUN = Pace((7.0, 20.0), (4.0, 8.0), (4.0, 8.0))
_FLYING = Pace((9.0, 30.0), (5.0, 15.0), (5.0, 15.0))


def pace_of(kind: ActorKind, deed: Deed) -> Pace:
    """How fast such a body does such a thing."""
    if kind.is_animal and deed is not Deed.FLY:
        return _BEAST_WALK if deed is Deed.WALK else _BEAST_RUN
    return {
        Deed.WALK: _WALKING,
        Deed.CRAWL: _CRAWLING,
        Deed.DRAG: _DRAGGING,
        Deed.DRIVE: _DRIVING,
        Deed.FLY: _FLYING,
    }.get(deed, _RUNNING)


_MOST_ROUNDS = 500
_NEED_TO = (Deed.WALK, Deed.RUN, Deed.CRAWL, Deed.DRIVE, Deed.FLY)


def read_step(sheet: Sheet, actor_id: str, *, kind: ActorKind, company: Company) -> Step:
    """One step of an actor.

    Raises:
        InputError: With the line: a deed that such a body cannot do, a key that the deed does not know, a
            speed or acceleration beyond it, an actor that is not there.
    """
    table = sheet.table
    deed = Deed(table.text("do", choices=tuple(deed.value for deed in CAN[kind])))
    table.only(_KEYS[deed])
    names = {
        key: _actor(sheet, key, own_id=actor_id, company=company) for key in ("whom", "pursues", "beside")
    }
    if deed in (Deed.FOLLOW, Deed.GET_IN) and names["whom"] is None:
        table.refuse("do", f"{deed.value} needs whom", do="Add whom.")
    face = _face(sheet, actor_id, company=company)
    return Step(
        deed=deed,
        where=table.document.where(table.path),
        name=table.text("name") if table.has("name") else "",
        when=read_triggers(sheet, "when", own_id=actor_id, company=company),
        until=read_triggers(sheet, "until", own_id=actor_id, company=company),
        for_s=sheet.maybe("for_s", low=0.0, high=86_400.0),
        movement=_movement(sheet, deed, kind=kind, company=company),
        fire=_fire(sheet) if deed is Deed.SHOOT else None,
        face_actor=face if isinstance(face, str) else None,
        face_rad=face if isinstance(face, float) else None,
        face_en_m=face if isinstance(face, np.ndarray) else None,
        whom=names["whom"],
        pursues=names["pursues"],
        beside=names["beside"],
        sound=table.text("sound", choices=tuple(CATALOGUE)) if table.has("sound") else None,
        lamps=table.flag("lamps") if table.has("lamps") else None,
        leaves_open=table.flag("leaves_open", default=False),
    )


def _actor(sheet: Sheet, key: str, *, own_id: str, company: Company) -> str | None:
    if not sheet.table.has(key):
        return None
    found = company.known(sheet.table, key, actor_id=sheet.table.text(key))
    if found == own_id:
        sheet.table.refuse(key, f"{own_id} cannot do that to itself")
    return found


def _face(sheet: Sheet, own_id: str, *, company: Company) -> str | float | Array | None:
    """An actor, a place [east, north], or a compass direction in degrees."""
    table = sheet.table
    if not table.has("face"):
        if table.values.get("do") == Deed.SHOOT.value:
            table.refuse("do", "shoot needs face: at whom, or where to", do='Write face = "ACTOR" or [e, n].')
        return None
    value = table.values["face"]
    if isinstance(value, str):
        return _actor(sheet, "face", own_id=own_id, company=company)
    if isinstance(value, list):
        return sheet.point("face", value)
    return sheet.heading_rad("face")


def _movement(sheet: Sheet, deed: Deed, *, kind: ActorKind, company: Company) -> Movement | None:
    if not (deed.moves or deed in (Deed.FOLLOW, Deed.COME)):
        return None
    needs_to = deed in _NEED_TO or (deed is Deed.DRAG and not sheet.table.has("beside"))
    if needs_to and not sheet.table.has("to"):
        sheet.table.refuse("do", f"{deed.value} needs to: where to", do="Add to = [[east, north], ...].")
    to = _to(sheet, flies=deed is Deed.FLY, company=company)
    return Movement(
        waypoints_en_m=to.places_en_m,
        heights_m=to.heights_m,
        speed_mps=_bodily(sheet, "speed_mps", kind=kind, deed=deed),
        acceleration_mps2=_bodily(sheet, "acceleration_mps2", kind=kind, deed=deed),
        brake_mps2=_bodily(sheet, "brake_mps2", kind=kind, deed=deed),
        to_actor=to.to_actor,
        gap_m=sheet.number("gap_m", low=0.3, high=100.0, default=3.0 if deed is Deed.FOLLOW else 1.0),
        beside_m=sheet.number("beside_m", low=-20.0, high=20.0, default=0.0),
    )


def _bodily(sheet: Sheet, key: str, *, kind: ActorKind, deed: Deed) -> float:
    usual, most = pace_of(kind, deed).of(key)
    if not sheet.table.has(key):
        return usual
    value = sheet.number(key, low=0.01, high=1e6)
    if value > most:
        unit = "m/s" if key == "speed_mps" else "m/s²"
        what = f"no {kind.value} does {deed.value} at {value:g} {unit}"
        sheet.table.refuse(key, what, do=f"It must be at most {most:g}.")
    return value


@dataclass(frozen=True, slots=True, eq=False)
class _To:
    """Where a step leads."""

    places_en_m: Array
    heights_m: Array
    to_actor: str | None


def _to(sheet: Sheet, *, flies: bool, company: Company) -> _To:
    """Waypoints from one place, a list of places, or up to an actor; a bird's have a height."""
    table = sheet.table
    if not table.has("to"):
        return _To(NOWHERE, np.zeros(0), None)
    value = table.values["to"]
    if isinstance(value, str):
        return _To(NOWHERE, np.zeros(0), company.known(table, "to", actor_id=value))
    given = table.list_of("to")
    if not given:
        table.refuse("to", "to is empty", do="Write [[east, north], ...].")
    if not isinstance(given[0], list | str):
        given = [given]
    last = given[-1]
    to_actor = None
    if isinstance(last, str):  # waypoints, then up to an actor
        to_actor, given = company.known(table, "to", actor_id=last), given[:-1]
    places, heights = [], []
    for item in given:
        place, height_m = _split(sheet, item, flies=flies)
        places.append(place)
        heights.append(height_m)
    points = np.array(places).reshape(-1, 2)
    radius_m = sheet.number("to_within_m", low=0.0, high=1000.0) if table.has("to_within_m") else 0.0
    shifts = [sheet.scatter(f"to.{index}", radius_m=radius_m) for index in range(len(points))]
    return _To(points + np.array(shifts).reshape(points.shape), np.array(heights), to_actor)


def _split(sheet: Sheet, item: object, *, flies: bool) -> tuple[Array, float]:
    """A waypoint's place and, for a bird, its height above the site's plane."""
    if not flies:
        return sheet.point("to", item), 0.0
    if not isinstance(item, list) or len(item) != 3:
        sheet.table.refuse("to", "a bird needs heights too", do="Write [[east, north, up], ...].")
    return sheet.point("to", item[:2]), sheet.scalar("to", item[2], low=0.0, high=500.0)


def _fire(sheet: Sheet) -> Fire:
    """When the rounds fall and how far each strays, drawn from the seed."""
    rounds = sheet.integer("rounds", low=1, high=_MOST_ROUNDS, default=1)
    low, high = (0.3, 0.9)
    if sheet.table.has("every_s"):
        value = sheet.table.values["every_s"]
        low, high = (
            sheet.table.numbers("every_s", 2, low=0.05, high=60.0)
            if isinstance(value, list)
            else (sheet.table.number("every_s", low=0.05, high=60.0),) * 2
        )
    random = sheet.dice.generator(f"{sheet.label}.fire")
    gaps = random.uniform(low, max(low, high), rounds)
    gaps[0] = 0.0
    stray = np.deg2rad(sheet.number("stray_deg", low=0.0, high=45.0, default=1.5))
    return Fire(
        after_s=np.cumsum(gaps),
        stray_rad=random.normal(size=(rounds, 2)) * stray,
        prone=sheet.table.flag("prone", default=False),
        supersonic=sheet.table.flag("supersonic", default=True),
    )
