"""Every error a person can meet is explained in both languages and documented."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from api.error_page import codes, error_page, raised_in
from dispatch.model.wording import Lang, keys, template

ROOT = Path(__file__).resolve().parents[2]


def test_every_code_in_the_source_has_its_sentences() -> None:
    """Whatever code an error or refusal is made with is in the catalogue."""
    assert len(raised_in(ROOT)) > 50, "the source was not read: the rule would hold for nothing"
    assert {(found.code, found.where) for found in raised_in(ROOT) if found.code not in codes()} == set()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_says_cause_and_action_in_both_languages(code: str) -> None:
    """No sentence is missing or empty."""
    for part in ("cause", "action"):
        assert f"error.{code}.{part}" in keys()
        assert all(template(f"error.{code}.{part}", lang).strip() for lang in Lang)


def test_every_value_a_sentence_names_is_given() -> None:
    """Where an error is made with its values written out, they cover the braces of its sentences."""
    missing = {
        (found.code, found.where): names - found.values
        for found in raised_in(ROOT)
        if found.kind != "Refusal" and "**" not in found.values and (names := named_in(found.code)) - found.values
    }
    assert missing == {}


def named_in(code: str) -> set[str]:
    sentences = [template(f"error.{code}.{part}", lang) for part in ("cause", "action") for lang in Lang]
    return {name for sentence in sentences for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_page_is_up_to_date() -> None:
    """``docs/errors.md`` is what ``python -m api.error_page`` writes now."""
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == error_page(ROOT)
