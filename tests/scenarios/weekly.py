"""A recurring trip for tests of whatever is done with one."""

from __future__ import annotations

from datetime import date

from dispatch.model.series import Series
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import parse_clock
from dispatch.model.wish import NO_ID, TimeKind
from tests.scenarios.town import ONE_ADULT, SERVICE, TUESDAY

TUESDAYS = Series(
    id=NO_ID,
    service_id=SERVICE,
    rider_id="R1",
    weekdays=(1,),
    first=TUESDAY,
    last=date(2027, 3, 31),
    origin=SpotRef(kind=SpotKind.RIDER_PLACE, id="R1-home"),
    destination=SpotRef(kind=SpotKind.PLACE, id="clinic"),
    time_kind=TimeKind.DEPART_AFTER,
    time_s=parse_clock("9:00"),
    party=ONE_ADULT,
)
"""R1 from home to the clinic at nine, every Tuesday until the end of March."""
