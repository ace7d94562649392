"""What is frozen before a draw: the lines of the pool and the rule, as types.

They hold and convert; they judge nothing (``draw_problems.py``) and draw nothing (``draw.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sjj.rules import verify


@dataclass(frozen=True)
class PoolLine:
    """One object: ``code`` and ``stratum`` without ``|`` or control characters, ``salt`` 32 hex digits."""

    code: str
    stratum: str
    salt: str


@dataclass(frozen=True)
class Stratum:
    """``size`` objects of which ``take`` are drawn; ``basis`` says why; ``closed``: membership not public."""

    size: int
    take: int
    basis: str = ""
    closed: bool = False


@dataclass(frozen=True)
class OfficerEntry:
    """An officer who may be drawn: groups, tags of expertise, and how often drawn this year before."""

    code: str
    groups: Sequence[str] = ()
    tags: Sequence[str] = ()
    load: int = 0


@dataclass(frozen=True)
class Source:
    """An outside source of ``digits`` digits; ``from_`` says who, ``kind`` is one of SOURCE_KINDS."""

    from_: str
    kind: str
    issue: str
    digits: int


@dataclass(frozen=True)
class TeamRule:
    """So many officers (``unit`` "officer", at least 2) or groups ("group", at least 1) for each object."""

    size: int = 2
    unit: str = "officer"


@dataclass(frozen=True)
class Rule:
    """The rule of a draw. ``needs``: tags by object and place; ``barred``: reason by object and officer."""

    salt: str
    strata: Mapping[str, Stratum]
    team: TeamRule
    officers: Sequence[OfficerEntry]
    sources: Sequence[Source]
    needs: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    barred: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The rule as the receipt holds it: officers in code order, everything else as given."""
        return {
            "method": verify.METHOD,
            "salt": self.salt,
            "strata": {
                name: {"size": one.size, "take": one.take, "basis": one.basis, "closed": one.closed}
                for name, one in self.strata.items()
            },
            "team": {"size": self.team.size, "unit": self.team.unit},
            "officers": [
                {"code": one.code, "groups": list(one.groups), "tags": list(one.tags), "load": one.load}
                for one in sorted(self.officers, key=lambda officer: officer.code)
            ],
            "needs": {code: [list(tags) for tags in places] for code, places in self.needs.items()},
            "barred": {code: dict(bars) for code, bars in self.barred.items()},
            "sources": [
                {"from": one.from_, "kind": one.kind, "issue": one.issue, "digits": one.digits}
                for one in self.sources
            ],
        }

    @classmethod
    def from_dict(cls, rule: Mapping[str, Any]) -> "Rule":
        """The rule back from its dictionary form, which must have the right shape (KeyError otherwise)."""
        return cls(
            salt=rule["salt"],
            strata={
                name: Stratum(one["size"], one["take"], one["basis"], one["closed"])
                for name, one in rule["strata"].items()
            },
            team=TeamRule(rule["team"]["size"], rule["team"]["unit"]),
            officers=[
                OfficerEntry(one["code"], tuple(one["groups"]), tuple(one["tags"]), one["load"])
                for one in rule["officers"]
            ],
            sources=[
                Source(one["from"], one["kind"], one["issue"], one["digits"]) for one in rule["sources"]
            ],
            needs=rule["needs"],
            barred=rule["barred"],
        )
