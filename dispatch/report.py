"""The figures of one planned day, for the desk and the command line.

Scheduled times are compared with promises; nothing here is a forecast. Sums are kept as whole seconds and metres and
divided only when they are shown, so that figures of several days can be added without rounding errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dispatch.model.day_state import DayState
from dispatch.model.plan import Route, Task, Visit
from dispatch.model.reservation import Reservation
from dispatch.model.stop import spots_of, stops_of
from dispatch.model.wording import Lang, say
from maps.travel_times.lookup import slowest_period
from maps.travel_times.protocol import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One served trip: scheduled boarding and drop, and the direct drive it replaces (slowest period of the day).

    ``ride_s`` runs from the end of boarding to the stop at the drop. ``shared``: somebody else was in the vehicle
    while it drove with this party aboard.
    """

    reservation_id: int
    people: int
    wait_s: int  # scheduled boarding minus the start of the promised window
    ride_s: int
    direct_s: int
    shared: bool
    kept: bool  # the plan keeps the promise: window, arrival and longest ride


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """A day at one plan version. ``rides`` are ordered by reservation id; ``unserved`` are ids without a ride.

    ``distance_m`` and ``on_road_s`` are over all routes, from leaving the depot to coming back.
    """

    vehicles_on_duty: int
    vehicles_used: int
    distance_m: int
    on_road_s: int
    rides: tuple[Ride, ...]
    unserved: tuple[int, ...]

    @property
    def broken(self) -> tuple[int, ...]:
        """Ids of the rides whose promise the plan does not keep."""
        return tuple(ride.reservation_id for ride in self.rides if not ride.kept)

    @property
    def people(self) -> int:
        return sum(ride.people for ride in self.rides)

    @property
    def shared(self) -> int:
        return sum(ride.shared for ride in self.rides)


def day_summary(state: DayState, travel: TravelTimes) -> DaySummary:
    """The figures of the current plan of a day."""
    trips = {trip.id: trip for trip in state.reservations}
    used = [route for route in state.plan.routes if route.visits]
    visits = _visits_by_trip(used)
    direct_s = _direct_times_s(state, travel)
    shared = frozenset(trip_id for route in used for trip_id in _sharing(route))
    rides = [
        _ride(trips[trip_id], board=board, alight=alight, direct_s=direct_s[trip_id], shared=trip_id in shared)
        for trip_id, (board, alight) in sorted(visits.items())
    ]
    return DaySummary(
        vehicles_on_duty=len({shift.vehicle_id for shift in state.shifts}),
        vehicles_used=len({route.vehicle_id for route in used}),
        distance_m=sum(route.distance_m for route in used),
        on_road_s=sum(route.arrive_s - route.depart_s for route in used),
        rides=tuple(rides),
        unserved=tuple(trip_id for trip_id in sorted(trips) if trip_id not in visits),
    )


def percentile_s(values_s: Sequence[int], *, percent: int) -> int:
    """The smallest of ``values_s`` that at least ``percent`` % of them do not exceed (nearest rank), seconds.

    Raises
    ------
    ValueError
        When there is no value, or ``percent`` is not in 1 to 100.
    """
    if not values_s or not 1 <= percent <= 100:
        raise ValueError("a percentile needs values and a percentage from 1 to 100")
    rank = -(-percent * len(values_s) // 100)  # rounded up
    return sorted(values_s)[rank - 1]


def summary_figures(summary: DaySummary) -> Mapping[str, int | float]:
    """The figures by name, for JSON. A figure that has no meaning (nobody rides) is left out."""
    rides = summary.rides
    figures: dict[str, int | float] = {
        "rides": len(rides),
        "people": summary.people,
        "unserved": len(summary.unserved),
        "promises_broken": len(summary.broken),
        "vehicles_on_duty": summary.vehicles_on_duty,
        "vehicles_used": summary.vehicles_used,
        "distance_m": summary.distance_m,
        "on_road_s": summary.on_road_s,
    }
    if rides:
        waits_s = [ride.wait_s for ride in rides]
        figures["km_per_ride"] = summary.distance_m / 1000 / len(rides)
        figures["shared_share"] = summary.shared / len(rides)
        figures["wait_p50_s"] = percentile_s(waits_s, percent=50)
        figures["wait_p90_s"] = percentile_s(waits_s, percent=90)
    direct_s = sum(ride.direct_s for ride in rides)
    if direct_s:
        figures["ride_over_direct"] = sum(ride.ride_s for ride in rides) / direct_s
    return figures


def summary_rows(summary: DaySummary, *, lang: Lang = Lang.JA) -> tuple[tuple[str, str], ...]:
    """Label and value of every figure, in words, for a table."""
    return tuple(
        (say(f"report.{name}.label", lang), _value_text(name, value, lang=lang))
        for name, value in summary_figures(summary).items()
    )


def _value_text(name: str, value: float, *, lang: Lang) -> str:
    shown = {
        "distance_m": f"{value / 1000:.1f}",
        "on_road_s": f"{value / 3600:.1f}",
        "km_per_ride": f"{value:.2f}",
        "shared_share": f"{value * 100:.0f}",
        "wait_p50_s": f"{value / 60:.0f}",
        "wait_p90_s": f"{value / 60:.0f}",
        "ride_over_direct": f"{value:.2f}",
    }
    return say(f"report.{name}.value", lang, value=shown.get(name, str(value)))


def _visits_by_trip(routes: Sequence[Route]) -> Mapping[int, tuple[Visit, Visit]]:
    """Boarding and alighting of every trip that the routes carry to its end."""
    visits = [visit for route in routes for visit in route.visits]
    boards = {visit.reservation_id: visit for visit in visits if visit.task is Task.BOARD}
    alights = {visit.reservation_id: visit for visit in visits if visit.task is Task.ALIGHT}
    return {trip_id: (boards[trip_id], alights[trip_id]) for trip_id in boards.keys() & alights.keys()}


def _direct_times_s(state: DayState, travel: TravelTimes) -> Mapping[int, int]:
    """Driving straight from the planned origin to the planned destination, by reservation id, seconds."""
    spots = spots_of(state)
    row = {key: index for index, key in enumerate(spots)}
    times_s = slowest_period(travel.table([spot.at for spot in spots.values()])).travel_s[0]
    return {trip.id: int(times_s[row[trip.origin.key], row[trip.destination.key]]) for trip in state.reservations}


def _ride(trip: Reservation, *, board: Visit, alight: Visit, direct_s: int, shared: bool) -> Ride:
    promise = trip.promise
    ride_s = alight.start_s - board.start_s - board.service_s
    kept = (
        promise.pickup_earliest_s <= board.start_s <= promise.pickup_latest_s
        and alight.start_s <= promise.arrival_latest_s
        and ride_s <= promise.ride_max_s
    )
    return Ride(
        reservation_id=trip.id,
        people=trip.party.size,
        wait_s=board.start_s - promise.pickup_earliest_s,
        ride_s=ride_s,
        direct_s=direct_s,
        shared=shared,
        kept=kept,
    )


def _sharing(route: Route) -> frozenset[int]:
    """Trips that drive at least one leg together with another."""
    aboard: set[int] = set()
    sharing: set[int] = set()
    for stop, _ in pairwise(stops_of(route)):
        for visit in stop.visits:
            if visit.task is Task.BOARD:
                aboard.add(visit.reservation_id)
            else:
                aboard.discard(visit.reservation_id)
        if len(aboard) > 1:
            sharing |= aboard
    return frozenset(sharing)
