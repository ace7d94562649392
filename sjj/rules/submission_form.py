"""One version of a field form, and what a problem with a record looks like (field.md §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a record: ``path`` is a JSON Pointer, ``problem`` a Chinese sentence."""

    path: str
    problem: str

    def as_dict(self) -> dict[str, str]:
        """As the answer to the phone holds it."""
        return {"path": self.path, "problem": self.problem}


@dataclass(frozen=True)
class ItemSpec:
    """One item of a form with the result labels it allows."""

    code: str
    name: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class CheckPointSpec:
    """One check point of a form; a required one must be answered."""

    id: str
    item: str
    text: str
    required: bool


@dataclass(frozen=True)
class FormSpec:
    """One version of a form, as ``GET /field/inspections/<uuid>.json`` gives it. ``team``: code → name.

    ``off_site``: the check is made at the desk; nobody is present, nobody signs.
    """

    form_version: str
    items: tuple[ItemSpec, ...]
    points: tuple[CheckPointSpec, ...]
    kinds: tuple[str, ...]
    team: Mapping[str, str]
    off_site: bool = False

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> "FormSpec":
        """A form from its JSON; ``state`` and ``revision`` are not part of a version and are ignored."""
        return cls(
            form_version=form["form_version"],
            items=tuple(ItemSpec(one["code"], one["name"], tuple(one["results"])) for one in form["items"]),
            points=tuple(
                CheckPointSpec(one["id"], one["item"], one["text"], one["required"]) for one in form["points"]
            ),
            kinds=tuple(form["kinds"]),
            team={one["officer"]: one["name"] for one in form["team"]},
            off_site=bool(form.get("off_site", False)),
        )
