"""What every page of the desk is given: the call, the service day in its path, and the way to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated

from fastapi import Depends
from fastapi.responses import HTMLResponse

from api.context import Call, CallDep
from api.schemas.moments import DayPath
from api.web.rendering import page

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
DAY_CHANGED: Mapping[str, str] = MappingProxyType({"hx-trigger": "day-changed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCall:
    """One call of a page. ``here`` is the address that all parts of the day's page begin with."""

    call: Call
    day: date
    here: str

    def show(
        self, template: str, values: Mapping[str, object], *, headers: Mapping[str, str] = NO_HEADERS
    ) -> HTMLResponse:
        """The template with what every template needs: ``here``, ``day`` and the service id."""
        given = {"here": self.here, "day": self.day, "service_id": self.call.service, **values}
        answer = page(template, self.call.lang, given)
        answer.headers.update(headers)
        return answer


def desk_path(*, service: str, day: date) -> str:
    """The address of the page of one service day."""
    return f"/desk/{service}/{day.isoformat()}"


def _desk_call(call: CallDep, day: DayPath) -> DeskCall:
    return DeskCall(call=call, day=day, here=desk_path(service=call.service, day=day))


DeskCallDep = Annotated[DeskCall, Depends(_desk_call)]
