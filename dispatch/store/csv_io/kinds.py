"""What a file of each kind of the catalogue looks like: columns, and cells to rows and back.

The columns are the fields of the noun's Create schema, ``id`` first. Seconds of the day are written as clock times
(``start_s`` is column ``start``), seat layouts as ``4+0;2+1`` (seats + wheelchair places), yes and no as ``true`` and
``false``. An empty cell means the field's default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlmodel import SQLModel

from dispatch.model.catalog import (
    Place,
    PlaceCreate,
    Rider,
    RiderCreate,
    RiderPlace,
    RiderPlaceCreate,
    Shift,
    ShiftCreate,
    Vehicle,
    VehicleCreate,
)
from dispatch.model.columns import CellInvalid, ColumnFault, Fault, RowInvalid
from dispatch.model.demand import clock_second, whole_number
from dispatch.model.times import clock_text
from dispatch.store.csv_io.reading import Layout

Cell: TypeAlias = str | int | list[list[int]]
TableT = TypeVar("TableT", Place, Rider, RiderPlace, Vehicle, Shift)

_FAULTS: Mapping[str, Fault] = {
    "missing": Fault.MISSING,
    "int_parsing": Fault.NOT_A_NUMBER,
    "int_from_float": Fault.NOT_A_NUMBER,
    "float_parsing": Fault.NOT_A_NUMBER,
    "finite_number": Fault.NOT_A_NUMBER,
    "bool_parsing": Fault.NOT_YES_OR_NO,
    "enum": Fault.UNKNOWN_WORD,
    "date_from_datetime_parsing": Fault.NOT_A_DATE,
    "date_parsing": Fault.NOT_A_DATE,
    "greater_than_equal": Fault.OUT_OF_BOUNDS,
    "less_than_equal": Fault.OUT_OF_BOUNDS,
    "string_too_short": Fault.OUT_OF_BOUNDS,
    "string_too_long": Fault.OUT_OF_BOUNDS,
    "value_error": Fault.OUT_OF_BOUNDS,
}
"""Pydantic's error types in our words; any other is a bad format."""

_ALLOWED: Mapping[str, str] = {
    "ge": "≥ {}",
    "gt": "> {}",
    "le": "≤ {}",
    "lt": "< {}",
    "min_length": "≥ {}",
    "max_length": "≤ {}",
    "expected": "{}",
    "pattern": "{}",
}
"""What pydantic knows of the values allowed, by its name of it, as it is told."""


class CsvKind(StrEnum):
    """Kinds of the catalogue that come and go as files."""

    PLACES = "places"
    RIDERS = "riders"
    RIDER_PLACES = "rider_places"
    VEHICLES = "vehicles"
    SHIFTS = "shifts"


class CatalogFile(Generic[TableT]):
    """Files of one noun: its table, and the Create schema that validates each row."""

    def __init__(self, table: type[TableT], schema: type[SQLModel]) -> None:
        self._table: type[TableT] = table
        self._schema = schema
        fields = schema.model_fields
        names = sorted(fields, key=lambda name: name != "id")
        self._field_of = {_column(name): name for name in names}
        self.columns = tuple(self._field_of)
        self._needed = frozenset(_column(name) for name in names if fields[name].is_required())

    def layout(self, service_id: str) -> Layout[TableT]:
        """How to read a file of rows of this service."""
        return Layout(
            columns=self.columns,
            needed=self._needed,
            key_column="id",
            parse=lambda cells: self._parse(cells, service_id=service_id),
            key=lambda row: row.id,
        )

    def cells(self, row: TableT) -> list[str]:
        """One row as cells in the order of ``columns``."""
        values = row.model_dump(mode="json")
        return [_written(column, values[name]) for column, name in self._field_of.items()]

    def _parse(self, cells: Mapping[str, str], *, service_id: str) -> TableT:
        values: dict[str, Cell] = {}
        faults = []
        for column, text in cells.items():
            try:
                if text.strip():
                    values[self._field_of[column]] = _READERS.get(column, str.strip)(text)
            except CellInvalid as invalid:
                faults.append(ColumnFault(column=column, fault=invalid.fault, allowed=invalid.allowed))
        try:
            checked = self._schema.model_validate(values)
        except ValidationError as error:
            told = {fault.column for fault in faults}
            found = (_fault(detail) for detail in error.errors())
            faults += [fault for fault in found if fault.column not in told]
            raise RowInvalid(faults) from error
        if faults:
            raise RowInvalid(faults)
        row: TableT = self._table(service_id=service_id, **checked.model_dump())
        return row


def _fault(detail: ErrorDetails) -> ColumnFault:
    context = detail.get("ctx", {})
    allowed = [form.format(str(context[name]).removesuffix(".0")) for name, form in _ALLOWED.items() if name in context]
    return ColumnFault(
        column=_column(str(detail["loc"][0])),
        fault=_FAULTS.get(detail["type"], Fault.BAD_FORMAT),
        allowed=" ".join(allowed),
    )


def _column(field: str) -> str:
    return field.removesuffix("_s") if field.removesuffix("_s") in _CLOCK_COLUMNS else field


def _written(column: str, value: Cell | float | bool) -> str:
    if column in _CLOCK_COLUMNS and isinstance(value, int):
        seconds = value % 60
        return clock_text(value) + (f":{seconds:02d}" if seconds else "")
    if isinstance(value, list):
        return ";".join("+".join(str(places) for places in layout) for layout in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_layouts(text: str) -> list[list[int]]:
    try:
        return [[whole_number(places.strip()) for places in layout.split("+")] for layout in text.split(";")]
    except CellInvalid as invalid:
        raise CellInvalid(invalid.fault, allowed="4+0;2+1") from invalid


_CLOCK_COLUMNS = frozenset({"start", "end", "break_earliest", "break_latest"})
_READERS: Mapping[str, Callable[[str], Cell]] = {
    **dict.fromkeys(_CLOCK_COLUMNS, lambda text: clock_second(text.strip())),
    "layouts": _read_layouts,
}

PLACES = CatalogFile(Place, PlaceCreate)
RIDERS = CatalogFile(Rider, RiderCreate)
RIDER_PLACES = CatalogFile(RiderPlace, RiderPlaceCreate)
VEHICLES = CatalogFile(Vehicle, VehicleCreate)
SHIFTS = CatalogFile(Shift, ShiftCreate)
