"""Reservations over HTTP: what is promised and, apart from it, what is scheduled."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.schemas.moments import MomentOut
from api.schemas.offers import PromiseOut
from api.schemas.parties import PassengerModel, from_party
from api.schemas.spots import SpotOut
from dispatch.model.plan import Plan, Route, Task
from dispatch.model.promise import NO_PROMISE_YET, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.times import to_moment


class ScheduledOut(BaseModel):
    """The trip in the present plan. It may change with every plan; the promise does not."""

    vehicle_id: str
    pickup: MomentOut
    arrival: MomentOut

    @classmethod
    def found_in(cls, plan: Plan, reservation_id: int) -> list[ScheduledOut]:
        """The scheduled trip, or nothing when the plan does not hold the reservation (a cancelled one)."""
        found = (cls._on_route(route, reservation_id, plan.date) for route in plan.routes)
        return [trip for trips in found for trip in trips]

    @classmethod
    def _on_route(cls, route: Route, reservation_id: int, day: date) -> list[ScheduledOut]:
        at = {visit.task: visit.start_s for visit in route.visits if visit.reservation_id == reservation_id}
        if len(at) < len(Task):
            return []
        pickup, arrival = to_moment(day, at[Task.BOARD]), to_moment(day, at[Task.ALIGHT])
        return [cls(vehicle_id=route.vehicle_id, pickup=pickup, arrival=arrival)]


class ReservationOut(BaseModel):
    """One reservation. ``scheduled`` is empty or holds one trip."""

    id: int
    request_id: int
    date: date
    state: ReservationState
    rider_id: str = Field(description="Empty for a guest.")
    party: list[PassengerModel]
    origin: SpotOut
    destination: SpotOut
    promise: PromiseOut | None = Field(description="None while it waits for its call (state `waiting`).")
    promise_state: PromiseState
    scheduled: list[ScheduledOut]
    boarding_s: int
    alighting_s: int
    fare_yen: int
    vouchers: int
    purpose: str
    linked_to: int

    @classmethod
    def of(cls, reservation: Reservation, plan: Plan) -> ReservationOut:
        scheduled = ScheduledOut.found_in(plan, reservation.id)
        return cls.unplanned(reservation).model_copy(update={"scheduled": scheduled})

    @classmethod
    def unplanned(cls, reservation: Reservation) -> ReservationOut:
        """One that stands in no plan."""
        return cls(
            id=reservation.id,
            request_id=reservation.request_id,
            date=reservation.date,
            state=reservation.state,
            rider_id=reservation.rider_id,
            party=from_party(reservation.party),
            origin=SpotOut.of(reservation.origin),
            destination=SpotOut.of(reservation.destination),
            promise=_promised(reservation),
            promise_state=reservation.promise_state,
            scheduled=[],
            boarding_s=reservation.boarding_s,
            alighting_s=reservation.alighting_s,
            fare_yen=reservation.fare_yen,
            vouchers=reservation.vouchers,
            purpose=reservation.purpose,
            linked_to=reservation.linked_to,
        )


def _promised(reservation: Reservation) -> PromiseOut | None:
    if reservation.promise == NO_PROMISE_YET:
        return None
    return PromiseOut.of(reservation.promise, day=reservation.date)
