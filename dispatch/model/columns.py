"""What can be wrong with the cells of one row of a file, as values that a person can be told about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """Why a cell was not taken (sentences under ``import.fault`` in the wording catalogue)."""

    MISSING = "missing"  # empty, but needed
    NOT_A_NUMBER = "not_a_number"
    NOT_A_TIME = "not_a_time"
    NOT_A_DATE = "not_a_date"
    NOT_YES_OR_NO = "not_yes_or_no"
    UNKNOWN_WORD = "unknown_word"  # not one of the words allowed in this column
    OUT_OF_BOUNDS = "out_of_bounds"  # too small, too large or too long
    BAD_FORMAT = "bad_format"
    DUPLICATE = "duplicate"  # the same number or id occurs on an earlier line
    UNKNOWN_REFERENCE = "unknown_reference"  # names a row that does not exist
    GUEST = "guest"  # no rider is named where one is needed
    SAME_PLACE = "same_place"  # a trip from a place to itself
    NOT_THE_OUTBOUND = "not_the_outbound"  # a return linked with a trip of somebody else or of another day
    ORDER = "order"  # before or after something it may not be before or after
    SHIFT_OVERLAPS = "shift_overlaps"  # the vehicle drives another shift at that time
    TOO_MANY_CELLS = "too_many_cells"
    TOO_FEW_CELLS = "too_few_cells"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFault:
    """One cell that was not taken: its column and why. ``allowed`` says what it may hold, where that is a list of
    words, bounds or a form to follow.
    """

    column: str
    fault: Fault
    allowed: str = field(default="", compare=False)


class CellInvalid(ValueError):
    """A cell cannot be read; ``fault`` says why, ``allowed`` what it may hold."""

    def __init__(self, fault: Fault, *, allowed: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.allowed = allowed


class RowInvalid(ValueError):
    """Cells of a row cannot be read; ``faults`` names each of them, at least one."""

    def __init__(self, faults: Iterable[ColumnFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(f"{f.column}: {f.fault}" for f in self.faults))
