import pytest

from truceline.errors import InputError, IntegrityError, ServiceError, TrucelineError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InputError("the file is empty"), "the file is empty"),
        (InputError("the file is empty."), "the file is empty."),
        (InputError("the file is empty", where="a.mp4"), "a.mp4: the file is empty"),
        (InputError("the file is empty", do="Copy it."), "the file is empty. Copy it."),
        (InputError("the file is empty.", do="Copy it."), "the file is empty. Copy it."),
        (InputError("is this a file?", do="Look."), "is this a file? Look."),
        (InputError("it says “stop.”", do="Look."), "it says “stop.” Look."),
        (InputError("it says “stop”", do="Look."), "it says “stop”. Look."),
        (InputError("3 of 4 (see above)", where="x", do="Look."), "x: 3 of 4 (see above). Look."),
        (InputError("", where="x", do="Look."), "x: Look."),
    ],
)
def test_one_line_with_one_stop_between_what_and_what_to_do(error, expected):
    assert str(error) == expected


@pytest.mark.parametrize(
    ("kind", "code"), [(TrucelineError, 1), (InputError, 2), (IntegrityError, 3), (ServiceError, 4)]
)
def test_each_kind_has_its_exit_code(kind, code):
    assert kind("what").exit_code == code
