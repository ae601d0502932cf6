"""A held offer can be accepted until its last second, whatever others do meanwhile; and holds never overbook a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dispatch.booking.hold_pair import HeldPair
from dispatch.booking.proposal import Offered, PairOffered
from dispatch.model.errors import Conflict, OdekakeError
from dispatch.model.hold import Hold
from dispatch.model.times import clock_text
from dispatch.model.wish import BackForm, PairForm
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, PLACES, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

SPOTS = st.sampled_from(["home", *(place.id for place in PLACES)])
WISHES = st.tuples(
    st.sampled_from([f"R{number}" for number in range(10)]),
    st.tuples(SPOTS, SPOTS).filter(lambda ends: ends[0] != ends[1]),
    st.integers(min_value=8 * 12, max_value=11 * 12).map(lambda step: clock_text(step * 300)),
    st.integers(min_value=1, max_value=4),
    st.integers(min_value=0, max_value=2),
)
STEPS = st.one_of(
    st.tuples(st.just("hold"), WISHES),
    st.tuples(st.just("hold_pair"), WISHES),
    st.tuples(st.just("book"), WISHES),
    st.tuples(st.just("cancel"), st.integers(0, 20)),
    st.tuples(st.just("take"), st.integers(0, 20)),
    st.tuples(st.just("replan"), st.integers(1, 40)),
    st.tuples(st.just("wait"), st.integers(1, 90)),
)
REFUSED_WHILE_HELD = {"cannot_hold", "offer_gone"}
"""What may be said to others while an offer is held; never to who holds it."""

NEVER_REFUSED = {"take", "cancel", "replan", "wait"}


@dataclass
class Morning:
    """A crowded morning of two small taxis, told step by step."""

    town: Town
    holds: list[Hold]
    trips: list[int]
    pairs: list[HeldPair] = field(default_factory=list)

    def hold_pair(self, wish: tuple[str, tuple[str, str], str, int, int]) -> None:
        """The same wish with a way back half an hour after it."""
        rider, ends, time, people, which = wish
        out = self.town.drawn(rider, ends, time, people=people)
        back = BackForm(origin=out.destination, destination=out.origin, stay_s=1800)
        answer = self.town.desk.propose_pair(form=PairForm(outbound=out, back=back))
        if isinstance(answer, PairOffered):
            pair = answer.pairs[which % len(answer.pairs)]
            self.pairs.append(self.town.desk.hold_pair(offer_id=pair.id, actor=OPERATOR))

    def offer(self, wish: tuple[str, tuple[str, str], str, int, int]) -> list[int]:
        rider, ends, time, people, which = wish
        form = self.town.drawn(rider, ends, time, people=people)
        answer = self.town.desk.propose(form=form)
        return [answer.offers[which % len(answer.offers)].id] if isinstance(answer, Offered) else []

    def hold(self, wish: tuple[str, tuple[str, str], str, int, int]) -> None:
        for offer_id in self.offer(wish):
            self.holds.append(self.town.desk.hold(offer_id=offer_id, actor=OPERATOR))

    def book(self, wish: tuple[str, tuple[str, str], str, int, int]) -> None:
        for offer_id in self.offer(wish):
            self.trips.append(self.town.desk.accept(offer_id=offer_id, actor=OPERATOR, overlap_confirmed=True).id)

    def cancel(self, which: int) -> None:
        for number in self.trips[which : which + 1]:
            self.town.desk.cancel(reservation_id=number, actor=OPERATOR, reason="")
            self.trips.remove(number)

    def take(self, which: int) -> None:
        """Somebody accepts what is held: it is given as it was said, or its time was over."""
        for held in self.holds[which : which + 1]:
            self.holds.remove(held)
            if held.live(self.town.clock.now()):
                self.accept(held)

    def accept(self, held: Hold) -> None:
        trip = self.town.desk.accept(offer_id=held.offer_id, actor=OPERATOR, overlap_confirmed=True)
        assert trip.promise == held.trip.promise
        self.trips.append(trip.id)

    def accept_both(self, held: HeldPair) -> None:
        booked = self.town.desk.accept_pair(offer_id=held.back.offer_id, actor=OPERATOR, overlap_confirmed=True)
        assert (booked.outbound.promise, booked.back.promise) == (held.outbound.trip.promise, held.back.trip.promise)
        self.trips += [booked.outbound.id, booked.back.id]

    def replan(self, steps: int) -> None:
        self.town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=steps))

    def wait(self, seconds: int) -> None:
        self.town.clock.advance(seconds=seconds)


def code_of(step: Callable[[], None]) -> str:
    """What a step was turned away for; empty when it went well."""
    try:
        step()
    except OdekakeError as error:
        event(error.code)
        return error.code
    return ""


@given(steps=st.lists(STEPS, min_size=6, max_size=25))
@settings(max_examples=40)
def test_a_held_offer_is_always_acceptable(steps: list[tuple[str, object]]) -> None:
    """Hold, book, cancel, re-plan and wait in any order: what is still held at the end is accepted, one by one."""
    rules = town_rules(promise={"search_earlier_min": 15, "search_later_min": 15})
    morning = Morning(open_town(MemoryStore(), rules=rules, layouts=(((3, 0),), ((4, 1),))), [], [])
    for name, argument in steps:
        step = getattr(morning, name)
        if name in NEVER_REFUSED:
            step(argument)
        else:
            assert code_of(lambda step=step, argument=argument: step(argument)) in {"", *REFUSED_WHILE_HELD}
        assert morning.town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    live = [held for held in morning.holds if held.live(morning.town.clock.now())]
    both = [held for held in morning.pairs if held.back.live(morning.town.clock.now())]
    event(f"{len(live)} and {len(both)} pairs held at the end")
    accepting = [*((morning.accept_both, held) for held in both), *((morning.accept, held) for held in live)]
    for accept, held in accepting[:: 1 if len(steps) % 2 else -1]:
        accept(held)
        assert morning.town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
    booked = {trip.id for trip in morning.town.store.day_state(SERVICE, TUESDAY).reservations}
    assert booked == set(morning.trips)


def test_the_end_of_a_hold_needs_nobody() -> None:
    """Three hold, nobody does anything, three minutes later everything is offered as on an empty day."""
    town = open_town(MemoryStore(), rules=town_rules())
    empty = open_town(MemoryStore(), rules=town_rules())
    for rider in ("R1", "R2", "R3"):
        offer = town.offered(town.wish(rider, origin="home", destination="clinic", after="9:00")).offers[0]
        town.desk.hold(offer_id=offer.id, actor=OPERATOR)
    for one in (town, empty):
        one.clock.advance(seconds=181)
    wanted = [
        [(offer.promise, offer.vehicle_id, offer.pickup_s, offer.added_m) for offer in answer.offers]
        for one in (town, empty)
        for answer in [one.offered(one.wish("R4", origin="home", destination="market", after="9:00"))]
    ]
    assert wanted[0] == wanted[1]


def test_two_who_hold_the_last_seat() -> None:
    """One taxi, one hour: the second who was offered it cannot hold it, too."""
    rules = town_rules(promise={"search_earlier_min": 0, "search_later_min": 0})
    town = open_town(MemoryStore(), rules=rules, layouts=(((4, 0),),))
    offers = [
        town.offered(town.wish(rider, origin="depot", destination="spa", after="9:00", party=party_of(3))).offers[0]
        for rider in ("R1", "R2")
    ]
    town.desk.hold(offer_id=offers[0].id, actor=OPERATOR)
    with pytest.raises(Conflict, match="offer_gone"):
        town.desk.hold(offer_id=offers[1].id, actor=OPERATOR)
