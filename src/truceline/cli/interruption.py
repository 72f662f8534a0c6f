"""Ctrl-C, made certain: whatever the signal meets, the command ends as interrupted.

A signal's handler raises wherever the program happens to be. Inside compiled code the exception may come out
as another one (numba makes a ``SystemError`` of it), or be swallowed by code that reports to nobody. So it is
remembered that the signal came: any error that comes out afterwards is the interruption, and work that goes
on as if nothing had been ends at the next step that it tells of.
"""

import signal
import sys
from types import FrameType


class Interrupted(BaseException):
    """Ctrl-C, in a form that no library on the way turns into something else."""


class Interruption:
    """Whether Ctrl-C came in this process."""

    def __init__(self) -> None:
        self.came = False

    def listen(self) -> None:
        """Take the signal from now on."""
        self.came = False
        signal.signal(signal.SIGINT, self._take)

    def stop_if_came(self) -> None:
        """End here what an interruption did not reach.

        Raises:
            Interrupted: Ctrl-C came.
        """
        if self.came:
            raise Interrupted

    def ignore_more(self) -> None:
        """Let impatience not spoil the last words."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True
        # What a destructor or a callback swallows is printed as a traceback, and says nothing to anybody.
        sys.unraisablehook = _say_nothing
        raise Interrupted


def _say_nothing(_unraisable: object) -> None:
    pass


INTERRUPTION = Interruption()
"""Signals belong to the process; there is one."""
