"""No character of a name is lost on paper."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.route_sheet.fonts import japanese_font
from dispatch.route_sheet.glyphs import Losses, Piece, losses, pieces

KANA_ONLY = frozenset(map(ord, "あいうえおかがきくけこ"))


def printed(text: str) -> str:
    return "".join(piece.text for piece in pieces(text, font=japanese_font().characters))


def test_a_missing_character_becomes_its_code_point() -> None:
    """𠮷 (U+20BB7) is in no packaged font: it is boxed, the rest of the name is left alone."""
    assert pieces("𠮷田", font=japanese_font().characters) == (
        Piece(text="[U+20BB7]", boxed=True),
        Piece(text="田", boxed=False),
    )


def test_rare_forms_the_font_has_are_kept() -> None:
    """髙, 﨑 and the compatibility ideograph U+FA19 are printed as they are, not as 高, 崎 and 神."""
    assert printed("髙﨑\ufa19") == "髙﨑\ufa19"


def test_a_variation_selector_prints_the_plain_shape_and_is_named() -> None:
    """葛 with selector U+E0100 prints 葛; the loss of shape is reported, not a missing character."""
    name = "葛\U000e0100西"
    assert printed(name) == "葛西"
    assert losses([name], font=japanese_font().characters) == Losses(missing=(), variants=("葛 [U+E0100]",))


def test_combining_marks_join_their_base() -> None:
    """か followed by U+3099 is が."""
    assert pieces("か\u3099", font=KANA_ONLY) == (Piece(text="が", boxed=False),)


def test_losses_are_named_once_in_order() -> None:
    """Repeated losses are listed once, in the order in which they are met."""
    assert losses(["𠮷か𠮷", "\U0002a6b2"], font=KANA_ONLY).missing == ("[U+20BB7]", "[U+2A6B2]")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "M", "Z", "Cc", "Cf"]), max_size=30))
def test_every_visible_character_is_printed_or_numbered(text: str) -> None:
    """Undoing the boxes gives back the text: nothing dropped, nothing swapped."""
    cut = pieces(text, font=KANA_ONLY)
    undone = "".join(chr(int(piece.text[3:-1], 16)) if piece.boxed else piece.text for piece in cut)
    assert undone == text


@given(st.text(max_size=40))
def test_what_is_drawn_is_in_the_font(text: str) -> None:
    """Whatever a name holds, no piece asks the font for a glyph it lacks."""
    font = japanese_font().characters
    assert {ord(character) for character in printed(text)} <= font
