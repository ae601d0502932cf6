"""Nouns as text and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.actor import Actor, Channel, Role
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.plan import BreakSlot, Plan, PlanReason, Proof, Route, Task, Visit, empty_plan, plan_digest
from dispatch.model.promise import Promise, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.times import TOKYO
from dispatch.model.wish import TimeKind, Wish
from dispatch.store import codec
from dispatch.store.codec import Codec
from maps.geo import LatLon
from tests.dispatch.store.example_city import Example

NounT = TypeVar("NounT")


def passenger_at(index: int, *, size: int) -> st.SearchStrategy[Passenger]:
    """Passenger ``index`` of a party of ``size``; nobody accompanies themselves."""
    others = [other for other in range(-1, size) if other != index]
    return st.builds(
        Passenger,
        fare_class=st.sampled_from(FareClass),
        aid=st.sampled_from(Aid),
        companion_of=st.sampled_from(others),
    )


texts = st.text(max_size=8)
numbers = st.integers(-(2**40), 2**40)
seconds = st.integers(0, 108_000)
minutes = st.integers(0, 1800).map(lambda minute: minute * 60)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
moments = st.integers(0, 10**15).map(lambda n: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=n))
points = st.builds(LatLon, st.floats(-90, 90), st.floats(-180, 180))
spots = st.builds(Spot, kind=st.sampled_from(SpotKind), id=texts, at=points, erased=st.booleans())
actors = st.builds(Actor, id=texts, role=st.sampled_from(Role), on_behalf_of=texts)
parties = st.integers(1, 4).flatmap(
    lambda size: st.builds(Party, passengers=st.tuples(*(passenger_at(index, size=size) for index in range(size))))
)
promises = (
    st.tuples(minutes, minutes, minutes)
    .map(sorted)
    .flatmap(
        lambda s: st.builds(
            Promise,
            pickup_earliest_s=st.just(s[0]),
            pickup_latest_s=st.just(s[1]),
            arrival_latest_s=st.just(s[2]),
            ride_max_s=seconds,
            rules_digest=texts,
            travel_digest=texts,
        )
    )
)
wishes = st.builds(
    Wish,
    service_id=texts,
    date=days,
    rider_id=texts,
    origin=spots,
    destination=spots,
    time_kind=st.sampled_from(TimeKind),
    time_s=seconds,
    party=parties,
    channel=st.sampled_from(Channel),
    actor=actors,
    purpose=texts,
    call_id=texts,
    linked_to=numbers,
)
offers = st.builds(
    Offer,
    id=numbers,
    request_id=numbers,
    rank=numbers,
    promise=promises,
    vehicle_id=texts,
    shift_id=texts,
    pickup_s=seconds,
    arrival_s=seconds,
    ride_s=seconds,
    direct_s=seconds,
    fare_yen=numbers,
    vouchers=numbers,
    added_m=numbers,
    others_delay_s=numbers,
    expires_at=moments,
    day_version=numbers,
    change_of=numbers,
)
reservations = st.builds(
    Reservation,
    id=numbers,
    service_id=texts,
    date=days,
    request_id=numbers,
    rider_id=texts,
    party=parties,
    origin=spots,
    destination=spots,
    wished_origin=spots,
    wished_destination=spots,
    promise=promises,
    promise_state=st.sampled_from(PromiseState),
    state=st.sampled_from(ReservationState),
    boarding_s=seconds,
    alighting_s=seconds,
    fare_yen=numbers,
    vouchers=numbers,
    purpose=texts,
    linked_to=numbers,
    series_id=numbers,
    vehicle_lock=texts,
)
visits = st.builds(
    Visit, reservation_id=numbers, task=st.sampled_from(Task), spot_key=texts, start_s=seconds, service_s=seconds
)
slots = st.builds(BreakSlot, start_s=seconds, duration_s=seconds, after_visit=st.integers(0, 9))
routes = st.builds(
    Route,
    shift_id=texts,
    vehicle_id=texts,
    visits=st.lists(visits, max_size=3).map(tuple),
    depart_s=seconds,
    arrive_s=seconds,
    breaks=st.lists(slots, max_size=2).map(tuple),
    distance_m=numbers,
)
proofs = st.builds(
    Proof,
    checked_at=moments,
    problem_digest=texts,
    visits_checked=numbers,
    violations=st.lists(texts, max_size=2).map(tuple),
)
plans = st.builds(
    Plan,
    service_id=texts,
    date=days,
    version=numbers,
    reason=st.sampled_from(PlanReason),
    routes=st.lists(routes, max_size=2).map(tuple),
    made_at=moments,
    engine=texts,
    seed=numbers,
    iterations=numbers,
    seconds=st.floats(0, 1e6),
    rules_digest=texts,
    travel_digest=texts,
    digest=texts,
    proof=proofs,
)
# a number and its text must stay apart: 7 is an id, "7" may be a digest
ids = st.lists(st.tuples(texts, numbers | texts | st.just("7")), max_size=3).map(tuple)
entries = st.builds(
    JournalEntry, service_id=texts, date=days, version=numbers, actor=actors, kind=texts, at=moments, ids=ids
)


def _there_and_back(noun_codec: Codec[NounT], noun: NounT) -> None:
    read = noun_codec.read(noun_codec.write(noun))
    assert read == noun
    assert repr(read).replace("TzInfo(0)", "datetime.timezone.utc") == repr(noun)  # the types too, not only ==


@given(wishes)
def test_wishes_survive(noun: Wish) -> None:
    """write then read is the identity."""
    _there_and_back(codec.WISH, noun)


@given(offers)
def test_offers_survive(noun: Offer) -> None:
    """write then read is the identity."""
    _there_and_back(codec.OFFER, noun)


@given(reservations)
def test_reservations_survive(noun: Reservation) -> None:
    """write then read is the identity."""
    _there_and_back(codec.RESERVATION, noun)


@given(plans)
def test_plans_survive(noun: Plan) -> None:
    """write then read is the identity, routes and proof included."""
    _there_and_back(codec.PLAN, noun)


@given(entries)
def test_journal_entries_survive(noun: JournalEntry) -> None:
    """write then read is the identity; numbers and texts among the ids are not confused."""
    _there_and_back(codec.JOURNAL_ENTRY, noun)


def test_service_rules_survive(example: Example) -> None:
    """The sample city's rules come back equal."""
    assert codec.RULES.read(codec.RULES.write(example.rules)) == example.rules


def test_a_moment_given_in_tokyo_is_the_same_moment(example: Example) -> None:
    """9:30 in Tokyo is 0:30 in UTC, before and after."""
    entry = replace(example.entry(version=1, kind="accepted"), at=datetime(2026, 11, 23, 9, 30, tzinfo=TOKYO))
    assert codec.JOURNAL_ENTRY.read(codec.JOURNAL_ENTRY.write(entry)).at == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"id": "one"}', "\x00"])
def test_what_is_no_noun_is_refused(text: str) -> None:
    """Any other text is a ValueError, never a half-read noun."""
    with pytest.raises(ValueError):  # noqa: PT011  # each text is wrong in its own way, so there is no one message to match
        codec.RESERVATION.read(text)


@given(st.lists(routes, max_size=3), st.data())
def test_a_plan_digest_sees_every_change_of_content_and_order(made: list[Route], data: st.DataObject) -> None:
    """Equal routes in equal order have equal digests; any other list of routes has another."""
    other = data.draw(st.permutations(made) | st.lists(routes, max_size=3))
    assert (plan_digest(made) == plan_digest(other)) == (made == other)
    assert plan_digest(made) == plan_digest(tuple(made))


def test_the_empty_plan_depends_on_service_and_day_only() -> None:
    """It is made at the day's midnight in Tokyo (15:00 UTC the day before) with nothing in it."""
    plan = empty_plan(service_id="testville", day=date(2026, 11, 24))
    assert (plan.version, plan.routes, plan.proof.violations) == (0, (), ())
    assert plan.made_at == datetime(2026, 11, 23, 15, tzinfo=UTC)
