"""``generate``: an instance of one's own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from benchmarks.files import Json, one_line, write_whole
from benchmarks.generate import Recipe, generate_cordeau
from benchmarks.instances.read import parse_instance
from benchmarks.options import add_json, count, seed


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("generate", help="write a dial-a-ride instance in the manner of Cordeau")
    parser.add_argument("--family", choices=["cordeau"], default="cordeau")
    parser.add_argument("--recipe", choices=[str(recipe) for recipe in Recipe], default=str(Recipe.A_2003))
    parser.add_argument("--requests", type=count, required=True)
    parser.add_argument("--seed", type=seed, default=1)
    parser.add_argument("--out", type=Path, required=True, help="where to write the instance")
    add_json(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Write the instance and say what it is."""
    recipe = Recipe(options.recipe)
    text = generate_cordeau(recipe=recipe, requests=options.requests, rng=np.random.default_rng(options.seed))
    instance = parse_instance(text, options.out)
    write_whole(options.out, text)
    summary: dict[str, Json] = {
        "instance": instance.name,
        "requests": instance.n_requests,
        "vehicles": instance.vehicles_max,
        "digest": instance.digest,
    }
    line = f"{instance.name}: {instance.n_requests} requests, at most {instance.vehicles_max} vehicles"
    sys.stdout.write((one_line(summary) if options.json else line) + "\n")
    return 0
