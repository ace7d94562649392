"""Who goes out under a name of a team: an officer, or every member of a group as the frozen rule lists them.

The receipt names officers or groups; a visit is made by people. It refuses to guess: a name that the rule
does not know, or a code without an officer behind it, is a LookupError.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sjj.draws.models import Draw
from sjj.rules import verify


class Roster:
    """The names that a draw's teams are made of, each with the officers behind it."""

    def __init__(self, draw: Draw) -> None:
        rule: Mapping[str, Any] = verify.parse(draw.rule.encode("utf-8"))
        self.unit: str = rule["team"]["unit"]
        self._ids: Mapping[str, int] = draw.officer_ids
        self._members: dict[str, list[str]] = {}
        for officer in rule["officers"]:
            names = [officer["code"]] if self.unit == "officer" else officer["groups"]
            for name in names:
                self._members.setdefault(name, []).append(officer["code"])

    @property
    def is_by_group(self) -> bool:
        """Whether teams are made of groups, not of single officers."""
        return self.unit == "group"

    def codes(self, name: str) -> list[str]:
        """The officers behind one name, by their codes in the rule. Raises LookupError."""
        if name not in self._members:
            raise LookupError(f"“{verify.shown(name)}”不在本次抽取的名册中")
        return list(self._members[name])

    def officer_ids(self, team: Iterable[str]) -> list[int]:
        """The officers of a whole team in the order of its places, nobody twice. Raises LookupError."""
        found: dict[int, None] = {}
        for code in (code for name in team for code in self.codes(name)):
            if code not in self._ids:
                raise LookupError(f"抽取名单中的执法人员{verify.shown(code)}已不在名录中")
            found[self._ids[code]] = None
        return list(found)

    def words(self, team: Iterable[str], names: Mapping[str, str]) -> list[str]:
        """A team as people read it: 李四, or 一组（李四、王五）; `names` are the officers' by code."""
        if not self.is_by_group:
            return [names.get(code, code) for code in team]
        return [
            f"{name}（{'、'.join(names.get(code, code) for code in self._members.get(name, ()))}）"
            for name in team
        ]
