"""Where a map page takes Leaflet from: a folder that our own server serves, or the page itself.

The files come from the installed package XStatic-Leaflet; none is copied into this repository.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from maps.errors import MapAssetError

PACKAGE = "xstatic.pkg.leaflet"
SERVED_FILES = (
    "leaflet.js",
    "leaflet.css",
    "images/layers.png",
    "images/layers-2x.png",
    "images/marker-icon.png",
    "images/marker-icon-2x.png",
    "images/marker-shadow.png",
)
CSS_IMAGE = re.compile(r"url\((images/[\w.-]+)\)")
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Files under a path of our own server, for example ``/static/vendor``."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Inline:
    """Everything inside the page, which then opens from a disk with no server."""


INLINE = Inline()


def leaflet_files() -> Mapping[str, Path]:
    """Return the files to serve: name below the prefix (``leaflet/leaflet.js``) → file of the package.

    Raises
    ------
    MapAssetError
        When the package, or a file of it, is not installed.
    """
    folder = _package_folder() / "data"
    files = {f"leaflet/{name}": folder / name for name in SERVED_FILES}
    missing = [name for name, file in files.items() if not file.is_file()]
    if missing:
        raise _not_installed(f"The file {missing[0]} is not in the installed package XStatic-Leaflet.")
    return files


def head_of(assets: Served | Inline) -> str:
    """Return the elements for the head of a page that load Leaflet, styles first."""
    if isinstance(assets, Served):
        prefix = assets.prefix.rstrip("/")
        style = f'<link rel="stylesheet" href="{prefix}/leaflet/leaflet.css">'
        return f'{style}\n<script src="{prefix}/leaflet/leaflet.js"></script>'
    files = leaflet_files()
    style = CSS_IMAGE.sub(lambda found: _data_url(files[f"leaflet/{found[1]}"]), _text(files["leaflet/leaflet.css"]))
    script = SOURCE_MAP.sub("", _text(files["leaflet/leaflet.js"])).replace("</script", r"<\/script")
    return f"<style>{style}</style>\n<script>{script}</script>"


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _data_url(image: Path) -> str:
    return f"url(data:image/png;base64,{base64.b64encode(image.read_bytes()).decode('ascii')})"


def _package_folder() -> Path:
    """Find the package without running it."""
    try:
        spec = util.find_spec(PACKAGE)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise _not_installed("The package XStatic-Leaflet, which carries the map library, is not installed.")
    return Path(spec.origin).parent


def _not_installed(cause: str) -> MapAssetError:
    return MapAssetError(cause=cause, action="Install the project again with its pinned dependencies.")
