"""The text of an instance as rows of words with their line numbers, and the checks every family needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import InstanceError
from solver.units import LARGEST_TICK

LARGEST_COUNT = 2**31 - 1
"""Most persons, vehicles or nodes, and the highest id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The words of one line that is not empty; ``line`` counts from 1 in the file."""

    path: Path
    line: int
    words: tuple[str, ...]

    def fault(self, code: str, cause: str) -> InstanceError:
        """Return the error that says what is wrong with this line."""
        return InstanceError(code=code, path=self.path, line=self.line, cause=cause)

    def number(self, column: int, name: str) -> float:
        """Return the finite number in ``column`` (from 0), called ``name`` in the error.

        Raises
        ------
        InstanceError
            The line is too short, or the word is no finite number, or one too large to calculate with.
        """
        if column >= len(self.words):
            raise self.fault("row_too_short", f"It has {len(self.words)} columns; {name} would be number {column + 1}.")
        try:
            value = float(self.words[column])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.fault("not_a_number", f"{name} is {self.words[column]!r}, not a finite number.")
        if abs(value) > LARGEST_TICK:
            raise self.fault("number_too_large", f"{name} is {value:g}; {LARGEST_TICK:g} is the most that is read.")
        return value

    def whole(self, column: int, name: str, *, least: int) -> int:
        """Return the whole number in ``column``, at least ``least``.

        Raises
        ------
        InstanceError
            As `number`, or the number is not whole, below ``least`` or above `LARGEST_COUNT`.
        """
        value = self.number(column, name)
        if value > LARGEST_COUNT:
            raise self.fault("number_too_large", f"{name} is {value:g}; {LARGEST_COUNT} is the most that is read.")
        if value != math.floor(value) or value < least:
            raise self.fault("not_a_whole_number", f"{name} is {value:g}; a whole number from {least} up is needed.")
        return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One line of a node list, in doubles."""

    row: Row
    x: float
    y: float
    load: int
    earliest: float
    latest: float
    service: float


def rows_of(text: str, path: Path) -> list[Row]:
    """Return every line with words on it."""
    lines = enumerate(text.splitlines(), start=1)
    return [Row(path=path, line=line, words=tuple(words)) for line, content in lines if (words := content.split())]


def node(row: Row, *, place: int, columns: Sequence[str]) -> Node:
    """Return the node that must have id ``place``; ``columns`` names what stands where.

    Raises
    ------
    InstanceError
        The id is another one, a number is missing, the service is negative or the window is empty.
    """
    at = {name: index for index, name in enumerate(columns)}
    found = row.whole(at["id"], "the node id", least=0)
    if found != place:
        raise row.fault("wrong_node_id", f"Node {place} should stand here, not {found}.")
    read = Node(
        row=row,
        x=row.number(at["x"], "the first coordinate"),
        y=row.number(at["y"], "the second coordinate"),
        load=row.whole(at["load"], "the load", least=-(2**31)),
        earliest=row.number(at["earliest"], "the start of the window"),
        latest=row.number(at["latest"], "the end of the window"),
        service=row.number(at["service"], "the service time"),
    )
    if read.service < 0:
        raise row.fault("negative_service", f"The service time {read.service:g} is negative.")
    if read.earliest > read.latest:
        raise row.fault("window_closed", f"The window ends at {read.latest:g} before it starts at {read.earliest:g}.")
    return read


def check_pair(pick: Node, drop: Node, *, ids: tuple[int, int], capacity: int) -> None:
    """Check that what boards at ``pick`` is what alights at ``drop`` and fits a vehicle.

    Raises
    ------
    InstanceError
        Names the line of the pick-up or of the drop.
    """
    if pick.load <= 0:
        raise pick.row.fault("wrong_load", f"Node {ids[0]} is a pick-up, but its load is {pick.load}.")
    if drop.load != -pick.load:
        cause = f"Node {ids[1]} drops what node {ids[0]} takes on, so its load is {-pick.load}, not {drop.load}."
        raise drop.row.fault("wrong_load", cause)
    if pick.load > capacity:
        raise pick.row.fault("load_above_capacity", f"The load {pick.load} is above every vehicle ({capacity}).")
