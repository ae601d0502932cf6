"""A file of requests on the terminal: a progress bar while it is taken, then what became of it."""

from __future__ import annotations

import typer

from api.commands.figures import Row, counting, show_json
from api.commands.speech import tell, terminal_lang
from dispatch.booking.intake_file import CallFile, CallsTaken, RefusedCall
from dispatch.desk import Desk
from dispatch.model.wording import say


def take(desk: Desk, file: CallFile) -> CallsTaken:
    """Take the file at ``desk``. Raises ImportInvalid."""
    with counting(tell("reading")) as progress:
        bar = progress.add_task(tell("reading"), total=None)
        return desk.take_requests(
            file=file, after_each=lambda done, total: progress.update(bar, completed=done, total=total)
        )


def show_taken(taken: CallsTaken, *, path: str, as_json: bool) -> None:
    """Print the figures; refused rows by line, skipped ones only as JSON (people have read them already)."""
    figures: dict[str, int] = {
        "booked": taken.booked,
        "refused": len(taken.refused),
        "repeated": taken.repeated,
        "skipped": len({row.line for row in taken.skipped}),
    }
    if as_json:
        bad: list[Row] = [{"line": row.line, "column": row.column, "fault": row.fault.value} for row in taken.skipped]
        refused: list[Row] = [{"line": row.line, "code": row.code} for row in taken.refused]
        show_json({"file": path, **figures, "bad_cells": bad, "refused_rows": refused})
        return
    for row in taken.refused:
        typer.echo(f"  {refused_text(row)}", err=True)
    typer.echo(tell("requests_taken", path=path, **figures))


def refused_text(row: RefusedCall) -> str:
    """One refused row as a sentence."""
    lang = terminal_lang()
    reason = say(f"error.{row.code}.cause", lang, **dict(row.values))
    return say("import.refused_row", lang, line=row.line, reason=reason)
