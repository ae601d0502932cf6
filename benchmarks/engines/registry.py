"""The engines by name."""

from __future__ import annotations

from importlib.util import find_spec

from benchmarks.engines.engine import Engine
from benchmarks.engines.own import OwnEngine
from benchmarks.engines.pyvrp_engine import PyVrpEngine
from benchmarks.engines.ride_aware import RideAware
from benchmarks.engines.vroom_engine import VroomEngine
from benchmarks.errors import SettingsError
from solver.params import Engine as Kind

OWN: dict[str, Engine] = {engine.name: engine for engine in (OwnEngine(kind=kind) for kind in Kind)}
DEFAULT = Kind.LNS.value

PEERS: dict[str, Engine] = {"pyvrp": RideAware(inner=PyVrpEngine()), "vroom": RideAware(inner=VroomEngine())}
"""Engines of others, by the name of the module that must be installed."""


def installed_peers() -> tuple[tuple[Engine, ...], tuple[str, ...]]:
    """Return the peers that can be run here, and the names of those that are not installed."""
    present = [name for name in sorted(PEERS) if find_spec(name) is not None]
    return tuple(PEERS[name] for name in present), tuple(sorted(PEERS.keys() - set(present)))


def own_engine(name: str) -> Engine:
    """Return our engine of that name.

    Raises
    ------
    SettingsError
        There is none.
    """
    if name not in OWN:
        action = f"Choose one of {', '.join(sorted(OWN))}."
        raise SettingsError(
            code="unknown_engine", item="--engine", cause=f"There is no engine {name!r}.", action=action
        )
    return OWN[name]
