"""``docs/errors.md``, written from the source and the catalogue: ``python -m api.error_page > docs/errors.md``.

The source is read, not run: every call that makes an error or a refusal with a code written in it is found, and the
sentences come from the catalogue. A test compares the page with what this module would write.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from api.errors import STATUS_BY_CODE, status_of
from dispatch.model import errors
from dispatch.model.wording import Lang, keys, template
from maps import errors as map_errors
from maps.errors import MapsError

PACKAGES = ("api", "dispatch", "maps", "sample_data")
REFUSAL = "Refusal"
REFUSAL_MAKERS = frozenset({"Objection", "Refusal", "RefusedCall"})
TREE = {
    name: value
    for module in (errors, map_errors)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
SECTIONS = {
    "NotFound": "Something named does not exist",
    "InvalidInput": "A value is wrong",
    "RulesInvalid": "The file of service rules",
    "ImportInvalid": "A file to import",
    "RuleRefused": "The service's rules say no to a command",
    "Conflict": "Somebody else was first, or it is already done",
    "PlanRejected": "The independent checker objected",
    REFUSAL: "Refusals: answers to a request, not errors",
    "SetupError": "The installation",
    "MapsError": "Travel times, roads and maps",
    "Edge": "Met at the edge only",
}
HEAD = """# Errors and refusals

Every error has a code, a cause and an action; words in braces are filled in. Over HTTP they arrive as
`application/problem+json` with the status named here, on the command line with exit code 2. A refusal arrives with
status 200 and `"outcome": "refused"`.

This page is written by `python -m api.error_page`; a test fails when it is out of date.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One place in the source that makes an error: its code, class and the values given with it."""

    code: str
    kind: str
    values: frozenset[str]
    where: str


@cache
def raised_in(root: Path) -> tuple[Raised, ...]:
    """Every error and refusal made with a code written in the source under ``root``, which is read once."""
    files = [file for package in PACKAGES for file in sorted((root / package).rglob("*.py"))]
    return tuple(found for file in files for found in _in_file(file, where=str(file.relative_to(root))))


def codes() -> frozenset[str]:
    """Every code that has a sentence in the catalogue."""
    return frozenset(key.split(".")[1] for key in keys() if key.startswith("error."))


def error_page(root: Path) -> str:
    """The whole page."""
    kinds = {found.code: found.kind for found in raised_in(root)}
    sections = []
    for kind, title in SECTIONS.items():
        members = sorted(code for code in codes() if kinds.get(code, _kind_by_name(code)) == kind)
        if members:
            sections.append("\n".join([f"## {title}\n", *_table(members, kind)]))
    return "\n".join([HEAD, "\n\n".join(sections)]) + "\n"


def _table(members: list[str], kind: str) -> Iterator[str]:
    yield "| code | HTTP | 原因・対処 | cause, action |"
    yield "|---|---|---|---|"
    for code in members:
        said = {lang: " ".join(_raw(code, part, lang) for part in ("cause", "action")) for lang in Lang}
        yield f"| `{code}` | {_status(code, kind)} | {said[Lang.JA]} | {said[Lang.EN]} |"


def _status(code: str, kind: str) -> int:
    return 200 if kind == REFUSAL else status_of(TREE.get(kind, Exception), code)


def _raw(code: str, part: str, lang: Lang) -> str:
    return template(f"error.{code}.{part}", lang).replace("|", "\\|")


def _kind_by_name(code: str) -> str:
    """The section of a code that is put together while the program runs, or met at the edge."""
    if code.startswith("unknown_") and code not in STATUS_BY_CODE:
        return "NotFound"
    return "ImportInvalid" if code.startswith("import_") else "Edge"


def _in_file(file: Path, *, where: str) -> Iterator[Raised]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node, name=_name(node.func), where=where)
        elif isinstance(node, ast.ClassDef):
            yield from _in_class(node, where=where)


def _in_call(node: ast.Call, *, name: str, where: str) -> Iterator[Raised]:
    if name in REFUSAL_MAKERS:
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        for code in _texts(given):
            yield Raised(code=code, kind=REFUSAL, values=frozenset(), where=where)
    elif name in TREE and not issubclass(TREE[name], MapsError):
        named = frozenset(keyword.arg or "**" for keyword in node.keywords)
        for code in _texts(node.args[:1]):
            yield Raised(code=code, kind=name, values=named, where=where)


def _in_class(node: ast.ClassDef, *, where: str) -> Iterator[Raised]:
    """Classes of errors that carry their code: written in ``super().__init__`` or as ``code = …``."""
    bases = [_name(base) for base in node.bases if _name(base) in TREE]
    if not bases:
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "__init__":
            named = frozenset(keyword.arg or "**" for keyword in inner.keywords)
            for code in _texts(inner.args[:1]):
                yield Raised(code=code, kind=bases[0], values=named, where=where)
        elif isinstance(inner, ast.Assign) and [_name(target) for target in inner.targets] == ["code"]:
            for code in _texts([inner.value]):
                yield Raised(code=code, kind="MapsError", values=frozenset(), where=where)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    """The texts an expression may be: itself, or either side of a choice."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _texts([node.body, node.orelse])


if __name__ == "__main__":
    sys.stdout.write(error_page(Path(__file__).resolve().parents[1]))
