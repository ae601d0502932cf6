"""The command line: ``python -m benchmarks COMMAND``."""

from __future__ import annotations

import argparse
import sys

from benchmarks.commands import (
    breakdown,
    chaos,
    desk,
    gap,
    generate,
    hours,
    insert,
    live,
    offers,
    online,
    peers,
    plan,
    soak,
    solve,
)
from benchmarks.errors import BenchmarkError
from benchmarks.files import one_line
from benchmarks.interrupt import INTERRUPTED
from solver.errors import SolverError

COMMANDS = (solve, gap, peers, insert, plan, offers, hours, generate, soak, chaos, desk, breakdown, live, online)
FAILED = 2


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the solver and the desk.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return root


def main(words: list[str]) -> int:
    """Run one command. 0: done; 2: the input is at fault (one line on standard error); 3: no feasible solution.

    130: interrupted.
    """
    options = parser().parse_args(words)
    try:
        answer: int = options.command(options)
    except (BenchmarkError, SolverError) as fault:
        sys.stderr.write(_told(fault, as_json=options.json))
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was finished is kept.\n")
        return INTERRUPTED
    return answer


def _told(fault: BenchmarkError | SolverError, *, as_json: bool) -> str:
    parts = {"code": fault.code, "item": fault.item, "cause": fault.cause, "action": fault.action}
    return (one_line({"error": {**parts}}) if as_json else f"{fault.item}: {fault.cause} {fault.action}") + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
