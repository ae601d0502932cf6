"""Text that a font can print without losing a character.

No packaged font has every Japanese name character (𠮷, U+20BB7, is missing from all of them). A character without a
glyph is printed as its code point, ``[U+20BB7]``; the kana beside it says how it is read, and a line on the sheet
warns. A variation selector asks for another shape of the character before it (Unicode Standard, section 23.4): the
plain shape is printed and the selector is named in the same line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
SHAPELESS = frozenset("\u200b\u200c\u200d\u2060\ufeff")  # zero-width: they mark line breaks and joins, print nothing
SPACES = MappingProxyType({"\u3000": "\u00a0\u00a0\u00a0"})  # a wide space stays wide


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text. ``boxed``: it stands for a character that the font lacks."""

    text: str
    boxed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What the font could not show, each once, in order: code points, and characters with their selectors."""

    missing: tuple[str, ...]
    variants: tuple[str, ...]


def pieces(text: str, *, font: Container[int]) -> tuple[Piece, ...]:
    """Cut ``text`` into runs the font can print and boxed code points. ``font`` holds the code points it has."""
    runs: list[Piece] = []
    for character in _composed(text):
        if _is_selector(character) or character in SHAPELESS:
            continue
        boxed = ord(character) not in font and not character.isspace()
        shown = code_point(character) if boxed else SPACES.get(character, " ") if character.isspace() else character
        if runs and not boxed and not runs[-1].boxed:
            runs[-1] = Piece(text=runs[-1].text + shown, boxed=False)
        else:
            runs.append(Piece(text=shown, boxed=boxed))
    return tuple(runs)


def losses(texts: Iterable[str], *, font: Container[int]) -> Losses:
    """Everything in ``texts`` that the font cannot show as it is."""
    missing: dict[str, None] = {}
    variants: dict[str, None] = {}
    for text in texts:
        before = ""
        for character in _composed(text):
            if _is_selector(character):
                variants[f"{before} {code_point(character)}"] = None
            elif ord(character) not in font and not character.isspace() and character not in SHAPELESS:
                missing[code_point(character)] = None
            before = before if _is_selector(character) else _shown(character, font=font)
    return Losses(missing=tuple(missing), variants=tuple(variants))


def code_point(character: str) -> str:
    """``[U+20BB7]``."""
    return f"[U+{ord(character):04X}]"


def _shown(character: str, *, font: Container[int]) -> str:
    return character if ord(character) in font else code_point(character)


def _is_selector(character: str) -> bool:
    return any(ord(character) in block for block in VARIATION_SELECTORS)


def _composed(text: str) -> Iterator[str]:
    """The characters of ``text``, combining marks joined to their base (か + U+3099 is が).

    Single characters are left alone: full normalisation would turn compatibility ideographs, which some names use
    (神 U+FA19), into the common ones.
    """
    cluster = ""
    for character in text:
        if cluster and unicodedata.combining(character):
            cluster += character
            continue
        yield from unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
        cluster = character
    yield from unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
