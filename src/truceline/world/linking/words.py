"""Words: what a link leans on, one sentence each."""

from truceline.world.linking.gaps import COVERED, UNSEEN_S, Candidate
from truceline.world.linking.meetings import Member

MINUTE_S = 60.0


def of_meeting(member: Member) -> tuple[str, ...]:
    """Why a trace shows the same as others at the same time."""
    if member.agrees is None:
        return ()
    seconds, apart_m = member.agrees.seconds, member.agrees.apart_m
    return (f"seen by two cameras at one time: over {seconds:.1f} s their paths lie {apart_m:.1f} m apart",)


def of_passage(candidate: Candidate) -> tuple[str, ...]:
    """Why one who was seen before could be the one that is seen now, and what speaks against being sure."""
    passed = candidate.passage
    where = (
        "at the same place, where they had kept still"
        if passed.in_place
        else f"{passed.apart_m:.1f} m from where they were seen last"
    )
    words = [f"{_time(passed.gap_s)} later, {where}"]
    out = candidate.out
    if out is not None and passed.gap_s > UNSEEN_S:
        watched = f"{100 * out.coverage:.0f} % of the border of {out.area_m2:.0f} m² out of sight was watched"
        could = "" if out.coverage >= COVERED else ": somebody else could have come in unseen"
        words.append(watched + could)
    return tuple(words)


def of_nobody(*, has_candidates: bool) -> tuple[str, ...]:
    """Why somebody could be new."""
    if has_candidates:
        return ("nobody who was seen before: somebody not seen until now",)
    return ("nobody who was seen before could have been here by then",)


def _time(seconds: float) -> str:
    if seconds >= 2 * MINUTE_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds:.1f} s"
