"""Rooms stay small: a file that outgrows its limit is split by decision, not piled up."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "benchmarks", "dispatch", "maps", "sample_data", "solver")
CODE_LINES_MAX, TEST_LINES_MAX, FUNCTION_LINES_MAX = 400, 500, 60


def _files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _code_files() -> list[Path]:
    return [path for package in PACKAGES for path in _files(package)]


@pytest.mark.parametrize(("paths", "limit"), [(_code_files(), CODE_LINES_MAX), (_files("tests"), TEST_LINES_MAX)])
def test_no_file_outgrows_its_limit(paths: list[Path], limit: int) -> None:
    """Every Python file keeps within its limit of lines: 400 in the packages, 500 in the tests."""
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert sizes, "no files found: the rule would hold for nothing"
    assert {name: size for name, size in sizes.items() if size > limit} == {}


def test_no_function_outgrows_a_screen() -> None:
    """No function in the packages is longer than 60 lines, docstring not counted."""
    long = {}
    for path in _code_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body_lines(node) > FUNCTION_LINES_MAX:
                long[f"{path.relative_to(ROOT)}:{node.name}"] = _body_lines(node)
    assert long == {}


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
    assert node.end_lineno is not None
    return node.end_lineno - first.lineno + 1
