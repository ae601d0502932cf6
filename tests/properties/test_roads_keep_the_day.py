"""Whatever roads are closed or slow, whenever, and opened again: the checker and the journal stay silent."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import event, given, settings

from dispatch.model.errors import Conflict, InvalidInput, NotFound, PlanRejected
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.moves.road_works import Closing, RoadWork
from dispatch.moves.withdrawal import Accepted
from tests.properties.test_moves_keep_promises import crowded
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY

HOURS = st.integers(min_value=6, max_value=19)
CLOSINGS = st.builds(
    lambda place, radius_m, minutes: Closing(
        centre=SpotRef(kind=SpotKind.PLACE, id=place), radius_m=radius_m, detour_s=minutes * 60
    ),
    st.sampled_from(["clinic", "station", "market", "school"]),
    st.integers(min_value=100, max_value=3000),
    st.integers(min_value=1, max_value=15),
)
WORKS = st.builds(
    lambda hour, hours, percent, closed: RoadWork(
        from_s=hour * 3600, until_s=(hour + hours) * 3600, percent=percent, closed=tuple(closed)
    ),
    HOURS,
    st.integers(min_value=1, max_value=6),
    st.integers(min_value=100, max_value=180),
    st.lists(CLOSINGS, max_size=2),
)


@given(
    steps=st.lists(st.tuples(st.integers(0, 120), st.one_of(WORKS, st.integers(1, 3))), max_size=4),
    start_min=st.integers(min_value=0, max_value=16 * 60),
)
@settings(max_examples=20)
def test_any_roads_keep_the_day_in_order(steps: list[tuple[int, RoadWork | int]], start_min: int) -> None:
    """Promises stay what was said; late ones are breached with the cause; a refusal changes nothing."""
    town, booked = crowded()
    promised = {number: town.store.reservation(number).promise for number in booked}
    town.clock.advance(seconds=start_min * 60)
    for minutes, step in steps:
        town.clock.advance(seconds=minutes * 60)
        before = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
        day = {"service_id": SERVICE, "day": TUESDAY, "actor": OPERATOR}
        try:
            if isinstance(step, int):
                town.desk.lift_road_work(**day, number=step)
            else:
                town.desk.make_road_work(**day, asked=step, accepted=Accepted(breaches=True))
        except (Conflict, InvalidInput, NotFound, PlanRejected) as refused:
            event(refused.code)
            assert town.desk.day_state(service_id=SERVICE, day=TUESDAY) == before
            continue
        event(type(step).__name__)
        assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
        assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()
    assert {number: town.store.reservation(number).promise for number in booked} == promised
