"""Requests counted by outcome, refusals by reason: each demand once, as it stands now."""

from __future__ import annotations

from datetime import date

import pytest

from dispatch.model.errors import InvalidInput, NotFound
from dispatch.model.wish import Outcome
from dispatch.refusals import Reason
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

SATURDAY = date(2026, 11, 28)
MONTH = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def asked() -> Town:
    """One taxi: one books, one finds it full, two ask for a Saturday, one gives up, one is thinking."""
    rules = town_rules(promise={"search_earlier_min": 0, "search_later_min": 0})
    town = open_town(MemoryStore(), rules=rules, layouts=(((4, 0),),))
    town.book(town.wish("R1", origin="depot", destination="spa", after="9:00", party=party_of(3)))
    town.refused(town.wish("R2", origin="depot", destination="spa", after="9:00", party=party_of(3)))
    for rider in ("R3", "R4"):
        town.refused(town.wish(rider, origin="depot", destination="clinic", after="9:00", day=SATURDAY))
    unwanted = town.offered(town.wish("R5", origin="depot", destination="clinic", after="14:00"))
    town.desk.abandon(request_id=unwanted.request.id, actor=OPERATOR)
    town.offered(town.wish("R6", origin="depot", destination="clinic", after="14:00"))
    return town


def test_every_demand_counts_once(asked: Town) -> None:
    """Six asked, three refused: half. Two for the day, one because no vehicle was free, with the rule that blocked."""
    figures = asked.desk.refusals(service_id=SERVICE, first=MONTH[0], last=MONTH[1])
    assert dict(figures.outcomes) == {
        Outcome.OPEN: 1,
        Outcome.BOOKED: 1,
        Outcome.REFUSED: 3,
        Outcome.ABANDONED: 1,
        Outcome.EXPIRED: 0,
    }
    assert figures.reasons == (
        (Reason(code="not_service_day", rule=""), 2),
        (Reason(code="no_vehicle", rule=figures.reasons[1][0].rule), 1),
    )
    assert figures.reasons[1][0].rule
    assert (figures.requests, figures.refused, figures.share(figures.refused)) == (6, 3, 0.5)


def test_what_has_expired_counts_so_without_anybody_doing_anything(asked: Town) -> None:
    """Eleven minutes later the caller who was thinking has let the offers expire."""
    asked.clock.advance(seconds=11 * 60)
    outcomes = dict(asked.desk.refusals(service_id=SERVICE, first=MONTH[0], last=MONTH[1]).outcomes)
    assert (outcomes[Outcome.OPEN], outcomes[Outcome.EXPIRED]) == (0, 1)


def test_the_days_named_are_counted_both_included(asked: Town) -> None:
    """The Tuesday has four requests, the Saturday two; the days between them none."""
    counts = [
        asked.desk.refusals(service_id=SERVICE, first=first, last=last).requests
        for first, last in ((TUESDAY, TUESDAY), (SATURDAY, SATURDAY), (date(2026, 11, 25), date(2026, 11, 27)))
    ]
    assert counts == [4, 2, 0]
    nobody = asked.desk.refusals(service_id=SERVICE, first=date(2026, 12, 1), last=date(2026, 12, 2))
    assert nobody.share(nobody.refused) == 0.0


def test_wrong_questions_are_named(asked: Town) -> None:
    """Days in the wrong order, and a service that does not exist."""
    with pytest.raises(InvalidInput, match="days_reversed"):
        asked.desk.refusals(service_id=SERVICE, first=SATURDAY, last=TUESDAY)
    with pytest.raises(NotFound, match="unknown_service"):
        asked.desk.refusals(service_id="village", first=TUESDAY, last=SATURDAY)
