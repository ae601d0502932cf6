"""``odekake series``: book the dates of recurring trips that the horizon has reached; list the templates."""

from __future__ import annotations

import typer

from api.commands.figures import Row, show_json, show_rows
from api.commands.frame import JsonOption, ServiceOption, ending_well, open_desk, service_of, settings
from api.commands.speech import both, terminal_lang
from dispatch.model.series import SeriesDate
from dispatch.model.times import clock_text
from dispatch.model.wording import say

app = typer.Typer(help=both("help.series"), no_args_is_help=True)


def book(service: ServiceOption = "", as_json: JsonOption = False) -> None:
    desk = open_desk()
    made = desk.book_series(service_id=service_of(desk, service), actor=settings().operator)
    if as_json:
        booked: list[Row] = [_row(one) for one in made.booked]
        refused: list[Row] = [_row(one) for one in made.refused]
        show_json({"booked": booked, "refused": refused, "later": made.later})
        return
    lang = terminal_lang()
    for one in made.refused:
        cause = say(f"error.{one.code}.cause", lang, **dict(one.values))
        line = say("cli.series.refused", lang, series_id=one.series_id, date=one.date.isoformat(), cause=cause)
        typer.echo(line, err=True)
    counts = {"booked": len(made.booked), "refused": len(made.refused), "later": made.later}
    typer.echo(say("cli.series.booked", lang, **counts))


def list_series(service: ServiceOption = "", as_json: JsonOption = False) -> None:
    desk = open_desk()
    rows: list[Row] = [
        {
            "id": one.id,
            "rider_id": one.rider_id,
            "weekdays": "".join(map(str, one.weekdays)),
            "first": one.first.isoformat(),
            "last": one.last.isoformat(),
            "time_kind": one.time_kind.value,
            "time": clock_text(one.time_s),
            "back": len(one.back),
        }
        for one in desk.store.all_series(service_of(desk, service))
    ]
    show_rows(rows, title=say("desk.series.title", terminal_lang()), as_json=as_json)


def _row(made: SeriesDate) -> Row:
    return {"series_id": made.series_id, "date": made.date.isoformat(), "code": made.code}


for name, command in {"book": book, "list": list_series}.items():
    app.command(name, help=both(f"help.series_{name}"))(ending_well(command))
