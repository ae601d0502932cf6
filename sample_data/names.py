"""Synthetic names: common family names and given names of each generation, combined at random.

Nobody in particular is meant. Some family names are written with characters that fonts and old encodings often
lack (𠮷, 髙, 﨑, 邉, 栁): a route sheet must print them all. The lists are in ``data/names.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass

from sample_data import tables
from sample_data.dice import Dice

RARE_EVERY = 97  # riders number 5, 102, 199 … carry a rare family name, in turn
RARE_FIRST = 5
OLD_UNTIL = 1955  # birth years of a generation of given names
MIDDLE_UNTIL = 1989


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as written and its reading in hiragana."""

    written: str
    reading: str


class NameBook:
    """The lists of names by kind."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[Name]] = {}
        for row in tables.rows_of("names.csv"):
            name = Name(written=row["written"], reading=row["reading"])
            self._by_kind.setdefault(row["kind"], []).append(name)

    def full_name(self, dice: Dice, *, number: int, birth_year: int, female: bool) -> Name:
        """The name of rider ``number``: family name, space, given name."""
        rare = self._by_kind["rare_family"]
        family = rare[number // RARE_EVERY % len(rare)] if is_rare(number) else _any_of(dice, self._by_kind["family"])
        given = _any_of(dice, self._by_kind[f"{'woman' if female else 'man'}_{_generation(birth_year)}"])
        return Name(written=f"{family.written} {given.written}", reading=f"{family.reading} {given.reading}")


def is_rare(number: int) -> bool:
    """Say whether rider ``number`` carries a rare family name."""
    return number % RARE_EVERY == RARE_FIRST


def _generation(birth_year: int) -> str:
    if birth_year <= OLD_UNTIL:
        return "old"
    return "middle" if birth_year <= MIDDLE_UNTIL else "young"


def _any_of(dice: Dice, names: list[Name]) -> Name:
    return names[dice.whole(low=0, high=len(names) - 1)]
