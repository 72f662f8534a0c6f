"""The pages in a real browser: they open without a console message and without a network request."""

import json
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.unit.present import sample_views as sample
from truceline.present.pages.look_page import render_look_page
from truceline.present.pages.release_page import render_release_page
from truceline.present.pages.scan_page import render_scan_page

pytestmark = pytest.mark.counterpart("chromium")


class Visit:
    """One page opened once: what its console said, what it asked the network for, its document afterwards."""

    def __init__(self, chromium: str, page: Path, folder: Path) -> None:
        net_log = folder / "net.json"
        command = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--enable-logging=stderr",
            f"--log-net-log={net_log}",
            f"--user-data-dir={folder / 'profile'}",
            "--virtual-time-budget=2000",
            "--dump-dom",
            page.as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
        self.console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
        self.document = done.stdout
        self.requests = _requests_by_pages(net_log)


def _requests_by_pages(net_log: Path) -> list[str]:
    """Addresses that a page asked for; what the browser itself asks for has no origin and does not count."""
    events = json.loads(net_log.read_text())
    asked = []
    for event in events["events"]:
        parameters = event.get("params") or {}
        url, initiator = str(parameters.get("url", "")), parameters.get("initiator")
        if url.startswith(("http", "ws")) and initiator not in (None, "not an origin"):
            asked.append(url)
    return asked


def write_clip(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(10))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for shade in range(0, 100, 20):
            picture = np.full((48, 64, 3), shade, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("name", ["scan", "release", "look"])
def test_a_page_opens_without_a_message_or_a_request(name: str, chromium: str, tmp_path: Path):
    view = sample.look_view()
    pages = {
        "scan": lambda: render_scan_page(sample.scan_view(private=True)),
        "release": lambda: render_release_page(sample.release_view()),
        "look": lambda: render_look_page(view),
    }
    assert view.video_name is not None
    write_clip(tmp_path / view.video_name)
    page = tmp_path / "page.html"
    page.write_text(pages[name](), encoding="utf-8")
    visit = Visit(chromium, page, tmp_path)
    assert visit.console == []
    assert visit.requests == []
    assert "What was not observed" in visit.document


def test_the_policy_stops_what_a_damaged_page_would_load(chromium: str, tmp_path: Path):
    outside = "http://127.0.0.1:9/track.png"
    damaged = render_scan_page(sample.empty_scan_view()).replace(
        "</main>", f'<img src="{outside}" alt="x"></main>'
    )
    guarded, open_page = tmp_path / "guarded.html", tmp_path / "open.html"
    guarded.write_text(damaged, encoding="utf-8")
    open_page.write_text(damaged.replace("Content-Security-Policy", "ignored"), encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    stopped = Visit(chromium, guarded, tmp_path / "a")
    assert stopped.requests == []
    assert any("Content Security Policy" in line for line in stopped.console)
    # Without the policy the same page does ask: the check above can fail.
    assert outside in Visit(chromium, open_page, tmp_path / "b").requests


def test_a_hostile_name_runs_nothing(chromium: str, tmp_path: Path):
    view = sample.scan_view(
        title="<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"
    )
    page = tmp_path / "page.html"
    page.write_text(render_scan_page(replace(view, software="<svg onload=alert(1)>")), encoding="utf-8")
    visit = Visit(chromium, page, tmp_path)
    assert "<title>ran</title>" not in visit.document
    assert visit.console == []
