"""Pools, rules and receipts for tests, made without any random number generator but a seeded one."""

import hashlib
import random
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from sjj.rules.draw import Frozen, OfficerEntry, PoolLine, Rule, Source, Stratum, TeamRule, freeze, run

SHARED = Path(__file__).parents[3] / "shared" / "data"
FROZEN_AT = "2026-03-02T09:10:00+08:00"
DRAWN_AT = "2026-03-02T09:31:12+08:00"
LATER = "2026-03-04T08:00:00+08:00"
SECRET = hashlib.sha256(b"secret").hexdigest()
EVIDENCE = hashlib.sha256(b"evidence").hexdigest()
VALUES = ["314159", "0718"]
DICE = (Source("纪检监督", "dice", "", 6), Source("企业代表", "dice", "", 4))


def make_pool(count: int = 40, strata: tuple[str, ...] = ("特殊", "一般"), seed: int = 1) -> list[PoolLine]:
    """Objects N-001 …, dealt to the strata in turn."""
    source = random.Random(seed)  # noqa: S311 - the same pool every time
    return [
        PoolLine(f"N-{number:05d}", strata[number % len(strata)], source.randbytes(16).hex())
        for number in range(count)
    ]


def make_officers(count: int = 8) -> list[OfficerEntry]:
    """Officers ZF-001 …, two to a group, expertise in turn."""
    tags = (("林政",), ("种苗",), ("种苗", "林政"))
    return [
        OfficerEntry(f"ZF-{number:03d}", (f"{number // 2 + 1}组",), tags[number % 3], number % 3)
        for number in range(count)
    ]


def make_rule(pool: list[PoolLine], take: int = 4, **others: Any) -> Rule:
    """A rule that fits the pool: ``take`` from every stratum."""
    sizes: dict[str, int] = {}
    for line in pool:
        sizes[line.stratum] = sizes.get(line.stratum, 0) + 1
    rule = Rule(
        salt="0" * 32,
        strata={
            name: Stratum(size, min(take, size), "不低于", name.startswith("G"))
            for name, size in sizes.items()
        },
        team=TeamRule(2, "officer"),
        officers=make_officers(),
        sources=DICE,
    )
    return changed(rule, **others)


def make_frozen(pool: list[PoolLine] | None = None, rule: Rule | None = None, **others: Any) -> Frozen:
    """A frozen draw; any argument of ``freeze`` may be given."""
    lines = make_pool() if pool is None else pool
    arguments: dict[str, Any] = {
        "agency": "示例县林业局",
        "campaign": "第一季度抽查",
        "draw_no": "示抽〔2026〕1号-1",
        "serial": 1,
        "frozen_at": FROZEN_AT,
        "previous": "",
        "pool": lines,
        "rule": make_rule(lines) if rule is None else rule,
        "secret": SECRET,
    }
    return freeze(**(arguments | others))


def make_receipt(pool: list[PoolLine] | None = None, rule: Rule | None = None) -> dict[str, Any]:
    """A full receipt without changes."""
    return run(make_frozen(pool, rule), VALUES, DRAWN_AT)
