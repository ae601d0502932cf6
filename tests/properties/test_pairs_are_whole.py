"""Whatever happens around them, and in whatever order, pairs are held and booked whole: both legs, or neither."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import event, given, settings
from hypothesis import strategies as st

from dispatch.booking.proposal import BookedPair, Offered, PairOffered
from dispatch.model.errors import Conflict
from dispatch.model.hold import Hold
from dispatch.model.offer import OfferPair
from dispatch.model.reservation import ReservationState
from dispatch.model.times import clock_text
from dispatch.model.wish import BackForm, Outcome, PairForm
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, PLACES, SERVICE, TUESDAY, Town, open_town, town_rules

RIDERS = st.sampled_from([f"R{number}" for number in range(10)])
ENDS = st.sampled_from([(a.id, b.id) for a in PLACES for b in PLACES if a.id != b.id])
TIMES = st.integers(min_value=8 * 12, max_value=11 * 12).map(lambda step: clock_text(step * 300))
PEOPLE = st.integers(min_value=1, max_value=3)
ASKS = st.tuples(st.just("ask"), st.tuples(RIDERS, ENDS, TIMES, PEOPLE, st.integers(0, 120)))
STEPS = st.one_of(
    ASKS,
    st.tuples(st.just("take"), st.tuples(st.integers(0, 5), st.integers(0, 4))),
    st.tuples(st.just("hold"), st.tuples(st.integers(0, 5), st.integers(0, 4))),
    st.tuples(st.just("release"), st.tuples(st.integers(0, 5), st.integers(0, 4))),
    st.tuples(st.just("book"), st.tuples(RIDERS, ENDS, TIMES, PEOPLE)),
    st.tuples(st.just("cancel"), st.integers(0, 12)),
    st.tuples(st.just("replan"), st.integers(1, 15)),
    st.tuples(st.just("wait"), st.integers(1, 300)),
)
TURNED_AWAY = {"offer_gone", "offer_taken", "offer_expired"}
NOT_HELD = {*TURNED_AWAY, "cannot_hold"}


@dataclass
class Morning:
    """Two small taxis; ``asked`` are the pairs of each call, ``booked`` those accepted, ``cancelled`` single legs."""

    town: Town
    asked: list[tuple[OfferPair, ...]] = field(default_factory=list)
    booked: list[BookedPair] = field(default_factory=list)
    cancelled: set[int] = field(default_factory=set)

    def ask(self, wish: tuple[str, tuple[str, str], str, int, int]) -> None:
        rider, ends, time, people, stay_min = wish
        out = self.town.drawn(rider, ends, time, people=people)
        back = BackForm(origin=out.destination, destination=out.origin, stay_s=stay_min * 60)
        answer = self.town.desk.propose_pair(form=PairForm(outbound=out, back=back))
        if isinstance(answer, PairOffered):
            self.asked.append(answer.pairs)

    def meant(self, which: tuple[int, int]) -> list[OfferPair]:
        """The pair of these numbers, counted round; none before anybody has asked."""
        if not self.asked:
            return []
        pairs = self.asked[which[0] % len(self.asked)]
        return [pairs[which[1] % len(pairs)]]

    def take(self, which: tuple[int, int]) -> None:
        """Somebody says yes, perhaps late, perhaps twice; whoever is turned away is not given one leg."""
        for pair in self.meant(which):
            code, held = "booked", bool(self.holds(pair))
            try:
                made = self.town.desk.accept_pair(offer_id=pair.id, actor=OPERATOR, overlap_confirmed=True)
                self.booked.append(made)
            except Conflict as conflict:
                code = conflict.code
            event(code)
            assert code in ({"booked"} if held else {"booked", *TURNED_AWAY})

    def holds(self, pair: OfferPair) -> list[Hold]:
        """What is held of a pair at this moment."""
        now, holds = self.town.clock.now(), self.town.store.day_state(SERVICE, TUESDAY).holds
        return [one for one in holds if one.live(now) and one.offer_id in {pair.outbound.id, pair.back.id}]

    def hold(self, which: tuple[int, int]) -> None:
        """Somebody thinks; whoever is turned away holds nothing."""
        for pair in self.meant(which):
            code = ""
            try:
                self.town.desk.hold_pair(offer_id=pair.id, actor=OPERATOR)
            except Conflict as conflict:
                code = conflict.code
            event(f"not held: {code}" if code else "held")
            assert code in {"", *NOT_HELD}
            assert len(self.holds(pair)) == (0 if code else 2)

    def release(self, which: tuple[int, int]) -> None:
        """By the number of either leg: nothing is held of the pair afterwards."""
        for pair in self.meant(which):
            leg = pair.outbound if which[1] % 2 else pair.back
            self.town.desk.release(offer_id=leg.id, actor=OPERATOR)
            assert self.holds(pair) == []

    def book(self, wish: tuple[str, tuple[str, str], str, int]) -> None:
        rider, ends, time, people = wish
        form = self.town.drawn(rider, ends, time, people=people)
        answer = self.town.desk.propose(form=form)
        if isinstance(answer, Offered):
            code = ""
            try:
                self.town.desk.accept(offer_id=answer.offers[0].id, actor=OPERATOR, overlap_confirmed=True)
            except Conflict as conflict:
                code = conflict.code
            assert code in {"", "offer_gone"}  # a pair that is held stays possible

    def cancel(self, which: int) -> None:
        for trip in self.town.store.day_state(SERVICE, TUESDAY).reservations[which : which + 1]:
            self.town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")
            self.cancelled.add(trip.id)

    def replan(self, steps: int) -> None:
        self.town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=steps))

    def wait(self, seconds: int) -> None:
        self.town.clock.advance(seconds=seconds)

    def check(self) -> None:
        """Both legs of every pair stand unless called off one by one; of every other pair, neither does."""
        trips = {trip.id: trip for trip in self.town.store.reservations(SERVICE, TUESDAY)}
        for made in self.booked:
            for leg in (made.outbound, made.back):
                stands = trips[leg.id].state is ReservationState.BOOKED
                assert stands is (leg.id not in self.cancelled)
            assert trips[made.back.id].linked_to == made.outbound.id
            ends_s = made.outbound.promise.arrival_latest_s + made.outbound.alighting_s
            assert made.back.promise.pickup_earliest_s >= ends_s
        requests = {trip.request_id for trip in trips.values()}
        for pairs in self.asked:
            legs = {pairs[0].outbound.request_id, pairs[0].back.request_id}
            assert len(legs & requests) in {0, 2}
            outcomes = {self.town.store.request(number).outcome is Outcome.BOOKED for number in legs}
            assert outcomes == {legs <= requests}
        for pairs in self.asked:
            for pair in pairs:
                assert len({one.until for one in self.holds(pair)}) == len(self.holds(pair)) // 2
        assert self.town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


@given(calls=st.lists(ASKS, min_size=1, max_size=3), steps=st.lists(STEPS, min_size=4, max_size=14))
@settings(max_examples=20)
def test_pairs_are_booked_whole(calls: list[tuple[str, object]], steps: list[tuple[str, object]]) -> None:
    """Pairs asked for, held, given up, taken late or twice, beside single trips, cancellations and re-plans."""
    rules = town_rules(promise={"search_earlier_min": 15, "search_later_min": 30})
    morning = Morning(open_town(MemoryStore(), rules=rules, layouts=(((3, 0),), ((4, 1),))))
    for name, argument in (*calls, *steps):
        getattr(morning, name)(argument)
        morning.check()
    assert morning.town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()
    event(f"{len(morning.booked)} pairs booked")
