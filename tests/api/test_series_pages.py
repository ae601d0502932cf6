"""A recurring trip on the rider's card, as a browser asks for it."""

from __future__ import annotations

from datetime import timedelta

from dispatch.model.times import parse_clock
from tests.api.in_process import Client
from tests.scenarios.town import OPERATOR, TUESDAY, Town
from tests.scenarios.weekly import TUESDAYS


def test_a_series_with_a_date_at_another_time_can_be_ended(client: Client, town: Town) -> None:
    """On Monday the trips end; the Tuesday after next was to be at ten, and is none any more."""
    moved = TUESDAYS.retimed_on(TUESDAY + timedelta(days=14), parse_clock("10:00"))
    series = town.desk.add_series(series=moved, actor=OPERATOR)
    ended = client.call("POST", f"/desk/town/{TUESDAY}/series/{series.id}/end", headers={"hx-request": "true"})
    assert ended.status_code == 200
    left = town.store.series(series.id)
    assert left.retimed == ()
    assert not any(left.wanted_on(TUESDAY + timedelta(days=days)) for days in range(30))
