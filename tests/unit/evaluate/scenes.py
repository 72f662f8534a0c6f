"""Scenes that several tests score."""

from pathlib import Path

import numpy as np

from truceline.evaluate.scene import BoxFrame, Frame


def frame(**places: float) -> Frame:
    """Identities with their east coordinate; all stand on one line."""
    positions = np.array([[east, 0.0] for east in places.values()]).reshape(-1, 2)
    return Frame(tuple(places), positions)


def random_scene(seed: int) -> tuple[list[Frame], list[Frame]]:
    """People who walk about; tracks with noise, misses, inventions and exchanged names."""
    draw = np.random.default_rng(seed)
    people, frames = int(draw.integers(1, 6)), int(draw.integers(1, 30))
    places = draw.uniform(0, 4, (people, 2))
    names = list(range(people))
    truth, tracks = [], []
    for _ in range(frames):
        places = places + draw.normal(0, 0.3, places.shape)
        if people > 1 and draw.random() < 0.2:
            one, other = draw.choice(people, 2, replace=False)
            names[one], names[other] = names[other], names[one]
        if draw.random() < 0.1:
            names[int(draw.integers(people))] = int(draw.integers(100, 999))
        present, seen = draw.random(people) < 0.85, draw.random(people) < 0.8
        truth.append(Frame(tuple(f"p {row}" for row in np.flatnonzero(present)), places[present]))
        found = {f"t {names[row]}": places[row] + draw.normal(0, 0.4, 2) for row in np.flatnonzero(seen)}
        if draw.random() < 0.2:
            found["t 5000"] = draw.uniform(0, 4, 2)
        tracks.append(Frame(tuple(found), np.array(list(found.values())).reshape(-1, 2)))
    return truth, tracks


def pets_scene(folder: Path) -> tuple[list[BoxFrame], list[BoxFrame]]:
    """The annotated boxes of PETS 2009 S2.L1, and a tracker that jitters, misses, invents and renames."""
    rows = np.loadtxt(folder / "pets2009_s2l1" / "gt_mot15.txt", delimiter=",")
    draw = np.random.default_rng(795)
    names = {int(one): f"t {one:.0f}" for one in np.unique(rows[:, 1])}
    truth, tracks = [], []
    for number in range(1, 796):
        part = rows[rows[:, 0] == number]
        boxes = np.concatenate([part[:, 2:4], part[:, 2:4] + part[:, 4:6]], axis=1)
        truth.append(BoxFrame(tuple(f"p {one:.0f}" for one in part[:, 1]), boxes))
        if draw.random() < 0.1 and len(part) > 1:
            one, other = (int(name) for name in draw.choice(part[:, 1], 2, replace=False))
            names[one], names[other] = names[other], names[one]
        if draw.random() < 0.05:
            names[int(draw.choice(part[:, 1]))] = f"t {1000 + number}"
        seen = draw.random(len(part)) < 0.85
        jitter = draw.normal(0, 0.12, (len(part), 4)) * np.tile(part[:, 4:6], 2)
        found = {names[int(one)]: box for one, box in zip(part[seen, 1], (boxes + jitter)[seen], strict=True)}
        if draw.random() < 0.3:
            found["t 5000"] = np.array([300.0, 200.0, 340.0, 290.0])
        tracks.append(BoxFrame(tuple(found), np.array(list(found.values())).reshape(-1, 4)))
    return truth, tracks
