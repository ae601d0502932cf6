"""Pickup-and-delivery files of Sartori & Buriol (2020), https://doi.org/10.1016/j.cor.2020.105065.

Lines ``KEY: value``, then ``NODES`` with one line per node as in the files of Li & Lim (latitude and longitude in
place of x and y, and the times before the service), then ``EDGES`` with the travel times in whole minutes, then
``EOF``. Costs are the travel times. There is no limit on vehicles.
"""

from __future__ import annotations

import numpy as np

from benchmarks.instances.assemble import Fleet, Source, assemble, horizon_of
from benchmarks.instances.instance import Family, Float, Instance
from benchmarks.instances.li_lim import pairs_of
from benchmarks.instances.table import Row, node

COLUMNS = ("id", "x", "y", "load", "earliest", "latest", "service", "pickup", "drop")


def read_sartori_buriol(rows: list[Row], source: Source) -> Instance:
    """Return the instance.

    Raises
    ------
    InstanceError
        Names the line and what is wrong with it.
    """
    marks = {word: _mark(rows, word) for word in ("NODES", "EDGES", "EOF")}
    if not marks["NODES"] < marks["EDGES"] < marks["EOF"]:
        raise rows[marks["EDGES"]].fault("wrong_order", "NODES, EDGES and EOF must follow each other.")
    size = _value(rows[: marks["NODES"]], "SIZE")
    capacity = _value(rows[: marks["NODES"]], "CAPACITY")
    node_rows = rows[marks["NODES"] + 1 : marks["EDGES"]]
    edge_rows = rows[marks["EDGES"] + 1 : marks["EOF"]]
    for found, what, mark in ((len(node_rows), "node", "EDGES"), (len(edge_rows), "edge", "EOF")):
        if found != size:
            cause = f"{found} {what} lines stand before this one, but SIZE is {size}."
            raise rows[marks[mark]].fault("wrong_number_of_lines", cause)
    nodes = [node(row, place=place, columns=COLUMNS) for place, row in enumerate(node_rows)]
    pairs = pairs_of(nodes, rows[marks["NODES"]], capacity)
    horizon = horizon_of(nodes)
    fleet = Fleet(vehicles_max=len(pairs), capacity=capacity, max_ride=horizon, max_duration=horizon, start=0, end=0)
    return assemble(source, Family.SARTORI_BURIOL, nodes, pairs, fleet, _minutes(edge_rows))


def _mark(rows: list[Row], word: str) -> int:
    for index, row in enumerate(rows):
        if row.words == (word,):
            return index
    raise rows[-1].fault("section_missing", f"The file ends here without a line {word}.")


def _value(rows: list[Row], key: str) -> int:
    for row in rows:
        if row.words[0] == f"{key}:":
            return row.whole(1, key, least=1)
    raise rows[0].fault("key_missing", f"No line {key}: stands before the nodes.")


def _minutes(rows: list[Row]) -> Float:
    for row in rows:
        if len(row.words) != len(rows):
            cause = f"It has {len(row.words)} travel times; a square matrix of {len(rows)} nodes is needed."
            raise row.fault("matrix_not_square", cause)
    times = [[row.whole(column, "a travel time", least=0) for column in range(len(rows))] for row in rows]
    return np.array(times, dtype=np.float64)
