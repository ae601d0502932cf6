"""The judge on a running day: what was reported cannot be changed, and what is left can be driven."""

from __future__ import annotations

from dispatch.model.plan import Task
from dispatch.planning.outcome import Iterations
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import at_clock, boarded, reported
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, open_town, town_rules


def test_a_vehicle_that_stood_with_riders_aboard_until_the_plan_was_made_is_in_order() -> None:
    """R0 and R1 board at the depot by 9:03, and nothing more is heard until 9:20, when the plan has R2 board at the
    clinic before R1 goes on. From 9:03 on, R1 would wait there for R2, who is not due before 9:25, too long; from 9:20
    on, nobody does."""
    town = open_town(MemoryStore(), rules=town_rules(), layouts=TWO_TAXIS[:1])
    first = town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))
    aboard = town.book(town.wish("R1", origin="depot", destination="market", after="9:00"))
    joins = town.book(town.wish("R2", origin="clinic", destination="market", after="9:25"))
    at_clock(town, "9:20")
    reported(town, boarded(first, "9:01"), boarded(aboard, "9:03"))
    town.desk.replan(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, effort=Iterations(value=200))
    (route,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    order = [(visit.reservation_id, visit.task) for visit in route.visits]
    assert order.index((joins.id, Task.BOARD)) < order.index((aboard.id, Task.ALIGHT))
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
