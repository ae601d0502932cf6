"""Why a field of a call cannot be taken, in the reader's language: the kinds of faults pydantic finds, in our words.

Its own sentences are English and speak of types. A kind that is not listed here has one general sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import ErrorDetails, PydanticCustomError

from dispatch.model.wording import Lang, say

WORDS: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "json_invalid": "json",
    "date_parsing": "date",
    "date_type": "date",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
    "datetime_parsing": "moment",
    "datetime_type": "moment",
    "datetime_from_date_parsing": "moment",
    "timezone_aware": "offset",
    "int_parsing": "whole_number",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "int_parsing_size": "whole_number",
    "float_parsing": "number",
    "float_type": "number",
    "finite_number": "number",
    "bool_parsing": "yes_or_no",
    "bool_type": "yes_or_no",
    "string_type": "text",
    "list_type": "list",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "greater_than_equal": "at_least",
    "greater_than": "more_than",
    "less_than_equal": "at_most",
    "less_than": "less_than",
    "enum": "one_of",
    "literal_error": "one_of",
    "union_tag_invalid": "one_of",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "too_long": "too_many",
    "string_pattern_mismatch": "pattern",
}
"""The key under ``reason`` by pydantic's kind of error."""

OURS = "odekake_"
"""Begins the kind of every error raised by our own validators: the key under ``reason`` follows."""

BOUNDS: Mapping[str, str] = {
    "ge": "min",
    "gt": "min",
    "le": "max",
    "lt": "max",
    "min_length": "min",
    "max_length": "max",
    "expected": "words",
    "expected_tags": "words",
    "min": "min",
    "max": "max",
}
OTHER = "other"


def contradiction(key: str, **bounds: int) -> PydanticCustomError:
    """The error of a validator of ours, told by the sentence ``reason.<key>``."""
    return PydanticCustomError(f"{OURS}{key}", say(f"reason.{key}", Lang.EN, **bounds), bounds)


def reason_of(fault: ErrorDetails, lang: Lang) -> str:
    """The sentence for one fault; never what was sent."""
    kind = fault["type"]
    key = kind.removeprefix(OURS) if kind.startswith(OURS) else WORDS.get(kind, OTHER)
    bounds = {BOUNDS[name]: _plain(value) for name, value in fault.get("ctx", {}).items() if name in BOUNDS}
    return say(f"reason.{key}", lang, **bounds)


def _plain(value: object) -> str:
    """A bound, or the words allowed, without the English "or" and the quotation marks."""
    return str(value).replace(" or ", ", ").replace("'", "")
