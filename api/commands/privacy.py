"""``odekake erase``: personal data whose retention is over."""

from __future__ import annotations

from api.commands.figures import Row, show_figures, waiting
from api.commands.frame import JsonOption, ServiceOption, open_desk, service_of, settings
from api.commands.speech import tell


def erase(service: ServiceOption = "", as_json: JsonOption = False) -> None:
    from dispatch.plan_files import remove_day_files

    desk, chosen = open_desk(), settings()
    known = service_of(desk, service)
    with waiting(tell("erasing")):
        erased = desk.erase_expired(service_id=known, actor=chosen.operator)
        folders = remove_day_files(chosen.out_dir, service_id=known, before=erased.before)
    figures: Row = {
        "before": erased.before.isoformat(),
        "days": erased.days,
        "requests": erased.requests,
        "reservations": erased.reservations,
        "guests": erased.guests,
        "riders": erased.riders,
        "rider_places": erased.rider_places,
        "folders": len(folders),
    }
    show_figures(figures, title=tell("erased_title", before=erased.before.isoformat()), as_json=as_json)
