"""What the rules say against a trip at another time: the same, whether everything is asked again or the time alone."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from dispatch.booking.intake import wish_of
from dispatch.booking.objections import objections, objections_to_time
from dispatch.booking.propose import trip_on
from dispatch.booking.windows import moved
from dispatch.model.times import to_moment
from dispatch.model.wish import NO_ID
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import SERVICE, TUESDAY, open_town, town_rules

TOWN = open_town(MemoryStore(), rules=town_rules())
WORKDAY = TOWN.desk.workplace.workday(SERVICE, TUESDAY)


@given(
    time=st.sampled_from(["8:30", "10:00", "16:45"]),
    arrive_by=st.booleans(),
    by_s=st.integers(-36_000, 36_000),
    now_s=st.integers(0, 64_800),
)
def test_a_trip_let_through_once_is_asked_about_its_time_alone(
    time: str, arrive_by: bool, by_s: int, now_s: int
) -> None:
    """However far it is moved, and whenever that is: before opening, after closing, too soon, or in the past."""
    form = TOWN.drawn("R1", ("home", "clinic"), time, people=1, arrive_by=arrive_by)
    wish, now = wish_of(form, catalog=TOWN.store, rules=WORKDAY.state.rules), to_moment(TUESDAY, now_s)
    trip = moved(trip_on(wish, WORKDAY, changing=NO_ID), by_s=by_s)
    everything = list(objections(trip, WORKDAY.state, service=TOWN.store.service(SERVICE), now=now))
    assert list(objections_to_time(trip, WORKDAY.state, now=now)) == everything
