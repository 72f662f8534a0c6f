"""A station made by a real scan of the small site: two people in colours of their own."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.e2e.small_site import (
    HEIGHT_PX,
    NOTE,
    PERSON_M,
    RATE_HZ,
    SECONDS,
    WIDTH_PX,
    crosser_en_m,
    walker_en_m,
    write_site,
)
from truceline.config import AnalysisConfig
from truceline.evidence.keys import SigningKey, demonstration_key, new_signing_key
from truceline.geometry.camera import pixel_from_site
from truceline.pipeline.review import Candidate, Vote, decide, open_candidate
from truceline.pipeline.scan import ScanOrder, scan
from truceline.records.reviews import Verdict
from truceline.records.time import NS_PER_S, UtcNs
from truceline.survey.load import load_site

REVIEWERS = tuple(new_signing_key(name) for name in ("one", "two", "three"))
SCRIPTED = tuple(demonstration_key(role) for role in ("reviewer-1", "reviewer-2"))
BODY = new_signing_key("body")
REASON = "Clear of the line and its band on every frame."

COLOURS_BGR = ((210, 30, 220), (30, 215, 40))
"""The crosser's and the walker's: the ground and the masks are grey."""


@dataclass(frozen=True)
class SmallStation:
    """A station's folder and the footage it was made from."""

    folder: Path
    clip: Path
    judgement_id: str


def release_terms(*, delay_h: float = 24.0) -> str:
    """The site's table of who decides and who may release."""
    keys = ", ".join(f'"{key.public.hex}"' for key in (*REVIEWERS, *SCRIPTED))
    body = ", ".join(f'"{key.public.hex}"' for key in (BODY, demonstration_key("release")))
    return (
        '[release]\ncompetent_body = "Small Commission"\nremoval_contact = "removal@small.invalid"\n'
        f"reviewer_keys = [{keys}]\nbody_keys = [{body}]\ndelay_h = {delay_h}\n"
    )


def make_station(folder: Path, *, text: str, config: AnalysisConfig | None = None) -> SmallStation:
    """Scan the small site's clip into ``folder/station``."""
    site = write_site(folder / "site", text)
    clip = write_coloured_clip(folder / "clip.mp4", site)
    order = ScanOrder(site, (clip,), folder / "station", config=config or AnalysisConfig())
    run = scan(order, progress=lambda *_, **__: None, notice=lambda _: None).runs[0]
    (judgement,) = run.judgements
    return SmallStation(folder / "station", clip, judgement.judgement_id)


def write_coloured_clip(path: Path, site: Path) -> Path:
    with av.open(str(path), mode="w") as out:
        stream = out.add_stream("libx264", rate=RATE_HZ, options={"crf": "10", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE_HZ)
        for number, picture in enumerate(_pictures(site)):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE_HZ)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    path.with_name(path.name + ".toml").write_text(NOTE, encoding="utf-8")
    return path


def _pictures(site: Path) -> list[NDArray[np.uint8]]:
    camera = load_site(site).camera("mast")
    draw = np.random.default_rng(5)
    grey = draw.integers(90, 130, (HEIGHT_PX // 4, WIDTH_PX // 4, 1)).repeat(4, axis=0).repeat(4, axis=1)
    pictures = []
    for at_s in np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ:
        picture = np.repeat(grey + draw.integers(-2, 3, grey.shape), 3, axis=2)
        for place, colour in zip((crosser_en_m(at_s), walker_en_m(at_s)), COLOURS_BGR, strict=True):
            ends = np.array([[*place, 0.0], [*place, PERSON_M[1]]])
            (u, foot_v), (_, head_v) = pixel_from_site(camera.calibration, ends)
            half = (foot_v - head_v) * PERSON_M[0] / PERSON_M[1] / 2
            rows = slice(max(round(head_v), 0), max(round(foot_v), 0))
            picture[rows, max(round(u - half), 0) : max(round(u + half), 0)] = colour
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
    return pictures


def opened(station: SmallStation) -> Candidate:
    """Its one candidate."""
    return open_candidate(station.folder, station.judgement_id)


def vote(
    candidate: Candidate, key: SigningKey, verdict: Verdict = Verdict.BREACH, *, after_h: float = 1.0
) -> Path:
    """One reviewer decides, so many hours after the event."""
    at_utc_ns = UtcNs(candidate.crossing.span.end_utc_ns + round(after_h * 3600 * NS_PER_S))
    scripted = key in SCRIPTED
    return decide(candidate, Vote(verdict, REASON, at_utc_ns, scripted=scripted), key=key)
