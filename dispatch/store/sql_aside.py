"""What an SQL unit of work keeps beside the nouns of a day: leases, keyed calls, outages, roads."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Executable, exists, or_
from sqlmodel import Session, col, delete, select, update

from dispatch.model.errand import Errand, ErrandKey
from dispatch.model.outage import Outage
from dispatch.model.road import RoadChange
from dispatch.store import codec, rows
from dispatch.store import statements as sql


class SqlAside:
    """Writes through ``session``; who opened it commits or rolls back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_lease(self, service_id: str, day: date, *, owner: str, now: datetime, until: datetime) -> bool:
        table = rows.LeaseRow
        free = or_(col(table.owner) == owner, col(table.until) < now)
        taken = update(table).where(col(table.service_id) == service_id, col(table.day) == day, free)
        if self._changed(taken.values(owner=owner, until=until)):
            return True
        known = exists().where(col(table.service_id) == service_id, col(table.day) == day)
        if self._session.exec(select(known)).one():
            return False
        self._session.add(table(service_id=service_id, day=day, owner=owner, until=until))
        self._session.flush()
        return True

    def give_back_lease(self, service_id: str, day: date, *, owner: str) -> None:
        table = rows.LeaseRow
        own = (col(table.service_id) == service_id, col(table.day) == day, col(table.owner) == owner)
        self._changed(delete(table).where(*own))

    def errand(self, key: ErrandKey) -> tuple[Errand, ...]:
        bodies = self._session.connection().execute(sql.ONE_ERRAND, _of(key)).scalars()
        return tuple(map(codec.ERRAND.read, bodies))

    def save_errand(self, errand: Errand) -> None:
        key, body, connection = errand.key, codec.ERRAND.write(errand), self._session.connection()
        changed = {**_of(key), "kept": errand.kept_until, "content": body}
        if not connection.execute(sql.CHANGE_ERRAND, changed).rowcount:
            connection.execute(sql.NEW_ERRAND, {**asdict(key), "kept_until": errand.kept_until, "body": body})

    def sweep_errands(self, *, before: datetime) -> None:
        self._session.connection().execute(sql.SWEEP_ERRANDS, {"before": before})

    def save_outage(self, outage: Outage) -> None:
        row = rows.OutageRow(
            service_id=outage.service_id, day=outage.date, number=outage.number, body=codec.OUTAGE.write(outage)
        )
        self._session.merge(row)
        self._session.flush()

    def save_road(self, change: RoadChange) -> None:
        row = rows.RoadChangeRow(
            service_id=change.service_id, day=change.date, number=change.number, body=codec.ROAD.write(change)
        )
        self._session.merge(row)
        self._session.flush()

    def _changed(self, statement: Executable) -> int:
        """Run a statement and return how many rows it changed."""
        return self._session.connection().execute(statement).rowcount


def _of(key: ErrandKey) -> dict[str, str]:
    return {f"of_{part}": value for part, value in asdict(key).items()}
