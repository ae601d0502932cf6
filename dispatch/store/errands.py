"""How both stores tie the work of a keyed call to its errand, in one transaction."""

from __future__ import annotations

from dataclasses import replace

from dispatch.model.errand import NOT_KEYED, Claim
from dispatch.model.errors import Conflict
from dispatch.store.protocol import UnitOfWork


def note_work(work: UnitOfWork, claim: Claim) -> None:
    """Write what ``work`` has made into the errand of ``claim``: the last statement before the commit.

    Raises
    ------
    Conflict
        ``call_overtaken`` when the call has been taken up by somebody else meanwhile: then nothing is committed.
    """
    if claim == NOT_KEYED:
        return
    for errand in work.errand(claim.key):
        if errand.attempt == claim.attempt:
            work.save_errand(replace(errand, made=(*errand.made, *work.made)))
            return
    raise Conflict("call_overtaken")
