"""The demo day: a table of relative requests becomes wishes for the next service day, with the moments of the calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from dispatch.model.actor import Actor, Channel, Role
from dispatch.model.demand import Fate, HistoricalRequest
from dispatch.model.past_wish import wish_form
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_math import bookable_from, next_service_day, runs_on
from dispatch.model.times import Clock, local_date, to_moment
from dispatch.model.wish import WishForm
from sample_data import tables
from sample_data.tables import SERVICE_ID

CALL_PREFIX = "demo-"
DESK_ACTOR = Actor(id="demo-desk", role=Role.OPERATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWish:
    """One call for the demo day.

    ``form.linked_to`` is still open: the reservation made for the wish ``linked_call_id`` (empty: it is no return).
    ``cancelled`` riders call again before the day and take the trip back.
    """

    asked_at: datetime
    form: WishForm
    linked_call_id: str
    cancelled: bool


def demo_day(rules: ServiceRules, clock: Clock) -> date:
    """The next service day after the present moment."""
    return next_service_day(rules, local_date(clock.now()))


def demo_wishes(day: date, *, rules: ServiceRules, clock: Clock) -> tuple[DemoWish, ...]:
    """The wishes for ``day`` in the order in which they were made over the week before.

    A telephone call that would fall on a closed day was made on the service day before it; a call that would still
    lie in the future was made just now, or when booking opens if that is later (only around the New Year closing).
    A return is asked for after its outbound, also when both calls had to be moved.
    """
    wishes = [_wish(request, day, rules=rules, now=clock.now()) for request in tables.demo_requests()]
    asked = {wish.form.call_id: wish.asked_at for wish in wishes}
    paired = [
        replace(wish, asked_at=max(wish.asked_at, asked.get(wish.linked_call_id, wish.asked_at))) for wish in wishes
    ]
    return tuple(sorted(paired, key=lambda wish: (wish.asked_at, bool(wish.linked_call_id))))


def call_id(request_no: int) -> str:
    """The call id of a demo request, by which a second load knows what has been loaded."""
    return f"{CALL_PREFIX}{request_no:03d}"


def _wish(request: HistoricalRequest, day: date, *, rules: ServiceRules, now: datetime) -> DemoWish:
    by_phone = request.channel is Channel.PHONE
    caller = DESK_ACTOR if by_phone else Actor(id=request.rider_id, role=Role.RIDER)
    form = wish_form(request, service_id=SERVICE_ID, day=day, actor=caller, call_id=call_id(request.request_no))
    return DemoWish(
        asked_at=max(min(_asked_at(request, day, rules=rules), now), bookable_from(rules, day).astimezone(UTC)),
        form=form,
        linked_call_id=call_id(request.linked_no) if request.linked_no else "",
        cancelled=request.fate is Fate.CANCELLED,
    )


def _asked_at(request: HistoricalRequest, day: date, *, rules: ServiceRules) -> datetime:
    asked_day = day + timedelta(days=request.asked_day_offset)
    first_day = local_date(bookable_from(rules, day))
    while request.channel is Channel.PHONE and asked_day > first_day and not runs_on(rules, asked_day):
        asked_day -= timedelta(days=1)
    return to_moment(asked_day, request.asked_time_s).astimezone(UTC)
