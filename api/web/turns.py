"""The turns that a trip's visits can be put in on the route that carries it, as the card by hand offers them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.phones import name_of
from api.web.frame import DeskCall
from dispatch.model.plan import Task, Visit, carrier_of
from dispatch.model.reservation import KeptOrder, Reservation, Side
from dispatch.model.times import clock_text, to_second
from dispatch.model.wording import say
from dispatch.moves.move import Reorder

TURN = r"^(|(board|alight)\.(before|after)\.[1-9][0-9]{0,8}\.(board|alight))$"
"""A turn as a form sends it: which visit, on which side, of which reservation, which visit; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One place on the route: what a form sends for it, and how it reads."""

    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsOfVisit:
    """One visit to come of the trip, when it is due, and where else it could stand.

    ``earlier`` and ``later`` are the turns next to its own: one each, or none.
    """

    task: Task
    start_s: int
    earlier: tuple[Turn, ...]
    later: tuple[Turn, ...]
    turns: tuple[Turn, ...]


def reorder_of(reservation_id: int, turn: str) -> Reorder:
    """The move that a form asks for with ``turn`` (`TURN`)."""
    task, side, other_id, other_task = turn.split(".")
    return Reorder(
        reservation_id=reservation_id,
        task=Task(task),
        side=Side(side),
        other_id=int(other_id),
        other_task=Task(other_task),
    )


def turns_of(desk_call: DeskCall, trip: Reservation) -> tuple[TurnsOfVisit, ...]:
    """The visits of the trip that can still be moved, each with the turns it could take."""
    call = desk_call.call
    routes = call.desk.plan(service_id=call.service, day=desk_call.day).routes
    shift_id = carrier_of(routes, trip.id)
    now_s = to_second(desk_call.day, call.desk.clock.now())
    visits = [v for route in routes if route.shift_id == shift_id for v in route.visits if v.start_s > now_s]
    return tuple(_turns(desk_call, visits, own) for own in visits if own.reservation_id == trip.id)


def kept_text(desk_call: DeskCall, trip: Reservation) -> list[str]:
    """The orders that the trip keeps with others on its route, in words."""
    call = desk_call.call
    routes = call.desk.plan(service_id=call.service, day=desk_call.day).routes
    here = carrier_of(routes, trip.id)
    return [_kept(desk_call, kept) for kept in trip.keeps if here and carrier_of(routes, kept.other_id) == here]


def _turns(desk_call: DeskCall, visits: list[Visit], own: Visit) -> TurnsOfVisit:
    at = visits.index(own)
    slots = list(_slots([visit for visit in visits if visit != own], own))
    turns = {slot: _turn(desk_call, own, side, other) for slot, side, other in slots if slot != at}
    before, after = [s for s in turns if s < at], [s for s in turns if s > at]
    return TurnsOfVisit(
        task=own.task,
        start_s=own.start_s,
        earlier=tuple(turns[slot] for slot in before[-1:]),
        later=tuple(turns[slot] for slot in after[:1]),
        turns=tuple(turns.values()),
    )


def _slots(others: list[Visit], own: Visit) -> Iterator[tuple[int, Side, Visit]]:
    """The places among the other visits that leave the trip's own boarding before its alighting."""
    half = [i for i, visit in enumerate(others) if visit.reservation_id == own.reservation_id]
    first = half[0] + 1 if half and own.task is Task.ALIGHT else 0
    last = half[0] if half and own.task is Task.BOARD else len(others)
    for slot in range(first, last + 1):
        if slot < len(others) and slot not in half:
            yield slot, Side.BEFORE, others[slot]
        elif slot > 0 and slot - 1 not in half:
            yield slot, Side.AFTER, others[slot - 1]


def _turn(desk_call: DeskCall, own: Visit, side: Side, other: Visit) -> Turn:
    call = desk_call.call
    text = say(
        f"desk.hand.turn_{side}",
        call.lang,
        own=say(f"desk.hand.task.{own.task}", call.lang),
        time=clock_text(other.start_s),
        who=name_of(call, call.desk.store.reservation(other.reservation_id)),
        task=say(f"desk.hand.task.{other.task}", call.lang),
    )
    return Turn(value=f"{own.task}.{side}.{other.reservation_id}.{other.task}", text=text)


def _kept(desk_call: DeskCall, kept: KeptOrder) -> str:
    call = desk_call.call
    return say(
        f"desk.hand.kept_{kept.side}",
        call.lang,
        task=say(f"desk.hand.task.{kept.task}", call.lang),
        other_id=kept.other_id,
        who=name_of(call, call.desk.store.reservation(kept.other_id)),
        other_task=say(f"desk.hand.task.{kept.other_task}", call.lang),
    )
