"""The days that others change, looked at again before anybody asks.

Of several server processes on one database each is asked less often than the others change the day, so next to every
caller would wait until it has been read and put in numbers anew, a quarter of the time to an offer. A process that
listens has done so before the call.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dispatch.model.errors import NotFound, SetupError
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.tells import DayKey

log = logging.getLogger("odekake.lookout")

AGAIN_S = 5.0
"""After a server has hung up it is tried again so often."""


@contextmanager
def looking_out(workplace: Workplace) -> Iterator[None]:
    """In the block a thread of its own keeps the days at hand up to date, where the database tells what is changed."""
    over = threading.Event()
    watch = threading.Thread(target=look_out, args=(workplace, over), name="lookout", daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def look_out(workplace: Workplace, over: threading.Event) -> None:
    """Look at each day that is changed until ``over`` is set; at once over itself where the database tells nothing."""
    while not over.is_set():
        try:
            for days in workplace.store.news(over):
                for key in days:
                    _look_at(workplace, key)
            return
        except SetupError as error:  # calls say what is wrong; here it is only slower for a while
            log.info("no news of changed days: %s", error.code)
            over.wait(AGAIN_S)


def _look_at(workplace: Workplace, key: DayKey) -> None:
    """As the next call will; that uses what this one has worked out."""
    with suppress(NotFound), workplace.hands.busy(), workplace.store.snapshot():
        workplace.workday(*key).in_order()
        log.debug("%s of %s is at hand again", key.date, key.service_id)
