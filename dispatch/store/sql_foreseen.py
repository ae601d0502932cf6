"""Reads that are foreseen, as statements that travel with the first of them (`dispatch.store.driver.foreseen`)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from dispatch.model.wish import NO_ID, NO_RIDER
from dispatch.store import statements as sql
from dispatch.store.cached import CatalogCache, DayCache
from dispatch.store.driver import foreseen
from dispatch.store.foreseen import Foreseen
from dispatch.store.sql_day import since
from dispatch.store.stamp import DayStamp


def foresee(connection: Connection, coming: Foreseen, days: DayCache, seen: CatalogCache) -> None:
    """Note the statements behind ``coming`` that the caches cannot answer."""
    service_id, rider_id = coming.service_id, coming.rider_id
    of_rider = {"service": service_id, "rider": rider_id}
    if coming.offer_id != NO_ID:
        foreseen(connection, sql.ONE_OFFER, number=coming.offer_id)
    if coming.request_id != NO_ID:
        foreseen(connection, sql.ONE_REQUEST, number=coming.request_id)
    if coming.reservation_id != NO_ID:
        foreseen(connection, sql.ONE_RESERVATION, number=coming.reservation_id)
    for noun, row_id in coming.rows:
        if seen.lacks(service_id, noun, row_id):
            foreseen(connection, sql.ONE_ROW[noun], service=service_id, row=row_id)
    if rider_id != NO_RIDER:
        if coming.balance:
            foreseen(connection, sql.BALANCE, **of_rider)
        for outcome, code in coming.asked_for:
            sought = {"said": outcome.value, "code": code}
            foreseen(connection, sql.REQUESTS_OF_RIDER, **of_rider, on=coming.date, **sought)
    foreseen(connection, sql.STAMP, service=service_id, on=coming.date)
    foresee_day(connection, service_id, coming.date, known=days.stamp(service_id, coming.date))


def foresee_day(connection: Connection, service_id: str, day: date, *, known: DayStamp) -> None:
    """Have the day read beside its stamp, unless it is still at the one that is known."""
    foreseen(connection, sql.WHOLE_DAY, **since(service_id, day, known=known))
