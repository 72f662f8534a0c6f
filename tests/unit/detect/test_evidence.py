"""From a frame and its background to evidence: where it begins, where it is whole, what is taken out."""

import numpy as np
import pytest

from tests.unit.video.clips import START
from truceline.detect.evidence import NOTHING_BELOW, WHOLE_FROM, evidence
from truceline.detect.still.background import CHANGED_SHARE, Background

HEIGHT, WIDTH, LEVEL, THRESHOLD = 60, 80, 100, 50
SUBJECT = (slice(20, 44), slice(30, 40))


def flat(level=LEVEL):
    return np.full((HEIGHT, WIDTH, 3), level, np.uint8)


def textured():
    coarse = np.random.default_rng(1).integers(60, 180, (HEIGHT // 10, WIDTH // 10, 3))
    return np.kron(coarse, np.ones((10, 10, 1), int)).astype(np.uint8)


def background_of(bgr, threshold=THRESHOLD):
    return Background(bgr, np.full(bgr.shape[:2], threshold, np.uint8), START)


def shown(difference, *, threshold=THRESHOLD):
    """What a subject gives that differs by so much in every channel."""
    frame = flat()
    frame[SUBJECT] = LEVEL + difference
    return evidence(frame, background_of(flat(), threshold))


def inner(picture):
    """The subject's pixels without the rim, where the picture's filters round the corners."""
    return picture[SUBJECT][2:-2, 2:-2]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(0.0, 0, id="nothing"),
        pytest.param(NOTHING_BELOW, 0, id="where it begins"),
        pytest.param((NOTHING_BELOW + WHOLE_FROM) / 2, 128, id="half way"),
        pytest.param(1.0, 191, id="at the threshold"),
        pytest.param(WHOLE_FROM, 255, id="whole"),
        pytest.param(2.0, 255, id="twice the threshold"),
        pytest.param(3.0, 255, id="beyond what the scale holds"),
    ],
)
def test_strength_grows_from_its_beginning_to_whole(share, expected):
    assert (inner(shown(round(share * THRESHOLD)).strength) == expected).all()


@pytest.mark.parametrize(("difference", "inside"), [(THRESHOLD, 0), (THRESHOLD + 1, 1)], ids=["at", "above"])
def test_the_mask_is_what_passes_the_threshold(difference, inside):
    seen = shown(difference)
    assert (inner(seen.mask) == inside).all()
    assert set(np.unique(seen.mask)) <= {0, 1}


def test_each_pixel_has_its_own_threshold():
    restless = np.full((HEIGHT, WIDTH), 24, np.uint8)
    restless[:, 35:] = 120
    frame = flat()
    frame[SUBJECT] = LEVEL + 40
    seen = evidence(frame, Background(flat(), restless, START))
    assert (seen.strength[24:40, 32:34] == 255).all()
    assert (seen.strength[24:40, 36:38] == 0).all()


def test_the_largest_channel_counts():
    frame = flat()
    frame[SUBJECT][..., 1] = LEVEL - 60
    assert (inner(evidence(frame, background_of(flat())).strength) == 255).all()


def test_darker_counts_as_much_as_brighter():
    np.testing.assert_array_equal(shown(-40).strength, shown(40).strength)


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 25), (1.0, -25), (0.75, 10), (1.2, -8)])
def test_a_change_of_gain_and_level_is_taken_out(gain, offset):
    frame = textured()
    frame[SUBJECT] = 20
    exposed = np.clip(frame * gain + offset, 0, 255).astype(np.uint8)
    seen = evidence(exposed, background_of(textured(), 24))
    wanted = np.zeros((HEIGHT, WIDTH), bool)
    wanted[SUBJECT] = True
    assert not seen.changed
    assert seen.strength[wanted].mean() > 0.9 * 255
    assert seen.strength[~wanted].mean() < 0.02 * 255


@pytest.mark.parametrize(
    ("share", "changed"), [(CHANGED_SHARE - 0.05, False), (CHANGED_SHARE + 0.05, True)], ids=["less", "more"]
)
def test_a_picture_that_changed_as_a_whole_says_so(share, changed):
    frame = flat()
    frame[: round(HEIGHT * share)] = 220
    assert evidence(frame, background_of(flat())).changed == changed


def test_a_grain_is_no_evidence():
    frame = flat()
    frame[30, 30] = 255
    assert not evidence(frame, background_of(flat())).strength.any()


def test_a_thin_gap_in_a_body_is_closed():
    """A belt as bright as the ground does not cut somebody in two."""
    frame = flat()
    frame[SUBJECT] = 200
    frame[30:32, 30:40] = LEVEL
    assert (inner(evidence(frame, background_of(flat())).strength) == 255).all()
