"""Whoever changes a day takes turns; no more calls are worked on at once than there are hands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from threading import Event, Lock, Thread

from dispatch.solver_bridge.hands import Hands, Line
from dispatch.solver_bridge.turns import Turns

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
THREADS, TIMES = 6, 200
PATIENCE_S = 20


def most_at_once(entered: Callable[[], AbstractContextManager[object]]) -> int:
    """The most threads that were inside together, when six go in and out two hundred times each."""
    lock, inside, most = Lock(), [0], [0]

    def go() -> None:
        for _ in range(TIMES):
            with entered():
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                with lock:
                    inside[0] -= 1

    threads = [Thread(target=go) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert inside == [0]
    return most[0]


def test_a_day_is_changed_by_one_at_a_time() -> None:
    """Six threads at one day: never two inside."""
    turns = Turns()
    assert most_at_once(lambda: turns.at("town", TUESDAY)) == 1


def test_other_days_and_services_do_not_wait() -> None:
    """While a thread has the turn at Tuesday, Wednesday and another town's Tuesday are free; its own it may retake."""
    turns, taken, over = Turns(), Event(), Event()

    def hold() -> None:
        with turns.at("town", TUESDAY) as newly, turns.at("town", TUESDAY) as once_more:
            assert (newly, once_more) == (True, False)
            taken.set()
            over.wait(PATIENCE_S)

    holder = Thread(target=hold)
    holder.start()
    assert taken.wait(PATIENCE_S)
    with turns.at("town", WEDNESDAY), turns.at("village", TUESDAY):
        over.set()
    holder.join(PATIENCE_S)
    with turns.at("town", TUESDAY):
        assert not holder.is_alive()
        assert turns.mine
    assert not turns.mine


def test_no_more_work_than_hands() -> None:
    """Six threads and two hands: never three inside; with one hand, never two."""
    for at_once in (1, 2):
        hands = Hands(at_once=at_once)
        assert most_at_once(hands.busy) <= at_once


def test_work_within_work_needs_no_second_hand() -> None:
    """With one hand in all, what is begun inside goes on, and the hand is free again at the end."""
    hands, done = Hands(at_once=1), []
    with hands.busy(), hands.busy():
        done.append("inside")
    other = Thread(target=lambda: [done.append("after") for _ in [hands.busy().__enter__()]])
    other.start()
    other.join(PATIENCE_S)
    assert done == ["inside", "after"]


def test_who_has_a_turn_goes_first_the_others_as_they_came() -> None:
    """One hand, taken; three wait for it, the last of them with a turn: that one is next, then the others in order;
    when all have gone the hand is free."""
    line, got = Line(at_once=1), list[str]()
    asked = (("has it", False), ("asks", False), ("asks later", False), ("changes", True))
    gates = {name: line.come(first=first) for name, first in asked}
    for _ in asked:
        got += [name for name, gate in gates.items() if name not in got and gate.acquire(blocking=False)]
        line.go()
    assert got == ["has it", "changes", "asks", "asks later"]
    assert line.come(first=False).acquire(blocking=False)
