"""Figures on the terminal: a table for people, JSON for programs, a moving line while something takes long."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
from rich.progress_bar import ProgressBar
from rich.table import Table

from api.commands.speech import tell

Figure = str | int | float | bool
Row = Mapping[str, Figure]
Content = Sequence[Mapping[str, Figure | Sequence[Row]]] | Mapping[str, Figure | Sequence[Row]]


def show_rows(rows: Sequence[Row], *, title: str, as_json: bool) -> None:
    """Print rows that share their columns. Column ``key`` is headed by the sentence ``cli.column.<key>``."""
    if as_json:
        show_json(rows)
        return
    table = Table(title=title, title_justify="left")
    columns = list(rows[0]) if rows else []
    for column in columns:
        numeric = not isinstance(rows[0][column], str)
        table.add_column(tell(f"column.{column}"), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    Console().print(table)


def show_figures(figures: Row, *, title: str, as_json: bool) -> None:
    """Print one set of figures, a line each."""
    if as_json:
        show_json(figures)
        return
    show_lines(((tell(f"column.{key}"), _cell(value)) for key, value in figures.items()), title=title)


def show_lines(lines: Iterable[tuple[str, str]], *, title: str) -> None:
    """Print labels and values that are ready to be read."""
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for label, value in lines:
        table.add_row(label, value)
    Console().print(table)


def show_json(content: Content) -> None:
    """Print as one JSON document, keys in the order given."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _cell(value: Figure) -> str:
    if isinstance(value, bool):
        return tell("yes") if value else tell("no")
    return f"{value:,g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A moving line on the error stream while the block runs; nothing when that is not a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(what, total=None)
        yield


class ElapsedShare(ProgressColumn):
    """A bar that fills with the time that has passed of a task whose total is seconds."""

    def render(self, task: Task) -> ProgressBar:
        total = task.total or 0.0
        return ProgressBar(total=total, completed=min(task.elapsed or 0.0, total), width=40)


@contextmanager
def filling(what: str, *, seconds: float) -> Iterator[None]:
    """A bar on the error stream that is full after ``seconds``; the block is known to take about as long."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), ElapsedShare(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(what, total=seconds)
        yield


@contextmanager
def counting(what: str) -> Iterator[Progress]:
    """A progress bar on the error stream; the block adds tasks and advances them."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress
