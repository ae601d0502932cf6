"""Which of the two languages a reader wants: Japanese unless they ask for English."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from dispatch.model.wording import Lang

COOKIE = "lang"
DEFAULT = Lang.JA


def preferred(header: str) -> Lang:
    """Return the language an ``Accept-Language`` header likes best of those we speak, Japanese when none.

    Parts are ``tag;q=weight``; a tag counts by its primary subtag (``en-GB`` is English), the first of equal
    weights wins, weight 0 means "not this one", and what cannot be read is passed over (RFC 9110, 12.5.4).
    """
    best, best_weight = DEFAULT, 0.0
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        primary, weight = tag.strip().split("-")[0].lower(), _weight(parameter)
        if primary in tuple(Lang) and weight > best_weight:
            best, best_weight = Lang(primary), weight
    return best


def _weight(parameter: str) -> float:
    name, _, text = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


def lang_of(connection: HTTPConnection) -> Lang:
    """The language of a call: ``?lang=``, else the cookie set by it, else ``Accept-Language``."""
    for asked in (connection.query_params.get("lang", ""), connection.cookies.get(COOKIE, "")):
        if asked in tuple(Lang):
            return Lang(asked)
    return preferred(connection.headers.get("accept-language", ""))
