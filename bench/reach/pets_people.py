"""The people of PETS 2009 S2.L1 as performances: the annotated paths, walked by simulated bodies.

Nothing of PETS is kept here: paths, heights and colours are read from the footage's own files at run time.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from bench.reach import pets
from truceline.geometry.camera import pixel_from_site
from truceline.records.site import Calibration
from truceline.simulate.model.actors import STEP_S, Action, Actor, ActorKind, Performance

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

SMOOTH_S = 0.35
"""Annotated feet jump by some pixels from frame to frame; bodies do not."""
STANDS_MPS = 0.25
RUNS_MPS = 2.4
STRIDE_M_PER_MPS = 0.42
LEAST_STRIDE_M = 0.75
"""Length of a stride (two steps): 0.75 m and 0.42 m more for each m/s, near Winter's 1.4 m at 1.4 m/s."""
LONGEST_GAP_FRAMES = 14
"""Who is not annotated for longer has left."""
CHANGE_S = 0.4
HEIGHTS_M = (1.5, 2.0)
SKIN = (0.36, 0.22, 0.16)
SHOES = (0.05, 0.05, 0.05)
HAIR = (0.05, 0.04, 0.03)
FRAMES_OF_COLOUR = 12


@dataclass(frozen=True, slots=True, eq=False)
class Annotated:
    """One identity: frames from 1 (n,), feet on the ground (n, 2), boxes (n, 4) in the clip's pixels."""

    identity: int
    frames: NDArray[np.int64]
    en_m: Array
    boxes_px: Array


def annotated(home: Path, calibration: Calibration) -> list[Annotated]:
    """Everybody whom the annotation knows."""
    rows = np.loadtxt(home / "gt_mot15.txt", delimiter=",")
    places = pets.truth(home / "gt_mot15.txt", calibration)[:, 2:4]
    boxes = np.concatenate([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]], axis=1) * pets.SHARE
    found = []
    for identity in np.unique(rows[:, 1]):
        mine = np.flatnonzero(rows[:, 1] == identity)
        mine = mine[np.argsort(rows[mine, 0])]
        found.append(Annotated(int(identity), rows[mine, 0].astype(np.int64), places[mine], boxes[mine]))
    return found


def performances(
    people: list[Annotated], calibration: Calibration, *, colours: dict[int, Array]
) -> list[Performance]:
    """One performance a person, from the first frame of the clip to its last."""
    return [_performance(one, _height_m(one, calibration), tones=colours[one.identity]) for one in people]


def _height_m(person: Annotated, calibration: Calibration) -> float:
    """The height that reaches from the feet to the box's top, the median over all frames."""
    tall = np.linspace(1.2, 2.3, 45)
    found = []
    for place, box in zip(person.en_m, person.boxes_px, strict=True):
        points = np.concatenate([np.tile(place, (len(tall), 1)), tall[:, None]], axis=1)
        tops = pixel_from_site(calibration, points)[:, 1]
        found.append(float(np.interp(-box[1], -tops, tall)))
    return float(np.clip(np.median(found), *HEIGHTS_M))


def _performance(person: Annotated, height_m: float, *, tones: Array) -> Performance:
    count = round((pets.FRAMES - 1) / pets.RATE_HZ / STEP_S) + 1
    at_s: Array = np.arange(count, dtype=np.float64) * STEP_S
    seen_s = (person.frames - 1) / pets.RATE_HZ
    en_m = np.stack([np.interp(at_s, seen_s, person.en_m[:, axis]) for axis in range(2)], axis=1)
    en_m = gaussian_filter1d(en_m, SMOOTH_S / STEP_S, axis=0, mode="nearest")
    velocity = np.gradient(en_m, STEP_S, axis=0)
    speed = np.hypot(velocity[:, 0], velocity[:, 1])
    action = np.where(speed > RUNS_MPS, Action.RUN, np.where(speed > STANDS_MPS, Action.WALK, Action.STAND))
    action[~_present(seen_s, at_s)] = Action.AWAY
    stride_m = LEAST_STRIDE_M + STRIDE_M_PER_MPS * speed
    advance = np.where(action == Action.STAND, 0.0, 2 * np.pi * speed * STEP_S / stride_m)
    share, before = _changes(action)
    zeros = np.zeros(count)
    actor = Actor(f"person-{person.identity}", ActorKind.PERSON, None, height_m, tones)
    return Performance(
        actor=actor,
        enu_m=np.concatenate([en_m, zeros[:, None]], axis=1),
        heading_rad=_heading(velocity, speed),
        speed_mps=speed,
        action=action.astype(np.int8),
        share=share,
        before=before,
        phase_rad=np.cumsum(advance) + person.identity,
        steer_rad=zeros,
        pitch_rad=zeros,
        roll_rad=zeros,
        door=zeros,
        lamps=np.zeros(count, dtype=np.bool_),
    )


def _present(seen_s: Array, at_s: Array) -> NDArray[np.bool_]:
    """Between the first and the last annotation, but not within a long gap."""
    after = np.searchsorted(seen_s, at_s, side="left")
    inside = (at_s >= seen_s[0]) & (at_s <= seen_s[-1])
    low, high = np.clip(after - 1, 0, len(seen_s) - 1), np.clip(after, 0, len(seen_s) - 1)
    near: NDArray[np.bool_] = inside & (seen_s[high] - seen_s[low] <= LONGEST_GAP_FRAMES / pets.RATE_HZ)
    return near


def _heading(velocity: Array, speed: Array) -> Array:
    """Where one walks; one who stands keeps the heading of the last step, or takes that of the first."""
    heading = np.unwrap(np.arctan2(velocity[:, 1], velocity[:, 0]))
    walks = np.flatnonzero(speed > STANDS_MPS)
    if len(walks) == 0:
        return np.zeros(len(speed))
    held: Array = np.interp(np.arange(len(speed)), walks, np.unwrap(heading[walks]))
    return gaussian_filter1d(held, 0.2 / STEP_S, mode="nearest")


def _changes(action: NDArray[np.int64]) -> tuple[Array, NDArray[np.int8]]:
    """How far each change of action has come, and what was done before."""
    share, before = np.ones(len(action)), action.astype(np.int8).copy()
    for place in (np.flatnonzero(np.diff(action)) + 1).tolist():
        end = min(place + round(CHANGE_S / STEP_S), len(action))
        share[place:end] = np.linspace(0, 1, round(CHANGE_S / STEP_S))[: end - place]
        before[place:] = action[place - 1]
    return share, before


def colours_of(people: list[Annotated], frames: Image, *, linear: Array) -> dict[int, Array]:
    """Clothes (6, 3) of everybody, linear red-green-blue, from the middle of their boxes in the footage.

    Args:
        people: The annotated.
        frames: (n, h, w, 3) the footage, blue-green-red.
        linear: (256,) linear light of each grey level.
    """
    return {one.identity: _colours(one, frames, linear=linear) for one in people}


def _colours(person: Annotated, frames: Image, *, linear: Array) -> Array:
    step = max(len(person.frames) // FRAMES_OF_COLOUR, 1)
    coats, legs = [], []
    for number, box in zip(person.frames[::step], person.boxes_px[::step], strict=True):
        left, top, right, bottom = box
        across = slice(max(int(left + 0.35 * (right - left)), 0), max(int(left + 0.65 * (right - left)), 1))
        coats.append(_middle(frames[number - 1], (top, bottom), across=across, shares=(0.2, 0.45)))
        legs.append(_middle(frames[number - 1], (top, bottom), across=across, shares=(0.55, 0.85)))
    coat, leg = (
        linear[np.clip(np.nanmedian(np.array(part), axis=0), 0, 255).astype(np.int64)][::-1] / LIT
        for part in (coats, legs)
    )
    tones = np.stack([coat, coat * 0.95, leg, np.array(SHOES), np.array(SKIN), np.array(HAIR)])
    clipped: Array = np.clip(tones, 0.012, 0.85)
    return clipped


LIT = 0.6
"""Light on an upright body under an overcast sky, in parts of that on flat ground."""


def _middle(frame: Image, rows: tuple[float, float], *, across: slice, shares: tuple[float, float]) -> Array:
    top, bottom = rows
    low = slice(max(int(top + shares[0] * (bottom - top)), 0), max(int(top + shares[1] * (bottom - top)), 1))
    patch = frame[low, across].reshape(-1, 3).astype(np.float64)
    return np.median(patch, axis=0) if len(patch) else np.full(3, np.nan)


def background(frames: Image) -> Image:
    """The footage without people: the median of every eighth frame, (h, w, 3)."""
    return np.asarray(np.median(frames[::8], axis=0), dtype=np.uint8)


def edges(picture: Image) -> Array:
    """Size of the gradient of the grey picture (h, w), grey levels a pixel."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.float64)
    down, across = np.gradient(grey)
    size: Array = np.hypot(down, across)
    return size
