"""Pickup-and-delivery files of Li & Lim (2001), https://doi.org/10.1109/ICTAI.2001.974461.

Header ``vehicles capacity speed``, then one line per node: ``id x y load earliest latest service pickup drop``; a
pick-up names its drop in the last column, a drop its pick-up in the one before. Times and costs are Euclidean
distances: the speed in the header is not used (it is 1 in most files, 0 in some).
"""

from __future__ import annotations

from benchmarks.instances.assemble import Fleet, Source, assemble, distances, horizon_of
from benchmarks.instances.instance import Family, Instance
from benchmarks.instances.table import Node, Row, check_pair, node

COLUMNS = ("id", "x", "y", "load", "earliest", "latest", "service", "pickup", "drop")


def read_li_lim(rows: list[Row], source: Source) -> Instance:
    """Return the instance.

    Raises
    ------
    InstanceError
        Names the line and what is wrong with it.
    """
    header = rows[0]
    vehicles = header.whole(0, "the number of vehicles", least=1)
    capacity = header.whole(1, "the capacity", least=1)
    header.number(2, "the speed")
    nodes = [node(row, place=place, columns=COLUMNS) for place, row in enumerate(rows[1:])]
    pairs = pairs_of(nodes, header, capacity)
    horizon = horizon_of(nodes)
    fleet = Fleet(vehicles_max=vehicles, capacity=capacity, max_ride=horizon, max_duration=horizon, start=0, end=0)
    return assemble(source, Family.LI_LIM, nodes, pairs, fleet, distances(nodes))


def pairs_of(nodes: list[Node], header: Row, capacity: int) -> list[tuple[int, int]]:
    """Return (pick-up, drop) of every request, as the last two columns of each node say.

    Raises
    ------
    InstanceError
        A partner does not exist or names somebody else, the depot has one, or a node belongs to no request.
    """
    if not nodes:
        raise header.fault("wrong_number_of_lines", "No node follows.")
    if nodes[0].load != 0:
        raise nodes[0].row.fault("wrong_load", "The depot takes no load.")
    pairs = []
    for place, one in enumerate(nodes[1:], start=1):
        pick = one.row.whole(COLUMNS.index("pickup"), "the pick-up's id", least=0)
        drop = one.row.whole(COLUMNS.index("drop"), "the drop's id", least=0)
        partner = drop or pick
        if (pick == 0) == (drop == 0) or partner == place:
            raise one.row.fault("wrong_partner", f"Node {place} must name either its pick-up or its drop.")
        if partner >= len(nodes):
            raise one.row.fault("partner_missing", f"Its partner, node {partner}, is not in the file.")
        back = nodes[partner].row.whole(COLUMNS.index("pickup" if drop else "drop"), "the partner's id", least=0)
        if back != place:
            raise one.row.fault("wrong_partner", f"Node {partner} names node {back} as its partner, not {place}.")
        if drop:
            check_pair(one, nodes[drop], ids=(place, drop), capacity=capacity)
            pairs.append((place, drop))
    if not pairs:
        raise header.fault("wrong_number_of_lines", "There is no request.")
    return pairs
