"""The catalogue on an SQL database: reading services, places, riders, vehicles and shifts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import class_mapper
from sqlmodel import Session, col, select

from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.errors import NotFound
from dispatch.store import rows
from dispatch.store import statements as sql
from dispatch.store.assemble import unknown
from dispatch.store.search import RiderQuery, SearchBy, rider_query

Columns = TypeVarTuple("Columns")
CatalogT = TypeVar("CatalogT", Place, Rider, RiderPlace, Vehicle, Shift)


class SqlCatalogReads(ABC):
    """Reads the catalogue, each call in a read transaction of its own."""

    _met: set[str]
    _code_points: str
    """Collation by which ids are ordered alike on every database."""

    @abstractmethod
    def _found(self, statement: Select[*Columns], **named: object) -> list[tuple[*Columns]]:
        """What one statement selects."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Session]:
        """A session that only reads."""

    def service(self, service_id: str) -> Service:
        with self._reading() as session:
            row = session.get(Service, service_id)
            if row is None:
                raise NotFound("unknown_service", service_id=service_id)
            self._met.add(service_id)
            return row

    def met(self, service_id: str) -> bool:
        return service_id in self._met

    def services(self) -> tuple[Service, ...]:
        with self._reading() as session:
            return tuple(session.exec(select(Service).order_by(col(Service.id).collate(self._code_points))))

    def place(self, service_id: str, place_id: str) -> Place:
        return self._one(Place, service_id=service_id, row_id=place_id)

    def places(self, service_id: str) -> tuple[Place, ...]:
        return self._all(Place, service_id)

    def rider(self, service_id: str, rider_id: str) -> Rider:
        return self._one(Rider, service_id=service_id, row_id=rider_id)

    def riders(self, service_id: str) -> tuple[Rider, ...]:
        return self._all(Rider, service_id)

    def search_riders(self, service_id: str, text: str, *, limit: int) -> tuple[Rider, ...]:
        asked = rider_query(text)
        if not asked:
            return ()
        keys = rows.RiderSearchRow
        found = (
            select(Rider)
            .join(keys, (col(keys.service_id) == Rider.service_id) & (col(keys.rider_id) == Rider.id))
            .where(Rider.service_id == service_id, col(Rider.active), *(_matches(query) for query in asked))
            .order_by(col(keys.kana_key).collate(self._code_points), col(Rider.id).collate(self._code_points))
            .limit(limit)
        )
        with self._reading() as session:
            return tuple(session.exec(found))

    def rider_place(self, service_id: str, rider_place_id: str) -> RiderPlace:
        return self._one(RiderPlace, service_id=service_id, row_id=rider_place_id)

    def rider_places(self, service_id: str, rider_id: str) -> tuple[RiderPlace, ...]:
        own = select(RiderPlace).where(RiderPlace.service_id == service_id, RiderPlace.rider_id == rider_id)
        with self._reading() as session:
            return tuple(session.exec(own.order_by(col(RiderPlace.id).collate(self._code_points))))

    def all_rider_places(self, service_id: str) -> tuple[RiderPlace, ...]:
        ordered = (col(RiderPlace.rider_id).collate(self._code_points), col(RiderPlace.id).collate(self._code_points))
        with self._reading() as session:
            return tuple(session.exec(select(RiderPlace).where(RiderPlace.service_id == service_id).order_by(*ordered)))

    def vehicle(self, service_id: str, vehicle_id: str) -> Vehicle:
        return self._one(Vehicle, service_id=service_id, row_id=vehicle_id)

    def vehicles(self, service_id: str) -> tuple[Vehicle, ...]:
        return self._all(Vehicle, service_id)

    def shift(self, service_id: str, shift_id: str) -> Shift:
        return self._one(Shift, service_id=service_id, row_id=shift_id)

    def shifts(self, service_id: str) -> tuple[Shift, ...]:
        return self._all(Shift, service_id)

    def _one(self, table: type[CatalogT], *, service_id: str, row_id: str) -> CatalogT:
        for row in self._found(sql.ONE_ROW[table], service=service_id, row=row_id):
            return _as_loaded(table, row)
        raise unknown(table, row_id)

    def _all(self, table: type[CatalogT], service_id: str) -> tuple[CatalogT, ...]:
        own = select(table).where(table.service_id == service_id)
        with self._reading() as session:
            return tuple(session.exec(own.order_by(col(table.id).collate(self._code_points))))


def _as_loaded(table: type[CatalogT], row: tuple[object, ...]) -> CatalogT:
    """A row as SQLAlchemy loads it: what comes from the database is not sent through the model's constructor."""
    loaded = class_mapper(table).class_manager.new_instance()
    vars(loaded).update(zip(sql.table_of(table).columns.keys(), row, strict=True))
    return loaded


def _matches(query: RiderQuery) -> ColumnElement[bool]:
    """`RiderQuery.finds` in SQL."""
    keys = rows.RiderSearchRow
    match query.by:
        case SearchBy.PHONE:
            phone = col(keys.phone_key)
            return or_(phone.startswith(query.text, autoescape=True), phone.endswith(query.text, autoescape=True))
        case SearchBy.KANA:
            return col(keys.kana_key).contains(f" {query.text}", autoescape=True)
        case SearchBy.NAME:
            return col(keys.name_key).contains(query.text, autoescape=True)
