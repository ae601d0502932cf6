"""The history check: do journal, plans and reservations tell one story, and is it the one that callers were told?

The desk is linearizable by the day's version number: every writing call moves it on by one, so the journal is the
order in which everything happened. The check replays it, in its own words and without the code that wrote it:

1. the chain is whole, and versions never go back; an entry that publishes a plan has a version of its own;
2. after each entry, the trips booked by then are exactly those the plan of that version carries, each boarded and
   alighted once, on one route, inside the promise that held then;
3. no vehicle carries more than one of its layouts holds (a party that changes is counted from its last change on);
4. every acknowledged promise exists exactly once, as it was told; what was told to be cancelled is; nothing exists of
   which nobody was told, unless the answer to that call was lost on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from benchmarks.proof.told import Told
from dispatch.model.duty import ShiftOfDay
from dispatch.model.journal import JournalEntry
from dispatch.model.plan import Plan, Route, Task
from dispatch.model.promise import Promise
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.store.journal import entry_of, verify_chain
from dispatch.store.protocol import Store

OPENING, CHANGING, CLOSING = frozenset({"accepted"}), frozenset({"changed"}), frozenset({"cancelled"})


def history_faults(store: Store, service_id: str, day: date, told: Told) -> tuple[str, ...]:
    """Everything that contradicts, in English; empty when the story holds."""
    chain = store.journal(service_id, day)
    broken = [f"the journal breaks at record {one.seq}: {one.fault}" for one in verify_chain(chain)]
    if broken:
        return tuple(broken)
    entries = [entry_of(record) for record in chain.records]
    trips = {trip.id: trip for trip in store.reservations(service_id, day)}
    shifts = {shift.shift_id: shift for shift in store.day_state(service_id, day).shifts}
    return (
        *_order(entries),
        *_plans(store, entries, trips, shifts),
        *_books(entries, trips),
        *_answers(trips, told),
    )


def _order(entries: list[JournalEntry]) -> Iterator[str]:
    for earlier, later in pairwise(entries):
        if later.version < earlier.version:
            yield f"version {later.version} was written after version {earlier.version}"
    publishing = Counter(entry.version for entry in entries if "plan" in dict(entry.ids))
    for version, count in publishing.items():
        if count > 1:
            yield f"version {version} was published {count} times: an update was lost"


def _plans(
    store: Store, entries: list[JournalEntry], trips: dict[int, Reservation], shifts: dict[str, ShiftOfDay]
) -> Iterator[str]:
    """Each version's plan beside the trips booked by then."""
    booked: set[int] = set()
    settled = {int(dict(entry.ids)["reservation"]): entry.version for entry in entries if entry.kind in CHANGING}
    for entry in entries:
        ids = dict(entry.ids)
        if entry.kind in OPENING:
            booked.add(int(ids["reservation"]))
        elif entry.kind in CLOSING:
            booked.discard(int(ids["reservation"]))
        if "plan" not in ids:
            continue
        plan = store.plan(entry.service_id, entry.date, entry.version)
        if plan.digest != ids["plan"]:
            yield f"plan {entry.version} is not the one the journal names"
        yield from _carries(plan, booked)
        for route in plan.routes:
            known = {number: trip for number, trip in trips.items() if settled.get(number, 0) <= plan.version}
            yield from _fits(plan, route, known, shifts)
    yield from _kept(store, entries, trips)


def _carries(plan: Plan, booked: set[int]) -> Iterator[str]:
    visits = Counter((visit.reservation_id, visit.task) for route in plan.routes for visit in route.visits)
    for trip in booked:
        if any(visits.pop((trip, task), 0) != 1 for task in Task):
            yield f"plan {plan.version} does not carry reservation {trip} once"
    for trip, task in visits:
        yield f"plan {plan.version} lets reservation {trip} {task}, which was not booked then"


def _fits(plan: Plan, route: Route, trips: dict[int, Reservation], shifts: dict[str, ShiftOfDay]) -> Iterator[str]:
    """Order of boarding and alighting, and seats, counted leg by leg."""
    aboard: set[int] = set()
    for visit in route.visits:
        if route.shift_id not in shifts:
            yield f"plan {plan.version}: {route.shift_id} is unknown"
            return
        if visit.task is Task.BOARD:
            aboard.add(visit.reservation_id)
        elif visit.reservation_id in aboard:
            aboard.remove(visit.reservation_id)
        else:
            yield f"plan {plan.version}: reservation {visit.reservation_id} alights before it boards"
        seats = [trips[trip].party.seats() for trip in aboard if trip in trips]
        load = [sum(kinds) for kinds in zip(*seats, strict=True)]
        layouts = shifts[route.shift_id].layouts
        if seats and not any(all(n <= most for n, most in zip(load, layout, strict=True)) for layout in layouts):
            yield f"plan {plan.version}: {route.shift_id} carries {load}, more than it has seats"


def _kept(store: Store, entries: list[JournalEntry], trips: dict[int, Reservation]) -> Iterator[str]:
    """The plan in force keeps the promises that hold; one declared breached, with the least lateness declared."""
    for entry in [entry for entry in entries if "plan" in dict(entry.ids)][-1:]:
        plan = store.plan(entry.service_id, entry.date, entry.version)
        starts = {(v.reservation_id, v.task): v.start_s for route in plan.routes for v in route.visits}
        for trip in trips.values():
            times = [starts[trip.id, task] for task in Task if (trip.id, task) in starts]
            if len(times) == 2 and not _within(trip.limits, pickup_s=times[0], arrival_s=times[1]):
                yield f"plan {plan.version} breaks the promise of reservation {trip.id}"


def _within(promise: Promise, *, pickup_s: int, arrival_s: int) -> bool:
    on_time = promise.pickup_earliest_s <= pickup_s <= promise.pickup_latest_s
    return on_time and arrival_s <= promise.arrival_latest_s


def _books(entries: list[JournalEntry], trips: dict[int, Reservation]) -> Iterator[str]:
    """Each reservation was accepted once, and cancelled once if it is."""
    accepted = Counter(dict(entry.ids)["reservation"] for entry in entries if entry.kind in OPENING)
    cancelled = Counter(dict(entry.ids)["reservation"] for entry in entries if entry.kind in CLOSING)
    for number in {*accepted, *trips}:
        if accepted[number] != 1 or number not in trips:
            there = "there" if number in trips else "gone"
            yield f"reservation {number} was accepted {accepted[number]} times and is {there}"
    for trip in trips.values():
        if cancelled[trip.id] != int(trip.state is ReservationState.CANCELLED):
            yield f"reservation {trip.id} is {trip.state}, and was cancelled {cancelled[trip.id]} times"


def _answers(trips: dict[int, Reservation], told: Told) -> Iterator[str]:
    yield from told.doubled
    for number, promise in told.promised.items():
        if number not in trips:
            yield f"reservation {number} was promised and is lost"
        elif _said(trips[number].promise) != _said(promise):
            yield f"reservation {number} holds another promise than was told"
    for trip in trips.values():
        is_cancelled = trip.state is ReservationState.CANCELLED
        differs = is_cancelled != (trip.id in told.cancelled) and trip.id in told.promised
        if differs and not (is_cancelled and trip.id in told.silent_cancels):
            yield f"reservation {trip.id} is {trip.state}, callers were told otherwise"
    untold = set(trips) - set(told.promised)
    if len(untold) > len(told.silent_offers):
        yield f"{len(untold)} reservations exist of which nobody was told, {len(told.silent_offers)} answers were lost"


def _said(promise: Promise) -> tuple[int, int, int, int]:
    """What of a promise is told to a caller."""
    return promise.pickup_earliest_s, promise.pickup_latest_s, promise.arrival_latest_s, promise.ride_max_s
