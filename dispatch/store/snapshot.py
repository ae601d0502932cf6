"""Reading: each read a transaction of its own, or all reads of one piece of work in one.

What has only been read is committed, not rolled back: after a rollback the driver of a server forgets, and has the
server forget, every statement that it had prepared on the connection.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from dispatch.store.driver import sent
from dispatch.store.engine import for_one_statement, in_plain_words, is_there


class _Own(threading.local):
    """What one thread has open: nothing, or, at work on a snapshot, at most one connection; and what it writes on."""

    at_work = False
    open: tuple[Connection, ...] = ()
    writing: tuple[Connection, ...] = ()


class Snapshots:
    """The read transactions of one engine. Beginning one costs as much as reading a row."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = _Own()

    @contextmanager
    def one(self) -> Iterator[None]:
        """This thread's reads in the block share a transaction, which begins with the first of them.

        A block within a block is part of it.
        """
        if self._own.at_work:
            yield
            return
        self._own.at_work = True
        try:
            yield
        finally:
            self._own.at_work = False
            self.end()

    @property
    def at_work(self) -> bool:
        """Whether the reads of this thread share a transaction."""
        return self._own.at_work

    def end(self) -> None:
        """The next read of this thread sees what has been written until then."""
        kept, self._own.open = self._own.open, ()
        for connection in kept:
            with connection, suppress(SQLAlchemyError):  # all has been read, even if the connection breaks now
                connection.commit()

    def handed_over(self) -> Connection:
        """The connection of this thread's reads, its transaction still open, or a new one: who writes on it closes it.

        To give a connection back and be given one again costs as much as reading a row, and to a server it would be a
        journey of its own to say that the reading is over.
        """
        kept, self._own.open = self._own.open, ()
        for connection in kept:
            if is_there(connection):
                return connection
            connection.invalidate()
            connection.close()
        return self._engine.connect()

    @contextmanager
    def beside(self, writing: Connection) -> Iterator[None]:
        """What this thread reads in the block comes after the beginning of its unit of work on ``writing``.

        The beginning may still wait for the first thing written: then nobody is kept from writing yet, and what is read
        might not be what is there when it is written.
        """
        self._own.writing = (writing,)
        try:
            yield
        finally:
            self._own.writing = ()

    @contextmanager
    def connected(self, *, alone: bool = False) -> Iterator[Connection]:
        """A connection in a read transaction; after an error in the block the next one is a new one.

        ``alone``: for one statement only, which needs none unless it is one of several reads.
        """
        for writing in self._own.writing:
            sent(writing)
        if not self._own.at_work:
            with in_plain_words(), self._engine.connect() as connection:
                reading = for_one_statement(connection) if alone else connection
                with reading.begin():
                    yield reading
            return
        with in_plain_words():
            if not self._own.open:
                self._own.open = (self._engine.connect(),)
                self._own.open[0].begin()  # a session ends what it begins; what it finds begun goes on
            try:
                yield self._own.open[0]
            except BaseException:
                self.end()
                raise
