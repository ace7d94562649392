"""The kinds of long work, and what each of them promises.

A kind is a generator. It takes up where `task.done` says it had come to, does one piece, yields a `Step`, and the
runner commits the piece together with the step: after a kill neither can stand without the other. So a kind

- never commits, and writes only between two steps, for a moment: whatever takes time (reading a workbook, making
  a picture) is done first, looking things up inside `only_reading()`;
- yields every few seconds, for that is its heartbeat, and where it can be stopped and cancelled;
- may be begun anew from any step: what is done already is done again without harm, or passed over;
- raises `CannotBeDone` with a sentence for people where trying again would not help.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


class CannotBeDone(Exception):
    """The work cannot be done; the message is shown to whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a kind is told: which job, about what, for whom, and how far it had come before it was interrupted."""

    id: int
    about: dict[str, Any]
    asked_by_id: int | None
    agency_id: int | None
    done: int


@dataclass(frozen=True, slots=True)
class Step:
    """A piece is done: what comes next, how many are done of how many (None: not known yet)."""

    doing: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where the outcome of a finished job stands; a view makes the address of it."""

    label: str
    endpoint: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of long work: its name in the database, its name for people, the work, where its outcome stands."""

    name: str
    label: str
    work: Callable[[Task], Iterator[Step]]
    outcome: Callable[[dict[str, Any]], Link | None] = lambda about: None  # noqa: ARG005 - none by default


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let the runner know a kind; `sjj.app` names them all."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind | None:
    """A kind by its name; None where this version of the app does not know it."""
    return _kinds.get(name)


def label_of(name: str) -> str:
    """What people call it."""
    found = _kinds.get(name)
    return found.label if found else "后台任务"
