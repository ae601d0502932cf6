"""What all stored tables have in common: one registry, in which every constraint has a name (migrations need names)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, TypeVar

from sqlalchemy import Column, Enum, MetaData
from sqlmodel import SQLModel

WordT = TypeVar("WordT", bound=StrEnum)

_WORD_LENGTH = 30
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Stored(SQLModel):
    """Base of every table model; ``Stored.metadata`` is the schema of the database."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


def word_column(words: type[WordT]) -> Column[WordT]:
    """A column of one of ``words``, kept as plain text, so that a new word needs no migration."""
    kind = Enum(words, native_enum=False, length=_WORD_LENGTH, values_callable=lambda given: [w.value for w in given])
    return Column(kind, nullable=False)
