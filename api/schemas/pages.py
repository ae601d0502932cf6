"""Lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

Item = TypeVar("Item")
Row = TypeVar("Row")

PAGE_MAX = 200

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="At most so many items.", examples=[50])]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="Items passed over.", examples=[0])]
SearchText = Annotated[str, Query(max_length=60, description="Empty for all.", examples=["まつもと"])]


class Page(BaseModel, Generic[Item]):
    """Items ``offset`` to ``offset + limit`` of ``total``."""

    items: list[Item]
    total: int = Field(ge=0)
    limit: int
    offset: int


def cut(rows: Sequence[Row], *, limit: int, offset: int) -> Sequence[Row]:
    """The rows of one page."""
    return rows[offset : offset + limit]
