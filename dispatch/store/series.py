"""What the business asks of storage about recurring trips: part of `dispatch.store.protocol`."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from dispatch.model.series import Series, SeriesDate


class SeriesWork(Protocol):
    """Writing series, as part of a unit of work."""

    def add_series(self, series: Series) -> Series:
        """Store a new series (its ``id`` is ignored); returns it with the id given."""
        ...

    def replace_series(self, series: Series) -> None:
        """Overwrite the series of the same id. Raises NotFound ``unknown_series``."""
        ...

    def erase_series(self, series_id: int) -> None:
        """Forget a series and what became of its dates; one that does not exist is no error."""
        ...

    def save_series_date(self, made: SeriesDate) -> None:
        """Say what became of a date of a series, in place of what was said before."""
        ...


class SeriesReads(Protocol):
    """Reading series."""

    def series(self, series_id: int) -> Series:
        """Raises NotFound ``unknown_series``."""
        ...

    def all_series(self, service_id: str) -> tuple[Series, ...]:
        """All of a service, ordered by id."""
        ...

    def series_dates(self, service_id: str, day: date) -> tuple[SeriesDate, ...]:
        """What became of the series of a day, ordered by series."""
        ...
