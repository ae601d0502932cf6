"""``odekake sheets`` and ``odekake map``: the files of a planned day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.figures import waiting
from api.commands.frame import DateOption, ServiceOption, day_of, open_desk, service_of
from api.commands.speech import both, tell

OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help=both("option.out"))]
OUT = Path("out")


def sheets(date: DateOption, out: OutOption = OUT, service: ServiceOption = "") -> None:
    from dispatch.plan_files import SHEET_SUFFIXES

    written = _write(date, out, service, what=tell("printing"))
    _tell([path for path in written if path.suffix in SHEET_SUFFIXES and not _is_map(path)])


def draw_map(date: DateOption, out: OutOption = OUT, service: ServiceOption = "") -> None:
    written = _write(date, out, service, what=tell("drawing"))
    _tell([path for path in written if _is_map(path)])


def _write(date: str, out: Path, service: str, *, what: str) -> tuple[Path, ...]:
    """All files of the day: the folder of a date is always of one plan version."""
    from dispatch.plan_files import write_day_files

    day, desk = day_of(date), open_desk()
    known = service_of(desk, service)
    with waiting(what):
        state = desk.day_state(service_id=known, day=day)
        return write_day_files(desk.store, state, desk.travel_times(service_id=known, day=day), out)


def _is_map(path: Path) -> bool:
    from dispatch.plan_files import MAP_FILE

    return path.name == MAP_FILE


def _tell(paths: list[Path]) -> None:
    for path in paths:
        typer.echo(tell("written", path=str(path)))
