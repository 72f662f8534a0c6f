import numpy as np
import pytest

from truceline.errors import InputError
from truceline.records.columns import bool_column, float_column, int_column


def test_columns_are_copies_that_cannot_be_changed():
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    column = float_column(values, 2, rows=2, name="places")
    values[0, 0] = 9.0
    assert column[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        column[0, 0] = 5.0


@pytest.mark.parametrize(
    ("make", "dtype"),
    [
        pytest.param(lambda: float_column([1, 2], rows=2, name="x"), np.float64, id="floats"),
        pytest.param(lambda: int_column([1, 2], rows=2, name="x"), np.int64, id="whole numbers"),
        pytest.param(lambda: bool_column([1, 0], rows=2, name="x"), np.bool_, id="truths"),
    ],
)
def test_columns_have_their_kind(make, dtype):
    assert make().dtype == dtype
    assert make().shape == (2,)
    assert not make().flags.writeable


def test_no_rows_keep_their_shape():
    assert float_column([], 2, 2, rows=0, name="x").shape == (0, 2, 2)
    assert int_column([], rows=0, name="x").shape == (0,)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: float_column([1, 2, 3], rows=2, name="speed_mps"), id="rows"),
        pytest.param(lambda: float_column([[1, 2, 3]], 2, rows=1, name="speed_mps"), id="columns"),
        pytest.param(lambda: int_column([1], rows=2, name="speed_mps"), id="whole numbers"),
        pytest.param(lambda: bool_column([True], rows=0, name="speed_mps"), id="truths"),
        pytest.param(
            lambda: float_column([[1.0]], 2, rows=0, name="speed_mps"), id="values where none belong"
        ),
        pytest.param(
            lambda: float_column([[1, 2], [3, 4]], 4, rows=1, name="speed_mps"), id="two rows for one"
        ),
    ],
)
def test_a_wrong_shape_is_refused_by_name(make):
    with pytest.raises(InputError, match="speed_mps"):
        make()
