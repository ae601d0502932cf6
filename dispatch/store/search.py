"""Finding a rider as a caller is heard: by digits of the phone, by sound, or by the name as written.

Keys are folded by NFKC (full and half width are one), case and, for readings, hiragana into katakana. Both stores
compare the same keys in the same way.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import jaconv

from dispatch.model.catalog import Rider

PHONE_MIN_DIGITS = 3
"""Fewer digits are no phone number: they would find half the city."""


class SearchBy(StrEnum):
    PHONE = "phone"
    KANA = "kana"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderKeys:
    """Folded: ``name`` without spaces, ``kana`` with one space before each word, ``phone`` digits only."""

    name: str
    kana: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderQuery:
    """What to compare, and the folded text to compare with."""

    by: SearchBy
    text: str

    def finds(self, keys: RiderKeys) -> bool:
        """Whether a rider with these keys is meant."""
        match self.by:
            case SearchBy.PHONE:
                return keys.phone.startswith(self.text) or keys.phone.endswith(self.text)
            case SearchBy.KANA:
                return f" {self.text}" in keys.kana
            case SearchBy.NAME:
                return self.text in keys.name


def rider_keys(rider: Rider) -> RiderKeys:
    """The keys by which ``rider`` is found."""
    return RiderKeys(
        name=_joined(_folded(rider.name)),
        kana="".join(f" {word}" for word in _reading(rider.kana or rider.name).split()),
        phone=_digits(rider.phone),
    )


def rider_query(text: str) -> tuple[RiderQuery, ...]:
    """The question ``text`` asks; nothing for a text that asks nothing (empty, or one or two digits)."""
    folded = _folded(text)
    digits = _digits(folded)
    if re.fullmatch(r"[0-9+() \-‐–ー]+", folded):
        return (RiderQuery(by=SearchBy.PHONE, text=digits),) if len(digits) >= PHONE_MIN_DIGITS else ()
    reading = _reading(folded)
    if re.fullmatch(r"[ァ-ヺー・ ]+", reading):
        return (RiderQuery(by=SearchBy.KANA, text=" ".join(reading.split())),)
    name = _joined(folded)
    return (RiderQuery(by=SearchBy.NAME, text=name),) if name else ()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _reading(text: str) -> str:
    katakana: str = jaconv.hira2kata(_folded(text))
    return katakana


def _joined(text: str) -> str:
    return "".join(text.split())


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))
