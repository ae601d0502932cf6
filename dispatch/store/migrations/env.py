"""Alembic runs this file for every command; the connection comes from `dispatch.store.migrate`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

import dispatch.model.catalog
import dispatch.store.rows  # noqa: F401  (fills the schema)
from dispatch.model.table import Stored


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Stored.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate(context.config.attributes["connection"])
