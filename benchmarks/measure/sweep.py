"""Runs cells one after the other, skipping those already kept."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.engines.engine import Engine, Task
from benchmarks.instances import Instance
from benchmarks.measure.cells import CellBook, Key, Result
from benchmarks.score import judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One run to be made."""

    instance: Instance
    engine: Engine
    task: Task


def sweep(cells: Sequence[Cell], book: CellBook) -> list[Result]:
    """Return the results in the order of ``cells``; each new one is judged and kept at once. Progress on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    results = []
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        bar = progress.add_task("measuring", total=len(cells))
        for cell in cells:
            progress.update(bar, description=f"{cell.engine.name} {cell.instance.name} seed {cell.task.seed}")
            results.append(_measured(cell, book))
            progress.advance(bar)
    return results


def _measured(cell: Cell, book: CellBook) -> Result:
    key = Key.of(cell.instance, cell.engine, cell.task)
    if key not in book:
        run = cell.engine.run(cell.instance, cell.task)
        book.keep(key, Result.of(cell.instance, run, judge(cell.instance, run.routes)))
    return book[key]
