"""``odekake rules``: the file of service rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.frame import ending_well
from api.commands.speech import both, tell
from dispatch.model.errors import InvalidInput

app = typer.Typer(help=both("help.rules"), no_args_is_help=True)
RulesFile = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help=both("argument.rules_file"))]


def check(file: RulesFile) -> None:
    from dispatch.model.rules_file import load_rules

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("file_missing", path=str(file)) from error
    load_rules(text, source=file.name)
    typer.echo(tell("rules_fine", path=str(file)))


app.command("check", help=both("help.rules_check"))(ending_well(check))
