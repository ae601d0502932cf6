"""Taking files of the catalogue into the store, all or nothing, and writing them out."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from dispatch.model.catalog import Place, Rider, RiderPlace, Shift, Vehicle
from dispatch.model.columns import ColumnFault, Fault
from dispatch.store.csv_io import kinds
from dispatch.store.csv_io.kinds import CatalogFile, CsvKind
from dispatch.store.csv_io.reading import ImportReport, read_file, without
from dispatch.store.engine import create_private_file
from dispatch.store.protocol import Store

TableT = TypeVar("TableT", Place, Rider, RiderPlace, Vehicle, Shift)


def import_csv(store: Store, *, service_id: str, kind: CsvKind, data: bytes, skip_bad: bool) -> ImportReport:
    """Insert or overwrite the rows of a file by their ids, in one unit of work.

    Raises
    ------
    ImportInvalid
        ``import_bad_rows`` (`BadRows`) unless ``skip_bad``; what `read_file` raises. Nothing is taken then.
    """
    match kind:
        case CsvKind.PLACES:
            return _import(store, kinds.PLACES, service_id, data, skip_bad=skip_bad)
        case CsvKind.RIDERS:
            return _import(store, kinds.RIDERS, service_id, data, skip_bad=skip_bad)
        case CsvKind.RIDER_PLACES:
            return _import(store, kinds.RIDER_PLACES, service_id, data, skip_bad=skip_bad)
        case CsvKind.VEHICLES:
            return _import(store, kinds.VEHICLES, service_id, data, skip_bad=skip_bad)
        case CsvKind.SHIFTS:
            return _import(store, kinds.SHIFTS, service_id, data, skip_bad=skip_bad)


def export_csv(store: Store, *, service_id: str, kind: CsvKind) -> str:
    """The catalogue's rows of one kind as the text of a file that `import_csv` reads.

    Riders' own places are a kind of their own and in no other export.
    """
    match kind:
        case CsvKind.PLACES:
            return _export(kinds.PLACES, store.places(service_id))
        case CsvKind.RIDERS:
            return _export(kinds.RIDERS, store.riders(service_id))
        case CsvKind.RIDER_PLACES:
            riders = store.riders(service_id)
            own = (place for rider in riders for place in store.rider_places(service_id, rider.id))
            return _export(kinds.RIDER_PLACES, own)
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


def _import(store: Store, file: CatalogFile[TableT], service_id: str, data: bytes, *, skip_bad: bool) -> ImportReport:
    read = without(read_file(data, file.layout(service_id)), _reference_test(store, service_id))
    rows = read.good_or_refuse(skip_bad=skip_bad)
    with store.writing() as work:
        for row in rows:
            work.save(row)
    return ImportReport(taken=len(rows), skipped=read.bad)


def _export(file: CatalogFile[TableT], rows: Iterable[TableT]) -> str:
    return csv_text(file.columns, map(file.cells, rows))


def _reference_test(
    store: Store, service_id: str
) -> Callable[[Place | Rider | RiderPlace | Vehicle | Shift], tuple[ColumnFault, ...]]:
    """A test that names the columns of a row which name nothing in the catalogue."""
    places = {place.id for place in store.places(service_id)}
    riders = {rider.id for rider in store.riders(service_id)}
    vehicles = {vehicle.id for vehicle in store.vehicles(service_id)}

    def faults_of(row: Place | Rider | RiderPlace | Vehicle | Shift) -> tuple[ColumnFault, ...]:
        named: tuple[tuple[str, str, set[str]], ...]
        match row:
            case RiderPlace():
                named = (("rider_id", row.rider_id, riders), ("place_id", row.place_id, places | {""}))
            case Shift():
                named = (
                    ("vehicle_id", row.vehicle_id, vehicles),
                    ("start_place_id", row.start_place_id, places),
                    ("end_place_id", row.end_place_id, places),
                )
            case _:
                return ()
        return tuple(
            ColumnFault(column=column, fault=Fault.UNKNOWN_REFERENCE)
            for column, row_id, known in named
            if row_id not in known
        )

    return faults_of
