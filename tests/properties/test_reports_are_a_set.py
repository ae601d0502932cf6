"""Reports in any order, repeated, in batches of any size: the same facts, the same states, the same plan problem."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.model.day_state import DayState
from dispatch.model.happened import Happened, Stage, happened
from dispatch.model.plan import Task
from dispatch.model.reservation import Reservation
from dispatch.model.stop_event import EventKind
from dispatch.model.times import to_moment
from dispatch.progress.reports import Batch, EventForm
from dispatch.store.memory import MemoryStore
from maps.geo import LatLon
from tests.scenarios.renumbering import asking_for, check_numbers
from tests.scenarios.town import OPERATOR, PLACES, SERVICE, TUESDAY, Town, open_town, town_rules

NOON = to_moment(TUESDAY, 12 * 3600)


def booked_town() -> tuple[Town, tuple[Reservation, ...]]:
    """Three trips in the morning on two taxis; everything is received at noon."""
    town = open_town(MemoryStore(), rules=town_rules())
    trips = tuple(
        town.book(town.wish(f"R{n}", origin=origin, destination="clinic", after="9:00"))
        for n, origin in enumerate(("depot", "station", "school"))
    )
    town.clock.set(NOON)
    return town, trips


@cache
def example() -> tuple[DayState, tuple[int, ...]]:
    """The day and the numbers of its trips: equal towns give equal numbers."""
    town, trips = booked_town()
    return town.store.day_state(SERVICE, TUESDAY), tuple(trip.id for trip in trips)


@st.composite
def taps(draw: st.DrawFn) -> tuple[EventForm, ...]:
    """Up to twelve reports, sensible and not, a few of which take others back."""
    _, trips = example()
    forms = []
    for number in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from([kind for kind in EventKind if kind is not EventKind.POSITION]))
        forms.append(
            EventForm(
                event_id=f"e{number}",
                kind=kind,
                shift_id=draw(st.sampled_from(("S1", "S2"))),
                tapped_at=to_moment(TUESDAY, draw(st.integers(8 * 3600, 12 * 3600 + 600))),
                reservation_id=draw(st.sampled_from(trips)),
                task=draw(st.sampled_from(Task)),
                odometer_m=draw(st.integers(0, 50_000)),
                undoes=f"e{draw(st.integers(0, 13))}",
            )
        )
    return tuple(forms)


def after(batches: list[tuple[EventForm, ...]]) -> tuple[Happened, tuple[Reservation, ...]]:
    """The facts and the reservations once the batches have been received in their order."""
    town, _ = booked_town()
    for forms in batches:
        town.desk.report(batch=Batch(service_id=SERVICE, day=TUESDAY, forms=forms), actor=OPERATOR)
    state = town.store.day_state(SERVICE, TUESDAY)
    return happened(state), state.reservations


@settings(max_examples=40)
@given(forms=taps(), data=st.data())
def test_any_order_and_any_repetition_lead_to_the_same_day(forms: tuple[EventForm, ...], data: st.DataObject) -> None:
    """One batch in the order of sending; the same reports shuffled, some twice, in batches of one to three."""
    again = data.draw(st.lists(st.sampled_from(forms), max_size=4))
    shuffled = data.draw(st.permutations([*forms, *again]))
    size = data.draw(st.integers(1, 3))
    batches = [tuple(shuffled[i : i + size]) for i in range(0, len(shuffled), size)]
    assert after(batches) == after([forms])


@settings(max_examples=40)
@given(forms=taps(), minute=st.integers(12 * 60, 16 * 60))
def test_a_trip_is_added_to_a_running_day_as_if_it_had_been_there(forms: tuple[EventForm, ...], minute: int) -> None:
    """Vehicles under way, people aboard, trips over: the numbers with one more trip are those made with it."""
    town, _ = booked_town()
    town.desk.report(batch=Batch(service_id=SERVICE, day=TUESDAY, forms=forms), actor=OPERATOR)
    workday = town.desk.workplace.workday(SERVICE, TUESDAY)
    check_numbers(workday, asking_for(minute * 60, origin=LatLon(36.4012, 139.8021), destination=PLACES[0].spot.at))


@settings(max_examples=100)
@given(forms=taps())
def test_facts_are_possible_whatever_is_reported(forms: tuple[EventForm, ...]) -> None:
    """Nobody alights before boarding, nobody is aboard two vehicles, no trip is both a no-show and aboard."""
    facts, _ = after([forms])
    for fact in facts.trips.values():
        if fact.alighted_s >= 0:
            assert 0 <= fact.boarded_s <= fact.alighted_s
        assert not (fact.no_show_s >= 0 and fact.boarded_s >= 0)
        assert (fact.stage is Stage.NO_SHOW) == (fact.no_show_s >= 0)
    riding = [number for vehicle in facts.vehicles.values() for number in vehicle.aboard]
    assert len(riding) == len(set(riding))
    aboard = {n for n, fact in facts.trips.items() if fact.stage in (Stage.ABOARD, Stage.AT_DROP)}
    assert set(riding) == aboard
