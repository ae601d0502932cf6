"""Search keys: different ways of writing one Japanese name or address become one string.

Folded are width (ｶﾞ, Ａ, ①), case, kana (katakana → hiragana), small ke and ka (ヶ, ヵ), dashes and the long
vowel mark, spaces and brackets, house numbers (二丁目3番地4号 → 2-3-4), and common variants of characters
in names (髙 → 高). Keys are for comparing only and never shown.
"""

from __future__ import annotations

import re
import unicodedata

import jaconv

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc~\u301c"
VARIANTS = str.maketrans(
    {
        **dict.fromkeys(DASHES, "-"),
        **dict(zip("ゖゕ髙﨑𠮷邊邉齋齊濱濵澤廣嶋國學櫻瀧", "けか高崎吉辺辺斎斉浜浜沢広島国学桜滝", strict=True)),
    }
)
KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
KANJI_NUMBER = re.compile(r"([〇一二三四五六七八九]?十?[〇一二三四五六七八九]?)(?=丁目|番地|番|号)")
NUMBER_WORD = re.compile(r"(?<=\d)(丁目|番地の?|番|号)-?")
BETWEEN_WORDS = re.compile(r"[\s・,、。.()「」/]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the keys of the words of a text, in order, without empty ones."""
    folded = jaconv.kata2hira(unicodedata.normalize("NFKC", text).casefold()).translate(VARIANTS)
    numbered = NUMBER_WORD.sub("-", KANJI_NUMBER.sub(_arabic, folded))
    words = (word.rstrip("-") if word[:-1][-1:].isdigit() else word for word in BETWEEN_WORDS.split(numbered))
    return tuple(word for word in words if word)


def key_of(text: str) -> str:
    """Return the key of a whole text: its words without the gaps."""
    return "".join(words_of(text))


def _arabic(match: re.Match[str]) -> str:
    """Return a number below 100 in digits (十二 → 12, 二十 → 20); other runs of digits one by one."""
    tens, ten, ones = match[1].partition("十")
    if not ten:
        return match[1].translate(KANJI_DIGITS)
    return (tens.translate(KANJI_DIGITS) or "1") + (ones.translate(KANJI_DIGITS) or "0")
