"""The folder of a look: whole or not at all, and nothing else is ever replaced."""

import pytest

from truceline.errors import InputError, ServiceError
from truceline.pipeline.look.folder import appearing_look, check_place


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"clip")
    return path


def fill(out, text="one"):
    with appearing_look(out) as partial:
        (partial / "page.html").write_text(text, encoding="utf-8")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_and_an_earlier_one_is_replaced_whole(tmp_path, clip):
    out = tmp_path / "out"
    fill(out)
    (out / "old.txt").write_text("old", encoding="utf-8")
    check_place(out, clip=clip)
    fill(out, "two")
    assert names(out) == ["look.json", "page.html"]
    assert (out / "page.html").read_text(encoding="utf-8") == "two"
    assert names(tmp_path) == ["clip.mp4", "out"]


@pytest.mark.parametrize("earlier", [False, True])
def test_when_something_goes_wrong_nothing_new_is_left_and_nothing_old_is_lost(tmp_path, earlier):
    out = tmp_path / "out"
    if earlier:
        fill(out)

    def fail():
        with appearing_look(out) as partial:
            (partial / "page.html").write_text("half", encoding="utf-8")
            raise InputError("stopped half-way")

    with pytest.raises(InputError, match="half-way"):
        fail()
    assert names(tmp_path) == (["out"] if earlier else [])
    if earlier:
        assert (out / "page.html").read_text(encoding="utf-8") == "one"


def test_an_interrupt_leaves_nothing(tmp_path):
    def interrupted():
        with appearing_look(tmp_path / "out"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == []


def test_a_disk_that_refuses_is_a_service_error(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ServiceError, match="cannot be written"):
        fill(tmp_path / "file" / "out")


def test_what_is_no_earlier_look_is_refused(tmp_path, clip):
    folder = tmp_path / "mine"
    folder.mkdir()
    check_place(folder, clip=clip)  # An empty folder may be used.
    (folder / "look.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="no earlier look"):
        check_place(folder, clip=clip)
    with pytest.raises(InputError, match="no earlier look"):
        check_place(clip.with_name("clip.mp4"), clip=tmp_path / "other.mp4")


def test_a_clip_inside_an_earlier_look_is_never_replaced(tmp_path):
    out = tmp_path / "out"
    fill(out)
    clip = out / "annotated.mp4"
    clip.write_bytes(b"clip")
    for place in (out, clip, tmp_path):
        with pytest.raises(InputError, match="holds the clip"):
            check_place(place, clip=clip)
