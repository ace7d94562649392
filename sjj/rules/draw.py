"""Freeze, draw, supplement: the steps of a draw as pure functions over the one truth in ``verify.py``.

Everything random (salts, secret) and every time is given in from outside: this module has no clock and no
randomness, so the same input always gives the same commitment and the same receipt. It refuses to freeze a
rule with a problem, to draw with a wrong value, and to change what has been drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sjj.rules import verify
from sjj.rules.draw_changes import replace, substitute
from sjj.rules.draw_problems import Problem, problems_before_freeze, warnings_before_freeze
from sjj.rules.draw_rule import OfficerEntry, PoolLine, Rule, Source, Stratum, TeamRule
from sjj.rules.receipts import (
    LineExplanation,
    explain_line,
    line_document,
    public_receipt,
    receipt_sha256,
    teams_now,
)
from sjj.rules.verify import REPLACE_REASONS, SUBSTITUTE_REASONS, ImpossibleChange, NobodyLeft

__all__ = [
    "REPLACE_REASONS",
    "SUBSTITUTE_REASONS",
    "CannotFreeze",
    "DamagedDraw",
    "Frozen",
    "ImpossibleChange",
    "LineExplanation",
    "NobodyLeft",
    "OfficerEntry",
    "PoolLine",
    "Problem",
    "Rule",
    "Source",
    "Stratum",
    "TeamRule",
    "WrongValues",
    "check_values",
    "explain_line",
    "freeze",
    "line_document",
    "problems_before_freeze",
    "public_receipt",
    "receipt_sha256",
    "replace",
    "run",
    "substitute",
    "teams_now",
    "warnings_before_freeze",
]


class CannotFreeze(ValueError):
    """The pool or the rule has problems; ``problems`` holds them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("；".join(problem.sentence for problem in problems))
        self.problems = list(problems)


class WrongValues(ValueError):
    """The outside values do not fit the rule; ``problems`` holds what is wrong with them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("；".join(problem.sentence for problem in problems))
        self.problems = list(problems)


class DamagedDraw(ValueError):
    """What was stored at freeze no longer fits its own hashes."""


@dataclass(frozen=True)
class Frozen:
    """A frozen draw. ``commitment`` holds the ten published keys; ``pool`` is sorted by code."""

    pool: tuple[verify.Row, ...]
    rule: Mapping[str, Any]
    secret: str
    commitment: Mapping[str, Any]
    commitment_sha256: str

    @property
    def commitment_text(self) -> str:
        """The canonical JSON of the commitment, as it is published and hashed."""
        return verify.canonical(dict(self.commitment)).decode("utf-8")

    @property
    def pool_text(self) -> str:
        """The canonical JSON of the pool, for storing."""
        return verify.canonical(self.pool_list()).decode("utf-8")

    @property
    def rule_text(self) -> str:
        """The canonical JSON of the rule, for storing; its SHA-256 is ``rule_sha256``."""
        return verify.canonical(dict(self.rule)).decode("utf-8")

    def pool_list(self) -> list[dict[str, str]]:
        """The pool as the full receipt holds it."""
        return [{"code": row.code, "stratum": row.stratum, "salt": row.salt} for row in self.pool]

    @classmethod
    def restore(cls, commitment_text: str, pool_text: str, rule_text: str, secret: str) -> "Frozen":
        """A frozen draw back from its stored texts. Raises DamagedDraw if anything no longer fits."""
        try:
            commitment, pool, rule = (
                verify.parse(text.encode("utf-8")) for text in (commitment_text, pool_text, rule_text)
            )
            rows = tuple(verify.Row(row["code"], row["stratum"], row["salt"]) for row in pool)
            hashes = _hashes(rows, rule, secret)
            sound = {key: commitment[key] for key in hashes} == hashes
            again = cls(rows, rule, secret, commitment, verify.sha256_of(commitment))
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedDraw("冻结时保存的内容已损坏") from error
        if not sound or again.commitment_text != commitment_text:
            raise DamagedDraw("冻结时保存的内容与承诺不符，不能继续抽取")
        return again


def _hashes(rows: Sequence[verify.Row], rule: Mapping[str, Any], secret: str) -> dict[str, str]:
    return {
        "pool_sha256": verify.pool_sha256(map(verify.line_sha256, rows)),
        "rule_sha256": verify.sha256_of(dict(rule)),
        "public_rule_sha256": verify.sha256_of(verify.public_rule(rule)),
        "secret_sha256": verify.text_sha256(secret),
    }


def freeze(
    *,
    agency: str,
    campaign: str,
    draw_no: str,
    serial: int,
    frozen_at: str,
    previous: str,
    pool: Sequence[PoolLine],
    rule: Rule,
    secret: str,
) -> Frozen:
    """Fix pool and rule and compute the commitment (draw.md §2). Raises CannotFreeze with every problem.

    ``secret``: 64 random lower-case hex digits. ``frozen_at``: RFC 3339 with seconds and offset.
    ``previous``: SHA-256 of the agency's commitment before this one, ``""`` for serial 1.
    """
    problems = _heading_problems(agency, campaign, draw_no, serial, frozen_at, previous)
    if not verify.is_sha256(secret):
        problems.append(Problem("secret", "密数应为64位小写十六进制"))
    problems += problems_before_freeze(pool, rule)
    if problems:
        raise CannotFreeze(problems)
    rows = tuple(sorted(verify.Row(line.code, line.stratum, line.salt) for line in pool))
    written = rule.as_dict()
    commitment = {
        "agency": agency,
        "campaign": campaign,
        "draw_no": draw_no,
        "serial": serial,
        "frozen_at": frozen_at,
        "previous": previous,
        **_hashes(rows, written, secret),
    }
    return Frozen(rows, written, secret, commitment, verify.sha256_of(commitment))


def _heading_problems(
    agency: str, campaign: str, draw_no: str, serial: int, frozen_at: str, previous: str
) -> list[Problem]:
    problems = []
    for where, what, text in (("agency", "机关名称", agency), ("campaign", "任务名称", campaign)):
        fault = verify.text_fault(text) if text.strip() else "不能为空"
        if fault:
            problems.append(Problem(where, f"{what}{fault}"))
    if fault := verify.name_fault(draw_no):
        problems.append(Problem("draw_no", f"抽取文号{fault}"))
    if serial < 1:
        problems.append(Problem("serial", f"承诺序号从1起，不能是{serial}"))
    if fault := verify.moment_fault(frozen_at):
        problems.append(Problem("frozen_at", f"冻结时间{fault}"))
    if (serial == 1 and previous) or (serial > 1 and not verify.is_sha256(previous)):
        problems.append(Problem("previous", "第1号承诺之前应为空，其后各号须写明前一份承诺的指纹"))
    return problems


def check_values(rule: Rule | Mapping[str, Any], values: Sequence[str]) -> list[Problem]:
    """What is wrong with the outside values: ASCII digits only, exact lengths, leading zeros kept."""
    sources = (rule.as_dict() if isinstance(rule, Rule) else rule)["sources"]
    return [Problem("values", said) for said in verify.value_faults(sources, values)]


def run(frozen: Frozen, values: Sequence[str], drawn_at: str) -> dict[str, Any]:
    """The full receipt (draw.md §6) of the draw with these outside values, in the order of the sources.

    Raises WrongValues for values or a time that cannot be, NobodyLeft if a team cannot be made up.
    """
    problems = check_values(frozen.rule, values)
    commitment = frozen.commitment
    fault = verify.moment_fault(drawn_at)
    if fault:
        problems.append(Problem("drawn_at", f"抽取时间{fault}"))
    elif verify.moment(drawn_at) < verify.moment(commitment["frozen_at"]):
        problems.append(Problem("drawn_at", f"抽取时间{drawn_at}早于冻结时间{commitment['frozen_at']}"))
    if problems:
        raise WrongValues(problems)
    parts = (commitment["draw_no"], commitment["pool_sha256"], commitment["rule_sha256"])
    seed = verify.seed_of(*parts, frozen.secret, values)
    replay = verify.Replay(seed, frozen.pool, frozen.rule["strata"])
    replay.choose_teams(frozen.rule)
    return {
        "format": verify.FORMAT,
        "kind": "full",
        **commitment,
        "drawn_at": drawn_at,
        "commitment_sha256": frozen.commitment_sha256,
        "secret": frozen.secret,
        "values": list(values),
        "seed": seed,
        "pool": frozen.pool_list(),
        "rule": dict(frozen.rule),
        "drawn": [
            {
                "place": place,
                "code": one.code,
                "stratum": one.stratum,
                "ticket": one.ticket,
                "team": list(replay.teams[one.code]),
            }
            for place, one in enumerate(replay.drawn, 1)
        ],
        "changes": [],
    }
