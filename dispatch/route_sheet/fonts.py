"""The Japanese font of the printed sheet: IPAex Gothic, as shipped in the package matplotlib-fontja."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from dispatch.model.errors import SetupError

FONT_NAME = "IPAexGothic"
PACKAGE, FILE = "matplotlib_fontja", "ipaexg.ttf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A font registered with reportlab under ``name``; ``characters`` are the code points it has glyphs for."""

    name: str
    characters: frozenset[int]


@cache
def japanese_font() -> Font:
    """Read and register the font, once per process (30 ms, only the glyphs used are embedded in a file).

    The package is located, not imported: importing it would load matplotlib.

    Raises
    ------
    SetupError
        ``font_missing`` when the package is not installed or holds no readable font.
    """
    try:
        loaded = TTFont(FONT_NAME, str(font_file()))
    except (TTFError, OSError) as error:
        raise SetupError("font_missing") from error
    pdfmetrics.registerFont(loaded)
    return Font(name=FONT_NAME, characters=frozenset(loaded.face.charToGlyph))


def font_file() -> Path:
    """Where the font lies. Raises SetupError ``font_missing`` when the package is not installed."""
    package = find_spec(PACKAGE)
    folders = package.submodule_search_locations if package is not None else None
    found = [path for folder in folders or () for path in Path(folder).rglob(FILE)]
    if not found:
        raise SetupError("font_missing")
    return found[0]
