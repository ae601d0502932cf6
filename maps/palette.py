"""How routes are told apart on a map: by colour, by dash pattern and by the shape of the stop numbers.

Colours are those of M. Okabe and K. Ito, "Color Universal Design" (2008), chosen to be distinct for colour-blind
eyes; its yellow is left out (too faint on a light page) and its black is kept for depots. Lines use a darker
shade of the light ones, so that each has a contrast of 3:1 or more against the map (WCAG 2.1, 1.4.11), and
numbers are black or white, whichever has 4.5:1 or more on its colour (1.4.3). Patterns and shapes change with
every vehicle and shift when the colours start over: no two of the first 30 vehicles look the same.
"""

from __future__ import annotations

from dataclasses import dataclass

MAP_BACKGROUND = "#fbfaf7"
BOUNDARY_LINE = "#5b6570"
BLACK, WHITE = "#000000", "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """A colour as area, as line, and the colour of text upon it; CSS hexadecimal."""

    fill: str
    line: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStyle:
    """The look of one route.

    ``dash`` is an SVG dash array (pixels), empty for a solid line; ``shape`` names the outline of its stop
    numbers: ``round``, ``square`` or ``leaf``.
    """

    colour: Colour
    dash: str
    shape: str


COLOURS = (
    Colour(fill="#0072b2", line="#0072b2", text=WHITE),  # blue
    Colour(fill="#e69f00", line="#a87400", text=BLACK),  # orange
    Colour(fill="#009e73", line="#008560", text=BLACK),  # bluish green
    Colour(fill="#cc79a7", line="#b3508a", text=BLACK),  # reddish purple
    Colour(fill="#d55e00", line="#d55e00", text=BLACK),  # vermilion
    Colour(fill="#56b4e9", line="#3a93c9", text=BLACK),  # sky blue
)
DASHES = ("", "14 8", "3 8", "18 7 3 7", "26 8")
SHAPES = ("round", "square", "leaf")


def route_style(index: int) -> RouteStyle:
    """Return the style of the route with this index, 0 or more; the same index always looks the same."""
    lap = index // len(COLOURS)
    return RouteStyle(
        colour=COLOURS[index % len(COLOURS)],
        dash=DASHES[(index + lap) % len(DASHES)],
        shape=SHAPES[(index + lap) % len(SHAPES)],
    )
