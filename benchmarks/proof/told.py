"""What callers were told: every answer that left the desk, in a form that can be held against the books."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from dispatch.model.promise import Promise


@dataclass(slots=True)
class Told:
    """May be shared by threads. Promises by reservation; a silence is a call whose answer never came.

    ``promised`` holds every promise given and acknowledged, ``cancelled`` every cancellation acknowledged;
    ``silent_offers`` and ``silent_cancels`` the calls of which only the desk knows what became of them.
    ``accepted`` says which offer became which reservation, as told.
    """

    promised: dict[int, Promise] = field(default_factory=dict)
    accepted: dict[int, int] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)
    silent_offers: set[int] = field(default_factory=set)
    silent_cancels: set[int] = field(default_factory=set)
    doubled: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def promise(self, reservation_id: int, promise: Promise, *, offer_id: int) -> None:
        """An offer was accepted and acknowledged. The same offer answered by two reservations is noted."""
        with self._lock:
            before = self.accepted.setdefault(offer_id, reservation_id)
            if before != reservation_id:
                self.doubled.append(f"offer {offer_id} became reservations {before} and {reservation_id}")
            self.promised[reservation_id] = promise
            self.silent_offers.discard(offer_id)

    def cancel(self, reservation_id: int) -> None:
        with self._lock:
            self.cancelled.add(reservation_id)
            self.silent_cancels.discard(reservation_id)

    def silence(self, *, offer_id: int) -> None:
        """An acceptance was sent and nothing came back."""
        with self._lock:
            self.silent_offers.add(offer_id)

    def silence_on_cancel(self, *, reservation_id: int) -> None:
        with self._lock:
            self.silent_cancels.add(reservation_id)

    def standing(self) -> list[int]:
        """Reservations acknowledged and not known to be cancelled, nor perhaps."""
        with self._lock:
            return sorted(set(self.promised) - self.cancelled - self.silent_cancels)
