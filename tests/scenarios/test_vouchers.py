"""Free-ride vouchers: never used twice, whatever days they are used on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.model.errors import Conflict
from dispatch.model.wish import NO_ID, Outcome
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town

WEDNESDAY = TUESDAY + timedelta(days=1)


def test_the_last_voucher_pays_one_of_two_trips_on_different_days(town: Town) -> None:
    """R1 has one voucher; both offers are free. The second acceptance is told and leaves no trace; asked again it
    costs 300 yen."""
    with town.store.writing() as work:
        work.move_vouchers(service_id=SERVICE, rider_id="R1", change=1, reservation_id=NO_ID, at=town.clock.now())
    on_days = {
        day: town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00", day=day))
        for day in (TUESDAY, WEDNESDAY)
    }
    assert {offered.offers[0].vouchers for offered in on_days.values()} == {1}
    town.desk.accept(offer_id=on_days[TUESDAY].offers[0].id, actor=OPERATOR)
    with pytest.raises(Conflict, match="vouchers_changed"):
        town.desk.accept(offer_id=on_days[WEDNESDAY].offers[0].id, actor=OPERATOR)
    assert town.store.voucher_balance(SERVICE, "R1") == 0
    assert town.store.day_version(SERVICE, WEDNESDAY) == 0
    assert town.store.request(on_days[WEDNESDAY].request.id).outcome is Outcome.OPEN
    again = town.book(town.wish("R1", origin="home", destination="clinic", after="9:00", day=WEDNESDAY))
    assert (again.fare_yen, again.vouchers) == (300, 0)
