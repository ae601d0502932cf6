"""``chaos``: the server is killed at random moments under load; nothing acknowledged may be lost or doubled."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.files import Json, pages
from benchmarks.options import add_json, count, seed
from benchmarks.proof.chaos import chaos

FOUND = 1
"""Exit code when something was wrong."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("chaos", help="kill -9 of the server under load: nothing acknowledged is lost")
    parser.add_argument("--kills", type=count, default=100)
    parser.add_argument("--seed", type=seed, default=1)
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Kill, start, look."""
    with TemporaryDirectory(prefix="odekake-chaos-") as folder:
        survived = chaos(Path(folder), kills=options.kills, seed=options.seed)
    figures: dict[str, Json] = {
        "kills": survived.kills,
        "promised": survived.promised,
        "cancelled": survived.cancelled,
        "unanswered": survived.unanswered,
        "faults": list(survived.faults),
    }
    said = ", ".join(f"{name} {value}" for name, value in figures.items() if name != "faults")
    told = "".join(f"{fault}\n" for fault in survived.faults)
    sys.stdout.write(pages(figures) if options.json else f"{said}, {len(survived.faults)} faults.\n{told}")
    return FOUND if survived.faults else 0
