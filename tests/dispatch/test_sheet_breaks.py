"""Where a driver's break stands on the sheet."""

from __future__ import annotations

from dataclasses import replace

from dispatch.model.day_state import DayState
from dispatch.model.plan import BreakSlot
from dispatch.route_sheet import route_sheets
from dispatch.route_sheet.sheet import BreakRow, StopRow
from dispatch.store.protocol import Store


def test_breaks_at_either_end_of_the_day_stand_where_they_are_taken(store: Store, state: DayState) -> None:
    """Before leaving at 8:50, on the way to the first stop, on the way home at 13:45, and at home: the order of the
    rows is the order of the day."""
    route = state.plan.routes[0]
    last = len(route.visits)
    slots = [(8 * 3600, 0), (8 * 3600 + 50 * 60, 0), (13 * 3600 + 40 * 60, last), (13 * 3600 + 45 * 60, last)]
    breaks = tuple(BreakSlot(start_s=start_s, duration_s=60, after_visit=after) for start_s, after in slots)
    plan = replace(state.plan, routes=(replace(route, breaks=breaks),))
    rows = route_sheets(store, replace(state, plan=plan))[0].runs[0].rows
    kinds = ["break" if isinstance(row, BreakRow) else "depot" for row in rows if not isinstance(row, StopRow)]
    assert kinds == ["break", "depot", "break", "break", "depot", "break"]
    assert [row.start_s for row in rows if isinstance(row, BreakRow)] == [start_s for start_s, _ in slots]
