"""``odekake import`` and ``odekake export``: the city's tables and its requests as CSV files."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.figures import Row, show_json, waiting
from api.commands.frame import JsonOption, ServiceOption, day_of, open_desk, read_file, service_of, settings
from api.commands.speech import both, tell
from dispatch.model.errors import InvalidInput
from dispatch.model.wording import Lang

if TYPE_CHECKING:
    from dispatch.store.csv_io import BadRow, ImportReport


class Table(StrEnum):
    """What can be taken in and written out."""

    RIDERS = "riders"
    PLACES = "places"
    VEHICLES = "vehicles"
    SHIFTS = "shifts"
    RIDER_PLACES = "rider_places"
    REQUESTS = "requests"


KindArgument = Annotated[Table, typer.Argument(help=both("argument.kind"))]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE.csv", dir_okay=False, help=both("argument.csv_file"))]
SkipBadOption = Annotated[bool, typer.Option("--skip-bad", help=both("option.skip_bad"))]
FirstDayOption = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help=both("option.first_day"))]
UntilOption = Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help=both("option.until"))]


def import_(
    kind: KindArgument,
    file: FileArgument,
    skip_bad: SkipBadOption = False,
    date: FirstDayOption = "",
    service: ServiceOption = "",
    as_json: JsonOption = False,
) -> None:
    from dispatch.store.csv_io import BadRows

    data = read_file(file)
    try:
        if kind is Table.REQUESTS:
            _import_requests(data, file=file, skip_bad=skip_bad, date=date, service=service, as_json=as_json)
        else:
            _report(_import_table(kind, data, skip_bad=skip_bad, service=service), file=file, as_json=as_json)
    except BadRows as refused:
        _show_bad(refused.bad_rows)
        raise


def export(
    kind: KindArgument,
    file: FileArgument,
    date: FirstDayOption = "",
    until: UntilOption = "",
    service: ServiceOption = "",
) -> None:
    from dispatch.store.csv_io import CsvKind, stored_requests, write_private, write_requests

    desk = open_desk()
    known = service_of(desk, service)
    with waiting(tell("writing")):
        if kind is Table.REQUESTS:
            first = _needed_day(date)
            last = day_of(until) if until else first
            text = write_requests(stored_requests(desk.store, known, first_day=first, last_day=last))
        else:
            text = desk.export_csv(service_id=known, kind=CsvKind(kind.value))
        try:
            write_private(file, text)
        except OSError as error:
            raise InvalidInput("file_not_writable", path=str(file)) from error
    typer.echo(tell("written", path=str(file)))


def _import_table(kind: Table, data: bytes, *, skip_bad: bool, service: str) -> ImportReport:
    from dispatch.store.csv_io import CsvKind

    desk, actor = open_desk(), settings().operator
    known = service_of(desk, service)
    with waiting(tell("reading")):
        return desk.import_csv(service_id=known, kind=CsvKind(kind.value), data=data, skip_bad=skip_bad, actor=actor)


def _import_requests(data: bytes, *, file: Path, skip_bad: bool, date: str, service: str, as_json: bool) -> None:
    """Put the requests of a file through propose and accept, day 0 of the file being ``date``."""
    from api.commands.calls import show_taken, take
    from dispatch.booking.intake_file import CallFile

    first, desk = _needed_day(date), open_desk()
    calls = CallFile(
        service_id=service_of(desk, service),
        first_day=first,
        data=data,
        actor=settings().operator,
        skip_bad=skip_bad,
    )
    taken = take(desk, calls)
    if not as_json:
        _show_bad(taken.skipped)
    show_taken(taken, path=str(file), as_json=as_json)


def _report(report: ImportReport, *, file: Path, as_json: bool) -> None:
    skipped = len({row.line for row in report.skipped})
    if as_json:
        rows: list[Row] = [
            {"line": bad.line, "column": bad.column, "fault": bad.fault.value, "allowed": bad.allowed}
            for bad in report.skipped
        ]
        show_json({"file": str(file), "taken": report.taken, "skipped": skipped, "bad_cells": rows})
        return
    _show_bad(report.skipped)
    typer.echo(tell("imported", path=str(file), taken=report.taken, skipped=skipped))


def _show_bad(bad_rows: tuple[BadRow, ...]) -> None:
    from dispatch.store.csv_io import bad_row_text

    for bad in bad_rows:
        for lang in (Lang.JA, Lang.EN):
            typer.echo(f"  {bad_row_text(bad, lang)}", err=True)


def _needed_day(text: str) -> dt.date:
    if not text:
        raise InvalidInput("date_needed")
    return day_of(text)
