"""What all commands share: options, exit codes, and how errors end a command.

========  =====================================================================================
exit      meaning
========  =====================================================================================
0         done
1         done, and there is a finding (``check``: a rule is violated)
2         not done: wrong input or set-up; code, cause and action were printed
3         not done: unexpected; the place in the program was printed, nothing personal
========  =====================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer
from typer.exceptions import TyperException

from api.commands.figures import waiting
from api.commands.speech import both, report, show_error, tell
from dispatch.model.errors import InvalidInput, OdekakeError, SetupError
from maps.errors import MapsError

if TYPE_CHECKING:
    from dispatch.desk import Desk
    from dispatch.installation import Settings

EXIT_FINDING, EXIT_WRONG, EXIT_UNEXPECTED = 1, 2, 3

USAGE: Mapping[str, str] = {
    "Missing": "usage_missing",
    "No such": "usage_unknown",
    "Invalid value": "usage_value",
}
"""How typer's messages begin, and the code of ours."""

Given = ParamSpec("Given")

DateOption = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help=both("option.date"))]
ServiceOption = Annotated[str, typer.Option("--service", metavar="ID", help=both("option.service"))]
JsonOption = Annotated[bool, typer.Option("--json", help=both("option.json"))]


def ending_well(command: Callable[Given, None]) -> Callable[Given, None]:
    """The same command, whose errors end with a sentence and an exit code instead of a stack trace."""

    @wraps(command)
    def run(*args: Given.args, **options: Given.kwargs) -> None:
        try:
            command(*args, **options)
        except OdekakeError as error:
            report(error)
            raise typer.Exit(EXIT_WRONG) from error
        except MapsError as error:
            show_error(error.code, {})
            raise typer.Exit(EXIT_WRONG) from error

    return run


def report_usage(error: TyperException) -> int:
    """Say what is wrong with the words of a command, whose own message is English only; the exit code."""
    message = error.format_message()
    named = re.search(r"(?<=')[^']+(?=')|(?<=: )\S+$", message)
    code = next((code for begins, code in USAGE.items() if message.startswith(begins)), "usage")
    show_error(code if named else "usage", {"name": named[0] if named else "", "message": message})
    return EXIT_WRONG


def settings() -> Settings:
    """The settings of this installation, from the environment."""
    from dispatch.installation import Settings

    return Settings.from_env()


def open_desk() -> Desk:
    """The desk of this installation: database migrated, kernels compiled (the first time on a machine takes long)."""
    with waiting(tell("starting")):
        from dispatch.bootstrap import bootstrap

        return bootstrap(settings())


def day_of(text: str) -> date:
    """The date written as year-month-day. Raises InvalidInput ``bad_date``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("bad_date", given=text) from error


def read_file(file: Path) -> bytes:
    """The bytes of a file named on the command line. Raises InvalidInput ``file_missing``."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput("file_missing", path=str(file)) from error


def service_of(desk: Desk, asked: str) -> str:
    """The service asked for, or the only one there is.

    Raises
    ------
    NotFound
        The service asked for does not exist.
    SetupError
        ``no_service``: nothing has been loaded yet.
    InvalidInput
        ``choose_service``: there are several and none was named.
    """
    if asked:
        return desk.store.service(asked).id
    known = [service.id for service in desk.store.services()]
    if not known:
        raise SetupError("no_service")
    if len(known) > 1:
        raise InvalidInput("choose_service", count=len(known), services=", ".join(known))
    return known[0]
