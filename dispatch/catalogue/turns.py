"""One vehicle drives one shift at a time: found before shifts are saved, and per line in a file of shifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dispatch.model.catalog import Shift, shifts_overlap
from dispatch.model.columns import ColumnFault, Fault
from dispatch.model.errors import InvalidInput
from dispatch.store.csv_io.reading import FileRead, without
from dispatch.store.protocol import EditableRow


def check_turns(saved: Iterable[EditableRow], shifts: Mapping[str, Shift]) -> None:
    """Refuse saved shifts that overlap another one of ``shifts``, which are all those that would be left.

    Raises
    ------
    InvalidInput
        ``shift_overlaps``.
    """
    for row in saved:
        if not isinstance(row, Shift):
            continue
        for other in shifts.values():
            if other.id != row.id and shifts_overlap(row, other):
                raise InvalidInput("shift_overlaps", shift_id=row.id, other_id=other.id, vehicle_id=row.vehicle_id)


def in_turn(read: FileRead[EditableRow], stored: Iterable[Shift]) -> FileRead[EditableRow]:
    """The file without shifts that overlap an earlier line, or a shift of ``stored`` that the file does not replace."""
    in_file = {row.record.id for row in read.rows if isinstance(row.record, Shift)}
    others = [shift for shift in stored if shift.id not in in_file]

    def faults_of(row: EditableRow) -> tuple[ColumnFault, ...]:
        if not isinstance(row, Shift):
            return ()
        if any(shifts_overlap(row, other) for other in others):
            return (ColumnFault(column="start", fault=Fault.SHIFT_OVERLAPS),)
        others.append(row)
        return ()

    return without(read, faults_of)
