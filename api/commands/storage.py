"""``odekake backup`` and ``odekake restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.figures import show_json, waiting
from api.commands.frame import JsonOption, settings
from api.commands.speech import both, tell

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help=both("argument.backup_file"))]


def backup(file: BackupFile, as_json: JsonOption = False) -> None:
    from dispatch.store import backup as copies

    with waiting(tell("copying")):
        contents = copies.backup(settings().database_url, file)
    if as_json:
        show_json({"file": str(file), "revision": contents.revision, **_rows(contents.rows)})
    else:
        typer.echo(tell("backed_up", path=str(file), rows=sum(count for _, count in contents.rows)))


def restore(file: BackupFile, as_json: JsonOption = False) -> None:
    from dispatch.model.times import SystemClock
    from dispatch.store import backup as copies

    with waiting(tell("copying")):
        restored = copies.restore(file, database_url=settings().database_url, at=SystemClock().now())
    kept = ", ".join(map(str, restored.safety_copies))
    if as_json:
        show_json(
            {"file": str(file), "kept": kept, "revision": restored.contents.revision, **_rows(restored.contents.rows)}
        )
    else:
        typer.echo(tell("restored", path=str(file)))
        if kept:
            typer.echo(tell("restored_kept", path=kept))


def _rows(counts: tuple[tuple[str, int], ...]) -> dict[str, int]:
    return {f"rows_{table}": count for table, count in counts}
