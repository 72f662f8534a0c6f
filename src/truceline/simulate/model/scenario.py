"""A scenario: what is to happen, where, under which sky, and before which devices."""

from dataclasses import dataclass, field

from truceline.records.site import Landmark, Line, Origin, Permit, Zone
from truceline.records.time import UtcNs
from truceline.simulate.model.actors import Actor, Happening, Performance
from truceline.simulate.model.devices import CameraPlan, MicrophonePlan
from truceline.simulate.model.world import Weather, World


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The place, the time, the survey: all that holds before anybody moves.

    Attributes:
        duration_s: Length of the scenario; devices may supply parts of it.
        line: As declared; ``line_offset_m`` is how far to its left the true one lies.
        instrument: Rule pack that the site names.
    """

    name: str
    title: str
    story: str
    seed: int
    start_utc_ns: UtcNs
    duration_s: float
    local_offset_minutes: int
    origin: Origin
    instrument: str
    world: World
    weather: Weather
    line: Line
    line_offset_m: float
    zones: tuple[Zone, ...] = ()
    permits: tuple[Permit, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    cameras: tuple[CameraPlan, ...] = ()
    microphones: tuple[MicrophonePlan, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """A scenario played through: the setting, every actor's performance and everything that happened."""

    setting: Setting
    performances: tuple[Performance, ...]
    happenings: tuple[Happening, ...] = field(default=())

    def actor(self, actor_id: str) -> Actor:
        """The actor of that id; a KeyError is a fault of the program, ids were checked on loading."""
        return {one.actor.actor_id: one.actor for one in self.performances}[actor_id]
