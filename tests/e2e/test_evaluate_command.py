"""``truceline evaluate`` as it is typed."""

import json
from pathlib import Path

import pytest

from tests.e2e.small_site import truceline

TRUTH = "frame,id,x_m,y_m\n" + "".join(f"{frame},1,{frame},0\n" for frame in range(1, 11))
TRACKS = "frame,id,x_m,y_m\n" + "".join(f"{frame},{1 + frame // 6},{frame}.5,0\n" for frame in range(1, 11))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """One walker of ten frames, and tracks that are half a metre off and change the name once."""
    truth, tracks = tmp_path / "truth.csv", tmp_path / "tracks.csv"
    truth.write_text(TRUTH, encoding="utf-8")
    tracks.write_text(TRACKS, encoding="utf-8")
    return truth, tracks


def test_the_table_and_the_json_say_the_same(files: tuple[Path, Path]):
    table = truceline("evaluate", *files)
    assert table.returncode == 0
    cells = {line.split()[0]: line.split()[-1] for line in table.stdout.splitlines() if line.split()}
    assert (cells["MOTA"], cells["switches"], cells["IDF1"]) == ("0.900", "1", "0.500")
    assert "mean distance of matched pairs on the ground: 0.500 m" in table.stdout
    assert max(len(line) for line in table.stdout.splitlines()) <= 100
    found = json.loads(truceline("evaluate", *files, "--json").stdout)
    assert found["ground"]["clear"]["switches"] == 1
    assert found["ground"]["identity"]["matched"] == 5
    assert found["image"] is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(["--frames", "3"], "Write FIRST-LAST", id="no span"),
        pytest.param(
            ["--frames", "50-60"], "no truth in frames 50 to 60, only in 1 to 10", id="other frames"
        ),
        pytest.param(["--reliability", "drawn.svg"], "no crossing whose probability", id="nothing to draw"),
        pytest.param(["--radius", "0"], "a radius of 0 m", id="no radius"),
        pytest.param(["--scale", "-2"], "a scale of -2", id="no scale"),
    ],
)
def test_what_cannot_be_used_is_refused(options: list[str], says: str, files: tuple[Path, Path]):
    done = truceline("evaluate", *files, *options, cwd=files[0].parent)
    assert done.returncode == 2
    assert says in done.stderr
    assert not (files[0].parent / "drawn.svg").exists()
