"""A bounded memory for what is worked out from objects that never change: found again for the very same object."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Generic, TypeVar

ObjectT = TypeVar("ObjectT")
ValueT = TypeVar("ValueT")


def _always(_: object) -> bool:
    return True


class OfTheSame(Generic[ObjectT, ValueT]):
    """The values of the ``most`` objects asked about last. An equal object is another one. Shared by threads."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[int, tuple[ObjectT, ValueT]] = OrderedDict()

    def has(self, of: ObjectT) -> bool:
        """Whether a value is known of this very object."""
        with self._lock:
            return id(of) in self._known

    def value(
        self, of: ObjectT, work_out: Callable[[], ValueT], *, still: Callable[[ValueT], bool] = _always
    ) -> ValueT:
        """The value known of an object if it ``still`` holds, else the one worked out now."""
        with self._lock:
            known = self._known.get(id(of))
            if known is not None and still(known[1]):
                self._known.move_to_end(id(of))
                return known[1]
        value = work_out()
        with self._lock:
            self._keep(of, value)
        return value

    def values(self, of: Iterable[ObjectT], work_out: Callable[[ObjectT], ValueT]) -> list[ValueT]:
        """The value of each of many objects, in their order; ``work_out`` is short and asks nothing of this memory."""
        known = self._known
        with self._lock:
            found = []
            for one in of:
                if id(one) in known:
                    known.move_to_end(id(one))
                    found.append(known[id(one)][1])
                else:
                    found.append(self._keep(one, work_out(one)))
            return found

    def _keep(self, of: ObjectT, value: ValueT) -> ValueT:
        self._known[id(of)] = (of, value)  # kept with the object, whose id is therefore nobody else's
        self._known.move_to_end(id(of))
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return value
