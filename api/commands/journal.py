"""Commands about the journal: prove it, and build every plan of a day again from it."""

from __future__ import annotations

import typer

from api.commands.figures import Row, show_json, show_rows, waiting
from api.commands.frame import (
    EXIT_FINDING,
    DateOption,
    JsonOption,
    ServiceOption,
    day_of,
    ending_well,
    open_desk,
    service_of,
)
from api.commands.speech import both, tell, terminal_lang
from dispatch.model.wording import say

app = typer.Typer(help=both("help.journal"), no_args_is_help=True)


def verify(date: DateOption, service: ServiceOption = "", as_json: JsonOption = False) -> None:
    day, desk = day_of(date), open_desk()
    known = service_of(desk, service)
    with waiting(tell("checking")):
        found = desk.verify_journal(service_id=known, day=day)
    looked_at = {
        "entries": found.entries,
        "plans": found.plans,
        "reservations": found.reservations,
        "events": found.events,
    }
    if as_json:
        flaws = [{"what": flaw.what, "where": flaw.where} for flaw in found.flaws]
        show_json({"date": day.isoformat(), **looked_at, "flaws": flaws})
    elif found.flaws:
        rows: list[Row] = [
            {"where": flaw.where, "text": say(f"flaw.{flaw.what}", terminal_lang())} for flaw in found.flaws
        ]
        show_rows(rows, title=tell("journal_flawed", date=day.isoformat(), count=len(rows)), as_json=False)
    else:
        typer.echo(tell("journal_whole", date=day.isoformat(), **looked_at))
    if found.flaws:
        raise typer.Exit(EXIT_FINDING)


def replay(date: DateOption, service: ServiceOption = "", as_json: JsonOption = False) -> None:
    day, desk = day_of(date), open_desk()
    known = service_of(desk, service)
    with waiting(tell("checking")):
        versions = desk.replay_journal(service_id=known, day=day)
    rows: list[Row] = [
        {
            "version": one.plan.version,
            "reason": one.plan.reason.value,
            "routes": len(one.plan.routes),
            "journaled": one.journaled,
            "rebuilt": one.rebuilt,
            "equal": one.equal,
        }
        for one in versions
    ]
    if as_json:
        show_json({"date": day.isoformat(), "versions": rows})
    elif rows:
        short = [
            {**row, "journaled": one.journaled[:12], "rebuilt": one.rebuilt[:12]}
            for row, one in zip(rows, versions, strict=True)
        ]
        show_rows(short, title=tell("replay_title", date=day.isoformat()), as_json=False)
    else:
        typer.echo(tell("nothing_to_check", date=day.isoformat()))
    if not all(one.equal for one in versions):
        raise typer.Exit(EXIT_FINDING)


app.command("verify", help=both("help.journal_verify"))(ending_well(verify))
app.command("replay", help=both("help.journal_replay"))(ending_well(replay))
