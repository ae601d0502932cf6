"""One application for all tests of a process: making one, with its routes and templates, takes longer than most tests.

An application knows its desk through its context alone and keeps nothing of a call (what calls leave behind is in the
store of the desk). So it is enough that the desk behind it is another for every test.
"""

from __future__ import annotations

from functools import cache

from fastapi import FastAPI

from api.app import create_app
from dispatch.desk import Desk
from dispatch.store.migrate import newest_revision
from tests.scenarios.town import OPERATOR


class Relay:
    """Stands where the application expects its desk: whatever it is asked for, the desk of the present test has."""

    def __init__(self) -> None:
        self.desk: Desk

    def __getattr__(self, name: str) -> object:
        return getattr(self.desk, name)


def app_of(desk: Desk) -> FastAPI:
    """The application, from now on around this desk."""
    app, relay = _app()
    relay.desk = desk
    return app


@cache
def _app() -> tuple[FastAPI, Relay]:
    relay = Relay()
    return create_app(relay, operator=OPERATOR, schema_version=newest_revision()), relay
