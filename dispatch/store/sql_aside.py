"""What an SQL unit of work keeps beside the nouns of a day: leases, keyed calls, outages, roads."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection, Executable, exists, or_
from sqlmodel import Session, col, delete, select, update

from dispatch.model.errand import Errand, ErrandKey
from dispatch.model.outage import Outage
from dispatch.model.road import RoadChange
from dispatch.store import codec, rows
from dispatch.store import statements as sql
from dispatch.store.driver import selected, written


class SqlAside:
    """Writes in the transaction of ``connection``; who began it closes this and commits, or rolls back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._opened = ExitStack()

    @cached_property
    def _session(self) -> Session:
        """For rows that are written as they are; most units of work at the desk have none, and a session takes time."""
        return self._opened.enter_context(Session(self._connection, expire_on_commit=False))

    def close(self) -> None:
        """Close the session, if there was need of one: all it had to write is written, and the transaction goes on."""
        self._opened.close()

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
        return tuple(codec.ERRAND.read(body) for (body,) in selected(self._connection, sql.ONE_ERRAND, **_of(key)))

    def save_errand(self, errand: Errand) -> None:
        key, until, body = errand.key, errand.kept_until, codec.ERRAND.write(errand)
        if not written(self._connection, sql.CHANGE_ERRAND, **_of(key), kept=until, content=body):
            written(self._connection, sql.NEW_ERRAND, **asdict(key), kept_until=until, body=body)

    def sweep_errands(self, *, before: datetime) -> None:
        written(self._connection, sql.SWEEP_ERRANDS, before=before)

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
        return self._connection.execute(statement).rowcount


def _of(key: ErrandKey) -> dict[str, str]:
    return {f"of_{part}": value for part, value in asdict(key).items()}
