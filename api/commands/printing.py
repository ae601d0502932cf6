"""``odekake sheets`` and ``odekake map``: the files of a planned day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.figures import waiting
from api.commands.frame import DateOption, ServiceOption, day_of, open_desk, service_of, settings
from api.commands.speech import both, tell

if TYPE_CHECKING:
    from dispatch.plan_files import Part


def _out_dir() -> Path:
    return settings().out_dir


OutOption = Annotated[
    Path, typer.Option("--out", metavar="DIR", file_okay=False, default_factory=_out_dir, help=both("option.out"))
]


def sheets(date: DateOption, out: OutOption, service: ServiceOption = "") -> None:
    from dispatch.plan_files import Part

    _write(date, out, service, part=Part.SHEETS, what=tell("printing"))


def draw_map(date: DateOption, out: OutOption, service: ServiceOption = "") -> None:
    from dispatch.plan_files import Part

    _write(date, out, service, part=Part.MAP, what=tell("drawing"))


def _write(date: str, out: Path, service: str, *, part: Part, what: str) -> None:
    from dispatch.plan_files import PLAN_FILE, write_day_files

    day, desk = day_of(date), open_desk()
    known = service_of(desk, service)
    with waiting(what):
        state = desk.day_state(service_id=known, day=day)
        travel = desk.travel_times(service_id=known, day=day)
        written = write_day_files(desk.store, state, travel, out, parts=frozenset({part}))
    for path in written:
        if path.name != PLAN_FILE:
            typer.echo(tell("written", path=str(path)))
