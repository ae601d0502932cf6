"""Statements handed to the driver as they are: compiled once for each database, run without looking at them again.

SQLAlchemy compiles a statement once, but takes it, its values and its result apart at each call, which costs several
times what the database needs for a row found by its key; a call at the desk runs ten to thirty of them. What stands in
`dispatch.store.statements` never changes, so its text, the order of its values and the conversions of both are noted
here once. Everything else goes on through SQLAlchemy, in the same transactions: these run on its connections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, TypeVarTuple

from sqlalchemy import Connection, Dialect, Insert, Select, UpdateBase
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

Columns = TypeVarTuple("Columns")
ReadT = TypeVar("ReadT")
Convert = Callable[[object], object]

KNOWN = 512
"""Statements kept compiled: there are some fifty, for one database or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """A statement in the words of one database.

    ``order`` names the values by position, where the driver takes them so; ``fixed`` are those that the statement
    brings along. ``given`` converts values by name.
    """

    text: str
    order: tuple[str, ...]
    fixed: Mapping[str, object]
    given: tuple[tuple[str, Convert], ...]

    def values(self, named: dict[str, object]) -> tuple[object, ...] | dict[str, object]:
        """The values as the driver takes them."""
        if self.fixed:
            named = {**self.fixed, **named}
        for name, convert in self.given:
            named[name] = convert(named[name])
        return tuple([named[name] for name in self.order]) if self.order else named


def selected(connection: Connection, statement: Select[*Columns], **named: object) -> list[tuple[*Columns]]:
    """The rows that ``statement`` selects with the values it names, in the transaction of ``connection``.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        As `Connection.execute`.
    KeyError
        The statement names a value that is not given.
    """
    rows, codes = _run(connection, statement, named, _all_rows)
    found = _found(connection.dialect, statement, codes)
    return [_read(row, found) for row in rows] if found else list(rows)  # type: ignore[misc, arg-type]  # as the columns say


def number_or_zero(connection: Connection, statement: Select[int], **named: object) -> int:
    """The one number that ``statement`` selects, 0 when there is none. Raises as `selected`."""
    for (number,) in selected(connection, statement, **named):
        return int(number)
    return 0


def written(connection: Connection, statement: UpdateBase, **named: object) -> int:
    """Run a statement that writes; how many rows it wrote. Raises as `selected`."""
    return _run(connection, statement, named, _count)


def numbered(connection: Connection, statement: Insert, **named: object) -> int:
    """Insert the row; the number that the database gave it, which ``statement`` returns. Raises as `selected`."""
    ((number,),), _ = _run(connection, statement, named, _all_rows)
    assert isinstance(number, int), "the statement returns a number"
    return number


def plainly(connection: Connection, text: str) -> None:
    """Run a statement that has no values and whose rows nobody reads, also one that begins a transaction.

    Raises as `selected`.
    """
    _executed(connection, text, (), _count)


def _run(
    connection: Connection,
    statement: Select[*Columns] | UpdateBase,
    named: dict[str, object],
    read: Callable[[DBAPICursor], ReadT],
) -> ReadT:
    words = _in_the_words_of(connection.dialect, statement, tuple(named))
    if not connection.in_transaction():
        connection.begin()  # as SQLAlchemy does before its own first statement
    return _executed(connection, words.text, words.values(named), read)


def _executed(
    connection: Connection,
    text: str,
    values: tuple[object, ...] | dict[str, object],
    read: Callable[[DBAPICursor], ReadT],
) -> ReadT:
    """Run a text and read the answer: a database may fail at its second row only."""
    cursor: DBAPICursor | None = None
    try:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(text, values)
            return read(cursor)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, cursor, text, error) from error


def _all_rows(cursor: DBAPICursor) -> tuple[Sequence[tuple[object, ...]], tuple[object, ...]]:
    """The rows, and the types of their columns in the words of the driver."""
    return cursor.fetchall(), tuple([column[1] for column in cursor.description])


def _count(cursor: DBAPICursor) -> int:
    return cursor.rowcount


def _told(connection: Connection, cursor: DBAPICursor | None, text: str, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy tells it, without the values given: they may be a person's.

    After a lost connection only this one is thrown away; others of the pool are tried before they are used.
    """
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, cursor)  # type: ignore[arg-type]  # of the driver's
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )


@lru_cache(maxsize=KNOWN)
def _in_the_words_of(dialect: Dialect, statement: Select[*Columns] | UpdateBase, names: tuple[str, ...]) -> _Words:
    """``statement`` compiled for values of these names: those of an insertion are its columns.

    Raises
    ------
    KeyError
        It names a value that is not given, or SQLAlchemy would have filled in the default of a column.
    """
    columns = list(names) if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    for bind, name in compiled.bind_names.items():
        if bind.required and name not in names:
            raise KeyError(name)
    for column in (*compiled.insert_prefetch, *compiled.update_prefetch):
        raise KeyError(column.key)
    typed = {compiled.bind_names[bind]: bind.type for bind in compiled.bind_names}
    converting = ((name, kind.dialect_impl(dialect).bind_processor(dialect)) for name, kind in typed.items())
    return _Words(
        text=str(compiled),
        order=tuple(compiled.positiontup or ()),
        fixed={name: value for name, value in compiled.params.items() if name not in names},
        given=tuple((name, convert) for name, convert in converting if convert is not None),
    )


@lru_cache(maxsize=KNOWN)
def _found(dialect: Dialect, statement: Select[*Columns], codes: tuple[object, ...]) -> tuple[tuple[int, Convert], ...]:
    """How values that ``statement`` selects are converted, by their place in the row.

    ``codes`` are the types of the columns in the words of the driver; some conversions depend on them.
    """
    kinds = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
    converting = (kind.result_processor(dialect, code) for kind, code in zip(kinds, codes, strict=True))
    return tuple((place, convert) for place, convert in enumerate(converting) if convert is not None)


def _read(row: tuple[object, ...], found: tuple[tuple[int, Convert], ...]) -> tuple[object, ...]:
    """A row of the driver's with every value converted."""
    values = list(row)
    for column, convert in found:
        values[column] = convert(values[column])
    return tuple(values)
