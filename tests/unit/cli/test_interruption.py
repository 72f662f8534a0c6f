"""Ctrl-C ends a command as interrupted, whatever the signal meets."""

import ctypes
import signal
import sys

import pytest

import truceline.cli
from truceline.cli import INTERRUPTED, main
from truceline.cli.interruption import INTERRUPTION, Interrupted
from truceline.cli.progress import shown_progress
from truceline.errors import IntegrityError


@pytest.fixture(autouse=True)
def own_signals():
    """Each test leaves the process as it was."""
    handler, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    yield
    signal.signal(signal.SIGINT, handler)
    sys.unraisablehook = hook
    INTERRUPTION.came = False


def ended(monkeypatch, capsys, command):
    """Exit code and standard error of a command."""
    monkeypatch.setattr(truceline.cli, "app", command)
    with pytest.raises(SystemExit) as left:
        main()
    return left.value.code, capsys.readouterr().err


def plain():
    signal.raise_signal(signal.SIGINT)


def as_compiled_code_tells_it():
    """What numba and CPython make of an exception that is set when compiled code returns."""
    try:
        signal.raise_signal(signal.SIGINT)
    except Interrupted as error:
        raise SystemError("<built-in> returned a result with an exception set") from error


def as_a_library_tells_it():
    try:
        signal.raise_signal(signal.SIGINT)
    except Interrupted:
        raise IntegrityError("a unit cannot be read") from None


def swallow_it():
    """A callback from C has nobody to raise to: Python prints what it raised, and goes on."""
    ctypes.CFUNCTYPE(None)(plain)()
    assert INTERRUPTION.came


def swallowed_and_going_on():
    swallow_it()
    with shown_progress() as progress:
        progress("finding people", 1, total=2)
    pytest.fail("the work went on")


@pytest.mark.parametrize(
    "command", [plain, as_compiled_code_tells_it, as_a_library_tells_it, swallowed_and_going_on]
)
def test_whatever_comes_out_after_the_signal_is_the_interruption(monkeypatch, capsys, command):
    code, said = ended(monkeypatch, capsys, command)
    assert code == INTERRUPTED == 130
    assert said == "truceline: interrupted; nothing half-written was left\n"


def test_a_command_that_was_done_before_the_signal_reached_it_is_done(monkeypatch, capsys):
    def done():
        swallow_it()
        sys.exit(0)

    assert ended(monkeypatch, capsys, done) == (0, "")


def test_without_the_signal_an_error_is_itself(monkeypatch, capsys):
    def damaged():
        raise IntegrityError("a unit cannot be read")

    def defect():
        raise SystemError("returned a result with an exception set")

    assert ended(monkeypatch, capsys, damaged) == (3, "truceline: a unit cannot be read\n")
    monkeypatch.setattr(truceline.cli, "app", defect)
    with pytest.raises(SystemError, match="returned a result"):
        main()
