"""One day of a history, replayed call by call through the desk, then driven as planned.

Calls come in the order in which they were made, at the moment at which they were made. At the first second of the
service day the trips that the riders really took back are cancelled and the day is planned again under the promises
left; calls of the day itself come after that, and those taken back are cancelled at once. Nothing depends on a wall
clock, so the same day gives the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dispatch.booking.proposal import Offered, Refused
from dispatch.desk import Desk
from dispatch.model.actor import Actor, Role
from dispatch.model.demand import Fate, HistoricalRequest
from dispatch.model.errors import OdekakeError
from dispatch.model.offer import Refusal
from dispatch.model.past_wish import wish_form
from dispatch.model.times import ManualClock, to_moment
from dispatch.model.wish import NO_ID, NO_RIDER, Guest, WishForm
from dispatch.planning.outcome import Iterations
from dispatch.report import Ride, day_summary
from dispatch.study.city import DAY_ZERO

STUDY = Actor(id="study", role=Role.SYSTEM)
NAMELESS = Guest(name="-", kana="-", phone="-")
OUTBOUND_REFUSED = "outbound_refused"
"""Reason of a return that nobody asks for, because its outbound was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What one replayed day adds up to. ``refused`` holds one reason per request that got no promise."""

    requests: int
    served: int
    refused: tuple[str, ...]
    rides: tuple[Ride, ...]
    distance_m: int
    on_road_s: int


class Replay:
    """Replays days at one desk; ``clock`` is the clock of ``desk`` and is moved along.

    ``steps`` bounds the search of each day's re-plan.
    """

    def __init__(self, desk: Desk, clock: ManualClock, *, service_id: str, steps: int) -> None:
        self._desk, self._clock, self._service_id, self._steps = desk, clock, service_id, steps

    def day(self, requests: Sequence[HistoricalRequest]) -> DayFigures:
        """Replay the requests of one service day (at least one, all with the same ``day_offset``)."""
        day = DAY_ZERO + timedelta(days=requests[0].day_offset)
        booked: dict[int, int] = {}
        reasons: list[str] = []
        morning = to_moment(day, 0)
        calls = sorted(requests, key=lambda request: (asked_at(request), request.request_no))
        ahead = [request for request in calls if asked_at(request) < morning]
        self._take(ahead, booked, reasons)
        self._clock.set(morning)
        self._take_back(ahead, booked)
        self._desk.replan(service_id=self._service_id, day=day, actor=STUDY, effort=Iterations(value=self._steps))
        for request in calls[len(ahead) :]:
            self._take([request], booked, reasons)
            self._take_back([request], booked)
        return self._figures(day, len(calls), reasons)

    def _take(self, calls: Sequence[HistoricalRequest], booked: dict[int, int], reasons: list[str]) -> None:
        """Book each call's best offer into ``booked`` (reservation by request number), or note the reason."""
        for request in calls:
            self._clock.set(asked_at(request))
            if request.linked_no != NO_ID and request.linked_no not in booked:
                reasons.append(OUTBOUND_REFUSED)
                continue
            form = self._form(request, linked_to=booked.get(request.linked_no, NO_ID))
            try:
                answer = self._desk.propose(form=form)
            except OdekakeError as error:
                reasons.append(error.code)
                continue
            if isinstance(answer, Refused):
                reasons.append(reason_of(answer.refusal))
            elif isinstance(answer, Offered):
                best = answer.offers[0]
                trip = self._desk.accept(offer_id=best.id, actor=STUDY, overlap_confirmed=True)
                booked[request.request_no] = trip.id

    def _take_back(self, calls: Sequence[HistoricalRequest], booked: dict[int, int]) -> None:
        for request in calls:
            if request.fate is Fate.CANCELLED and request.request_no in booked:
                self._desk.cancel(reservation_id=booked[request.request_no], actor=STUDY, reason="")

    def _form(self, request: HistoricalRequest, *, linked_to: int) -> WishForm:
        """The wish of a historical request; a guest gets a contact that says nothing."""
        day = DAY_ZERO + timedelta(days=request.day_offset)
        form = wish_form(request, service_id=self._service_id, day=day, actor=STUDY, linked_to=linked_to)
        return form if request.rider_id != NO_RIDER else replace(form, guest=NAMELESS)

    def _figures(self, day: date, requests: int, reasons: list[str]) -> DayFigures:
        state = self._desk.day_state(service_id=self._service_id, day=day)
        summary = day_summary(state, self._desk.travel_times(service_id=self._service_id, day=day))
        return DayFigures(
            requests=requests,
            served=requests - len(reasons),
            refused=tuple(reasons),
            rides=summary.rides,
            distance_m=summary.distance_m,
            on_road_s=summary.on_road_s,
        )


def asked_at(request: HistoricalRequest) -> datetime:
    """The moment of the call."""
    return to_moment(DAY_ZERO + timedelta(days=request.asked_day_offset), request.asked_time_s)


def reason_of(refusal: Refusal) -> str:
    """One word for a refusal: its code, or the rule that blocks most vehicles (the first in the alphabet of equals)."""
    rules = [vehicle.rule.value for vehicle in refusal.vehicles]
    if not rules:
        return refusal.code
    return min(set(rules), key=lambda rule: (-rules.count(rule), rule))
