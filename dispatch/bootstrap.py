"""The only place that knows how everything is wired."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dispatch.desk import Desk
from dispatch.model.actor import Actor, Role
from dispatch.model.times import Clock, SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation is set up.

    Attributes
    ----------
    database_url
        SQLAlchemy URL; SQLite in ``var/`` by default.
    out_dir, var_dir
        Where planned days are written, and where the installation keeps its own files.
    operator_id
        Who acts at the desk and on the command line until access control names people.
    osm_extract
        Road extract to measure travel times on; the empty path means none.
    osrm_url
        Address of an OSRM router; empty means none. With both, the router is asked first.
    """

    database_url: str = "sqlite:///var/odekake.db"
    out_dir: Path = Path("out")
    var_dir: Path = Path("var")
    operator_id: str = "operator"
    osm_extract: Path = Path()
    osrm_url: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read ``ODEKAKE_DATABASE_URL``, ``_OUT``, ``_VAR``, ``_OPERATOR``, ``_OSM`` and ``_OSRM_URL``."""
        var_dir = Path(environ.get("ODEKAKE_VAR", "var"))
        return cls(
            database_url=environ.get("ODEKAKE_DATABASE_URL", f"sqlite:///{var_dir / 'odekake.db'}"),
            out_dir=Path(environ.get("ODEKAKE_OUT", "out")),
            var_dir=var_dir,
            operator_id=environ.get("ODEKAKE_OPERATOR", "operator"),
            osm_extract=Path(environ.get("ODEKAKE_OSM", "")),
            osrm_url=environ.get("ODEKAKE_OSRM_URL", ""),
        )

    @property
    def operator(self) -> Actor:
        return Actor(id=self.operator_id, role=Role.OPERATOR)


def bootstrap(settings: Settings, *, clock: Clock = SystemClock()) -> Desk:
    """A desk on the database of ``settings``: created or migrated first, kernels compiled, travel times chosen.

    Raises
    ------
    SetupError
        The database cannot be used, or was written by a newer version.
    """
    raise NotImplementedError
