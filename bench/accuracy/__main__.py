"""``python -m bench.accuracy``: our trackers and the peers on the same detections of PETS, one table."""

import sys
from pathlib import Path

from bench.accuracy.ours import WAYS, ours
from bench.accuracy.runners import missing_peers, peers
from bench.accuracy.scoring import LATE, PlaneScores, score
from bench.accuracy.tables import LONGEST_GAP, TrackTable, filled
from bench.reach.footage import open_footage_folder
from bench.reach.pets import FRAMES
from truceline.evaluate.tracking import TrackScores

HEADS = (
    "tracker",
    "MOTA image",
    "IDF1 image",
    "HOTA image",
    "MOTA ground",
    "IDF1 ground",
    "HOTA ground",
    "switches",
    "with gaps filled: MOTA / IDF1 / HOTA ground",
    "switches filled",
    "frames/s",
)


def main() -> int:
    """Measure and print; 2 without footage or peers."""
    folder = open_footage_folder()
    if folder is None:
        print("TRUCELINE_FOOTAGE names no folder of open footage", file=sys.stderr)
        return 2
    if missing_peers():
        print(f"not installed: {', '.join(missing_peers())}; make peers", file=sys.stderr)
        return 2
    home = folder / "pets2009_s2l1"
    print(f"PETS 2009 S2.L1 at 480×360, frames {LATE[0]} to {LATE[-1]}; peers with their defaults.")
    print("Image: overlap .5. Ground: 1 m. Figures in %; switches on the ground.")
    print(f"Gaps filled: up to {LONGEST_GAP} frames on a straight line, for all alike.")
    for mode in WAYS:
        found = ours(mode, home)
        print(
            f"\nMode {mode}: {len(found.detections.frame)} detections in {found.detections.frames} frames\n"
        )
        print("| " + " | ".join(HEADS) + " |\n|" + "---|" * len(HEADS))
        print(_row(found.tracks, home))
        own = score(found.smoothed, home)
        print(_row_of(f"{found.smoothed.name}, its own filling", own, filled_ground=None, rate="–"))
        for tracks in peers(found.detections).values():
            print(_row(tracks, home), flush=True)
    return 0


def _row(tracks: TrackTable, home: Path) -> str:
    whole = score(filled(tracks), home)
    rate = f"{FRAMES / tracks.seconds:.0f}"
    return _row_of(tracks.name, score(tracks, home), filled_ground=whole.ground, rate=rate)


def _row_of(name: str, bare: PlaneScores, *, filled_ground: TrackScores | None, rate: str) -> str:
    cells = [name, *_three(bare.image), *_three(bare.ground), str(bare.ground.switches)]
    if filled_ground is None:
        cells += ["–", "–"]
    else:
        cells += [" / ".join(_three(filled_ground)), str(filled_ground.switches)]
    return "| " + " | ".join([*cells, rate]) + " |"


def _three(scores: TrackScores) -> list[str]:
    return [f"{100 * value:.1f}" for value in (scores.mota, scores.idf1, scores.hota.hota)]


if __name__ == "__main__":
    sys.exit(main())
