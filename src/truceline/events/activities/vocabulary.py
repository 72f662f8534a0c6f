"""The closed vocabulary of activities: what each kind means, what it is measured by, and what it is not.

docs/reference/events.md is made from this table (``make docs``). None of these is a violation by itself.
"""

from dataclasses import dataclass

from truceline.events.activities import thresholds as bound
from truceline.events.activities.thresholds import Threshold
from truceline.records.activities import ActivityKind, Role


@dataclass(frozen=True, slots=True)
class MeasureWord:
    """A measured value's name, its unit, and what it says."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind.

    Attributes:
        definition: What must have happened.
        is_not: What looks alike and is none.
        roles: Who takes part, the named one first.
        measures: What may be stated with it; a value that was not measured is left out.
        thresholds: What the definition rests on.
        evidence: What every such event must carry.
        instant: What ``at_utc_ns`` is the instant of.
    """

    kind: ActivityKind
    definition: str
    is_not: str
    roles: tuple[Role, ...]
    measures: tuple[MeasureWord, ...]
    thresholds: tuple[Threshold, ...]
    evidence: tuple[str, ...]
    instant: str

    def unit(self, measure: str) -> str:
        """The unit of a measure; a KeyError is a fault of the program."""
        return {one.name: one.unit for one in self.measures}[measure]


_SPEED = MeasureWord("speed", "m/s", "mean over the span, with its 95 % interval")
_DURATION = MeasureWord("duration", "s", "from the first to the last instant seen")
_PATH = "the subject's path with its covariance over the span"
_POSTURE = "measured heights of the outline, and from which camera"

VOCABULARY: tuple[Entry, ...] = (
    Entry(
        ActivityKind.SPEEDING,
        "A vehicle on a road with a stated limit was faster than the limit over a stretch that was seen.",
        "A speed without a surveyed road and limit; a moment's peak within the error of the measurement.",
        (Role.VEHICLE,),
        (
            _SPEED,
            MeasureWord("limit", "m/s", "what the road allows, by the survey"),
            MeasureWord("bridge speed", "m/s", "mean over the part on a surveyed bridge"),
        ),
        (Threshold("shortest stretch", 2.0, "s", "a chord long enough that its error is a few per cent"),),
        (_PATH, "the calibration's error of scale along the stretch", "the road and its limit"),
        "the first at which it was too fast",
    ),
    Entry(
        ActivityKind.CHECKPOINT_RUN,
        "A vehicle passed a surveyed gate without a stop before it. Says whether the post was staffed.",
        "A slow passing is told by its speed, not hidden; a passing whose approach was not seen says so.",
        (Role.VEHICLE,),
        (
            MeasureWord("speed", "m/s", "at the gate"),
            MeasureWord("slowest", "m/s", "least speed within the stretch before the gate"),
            MeasureWord("people at the post", "people", "counted within reach; a lower bound"),
        ),
        (bound.BEFORE_GATE, bound.STOP_AT_GATE_FOR, bound.POST_REACH, bound.POST_WINDOW),
        (_PATH, "the gate", "who was seen at the post, or that nobody could be seen there"),
        "the passing of the gate",
    ),
    Entry(
        ActivityKind.CHECKPOINT_STOP,
        "A vehicle stood before a surveyed gate and then passed it.",
        "A stop far from the gate; slowing down without standing.",
        (Role.VEHICLE,),
        (
            MeasureWord("duration", "s", "of the last stop before the gate"),
            MeasureWord("speed", "m/s", "at the gate"),
            MeasureWord("people at the post", "people", "counted within reach; a lower bound"),
        ),
        (
            bound.BEFORE_GATE,
            bound.STOP_AT_GATE_FOR,
            bound.STANDING_BELOW,
            bound.POST_REACH,
            bound.POST_WINDOW,
        ),
        (_PATH, "the gate", "who was seen at the post, or that nobody could be seen there"),
        "the beginning of the last stop",
    ),
    Entry(
        ActivityKind.STOPPED,
        "A vehicle stood.",
        "A shorter halt in traffic. Of a vehicle never seen to move, the stop itself was not observed.",
        (Role.VEHICLE,),
        (_DURATION,),
        (bound.STANDING_BELOW, bound.STOPPED_FOR),
        (_PATH,),
        "the first at which it stood",
    ),
    Entry(
        ActivityKind.STUCK,
        "A vehicle stands in or at a surveyed obstacle and does not get out of it: it rocks, came to a "
        "sudden stop there, or its people leave it there.",
        "A vehicle parked on a road or yard; standing beside an obstacle without another sign is doubtful.",
        (Role.VEHICLE,),
        (
            _DURATION,
            MeasureWord("distance from the obstacle", "m", "of the vehicle's middle"),
            MeasureWord("rocking", "m", "amplitude of its to and fro, where it could be measured"),
        ),
        (bound.NEAR_OBSTACLE, bound.STUCK_FOR, bound.STANDING_BELOW),
        (_PATH, "the obstacle", "which of the signs were seen"),
        "the first at which it stood there",
    ),
    Entry(
        ActivityKind.ABANDONED,
        "A vehicle stands, somebody got out of it, and for a time nobody is near it.",
        "A parked vehicle nobody was seen to leave.",
        (Role.VEHICLE,),
        (_DURATION, MeasureWord("people who left it", "people", "seen to get out; a lower bound")),
        (bound.LEFT_ALONE_FOR, bound.LEFT_ALONE_WITHIN),
        (_PATH, "who got out of it"),
        "the first with nobody near",
    ),
    Entry(
        ActivityKind.GOT_OUT,
        "A person is first seen at the outline of a vehicle that stands, where nobody was seen to go before.",
        "Somebody who comes from behind a vehicle, into the picture, or was there when the picture began.",
        (Role.ACTOR, Role.VEHICLE),
        (MeasureWord("distance from the outline", "m", "of the first place seen"),),
        (bound.DOOR_REACH, bound.DOOR_STANDING, bound.NEWCOMER_S),
        ("the first place seen with its covariance", "the vehicle's place", "who was lost near before"),
        "the first at which the person was seen",
    ),
    Entry(
        ActivityKind.GOT_IN,
        "A person is last seen at the outline of a vehicle that stands, and is seen nowhere afterwards.",
        "Somebody who goes behind a vehicle or out of the picture, or whom the end of the footage cuts off.",
        (Role.ACTOR, Role.VEHICLE),
        (MeasureWord("distance from the outline", "m", "of the last place seen"),),
        (bound.DOOR_REACH, bound.DOOR_STANDING, bound.NEWCOMER_S),
        ("the last place seen with its covariance", "the vehicle's place", "who appeared near afterwards"),
        "the last at which the person was seen",
    ),
    Entry(
        ActivityKind.RUNNING,
        "A person moved faster than anybody walks.",
        "A fast walk; an animal; somebody riding.",
        (Role.ACTOR,),
        (_SPEED, _DURATION),
        (bound.RUNNING_FROM, bound.RUNNING_FOR, bound.RUNNING_PAUSE),
        (_PATH,),
        "the first at which the person ran",
    ),
    Entry(
        ActivityKind.PURSUIT,
        "People run after one who runs away from them; all who run after the same one make one pursuit.",
        "People who run together: they stood or walked together before, or began together the same way.",
        (Role.PURSUED, Role.PURSUER),
        (
            MeasureWord("gap", "m", "least distance of the nearest pursuer"),
            MeasureWord("lag", "s", "time by which the nearest pursuer follows"),
            MeasureWord("pursuers", "people", "at once; a lower bound"),
            _DURATION,
        ),
        (bound.FOLLOWS_WITHIN, bound.FOLLOWS_FOR, bound.FOLLOWS_TOWARDS, bound.RUNNING_FROM),
        ("the paths of pursued and pursuers", "what speaks against their having come together"),
        "the first at which somebody ran after the pursued",
    ),
    Entry(
        ActivityKind.GATHERING,
        "Several people stay within calling distance of each other.",
        "People who pass one another; a patrol.",
        (Role.MEMBER,),
        (MeasureWord("people", "people", "counted at once; a lower bound"), _DURATION),
        (bound.GATHERING_FROM, bound.GATHERING_WITHIN, bound.GATHERING_SAME, bound.GATHERING_FOR),
        ("the places of all who were counted", "what ground there was not seen"),
        "the first at which so many were together",
    ),
    Entry(
        ActivityKind.PRONE,
        "A person lies on the ground by own will: went down in a controlled way, crawls, or gets up again.",
        "Falling; lying without moving for long (down). In doubt a person is said to be down.",
        (Role.ACTOR,),
        (_DURATION, MeasureWord("height", "m", "median of the outline's")),
        (bound.LYING_BELOW, bound.PRONE_FOR),
        (_PATH, _POSTURE),
        "the first at which the person lay",
    ),
    Entry(
        ActivityKind.CRAWLING,
        "A person moves along the ground, lying, alone.",
        "Being dragged (somebody upright moves along); stooping.",
        (Role.ACTOR,),
        (_SPEED, _DURATION, MeasureWord("height", "m", "median of the outline's")),
        (bound.LYING_BELOW, bound.CRAWLING_FROM, bound.CRAWLING_BELOW, bound.CRAWLING_FOR),
        (_PATH, _POSTURE),
        "the first at which the person crawled",
    ),
    Entry(
        ActivityKind.FELL,
        "A person came from upright to the ground faster than one lies down, or out of a run, and stayed.",
        "Lying down with a stop before it; a stumble.",
        (Role.ACTOR,),
        (
            MeasureWord("speed", "m/s", "over the ground at the beginning of the fall"),
            MeasureWord("fall time", "s", "from upright to the ground"),
        ),
        (bound.LYING_BELOW, bound.FALL_WITHIN),
        (_PATH, _POSTURE),
        "the beginning of the fall",
    ),
    Entry(
        ActivityKind.DOWN,
        "A person lies on the ground and does not move by own strength.",
        "Lying to aim, to hide or to crawl (prone).",
        (Role.ACTOR,),
        (_DURATION, MeasureWord("height", "m", "median of the outline's")),
        (bound.LYING_BELOW, bound.DOWN_FOR, bound.DOWN_MOVES_BELOW),
        (_PATH, _POSTURE),
        "the first at which the person was seen to lie",
    ),
    Entry(
        ActivityKind.DRAGGED,
        "A person who lies is moved along the ground by others who move with the same velocity beside it.",
        "Crawling beside somebody; carrying.",
        (Role.CASUALTY, Role.MOVER),
        (
            _SPEED,
            _DURATION,
            MeasureWord("distance", "m", "by which the person was moved"),
            MeasureWord("movers", "people", "at once; a lower bound"),
        ),
        (bound.LYING_BELOW, bound.GRIP, bound.DRAG_FROM, bound.DRAG_BELOW, bound.DRAG_FOR),
        ("the paths of all of them", _POSTURE),
        "the first at which they moved together",
    ),
    Entry(
        ActivityKind.CARRIED,
        "A person is moved above the ground by two or more others who move with the same velocity beside it.",
        "Walking side by side; dragging along the ground.",
        (Role.CASUALTY, Role.MOVER),
        (
            _SPEED,
            _DURATION,
            MeasureWord("distance", "m", "by which the person was moved"),
            MeasureWord("movers", "people", "at once; a lower bound"),
        ),
        (bound.CARRIED_FROM, bound.GRIP, bound.DRAG_FROM, bound.DRAG_FOR),
        ("the paths of all of them", _POSTURE),
        "the first at which they moved together",
    ),
    Entry(
        ActivityKind.DISCHARGE,
        "A weapon was discharged: told from sound, from flashes, or from both; never with a weapon's name.",
        "Fireworks, backfires, hammers, doors: what sounds alike lowers the probability.",
        (Role.ACTOR,),
        (MeasureWord("rounds", "rounds", "at least so many"),),
        (),
        ("the sound or the flash", "what could not be heard or seen"),
        "the first discharge",
    ),
    Entry(
        ActivityKind.IN_DANGER,
        "A person is pursued, fired on, injured (fell, is down, is dragged), carried, or rescues another.",
        "Pursuing, aiming or firing oneself.",
        (Role.ACTOR,),
        (_DURATION,),
        (bound.DANGER_LASTS, bound.RESCUE_WITHIN, bound.DISCHARGE_WITHIN),
        ("the activities that it rests on, each with its probability",),
        "the first sign of danger",
    ),
)
"""In the order of ``ActivityKind``."""

BY_KIND: dict[ActivityKind, Entry] = {entry.kind: entry for entry in VOCABULARY}
