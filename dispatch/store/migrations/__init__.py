"""Alembic's migrations of the database, part of the package: `dispatch.store.migrate` runs them.

A new one, after a table has changed, is written by hand or drafted with ``alembic revision --autogenerate`` and then
read: new columns that may not be NULL need a ``server_default``. Its ``down_revision`` is the newest one here.
"""
