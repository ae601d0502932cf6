"""``odekake``: the command line. Exit codes are described in ``api.commands.frame``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import typer
from typer.exceptions import TyperException

from api.commands import days, fleet, journal, ledger, printing, privacy, rules, series, serve, storage, tables, worker
from api.commands.frame import EXIT_UNEXPECTED, EXIT_WRONG, ending_well, report_usage
from api.commands.speech import both, both_short, show_error

app = typer.Typer(
    help=both("help.odekake"),
    epilog=both("help.exit_codes"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
COMMANDS: Mapping[str, Callable[..., None]] = {
    "serve": serve.serve,
    "worker": worker.worker,
    "plan": days.plan,
    "check": days.check,
    "summary": days.summary,
    "refusals": days.refusals,
    "promises": ledger.promises,
    "sheets": printing.sheets,
    "map": printing.draw_map,
    "import": tables.import_,
    "export": tables.export,
    "backup": storage.backup,
    "restore": storage.restore,
    "erase": privacy.erase,
    "fleet": fleet.fleet,
}
for name, command in COMMANDS.items():
    app.command(name, help=both(f"help.{name}"), short_help=both_short(f"help.{name}"))(ending_well(command))
app.add_typer(journal.app, name="journal", short_help=both_short("help.journal"))
app.add_typer(series.app, name="series", short_help=both_short("help.series"))
app.add_typer(rules.app, name="rules", short_help=both_short("help.rules"))


def main() -> None:
    """Run the command of ``sys.argv``. An unexpected error prints where it happened and nothing personal."""
    try:
        sys.exit(app(standalone_mode=len(sys.argv) == 1))  # alone it prints the help itself
    except TyperException as error:
        sys.exit(report_usage(error))
    except typer.Abort:
        sys.exit(EXIT_WRONG)
    except Exception as error:
        from api.errors import where

        show_error("unexpected", {})
        typer.echo(f"  {type(error).__name__}: {where(error)}", err=True)
        sys.exit(EXIT_UNEXPECTED)
