"""Thresholds of the vocabulary: each with its unit and the reason for its value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value in metric units, what it bounds, and why it is that value."""

    name: str
    value: float
    unit: str
    reason: str


RUNNING_FROM = Threshold(
    "speed of running",
    2.2,
    "m/s",
    "people change from walking to running at 2.07 m/s (Hreljac 1995); fast walkers reach 2.2",
)
RUNNING_FOR = Threshold("duration", 1.0, "s", "two to three strides: a shorter dash is a step aside")
RUNNING_PAUSE = Threshold(
    "longest pause within one run", 1.5, "s", "who turns about and runs back is slow for about a second"
)

STANDING_BELOW = Threshold(
    "speed of a vehicle that stands",
    0.5,
    "m/s",
    "a walking pace is 1.4; a cuboid's centre wanders by decimetres",
)
STOPPED_FOR = Threshold("duration", 10.0, "s", "longer than letting somebody pass or looking at a paper")
STOP_AT_GATE_FOR = Threshold("duration of a stop at a gate", 0.5, "s", "a wheel that stands, not a slow roll")
BEFORE_GATE = Threshold(
    "distance before the gate within which a stop counts",
    15.0,
    "m",
    "the second vehicle of a queue stops there",
)
POST_REACH = Threshold(
    "reach about the gate within which people count as its post",
    12.0,
    "m",
    "who could step out and stop a vehicle",
)
POST_WINDOW = Threshold(
    "time about the passing within which they count", 3.0, "s", "from the approach to the look after it"
)
NEAR_OBSTACLE = Threshold(
    "distance of its middle from the obstacle",
    2.8,
    "m",
    "half the length of a vehicle and half a metre of error",
)
STUCK_FOR = Threshold("duration", 10.0, "s", "who can drive out of it has done so")
LEFT_ALONE_FOR = Threshold("time with nobody near", 20.0, "s", "longer than walking round the vehicle")
LEFT_ALONE_WITHIN = Threshold("distance within which nobody is", 8.0, "m", "who belongs to it stays in reach")

DOOR_REACH = Threshold(
    "distance of the first (last) place from the vehicle's outline",
    1.5,
    "m",
    "an opened door and a step: somebody who climbs out is seen upright there first",
)
DOOR_STANDING = Threshold(
    "speed of the vehicle", 0.8, "m/s", "nobody gets in or out of a vehicle that drives"
)
NEWCOMER_S = Threshold(
    "time since the camera began",
    1.0,
    "s",
    "who is there when the picture begins has not come out of anything",
)

LYING_BELOW = Threshold(
    "height of who lies", 0.8, "m", "half a body's height; who squats is about 1 m tall, who crawls 0.5 m"
)
DOWN_FOR = Threshold("duration", 5.0, "s", "who stumbles is up again by then")
DOWN_MOVES_BELOW = Threshold("speed of who does not move", 0.25, "m/s", "half of a slow crawl")
PRONE_FOR = Threshold("duration", 2.0, "s", "longer than a stumble")
FALL_WITHIN = Threshold(
    "from upright to the ground", 1.2, "s", "a fall lasts 0.5 to 1 s; lying down takes longer"
)
CRAWLING_FROM = Threshold("speed", 0.15, "m/s", "slower is shifting about on the spot")
CRAWLING_BELOW = Threshold("speed", 1.3, "m/s", "nobody crawls at a walking pace")
CRAWLING_FOR = Threshold("duration", 3.0, "s", "about three pulls forward")

FOLLOWS_WITHIN = Threshold(
    "distance behind", 25.0, "m", "farther behind, running the same way is no longer running after"
)
FOLLOWS_FOR = Threshold("duration", 1.0, "s", "as for running; both run, or one ran less than 4 s before")
FOLLOWS_TOWARDS = Threshold(
    "angle between the pursuer's way and the way to the pursued",
    35.0,
    "°",
    "who follows a bend cuts it by less",
)

GATHERING_FROM = Threshold("people", 6.0, "people", "more than a patrol of five")
GATHERING_WITHIN = Threshold("distance from their middle", 9.0, "m", "within calling distance of each other")
GATHERING_SAME = Threshold(
    "difference of their velocities", 1.0, "m/s", "who passes by differs by a walking pace"
)
GATHERING_FOR = Threshold("duration", 3.0, "s", "they stay together and do not merely pass")

GRIP = Threshold(
    "distance between mover and moved",
    2.4,
    "m",
    "an arm's length from the feet of one to the hips of the other",
)
DRAG_FROM = Threshold("speed", 0.15, "m/s", "slower is lifting or turning over")
DRAG_BELOW = Threshold("speed", 1.5, "m/s", "nobody drags a body at a run")
DRAG_FOR = Threshold("duration", 3.0, "s", "more than turning a body over")
CARRIED_FROM = Threshold("height of the one who is moved", 0.7, "m", "off the ground, below who stands")

RESCUE_WITHIN = Threshold("distance from the one who is down", 2.5, "m", "within reach, kneeling")
DANGER_LASTS = Threshold(
    "time for which danger lasts on after its last sign", 30.0, "s", "out of sight is not out of reach"
)
DISCHARGE_WITHIN = Threshold(
    "time between a discharge and who is fired on", 5.0, "s", "a clock's bound and a burst"
)
