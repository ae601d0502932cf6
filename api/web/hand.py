"""By hand, at the desk: a trip goes to a vehicle, is locked, unlocked, takes another turn.

Tried first, all objections said, then made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from api.lookup import DatabaseId, reservation_of
from api.phones import name_of
from api.schemas.moves import MoveOut
from api.speech import promise_text
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.turns import TURN, kept_text, reorder_of, turns_of
from api.web.views import trip_line, vehicle_names
from dispatch.model.plan import carrier_of
from dispatch.model.reservation import Reservation
from dispatch.moves.move import Approval, Assign, Effect, Grade, Lock, Move, MoveVerdict, Trial, Unlock

router = APIRouter(prefix="/desk/{service}/{date}/reservations/{reservation_id}/hand", include_in_schema=False)

NOBODY = ""
"""No shift: the trip is carried by none, or locked to none."""


class HandFields(BaseModel):
    """What the buttons of the card send. ``consent`` says who agreed to another time, ``turn`` where on the route."""

    model_config = ConfigDict(extra="ignore")

    kind: Literal["assign", "lock", "unlock"] = "assign"
    shift_id: str = Field(default=NOBODY, max_length=40)
    turn: str = Field(default="", pattern=TURN)
    grade: Grade = Grade.KEEP_EVERYONE
    force: bool = False
    consent: Literal["", "rider", "family", "proxy"] = ""

    @property
    def does(self) -> str:
        """The kind of the move: a turn says so by itself."""
        return "reorder" if self.turn else self.kind

    def move(self, reservation_id: int) -> Move:
        if self.turn:
            return reorder_of(reservation_id, self.turn)
        if self.kind == "lock":
            return Lock(reservation_id=reservation_id)
        if self.kind == "unlock":
            return Unlock(reservation_id=reservation_id)
        return Assign(reservation_id=reservation_id, shift_id=self.shift_id, grade=self.grade)

    @property
    def approval(self) -> Approval:
        return Approval(force=self.force, consent=self.consent)


Fields = Annotated[HandFields, Form()]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """One trip that a move touches, in words: who, and the vehicles before and after."""

    effect: Effect
    who: str
    before: str
    after: str


@router.get("")
def open_card(desk_call: DeskCallDep, reservation_id: DatabaseId) -> HTMLResponse:
    """The card of one trip: where it is carried, and what can be done by hand."""
    return _card(desk_call, reservation_of(desk_call.call, reservation_id), message="")


@router.post("/trial")
def try_move(desk_call: DeskCallDep, reservation_id: DatabaseId, fields: Fields) -> HTMLResponse:
    """What the move would do and what stands against it; nothing is changed."""
    call = desk_call.call
    trial = call.desk.try_move(service_id=call.service, day=desk_call.day, move=fields.move(reservation_id))
    shown = MoveOut.of(trial, desk_call.day, made=False, lang=call.lang)
    values = {
        "id": reservation_id,
        "fields": fields,
        "trial": trial,
        "sentences": [one.sentence for one in shown.objections],
        "effects": effect_lines(desk_call, trial.effects),
        "promise": [promise_text(one, call.lang) for one in trial.promise],
        "possible": trial.verdict is not MoveVerdict.IMPOSSIBLE,
        "needs_force": bool(trial.objections),
        "action": _action(fields, trial),
        "added_km": f"{trial.added_m / 1000:+.1f}",
    }
    return desk_call.show("hand_trial.html", values)


@router.post("")
def make_move(desk_call: DeskCallDep, reservation_id: DatabaseId, fields: Fields) -> HTMLResponse:
    """Make it; the card says what came of it, and the board is asked for anew."""
    call = desk_call.call
    trial = call.desk.make_move(
        service_id=call.service,
        day=desk_call.day,
        move=fields.move(reservation_id),
        actor=call.actor,
        approval=fields.approval,
    )
    message = f"done_{_done(fields, trial)}"
    answer = _card(desk_call, reservation_of(call, reservation_id), message=message)
    answer.headers.update(DAY_CHANGED)
    return answer


def effect_lines(desk_call: DeskCall, effects: tuple[Effect, ...]) -> list[EffectLine]:
    """The trips touched, each with its rider and the names of the vehicles."""
    call, names = desk_call.call, shift_names(desk_call)
    return [
        EffectLine(
            effect=one,
            who=name_of(call, call.desk.store.reservation(one.reservation_id)),
            before=names.get(one.shift_before, one.shift_before),
            after=names.get(one.shift_after, one.shift_after),
        )
        for one in effects
    ]


def shift_names(desk_call: DeskCall) -> Mapping[str, str]:
    """The names of the vehicles by the shift they drive on this day; the shift is said, too, when a vehicle has two."""
    call, names = desk_call.call, vehicle_names(desk_call.call)
    shifts = call.desk.day_state(service_id=call.service, day=desk_call.day).shifts
    vehicles = [shift.vehicle_id for shift in shifts]
    return {
        shift.shift_id: names.get(shift.vehicle_id, shift.vehicle_id)
        + (f"（{shift.shift_id}）" if vehicles.count(shift.vehicle_id) > 1 else "")
        for shift in shifts
    }


def _action(fields: HandFields, trial: Trial) -> str:
    """What the button says that makes the move."""
    if fields.turn:
        return "turn_force" if trial.objections else "turn_make"
    return "force" if trial.objections else "make_agreed" if trial.promise else "make"


def _done(fields: HandFields, trial: Trial) -> str:
    forced = {"assign": "forced", "reorder": "reorder_forced"}
    return forced.get(fields.does, fields.does) if trial.objections else fields.does


def _card(desk_call: DeskCall, trip: Reservation, *, message: str) -> HTMLResponse:
    call, names = desk_call.call, shift_names(desk_call)
    here = carrier_of(call.desk.plan(service_id=call.service, day=desk_call.day).routes, trip.id)
    values = {
        "trip": trip_line(call, trip),
        "who": name_of(call, trip),
        "carrier": names.get(here, here),
        "carried": here != NOBODY,
        "lock": names.get(trip.vehicle_lock, trip.vehicle_lock),
        "others": [(shift_id, name) for shift_id, name in names.items() if shift_id != here],
        "grades": tuple(Grade),
        "turns": turns_of(desk_call, trip),
        "kept": kept_text(desk_call, trip),
        "message": message,
    }
    return desk_call.show("hand.html", values)
