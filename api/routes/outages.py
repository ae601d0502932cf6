"""Vehicles that leave the road before their shift is over: tried, made, lifted."""

from __future__ import annotations

from fastapi import APIRouter

from api.context import CallDep
from api.lookup import DayNumber
from api.routes.documented import problems
from api.schemas.moments import DayPath
from api.schemas.outages import OutageIn, OutageOut, WithdrawalOut

router = APIRouter(prefix="/days/{date}/outages", tags=["days"])


@router.get("", summary="Vehicles off the road", responses=problems())
def list_outages(call: CallDep, day: DayPath) -> list[OutageOut]:
    """All of the day by number, the lifted ones included."""
    return [OutageOut.of(one) for one in call.desk.store.outages(call.service, day)]


@router.post("", summary="Take a vehicle off the road", responses=problems(409))
def take_off(call: CallDep, day: DayPath, asked: OutageIn) -> WithdrawalOut:
    """A breakdown, an exchange, a shift called off: try it (``dry_run``), or make it. The plan follows at once.

    What was driven stays; who is aboard is fetched where the vehicle stands. Promises that cannot be kept, and trips
    that nobody can drive, are named first and need to be accepted.
    """
    wanted = asked.withdrawal(day)
    if asked.dry_run:
        trial = call.desk.try_withdrawal(service_id=call.service, day=day, asked=wanted, actor=call.actor)
    else:
        trial = call.desk.withdraw(
            service_id=call.service, day=day, asked=wanted, actor=call.actor, accepted=asked.accepted
        )
    return WithdrawalOut.of(trial, day, made=not asked.dry_run)


@router.post("/{number}/lift", summary="Put a vehicle back on the road", responses=problems(409))
def lift_outage(call: CallDep, day: DayPath, number: DayNumber) -> OutageOut:
    """As long as no other vehicle has begun what it left; the plan follows at once."""
    return OutageOut.of(call.desk.lift(service_id=call.service, day=day, number=number, actor=call.actor))
