"""A vehicle off the road, at the desk: broken down, exchanged, its shift called off. Tried first, then made; undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from api.lookup import DayNumber
from api.phones import name_of, phone_of
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.hand import effect_lines, shift_names
from api.web.typed import typed_clock
from api.web.views import book_for, vehicle_names
from dispatch.model.errors import NotFound
from dispatch.model.promise import BreachCause
from dispatch.moves.withdrawal import Accepted, Instead, Trips, Withdrawal, WithdrawalTrial, WithdrawalVerdict
from dispatch.solver_bridge.lateness import Lateness

router = APIRouter(prefix="/desk/{service}/{date}", include_in_schema=False)

ShiftId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,60}$")]
NONE = ""


class OutFields(BaseModel):
    """What the card sends. ``place`` is typed; empty for where the vehicle was last known to be."""

    model_config = ConfigDict(extra="ignore")

    cause: Literal["breakdown", "shift"] = "breakdown"
    place: str = Field(default="", max_length=120)
    vehicle_id: str = Field(default=NONE, max_length=40)
    ready: str = Field(default="", max_length=20)
    trips: Trips = Trips.REPLAN
    accept_breaches: bool = False
    accept_undriven: bool = False

    def withdrawal(self, desk_call: DeskCall, shift_id: str) -> Withdrawal:
        """Raises InvalidInput for a place or a time that cannot be read."""
        call = desk_call.call
        book = book_for(call, ())
        ready_s = typed_clock(self.ready) if self.ready.strip() else 0
        instead = (Instead(vehicle_id=self.vehicle_id, place_id="", ready_s=ready_s),) if self.vehicle_id else ()
        return Withdrawal(
            shift_id=shift_id,
            cause=BreachCause(self.cause),
            at=(book.find(self.place),) if self.place.strip() else (),
            instead=instead,
            trips=self.trips if instead else Trips.REPLAN,
        )

    @property
    def accepted(self) -> Accepted:
        return Accepted(breaches=self.accept_breaches, undriven=self.accept_undriven)


Fields = Annotated[OutFields, Form()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Somebody to be called: who, on which number, and how late they will be, minutes (0 for on time)."""

    reservation_id: int
    who: str
    phone: str
    pickup_min: int = 0
    arrival_min: int = 0


@router.get("/shifts/{shift_id}/out")
def open_card(desk_call: DeskCallDep, shift_id: ShiftId) -> HTMLResponse:
    """The card of one vehicle on duty."""
    return _card(desk_call, shift_id)


@router.post("/shifts/{shift_id}/out/trial")
def try_out(desk_call: DeskCallDep, shift_id: ShiftId, fields: Fields) -> HTMLResponse:
    """What it would do: who is late by how much, who cannot be driven; nothing is changed."""
    call, asked = desk_call.call, fields.withdrawal(desk_call, shift_id)
    trial = call.desk.try_withdrawal(service_id=call.service, day=desk_call.day, asked=asked, actor=call.actor)
    values = {"shift_id": shift_id, "fields": fields, **_outcome(desk_call, trial)}
    return desk_call.show("out_trial.html", values)


@router.post("/shifts/{shift_id}/out")
def make_out(desk_call: DeskCallDep, shift_id: ShiftId, fields: Fields) -> HTMLResponse:
    """Make it; the answer names who has to be called, and the board is asked for anew."""
    call, asked = desk_call.call, fields.withdrawal(desk_call, shift_id)
    trial = call.desk.withdraw(
        service_id=call.service, day=desk_call.day, asked=asked, actor=call.actor, accepted=fields.accepted
    )
    values = {"vehicle": shift_names(desk_call).get(shift_id, shift_id), **_outcome(desk_call, trial)}
    return desk_call.show("out_done.html", values, headers=DAY_CHANGED)


@router.post("/outages/{number}/lift")
def lift(desk_call: DeskCallDep, number: DayNumber) -> HTMLResponse:
    """Put the vehicle back; the board is asked for anew."""
    call = desk_call.call
    outage = call.desk.lift(service_id=call.service, day=desk_call.day, number=number, actor=call.actor)
    vehicle = shift_names(desk_call).get(outage.shift_id, outage.shift_id)
    return desk_call.show("out_lifted.html", {"vehicle": vehicle}, headers=DAY_CHANGED)


def _card(desk_call: DeskCall, shift_id: str) -> HTMLResponse:
    call, names = desk_call.call, vehicle_names(desk_call.call)
    state = call.desk.day_state(service_id=call.service, day=desk_call.day)
    shifts = [shift for shift in state.shifts if shift.shift_id == shift_id]
    if not shifts:
        raise NotFound("unknown_shift", shift_id=shift_id)
    busy = {shift.vehicle_id for shift in state.shifts}
    free = [one for one in call.desk.store.vehicles(call.service) if one.active and one.id not in busy]
    book = book_for(call, ())
    values = {
        "shift": shifts[0],
        "vehicle": names.get(shifts[0].vehicle_id, shifts[0].vehicle_id),
        "free": [(one.id, one.name) for one in free],
        "places": [one.label for one in book.public],
    }
    return desk_call.show("out.html", values)


def _outcome(desk_call: DeskCall, trial: WithdrawalTrial) -> dict[str, object]:
    return {
        "trial": trial,
        "made_possible": trial.verdict is not WithdrawalVerdict.NOT_KEPT,
        "late": late_lines(desk_call, trial.late),
        "undriven": people_lines(desk_call, trial.undriven),
        "stranded": people_lines(desk_call, trial.outage.stranded),
        "effects": effect_lines(desk_call, trial.effects),
    }


def late_lines(desk_call: DeskCall, late: tuple[Lateness, ...]) -> list[Rung]:
    """Who has to be called because they will be late, and by how many minutes."""
    people = people_lines(desk_call, (one.reservation_id for one in late))
    return [
        replace(who, pickup_min=-(-one.pickup_s // 60), arrival_min=-(-one.arrival_s // 60))
        for who, one in zip(people, late, strict=True)
    ]


def people_lines(desk_call: DeskCall, numbers: Iterable[int]) -> list[Rung]:
    """Who has to be called for these reservations."""
    call = desk_call.call
    trips = [call.desk.store.reservation(number) for number in numbers]
    return [Rung(reservation_id=trip.id, who=name_of(call, trip), phone=phone_of(call, trip)) for trip in trips]
