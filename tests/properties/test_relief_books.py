"""An explanation is checkable: make the change it names, and the trip books at that vehicle."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import event, given, settings

from dispatch.booking.proposal import Offered
from dispatch.model.offer import Relief, ReliefKind
from dispatch.model.party import Party
from dispatch.model.times import clock_text
from dispatch.model.wish import WishForm
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, PLACES, open_town, town_rules

PLACE_IDS = [place.id for place in PLACES]
ENDS = st.tuples(st.sampled_from(PLACE_IDS), st.sampled_from(PLACE_IDS)).filter(lambda ends: ends[0] != ends[1])
CALLS = st.lists(
    st.tuples(ENDS, st.integers(min_value=8 * 12, max_value=12 * 12), st.booleans(), st.integers(1, 4)),
    min_size=4,
    max_size=12,
)
SHIFT_OF = {ReliefKind.EARLIER: -1, ReliefKind.LATER: 1}


def eased(form: WishForm, relief: Relief) -> WishForm:
    """The wish with the change made that the relief names."""
    if relief.kind is ReliefKind.FEWER_SEATS:
        return replace(form, party=Party(passengers=form.party.passengers[: -relief.seats]))
    return replace(form, time_s=form.time_s + SHIFT_OF[relief.kind] * relief.amount_s)


@given(calls=CALLS)
@settings(max_examples=25)
def test_what_would_help_does_help(calls: list[tuple[tuple[str, str], int, bool, int]]) -> None:
    """On a crowded morning of two taxis, every relief of every refusal leads to offers when it is asked for."""
    rules = town_rules(promise={"search_earlier_min": 10, "search_later_min": 10})
    town = open_town(MemoryStore(), rules=rules, layouts=(((2, 0),), ((4, 1),)))
    for number, (ends, step, arrive_by, people) in enumerate(calls):
        time = clock_text(step * 300)
        form = town.drawn(f"R{number % 10}", ends, time, people=people, arrive_by=arrive_by)
        answer = town.desk.propose(form=form)
        if isinstance(answer, Offered):
            town.desk.accept(offer_id=answer.offers[0].id, actor=OPERATOR, overlap_confirmed=True)
            continue
        for vehicle in answer.refusal.vehicles:
            event(f"{vehicle.rule.value}: {vehicle.relief.kind.value}")
            if vehicle.relief.kind is not ReliefKind.NONE:
                assert isinstance(town.desk.propose(form=eased(form, vehicle.relief)), Offered)
