"""The statements of the telephone: what is read and written while a caller waits, each put together once.

SQLAlchemy compiles a statement once, but to find it again it takes apart whatever it is given; a statement that is
built anew for every call costs ten times what the database needs for it. So these stand here, with named values, and
`dispatch.store.driver` runs them.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, select, update

from dispatch.model.catalog import Place, Rider, RiderPlace, Shift, Vehicle
from dispatch.model.table import Stored
from dispatch.model.wish import NO_ID
from dispatch.store import rows


def table_of(row: type[Stored]) -> Table:
    """The table behind a row class."""
    return Stored.metadata.tables[str(row.__tablename__)]


DAY = table_of(rows.DayRow)
RESERVATION = table_of(rows.ReservationRow)
PLAN = table_of(rows.PlanRow)
ROUTE = table_of(rows.RouteRow)
REQUEST = table_of(rows.RequestRow)
OFFER = table_of(rows.OfferRow)
JOURNAL = table_of(rows.JournalRow)
VOUCHER = table_of(rows.VoucherRow)
CATALOG = table_of(rows.CatalogVersionRow)
RULES = table_of(rows.RulesRow)
REFUSAL = table_of(rows.RefusalRow)
ERRAND = table_of(rows.ErrandRow)
HOLD = table_of(rows.HoldRow)


def of_day(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The rows of ``service`` and the day ``on``."""
    return table.c.service_id == bindparam("service"), table.c.day == bindparam("on")


ONE_ROW = {
    row: select(table_of(row)).where(
        table_of(row).c.service_id == bindparam("service"), table_of(row).c.id == bindparam("row")
    )
    for row in (Place, Rider, RiderPlace, Vehicle, Shift)
}
EDITION = select(CATALOG.c.version).where(CATALOG.c.service_id == bindparam("service"))
_BOOKED = select(RESERVATION.c.id, RESERVATION.c.body)

STAMP = select(
    func.coalesce(select(DAY.c.version).where(*of_day(DAY)).scalar_subquery(), 0),
    func.coalesce(EDITION.scalar_subquery(), 0),
)
PLAN_VERSION = select(DAY.c.plan_version).where(*of_day(DAY))
RULES_IN_FORCE = (
    select(RULES.c.body)
    .where(RULES.c.service_id == bindparam("service"), RULES.c.effective_from <= bindparam("on"))
    .order_by(RULES.c.effective_from.desc())
    .limit(1)
)
OUTAGES, ROADS, HOLDS, EVENTS = (
    select(table.c.body).where(*of_day(table)).order_by(table.c[order])
    for table, order in (
        (table_of(rows.OutageRow), "number"),
        (table_of(rows.RoadChangeRow), "number"),
        (HOLD, "request_id"),
        (table_of(rows.StopEventRow), "event_id"),
    )
)
RESERVATIONS = _BOOKED.where(*of_day(RESERVATION)).order_by(RESERVATION.c.id)
STANDING = RESERVATIONS.where(RESERVATION.c.state != bindparam("cancelled"))
RESERVATIONS_OF_RIDER = RESERVATIONS.where(RESERVATION.c.rider_id == bindparam("rider"))
ONE_RESERVATION = _BOOKED.where(RESERVATION.c.id == bindparam("number"))
ONE_PLAN = select(PLAN.c.body, PLAN.c.route_digests).where(*of_day(PLAN), PLAN.c.version == bindparam("version"))
_OF_PLAN = (*of_day(ROUTE), ROUTE.c.digest.in_(bindparam("digests", expanding=True)))
ROUTES = select(ROUTE.c.digest, ROUTE.c.body).where(*_OF_PLAN)
ROUTES_KNOWN = select(ROUTE.c.digest).where(*_OF_PLAN)
_REQUEST = select(REQUEST.c.id, REQUEST.c.body, REQUEST.c.asked_at, REQUEST.c.outcome, REQUEST.c.outcome_code)
ONE_REQUEST = _REQUEST.where(REQUEST.c.id == bindparam("number"))
REQUESTS = _REQUEST.where(*of_day(REQUEST)).order_by(REQUEST.c.id)
REQUESTS_OF_RIDER = REQUESTS.where(REQUEST.c.rider_id == bindparam("rider"))
OFFERED_UNTIL = (
    select(OFFER.c.request_id, func.max(OFFER.c.expires_at).label("until"))
    .join(REQUEST, REQUEST.c.id == OFFER.c.request_id)
    .where(*of_day(REQUEST))
    .group_by(OFFER.c.request_id)
)
SERVICE_OF_REQUEST = select(REQUEST.c.service_id).where(REQUEST.c.id == bindparam("number"))
_OFFERS = select(OFFER.c.id, OFFER.c.body)
ONE_OFFER = _OFFERS.where(OFFER.c.id == bindparam("number"))
OFFERS_OF_REQUEST = _OFFERS.where(OFFER.c.request_id == bindparam("number")).order_by(OFFER.c.rank, OFFER.c.id)
BALANCE = select(func.coalesce(func.sum(VOUCHER.c.change), 0)).where(
    VOUCHER.c.service_id == bindparam("service"), VOUCHER.c.rider_id == bindparam("rider")
)
JOURNAL_HEAD = select(DAY.c.journal_seq, DAY.c.journal_hash).where(*of_day(DAY))

NEW_REQUEST, NEW_OFFER, NEW_RESERVATION, NEW_VOUCHER = (
    insert(table).returning(table.c.id) for table in (REQUEST, OFFER, RESERVATION, VOUCHER)
)
NEW_PLAN, NEW_ROUTE, NEW_RECORD, NEW_DAY = map(insert, (PLAN, ROUTE, JOURNAL, DAY))

CLAIM_DAY = update(DAY).where(*of_day(DAY), DAY.c.version == bindparam("expected")).values(version=bindparam("claimed"))
PLAN_IN_FORCE = update(DAY).where(*of_day(DAY)).values(plan_version=bindparam("published"))
NEW_HEAD = update(DAY).where(*of_day(DAY)).values(journal_seq=bindparam("seq"), journal_hash=bindparam("digest"))
TAKE_OFFER = (
    update(OFFER)
    .where(OFFER.c.id == bindparam("number"), OFFER.c.taken_by == NO_ID)
    .values(taken_by=bindparam("taker"))
)
REMOVE_HOLD = delete(HOLD).where(HOLD.c.request_id == bindparam("number"))
DAY_OF_RESERVATION = select(RESERVATION.c.day).where(RESERVATION.c.id == bindparam("number"))
CHANGE_RESERVATION = (
    update(RESERVATION)
    .where(RESERVATION.c.id == bindparam("number"))
    .values(
        day=bindparam("on"),
        rider_id=bindparam("rider"),
        state=bindparam("stage"),
        promise_state=bindparam("promise"),
        body=bindparam("content"),
    )
)
NEW_REFUSAL = insert(REFUSAL)
CHANGE_REFUSAL = update(REFUSAL).where(REFUSAL.c.request_id == bindparam("number")).values(body=bindparam("content"))
SET_OUTCOME = (
    update(REQUEST)
    .where(REQUEST.c.id == bindparam("number"))
    .values(outcome=bindparam("said"), outcome_code=bindparam("code"), outcome_at=bindparam("at"))
)
_ONE_ERRAND = tuple(ERRAND.c[part] == bindparam(f"of_{part}") for part in ("service_id", "actor_id", "path", "key"))
ONE_ERRAND = select(ERRAND.c.body).where(*_ONE_ERRAND)
CHANGE_ERRAND = update(ERRAND).where(*_ONE_ERRAND).values(kept_until=bindparam("kept"), body=bindparam("content"))
NEW_ERRAND = insert(ERRAND)
SWEEP_ERRANDS = delete(ERRAND).where(ERRAND.c.kept_until < bindparam("before"))
