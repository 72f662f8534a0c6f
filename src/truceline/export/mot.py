"""MOTChallenge: one text file for one sequence, as trackers are compared."""

from collections.abc import Iterator, Sequence

import numpy as np

from truceline.errors import InputError
from truceline.export.rows import ExportedRun, rounded

FIRST_PIXEL = 1.0
"""MOTChallenge counts pixels, frames and ids from one; our boxes count pixels from zero."""


def tracks_as_mot(runs: Sequence[ExportedRun], *, with_unobserved: bool) -> Iterator[str]:
    """Lines ``frame,id,left,top,width,height,conf,x,y,z`` in order of frames, then ids.

    ``frame`` counts decoded frames from 1, ``id`` tracks in order of appearance from 1; ``conf`` is 1 where
    the subject was seen and 0 where it was estimated; x, y are site east and north in metres, z is 0.

    Raises:
        InputError: There is not exactly one run, or the run kept no frames.
    """
    counted = [one for one in runs if one.superseded_by is None] if len(runs) > 1 else runs
    if len(counted) != 1:
        known = ", ".join(f"{one.run.run_id} ({one.run.footage.name})" for one in runs)
        raise InputError(
            f"MOTChallenge describes one recording, the station holds {len(counted)}.",
            do=f"Name one with --run: {known}." if runs else "Scan footage first: truceline scan.",
        )
    (exported,) = counted
    if exported.frame_pts is None:
        raise InputError(
            "this run did not keep which frames were decoded.",
            where=f"run {exported.run.run_id}",
            do="Scan the footage again into a new station.",
        )
    yield from _lines(exported, exported.frame_pts.tolist(), with_unobserved=with_unobserved)


def _lines(exported: ExportedRun, frame_pts: Sequence[int], *, with_unobserved: bool) -> Iterator[str]:
    frame_of = {pts: number for number, pts in enumerate(frame_pts, start=1)}
    rows: list[tuple[int, int, str]] = []
    for number, one in enumerate(exported.tracks, start=1):
        track = one.track
        chosen = np.arange(len(track.pts)) if with_unobserved else np.flatnonzero(track.observed)
        for row in chosen.tolist():
            left, top, right, bottom = track.boxes_px[row].tolist()
            box = (left + FIRST_PIXEL, top + FIRST_PIXEL, right - left, bottom - top)
            cells = [f"{rounded('box_px', value):.2f}" for value in box]
            east_m, north_m = track.state[row, :2].tolist()
            frame = frame_of[int(track.pts[row])]
            place = f"{rounded('east_m', east_m):.4f},{rounded('north_m', north_m):.4f},0"
            seen = 1 if track.observed[row] else 0
            rows.append((frame, number, f"{frame},{number},{','.join(cells)},{seen},{place}\n"))
    yield from (line for _, _, line in sorted(rows))
