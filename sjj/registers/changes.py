"""Taking values over into a row and telling what changed, for the audit log. Knows no form and no person."""

from collections.abc import Mapping
from typing import Any

Changes = dict[str, list[Any]]


def take_over(row: Any, values: Mapping[str, Any]) -> Changes:
    """Set the attributes that differ; returns {attribute: [before, after]} of those."""
    changes: Changes = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            changes[name] = [before, after]
            setattr(row, name, after)
    return changes


def differing(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of two sets of own fields only what differs."""
    old = before or {}
    names = [name for name in {**old, **after} if old.get(name) != after.get(name)]
    return [{name: old.get(name) for name in names}, {name: after.get(name) for name in names}]


def in_words(changes: Changes, words: Mapping[str, str]) -> str:
    """The names of what changed, as the office calls them."""
    return "、".join(words.get(name, name) for name in changes)
