"""A plan set aside: several of them are kept while a search breeds or goes round."""

from __future__ import annotations

from dataclasses import dataclass

from solver.crossover import RouteSet
from solver.kernels.field import Field
from solver.kernels.lane import Lane
from solver.route_pool import best_columns, best_quality, load_columns


@dataclass(frozen=True, slots=True)
class Member:
    """A plan and how good it is: promised requests left out, all left out, score. Less is better."""

    quality: tuple[int, int, int]
    routes: RouteSet


def best_member(field: Field, lane: Lane) -> Member:
    """The best plan of ``lane``."""
    return Member(quality=best_quality(lane), routes=tuple(best_columns(field, lane)))


def load_member(field: Field, lane: Lane, member: Member) -> None:
    """Make it the present plan: its routes were driven by vehicles of these kinds before, so they stand."""
    load_columns(field, lane, list(member.routes))
