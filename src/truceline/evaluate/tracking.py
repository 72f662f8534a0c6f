"""Tracks against truth: all three families of scores at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from truceline.evaluate.clear import ClearScores, clear
from truceline.evaluate.hota import HotaScores, hota
from truceline.evaluate.identity import IdentityScores, identity
from truceline.evaluate.scene import MATCH, REACH_M, BoxFrame, Frame, Scene, ground_scene, image_scene


@dataclass(frozen=True, slots=True)
class TrackScores:
    """The scores of one scene; see the three records for what each means."""

    clear: ClearScores
    identity: IdentityScores
    hota: HotaScores

    @property
    def mota(self) -> float:
        """See ``ClearScores.mota``."""
        return self.clear.mota

    @property
    def idf1(self) -> float:
        """See ``IdentityScores.idf1``."""
        return self.identity.idf1

    @property
    def switches(self) -> int:
        """See ``ClearScores.switches``."""
        return self.clear.switches

    def mean_error_m(self, *, reach_m: float) -> float:
        """The mean distance of matched pairs of a scene on the ground with this reach, m."""
        return (1 - self.clear.similarity) * reach_m


def score_scene(scene: Scene, *, threshold: float = MATCH) -> TrackScores:
    """Score a scene; CLEAR and identity at one threshold of similarity, HOTA over all."""
    return TrackScores(clear(scene, threshold=threshold), identity(scene, threshold=threshold), hota(scene))


def score_tracks(
    truth: Sequence[Frame], tracks: Sequence[Frame], *, radius_m: float = MATCH * REACH_M
) -> TrackScores:
    """Score tracks on the ground, frame by frame; both sides hold one entry a frame, in the same order.

    Args:
        truth: True identities and positions, identities unique within a frame.
        tracks: What was tracked, likewise.
        radius_m: A pair at this distance or nearer may match; HOTA's similarity ends at twice of it.

    Raises:
        InputError: One side has more frames than the other, or an identity stands twice in one frame.
    """
    return score_scene(ground_scene(truth, tracks, reach_m=radius_m / MATCH))


def score_boxes(truth: Sequence[BoxFrame], tracks: Sequence[BoxFrame]) -> TrackScores:
    """Score tracks in the image at an overlap of one half; both sides hold one entry a frame, in order.

    Raises:
        InputError: One side has more frames than the other, or an identity stands twice in one frame.
    """
    return score_scene(image_scene(truth, tracks))
