"""Loops that NumPy cannot say in one go, compiled once by Numba and kept beside the source."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def jit(function: Function) -> Function:
    """The function compiled to machine code, with its Python type kept for the type checker.

    The compiled code lets other threads run and is cached on disk, so that only the first run on a machine
    waits for it. Compiled functions take positional arguments only.
    """
    return cast("Function", numba.njit(cache=True, nogil=True)(function))
