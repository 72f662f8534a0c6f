"""The page of a look at one clip: in image terms only, and it says so before anything else."""

from collections import Counter
from dataclasses import dataclass

from truceline.present.pages.document import render_document
from truceline.present.pages.facts import Fact
from truceline.present.quantities import (
    clip_time,
    duration,
    instant,
    number,
    percent,
    plural,
    probability,
    size,
)
from truceline.present.views.footage import Picture
from truceline.present.views.look import ClipCrossing, ClipFacts, ClipTrack, LookView

BOUND_WORDS = (
    "so long before it the foot was surely on the old side, so long after it surely on the new one, "
    "as far as the track is right; the error of any clock is not in it"
)
"""What ± means after the time of a passing in a clip."""


@dataclass(frozen=True, slots=True)
class LookCrossing:
    """A crossing of the line in the picture as it is shown."""

    title: str
    facts: tuple[Fact, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class LookGap:
    """A gap in the clip in words."""

    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LookTrack:
    """One row of the table of tracks."""

    label: str
    kind: str
    first: str
    last: str
    rows: str
    seen: str


def render_look_page(view: LookView) -> str:
    """Render the page of a look as one HTML document; the annotated video lies beside it, if there is one.

    Args:
        view: Tracks and crossings in the picture. Nothing in it is metric, and the page says so.

    Returns:
        The document, UTF-8 text.

    Raises:
        InputError: ``view.video_name`` is not the name of a file beside the page.
    """
    clip = view.clip
    coverage = percent(_coverage(view))
    context: dict[str, object] = {
        "clip": clip,
        "clock_known": clip.start_utc_ns is not None,
        "when": _when(clip),
        "summary": _summary(view, coverage),
        "figures": _figures(view, coverage),
        "video_name": view.video_name,
        "trails": view.trails,
        "line_words": _line_words(view),
        "coverage": coverage,
        "gaps": [
            LookGap(
                f"{clip_time(gap.start_s)} to {clip_time(gap.end_s)} of the clip, "
                f"{duration(gap.end_s - gap.start_s)}, {gap.reason.kind.replace('_', ' ')}",
                gap.reason.sentence,
            )
            for gap in view.gaps
        ],
        "notes": view.notes,
        "bound_words": BOUND_WORDS,
        "crossings": [_crossing(one) for one in view.crossings],
        "empty": _empty_words(view, coverage),
        "tracks": [_track(one) for one in view.tracks],
        "tracks_note": f"{plural(len(view.tracks), 'track')}, coverage {coverage}",
        "footage": _footage(clip),
        "software": view.software,
    }
    return render_document("look.html.j2", context, media_from_beside=view.video_name is not None)


def _coverage(view: LookView) -> float:
    lost = sum(gap.end_s - gap.start_s for gap in view.gaps)
    return max(1.0 - lost / view.clip.duration_s, 0.0) if view.clip.duration_s > 0 else 0.0


def _when(clip: ClipFacts) -> str:
    length = f"{duration(clip.duration_s)}, {plural(clip.frames, 'frame')}"
    if clip.start_utc_ns is None or clip.start_bound_s is None:
        return f"{length}. When it was recorded is not known."
    return f"{length}, from {instant(clip.start_utc_ns, bound_s=clip.start_bound_s)} (95 %)"


def _summary(view: LookView, coverage: str) -> str:
    tracks = f"{plural(len(view.tracks), 'track')} in the picture, at a coverage of {coverage}."
    if view.line_px is None:
        return f"{tracks} No line was given, so no crossing was looked for."
    return f"{tracks} {plural(len(view.crossings), 'crossing')} of the line drawn in the picture."


def _figures(view: LookView, coverage: str) -> list[Fact]:
    note = f"coverage {coverage}"
    figures = [Fact("Tracks", str(len(view.tracks)), note)]
    # A count of none would claim that there was nobody: a kind is counted where it was told at all.
    told = Counter(one.kind for one in view.tracks)
    if told.total() > told["unknown"]:
        words = {"person": "Persons", "vehicle": "Vehicles", "animal": "Animals", "unknown": "Kind not known"}
        figures += [Fact(word, str(told[kind]), note) for kind, word in words.items() if told[kind]]
    if view.line_px is not None:
        for side in ("left", "right"):
            count = sum(one.from_side == side for one in view.crossings)
            figures.append(Fact(f"From A’s {side}", str(count), f"crossings, {note}"))
    figures.append(Fact("Gaps", str(len(view.gaps)), f"read {coverage}"))
    return figures


def _line_words(view: LookView) -> str:
    if view.line_px is None:
        return "No line was given."
    x1, y1, x2, y2 = (number(value, 0) for value in view.line_px)
    return (
        f"The line runs from A ({x1}, {y1}) to B ({x2}, {y2}), pixels; left and right are those of somebody "
        "who stands at A and looks towards B in the picture."
    )


def _empty_words(view: LookView, coverage: str) -> str:
    if view.line_px is None:
        return "No line was given, so no crossing was looked for. Give one with --line x1,y1,x2,y2."
    return f"No crossing of the line in this clip. It was read {coverage}; {plural(len(view.gaps), 'gap')}."


def _crossing(crossing: ClipCrossing) -> LookCrossing:
    other = "right" if crossing.from_side == "left" else "left"
    x, y = crossing.place_px
    facts = (
        Fact("Direction", f"from A’s {crossing.from_side} to A’s {other}", "in the picture"),
        Fact(
            "Time",
            f"{clip_time(crossing.at_s)} ± {number(crossing.bound_s, 2)} s of the clip",
            f"presentation time stamp {crossing.pts}",
        ),
        Fact("Place", f"pixel {number(x, 0)}, {number(y, 0)}", "of its foot in the picture; not metric"),
    )
    kind = "" if crossing.kind == "unknown" else f" ({crossing.kind})"
    return LookCrossing(
        title=f"{crossing.label}{kind}, from A’s {crossing.from_side} to A’s {other}",
        facts=facts,
        pictures=crossing.pictures,
    )


def _track(track: ClipTrack) -> LookTrack:
    return LookTrack(
        label=track.label,
        kind=track.kind if track.probability is None else f"{track.kind} {probability(track.probability)}",
        first=clip_time(track.first_s),
        last=clip_time(track.last_s),
        rows=str(track.rows),
        seen=percent(track.rows_observed / track.rows) if track.rows else "not known",
    )


def _footage(clip: ClipFacts) -> tuple[Fact, ...]:
    rate = f"{clip.container_rate_hz:g} Hz" if clip.container_rate_hz else "no rate"
    return (
        Fact("File", clip.name, f"{size(clip.size_bytes)}, {clip.codec}"),
        Fact("Picture", f"{clip.width_px} × {clip.height_px} px"),
        Fact("Frames", f"{clip.frames} in {duration(clip.duration_s)}", f"the container claims {rate}"),
    )
