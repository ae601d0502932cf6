"""A refusal, laid out to be read to the caller: why not, what would help, and at which time to try again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from api.speech import MINUTE_S, blocked_text, refusal_action, refusal_cause, relief_text, spoken_minutes, spoken_time
from dispatch.booking.proposal import PairRefused, Refused
from dispatch.model.offer import Leg, Relief, ReliefKind
from dispatch.model.times import LAST_SECOND_S, clock_text
from dispatch.model.wish import TimeKind, Wish
from dispatch.model.wording import Lang, say


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTime:
    """A time at which the trip could be made: as typed into the form, as said, and in a sentence."""

    typed: str
    spoken: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalView:
    """What the page shows of a refusal; ``vehicles`` are id, rule and relief in words."""

    cause: str
    action: str
    times: tuple[OtherTime, ...]
    vehicles: tuple[tuple[str, str, str], ...]


def refusal_view(refused: Refused, lang: Lang) -> RefusalView:
    """The refusal in words, the smallest change of time first, each time once."""
    refusal, wish = refused.refusal, refused.request.wish
    reliefs = sorted({blocked.relief for blocked in refusal.vehicles}, key=lambda relief: relief.amount_s)
    times = {one.typed: one for one in (_other_time(relief, wish, lang) for relief in reliefs) if one.typed}
    return RefusalView(
        cause=refusal_cause(refusal, lang),
        action=refusal_action(refusal, lang),
        times=tuple(times.values()),
        vehicles=tuple(
            (blocked.vehicle_id, blocked_text(blocked, lang), _help_text(blocked.relief, wish, lang))
            for blocked in refusal.vehicles
        ),
    )


def pair_refusal_view(refused: PairRefused, lang: Lang) -> RefusalView:
    """The refusal of a pair in words: which way it is about. What would help the way back is said in minutes only."""
    one_way = Refused(request=refused.request, refusal=refused.refusal)
    view = refusal_view(one_way, lang)
    cause = say(f"desk.pairs.refused_{refused.leg}", lang, cause=view.cause)
    if refused.leg is Leg.OUTBOUND:
        return replace(view, cause=cause)
    vehicles = tuple(
        (blocked.vehicle_id, blocked_text(blocked, lang), relief_text(blocked.relief, lang))
        for blocked in refused.refusal.vehicles
    )
    return replace(view, cause=cause, times=(), vehicles=vehicles)


def _help_text(relief: Relief, wish: Wish, lang: Lang) -> str:
    """What would help: the time itself where another time would, else what `relief_text` says."""
    return _other_time(relief, wish, lang).sentence or relief_text(relief, lang)


def _other_time(relief: Relief, wish: Wish, lang: Lang) -> OtherTime:
    minutes = spoken_minutes(relief.amount_s)
    shift_s = {ReliefKind.EARLIER: -minutes * MINUTE_S, ReliefKind.LATER: minutes * MINUTE_S}.get(relief.kind, 0)
    at_s = wish.time_s + shift_s
    if not shift_s or not 0 <= at_s <= LAST_SECOND_S:
        return OtherTime(typed="", spoken="", sentence="")
    spoken = spoken_time(at_s, lang)
    key = "at_arrival" if wish.time_kind is TimeKind.ARRIVE_BY else "at_departure"
    return OtherTime(typed=clock_text(at_s), spoken=spoken, sentence=say(f"desk.refused.{key}", lang, time=spoken))
