"""Statements handed to the driver as they are: compiled once for each database, run without looking at them again.

SQLAlchemy compiles a statement once, but takes it, its values and its result apart at each call, which costs several
times what the database needs for a row found by its key; a call at the desk runs ten to thirty of them. What stands in
`dispatch.store.statements` never changes, so its text, the order of its values and the conversions of both are noted
here once. Everything else goes on through SQLAlchemy, in the same transactions: these run on its connections.

A server is a journey away: who waits for an answer waits, on a busy machine, twice for others to let a program run.
So statements whose answers are needed together travel together, and those whose answer nobody needs (`later`) wait
for the next that is run, in the order in which they were said. What is going to be read in a transaction and can be
named before (`foreseen`) travels with the first of it. `dispatch.store.engine` sees to it that nothing is left behind
and no answer outlives its transaction. On an SQLite file every statement runs at once, and nothing is foreseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar, TypeVarTuple

from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, Select, UpdateBase
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningUpdate

from dispatch.store.luggage import Luggage, Rows, Told, Values, luggage_of

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

    def values(self, named: dict[str, object]) -> Values:
        """The values as the driver takes them."""
        if self.fixed or self.given:
            named = {**self.fixed, **named}
        for name, convert in self.given:
            named[name] = convert(named[name])
        return tuple([named[name] for name in self.order]) if self.order else named


class _OfServer(Protocol):
    """What of the driver's connection to a server is used beyond the common ground of all drivers."""

    def pipeline(self) -> AbstractContextManager[object]:
        """Statements of the block are sent at once; at its end all answers have come."""
        ...

    def execute(self, text: str, values: Values = (), /, *, prepare: bool | None = None) -> object:
        """``prepare=False``: the text may hold several statements without values."""
        ...


def selected(
    connection: Connection, statement: Select[*Columns] | CompoundSelect[*Columns], **named: object
) -> list[tuple[*Columns]]:
    """The rows that ``statement`` selects with the values it names, in the transaction of ``connection``.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        As `Connection.execute`; also when a statement fails that was to be run `later`.
    KeyError
        The statement names a value that is not given.
    """
    return selected_each(connection, statement, (named,))[0]


def selected_each(
    connection: Connection,
    statement: Select[*Columns] | CompoundSelect[*Columns],
    each: Sequence[dict[str, object]],
) -> list[list[tuple[*Columns]]]:
    """The rows that ``statement`` selects with each set of values, in one journey. Raises as `selected`."""
    told, luggage = _told(connection, statement, each), luggage_of(connection)
    if luggage.foresees(told):
        sent(connection)
    answers = []
    for rows, codes in luggage.answers_to(told) or _executed(connection, told, _all_rows):
        found = _found(connection.dialect, statement, codes)
        answers.append([_read(row, found) for row in rows] if found else list(rows))
    return answers  # type: ignore[return-value]  # as the columns say


def foreseen(connection: Connection, statement: Select[*Columns] | CompoundSelect[*Columns], **named: object) -> None:
    """Have ``statement`` answered with the next one that is run; `selected` then finds the answer here.

    For transactions that only read and have one look at all they read.
    """
    if _travels(connection.dialect):
        (question,) = _told(connection, statement, (named,))
        luggage_of(connection).foresee(question)


def number_or_zero(connection: Connection, statement: Select[int], **named: object) -> int:
    """The one number that ``statement`` selects, 0 when there is none. Raises as `selected`."""
    for (number,) in selected(connection, statement, **named):
        return int(number)
    return 0


def written(connection: Connection, statement: UpdateBase, **named: object) -> int:
    """Run a statement that writes; how many rows it wrote. Raises as `selected`."""
    return _executed(connection, _told(connection, statement, (named,)), _count)[0]


def returned(connection: Connection, statement: ReturningUpdate[*Columns], **named: object) -> list[tuple[*Columns]]:
    """Run a statement that writes; of each row what it returns, numbers and texts. Raises as `selected`."""
    ((rows, _),) = _executed(connection, _told(connection, statement, (named,)), _all_rows)
    return list(rows)  # type: ignore[arg-type]  # as the columns say


def numbered(connection: Connection, statement: Insert, each: Sequence[dict[str, object]]) -> list[tuple[int, ...]]:
    """Insert each row, in one journey; the number that the database gave it, which ``statement`` returns.

    An insertion on a condition that does not hold has none. Raises as `selected`.
    """
    answers = _executed(connection, _told(connection, statement, each), _all_rows)
    return [tuple([number for (number,) in rows if isinstance(number, int)]) for rows, _ in answers]


def later(connection: Connection, statement: UpdateBase, **named: object) -> None:
    """Run a statement that writes, of which nobody needs the answer: at the latest before the transaction is committed.

    Raises as `selected`, now or then.
    """
    ((text, values),) = _told(connection, statement, (named,))
    put_off(connection, text, values)


def put_off(connection: Connection, text: str, values: Values = ()) -> None:
    """As `later` for a text, also one that begins or ends a transaction."""
    if _travels(connection.dialect):
        luggage_of(connection).waiting.append((text, values))
    else:
        _executed(connection, ((text, values),), _count)


def sent(connection: Connection) -> None:
    """Run what has been put off, and ask what is foreseen, if there is anything. Raises as `selected`."""
    _executed(connection, (), _count)


def plainly(connection: Connection, *texts: str) -> None:
    """Run statements that have no values and whose rows nobody reads, also such as begin a transaction.

    Raises as `selected`.
    """
    if _travels(connection.dialect) and not luggage_of(connection).waiting:
        try:
            _server(connection).execute("; ".join(texts), prepare=False)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_told(connection, None, texts[0], error) from error
    else:
        _executed(connection, [(text, ()) for text in texts], _count)


def _told(
    connection: Connection,
    statement: Select[*Columns] | CompoundSelect[*Columns] | UpdateBase,
    each: Sequence[dict[str, object]],
) -> list[Told]:
    """``statement`` with each set of values in the words of the database, in a transaction that has begun."""
    told = []
    for named in each:
        words = _in_the_words_of(connection.dialect, statement, tuple(named))
        told.append((words.text, words.values(named)))
    _begun(connection)
    return told


def _begun(connection: Connection) -> None:
    if not connection.in_transaction():
        connection.begin()  # as SQLAlchemy does before its own first statement


def _server(connection: Connection) -> _OfServer:
    server: _OfServer = connection.connection.driver_connection  # type: ignore[assignment]  # psycopg's
    return server


def _travels(dialect: Dialect) -> bool:
    """Whether the driver can send several statements at once."""
    return dialect.driver == "psycopg"


def _executed(connection: Connection, told: Sequence[Told], read: Callable[[DBAPICursor], ReadT]) -> list[ReadT]:
    """Run what has waited, then ``told``, and read the answers of these: a database may fail at a second row only."""
    cursor: DBAPICursor | None = None
    luggage = luggage_of(connection)
    try:
        if luggage.waiting or luggage.foreseen or (len(told) > 1 and _travels(connection.dialect)):
            return _in_one_journey(connection, luggage, told, read)
        answers = []
        for text, values in told:
            with closing(connection.connection.cursor()) as cursor:
                cursor.execute(text, values)
                answers.append(read(cursor))
        return answers
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_told(connection, cursor, "; ".join(text for text, _ in told), error) from error


def _in_one_journey(
    connection: Connection, luggage: Luggage, told: Sequence[Told], read: Callable[[DBAPICursor], ReadT]
) -> list[ReadT]:
    server = _server(connection)
    waiting, questions = luggage.unpacked()
    with ExitStack() as opened:
        asked, running = (
            [(opened.enter_context(closing(connection.connection.cursor())), one) for one in some]
            for some in (questions, told)
        )
        with server.pipeline():
            for text, values in waiting:
                server.execute(text, values)
            for cursor, (text, values) in (*asked, *running):
                cursor.execute(text, values)
        luggage.answers += [(question, _all_rows(cursor)) for cursor, question in asked]
        return [read(cursor) for cursor, _ in running]


def _all_rows(cursor: DBAPICursor) -> Rows:
    return cursor.fetchall(), tuple([column[1] for column in cursor.description])


def _count(cursor: DBAPICursor) -> int:
    return cursor.rowcount


def _as_told(connection: Connection, cursor: DBAPICursor | None, text: str, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy tells it, without the values given: they may be a person's.

    After a lost connection only this one is thrown away; others of the pool are listened to before they are used.
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
def _in_the_words_of(
    dialect: Dialect, statement: Select[*Columns] | CompoundSelect[*Columns] | UpdateBase, names: tuple[str, ...]
) -> _Words:
    """``statement`` compiled for values of these names: those of an insertion are its columns.

    Raises
    ------
    KeyError
        It names a value that is not given, or SQLAlchemy would have filled in the default of a column.
    """
    columns = list(names) if isinstance(statement, Insert) and statement.select is None else None
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
def _found(
    dialect: Dialect, statement: Select[*Columns] | CompoundSelect[*Columns], codes: tuple[object, ...]
) -> tuple[tuple[int, Convert], ...]:
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
