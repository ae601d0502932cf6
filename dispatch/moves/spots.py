"""Where something on the road is, as a dispatcher says it."""

from __future__ import annotations

from dispatch.model.spot import Spot, SpotKind, SpotRef
from dispatch.store.protocol import Store


def spot_said(store: Store, service_id: str, ref: SpotRef, *, own: str) -> Spot:
    """A public place, or a bare point under the name ``own``: it may be somebody's door.

    Raises
    ------
    NotFound
        ``unknown_place``.
    """
    if ref.kind is SpotKind.PLACE:
        return store.place(service_id, ref.id).spot
    return Spot(kind=SpotKind.POINT, id=own, at=ref.at)
