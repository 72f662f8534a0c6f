"""The stage: one camera's empty scene into which bodies are drawn, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.simulate.model.actors import Performance
from truceline.simulate.model.devices import Band, CameraPlan
from truceline.simulate.model.pictures import Drawn, Plate, Seen, Shape, Sky
from truceline.simulate.model.world import Weather
from truceline.simulate.raster.layers import (
    BOX,
    HITS,
    SEEN,
    SEEN_BOX,
    Layer,
    count,
    drawn_layer,
    put,
    take_nearest,
)
from truceline.simulate.raster.lights import Lighting
from truceline.simulate.raster.shade.shading import Shading
from truceline.simulate.raster.solids.cover import NOTHING
from truceline.simulate.raster.view import pixel_of, view_of

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]
Cast = Sequence[tuple[Performance, Shape]]

LEAST_FRACTION = 0.002
"""A body of which less than this is seen counts as hidden."""


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A body in the frame: who, its shape and layer, and the part of its rectangle inside the picture."""

    performance: Performance
    shape: Shape
    layer: Layer
    inside: Ints


class Stage:
    """One camera's scene. It keeps a picture of its own and repaints only where bodies were and are.

    Args:
        plate: The empty scene; it is not changed.
        camera: Its true calibration gives the geometry.
        sky: The light on bodies; for a thermal camera only the weather's temperature matters.
        weather: Air temperature and visibility.
    """

    def __init__(self, plate: Plate, camera: CameraPlan, *, sky: Sky, weather: Weather) -> None:
        self._plate = plate
        self._view = view_of(camera)
        self._thermal = camera.band is Band.THERMAL
        self._light = np.array(plate.light, dtype=np.float32, order="C")
        self._ground = self._light.copy()
        self._lighting = Lighting(plate, self._view, sky=sky, weather=weather)
        self._shading = None if self._thermal else Shading(plate, self._view, sky=sky)
        self._dirty: list[Ints] = []
        self._margin = np.array(self._view.margin_px, dtype=np.float64)

    def drawn(self, shapes: Cast, *, moved: Cast | None = None) -> Drawn:
        """The scene with these bodies in it, and what of each is seen.

        Args:
            shapes: Who is there, as the shutter opens.
            moved: The same as the shutter closes, for motion blur; who is missing here stands still.

        Returns:
            Light and truth. The light is the stage's own picture: it holds until the next call and is not to
            be written to. Outside the bodies and their shadows it is the plate's, bit for bit. Bodies whose
            outline does not touch the picture are not listed.
        """
        self._clear()
        closing = {} if moved is None else {who.actor.actor_id: shape for who, shape in moved}
        placed = []
        for who, shape in shapes:
            layer = drawn_layer(self._view, shape, moved=closing.get(who.actor.actor_id))
            if layer is not None:
                placed.append(_Placed(who, shape, layer, self._inside(layer.rect)))
            if self._shading is not None and len(shape.capsules) + len(shape.boxes):
                self._shading.add(shape)
        if self._shading is not None:
            self._dirty += self._shading.onto(self._light)
        seen = self._put_all(placed)
        light = self._light.view()
        light.flags.writeable = False
        return Drawn(light, tuple(one for one in seen if one is not None))

    def _clear(self) -> None:
        """Restore the plate where the last frame was painted."""
        for left, top, right, bottom in self._dirty:
            self._light[top:bottom, left:right] = self._plate.light[top:bottom, left:right]
        self._dirty = []

    def _inside(self, rect: Ints) -> Ints:
        """A layer's rectangle cut to the picture, in the rays' pixels."""
        (across, down), (width, height) = self._view.margin_px, self._view.size_px
        return np.array(
            [
                max(rect[0], across),
                max(rect[1], down),
                min(rect[2], across + width),
                min(rect[3], down + height),
            ]
        )

    def _put_all(self, placed: list[_Placed]) -> list[Seen | None]:
        across, down = self._view.margin_px
        areas = [one.inside - (across, down, across, down) for one in placed]
        for left, top, right, bottom in areas:
            self._ground[top:bottom, left:right] = self._light[top:bottom, left:right]
        self._dirty += areas
        return [self._put(one, placed) for one in placed]

    def _put(self, one: _Placed, placed: list[_Placed]) -> Seen | None:
        """Put one body into the picture and say what is seen of it."""
        measured = np.empty(10)
        layer = one.layer
        count(measured, layer.depth, layer.rect, self._margin)
        nearest = self._nearest(one, placed)
        put(
            self._light,
            self._ground,
            measured,
            (layer.rect, layer.depth, layer.solid, layer.solids, layer.counts),
            (nearest, one.inside),
            (self._plate.depth_m, self._view.rays, self._margin),
            self._lighting.of(one.performance.actor, one.shape),
        )
        return self._truth(one, measured)

    def _nearest(self, one: _Placed, placed: list[_Placed]) -> Float32:
        """Nearest depth (samples, rows, columns) of all other bodies in the rectangle; empty for none."""
        others = [other for other in placed if other is not one and _meet(one.inside, other.layer.rect)]
        if not others:
            return np.empty((0, 0, 0), dtype=np.float32)
        samples = max(len(one.layer.depth), *(len(other.layer.depth) for other in others))
        left, top, right, bottom = one.inside
        nearest = np.full((samples, max(bottom - top, 0), max(right - left, 0)), NOTHING, dtype=np.float32)
        for other in others:
            take_nearest(nearest, one.inside, other.layer.depth, other.layer.rect)
        return nearest

    def _truth(self, one: _Placed, measured: Array) -> Seen | None:
        if measured[HITS] <= 0:
            return None
        fraction = float(measured[SEEN] / measured[HITS])
        hidden = fraction < LEAST_FRACTION
        return Seen(
            one.performance.actor.actor_id,
            _four(measured[BOX : BOX + 4]),
            None if hidden else _four(measured[SEEN_BOX : SEEN_BOX + 4]),
            0.0 if hidden else min(fraction, 1.0),
            self._foot_px(one.shape.ground_enu_m),
        )

    def _foot_px(self, ground_enu_m: Array) -> tuple[float, float]:
        place = self._view.rotation @ (ground_enu_m - self._view.position_enu_m)
        u, v = pixel_of(self._view.lens, float(place[0] / place[2]), float(place[1] / place[2]))
        return float(u), float(v)


def _meet(one: Ints, other: Ints) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def _four(values: Array) -> tuple[float, float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]), float(values[3]))
