"""Vehicles of the service, with their seat layouts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.context import CallDep
from api.routes.documented import problems
from api.schemas.pages import Limit, Offset, Page, cut
from dispatch.catalogue import IfTaken
from dispatch.model.catalog import Vehicle, VehicleBase, VehicleCreate, VehiclePublic

router = APIRouter(tags=["vehicles"])

VehicleId = Annotated[str, Path(min_length=1, max_length=40, examples=["V1"])]


def _public(vehicle: Vehicle) -> VehiclePublic:
    return VehiclePublic.model_validate(vehicle, from_attributes=True)


@router.get("/vehicles", summary="List vehicles", responses=problems())
def list_vehicles(call: CallDep, limit: Limit = 50, offset: Offset = 0) -> Page[VehiclePublic]:
    """All vehicles, in pages."""
    rows = call.desk.store.vehicles(call.service)
    items = [_public(vehicle) for vehicle in cut(rows, limit=limit, offset=offset)]
    return Page[VehiclePublic](items=items, total=len(rows), limit=limit, offset=offset)


@router.post("/vehicles", status_code=201, summary="Add a vehicle", responses=problems(409))
def create_vehicle(call: CallDep, vehicle: VehicleCreate) -> VehiclePublic:
    """Add under an id that is still free."""
    saved = call.desk.save_vehicle(service_id=call.service, vehicle=vehicle, actor=call.actor, if_taken=IfTaken.REFUSED)
    return _public(saved)


@router.get("/vehicles/{vehicle_id}", summary="One vehicle", responses=problems())
def read_vehicle(call: CallDep, vehicle_id: VehicleId) -> VehiclePublic:
    """A vehicle and its alternative seat layouts."""
    return _public(call.desk.store.vehicle(call.service, vehicle_id))


@router.put("/vehicles/{vehicle_id}", summary="Replace a vehicle", responses=problems(409))
def replace_vehicle(call: CallDep, vehicle_id: VehicleId, vehicle: VehicleBase) -> VehiclePublic:
    """Every field is replaced; a field left out takes its default."""
    known = call.desk.store.vehicle(call.service, vehicle_id)
    data = VehicleCreate.model_validate({**vehicle.model_dump(), "id": known.id})
    return _public(call.desk.save_vehicle(service_id=call.service, vehicle=data, actor=call.actor))


@router.delete("/vehicles/{vehicle_id}", status_code=204, summary="Remove a vehicle", responses=problems(409))
def remove_vehicle(call: CallDep, vehicle_id: VehicleId) -> Response:
    """Remove a vehicle that has no shift."""
    call.desk.remove_vehicle(service_id=call.service, vehicle_id=vehicle_id, actor=call.actor)
    return Response(status_code=204)
