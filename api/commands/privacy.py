"""``odekake erase``: personal data whose retention is over, after a look at how much that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.figures import Row, show_figures, waiting
from api.commands.frame import JsonOption, ServiceOption, open_desk, service_of, settings
from api.commands.speech import both, tell
from dispatch.model.errors import InvalidInput

if TYPE_CHECKING:
    from dispatch.privacy import Erased

YesOption = Annotated[bool, typer.Option("--yes", help=both("option.yes"))]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=both("option.dry_run"))]


def erase(
    yes: YesOption = False, dry_run: DryRunOption = False, service: ServiceOption = "", as_json: JsonOption = False
) -> None:
    from dispatch.plan_files import expired_day_files, remove_day_files

    desk, chosen = open_desk(), settings()
    known = service_of(desk, service)
    if dry_run or not yes:
        with waiting(tell("counting")):
            found = desk.expired(service_id=known)
            folders = expired_day_files(chosen.out_dir, service_id=known, before=found.before)
        title = tell("erase_title", before=found.before.isoformat())
        show_figures(_figures(found, folders=len(folders)), title=title, as_json=as_json and dry_run)
        if dry_run or not _sure():
            return
    with waiting(tell("erasing")):
        erased = desk.erase_expired(service_id=known, actor=chosen.operator)
        removed = remove_day_files(chosen.out_dir, service_id=known, before=erased.before)
    title = tell("erased_title", before=erased.before.isoformat())
    show_figures(_figures(erased, folders=len(removed)), title=title, as_json=as_json)


def _sure() -> bool:
    """Ask. Raises InvalidInput ``yes_needed`` when nobody is there to answer."""
    try:
        sure = typer.confirm(tell("erase_sure"), err=True)
    except typer.Abort as nobody:
        raise InvalidInput("yes_needed") from nobody
    if not sure:
        typer.echo(tell("erase_kept"), err=True)
    return sure


def _figures(counted: Erased, *, folders: int) -> Row:
    return {
        "before": counted.before.isoformat(),
        "days": counted.days,
        "requests": counted.requests,
        "reservations": counted.reservations,
        "guests": counted.guests,
        "riders": counted.riders,
        "rider_places": counted.rider_places,
        "folders": folders,
    }
