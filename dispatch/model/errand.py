"""A call that may arrive twice: what it asked, what came of it, and what it was answered.

A client gives each of its intentions a key (``Idempotency-Key``) and repeats a call whose answer it has not seen.
The errand is what we keep of such a call for a while, so that the repetition does nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandKey:
    """``key`` as the client chose it; it counts for one service, one actor and one address only."""

    service_id: str
    actor_id: str
    path: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Something that a unit of work wrote: a noun (``request``, ``reservation``, ``place`` …) and its id."""

    noun: str
    id: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was sent back: an HTTP status, the headers that belong to the content, and the content."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One call with a key.

    Attributes
    ----------
    fingerprint
        SHA-256 of what was sent, to tell a repetition from another call under the same key.
    attempt
        Counts from 1; only the unit of work of the latest attempt may commit.
    running_until
        Until then the latest attempt is taken to be at work, unless there is an answer.
    made
        What attempts have committed so far, in order; written in the same transaction as the work itself.
    answers
        The answer given, once there is one.
    """

    key: ErrandKey
    fingerprint: str
    attempt: int
    running_until: datetime
    kept_until: datetime
    made: tuple[Made, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to carry out an errand: number ``attempt`` of it. ``made`` is what earlier attempts committed."""

    key: ErrandKey
    attempt: int
    made: tuple[Made, ...] = ()

    def ids(self, noun: str) -> tuple[int | str, ...]:
        """The ids of a noun that earlier attempts wrote, in order."""
        return tuple(one.id for one in self.made if one.noun == noun)


NOT_KEYED = Claim(key=ErrandKey(service_id="", actor_id="", path="", key=""), attempt=0)
"""A call without a key: nothing is remembered of it."""
