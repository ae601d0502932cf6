"""How the command line speaks: in the language of the terminal, errors in both."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import typer

from dispatch.model.errors import OdekakeError
from dispatch.model.wording import Lang, say

LOCALE_VARIABLES = ("ODEKAKE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def terminal_lang(environ: Mapping[str, str] = os.environ) -> Lang:
    """English for an English locale, Japanese for any other."""
    chosen = next((environ[name] for name in LOCALE_VARIABLES if environ.get(name)), "")
    return Lang.EN if chosen.lower().startswith("en") else Lang.JA


def tell(key: str, **values: str | int) -> str:
    """A sentence of ``cli`` in the language of the terminal."""
    return say(f"cli.{key}", terminal_lang(), **values)


def both(key: str) -> str:
    """A sentence of ``cli`` in both languages (help texts), each on lines of its own."""
    return f"{breakable(say(f'cli.{key}', Lang.JA))}\n\n{say(f'cli.{key}', Lang.EN)}"


def both_short(key: str) -> str:
    """The same for the list of commands, which shows one paragraph only."""
    return both(key).replace("\n\n", "\n")


def breakable(japanese: str) -> str:
    """The sentence with a space after each comma and full stop: lines of a help text end at spaces, or are cut off."""
    return re.sub(r"([、。：])(?=.)", r"\1 ", japanese)


def report(error: OdekakeError) -> None:
    """Print code, cause and action to the error stream, Japanese first."""
    show_error(error.code, error.values)


def show_error(code: str, values: Mapping[str, str | int]) -> None:
    """Print what is known of ``code``: its sentences in both languages."""
    typer.secho(code, err=True, bold=True)
    for lang in Lang:
        for part in ("cause", "action"):
            typer.echo(f"  {say(f'error.{code}.{part}', lang, **values)}", err=True)
