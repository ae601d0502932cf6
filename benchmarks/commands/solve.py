"""``solve``: one instance, one solution file, one line of output."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.engines.engine import Bound, Run, Task
from benchmarks.engines.registry import DEFAULT, OWN, own_engine
from benchmarks.files import Json, check_writable, one_line, write_whole
from benchmarks.instances import Instance, read_instance
from benchmarks.interrupt import INTERRUPTED, first_interrupt
from benchmarks.options import add_json, count, positive_seconds, seed
from benchmarks.score import Judgement, judge
from solver.stop import StepLimit, TimeLimit


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("solve", help="solve one instance and write the routes")
    parser.add_argument("instance", type=Path, help="a file of Cordeau, Li & Lim, or Sartori & Buriol")
    bound = parser.add_mutually_exclusive_group()
    bound.add_argument("--seconds", type=positive_seconds, default=10.0, help="search for so long (default 10)")
    bound.add_argument("--iterations", type=count, help="search for so many steps: repeatable to the byte")
    parser.add_argument("--seed", type=seed, default=1, help="of the random numbers of lns; routing draws none")
    parser.add_argument("--threads", type=count, default=2)
    parser.add_argument("--out", type=Path, required=True, help="where to write the solution (JSON)")
    parser.add_argument("--engine", choices=sorted(OWN), default=DEFAULT)
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Solve, judge, write, print one line (JSON whether asked for or not). 0 when the solution is feasible, else 3.

    Interrupted, it writes the best plan so far and ends with 130.
    """
    instance = read_instance(options.instance)
    check_writable(options.out)
    bound: Bound = StepLimit(options.iterations) if options.iterations else TimeLimit(options.seconds)
    with first_interrupt() as asked:
        task = Task(bound=bound, seed=options.seed, threads=options.threads, interrupted=asked.is_set)
        found = own_engine(options.engine).run(instance, task)
    verdict = judge(instance, found.routes)
    summary = summary_of(instance, found, verdict)
    write_whole(options.out, one_line({"routes": [list(route) for route in found.routes], **summary}) + "\n")
    sys.stdout.write(one_line(summary) + "\n")
    if asked.is_set():
        return INTERRUPTED
    return 0 if verdict.feasible else 3


def summary_of(instance: Instance, found: Run, verdict: Judgement) -> dict[str, Json]:
    """Return all but the routes. Nothing in it depends on a clock, so that equal searches give equal bytes."""
    left_out: list[Json] = [{"pickup": one.pickup, "drop": one.drop, "reason": one.reason} for one in found.left_out]
    faults: list[Json] = [fault.text for fault in verdict.faults]
    return {
        "cost": verdict.cost,
        "vehicles": verdict.vehicles,
        "feasible": verdict.feasible,
        "instance": instance.name,
        "unserved": left_out,
        "faults": faults,
    }
