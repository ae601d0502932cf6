"""Errors a person may meet, each with a code, a cause and an action.

::

    OdekakeError
    ├── NotFound            something named does not exist
    ├── InvalidInput        a value is wrong: what, where, what to do
    │   ├── RulesInvalid    a key of the service rules
    │   └── ImportInvalid   rows of an imported file
    ├── RuleRefused         the service's rules say no to a command
    ├── Conflict            somebody else changed it first, or it is already done
    ├── PlanRejected        the independent checker found violations; nothing was stored
    └── SetupError          database, files, port: the installation itself

The sentences live in ``dispatch/model/wording/errors*.toml`` under ``error.<code>`` (``cause`` and ``action`` in
Japanese and English); an error carries its code and the named values of the sentence.
"""

from __future__ import annotations

from collections.abc import Mapping


class OdekakeError(Exception):
    """Base of all user-facing errors.

    Parameters
    ----------
    code
        Key of the error table, e.g. ``unknown_place``.
    values
        Named values that the sentences of the catalogue mention. Never a name, phone or home.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(f"{code}: {values}" if values else code)
        self.code = code
        self.values: Mapping[str, str | int] = values


class NotFound(OdekakeError):
    """Something named does not exist."""


class InvalidInput(OdekakeError):
    """A value given is wrong."""


class RulesInvalid(InvalidInput):
    """A key of the service rules is unknown, missing or out of bounds."""


class ImportInvalid(InvalidInput):
    """Rows of an imported file are wrong; nothing of it was taken."""


class RuleRefused(OdekakeError):
    """The service's rules say no to a command."""


class Conflict(OdekakeError):
    """Somebody else changed it first, or it is already done."""


class PlanRejected(OdekakeError):
    """The independent checker found violations; nothing was stored."""


class SetupError(OdekakeError):
    """The installation itself: database, files, port."""
