"""Places of the service: the public points where people board or alight."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.context import CallDep
from api.routes.documented import problems
from api.schemas.pages import Limit, Offset, Page, cut
from dispatch.catalogue import IfTaken
from dispatch.model.catalog import Place, PlaceBase, PlaceCreate, PlacePublic

router = APIRouter(tags=["places"])

PlaceId = Annotated[str, Path(min_length=1, max_length=40, examples=["CL02"])]


def _public(place: Place) -> PlacePublic:
    return PlacePublic.model_validate(place, from_attributes=True)


@router.get("/places", summary="List places", responses=problems())
def list_places(call: CallDep, limit: Limit = 50, offset: Offset = 0) -> Page[PlacePublic]:
    """All places, in pages."""
    rows = call.desk.store.places(call.service)
    items = [_public(place) for place in cut(rows, limit=limit, offset=offset)]
    return Page[PlacePublic](items=items, total=len(rows), limit=limit, offset=offset)


@router.post("/places", status_code=201, summary="Add a place", responses=problems(409))
def create_place(call: CallDep, place: PlaceCreate) -> PlacePublic:
    """Add under an id that is still free."""
    saved = call.desk.save_place(service_id=call.service, place=place, actor=call.actor, if_taken=IfTaken.REFUSED)
    return _public(saved)


@router.get("/places/{place_id}", summary="One place", responses=problems())
def read_place(call: CallDep, place_id: PlaceId) -> PlacePublic:
    """A public place."""
    return _public(call.desk.store.place(call.service, place_id))


@router.put("/places/{place_id}", summary="Replace a place", responses=problems(409))
def replace_place(call: CallDep, place_id: PlaceId, place: PlaceBase) -> PlacePublic:
    """Every field is replaced; a field left out takes its default."""
    known = call.desk.store.place(call.service, place_id)
    data = PlaceCreate.model_validate({**place.model_dump(), "id": known.id})
    return _public(call.desk.save_place(service_id=call.service, place=data, actor=call.actor))


@router.delete("/places/{place_id}", status_code=204, summary="Remove a place", responses=problems(409))
def remove_place(call: CallDep, place_id: PlaceId) -> Response:
    """Remove a place that no trip ahead, shift or rider uses."""
    call.desk.remove_place(service_id=call.service, place_id=place_id, actor=call.actor)
    return Response(status_code=204)
