"""Templates filled in: one environment, every text escaped, every sentence from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from dispatch.model.times import clock_text
from dispatch.model.wording import Lang, say


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock_text
    return environment


def fill(template: str, lang: Lang, values: Mapping[str, object]) -> str:
    """The template in ``lang``: in it ``t(key, …)`` is a sentence of ``desk``, ``say(key, …)`` any sentence."""
    words = {"lang": lang.value, "t": partial(_desk_text, lang), "say": partial(_any_text, lang)}
    return _environment().get_template(template).render(**words, **values)


def page(template: str, lang: Lang, values: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """The filled template as an answer."""
    return HTMLResponse(fill(template, lang, values), status_code=status)


def _desk_text(lang: Lang, key: str, **values: str | int) -> str:
    return say(f"desk.{key}", lang, **values)


def _any_text(lang: Lang, key: str, **values: str | int) -> str:
    return say(key, lang, **values)
