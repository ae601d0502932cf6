"""Every error of the store can be explained to a person."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

import pytest

from dispatch.model.wording import Lang, keys, say

ERRORS = {"NotFound", "Conflict", "PlanRejected", "SetupError", "ImportInvalid"}
BUILT = {  # codes put together at run time, with the values they carry
    **{f"unknown_{noun}": {f"{noun}_id"} for noun in ("service", "place", "rider", "rider_place", "vehicle", "shift")},
    **{f"unknown_{noun}": {f"{noun}_id"} for noun in ("request", "offer", "reservation")},
    **{f"import_{fault}_columns": {"columns", "known"} for fault in ("unknown", "missing", "repeated")},
    "plan_violations": {"service_id", "date", "version", "count"},
    "import_bad_rows": {"count", "line", "column"},
}


def _raised() -> dict[str, set[str]]:
    """Codes written in the sources of the store, with the values given by keyword."""
    found: dict[str, set[str]] = {}
    root = Path(str(files("dispatch.store")))
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
                values = {keyword.arg for keyword in node.keywords if keyword.arg}
                for code in ast.walk(node.args[0]):
                    if isinstance(code, ast.Constant) and isinstance(code.value, str) and code.value.isidentifier():
                        found[code.value] = values
    return {code: values for code, values in found.items() if not code.endswith("_")}


RAISED = _raised() | BUILT


def test_the_sources_were_understood() -> None:
    """The search finds the codes that other tests provoke."""
    assert {"day_changed", "offer_taken", "database_newer", "backup_damaged", "import_encoding"} <= set(RAISED)


@pytest.mark.parametrize("code", sorted(RAISED))
def test_every_code_has_cause_and_action_in_both_languages(code: str) -> None:
    """The sentences exist and name only values which the error carries."""
    values = dict.fromkeys(RAISED[code], "7")
    for part in ("cause", "action"):
        assert f"error.{code}.{part}" in keys()
        for lang in Lang:
            assert say(f"error.{code}.{part}", lang, **values).strip()
