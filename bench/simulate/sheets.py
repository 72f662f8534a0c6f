"""Contact sheets of the shipped scenarios: what each camera shows before, while and after something happens.

``python -m bench.simulate.sheets [NAME...] --out DIR`` writes one sheet for each camera of each scenario:
pictures to be looked at, and below each the place of the happening enlarged. Nothing is encoded. It also
prints how many pixels high each actor is then and what share of it can be seen: a happening whose actor is
nowhere to be seen is marked ``UNSEEN``.
"""

import argparse
import hashlib
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.simulation.footage.frames import Filmed, Frames
from truceline.pipeline.simulation.footage.takes import FilePart, Take, cast_of, planned_takes
from truceline.simulate.model.actors import Action, Happening, HappeningKind
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.model.pictures import Plate
from truceline.simulate.model.scenario import Play
from truceline.simulate.plates.plate import draw_plate
from truceline.simulate.plates.sky import sky_at
from truceline.simulate.scenario.load import load_scenario
from truceline.simulate.scenario.shipped import shipped_scenarios
from truceline.simulate.staging.play import play

Image = NDArray[np.uint8]

SHEET_FRAMES = 12
ACROSS = 4
TILE_PX = 480
CLOSE_UP = 3
"""How much the place of a happening is enlarged, against the camera's own pixels."""
APART_S = 0.8
AROUND_S = 1.2
AROUND_WORDS = ("before", "after")
"""Pictures are shown so long before what happens, and so long after it."""
CHEST_M = 0.9
LETTERS = cv2.FONT_HERSHEY_SIMPLEX
FIRST_KINDS = (
    HappeningKind.CROSSED,
    HappeningKind.RETURNED,
    HappeningKind.DRAGGED,
    HappeningKind.GOT_OUT,
    HappeningKind.STUCK,
    HappeningKind.FELL,
    HappeningKind.CRAWLED,
    HappeningKind.PASSED_CHECKPOINT,
    HappeningKind.STOPPED_AT_CHECKPOINT,
    HappeningKind.SHOT,
    HappeningKind.GOT_IN,
    HappeningKind.DISCHARGE_LIKE,
)
"""What a sheet shows first where it has no room for everything; the rest follows in order of time."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One frame of a sheet: when, what it is called, and the happening that it belongs to, if any."""

    at_s: float
    words: str
    happening: Happening | None = None


class Plates:
    """Empty scenes, kept: variants of one scenario share most of them."""

    def __init__(self) -> None:
        self._kept: dict[str, Plate] = {}

    def of(self, played: Play, camera: CameraPlan) -> Plate:
        """The empty scene of one camera."""
        setting = played.setting
        sky = sky_at(setting.origin, setting.start_utc_ns, weather=setting.weather)
        facts = (setting.world, setting.weather, setting.line.vertices_en_m, setting.seed, sky)
        seen_by = replace(camera, supplies=())
        key = hashlib.sha256(pickle.dumps((facts, seen_by))).hexdigest()
        if key not in self._kept:
            self._kept[key] = draw_plate(
                setting.world,
                camera,
                sky=sky,
                weather=setting.weather,
                line_en_m=setting.line.vertices_en_m,
                seed=setting.seed,
            )
        return self._kept[key]


def moments_of(played: Play, camera: CameraPlan) -> list[Moment]:
    """Up to ``SHEET_FRAMES`` moments of one camera in order of time, the most telling happenings first.

    Nuisances are shown at their middle; a stretch in which nothing happens has one moment all the same.
    """
    offered = [*_nuisances(camera), *_happening_moments(played, camera)]
    firsts = [one for one in offered if not one.words.startswith(AROUND_WORDS)]
    told = {_supplied(camera, one.at_s) for one in firsts[: SHEET_FRAMES // 2]}
    quiet = [one for one in _middles(camera) if _supplied(camera, one.at_s) not in told]
    chosen: list[Moment] = []
    for one in [*quiet, *offered, *_even(camera)]:
        apart = all(abs(one.at_s - other.at_s) >= APART_S for other in chosen)
        if apart and len(chosen) < SHEET_FRAMES and _supplied(camera, one.at_s) is not None:
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.at_s)


def _supplied(camera: CameraPlan, at_s: float) -> int | None:
    for number, one in enumerate(camera.supplies):
        if one.start_s <= at_s < one.end_s - 0.1:
            return number
    return None


def _middles(camera: CameraPlan) -> Iterator[Moment]:
    """One moment for each stretch, where a device supplies more than one."""
    if len(camera.supplies) > 1:
        for one in camera.supplies:
            yield Moment((one.start_s + one.end_s) / 2, "middle of a stretch")


def _nuisances(camera: CameraPlan) -> Iterator[Moment]:
    for one in camera.nuisances[: SHEET_FRAMES // 2]:
        yield Moment((one.start_s + one.end_s) / 2, f"nuisance: {one.kind.value}")


def _even(camera: CameraPlan) -> Iterator[Moment]:
    for share in np.linspace(0.03, 0.96, SHEET_FRAMES):
        for one in camera.supplies[:1]:
            yield Moment(one.start_s + float(share) * (one.end_s - one.start_s), "")


def _happening_moments(played: Play, camera: CameraPlan) -> Iterator[Moment]:
    """Before, during and after what happens in view; of each kind the first, then the second, and so on."""
    seen = [one for one in played.happenings if _in_view(one, camera)]
    rank = {kind: number for number, kind in enumerate(FIRST_KINDS)}
    met: dict[HappeningKind, int] = {}
    ordered: list[tuple[int, int, Happening]] = []
    for one in seen:
        met[one.kind] = met.get(one.kind, 0) + 1
        ordered.append((met[one.kind], rank.get(one.kind, len(rank)), one))
    ordered.sort(key=lambda row: row[:2])
    firsts = [one for repeat, _, one in ordered if repeat == 1]
    yield from (_at(one) for one in firsts)
    for one in firsts:
        yield from _around(one)
    yield from (_at(one) for repeat, _, one in ordered if repeat > 1)


def _at(happening: Happening) -> Moment:
    middle_s = (happening.start_s + happening.end_s) / 2 if _lasts(happening) else happening.start_s
    return Moment(middle_s, _name(happening), happening)


def _around(happening: Happening) -> Iterator[Moment]:
    """Before and after."""
    last_s = happening.end_s if _lasts(happening) else happening.start_s
    yield Moment(happening.start_s - AROUND_S, f"{AROUND_WORDS[0]} {_name(happening)}", happening)
    yield Moment(last_s + AROUND_S, f"{AROUND_WORDS[1]} {_name(happening)}", happening)


def _name(happening: Happening) -> str:
    return f"{happening.kind.value} {happening.actor_ids[0]}"


def _lasts(happening: Happening) -> bool:
    """Whether it takes time to be seen as such; a crossing is the instant of passing the line."""
    return happening.kind is not HappeningKind.CROSSED and happening.end_s - happening.start_s > 2 * AROUND_S


def _in_view(happening: Happening, camera: CameraPlan) -> bool:
    if _supplied(camera, happening.start_s) is None and _supplied(camera, happening.end_s) is None:
        return False
    return _pixel(happening, camera) is not None


def _pixel(happening: Happening, camera: CameraPlan) -> tuple[float, float] | None:
    place = happening.place_enu_m + np.array([0.0, 0.0, CHEST_M])
    if (place - camera.true.position_enu_m) @ camera.true.rotation[2] <= 1.0:
        return None
    across, down = pixel_from_site(camera.true, place[None])[0].tolist()
    inside = 0 <= across < camera.width_px and 0 <= down < camera.height_px
    return (across, down) if inside else None


def filmed(played: Play, camera: CameraPlan, *, moments: Sequence[Moment], plate: Plate) -> list[Filmed]:
    """The pictures of these moments, each by a sensor that has looked at the scene for a few frames."""
    takes = planned_takes(played.setting, (camera,))
    found = []
    for one in moments:
        number = _supplied(camera, one.at_s) or 0
        take = next(take for take in takes if take.number == number)
        kept = [slot for slot in take.frames if slot.kept]
        nearest = int(np.argmin([abs(slot.true_s - one.at_s) for slot in kept]))
        slots = tuple(kept[max(nearest - 2, 0) : nearest + 1])
        part = FilePart("sheet", 0, len(slots))
        short: Take = replace(take, frames=slots, parts=(part,))
        cast = cast_of(played, camera.supplies[number])
        found.append(list(Frames(played.setting, short, cast=cast, plate=plate).of(part))[-1])
    return found


def sheet(pictures: Sequence[Filmed], *, moments: Sequence[Moment], camera: CameraPlan) -> Image:
    """All pictures of one camera, each above the enlarged place of what happens."""
    tiles = [_tile(one, moment, camera=camera) for one, moment in zip(pictures, moments, strict=True)]
    blank = np.zeros_like(tiles[0])
    tiles += [blank] * (-len(tiles) % ACROSS)
    rows = [np.hstack(tiles[first : first + ACROSS]) for first in range(0, len(tiles), ACROSS)]
    return np.ascontiguousarray(np.vstack(rows))


def _tile(shown: Filmed, moment: Moment, *, camera: CameraPlan) -> Image:
    high = round(TILE_PX * camera.height_px / camera.width_px)
    small = cv2.resize(shown.picture, (TILE_PX, high), interpolation=cv2.INTER_AREA)
    wide, tall = TILE_PX // CLOSE_UP, high // CLOSE_UP
    across, down = _focus(shown, moment, camera=camera)
    left = int(np.clip(across - wide / 2, 0, camera.width_px - wide))
    top = int(np.clip(down - tall / 2, 0, camera.height_px - tall))
    part = shown.picture[top : top + tall, left : left + wide]
    large = cv2.resize(part, (TILE_PX, high), interpolation=cv2.INTER_CUBIC)
    head = np.zeros((24, TILE_PX, 3), dtype=np.uint8)
    words = f"{moment.at_s:.1f} s  {moment.words}"
    cv2.putText(head, words, (4, 17), LETTERS, 0.48, (255, 255, 255), 1, cv2.LINE_AA)
    return np.asarray(np.vstack([head, small, large]), dtype=np.uint8)


def _focus(shown: Filmed, moment: Moment, *, camera: CameraPlan) -> tuple[float, float]:
    """Where the enlarged part is centred: on who acts if seen, else on the place, else on whoever is seen."""
    wanted = moment.happening.actor_ids if moment.happening is not None else ()
    visible = [one for one, _ in shown.seen if one.visible_px is not None]
    by_height = sorted(visible, key=lambda one: one.whole_px[1] - one.whole_px[3])
    for one in (*(one for one in visible if one.actor_id in wanted), *(by_height if not wanted else ())):
        left, top, right, bottom = one.visible_px or one.whole_px
        return (left + right) / 2, (top + bottom) / 2
    if moment.happening is not None:
        return _pixel(moment.happening, camera) or (camera.width_px / 2, camera.height_px / 2)
    return camera.width_px / 2, camera.height_px / 2


def told(shown: Filmed, moment: Moment) -> str:
    """One line: when, what, and who is how high and how much of it is seen."""
    bodies = ", ".join(
        f"{one.actor_id} {one.whole_px[3] - one.whole_px[1]:.0f} px {100 * one.fraction:.0f} %"
        for one, state in shown.seen
        if state.action is not Action.AWAY
    )
    wanted = moment.happening.actor_ids[:1] if moment.happening is not None else ()
    seen = {one.actor_id for one, _ in shown.seen if one.visible_px is not None}
    mark = "" if set(wanted) <= seen else "  UNSEEN"
    return f"  {moment.at_s:8.1f} s  {moment.words:32s}{mark}  {bodies}"


def main() -> None:
    """Write the sheets that are asked for."""
    parser = argparse.ArgumentParser(description="Contact sheets of the shipped scenarios.")
    parser.add_argument("names", nargs="*", help="scenarios; none: all")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cameras", default="", help="ids, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    texts, plates = shipped_scenarios(), Plates()
    wanted = {one for one in asked.cameras.split(",") if one}
    for name in asked.names or sorted(texts):
        played = play(load_scenario(texts[name], where=name, seed=asked.seed))
        for camera in played.setting.cameras:
            if wanted and camera.camera_id not in wanted:
                continue
            moments = moments_of(played, camera)
            shown = filmed(played, camera, moments=moments, plate=plates.of(played, camera))
            print(f"{name}  {camera.camera_id}", flush=True)
            for one, moment in zip(shown, moments, strict=True):
                print(told(one, moment), flush=True)
            picture = sheet(shown, moments=moments, camera=camera)
            cv2.imwrite(str(asked.out / f"{name}.{camera.camera_id}.png"), picture)


if __name__ == "__main__":
    main()
