"""A store in which two people act at once, at the moment that matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dispatch.store.memory import MemoryStore
from dispatch.store.memory_work import MemoryUnitOfWork


class Meanwhile(MemoryStore):
    """A store in which somebody else acts just before the next writing, once."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[Callable[[], object]] = []

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[MemoryUnitOfWork]:
        while self.acts:
            self.acts.pop()()
        with super().writing(lasting=lasting) as work:
            yield work
