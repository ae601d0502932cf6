"""Every sentence a person reads, from one catalogue: Japanese first, English second.

The TOML files beside this one, one per subject, hold tables of ``key = {ja = "…", en = "…"}``; sentences name their
values in braces. ``say`` fills them in; an unknown key or a missing value is a programming error and raises at once.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Lang(StrEnum):
    JA = "ja"
    EN = "en"


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    flat: dict[str, dict[str, str]] = {}
    for subject in files(__package__).iterdir():
        if subject.name.endswith(".toml"):
            _flatten(tomllib.loads(subject.read_text(encoding="utf-8")), prefix="", into=flat)
    return flat


def _flatten(table: dict[str, object], *, prefix: str, into: dict[str, dict[str, str]]) -> None:
    for key, value in table.items():
        if not isinstance(value, dict):
            raise TypeError(f"catalogue entry {prefix}{key} is not a table")
        if set(value) == {lang.value for lang in Lang}:
            into[prefix + key] = {str(lang): str(text) for lang, text in value.items()}
        else:
            _flatten(value, prefix=f"{prefix}{key}.", into=into)


def say(key: str, lang: Lang = Lang.JA, **values: str | int) -> str:
    """The sentence ``key`` in ``lang`` with its values filled in.

    Raises
    ------
    KeyError
        Unknown key, or a value the sentence names is missing.
    """
    return _catalogue()[key][lang].format_map(values)


def template(key: str, lang: Lang = Lang.JA) -> str:
    """The sentence with the names of its values still in braces (documentation). Raises KeyError for an unknown key."""
    return _catalogue()[key][lang]


def keys() -> frozenset[str]:
    """All keys of the catalogue (tests and the documentation of errors)."""
    return frozenset(_catalogue())
