"""Loops that read the scene's tables and allocate nothing, compiled without counting references."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_OPTIONS: dict[str, Any] = {"_nrt": False}
"""Numba's own name for it, not part of its documented options: tests of this room fail when Numba
changes what it does. Without it a plate takes 1.8 times as long."""

Function = TypeVar("Function", bound=Callable[..., Any])


def lean_jit(function: Function) -> Function:
    """As ``geometry.compiled.jit``, for functions that take many tables and make no array themselves.

    Numba counts references of every array in a tuple at every call; over some millions of rays that was two
    thirds of the time. Without its run time a function that allocates an array does not compile.
    """
    return cast("Function", numba.njit(cache=True, nogil=True, **_OPTIONS)(function))
