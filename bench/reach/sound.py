"""Sound (issue 5): discharges in open recordings, false alarms, and places by three microphones.

Protocol. The model was fitted on simulated sounds (``python -m bench.listen.fit``) and frozen before any of
these recordings was listened to; docs/design/sound.md says which attempts there were. A clip's score is the
largest probability of an impulse in it, 0 where there is none. Easy clips are those of UrbanSound8K and of
the Belize forest; the others come from a set that another detector got wrong. False alarms are happenings
with p ≥ 0.5 in an hour put together from the ESC-10 and UrbanSound8K recordings that are no gunshots, at
drawn levels, with pauses and overlaps, over quiet noise. Places: a simulated shot recorded by three simulated
microphones, heard and placed by the journey that ``truceline listen --place`` takes; clocks are off by 5 ms
(one standard deviation) and say so. A sector counts as an error without bound.
"""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly
from scipy.stats import rankdata

from bench.reach.footage import open_footage_folder
from bench.reach.row import Row, unmeasured
from bench.simulate.sound_stage import setting_of
from truceline.listen.discharges.counting import COUNTED, groups_of
from truceline.listen.impulses.finding import found_in
from truceline.listen.places.air import Air
from truceline.pipeline.hearing.listening import Listening, listen_to
from truceline.pipeline.hearing.placing import placed
from truceline.pipeline.progress import silent
from truceline.records.sounds import Microphone, PlaceEllipse, PlaceSector, SoundClock, SoundHeard
from truceline.records.time import NS_PER_S, UtcNs
from truceline.simulate.model.actors import Happening, HappeningKind
from truceline.simulate.model.devices import MicrophonePlan, Stretch
from truceline.simulate.model.scenario import Play
from truceline.simulate.sound.record import recorded
from truceline.video.recording import Sound, write_sound
from truceline.video.sound.reader import read_sound

Array = NDArray[np.float64]

EASY, HARD = ("belize_forest", "urbansound8k"), "iupui_hard_gunshot"
EVERYDAY, HARD_OTHER = ("esc10", "urbansound8k"), "iupui_hard_other"
LEAST_AUC, GOOD_AUC = 0.80, 0.90
MOST_FALSE: Final = 2
MIX_HZ, MIX_S, PIECE_S, MIX_SEED = 22_050, 3_600, 60, 5_117
OVERLAP_SHARE: Final = 0.3
FAR_M, BEARINGS, CLOCK_S, DRAWS, PLACE_SEED = 150.0, 8, 0.005, 12, 5_118
WIDE_M, NARROW_M = 200.0, 60.0
MOST_OFF_M, LITTLE_OFF_M, LEAST_COVERED = 12.0, 6.0, 0.90
SHOT_S, LENGTH_S, EAR_UP_M = 3.0, 5.0, 3.0
BOUND_SIGMAS: Final = 1.96
SIDES: Final = 3


def clips() -> Sequence[Row]:
    """The five easy clips, all 62 against everyday sounds, and hard against hard."""
    folder = open_footage_folder()
    if folder is None:
        return [unmeasured("sound: open clips", must="5; AUC ≥ .80", why="TRUCELINE_FOOTAGE names no folder")]
    score = dict(_scores(folder / "audio"))
    shots = [path for path, label in _labels(folder / "audio") if label == "gunshot"]
    easy = [path for path in shots if path.split("/")[0] in EASY]
    everyday = [
        p for p, label in _labels(folder / "audio") if label != "gunshot" and p.split("/")[0] in EVERYDAY
    ]
    hard_others = [path for path in score if path.split("/")[0] == HARD_OTHER]
    found = sum(score[path] >= COUNTED for path in easy)
    area = _auc([score[path] for path in shots], [score[path] for path in everyday])
    easy_area = _auc([score[path] for path in easy], [score[path] for path in everyday])
    hard = _auc([score[p] for p in shots if p.startswith(HARD)], [score[path] for path in hard_others])
    words = f"{area:.3f} ({len(shots)} against {len(everyday)}; the easy ones alone {easy_area:.3f})"
    return [
        Row("sound: easy clips with p ≥ .5", f"{found} of {len(easy)}", "5", "5", found == len(easy)),
        Row("sound: AUC, all shots against everyday sounds", words, "≥ .80", "≥ .90", area >= LEAST_AUC),
        Row("sound: AUC, hard against hard (no target)", f"{hard:.3f}", "reported", "", good=True),
    ]


def _labels(folder: Path) -> list[tuple[str, str]]:
    """Files and labels of the list of clips."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        return [
            (row["file"], row["label"]) for row in csv.DictReader(stream) if (folder / row["file"]).is_file()
        ]


def _scores(folder: Path) -> Iterator[tuple[str, float]]:
    for name, _ in _labels(folder):
        samples, rate_hz = _samples(folder / name)
        yield name, max((one.probability for one in found_in(samples, rate_hz).impulses), default=0.0)


def _samples(path: Path) -> tuple[Array, int]:
    reader, blocks = read_sound(path)
    pieces = [np.zeros(0), *(block.samples for block in blocks)]
    return np.concatenate(pieces), reader.track.coding.rate_hz


def _auc(above: Sequence[float], below: Sequence[float]) -> float:
    """Share of pairs in the right order; equal ones count half (Mann and Whitney)."""
    ranks = rankdata([*above, *below])
    return float((ranks[: len(above)].sum() - len(above) * (len(above) + 1) / 2) / (len(above) * len(below)))


def false_alarms() -> Sequence[Row]:
    """Happenings in an hour of everyday sounds."""
    figure = "sound: false alarms p ≥ .5 in an hour of everyday sounds"
    folder = open_footage_folder()
    if folder is None:
        return [unmeasured(figure, must="≤ 2", why="TRUCELINE_FOOTAGE names no folder")]
    alarms = 0
    for piece in _mixed_hour(folder / "audio"):
        groups = groups_of(found_in(piece, MIX_HZ).impulses)
        alarms += sum(any(one.probability >= COUNTED for one in group) for group in groups)
    return [Row(figure, f"{alarms} (seed {MIX_SEED})", "≤ 2", "0", alarms <= MOST_FALSE)]


def _mixed_hour(folder: Path) -> Iterator[Array]:
    """Pieces of a minute."""
    names = [p for p, label in _labels(folder) if label != "gunshot" and p.split("/")[0] in EVERYDAY]
    waves = []
    for name in names:
        samples, rate_hz = _samples(folder / name)
        wave = samples if rate_hz == MIX_HZ else resample_poly(samples, MIX_HZ // 25, rate_hz // 25)
        waves.append(wave / max(float(np.abs(wave).max(initial=0.0)), 1e-6))
    random = np.random.default_rng(MIX_SEED)
    for _ in range(MIX_S // PIECE_S):
        piece = random.normal(0.0, 10.0 ** random.uniform(-3.5, -2.5), PIECE_S * MIX_HZ)
        at = 0
        while at < len(piece):
            wave = waves[int(random.integers(len(waves)))] * 10.0 ** random.uniform(-1.5, -0.1)
            part = wave[: len(piece) - at]
            piece[at : at + len(part)] += part
            overlaps = random.random() < OVERLAP_SHARE
            at += round((0.4 if overlaps else 1.0) * len(wave)) + round(random.uniform(0.0, 3.0) * MIX_HZ)
        yield np.clip(piece, -1.0, 1.0)


def places() -> Sequence[Row]:
    """Three microphones in a wide and in a narrow triangle."""
    errors, covered, missed = _tried(WIDE_M)
    middle = float(np.median(errors))
    good = middle <= MOST_OFF_M
    share = float(np.mean(covered))
    points, sectors = _kinds(NARROW_M)
    setup = f"{BEARINGS} bearings, {DRAWS} draws of the clocks each; no point: {missed} of {len(errors)}"
    return [
        Row("sound: 200 m triangle, median error", f"{middle:.1f} m ({setup})", "≤ 12 m", "6 m", good),
        Row(
            "sound: 200 m triangle, 95 % region covers truth",
            f"{share:.0%} of {len(covered)}",
            "≥ 90 %",
            "",
            share >= LEAST_COVERED,
        ),
        Row(
            "sound: 60 m triangle",
            f"{sectors} sectors, {points} points",
            "sectors",
            "",
            points == 0 < sectors,
        ),
    ]


def _tried(side_m: float) -> tuple[list[float], list[bool], int]:
    """Errors, without bound where there is no point; whether regions hold the truth; how often no point."""
    errors, covered = [], []
    for truth, recordings in _recordings(side_m):
        for clocked in _clocked(recordings):
            place = _place(clocked)
            off = np.linalg.norm(place.centre_en_m - truth) if isinstance(place, PlaceEllipse) else np.inf
            errors.append(float(off))
            if place is not None:
                covered.append(place.contains(truth))
    return errors, covered, int(np.sum(np.isinf(errors)))


def _kinds(side_m: float) -> tuple[int, int]:
    """How many points and how many sectors a triangle gives."""
    found = [_place(clocked) for _, recordings in _recordings(side_m) for clocked in _clocked(recordings)]
    return sum(isinstance(p, PlaceEllipse) for p in found), sum(isinstance(p, PlaceSector) for p in found)


def _place(recordings: Sequence[SoundHeard]) -> PlaceEllipse | PlaceSector | None:
    """The place of the most probable happening, None where there is none."""
    together = placed(recordings, Air(15.0, 1.5, (0.0, 0.0), 1.0))
    best = max(together, key=lambda one: one.probability, default=None)
    return None if best is None else best.place


def _clocked(recordings: Sequence[SoundHeard]) -> Iterator[list[SoundHeard]]:
    """The same recordings by clocks that are off, several times."""
    random = np.random.default_rng(PLACE_SEED)
    for _ in range(DRAWS):
        yield [
            replace(
                one,
                clock=SoundClock(
                    UtcNs(round(random.normal(0.0, CLOCK_S) * NS_PER_S) + 10**18), BOUND_SIGMAS * CLOCK_S
                ),
            )
            for one in recordings
        ]


def _recordings(side_m: float) -> Iterator[tuple[Array, list[SoundHeard]]]:
    """For each bearing the true place (2,) and what the three microphones heard."""
    corners = np.arange(SIDES) * 2.0 * np.pi / SIDES
    ears = side_m / np.sqrt(3.0) * np.stack([np.sin(corners), np.cos(corners)], axis=1)
    for number in range(BEARINGS):
        bearing = 2.0 * np.pi * number / BEARINGS
        truth = FAR_M * np.array([np.sin(bearing), np.cos(bearing)])
        with tempfile.TemporaryDirectory() as folder:
            yield (
                truth,
                [
                    _heard(Path(folder), ear, truth_en_m=truth, number=number, name=f"m{place}")
                    for place, ear in enumerate(ears)
                ],
            )


def _heard(folder: Path, ear: Array, *, truth_en_m: Array, number: int, name: str) -> SoundHeard:
    """What one microphone heard of a shot, through a file and back."""
    random = np.random.default_rng([PLACE_SEED, number])
    plan = MicrophonePlan(name, np.array([*ear, EAR_UP_M]))
    aim = random.uniform(0.0, 2.0 * np.pi)
    shot = Happening(
        HappeningKind.SHOT,
        SHOT_S,
        SHOT_S,
        ("p1",),
        np.array([*truth_en_m, 1.4]),
        direction=np.array([np.cos(aim), np.sin(aim), 0.0]),
        supersonic=number % 2 == 1,
    )
    setting = setting_of(random, kind=1, seed=PLACE_SEED + number, microphone=plan)
    still = replace(setting, weather=replace(setting.weather, air_c=15.0, wind_mps=(0.5, 0.0)))
    samples = recorded(Play(still, (), (shot,)), plan, stretch=Stretch(0.0, LENGTH_S))
    path = folder / f"{name}.wav"
    write_sound(path, Sound(samples, 48_000, "pcm"))
    heard = listen_to(path, Listening(), progress=silent)
    return replace(heard, microphone=Microphone(name, (float(ear[0]), float(ear[1]), EAR_UP_M), 0.1))


MEASUREMENTS = (clips, false_alarms, places)
