"""Published benchmark instances: read by content, kept in doubles, translated into `solver.problem.Problem`."""

from benchmarks.instances.convert import Scale, routes_of, scale_of, to_problem, visits_of
from benchmarks.instances.instance import Family, Instance, Objective
from benchmarks.instances.read import read_instance

__all__ = [
    "Family", "Instance", "Objective", "Scale", "read_instance", "routes_of", "scale_of", "to_problem", "visits_of",
]  # fmt: skip
