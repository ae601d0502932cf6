"""``odekake rules``: the file of service rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.figures import Row, show_json, show_rows, waiting
from api.commands.frame import JsonOption, ServiceOption, ending_well, open_desk, service_of, settings
from api.commands.speech import both, tell
from dispatch.model.errors import InvalidInput

if TYPE_CHECKING:
    from dispatch.model.rules import ServiceRules

app = typer.Typer(help=both("help.rules"), no_args_is_help=True)
RulesFile = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help=both("argument.rules_file"))]


def check(file: RulesFile) -> None:
    _read(file)
    typer.echo(tell("rules_fine", path=str(file)))


def load(file: RulesFile, service: ServiceOption = "", as_json: JsonOption = False) -> None:
    rules, desk = _read(file), open_desk()
    with waiting(tell("reading")):
        loaded = desk.load_rules(service_id=service_of(desk, service), rules=rules, actor=settings().operator)
    day = rules.effective_from.isoformat()
    rows: list[Row] = [{"key": one.key, "old": one.old, "new": one.new} for one in loaded.changes]
    if as_json:
        show_json({"effective_from": day, "changes": rows, "days_replanned": len(loaded.days)})
    elif rows:
        title = tell("rules_loaded", date=day, count=len(rows), days=len(loaded.days))
        show_rows(rows, title=title, as_json=False)
    else:
        typer.echo(tell("rules_same", date=day))


def _read(file: Path) -> ServiceRules:
    from dispatch.model.rules_file import load_rules

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("file_missing", path=str(file)) from error
    return load_rules(text, source=file.name)


app.command("check", help=both("help.rules_check"))(ending_well(check))
app.command("load", help=both("help.rules_load"))(ending_well(load))
