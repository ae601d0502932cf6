"""From the bytes of a file to records, naming every bad row. Nothing is stored here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from dispatch.model.columns import ColumnFault, Fault, RowInvalid
from dispatch.model.errors import ImportInvalid
from dispatch.model.wording import Lang, say

RecordT = TypeVar("RecordT")

_ENCODINGS = ("utf-8-sig", "cp932")
"""Tried in this order: text in Shift_JIS (as Excel writes it in Japan) is practically never valid UTF-8."""

SHOWN_MAX = 40
"""Letters of a cell that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One cell that was not taken: line of the file (the header is 1), column, why, what it may hold (``allowed``).

    ``found`` is what stands there, for the eyes of whoever brings the file: it may be a name or a phone number, so it
    is in no text but `bad_row_text`, and no log shows it.
    """

    line: int
    column: str
    fault: Fault
    allowed: str = field(default="", compare=False)
    found: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How many rows were taken, and the rows that were skipped on request."""

    taken: int
    skipped: tuple[BadRow, ...]


class BadRows(ImportInvalid):
    """``import_bad_rows``: nothing of the file was taken; ``bad_rows`` names each cell."""

    def __init__(self, bad_rows: Sequence[BadRow]) -> None:
        first = bad_rows[0]
        lines = len({row.line for row in bad_rows})
        super().__init__("import_bad_rows", count=lines, line=first.line, column=first.column)
        self.bad_rows = tuple(bad_rows)


def _no_cells() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(Generic[RecordT]):
    """A record, the line it stands on, and the cells of that line by column."""

    line: int
    record: RecordT
    cells: Mapping[str, str] = field(default_factory=_no_cells, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead(Generic[RecordT]):
    """The good rows of a file and what is wrong with the others."""

    rows: tuple[Numbered[RecordT], ...]
    bad: tuple[BadRow, ...]

    def good_or_refuse(self, *, skip_bad: bool) -> tuple[RecordT, ...]:
        """The records.

        Raises
        ------
        BadRows
            Some row is bad, and ``skip_bad`` is not asked for.
        """
        if self.bad and not skip_bad:
            raise BadRows(self.bad)
        return tuple(row.record for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Generic[RecordT]):
    """What a file of one kind looks like.

    ``parse`` raises `RowInvalid`; ``key`` is what may occur once in a file, named in column ``key_column``.
    """

    columns: tuple[str, ...]
    needed: frozenset[str]
    key_column: str
    parse: Callable[[Mapping[str, str]], RecordT]
    key: Callable[[RecordT], Hashable]


def bad_row_text(row: BadRow, lang: Lang) -> str:
    """One bad cell as a sentence: where, what stands there, why it was not taken, what it may hold."""
    shown = "".join(letter if letter.isprintable() else " " for letter in row.found[:SHOWN_MAX])
    shown += "…" * (len(row.found) > SHOWN_MAX)
    found = say("import.found", lang, found=shown) if shown.strip() else ""
    allowed = say("import.allowed", lang, allowed=row.allowed) if row.allowed else ""
    reason = say(f"import.fault.{row.fault}", lang)
    return say("import.bad_row", lang, line=row.line, column=row.column, found=found, reason=reason, allowed=allowed)


def read_file(data: bytes, layout: Layout[RecordT]) -> FileRead[RecordT]:
    """Read all rows of a file in UTF-8 (with or without a byte order mark) or Shift_JIS.

    Raises
    ------
    ImportInvalid
        ``import_encoding``; ``import_empty`` without a header; ``import_unknown_columns``,
        ``import_missing_columns`` and ``import_repeated_columns`` naming the columns.
    """
    rows: list[Numbered[RecordT]] = []
    bad: list[BadRow] = []
    seen: set[Hashable] = set()
    for line, cells, width_faults in _lines(_decoded(data), layout):
        try:
            if width_faults:
                raise RowInvalid(width_faults)
            record = layout.parse(cells)
            if layout.key(record) in seen:
                raise RowInvalid([ColumnFault(column=layout.key_column, fault=Fault.DUPLICATE)])
        except RowInvalid as invalid:
            bad.extend(_bad_cells(line, cells, invalid.faults))
        else:
            seen.add(layout.key(record))
            rows.append(Numbered(line=line, record=record, cells=MappingProxyType(cells)))
    return FileRead(rows=tuple(rows), bad=tuple(bad))


def without(read: FileRead[RecordT], faults_of: Callable[[RecordT], Sequence[ColumnFault]]) -> FileRead[RecordT]:
    """The same file after a further test of each good row."""
    rows, bad = [], list(read.bad)
    for row in read.rows:
        faults = faults_of(row.record)
        bad.extend(_bad_cells(row.line, row.cells, faults))
        if not faults:
            rows.append(row)
    return FileRead(rows=tuple(rows), bad=tuple(sorted(bad, key=lambda row: row.line)))


def _bad_cells(line: int, cells: Mapping[str, str], faults: Sequence[ColumnFault]) -> Iterator[BadRow]:
    for one in faults:
        found = cells.get(one.column, "").strip()
        yield BadRow(line=line, column=one.column, fault=one.fault, allowed=one.allowed, found=found)


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportInvalid("import_encoding")


def _lines(text: str, layout: Layout[RecordT]) -> Iterator[tuple[int, dict[str, str], tuple[ColumnFault, ...]]]:
    """Of every row that is not blank: line number, cells by column, and the fault of having too many or too few."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, layout)
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, dict(zip(header, cells, strict=False)), _width_faults(cells, header)
            start = reader.line_num + 1
    except csv.Error as error:
        raise ImportInvalid("import_not_csv", line=reader.line_num) from error


def _width_faults(cells: Sequence[str], header: Sequence[str]) -> tuple[ColumnFault, ...]:
    if len(cells) > len(header):
        return (ColumnFault(column=header[-1], fault=Fault.TOO_MANY_CELLS),)
    if len(cells) < len(header):
        return (ColumnFault(column=header[len(cells)], fault=Fault.TOO_FEW_CELLS),)
    return ()


def _check_header(header: Sequence[str], layout: Layout[RecordT]) -> None:
    if not any(header):
        raise ImportInvalid("import_empty")
    unknown = [name for name in header if name not in layout.columns]
    missing = [name for name in layout.columns if name in layout.needed and name not in header]
    repeated = sorted({name for name in header if header.count(name) > 1})
    for code, names in (
        ("import_unknown_columns", unknown),
        ("import_missing_columns", missing),
        ("import_repeated_columns", repeated),
    ):
        if names:
            raise ImportInvalid(code, columns=", ".join(names), known=", ".join(layout.columns))
