"""What a connection to a server has to take along on its next journey, and what it has brought from earlier ones.

To a server, statements travel together (`dispatch.store.driver`, decision 0038). An SQLite file is no journey away:
there nothing is ever put in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection

Values: TypeAlias = tuple[object, ...] | dict[str, object]
Told: TypeAlias = tuple[str, Values]
"""The text of a statement and its values, as the driver takes them."""

Rows: TypeAlias = tuple[Sequence[tuple[object, ...]], tuple[object, ...]]
"""Rows, and the types of their columns in the words of the driver."""

_LUGGAGE = "odekake_luggage"  # among what SQLAlchemy notes of a connection


@dataclass(slots=True)
class Luggage:
    """Of one connection, in the order in which it was said.

    ``waiting`` is to be done before anything else. ``foreseen`` are questions of the present transaction that will be
    asked later on; ``answers`` those to earlier ones, which hold as long as the transaction's one look does.
    """

    waiting: list[Told] = field(default_factory=list)
    foreseen: list[Told] = field(default_factory=list)
    answers: list[tuple[Told, Rows]] = field(default_factory=list)

    def foresee(self, question: Told) -> None:
        """Ask with the next journey, unless that is done already."""
        if question not in self.foreseen and not self.answers_to((question,)):
            self.foreseen.append(question)

    def foresees(self, questions: Sequence[Told]) -> bool:
        """Whether any of the questions will be asked with the next journey anyway."""
        return any(question in self.foreseen for question in questions)

    def answers_to(self, questions: Sequence[Told]) -> list[Rows]:
        """The answers to all of the questions, or none when one of them is not here."""
        found = [rows for question in questions for known, rows in self.answers if known == question]
        return found if len(found) == len(questions) else []

    def unpacked(self) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
        """What is to be done and asked on a journey that begins now."""
        taken = tuple(self.waiting), tuple(self.foreseen)
        self.waiting.clear()
        self.foreseen.clear()
        return taken

    def forget_reading(self) -> None:
        """The look has ended: what it was to see and what it saw count no longer."""
        self.foreseen.clear()
        self.answers.clear()

    def forget(self) -> None:
        """The transaction was given up, and all that belonged to it."""
        self.waiting.clear()
        self.forget_reading()


def left_behind(noted: dict[str, object]) -> None:
    """Forget what a connection was left with by who had it before; ``noted`` is what SQLAlchemy notes of it."""
    noted.pop(_LUGGAGE, None)


def luggage_of(connection: Connection) -> Luggage:
    """That of the driver's connection behind ``connection``, whoever used it before."""
    luggage: Luggage = connection.info.setdefault(_LUGGAGE, Luggage())
    return luggage
