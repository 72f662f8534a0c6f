"""All nuisances of one camera, in the order in which light meets them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from truceline.simulate.model.devices import Nuisance, NuisanceKind
from truceline.simulate.model.pictures import Drawn, Seen
from truceline.simulate.sensors.nuisance.aim import Shake, Turned, displaced, swung
from truceline.simulate.sensors.nuisance.air import RAIN_MM_H, CloudShadows, Fog, Rain
from truceline.simulate.sensors.nuisance.beams import Headlights
from truceline.simulate.sensors.nuisance.lens import Covered, Defocused, Insects, LensDrops
from truceline.simulate.sensors.nuisance.sway import Wind
from truceline.simulate.sensors.nuisance.view import Disturbance, Instant, View

STORM_MPS = 14.0
"""Wind that sways foliage at full strength."""
FOREVER_S = 1e9
LEAST_STRENGTH = 0.02

_IN_ORDER: tuple[tuple[NuisanceKind, Callable[[View, Nuisance], Disturbance]], ...] = (
    (NuisanceKind.CLOUD_SHADOWS, CloudShadows),
    (NuisanceKind.WIND, Wind),
    (NuisanceKind.HEADLIGHTS, Headlights),
    (NuisanceKind.FOG, Fog),
    (NuisanceKind.RAIN, Rain),
    (NuisanceKind.TURNED, Turned),
    (NuisanceKind.SHAKE, Shake),
    (NuisanceKind.INSECTS, Insects),
    (NuisanceKind.RAIN, LensDrops),
    (NuisanceKind.COVERED, Covered),
    (NuisanceKind.DEFOCUSED, Defocused),
)
"""From the scene over the air and the camera's aim to its glass. What concerns whole frames (dropped,
doubled, frozen) is in ``schedule``; a wrong clock is the device's own."""


class Nuisances:
    """What disturbs one camera: its own nuisances, and the wind and rain of the weather."""

    def __init__(self, view: View) -> None:
        self._view = view
        given = (*view.camera.nuisances, *_of_weather(view))
        self._disturbances = [
            make(view, nuisance) for kind, make in _IN_ORDER for nuisance in given if nuisance.kind is kind
        ]

    def over(self, drawn: Drawn, instant: Instant) -> Drawn:
        """The frame as it reaches the sensor, with its truth moved along."""
        light = drawn.light
        for disturbance in self._disturbances:
            light = disturbance.over(light, instant)
        return replace(drawn, light=light, seen=self.seen(drawn.seen, instant.at_s))

    def seen(self, seen: Sequence[Seen], at_s: float) -> tuple[Seen, ...]:
        """What is in a frame that was shaken, turned or covered."""
        top_px = self.covered(at_s) * self._view.size_px[1] - 0.5
        bounds = _bounds(self._view.size_px, top_px=top_px)
        shown, across, down = tuple(seen), 0.0, 0.0
        for one in self._disturbances:
            if isinstance(one, Turned) and one.aside_rad(at_s) > 0:
                shown = swung(shown, one, at_s=at_s, within_px=bounds)
            elif isinstance(one, Shake):
                offset = one.offset_px(at_s)
                across, down = across + offset[0], down + offset[1]
        if across == 0 and down == 0 and top_px < 0:
            return shown
        return displaced(shown, (across, down), within_px=bounds)

    def covered(self, at_s: float) -> float:
        """Share of the picture, from its top, that is covered at a time."""
        return max((one.share(at_s) for one in self._disturbances if isinstance(one, Covered)), default=0.0)


def _bounds(size_px: tuple[int, int], *, top_px: float) -> tuple[float, float, float, float]:
    return -0.5, max(top_px, -0.5), size_px[0] - 0.5, size_px[1] - 0.5


def _of_weather(view: View) -> list[Nuisance]:
    """Wind and rain of the weather, where they are worth drawing and not given for this camera."""
    given = {one.kind for one in view.camera.nuisances}
    east, north = view.weather.wind_mps
    strengths = {
        NuisanceKind.WIND: min((east**2 + north**2) ** 0.5 / STORM_MPS, 1.0),
        NuisanceKind.RAIN: min(view.weather.rain_mm_h / RAIN_MM_H, 1.0),
    }
    return [
        Nuisance(kind, 0.0, FOREVER_S, strength)
        for kind, strength in strengths.items()
        if strength >= LEAST_STRENGTH and kind not in given
    ]
