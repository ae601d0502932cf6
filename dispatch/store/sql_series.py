"""Recurring trips on an SQL database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

from sqlalchemy import Executable
from sqlmodel import Session, col, delete, select, update

from dispatch.model.errand import Made
from dispatch.model.errors import NotFound
from dispatch.model.series import Series, SeriesDate
from dispatch.store import codec, rows


class SqlSeriesWork(ABC):
    """Writes series through ``_session``; who began its transaction commits or rolls back."""

    _made: list[Made]

    @property
    @abstractmethod
    def _session(self) -> Session:
        """A session in the transaction."""

    @abstractmethod
    def _changed(self, statement: Executable) -> int:
        """Run a statement in the transaction and return how many rows it changed."""

    def add_series(self, series: Series) -> Series:
        row = rows.SeriesRow(service_id=series.service_id, rider_id=series.rider_id, body=codec.SERIES.write(series))
        self._session.add(row)
        self._session.flush()
        self._made.append(Made(noun="series", id=row.id))
        return replace(series, id=row.id)

    def replace_series(self, series: Series) -> None:
        table = rows.SeriesRow
        replaced = update(table).where(col(table.id) == series.id)
        values = replaced.values(rider_id=series.rider_id, body=codec.SERIES.write(series))
        if not self._changed(values):
            raise NotFound("unknown_series", series_id=series.id)
        self._made.append(Made(noun="series", id=series.id))

    def erase_series(self, series_id: int) -> None:
        self._changed(delete(rows.SeriesDateRow).where(col(rows.SeriesDateRow.series_id) == series_id))
        self._changed(delete(rows.SeriesRow).where(col(rows.SeriesRow.id) == series_id))
        self._session.expire_all()

    def save_series_date(self, made: SeriesDate) -> None:
        row = rows.SeriesDateRow(
            series_id=made.series_id, day=made.date, service_id=made.service_id, body=codec.SERIES_DATE.write(made)
        )
        self._session.merge(row)
        self._session.flush()


class SqlSeriesReads(ABC):
    """Reads series, each call in a read transaction of its own."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Session]:
        """A session that only reads."""

    def series(self, series_id: int) -> Series:
        with self._reading() as session:
            row = session.get(rows.SeriesRow, series_id)
            if row is None:
                raise NotFound("unknown_series", series_id=series_id)
            return replace(codec.SERIES.read(row.body), id=series_id)

    def all_series(self, service_id: str) -> tuple[Series, ...]:
        table = rows.SeriesRow
        own = select(col(table.id), table.body).where(table.service_id == service_id).order_by(col(table.id))
        with self._reading() as session:
            return tuple(replace(codec.SERIES.read(body), id=number) for number, body in session.exec(own))

    def series_dates(self, service_id: str, day: date) -> tuple[SeriesDate, ...]:
        table = rows.SeriesDateRow
        own = select(table.body).where(table.service_id == service_id, table.day == day)
        with self._reading() as session:
            return tuple(codec.SERIES_DATE.read(body) for body in session.exec(own.order_by(col(table.series_id))))
