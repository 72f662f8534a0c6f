"""What the detector and the tracker make of simulated footage, against its exact truth.

Usage:
    python -m bench.simulate.detector [--causal] FOLDER ...

Each folder is what ``truceline simulate`` made. One line a recording: how many of those who can be seen are
found, how many detections are of somebody, where feet are put, tracks against truth at a metre, tracks that
no actor made, and whether the truth lies in the interval stated for each crossing's depth.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from truceline.config import AnalysisConfig
from truceline.evaluate.scene import Frame
from truceline.evaluate.tracking import score_tracks
from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.analysis.causal import observe_causally, told_analysis
from truceline.pipeline.analysis.files import Analysis, observe, smoothed_analysis
from truceline.pipeline.analysis.measuring import measure_crossings
from truceline.pipeline.analysis.observed import Observed
from truceline.pipeline.footage import Declared, OpenedFootage, open_footage
from truceline.pipeline.progress import silent
from truceline.records.events import Crossing
from truceline.records.site import Calibration
from truceline.survey.load import load_site
from truceline.track.association import Side

Array = NDArray[np.float64]

SEEN_FRACTION = 0.3
SEEN_PX = 14.0
"""Who counts: so much of the body in view, and so tall in the picture."""
NEAR_M = {"car": 3.5, "jeep": 3.5, "truck": 5.0}
"""A detection or a track this near an actor is of that actor: a vehicle's place is its middle."""
NEAR_PERSON_M = 1.5
MATCH_M = 1.0
LEARNING_S = 14.0
"""Causal mode knows its scene from then on; before, what it finds is not counted as found or missed."""
SAME_CROSSING_S = 2.5
NS_PER_S = 1e9


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor in one frame: where it stands on the ground and in the picture, and how much of it shows."""

    name: str
    kind: str
    en_m: tuple[float, float]
    foot_px: tuple[float, float]
    tall_px: float
    fraction: float

    @property
    def counts(self) -> bool:
        """Whether a detector must find it."""
        return self.fraction >= SEEN_FRACTION and self.tall_px >= SEEN_PX and self.kind != "bird"

    @property
    def near_m(self) -> float:
        """How far off something found may be and still be of this actor."""
        return NEAR_M.get(self.kind, NEAR_PERSON_M)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording of a simulated folder with its truth: ``actors`` and ``at_s`` of each frame."""

    folder: Path
    stem: str
    actors: Sequence[Sequence[Actor]]
    at_s: Array


@dataclass(slots=True)
class Figures:
    """One recording's figures. Being built."""

    seen: int = 0
    found: int = 0
    detections: int = 0
    of_somebody: int = 0
    twice: int = 0
    feet_px: list[float] = field(default_factory=list)
    feet_m: list[float] = field(default_factory=list)
    mota: float = np.nan
    idf1: float = np.nan
    tracks: int = 0
    false_tracks: list[str] = field(default_factory=list)
    hours: float = 0.0
    crossings: list[str] = field(default_factory=list)

    def line(self) -> str:
        """All of them, in words."""
        feet = f"{np.median(self.feet_px):+.2f} px {np.median(self.feet_m):+.2f} m" if self.feet_px else "-"
        return (
            f"recall {self.found / max(self.seen, 1):.3f} precision "
            f"{self.of_somebody / max(self.detections, 1):.3f} twice {self.twice} feet {feet} | "
            f"MOTA {100 * self.mota:.1f} IDF1 {100 * self.idf1:.1f} | false tracks "
            f"{len(self.false_tracks)} of {self.tracks} ({len(self.false_tracks) / self.hours:.0f} an hour)"
        )


def recordings(folder: Path) -> Iterator[Recording]:
    """The recordings of a folder with their truth."""
    kinds = {one["actor"]: one["class"] for one in json.loads((folder / "truth" / "actors.json").read_text())}
    for table in sorted((folder / "truth" / "frames").glob("*.jsonl")):
        rows = [json.loads(line) for line in table.read_text().splitlines()]
        for name in sorted({row["file"] for row in rows}):
            own = [row for row in rows if row["file"] == name]
            actors = [[_actor(one, kinds) for one in row["actors"]] for row in own]
            yield Recording(folder, Path(name).stem, actors, np.array([row["at_s"] for row in own]))


def _actor(row: dict[str, object], kinds: dict[str, str]) -> Actor:
    name, place, foot, box = (row[key] for key in ("actor", "enu_m", "foot_px", "whole_px"))
    assert isinstance(name, str)
    assert isinstance(place, list)
    assert isinstance(box, list)
    spot = foot if isinstance(foot, list) else [np.nan, np.nan]
    fraction = float(str(row["fraction"]))
    return Actor(name, kinds[name], (place[0], place[1]), (spot[0], spot[1]), box[3] - box[1], fraction)


def watched(one: Recording, *, causal: bool) -> tuple[OpenedFootage, Observed, Analysis, Sequence[Crossing]]:
    """What the product makes of a recording."""
    site = load_site(one.folder / "site")
    clip = next(path for path in (one.folder / "footage").glob(f"{one.stem}.*") if path.suffix != ".toml")
    opened = open_footage(clip, site, declared=Declared())
    config = AnalysisConfig(causal=causal)
    if causal:
        seen = observe_causally(opened.reader, opened.camera, config=config, progress=silent)
        analysis = told_analysis(seen, opened.camera, config=config, run_id="measured")
    else:
        seen = observe(opened.reader, opened.camera, config=config, progress=silent)
        analysis = smoothed_analysis(seen, opened.camera, config=config, run_id="measured", progress=silent)
    measured = measure_crossings(opened, analysis, line=site.line, config=config, progress=silent)
    return opened, seen, analysis, measured.crossings


def figures_of(one: Recording, *, causal: bool) -> Figures:
    """All figures of a recording."""
    opened, seen, analysis, crossings = watched(one, causal=causal)
    if len(seen.stamps) != len(one.actors):
        raise SystemExit(f"{one.stem}: {len(seen.stamps)} frames, the truth has {len(one.actors)}")
    first = int(np.searchsorted(one.at_s, one.at_s[0] + LEARNING_S)) if causal else 0
    figures = Figures(hours=float(one.at_s[-1] - one.at_s[0]) / 3600)
    for actors, side in list(zip(one.actors, seen.sides, strict=True))[first:]:
        _count_detections(figures, actors, side=side, calibration=opened.camera.calibration)
    _count_tracks(figures, one, analysis=analysis, first=first)
    _count_crossings(figures, one, analysis=analysis, crossings=crossings)
    return figures


def _count_detections(
    figures: Figures, actors: Sequence[Actor], *, side: Side, calibration: Calibration
) -> None:
    figures.detections += len(side)
    figures.seen += sum(one.counts for one in actors)
    if not actors or not len(side):
        return
    near = np.array([one.near_m for one in actors])
    apart = _apart(actors, side.positions)
    own = (apart <= near[:, None]).any(axis=0)
    figures.of_somebody += int(own.sum())
    limit = np.where(near > NEAR_PERSON_M, near, MATCH_M)
    cost = np.where(apart <= limit[:, None], apart, 1e3)
    ground = np.concatenate([side.positions, np.zeros((len(side), 1))], axis=1)
    foot_px = pixel_from_site(calibration, ground)
    # Whoever is found twice within reach leaves one of the two to nobody.
    near_cost = np.where(apart <= near[:, None], apart, 1e3)
    pairs = linear_sum_assignment(near_cost)
    figures.twice += int(own.sum()) - int((near_cost[pairs] < 1e3).sum())  # noqa: PLR2004 - as above
    for row, column in np.stack(linear_sum_assignment(cost), axis=1).tolist():
        actor = actors[row]
        if cost[row, column] > limit[row] or not actor.counts:
            continue
        figures.found += 1
        if actor.kind not in NEAR_M:
            towards = calibration.position_enu_m[:2] - np.array(actor.en_m)
            off = side.positions[column] - np.array(actor.en_m)
            figures.feet_m.append(float(off @ towards / np.linalg.norm(towards)))
            figures.feet_px.append(float(foot_px[column, 1] - actor.foot_px[1]))


def _apart(actors: Sequence[Actor], places_m: Array) -> Array:
    """Distances (n, m) of n actors from m places."""
    true = np.array([one.en_m for one in actors]).reshape(-1, 2)
    apart: Array = np.linalg.norm(true[:, None] - places_m[None], axis=2)
    return apart


def _count_tracks(figures: Figures, one: Recording, *, analysis: Analysis, first: int) -> None:
    frame_of = {pts: number for number, pts in enumerate(analysis.boxes_px)}
    found: list[list[tuple[str, Array]]] = [[] for _ in one.actors]
    for track in analysis.tracks:
        frames = [frame_of[pts] for pts in track.pts.tolist()]
        for frame, state in zip(frames, track.state, strict=True):
            found[frame].append((track.track_id, state[:2]))
        owners = [
            _owner(one.actors[frame], state[:2]) for frame, state in zip(frames, track.state, strict=True)
        ]
        figures.tracks += 1
        if 2 * sum(owner == "" for owner in owners) > len(owners):
            figures.false_tracks.append(
                f"{track.track_id} {one.at_s[frames[0]]:.1f}-{one.at_s[frames[-1]]:.1f} s {track.kind} at "
                f"{np.round(np.median(track.state[:, :2], axis=0), 1)} box {np.round(track.boxes_px[0])}"
            )
    truth, told = [], []
    for actors, rows in list(zip(one.actors, found, strict=True))[first:]:
        main = [actor for actor in actors if actor.counts]
        truth.append(Frame(tuple(actor.name for actor in main), _places(main)))
        # Who is hardly to be seen is neither asked for nor held against anybody.
        kept = [row for row in rows if _owner(main, row[1]) or not _owner(actors, row[1])]
        places = np.array([row[1] for row in kept]).reshape(-1, 2)
        told.append(Frame(tuple(row[0] for row in kept), places))
    if any(len(frame.ids) for frame in truth):
        scores = score_tracks(truth, told, radius_m=MATCH_M)
        figures.mota, figures.idf1 = scores.mota, scores.idf1


def _places(actors: Sequence[Actor]) -> Array:
    return np.array([one.en_m for one in actors]).reshape(-1, 2)


def _owner(actors: Sequence[Actor], place_m: Array) -> str:
    """Whose a place is; an empty word where nobody is near."""
    if not actors:
        return ""
    apart = _apart(actors, place_m[None])[:, 0]
    share = apart / np.array([one.near_m for one in actors])
    nearest = int(np.argmin(share))
    return actors[nearest].name if share[nearest] <= 1 else ""


def _count_crossings(
    figures: Figures, one: Recording, *, analysis: Analysis, crossings: Sequence[Crossing]
) -> None:
    """Each crossing with the true one it belongs to, and each true one that was missed."""
    events = [json.loads(line) for line in (one.folder / "truth" / "events.jsonl").read_text().splitlines()]
    true = [event for event in events if event["kind"] == "crossed"]
    frames = {pts: number for number, pts in enumerate(analysis.boxes_px)}
    tracks = {track.track_id: track for track in analysis.tracks}
    for crossing in crossings:
        track = tracks[crossing.track_id]
        row = int(np.argmin(np.abs(track.utc_ns - crossing.crossed_utc_ns)))
        frame = frames[int(track.pts[row])]
        at_s = one.at_s[frame] + (crossing.crossed_utc_ns - int(track.utc_ns[row])) / NS_PER_S
        fits = [event for event in true if abs(event["start_s"] - at_s) <= SAME_CROSSING_S]
        fits = [event for event in fits if event["towards"] == crossing.to_side]
        depth = crossing.depth_m
        stated = f"{depth.value:.2f} [{depth.low:.2f}, {depth.high:.2f}]"
        words = f"{at_s:.1f} s P {crossing.probability:.2f} depth {stated}"
        if not fits:
            figures.crossings.append(f"invented {words} by {_owner(one.actors[frame], track.state[row, :2])}")
            continue
        event = min(fits, key=lambda event: abs(event["start_s"] - at_s))
        true.remove(event)
        inside = depth.low <= event["depth_m"] <= depth.high
        figures.crossings.append(f"{'inside ' if inside else 'OUTSIDE'} {words} true {event['depth_m']:.2f}")
    figures.crossings += [
        f"missed {event['start_s']:.1f} s {event['actors']} depth {event['depth_m']}" for event in true
    ]


def main() -> None:
    """Measure what the command line names."""
    causal = "--causal" in sys.argv
    for name in sys.argv[1:]:
        if name.startswith("--"):
            continue
        for one in recordings(Path(name)):
            figures = figures_of(one, causal=causal)
            print(
                f"{one.folder.name} {one.stem} {'causal' if causal else 'files'}: {figures.line()}",
                flush=True,
            )
            for line in figures.false_tracks + figures.crossings:
                print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
