"""Chronicles: what all cameras and microphones of a station show together, in order of time."""

from dataclasses import dataclass

from truceline.records.activities import Activity
from truceline.records.digests import Sha256
from truceline.records.subjects import World


@dataclass(frozen=True, slots=True, eq=False)
class Chronicle:
    """What the standing runs of a station show together.

    Attributes:
        site: Digest of the survey that all runs were measured against.
        run_ids: The runs that it was made from, sorted; ``sounds`` digests of what was listened to, sorted.
        software: The program that made it.
        world: Subjects, who is who with what doubt, clocks.
        activities: In order of time.
    """

    site: Sha256
    run_ids: tuple[str, ...]
    sounds: tuple[Sha256, ...]
    software: str
    world: World
    activities: tuple[Activity, ...]
