"""The one decorator for compiled kernels, and the place where compiled code is kept between runs.

numba does not notice a change in a kernel that another kernel calls and would run stale code. So the cache
directory carries a digest of every source in this folder: any edit starts a fresh directory. Where the package stands
does not matter: a clone, a wheel and an update without a change in here all find what was compiled before.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar, cast

import numba
from numba.core import config
from numba.core.caching import UserProvidedCacheLocator

Params = ParamSpec("Params")
Result = TypeVar("Result")


def sources_digest(folder: Path) -> str:
    """Hex digest over names and contents of all Python sources in ``folder``, in name order."""
    digest = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_directory(environment: dict[str, str], *, digest: str) -> Path:
    """The first writable of the user's cache folder and the system's temporary folder, by digest.

    ``NUMBA_CACHE_DIR`` wins over ``XDG_CACHE_HOME``, and that over ``HOME``; all may be missing or empty. In
    the temporary folder the user's number keeps users apart, and a folder there that belongs to somebody else
    is not used.
    """
    bases = []
    if environment.get("NUMBA_CACHE_DIR"):
        bases.append(Path(environment["NUMBA_CACHE_DIR"]))
    if environment.get("XDG_CACHE_HOME"):
        bases.append(Path(environment["XDG_CACHE_HOME"]))
    if environment.get("HOME"):
        bases.append(Path(environment["HOME"]) / ".cache")
    shared = Path(tempfile.gettempdir()) / f"odekake-cache-{os.getuid()}"
    if _usable(shared):
        bases.append(shared)
    for base in bases:
        folder = base / "odekake" / "kernels" / digest
        if _usable(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="odekake-kernels-"))


def _usable(folder: Path) -> bool:
    """Whether the folder exists now, is ours and can be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False


_DIGEST = sources_digest(Path(__file__).parent)
_CACHE = cache_directory(dict(os.environ), digest=_DIGEST).as_posix()


class ByContent(UserProvidedCacheLocator):
    """Keeps compiled code by what the sources say; numba's own locators go by where they stand."""

    def get_cache_path(self) -> str:
        """The folder of this digest."""
        return _CACHE

    def get_source_stamp(self) -> str:
        """The digest: whatever is in its folder is fresh."""
        return _DIGEST


def is_cold() -> bool:
    """Whether nothing has been compiled yet from these sources."""
    return not any(Path(_CACHE).iterdir())


def entry(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """Compile on first call, release the interpreter lock while running, keep the machine code on disk.

    No fast mathematics: the same input gives the same bits on one machine and version. Python calls it, and other
    kernels may.
    """
    return _compiled(function, inline="never", counted=True, entry=True)


def inlined(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """As `entry`, for small parts of kernels: the code is copied into its callers, so that no arrays are passed."""
    return _compiled(function, inline="always", counted=True, entry=False)


def bare_kernel(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """As `entry`, for what only kernels call, mostly in a loop: references to arrays are not counted in it.

    The code that reads arguments out of Python objects, much of what there is to compile, is left out, too. Counting
    at every call took more than half of the time of a search over many arrays. The price: nothing may be allocated
    inside, not even the result of an expression over whole arrays.
    """
    return _compiled(function, inline="never", counted=False, entry=False)


def bare_entry(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """As `bare_kernel`, for what Python calls, too."""
    return _compiled(function, inline="never", counted=False, entry=True)


def bare_inlined(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """As `inlined`, with the rule of `bare_kernel`."""
    return _compiled(function, inline="always", counted=False, entry=False)


def _compiled(
    function: Callable[Params, Result], *, inline: Literal["never", "always"], counted: bool, entry: bool
) -> Callable[Params, Result]:
    settings = vars(config)
    before = {name: settings[name] for name in ("CACHE_DIR", "CACHE_LOCATOR_CLASSES")}
    settings |= {"CACHE_DIR": _CACHE, "CACHE_LOCATOR_CLASSES": f"{__name__}.{ByContent.__name__}"}
    try:
        decorator = cast("Callable[..., Callable[[Callable[Params, Result]], Callable[Params, Result]]]", numba.njit)
        return decorator(
            nogil=True,
            cache=True,
            inline=inline,
            _nrt=counted,
            no_cfunc_wrapper=True,
            no_cpython_wrapper=not entry,
        )(function)
    finally:
        settings |= before


@bare_inlined
def number(value: int) -> int:
    """``value`` as an argument of a kernel: for a constant or a narrow integer numba would compile that once more."""
    return value + 0
