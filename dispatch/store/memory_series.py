"""Recurring trips in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dispatch.model.errand import Made
from dispatch.model.errors import NotFound
from dispatch.model.series import Series, SeriesDate
from dispatch.store.memory_tables import Tables


class MemorySeriesWork:
    """Stages series; who opened the unit of work applies or forgets them."""

    _tables: Tables
    _made: list[Made]

    def add_series(self, series: Series) -> Series:
        stored = replace(series, id=next(self._tables.numbers))
        self._tables.series.put(stored.id, stored)
        self._made.append(Made(noun="series", id=stored.id))
        return stored

    def replace_series(self, series: Series) -> None:
        if not self._tables.series.has_staged(series.id):
            raise NotFound("unknown_series", series_id=series.id)
        self._tables.series.put(series.id, series)
        self._made.append(Made(noun="series", id=series.id))

    def erase_series(self, series_id: int) -> None:
        self._tables.series.drop(series_id)
        for made in self._tables.series_dates.all():
            if made.series_id == series_id:
                self._tables.series_dates.drop((series_id, made.date))

    def save_series_date(self, made: SeriesDate) -> None:
        self._tables.series_dates.put((made.series_id, made.date), made)


class MemorySeriesReads:
    """Reads series."""

    _tables: Tables

    def series(self, series_id: int) -> Series:
        try:
            return self._tables.series.find(series_id)
        except KeyError as error:
            raise NotFound("unknown_series", series_id=series_id) from error

    def all_series(self, service_id: str) -> tuple[Series, ...]:
        return tuple(sorted(self._tables.series.group(service_id), key=lambda one: one.id))

    def series_dates(self, service_id: str, day: date) -> tuple[SeriesDate, ...]:
        return tuple(sorted(self._tables.series_dates.group((service_id, day)), key=lambda one: one.series_id))
