"""Whatever a dispatcher moves, locks, forces or agrees with a rider, in any order: the checker stays silent."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import HealthCheck, event, given, settings

from dispatch.booking.proposal import Offered
from dispatch.model.errors import Conflict, RuleRefused
from dispatch.moves.move import Approval, Assign, Grade, Lock, Move, MoveVerdict, Unlock
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from tests.scenarios.test_replan import CALLS
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules

SHIFTS = st.sampled_from(["S1", "S2", "S3"])
TRIPS = st.integers(min_value=0, max_value=len(CALLS) - 1)
MOVES = st.one_of(
    st.builds(Assign, reservation_id=TRIPS, shift_id=SHIFTS, grade=st.sampled_from(Grade)),
    st.builds(Lock, reservation_id=TRIPS),
    st.builds(Unlock, reservation_id=TRIPS),
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
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_moves_keep_every_promise(moves: list[tuple[Move, Approval]], minutes: int, replan: bool) -> None:
    """A promise changes only with consent and only for the rider moved; a refused move changes nothing."""
    town, booked = crowded()
    town.clock.advance(seconds=minutes * 60)
    for drawn, approval in moves:
        move = numbered(drawn, booked)
        before = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
        try:
            trial = town.desk.make_move(service_id=SERVICE, day=TUESDAY, move=move, actor=OPERATOR, approval=approval)
        except (Conflict, RuleRefused) as refused:
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
        assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    if replan:
        town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=20))
        assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def numbered(move: Move, booked: list[int]) -> Move:
    """The move with a trip of the day instead of its place in the list."""
    trip = booked[move.reservation_id % len(booked)]
    match move:
        case Assign(shift_id=shift_id, grade=grade):
            return Assign(reservation_id=trip, shift_id=shift_id, grade=grade)
        case Lock():
            return Lock(reservation_id=trip)
        case Unlock():
            return Unlock(reservation_id=trip)
