"""The statements of the telephone: what is read and written while a caller waits, each put together once.

SQLAlchemy compiles a statement once, but to find it again it takes apart whatever it is given; a statement that is
built anew for every call costs ten times what the database needs for it. So these stand here, with named values, and
`dispatch.store.driver` runs them.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ColumnElement,
    Insert,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

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
OUTAGE = table_of(rows.OutageRow)
ROAD = table_of(rows.RoadChangeRow)
EVENT = table_of(rows.StopEventRow)


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

_VERSION = func.coalesce(select(DAY.c.version).where(*of_day(DAY)).scalar_subquery(), 0)
_EDITION = func.coalesce(EDITION.scalar_subquery(), 0)
STAMP = select(_VERSION, _EDITION)
PLAN_VERSION = select(DAY.c.plan_version).where(*of_day(DAY))
RULES_IN_FORCE = (
    select(RULES.c.body)
    .where(RULES.c.service_id == bindparam("service"), RULES.c.effective_from <= bindparam("on"))
    .order_by(RULES.c.effective_from.desc())
    .limit(1)
)
OUTAGES, ROADS, EVENTS = (
    select(table.c.body).where(*of_day(table)).order_by(table.c[order])
    for table, order in ((OUTAGE, "number"), (ROAD, "number"), (EVENT, "event_id"))
)
_STANDING = (*of_day(RESERVATION), RESERVATION.c.state != bindparam("cancelled"))
RESERVATIONS = _BOOKED.where(*of_day(RESERVATION)).order_by(RESERVATION.c.id)
RESERVATIONS_OF_RIDER = RESERVATIONS.where(RESERVATION.c.rider_id == bindparam("rider"))
ONE_RESERVATION = _BOOKED.where(RESERVATION.c.id == bindparam("number"))
ONE_PLAN = select(PLAN.c.body, PLAN.c.route_digests).where(*of_day(PLAN), PLAN.c.version == bindparam("version"))
ONE_ROUTE = select(ROUTE.c.body).where(*of_day(ROUTE), ROUTE.c.digest == bindparam("digest"))
_IN_FORCE = and_(PLAN.c.service_id == DAY.c.service_id, PLAN.c.day == DAY.c.day, PLAN.c.version == DAY.c.plan_version)
_ZERO = literal_column("0", Integer)
_PARTS = union_all(
    *(
        select(literal_column(f"'{part}'", String).label("part"), number.label("number"), text.label("body")).where(*of)
        for part, number, text, of in (
            ("reservation", RESERVATION.c.id, RESERVATION.c.body, _STANDING),
            ("version", DAY.c.plan_version, literal_column("''", String), of_day(DAY)),
            ("plan", PLAN.c.version, PLAN.c.body, (*of_day(DAY), _IN_FORCE)),
            ("routes", PLAN.c.version, PLAN.c.route_digests, (*of_day(DAY), _IN_FORCE)),
            ("outage", OUTAGE.c.number, OUTAGE.c.body, of_day(OUTAGE)),
            ("road", ROAD.c.number, ROAD.c.body, of_day(ROAD)),
            ("hold", HOLD.c.request_id, HOLD.c.body, of_day(HOLD)),
            ("event", _ZERO, EVENT.c.body, of_day(EVENT)),
        )
    )
).subquery("parts")
WHOLE_DAY = select(_PARTS.c.part, _PARTS.c.number, _PARTS.c.body).where(
    or_(bindparam("known_version") != _VERSION, bindparam("known_edition") != _EDITION)
)
"""Everything of a day but its shifts, rules and routes, in any order: in one statement instead of eight.

Nothing while the day and the catalogue are at the versions known.
"""

_REQUEST = select(REQUEST.c.id, REQUEST.c.body, REQUEST.c.asked_at, REQUEST.c.outcome, REQUEST.c.outcome_code)
ONE_REQUEST = _REQUEST.where(REQUEST.c.id == bindparam("number"))
REQUEST_OF_OFFER = _REQUEST.where(
    REQUEST.c.id == select(OFFER.c.request_id).where(OFFER.c.id == bindparam("number")).scalar_subquery()
)
REQUESTS = _REQUEST.where(*of_day(REQUEST)).order_by(REQUEST.c.id)
REQUESTS_OF_RIDER = REQUESTS.where(
    REQUEST.c.rider_id == bindparam("rider"),
    REQUEST.c.outcome == bindparam("said"),
    REQUEST.c.outcome_code == bindparam("code"),
)
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


def _given(column: Column[object]) -> ColumnElement[object]:
    """A value named as its column."""
    return bindparam(column.name, type_=column.type)


def _insertion(table: Table, *, where: ColumnElement[bool], **known: ColumnElement[object]) -> Insert:
    """A row of ``table``, from given values and those ``known`` to the database, under a condition."""
    columns = [column for column in table.c if column.name != "id"]  # given by the database
    return insert(table).from_select(columns, select(*(known.get(c.name, _given(c)) for c in columns)).where(where))


_ASKED = REQUEST.c.id == bindparam("request_id")
NEW_REQUEST, NEW_VOUCHER = (insert(table).returning(table.c.id) for table in (REQUEST, VOUCHER))
NEW_OFFER = _insertion(OFFER, where=_ASKED, service_id=REQUEST.c.service_id).returning(OFFER.c.id)
_OFFER = bindparam("offer", type_=Integer)
_FREE_TO_TAKE = or_(_OFFER == NO_ID, exists().where(OFFER.c.id == _OFFER, OFFER.c.taken_by == NO_ID))
NEW_RESERVATION = _insertion(RESERVATION, where=and_(_ASKED, _FREE_TO_TAKE), request_id=REQUEST.c.id).returning(
    RESERVATION.c.id
)
"""Of a request that was made, by an offer that nobody has accepted, or by none."""
NEW_PLAN, NEW_RECORD, NEW_DAY = map(insert, (PLAN, JOURNAL, DAY))
_SAME_ROUTE = exists().where(*(column == _given(column) for column in ROUTE.primary_key))
NEW_ROUTE = _insertion(ROUTE, where=~_SAME_ROUTE)
"""Unless the day has it already."""

_PLAN_BEFORE = select(PLAN.c.route_digests).where(*of_day(PLAN), PLAN.c.version == DAY.c.plan_version)
CLAIM_DAY = (
    update(DAY)
    .where(*of_day(DAY), DAY.c.version == bindparam("expected"))
    .where(or_(bindparam("edition", type_=Integer) < 0, bindparam("edition") == _EDITION))
    .values(version=bindparam("claimed"))
    .returning(
        DAY.c.journal_seq,
        DAY.c.journal_hash,
        func.coalesce(_PLAN_BEFORE.correlate(DAY).scalar_subquery(), ""),
    )
)
"""The head of the journal, and the digests of the routes in the plan in force. An ``edition`` below 0 is any."""

PLAN_IN_FORCE = update(DAY).where(*of_day(DAY)).values(plan_version=bindparam("published"))
NEW_HEAD = update(DAY).where(*of_day(DAY)).values(journal_seq=bindparam("seq"), journal_hash=bindparam("digest"))
TAKE_OFFER = update(OFFER).where(OFFER.c.id == bindparam("number")).values(taken_by=bindparam("taker"))
REMOVE_HOLD = delete(HOLD).where(HOLD.c.request_id == bindparam("number"))
BOOKED_BEFORE = select(RESERVATION.c.day, RESERVATION.c.request_id, RESERVATION.c.service_id).where(
    RESERVATION.c.id == bindparam("number")
)
CHANGE_RESERVATION = (
    update(RESERVATION)
    .where(RESERVATION.c.id == bindparam("number"), _FREE_TO_TAKE)
    .values(
        day=bindparam("on"),
        rider_id=bindparam("rider"),
        state=bindparam("stage"),
        promise_state=bindparam("promise"),
        body=bindparam("content"),
    )
)
_REFUSED = exists().where(REFUSAL.c.request_id == bindparam("request_id"))
NEW_REFUSAL = _insertion(REFUSAL, where=~_REFUSED)
"""Unless the request has one already."""
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
