"""Finding places: many ways of writing, one key; the order of candidates; online only behind the list."""

from __future__ import annotations

import json
from collections.abc import Sequence

import jaconv
import pytest
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderTimedOut
from geopy.geocoders import Nominatim
from hypothesis import given
from hypothesis import strategies as st

from maps.errors import GazetteerError, GeocoderUnavailable
from maps.geo import Box, LatLon
from maps.online_geocoder import FoundLocation, OnlineGeocoder, PlaceSearch
from maps.places import Gazetteer, Match, PlaceEntry
from maps.search_keys import key_of

HERE = LatLon(36.39, 139.85)
CITY = Box(south=36.3, west=139.7, north=36.5, east=139.95)
ENTRIES = (
    PlaceEntry(id="stop-1", name="東病院", kana="ひがしびょういん", at=HERE, address="石橋二丁目3番地4号"),
    PlaceEntry(id="stop-2", name="東病院前 石橋通り", kana="ひがしびょういんまえ", at=HERE, address="緑1-1"),
    PlaceEntry(id="stop-3", name="みどり薬局 東病院店", kana="みどりやっきょく", at=HERE, address="駅前3"),
    PlaceEntry(id="stop-4", name="新東病院", kana="しんひがしびょういん", at=HERE, address="髙﨑5"),
    PlaceEntry(id="stop-5", name="ショッピングセンター 緑", at=HERE, address="東病院南6", aliases=("モール",)),
)
PLACES = Gazetteer(ENTRIES)


def _ids(text: str, limit: int = 10) -> list[str]:
    return [candidate.place_id for candidate in PLACES.search(text, limit=limit)]


def test_exact_before_beginning_before_word_before_anywhere_before_address() -> None:
    """One text, five places, each fitting in another way, in the order of how well."""
    assert _ids("東病院") == ["stop-1", "stop-2", "stop-3", "stop-4", "stop-5"]
    matches = [candidate.match for candidate in PLACES.search("東病院", limit=10)]
    assert matches == [Match.EXACT, Match.PREFIX, Match.WORD, Match.SUBSTRING, Match.PREFIX]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ひがしびょういん", "stop-1"),
        ("ヒガシビョウイン", "stop-1"),
        ("ﾋｶﾞｼﾋﾞｮｳｲﾝ", "stop-1"),
        ("  東 病院 ", "stop-1"),
        ("石橋2-3-4", "stop-1"),
        ("石橋２丁目３−４", "stop-1"),
        ("みどり　駅前", "stop-3"),
        ("高崎5", "stop-4"),
        ("しょっぴんぐせんたー", "stop-5"),
        ("ｼｮｯﾋﾟﾝｸﾞｾﾝﾀｰ", "stop-5"),
        ("モール", "stop-5"),
    ],
)
def test_callers_words_are_understood(text: str, first: str) -> None:
    """Kana of any width, spaces, house numbers, variants of characters, aliases, two words of two fields."""
    assert _ids(text)[0] == first


@pytest.mark.parametrize("text", ["", "  ", "、。", "ぜんぜんない", "東病院 ぜんぜんない"])
def test_what_is_unknown_finds_nothing(text: str) -> None:
    """Every word must occur; a text without words finds nothing rather than everything."""
    assert PLACES.search(text, limit=10) == ()


def test_the_limit_keeps_the_best() -> None:
    """Fewer candidates are the first ones of more."""
    assert _ids("東病院", limit=2) == _ids("東病院")[:2]


@given(st.permutations(ENTRIES), st.sampled_from(["東", "病院", "みどり", "ひがし", "1"]))
def test_the_order_of_the_list_does_not_matter(entries: list[PlaceEntry], text: str) -> None:
    """The same places in any order give the same candidates in the same order."""
    assert Gazetteer(entries).search(text, limit=5) == PLACES.search(text, limit=5)


@given(st.text(alphabet="あいうおかがきぎくしじたちっつでとはばぱびほまやゃゆょらりんー 病院駅1", max_size=12))
def test_kana_of_any_kind_have_one_key(text: str) -> None:
    """Hiragana, katakana and half-width katakana of the same sounds are the same key, also among other characters."""
    katakana = jaconv.hira2kata(text)
    assert key_of(text) == key_of(katakana) == key_of(jaconv.z2h(katakana, kana=True))


@given(st.sampled_from(ENTRIES), st.data())
def test_any_part_of_a_name_finds_its_place(entry: PlaceEntry, data: st.DataObject) -> None:
    """Whatever stretch of a name is typed, the place is among the candidates."""
    start = data.draw(st.integers(min_value=0, max_value=len(entry.name) - 1))
    part = entry.name[start : data.draw(st.integers(min_value=start + 1, max_value=len(entry.name)))]
    if key_of(part):
        assert entry.id in [candidate.place_id for candidate in PLACES.search(part, limit=10)]


@pytest.mark.parametrize(("second", "words"), [("stop-1", "stop-1 occurs twice"), ("stop-9", "stop-9 has no name")])
def test_a_list_that_contradicts_itself_is_refused(second: str, words: str) -> None:
    """A doubled id and an empty name are named."""
    with pytest.raises(GazetteerError, match=words):
        Gazetteer((ENTRIES[0], PlaceEntry(id=second, name="・", at=HERE)))


class Located:
    """A place as geopy returns it."""

    def __init__(self, address: str, at: LatLon) -> None:
        self.address = address
        self.latitude, self.longitude = at


class Playing:
    """A geocoder on the network that knows a few places, or is away."""

    def __init__(self, *known: Located, away: bool = False) -> None:
        self.asked: list[str] = []
        self._known = known
        self._away = away

    def geocode(self, query: str, *, exactly_one: bool, limit: int, timeout: float) -> Sequence[FoundLocation] | None:
        self.asked.append(query)
        if self._away:
            raise GeocoderTimedOut("Service timed out")
        return self._known or None


SHRINE = Located("天平の社, 国分寺, 下野市", LatLon(36.38, 139.83))


def _search(*geocoders: Playing) -> PlaceSearch:
    online = tuple(OnlineGeocoder(geocoder=each, name="playing", area=CITY) for each in geocoders)
    return PlaceSearch(gazetteer=PLACES, online=online)


def test_what_the_list_knows_is_never_asked_online() -> None:
    """A known name stays in the house, and so does an empty text."""
    online = Playing(SHRINE)
    assert _search(online).search("東病院", limit=3) == PLACES.search("東病院", limit=3)
    assert _search(online).search(" ", limit=3) == ()
    assert online.asked == []


def test_what_the_list_does_not_know_is_looked_up() -> None:
    """Found online, inside the area only, marked as such and without an id of ours."""
    elsewhere = Located("天平の社, 奈良市", LatLon(34.68, 135.83))
    (found,) = _search(Playing(elsewhere, SHRINE)).search("天平の社", limit=3)
    assert (found.name, found.at, found.source) == ("天平の社", LatLon(36.38, 139.83), "playing")
    assert (found.match, found.place_id) == (Match.ONLINE, "")


def test_the_next_geocoder_is_asked_when_one_is_away_or_ignorant() -> None:
    """In turn, until one knows."""
    assert _search(Playing(away=True), Playing(), Playing(SHRINE)).search("天平の社", limit=3)[0].name == "天平の社"


def test_a_geocoder_that_is_away_says_so_without_the_text() -> None:
    """Nothing found and nobody there: a clear error, in which the text (perhaps a home) does not appear."""
    with pytest.raises(GeocoderUnavailable, match="playing cannot be used: GeocoderTimedOut") as caught:
        _search(Playing(away=True)).search("天平の社", limit=3)
    assert "天平" not in str(caught.value)
    assert caught.value.action


def test_without_online_geocoders_nothing_is_asked() -> None:
    """The default installation answers from the list alone."""
    assert PlaceSearch(gazetteer=PLACES).search("天平の社", limit=3) == ()


class _Canned(BaseSyncAdapter):
    """Stands for the network below geopy's own Nominatim."""

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> object:
        found = {"display_name": "天平の社, 下野市", "lat": "36.38", "lon": "139.83"}
        return json.loads(json.dumps([found] if "q=" in url else []))

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        raise NotImplementedError


def test_geopys_nominatim_fits() -> None:
    """The real class of geopy is a geocoder as this module understands it."""
    nominatim = Nominatim(user_agent="odekake-tests", adapter_factory=_Canned)
    online = OnlineGeocoder(geocoder=nominatim, name="nominatim", area=CITY)
    assert [found.name for found in online.search("天平の社", limit=3)] == ["天平の社"]
