"""The words and the story of the demo: names.toml and story.toml as they are, and choosing among words.

Everything made from them is fictional. Choosing words is no draw: a plain seeded generator does it, so that
two loads on the same day tell the same story.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

Table = dict[str, Any]

FOLDER = Path(__file__).resolve().parent


@cache
def names() -> Table:
    """Surnames, given names, posts, and the two bureaus."""
    return tomllib.loads((FOLDER / "names.toml").read_text(encoding="utf-8"))


@cache
def story() -> Table:
    """Plan lines and campaigns of each bureau, by its key in names.toml."""
    return tomllib.loads((FOLDER / "story.toml").read_text(encoding="utf-8"))


def bureaus() -> list[Table]:
    """The two bureaus, the forestry one first."""
    found: list[Table] = names()["agencies"]
    return found


def chooser(*seed: str) -> Random:
    """A generator for choosing words, the same for the same seed."""
    return Random("|".join(seed))  # noqa: S311 - words are chosen, nothing is drawn


def person_name(rng: Random, gender: str = "") -> str:
    """A surname and a given name; nobody in particular is meant."""
    words = names()
    given = words["given_names_female" if gender == "女" else "given_names_male"]
    return f"{rng.choice(words['surnames'])}{rng.choice(given)}"


def weighted(rng: Random, rows: Sequence[Table]) -> Table:
    """One of the rows, by its weight."""
    return rng.choices(rows, [row["weight"] for row in rows])[0]
