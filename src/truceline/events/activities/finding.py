"""All activities of all subjects: every topic in turn, and who was in danger last of all."""

from collections.abc import Sequence

from truceline.events.activities.ground import Ground
from truceline.events.activities.measured.cast import cast_of
from truceline.events.activities.pair.danger import in_danger
from truceline.events.activities.pair.moving import carried, dragged
from truceline.events.activities.pair.pursuit import pursuit
from truceline.events.activities.person.gathering import gathering
from truceline.events.activities.person.lying import lying
from truceline.events.activities.person.running import running
from truceline.events.activities.stating import in_order
from truceline.events.activities.vehicle.checkpoints import checkpoints
from truceline.events.activities.vehicle.doors import doors
from truceline.events.activities.vehicle.speeding import speeding
from truceline.events.activities.vehicle.standing import standing
from truceline.records.activities import Activity
from truceline.records.subjects import Subject

TOPICS = (
    speeding,
    checkpoints,
    standing,
    doors,
    running,
    gathering,
    lying,
    pursuit,
    dragged,
    carried,
)


def find_activities(
    subjects: Sequence[Subject], ground: Ground, *, discharges: Sequence[Activity] = ()
) -> tuple[Activity, ...]:
    """Everything that subjects did, in order of time.

    Args:
        subjects: As put together from all cameras.
        ground: What they are measured against.
        discharges: From sound and pictures: they are handed through, and tell who was fired on.
    """
    cast = cast_of(subjects, ground)
    found = [one for topic in TOPICS for one in topic(cast, ground)]
    danger = in_danger(cast, activities=found, discharges=discharges)
    return in_order([*found, *discharges, *danger])
