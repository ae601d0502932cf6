"""Whatever a dispatcher moves, locks, puts in order, forces or agrees with a rider: the checker stays silent."""

from __future__ import annotations

import json

import hypothesis.strategies as st
from hypothesis import event, given, settings

from dispatch.booking.proposal import Offered
from dispatch.model.errors import Conflict, InvalidInput, RuleRefused
from dispatch.model.plan import Task, carrier_of
from dispatch.model.reservation import KeptOrder, Side
from dispatch.moves.move import Approval, Assign, Grade, Lock, Move, MoveVerdict, Reorder, Unlock
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from tests.scenarios.test_replan import CALLS
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules

SHIFTS = st.sampled_from(["S1", "S2", "S3"])
TRIPS = st.integers(min_value=0, max_value=len(CALLS) - 1)
REORDERS = st.builds(
    Reorder,
    reservation_id=TRIPS,
    task=st.sampled_from(Task),
    side=st.sampled_from(Side),
    other_id=TRIPS,
    other_task=st.sampled_from(Task),
)
MOVES = st.one_of(
    st.builds(Assign, reservation_id=TRIPS, shift_id=SHIFTS, grade=st.sampled_from(Grade)),
    st.builds(Lock, reservation_id=TRIPS),
    st.builds(Unlock, reservation_id=TRIPS),
    REORDERS,
)
APPROVALS = st.builds(Approval, force=st.booleans(), consent=st.sampled_from(["", "rider"]))
LAYOUTS = (((2, 0),), ((1, 0),), ((4, 1), (6, 0)))


def crowded() -> tuple[Town, list[int]]:
    """Three taxis and as many of the ten calls as they can take; the numbers of those booked."""
    town, booked = open_town(MemoryStore(), rules=town_rules(), layouts=LAYOUTS), []
    for rider, origin, destination, time in CALLS:
        answer = town.desk.propose(form=town.wish(rider, origin=origin, destination=destination, after=time))
        if isinstance(answer, Offered):
            booked.append(town.desk.accept(offer_id=answer.offers[0].id, actor=OPERATOR).id)
    return town, booked


@given(
    moves=st.lists(st.tuples(MOVES, APPROVALS), max_size=8),
    minutes=st.integers(min_value=0, max_value=17 * 60),
    replan=st.booleans(),
)
@settings(max_examples=25)
def test_any_moves_keep_every_promise(moves: list[tuple[Move, Approval]], minutes: int, replan: bool) -> None:
    """A promise changes only with consent and only for the rider moved; a refused move changes nothing."""
    check_all(moves, minutes=minutes, replan=replan)


@given(moves=st.lists(st.tuples(REORDERS, APPROVALS), min_size=4, max_size=8))
@settings(max_examples=15)
def test_any_orders_keep_every_promise_and_stand_after_a_search(moves: list[tuple[Move, Approval]]) -> None:
    """The same of visits moved within their routes alone, so that orders meet orders made before."""
    check_all(moves, minutes=0, replan=True)


def check_all(moves: list[tuple[Move, Approval]], *, minutes: int, replan: bool) -> None:
    """Make the moves one after the other, then perhaps search; after each step every promise is kept."""
    town, booked = crowded()
    town.clock.advance(seconds=minutes * 60)
    for drawn, approval in moves:
        move = numbered(drawn, booked, town)
        before = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
        try:
            trial = town.desk.make_move(service_id=SERVICE, day=TUESDAY, move=move, actor=OPERATOR, approval=approval)
        except (Conflict, InvalidInput, RuleRefused) as refused:
            event(refused.code)
            assert town.desk.day_state(service_id=SERVICE, day=TUESDAY) == before
            continue
        event(trial.verdict)
        after = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
        changed = {
            new.id
            for old, new in zip(before.reservations, after.reservations, strict=True)
            if old.promise != new.promise
        }
        assert changed == ({move.reservation_id} if trial.verdict is MoveVerdict.NEEDS_CONSENT else set())
        assert not changed or approval.consent
        assert not trial.objections or approval.force
        forced = dict(json.loads(town.store.journal(SERVICE, TUESDAY).records[-1].body)["ids"]).get("forced", 0)
        assert forced == int(bool(trial.objections))
        assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    if replan:
        standing = orders_standing(town)
        town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=20))
        assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
        assert orders_standing(town) == standing


def numbered(move: Move, booked: list[int], town: Town) -> Move:
    """The move with a trip of the day instead of its place in the list; an order is mostly one of a single route."""
    trip = booked[move.reservation_id % len(booked)]
    match move:
        case Assign(shift_id=shift_id, grade=grade):
            return Assign(reservation_id=trip, shift_id=shift_id, grade=grade)
        case Lock():
            return Lock(reservation_id=trip)
        case Unlock():
            return Unlock(reservation_id=trip)
        case Reorder(task=task, side=side, other_id=other, other_task=other_task):
            routes = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
            near = [one for one in booked if one != trip and carrier_of(routes, one) == carrier_of(routes, trip)]
            beside = near[other % len(near)] if near else booked[other % len(booked)]
            return Reorder(reservation_id=trip, task=task, side=side, other_id=beside, other_task=other_task)


def orders_standing(town: Town) -> set[tuple[int, KeptOrder]]:
    """The orders kept by hand that the plan in force follows, with the trip that keeps each."""
    state = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    found: set[tuple[int, KeptOrder]] = set()
    for route in state.plan.routes:
        at = {(visit.reservation_id, visit.task): turn for turn, visit in enumerate(route.visits)}
        for trip in state.reservations:
            for kept in trip.keeps:
                own, other = at.get((trip.id, kept.task)), at.get((kept.other_id, kept.other_task))
                if own is not None and other is not None and (own < other) == (kept.side is Side.BEFORE):
                    found.add((trip.id, kept))
    return found
