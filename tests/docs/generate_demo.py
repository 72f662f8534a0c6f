"""Put the demonstration's lines and picture into the README: ``make readme``."""

import re
from pathlib import Path

import cv2
import numpy as np

from truceline.pipeline.demo.journey import SEED, DemoResult, demonstrate
from truceline.pipeline.demo.story import MODEL_INCIDENT
from truceline.pipeline.progress import silent
from truceline.store.station import Station

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "demo-out"
PICTURE = ROOT / "docs/pictures/crossing.jpg"
BETWEEN = re.compile(r"(<!-- demo lines -->\s*```text\n).*?(\n```\s*<!-- /demo lines -->)", re.DOTALL)
QUALITY = 82


def with_lines(readme: str, lines: tuple[str, ...]) -> str:
    """The README with these lines between its markers."""
    printed = "\n".join(lines).replace(str(OUT), OUT.name)
    return BETWEEN.sub(lambda found: found[1] + printed + found[2], readme)


def deepest_picture(result: DemoResult) -> np.ndarray:
    """The station's picture of the released crossing where it is deepest."""
    text = (result.page.parent / "finding.json").read_text(encoding="utf-8")
    (event_id,) = set(re.findall(r'"event_id":"([0-9a-f]+)"', text))
    runs = Station.open(OUT / "station").runs()
    run, crossing = next(
        (run, one)
        for run in runs
        if run.footage.camera_id == MODEL_INCIDENT.line_camera
        for one in run.crossings
        if one.event_id == event_id
    )
    frame = crossing.frames[2]
    picture = cv2.imread(str(OUT / "station/runs" / run.run_id / "frames" / f"{frame.pts}.jpg"))
    if picture is None:
        raise FileNotFoundError(frame.pts)
    return picture


def main() -> None:
    """Run the demonstration and write both."""
    result = demonstrate(OUT, seed=SEED, progress=silent, notice=print)
    if not result.good:
        raise SystemExit("\n".join(result.lines))
    readme = ROOT / "README.md"
    readme.write_text(with_lines(readme.read_text(encoding="utf-8"), result.lines), encoding="utf-8")
    cv2.imwrite(str(PICTURE), deepest_picture(result), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


if __name__ == "__main__":
    main()
