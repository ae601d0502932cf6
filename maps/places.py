"""Public places by name, kana, alias or address, with no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from maps.errors import GazetteerError
from maps.geo import LatLon
from maps.search_keys import key_of, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """A public place. ``kana`` and ``address`` may be empty; ``aliases`` are other names people use."""

    id: str
    name: str
    at: LatLon
    kana: str = ""
    address: str = ""
    aliases: tuple[str, ...] = ()


class Match(IntEnum):
    """How well a text fits, best first."""

    EXACT = 0
    PREFIX = 1
    WORD = 2
    SUBSTRING = 3
    ONLINE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that may be meant. ``source`` is ``gazetteer`` or the name of an online geocoder.

    ``place_id`` is the id of the entry, or empty for a place found online.
    """

    name: str
    at: LatLon
    address: str
    match: Match
    source: str
    place_id: str = ""


@dataclass(frozen=True, slots=True)
class _Keys:
    """Search keys of one text: the whole, and its words."""

    whole: str
    words: tuple[str, ...]

    def match(self, asked: str) -> tuple[Match, ...]:
        """Return how the asked key fits as a tuple of one, or empty."""
        if asked not in self.whole:
            return ()
        if self.whole == asked:
            return (Match.EXACT,)
        if self.whole.startswith(asked):
            return (Match.PREFIX,)
        return (Match.WORD if any(word.startswith(asked) for word in self.words) else Match.SUBSTRING,)


@dataclass(frozen=True, slots=True)
class _Indexed:
    """An entry with the keys of its names (name, kana, aliases) and of its address."""

    entry: PlaceEntry
    names: tuple[_Keys, ...]
    address: _Keys

    def rank(self, asked: str) -> tuple[tuple[bool, Match], ...]:
        """Return the best (found in the address only, match) as a tuple of one, or empty."""
        by_name = [(False, match) for keys in self.names for match in keys.match(asked)]
        by_address = [(True, match) for match in self.address.match(asked)]
        return tuple(sorted(by_name + by_address)[:1])


class Gazetteer:
    """A list of places that is searched by name, kana, alias and address, with no network.

    Parameters
    ----------
    entries : sequence of PlaceEntry
        In any order; results do not depend on it.

    Raises
    ------
    GazetteerError
        When an id occurs twice, or a place has no name; the message names it.
    """

    def __init__(self, entries: Sequence[PlaceEntry]) -> None:
        twice = [place_id for place_id, count in Counter(entry.id for entry in entries).items() if count > 1]
        nameless = [entry.id for entry in entries if not key_of(entry.name)]
        if twice or nameless:
            raise GazetteerError(
                cause=f"Place {twice[0]} occurs twice." if twice else f"Place {nameless[0]} has no name.",
                action="Give each place an id of its own and a name.",
            )
        self._indexed = tuple(
            _Indexed(
                entry,
                names=tuple(_keys(text) for text in (entry.name, entry.kana, *entry.aliases) if text),
                address=_keys(entry.address),
            )
            for entry in entries
        )

    def search(self, text: str, *, limit: int) -> tuple[Candidate, ...]:
        """Return at most ``limit`` places, best first; none for a text without letters or digits.

        Every word of the text must occur in a name or the address. Order: names before addresses;
        exact, beginning, beginning of a word, anywhere (the worst word counts); short names first; then id.
        """
        asked = words_of(text)
        if not asked:
            return ()
        found = []
        for indexed in self._indexed:
            whole = indexed.rank("".join(asked))
            ranks = whole or tuple(rank for word in asked for rank in indexed.rank(word))
            if whole or len(ranks) == len(asked):
                entry = indexed.entry
                found.append((max(ranks), len(entry.name), entry.id, entry))
        found.sort(key=lambda ranked: ranked[:3])
        return tuple(_offline(entry, rank[1]) for rank, _, _, entry in found[:limit])


def _keys(text: str) -> _Keys:
    words = words_of(text)
    return _Keys("".join(words), words)


def _offline(entry: PlaceEntry, match: Match) -> Candidate:
    return Candidate(
        name=entry.name, at=entry.at, address=entry.address, match=match, source="gazetteer", place_id=entry.id
    )
