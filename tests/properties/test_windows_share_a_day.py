"""All windows of one call are asked of one reading of the day: each answer is that of the day under its promise."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import event, given, settings

from dispatch.booking.inquiry import Found, Inquiry, NoneFound, search
from dispatch.booking.intake import wish_of
from dispatch.booking.objections import objections
from dispatch.booking.proposal import Offered
from dispatch.booking.propose import inquiry_on, trip_on
from dispatch.booking.windows import Choice, choices
from dispatch.model.times import clock_text
from dispatch.model.wish import NO_ID, WishForm
from dispatch.solver_bridge.placing import NoPlace, Placement, carriers, place
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, PLACES, SERVICE, TUESDAY, Town, open_town, town_rules

PLACE_IDS = [place.id for place in PLACES]
ENDS = st.tuples(st.sampled_from(PLACE_IDS), st.sampled_from(PLACE_IDS)).filter(lambda ends: ends[0] != ends[1])
CALLS = st.lists(
    st.tuples(ENDS, st.integers(min_value=9 * 12, max_value=13 * 12), st.booleans(), st.integers(1, 4)),
    min_size=3,
    max_size=8,
)
MOST = 3


def laid_out(town: Town, form: WishForm) -> tuple[Inquiry, ...]:
    """The inquiry of a call on the day as it is; none when the rules of the service object."""
    workplace = town.desk.workplace
    workday = workplace.workday(SERVICE, TUESDAY)
    catalog, rules = workplace.catalog(workday.state), workday.state.rules
    trip = trip_on(wish_of(form, catalog=catalog, rules=rules), workday, changing=NO_ID)
    if any(objections(trip, workday.state, service=catalog.service(SERVICE), now=workday.now)):
        return ()
    return (inquiry_on(trip, workday),)


def one_by_one(inquiry: Inquiry) -> list[tuple[Choice, Placement]]:
    """What `search` is to find: every window that does not overlap a better one is asked about, on a day of its own."""
    window_s, found = inquiry.rules.promise.pickup_window_min * 60, list[tuple[Choice, Placement]]()
    for choice in choices(inquiry.trip, inquiry.rules):
        if all(abs(choice.off_s - other.off_s) >= window_s for other, _ in found):
            answer = place(inquiry.under(choice), inquiry.request)
            found += [(choice, answer)] if isinstance(answer, Placement) else []
    return found[:MOST]


def check_alike(inquiry: Inquiry) -> None:
    """One reading of the day against one for each window."""
    answer, expected = search(inquiry, most=MOST), one_by_one(inquiry)
    if isinstance(answer, NoneFound):
        closest = choices(inquiry.trip, inquiry.rules)[0]
        alone = place(inquiry.under(closest), inquiry.request)
        assert isinstance(alone, NoPlace)
        assert (expected, answer.closest, answer.blocks) == ([], closest, alone.blocks())
    else:
        assert answer == tuple(Found(choice=choice, placement=placement) for choice, placement in expected)
        assert [one.placement.solution for one in answer] == [placement.solution for _, placement in expected]
    for choice in choices(inquiry.trip, inquiry.rules)[::3]:
        able = inquiry.placing.under(choice.promise).carriers()
        assert able == carriers(inquiry.under(choice), inquiry.request)
    event(type(answer).__name__)


@given(calls=CALLS)
@settings(max_examples=25)
def test_one_reading_of_the_day_serves_all_windows(calls: list[tuple[tuple[str, str], int, bool, int]]) -> None:
    """A morning of two taxis fills up with calls; of each the same windows are found, with the same places, as when
    every window is put into the numbers of the day; a refusal has the same reasons and remedies."""
    rules = town_rules(promise={"search_earlier_min": 20, "search_later_min": 40})
    town = open_town(MemoryStore(), rules=rules, layouts=(((2, 0),), ((4, 1), (6, 0))))
    for number, (ends, step, arrive_by, people) in enumerate(calls):
        time = clock_text(step * 300)
        form = town.drawn(f"R{number % 10}", ends, time, people=people, arrive_by=arrive_by)
        for inquiry in laid_out(town, form):
            check_alike(inquiry)
        answer = town.desk.propose(form=form)
        if isinstance(answer, Offered):
            town.desk.accept(offer_id=answer.offers[0].id, actor=OPERATOR, overlap_confirmed=True)
