"""What a map's legend has to explain: what is drawn on it, and nothing else."""

from dataclasses import dataclass

from truceline.present.drawing.map_svg import MapContent, drawn_tracks


@dataclass(frozen=True, slots=True)
class Legend:
    """Which signs stand on a map.

    Attributes:
        seen: A stretch of a track that was observed; ``not_seen`` one that was predicted.
        ellipses: 95 % ellipses of positions, drawn along a crossing.
        without_calibration: The ellipses leave the calibration's error out.
        cameras: Cameras and their views: on a station's own page only.
    """

    seen: bool
    not_seen: bool
    ellipses: bool
    without_calibration: bool
    crossings: bool
    vehicles: bool
    cameras: bool


def legend_of(content: MapContent) -> Legend:
    """The legend of a map, made from the same content as its drawing."""
    views = drawn_tracks(content)
    crossing_ids = {view.crossing.track_id for view in content.crossings}
    crossed = [view for view in views if view.track.track_id in crossing_ids]
    return Legend(
        seen=any(bool(view.track.observed.any()) for view in views),
        not_seen=any(not bool(view.track.observed.all()) for view in views),
        ellipses=bool(crossed),
        without_calibration=any(view.covariance_m2 is None for view in crossed),
        crossings=bool(content.crossings),
        vehicles=any(view.track.kind == "vehicle" for view in views),
        cameras=bool(content.private_cameras),
    )
