"""The engines by name."""

from __future__ import annotations

from benchmarks.engines.engine import Engine
from benchmarks.engines.own import RoutingEngine
from benchmarks.errors import SettingsError

OWN: dict[str, Engine] = {engine.name: engine for engine in (RoutingEngine(),)}
DEFAULT = "routing"


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
