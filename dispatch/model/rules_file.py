"""Reading the rules file: one TOML file becomes one validated ``ServiceRules``, or every problem of it is named.

A problem is a key, the value found there and what was expected, as a sentence of the catalogue
(``rules.problem.<kind>``): an operator who mistypes a key or a number is told all mistakes at once.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dispatch.model.errors import RulesInvalid
from dispatch.model.party import Aid, FareClass
from dispatch.model.rules import FROM_FILE, ServiceRules
from dispatch.model.same import OfTheSame
from dispatch.model.wording import Lang, keys, say

KIND_OF_TYPE = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
    "too_short": "empty_list",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "float_type": "number",
    "finite_number": "number",
    "bool_type": "yes_no",
    "string_type": "text",
    "tuple_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "date_type": "date",
    "date_parsing": "date",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
}
OTHER_KIND = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProblem:
    """One thing wrong in a rules file.

    ``kind`` is a key of ``rules.problem`` in the catalogue; ``key`` is dotted (``travel.speeds[2].kmh``); ``value``
    is what the file says; ``expected`` the bound, the closest known key or the names meant.
    """

    kind: str
    key: str
    value: str
    expected: str

    def text(self, lang: Lang) -> str:
        return say(f"rules.problem.{self.kind}", lang, item=self.key, value=self.value, expected=self.expected)


def load_rules(text: str, *, source: str) -> ServiceRules:
    """Read the rules from the text of a TOML file; ``source`` names the file in messages.

    Raises
    ------
    RulesInvalid
        ``rules_syntax`` with the line when the text is not TOML; ``rules_invalid`` with all problems otherwise.
    """
    data = _parsed(text, source=source)
    try:
        # JSON in strict mode: lists become tuples and text becomes dates, but true is no number and "8" no 8.
        return ServiceRules.model_validate_json(json.dumps(data, default=str), strict=True, context=FROM_FILE)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()]
        said = {lang: " / ".join(problem.text(lang) for problem in problems) for lang in Lang}
        raise RulesInvalid(
            "rules_invalid",
            source=source,
            count=len(problems),
            problems_ja=said[Lang.JA],
            problems_en=said[Lang.EN],
        ) from error


_digests: OfTheSame[ServiceRules, str] = OfTheSame(most=16)


def rules_digest(rules: ServiceRules) -> str:
    """Return the SHA-256 (hex) of the rules as canonical JSON: sorted keys, no spaces, UTF-8."""
    return _digests.value(rules, lambda: _digest(rules))


def _digest(rules: ServiceRules) -> str:
    canonical = json.dumps(rules.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _parsed(text: str, *, source: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else max(1, len(text.splitlines()))
        raise RulesInvalid("rules_syntax", source=source, line=line, detail=str(error)) from error


def _problem(detail: ErrorDetails) -> RuleProblem:
    path, value = detail["loc"], str(detail["input"])
    if path[-1] == "[key]":
        return _unknown_key(path[:-1], names=_dict_keys(path[:-1]))
    kind = KIND_OF_TYPE.get(detail["type"], detail["type"])
    if kind == "unknown_key":
        return _unknown_key(path, names=_keys_at(path[:-1]))
    context = detail.get("ctx", {})
    expected = str(next(iter(context.values()), detail["msg"]))
    known = f"rules.problem.{kind}" in keys()
    return RuleProblem(kind=kind if known else OTHER_KIND, key=_dotted(path), value=value, expected=expected)


def _unknown_key(path: tuple[int | str, ...], *, names: list[str]) -> RuleProblem:
    key = str(path[-1])
    close = get_close_matches(key, names, n=1)
    kind = "unknown_key_close" if close else "unknown_key"
    expected = close[0] if close else ", ".join(names)
    return RuleProblem(kind=kind, key=_dotted(path), value=key, expected=expected)


def _dotted(path: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def _dict_keys(path: tuple[int | str, ...]) -> list[str]:
    return [name.value for name in (Aid if path[0] == "boarding" else FareClass)]


def _keys_at(path: tuple[int | str, ...]) -> list[str]:
    """Names of the keys that the table at ``path`` may have."""
    model: type[BaseModel] = ServiceRules
    for part in path:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation)
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: object) -> type[BaseModel]:
    """The model an annotation is or holds, e.g. ``SpeedHour`` of ``tuple[SpeedHour, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return _model_in(get_args(annotation)[0])
