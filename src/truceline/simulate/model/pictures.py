"""Pictures on their way: the empty scene of one camera, and what a frame holds before a sensor sees it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

SKY_DEPTH_M = np.float32(1e6)


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """The empty scene of one camera, pixel by pixel; drawn once, supersampled and reduced.

    Attributes:
        light: (h, w, 3) linear radiance, red-green-blue, 1 is a white surface in full daylight; for a thermal
            camera (h, w, 1) surface temperature, degrees Celsius.
        depth_m: (h, w) distance along the optical axis to what is seen, ``SKY_DEPTH_M`` for the sky; the
            nearest of what solidly covers most of the pixel.
        sunlit: (h, w) share of direct sun that reaches the point, 0 to 1 (static shadows are in ``light``).
        ground_enu_m: (h, w, 3) the point seen; NaN in the sky.
        up: (h, w) the surface normal's upward component, 1 for flat ground: what takes a cast shadow.
        sway: (h, w) how much of the pixel is foliage that moves in the wind, 0 to 1.
        material: (h, w) index into ``list(Material)``, 255 for the sky.
        lamplight: (h, w) light of lamps and of the camera's own illuminator that reaches the point, on a
            surface that faces it, in units of full daylight; zero by day, None for thermal cameras.
        beyond: (n, h, w, channels) ``light`` of the views that a camera has when it is turned away
            (``model.turning``), in their order; None for one that is not.
    """

    light: Float32
    depth_m: Float32
    sunlit: Float32
    ground_enu_m: Float32
    up: Float32
    sway: Float32
    material: NDArray[np.uint8]
    lamplight: Float32 | None = None
    beyond: Float32 | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sky:
    """The light: unit vector (3,) to the sun, its and the sky's irradiance (3,) linear red-green-blue.

    ``sun`` + ``sky`` on flat ground is about 1 in full daylight, 0.01 at dusk, 0.0003 by night.
    """

    to_sun: NDArray[np.float64]
    sun: NDArray[np.float64]
    sky: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """An actor's body at one instant, as the rasteriser takes it.

    Attributes:
        capsules: (k, 8) start and end (3 + 3) in site metres, radius at each.
        capsule_tones: (k,) rows of the actor's tones.
        boxes: (m, 15) centre (3), three half axes (3 x 3) whose lengths are the half sizes, and the
            tones (rows of the actor's tones) of top, sides and ends. The axes may be oblique.
        warmth_c: (tones,) temperature above air of each tone, for thermal cameras.
        cylinders: (c, 10) wheels and round lamps: start and end of the axis (3 + 3), radius, and a unit
            vector (3) across the axis that turns with it; ``cylinder_tones`` (c, 2) of the round and of the
            hub.
        box_heat_c: (m,) what an engine adds to a box's own temperature.
        ground_enu_m: (3,) the ground point, as the performance has it; ``heading_rad`` likewise.
        lit: Whether the tone of lamps shines.
    """

    capsules: NDArray[np.float64]
    capsule_tones: NDArray[np.int64]
    boxes: NDArray[np.float64]
    warmth_c: NDArray[np.float64]
    cylinders: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 10)))
    cylinder_tones: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    box_heat_c: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    ground_enu_m: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    heading_rad: float = 0.0
    lit: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What of one actor is in one frame: truth, not a detection.

    Attributes:
        whole_px: Left, top, right, bottom of the whole body as if nothing hid it, not cut at a border.
        visible_px: The same of the visible part inside the picture; None when nothing of it is seen.
        fraction: Visible share of the body's pixels.
        foot_px: The ground point's pixel through the true calibration.
    """

    actor_id: str
    whole_px: tuple[float, float, float, float]
    visible_px: tuple[float, float, float, float] | None
    fraction: float
    foot_px: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A frame before the sensor: (h, w, channels) linear light or temperature, and what is in it."""

    light: Float32
    seen: tuple[Seen, ...]
