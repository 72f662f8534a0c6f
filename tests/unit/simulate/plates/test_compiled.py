"""The one undocumented option of Numba that is used: here it shows when Numba changes it."""

import numpy as np
import pytest
from numba.core.errors import NumbaError

from truceline.simulate.plates.compiled import lean_jit


def test_what_only_reads_tables_compiles():
    @lean_jit
    def summed(tables):
        return tables[0][0] + tables[1][1]

    assert summed((np.array([1.5, 2.0]), np.array([3.0, 4.0]))) == 5.5


def test_what_makes_an_array_does_not_compile():
    @lean_jit
    def made(count):
        return np.zeros(count)

    with pytest.raises((NumbaError, RuntimeError)):
        made(3)
