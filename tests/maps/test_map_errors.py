"""The error tree: complete in its drawing, each with its own code, each telling cause and action."""

from __future__ import annotations

import inspect

import pytest

from maps import errors
from maps.errors import MapsError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, MapsError)]


def test_the_tree_is_drawn_whole() -> None:
    """Every error of the package stands in the drawing at the top of its module."""
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in KINDS)


def test_codes_are_unique() -> None:
    """A code names one kind of error."""
    assert len({kind.code for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_is_cause_and_action(kind: type[MapsError]) -> None:
    """Printed anywhere, an error says what was found and what to do."""
    assert str(kind(cause="The disk is full.", action="Make room.")) == "The disk is full. Make room."
