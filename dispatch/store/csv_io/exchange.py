"""Files of the catalogue: read and tested row by row, and written out. Nothing is stored here."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from dispatch.model.catalog import Place, Rider, RiderPlace, Shift, Vehicle, shift_times_fit
from dispatch.model.columns import ColumnFault, Fault
from dispatch.store.csv_io import kinds
from dispatch.store.csv_io.kinds import CatalogFile, CsvKind
from dispatch.store.csv_io.reading import FileRead, Numbered, read_file, without
from dispatch.store.engine import create_private_file
from dispatch.store.protocol import EditableRow, Store

TableT = TypeVar("TableT", Place, Rider, RiderPlace, Vehicle, Shift)


def read_catalog(store: Store, *, service_id: str, kind: CsvKind, data: bytes) -> FileRead[EditableRow]:
    """The rows of a file, each tested also by what ``store`` has; nothing is written.

    Raises
    ------
    ImportInvalid
        What `read_file` raises.
    """
    match kind:
        case CsvKind.PLACES:
            read = _widened(read_file(data, kinds.PLACES.layout(service_id)))
        case CsvKind.RIDERS:
            read = _widened(read_file(data, kinds.RIDERS.layout(service_id)))
        case CsvKind.RIDER_PLACES:
            read = _widened(read_file(data, kinds.RIDER_PLACES.layout(service_id)))
        case CsvKind.VEHICLES:
            read = _widened(read_file(data, kinds.VEHICLES.layout(service_id)))
        case CsvKind.SHIFTS:
            read = _widened(read_file(data, kinds.SHIFTS.layout(service_id)))
    return without(read, _test_of_rows(store, service_id))


def export_csv(store: Store, *, service_id: str, kind: CsvKind) -> str:
    """The catalogue's rows of one kind as the text of a file that `read_catalog` reads.

    Riders' own places are a kind of their own and in no other export.
    """
    match kind:
        case CsvKind.PLACES:
            return _export(kinds.PLACES, store.places(service_id))
        case CsvKind.RIDERS:
            return _export(kinds.RIDERS, store.riders(service_id))
        case CsvKind.RIDER_PLACES:
            return _export(kinds.RIDER_PLACES, store.all_rider_places(service_id))
        case CsvKind.VEHICLES:
            return _export(kinds.VEHICLES, store.vehicles(service_id))
        case CsvKind.SHIFTS:
            return _export(kinds.SHIFTS, store.shifts(service_id))


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a file with a header and these rows."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue()


def write_private(path: Path, text: str) -> None:
    """Write an export readable by its owner only, in UTF-8 with the mark by which Excel knows it.

    The file appears complete or not at all; an older one is replaced.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    create_private_file(partial)
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _widened(read: FileRead[TableT]) -> FileRead[EditableRow]:
    """The same rows under the type that all kinds share."""
    rows: list[Numbered[EditableRow]] = [
        Numbered(line=row.line, record=row.record, cells=row.cells) for row in read.rows
    ]
    return FileRead(rows=tuple(rows), bad=read.bad)


def _export(file: CatalogFile[TableT], rows: Iterable[TableT]) -> str:
    return csv_text(file.columns, map(file.cells, rows))


def _test_of_rows(store: Store, service_id: str) -> Callable[[EditableRow], tuple[ColumnFault, ...]]:
    """A test that names the columns of a row which name nothing in the catalogue, and shifts that cannot be run."""
    places = {place.id for place in store.places(service_id)}
    riders = {rider.id for rider in store.riders(service_id)}
    vehicles = {vehicle.id for vehicle in store.vehicles(service_id)}

    def faults_of(row: EditableRow) -> tuple[ColumnFault, ...]:
        named: tuple[tuple[str, bool], ...]
        match row:
            case RiderPlace():
                named = (("rider_id", row.rider_id in riders), ("place_id", row.place_id in places | {""}))
            case Shift():
                named = (
                    ("vehicle_id", row.vehicle_id in vehicles),
                    ("start_place_id", row.start_place_id in places),
                    ("end_place_id", row.end_place_id in places),
                )
                if all(known for _, known in named) and not shift_times_fit(row):
                    return (ColumnFault(column=_wrong_time(row), fault=Fault.OUT_OF_BOUNDS),)
            case _:
                return ()
        return tuple(ColumnFault(column=column, fault=Fault.UNKNOWN_REFERENCE) for column, known in named if not known)

    return faults_of


def _wrong_time(shift: Shift) -> str:
    """The column to look at in a shift whose times do not fit."""
    return "end" if shift.start_s >= shift.end_s else "break_earliest"
