"""Tables for people: the same text is read in a terminal and pasted into a page (Markdown)."""

from __future__ import annotations

from collections.abc import Sequence


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with aligned columns, the first to the left, the others to the right."""
    widths = [max(len(row[at]) for row in (columns, *rows)) for at in range(len(columns))]
    rule = [("-" * width) if at == 0 else ("-" * (width - 1) + ":") for at, width in enumerate(widths)]
    lines = [columns, rule, *rows]
    return "".join(f"| {' | '.join(_aligned(line, widths))} |\n" for line in lines)


def _aligned(words: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        word.ljust(width) if at == 0 else word.rjust(width)
        for at, (word, width) in enumerate(zip(words, widths, strict=True))
    ]
