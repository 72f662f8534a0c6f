"""The two sides of an evaluation: read, put in the same planes, and refused where they do not fit."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.evaluate.files import PlaceTable, read_places
from truceline.export.rows import ExportedRun
from truceline.geometry.camera import ground_from_pixel, pixel_from_site
from truceline.pipeline.export import export_runs
from truceline.pipeline.progress import Progress
from truceline.records.site import Camera, Site
from truceline.survey.load import load_site

Array = NDArray[np.float64]

RADIUS_M = 1.0
"""On the ground a pair may match at this distance or nearer, unless another radius is asked for."""

FARTHEST_M = 100_000.0
"""A position farther from the origin than this is no metre of a site."""

UNLIKE = 20.0
"""Two sides of one scene whose extents differ by more than this factor are not in the same unit."""

FEWEST = 10
"""An extent means something from so many rows on."""

PICTURE_SLACK = 1.15
"""Annotated boxes may reach so far to the right and down, as a share of the picture: people at its border."""

SAME_SURVEY = "the truth's boxes went through the tracks' calibration: its error is not in the comparison"


@dataclass(frozen=True, slots=True)
class EvaluateOrder:
    """What to compare.

    Attributes:
        truth: A MOTChallenge file or a metric CSV.
        tracks: Likewise; None when they are a station's.
        station: The station's folder; ``run_id`` its run, empty when it has one only.
        site: A site whose camera puts boxes on the ground; ``camera_id`` empty when it has one only.
        truth_scale: What the truth's pixels are multiplied by.
        frames: First and last frame; None for those of the truth.
        with_unobserved: Count rows of tracks that were not seen too.
        from_row_px: Feet above this row of the picture are left out on both sides; 0 leaves out none.
        radius_m: On the ground a pair may match at this distance or nearer.
    """

    truth: Path
    tracks: Path | None = None
    station: Path | None = None
    run_id: str = ""
    site: Path | None = None
    camera_id: str = ""
    truth_scale: float = 1.0
    frames: tuple[int, int] | None = None
    with_unobserved: bool = False
    from_row_px: float = 0.0
    radius_m: float = RADIUS_M

    def __post_init__(self) -> None:
        """Refuse a radius or a scale that compares nothing."""
        for name, value, unit in (("radius", self.radius_m, " m"), ("scale", self.truth_scale, "")):
            if not (math.isfinite(value) and value > 0):
                raise InputError(
                    f"a {name} of {value:g}{unit} compares nothing.",
                    where=f"--{name}",
                    do="Give more than 0.",
                )


OTHER_SIZE = "Were they drawn in a picture of another size?"


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Both sides in the frames that count.

    Attributes:
        run: The station's run that the tracks are from, or None.
        notes: What was left out, in sentences.
    """

    truth: PlaceTable
    tracks: PlaceTable
    frames: range
    run: ExportedRun | None
    notes: tuple[str, ...]


def read_sides(order: EvaluateOrder, *, progress: Progress) -> Sides:
    """Read both sides, put boxes on the ground where a camera is known, cut both to the frames that count.

    Raises:
        InputError: A file cannot be read, or the sides do not fit one another; says what to do.
        IntegrityError: A run of the station differs from what was kept.
    """
    run = _run(order, progress=progress)
    camera = _camera(order, run)
    read = _scaled(read_places(order.truth), order.truth_scale)
    truth = read.where(read.counted)
    shared = run is not None and truth.boxes_px is not None
    found = read_places(_tracks_file(order)) if run is None else _places_of(run, same_survey=shared)
    tracks = found if order.with_unobserved else found.where(found.counted)
    frames = _frames(order, truth, tracks=tracks)
    true_within, found_within = (_within(side, frames) for side in (truth, tracks))
    # The camera's word on the truth beats the file's own, so that both sides rest on one survey.
    true_placed = _on_the_ground(true_within, camera)
    stated = found_within.ground_m is not None
    found_placed = found_within if stated else _on_the_ground(found_within, camera)
    _check_picture(true_placed, camera, do=f"{OTHER_SIZE} --scale FACTOR brings them to this one.")
    if run is None:
        _check_picture(found_placed, camera, do=f"{OTHER_SIZE} Bring them to this one before.")
    _check_units(true_placed, found_placed)
    low, found_low = (_below(side, camera, row_px=order.from_row_px) for side in (true_placed, found_placed))
    above = f"with feet above row {order.from_row_px:g}"
    outside = f"outside frames {frames[0]} to {frames[-1]}"
    notes = (
        _left_out(read, truth, what="of the truth that its file says to ignore"),
        _left_out(found, tracks, what="of tracks that were not seen (--all counts them)"),
        _left_out(truth, true_within, what=f"of the truth {outside}"),
        _left_out(tracks, found_within, what=f"of tracks {outside}"),
        _left_out(true_placed, low, what=f"of the truth {above}"),
        _left_out(found_placed, found_low, what=f"of tracks {above}"),
        SAME_SURVEY if shared else "",
    )
    return Sides(low, found_low, frames, run, tuple(note for note in notes if note))


def _within(side: PlaceTable, frames: range) -> PlaceTable:
    return side.where((side.frames >= frames[0]) & (side.frames <= frames[-1]))


def _run(order: EvaluateOrder, *, progress: Progress) -> ExportedRun | None:
    if order.station is None:
        return None
    if order.tracks is not None:
        raise InputError(
            "tracks are named twice, as a file and as a station.", do="Give one: TRACKS, or --station."
        )
    runs = export_runs(order.station, run_id=order.run_id, progress=progress)
    if len(runs) != 1:
        known = ", ".join(f"{one.run.run_id} ({one.run.footage.name})" for one in runs)
        raise InputError(
            f"truth describes one recording, the station holds {len(runs)}.",
            where=str(order.station),
            do=f"Name one with --run: {known}." if runs else "Scan footage first: truceline scan.",
        )
    return runs[0]


def _tracks_file(order: EvaluateOrder) -> Path:
    if order.tracks is None:
        raise InputError("nothing to compare the truth with.", do="Name a file of tracks, or --station DIR.")
    return order.tracks


def _camera(order: EvaluateOrder, run: ExportedRun | None) -> Camera | None:
    """The camera that puts boxes on the ground: the site's, or else the run's."""
    if order.site is not None:
        return _only_camera(load_site(order.site), order)
    return None if run is None else run.site.camera(run.run.footage.camera_id)


def _only_camera(site: Site, order: EvaluateOrder) -> Camera:
    if order.camera_id or len(site.cameras) == 1:
        return site.camera(order.camera_id or site.cameras[0].camera_id)
    names = ", ".join(camera.camera_id for camera in site.cameras)
    raise InputError(
        f"the site has {len(site.cameras)} cameras.",
        where=str(order.site),
        do=f"Name one, --camera: {names}.",
    )


def _places_of(run: ExportedRun, *, same_survey: bool) -> PlaceTable:
    """The tracks of a run as they are; frames are counted as its export does.

    Their covariance is the whole one, or, against truth that went through the same survey, theirs without the
    calibration's share: that error is in both sides alike and cannot be seen.
    """
    if run.frame_pts is None:
        raise InputError(
            "this run did not keep which frames were decoded.",
            where=f"run {run.run.run_id}",
            do="Scan the footage again into a new station.",
        )
    name = f"run {run.run.run_id} ({run.run.footage.name})"
    if not run.tracks:
        raise InputError("the run holds no track.", where=name, do="There is nothing to score.")
    tracks = [one.track for one in run.tracks]
    pts = np.concatenate([track.pts for track in tracks])
    return PlaceTable(
        name=name,
        frames=np.searchsorted(run.frame_pts, pts).astype(np.int64) + 1,
        ids=tuple(one.label for one in run.tracks for _ in range(len(one.track.pts))),
        counted=np.concatenate([track.observed for track in tracks]),
        boxes_px=np.concatenate([track.boxes_px for track in tracks]),
        ground_m=np.concatenate([track.en_m for track in tracks]),
        covariance_m2=np.concatenate(
            [one.track.covariance[:, :2, :2] if same_survey else one.covariance_m2 for one in run.tracks]
        ),
    )


def _scaled(table: PlaceTable, factor: float) -> PlaceTable:
    return table if table.boxes_px is None else replace(table, boxes_px=table.boxes_px * factor)


def _on_the_ground(table: PlaceTable, camera: Camera | None) -> PlaceTable:
    """Boxes stand with the middle of their lower edge on the ground; NaN where the camera sees none."""
    if table.boxes_px is None or camera is None:
        return table
    boxes = table.boxes_px
    feet = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    ground = ground_from_pixel(camera.calibration, feet)
    if len(ground) and not np.isfinite(ground).any():
        raise InputError(
            f"none of {len(ground)} boxes stands on ground that camera {camera.camera_id} sees.",
            where=table.name,
            do="Are these boxes of this camera, in pixels of its whole picture? --scale changes the truth's.",
        )
    return replace(table, ground_m=ground)


def _below(side: PlaceTable, camera: Camera | None, *, row_px: float) -> PlaceTable:
    """Without feet above a row of the picture: lower edges of boxes, or ground points through the camera."""
    if row_px <= 0:
        return side
    if side.boxes_px is not None:
        return side.where(side.boxes_px[:, 3] >= row_px)
    if camera is None or side.ground_m is None:
        raise InputError(
            "these positions have no row in any picture.",
            where=side.name,
            do="Name the site whose camera they were seen by, --site SITE, or leave out --from-row.",
        )
    ground = np.concatenate([side.ground_m, np.zeros((len(side), 1))], axis=1)
    return side.where(pixel_from_site(camera.calibration, ground)[:, 1] >= row_px)


def _frames(order: EvaluateOrder, truth: PlaceTable, *, tracks: PlaceTable) -> range:
    if not len(truth):
        raise InputError("no row of the truth counts: all say to be ignored.", where=str(order.truth))
    first, last = order.frames or (int(truth.frames.min()), int(truth.frames.max()))
    if not 1 <= first <= last:
        raise InputError(
            f"frames {first}-{last} are no frames.", where="--frames", do="Write FIRST-LAST, from 1."
        )
    for side, name in ((truth, "truth"), (tracks, "tracks")):
        if len(side) and not np.any((side.frames >= first) & (side.frames <= last)):
            raise InputError(
                f"no {name} in frames {first} to {last}, only in {side.frames.min()} to {side.frames.max()}.",
                where=side.name,
                do="Frames count from 1 in both. Do these files belong to one recording?",
            )
    return range(first, last + 1)


def _left_out(before: PlaceTable, after: PlaceTable, *, what: str) -> str:
    count = len(before) - len(after)
    return f"left out: {count} rows {what}" if count else ""


def _check_picture(side: PlaceTable, camera: Camera | None, *, do: str) -> None:
    """Refuse boxes of a larger picture than the camera's."""
    if side.boxes_px is None or camera is None or not len(side):
        return
    right, lower = (float(np.percentile(side.boxes_px[:, edge], 99)) for edge in (2, 3))
    if right > PICTURE_SLACK * camera.width_px or lower > PICTURE_SLACK * camera.height_px:
        raise InputError(
            f"boxes reach to pixel {right:.0f}, {lower:.0f}, "
            f"the picture of camera {camera.camera_id} is {camera.width_px}×{camera.height_px}.",
            where=side.name,
            do=do,
        )


def _check_units(truth: PlaceTable, tracks: PlaceTable) -> None:
    """Refuse positions that are hardly metres, and two sides whose extents are worlds apart."""
    for side in (truth, tracks):
        farthest = 0.0 if side.ground_m is None or not len(side) else float(np.nanmax(np.abs(side.ground_m)))
        if farthest > FARTHEST_M:
            raise InputError(
                f"a position of {farthest:.0f} m is far from any site.",
                where=side.name,
                do="Positions are site metres: not millimetres, not an official grid's coordinates.",
            )
    for first, second, unit in (
        (truth.ground_m, tracks.ground_m, "m"),
        (truth.boxes_px, tracks.boxes_px, "pixels"),
    ):
        if first is None or second is None or min(len(first), len(second)) < FEWEST:
            continue
        extents = (_extent(first), _extent(second))
        if not 1 / UNLIKE <= extents[0] / extents[1] <= UNLIKE:
            raise InputError(
                f"the truth extends over {extents[0]:.3g} {unit}, the tracks over {extents[1]:.3g}.",
                where=f"{truth.name}, {tracks.name}",
                do="Are both in the same unit? Positions are site metres, boxes pixels of one picture.",
            )


def _extent(places: Array) -> float:
    """The diagonal around what stands in the last two columns, without the outermost tenths."""
    low, high = np.nanpercentile(places[:, -2:], [10, 90], axis=0)
    return max(float(np.linalg.norm(high - low)), 1e-9)
