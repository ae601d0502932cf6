"""Riders and their own places. Personal data: nothing of it is logged or put into an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.context import Call, CallDep
from api.routes.documented import problems
from api.schemas.pages import Limit, Offset, Page, SearchText, cut
from dispatch.catalogue import IfTaken
from dispatch.model.catalog import (
    Rider,
    RiderBase,
    RiderCreate,
    RiderPlace,
    RiderPlaceBase,
    RiderPlaceCreate,
    RiderPlacePublic,
    RiderPublic,
)
from dispatch.model.errors import InvalidInput, NotFound

router = APIRouter(tags=["riders"])

SEARCH_MAX = 1000
RiderId = Annotated[str, Path(min_length=1, max_length=40, examples=["R0001"])]
RiderPlaceId = Annotated[str, Path(min_length=1, max_length=40, examples=["H0001"])]


def _public(rider: Rider) -> RiderPublic:
    return RiderPublic.model_validate(rider, from_attributes=True)


def _public_place(place: RiderPlace) -> RiderPlacePublic:
    return RiderPlacePublic.model_validate(place, from_attributes=True)


@router.get("/riders", summary="List or search riders", responses=problems())
def list_riders(call: CallDep, q: SearchText = "", limit: Limit = 50, offset: Offset = 0) -> Page[RiderPublic]:
    """Search by digits of the phone number, by kana in any script, or by name."""
    store = call.desk.store
    rows = store.search_riders(call.service, q, limit=SEARCH_MAX) if q else store.riders(call.service)
    items = [_public(rider) for rider in cut(rows, limit=limit, offset=offset)]
    return Page[RiderPublic](items=items, total=len(rows), limit=limit, offset=offset)


@router.post("/riders", status_code=201, summary="Register a rider", responses=problems(409))
def create_rider(call: CallDep, rider: RiderCreate) -> RiderPublic:
    """Register under an id that is still free."""
    saved = call.desk.save_rider(service_id=call.service, rider=rider, actor=call.actor, if_taken=IfTaken.REFUSED)
    return _public(saved)


@router.get("/riders/{rider_id}", summary="One rider", responses=problems())
def read_rider(call: CallDep, rider_id: RiderId) -> RiderPublic:
    """A registered rider."""
    return _public(call.desk.store.rider(call.service, rider_id))


@router.put("/riders/{rider_id}", summary="Replace a rider's data", responses=problems(409))
def replace_rider(call: CallDep, rider_id: RiderId, rider: RiderBase) -> RiderPublic:
    """Every field is replaced; a field left out takes its default."""
    known = call.desk.store.rider(call.service, rider_id)
    data = RiderCreate.model_validate({**rider.model_dump(), "id": known.id})
    return _public(call.desk.save_rider(service_id=call.service, rider=data, actor=call.actor))


@router.delete("/riders/{rider_id}", status_code=204, summary="Remove a rider", responses=problems(409))
def remove_rider(call: CallDep, rider_id: RiderId) -> Response:
    """Remove a rider who has no trip ahead."""
    call.desk.remove_rider(service_id=call.service, rider_id=rider_id, actor=call.actor)
    return Response(status_code=204)


@router.get("/riders/{rider_id}/places", summary="A rider's own places", responses=problems())
def list_rider_places(call: CallDep, rider_id: RiderId) -> list[RiderPlacePublic]:
    """Home and usual destinations."""
    rider = call.desk.store.rider(call.service, rider_id)
    return [_public_place(place) for place in call.desk.store.rider_places(call.service, rider.id)]


@router.post("/riders/{rider_id}/places", status_code=201, summary="Add a place of a rider", responses=problems(409))
def create_rider_place(call: CallDep, rider_id: RiderId, place: RiderPlaceCreate) -> RiderPlacePublic:
    """Add under an id that is still free; ``rider_id`` in the body is that of the path."""
    rider = call.desk.store.rider(call.service, rider_id)
    if place.rider_id != rider.id:
        raise InvalidInput("rider_mismatch", rider_id=rider_id)
    saved = call.desk.save_rider_place(
        service_id=call.service, rider_place=place, actor=call.actor, if_taken=IfTaken.REFUSED
    )
    return _public_place(saved)


@router.put("/riders/{rider_id}/places/{place_id}", summary="Replace a place of a rider", responses=problems(409))
def replace_rider_place(
    call: CallDep, rider_id: RiderId, place_id: RiderPlaceId, place: RiderPlaceBase
) -> RiderPlacePublic:
    """Every field is replaced; a field left out takes its default."""
    known = _own(call, rider_id=rider_id, place_id=place_id)
    if place.rider_id != known.rider_id:
        raise InvalidInput("rider_mismatch", rider_id=rider_id)
    data = RiderPlaceCreate.model_validate({**place.model_dump(), "id": known.id})
    return _public_place(call.desk.save_rider_place(service_id=call.service, rider_place=data, actor=call.actor))


@router.delete(
    "/riders/{rider_id}/places/{place_id}",
    status_code=204,
    summary="Remove one",
    responses=problems(409),
)
def remove_rider_place(call: CallDep, rider_id: RiderId, place_id: RiderPlaceId) -> Response:
    """Remove a place that no trip ahead uses."""
    known = _own(call, rider_id=rider_id, place_id=place_id)
    call.desk.remove_rider_place(service_id=call.service, rider_place_id=known.id, actor=call.actor)
    return Response(status_code=204)


def _own(call: Call, *, rider_id: str, place_id: str) -> RiderPlace:
    place = call.desk.store.rider_place(call.service, place_id)
    if place.rider_id != rider_id:
        raise NotFound("unknown_rider_place", rider_place_id=place_id)
    return place
