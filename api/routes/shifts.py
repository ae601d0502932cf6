"""Shifts of the service: when and from where a vehicle runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.context import CallDep
from api.routes.documented import problems
from api.schemas.pages import Limit, Offset, Page, cut
from dispatch.catalogue import IfTaken
from dispatch.model.catalog import Shift, ShiftBase, ShiftCreate, ShiftPublic

router = APIRouter(tags=["shifts"])

ShiftId = Annotated[str, Path(min_length=1, max_length=40, examples=["S1"])]


def _public(shift: Shift) -> ShiftPublic:
    return ShiftPublic.model_validate(shift, from_attributes=True)


@router.get("/shifts", summary="List shifts", responses=problems())
def list_shifts(call: CallDep, limit: Limit = 50, offset: Offset = 0) -> Page[ShiftPublic]:
    """All shifts, in pages."""
    rows = call.desk.store.shifts(call.service)
    items = [_public(shift) for shift in cut(rows, limit=limit, offset=offset)]
    return Page[ShiftPublic](items=items, total=len(rows), limit=limit, offset=offset)


@router.post("/shifts", status_code=201, summary="Add a shift", responses=problems(409))
def create_shift(call: CallDep, shift: ShiftCreate) -> ShiftPublic:
    """Add under an id that is still free."""
    saved = call.desk.save_shift(service_id=call.service, shift=shift, actor=call.actor, if_taken=IfTaken.REFUSED)
    return _public(saved)


@router.get("/shifts/{shift_id}", summary="One shift", responses=problems())
def read_shift(call: CallDep, shift_id: ShiftId) -> ShiftPublic:
    """A shift; its times are seconds since midnight of the service day."""
    return _public(call.desk.store.shift(call.service, shift_id))


@router.put("/shifts/{shift_id}", summary="Replace a shift", responses=problems(409))
def replace_shift(call: CallDep, shift_id: ShiftId, shift: ShiftBase) -> ShiftPublic:
    """Every field is replaced; a field left out takes its default."""
    known = call.desk.store.shift(call.service, shift_id)
    data = ShiftCreate.model_validate({**shift.model_dump(), "id": known.id})
    return _public(call.desk.save_shift(service_id=call.service, shift=data, actor=call.actor))


@router.delete("/shifts/{shift_id}", status_code=204, summary="Remove a shift", responses=problems(409))
def remove_shift(call: CallDep, shift_id: ShiftId) -> Response:
    """Remove a shift that has no trip ahead."""
    call.desk.remove_shift(service_id=call.service, shift_id=shift_id, actor=call.actor)
    return Response(status_code=204)
