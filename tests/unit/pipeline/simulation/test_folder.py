"""The folder of a simulation appears whole or not at all, and replaces only its own kind."""

import errno
import json

import pytest

from truceline.errors import InputError, ServiceError
from truceline.pipeline.simulation.folder import MANIFEST, appearing, is_kept, refuse_other, write_manifest


def made(folder, *, key="k", text="footage"):
    with appearing(folder) as home:
        (home / "inner").mkdir()
        (home / "inner" / "clip.mp4").write_text(text)
        write_manifest(home, {"key": key})


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_whole_appears_under_its_name_and_alone(tmp_path):
    made(tmp_path / "deep" / "out")
    assert left(tmp_path / "deep") == ["out"]
    manifest = json.loads((tmp_path / "deep" / "out" / MANIFEST).read_text())
    assert list(manifest["files"]) == ["inner/clip.mp4"]
    assert manifest["simulated"] is True


def test_a_simulation_is_replaced(tmp_path):
    made(tmp_path / "out")
    made(tmp_path / "out", text="other")
    assert (tmp_path / "out" / "inner" / "clip.mp4").read_text() == "other"
    assert left(tmp_path) == ["out"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    made(tmp_path / "out")
    assert is_kept(tmp_path / "out", "k")


@pytest.mark.parametrize("what", ["file", "folder", "other manifest"])
def test_what_no_simulation_wrote_is_left_alone(tmp_path, what):
    out = tmp_path / "out"
    if what == "file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / (MANIFEST if what == "other manifest" else "mine.txt")).write_text('{"format": "else"}')
    with pytest.raises(InputError, match="no simulation"):
        refuse_other(out)
    with pytest.raises(InputError, match="no simulation"):
        made(out)
    assert left(tmp_path) == ["out"]


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_what_breaks_off_leaves_what_was_there(tmp_path, before, error):
    out = tmp_path / "out"
    if before:
        made(out)
    expected = ServiceError if isinstance(error, OSError) else KeyboardInterrupt

    def break_off():
        with appearing(out) as home:
            (home / "half").write_text("half")
            raise error

    with pytest.raises(expected):
        break_off()
    assert left(tmp_path) == (["out"] if before else [])
    assert not before or is_kept(out, "k")


def test_what_a_killed_run_left_does_not_stand_in_the_way(tmp_path):
    (tmp_path / ".out.partial").mkdir()
    (tmp_path / ".out.partial" / "half").write_text("half")
    made(tmp_path / "out")
    assert left(tmp_path) == ["out"]
    assert not (tmp_path / "out" / "half").exists()


def test_kept_is_only_what_is_whole_and_of_that_key(tmp_path):
    out = tmp_path / "out"
    assert not is_kept(out, "k")
    made(out)
    assert is_kept(out, "k")
    assert not is_kept(out, "other")
    (out / "inner" / "clip.mp4").write_text("Footage")
    assert not is_kept(out, "k")
    (out / "inner" / "clip.mp4").unlink()
    assert not is_kept(out, "k")
    (out / MANIFEST).write_text('{"format": "truceline-simulation/1", "key": "k"}')
    assert not is_kept(out, "k")
