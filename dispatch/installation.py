"""How this installation is set up, and its database: all that is needed only to look something up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dispatch.model.actor import Actor, Role
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore

NO_EXTRACT = Path()


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
    osrm_url, osrm_data
        Address of an OSRM router, and a label for the road data it was started with; an empty address means none.
        The router is asked first; when it is away, the extract (or else the estimate of the rules) takes over.
    """

    database_url: str = "sqlite:///var/odekake.db"
    out_dir: Path = Path("out")
    var_dir: Path = Path("var")
    operator_id: str = "operator"
    osm_extract: Path = NO_EXTRACT
    osrm_url: str = ""
    osrm_data: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read ``ODEKAKE_DATABASE_URL``, ``_OUT``, ``_VAR``, ``_OPERATOR``, ``_OSM``, ``_OSRM_URL``, ``_OSRM_DATA``."""
        var_dir = Path(environ.get("ODEKAKE_VAR", "var"))
        return cls(
            database_url=environ.get("ODEKAKE_DATABASE_URL", f"sqlite:///{var_dir / 'odekake.db'}"),
            out_dir=Path(environ.get("ODEKAKE_OUT", "out")),
            var_dir=var_dir,
            operator_id=environ.get("ODEKAKE_OPERATOR", "operator"),
            osm_extract=Path(environ.get("ODEKAKE_OSM", "")),
            osrm_url=environ.get("ODEKAKE_OSRM_URL", ""),
            osrm_data=environ.get("ODEKAKE_OSRM_DATA", ""),
        )

    @property
    def operator(self) -> Actor:
        """Who acts when nobody else is named."""
        return Actor(id=self.operator_id, role=Role.OPERATOR)


def open_store(settings: Settings) -> SqlStore:
    """The database of ``settings`` alone, created or migrated first: for who only looks something up.

    Raises
    ------
    SetupError
        The database cannot be used, or was written by a newer version.
    """
    engine = open_engine(settings.database_url)
    upgrade(engine)
    return SqlStore(engine)
