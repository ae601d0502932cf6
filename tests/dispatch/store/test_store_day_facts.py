"""Vehicles off the road and changed roads in every store: part of their day, overwritten by number, kept if lifted."""

from __future__ import annotations

from dataclasses import replace

from dispatch.model.outage import Outage, outage_digest
from dispatch.model.promise import BreachCause
from dispatch.model.road import ClosedArea, RoadChange, road_digest
from dispatch.model.spot import Spot, SpotKind
from dispatch.store.protocol import Store
from maps.geo import LatLon
from tests.dispatch.store.example_city import CITY, TUESDAY, Example

POINT = Spot(kind=SpotKind.POINT, id="out-1", at=LatLon(36.4, 139.85))


def outage_of(store: Store, example: Example) -> Outage:
    """The first shift of the day stops at noon."""
    shift = store.day_state(CITY, TUESDAY).shifts[0]
    return Outage(
        number=1,
        service_id=CITY,
        date=TUESDAY,
        shift_id=shift.shift_id,
        from_s=12 * 3600,
        cause=BreachCause.BREAKDOWN,
        at=POINT,
        declared_at=example.moment,
        declared_by=example.actor,
        stranded=(7,),
        instead=(replace(shift, shift_id="S1-1", start_s=12 * 3600),),
    )


def road_of(example: Example) -> RoadChange:
    return RoadChange(
        number=1,
        service_id=CITY,
        date=TUESDAY,
        from_s=32_400,
        until_s=36_000,
        declared_at=example.moment,
        declared_by=example.actor,
        percent=150,
        closed=(ClosedArea(centre=POINT, radius_m=300, detour_s=240),),
    )


def write(store: Store, *facts: Outage | RoadChange) -> None:
    with store.writing() as work:
        work.claim_day(CITY, TUESDAY, expected_version=store.day_version(CITY, TUESDAY))
        for fact in facts:
            if isinstance(fact, Outage):
                work.save_outage(fact)
            else:
                work.save_road(fact)


def test_they_are_part_of_the_day(store: Store, example: Example) -> None:
    """Read back as written; the shift is stopped where it stands, the replacing one on duty."""
    outage, road = outage_of(store, example), road_of(example)
    write(store, outage, road)
    state = store.day_state(CITY, TUESDAY)
    assert (state.outages, state.roads) == ((outage,), (road,))
    assert (store.outages(CITY, TUESDAY), store.roads(CITY, TUESDAY)) == ((outage,), (road,))
    shifts = {shift.shift_id: shift for shift in state.shifts}
    assert (shifts[outage.shift_id].stopped, shifts[outage.shift_id].end_spot) == (True, POINT)
    assert not shifts["S1-1"].stopped


def test_lifted_they_are_kept_and_change_nothing(store: Store, example: Example) -> None:
    """The same numbers overwritten; the shifts are those of the catalogue again."""
    before = store.day_state(CITY, TUESDAY).shifts
    outage, road = outage_of(store, example), road_of(example)
    write(store, outage, road)
    lifted = replace(outage, lifted=True), replace(road, lifted=True)
    write(store, *lifted)
    state = store.day_state(CITY, TUESDAY)
    assert (state.outages, state.roads, state.shifts) == ((lifted[0],), (lifted[1],), before)


def test_a_digest_covers_everything_but_the_point(store: Store, example: Example) -> None:
    """A point can be erased; a digest of it could be tried out."""
    outage, road = outage_of(store, example), road_of(example)
    elsewhere = replace(POINT, at=LatLon(36.5, 139.9))
    area = replace(road.closed[0], centre=elsewhere)
    assert outage_digest(replace(outage, at=elsewhere)) == outage_digest(outage)
    assert road_digest(replace(road, closed=(area,))) == road_digest(road)
    assert outage_digest(replace(outage, from_s=1)) != outage_digest(outage)
    assert road_digest(replace(road, percent=151)) != road_digest(road)
