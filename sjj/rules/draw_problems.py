"""Everything for which freezing a draw is refused, and what it warns of.

All problems are reported at once, each as one Chinese sentence with both numbers. The conditions themselves
stand in ``verify.py`` (the one truth); here they are said to the people who can put them right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sjj.rules import verify
from sjj.rules.draw_rule import PoolLine, Rule, TeamRule
from sjj.rules.identity import credit_code_problem, id_number_problem

NAMED = 10  # so many objects are named in a sentence; ``Problem.codes`` holds all


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. ``where``: pool, strata, team, officers, needs, barred, places, sources …"""

    where: str
    sentence: str
    codes: tuple[str, ...] = ()


def problems_before_freeze(pool: Sequence[PoolLine], rule: Rule) -> list[Problem]:
    """Everything for which freezing is refused (draw.md §1 to §5), all at once; empty when it may go on."""
    written = rule.as_dict()
    problems = [
        *_pool_problems(pool),
        *_name_problems(rule),
        *(Problem("strata", said) for said in verify.strata_faults(_rows(pool), written["strata"])),
        *(Problem("team", said) for said in _team_problems(rule.team)),
        *(Problem("officers", said) for said in verify.officer_faults(written["officers"])),
        *_outside_pool(pool, rule, written),
        *(Problem("sources", said) for said in _source_problems(written["sources"])),
    ]
    if not any(one.take > 0 for one in rule.strata.values()):
        problems.append(Problem("strata", "各层合计抽0户，至少要抽1户"))
    if not rule.officers:
        problems.append(Problem("officers", "没有可抽取的执法人员"))
    elif rule.team.unit in ("officer", "group"):
        problems += _place_problems(pool, verify.Staff(written))
    if not problems:  # whatever the checks above do not know by name must still be refused
        problems = [Problem("rule", said) for said in verify.rule_shape_faults(written)]
    return problems


def warnings_before_freeze(pool: Sequence[PoolLine], rule: Rule) -> list[Problem]:
    """Places k with fewer than k + 2 candidates: allowed, but one leave or recusal would stop the draw."""
    if not rule.officers or rule.team.unit not in ("officer", "group"):
        return []
    scarce = verify.Staff(rule.as_dict()).scarce((line.code for line in pool), spare=2)
    few = [one for one in scarce if one.have >= one.place]
    return [
        Problem(
            "places",
            f"{whom}第{one.place}个位置{_tags(one)}只有{one.have}个可派的，少于{one.place + 2}个{_bars(one)}",
            codes,
        )
        for one, whom, codes in _grouped(few)
    ]


def _rows(pool: Sequence[PoolLine]) -> list[verify.Row]:
    return [verify.Row(line.code, line.stratum, line.salt) for line in pool]


def _pool_problems(pool: Sequence[PoolLine]) -> Iterator[Problem]:
    if not pool:
        yield Problem("pool", "名单是空的，至少要有1户")
    for said in verify.twice([line.code for line in pool], "对象"):
        yield Problem("pool", said)
    for line in pool:
        fault = verify.name_fault(line.code)
        if fault:
            yield Problem("pool", f"对象编号“{verify.shown(line.code)}”{fault}", (line.code,))
        elif id_number_problem(line.code) is None and credit_code_problem(line.code) is not None:
            yield Problem("pool", "对象编号像身份证号，自然人应使用内部编号", (line.code,))
        if len(line.salt) != 32 or not set(line.salt) <= set("0123456789abcdef"):
            yield Problem("pool", f"对象“{verify.shown(line.code)}”的盐值应为32位小写十六进制", (line.code,))


def _name_problems(rule: Rule) -> Iterator[Problem]:
    names = [("strata", "层的名称", name) for name in rule.strata]
    for officer in rule.officers:
        names.append(("officers", "执法人员编号", officer.code))
        names += [("officers", "分组名称", group) for group in officer.groups]
        names += [("officers", "专长标签", tag) for tag in officer.tags]
        if officer.load < 0:
            yield Problem("officers", f"“{verify.shown(officer.code)}”的已抽次数不能是{officer.load}")
    names += [("needs", "专长标签", tag) for places in rule.needs.values() for tags in places for tag in tags]
    for where, what, name in dict.fromkeys(names):
        fault = verify.name_fault(name)
        if fault:
            yield Problem(where, f"{what}“{verify.shown(name)}”{fault}")
    for name, one in rule.strata.items():
        if one.take < 0:
            yield Problem("strata", f"“{verify.shown(name)}”要抽的户数不能是{one.take}")


def _team_problems(team: TeamRule) -> list[str]:
    if team.unit not in ("officer", "group"):
        return ["检查组应按人员或分组抽取"]
    return verify.team_faults({"size": team.size, "unit": team.unit})


def _source_problems(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    faults = verify.source_faults(sources)
    for number, source in enumerate(sources, 1):
        if source["kind"] not in verify.SOURCE_KINDS:
            faults.append(f"第{number}个外部来源的种类不对")
        if source["digits"] < 1:
            faults.append(f"第{number}个外部来源的位数不能是{source['digits']}，至少1位")
        if not source["from"].strip():
            faults.append(f"第{number}个外部来源没有写明由谁或从何处产生")
        if source["kind"] == "lottery" and not source["issue"].strip():
            faults.append(f"第{number}个外部来源是彩票，须写明期号")
    return faults


def _outside_pool(pool: Sequence[PoolLine], rule: Rule, written: Mapping[str, Any]) -> Iterator[Problem]:
    known = {line.code for line in pool}
    for said in verify.need_faults(known, written["needs"], rule.team.size):
        yield Problem("needs", said)
    for code in sorted(written["barred"]):
        if code not in known:
            yield Problem("barred", f"回避记录中的“{verify.shown(code)}”不在名单中", (code,))


def _place_problems(pool: Sequence[PoolLine], staff: verify.Staff) -> Iterator[Problem]:
    """Places nobody can fill, with the objects and every bar (draw.md §5)."""
    short = list(staff.unfillable(line.code for line in pool))
    for one, whom, codes in _grouped(short):
        said = f"{whom}第{one.place}个位置{_tags(one)}至少要{one.place}个可派的，只有{one.have}个{_bars(one)}"
        yield Problem("places", said, codes)
    if staff.unit != "group":
        return
    lacking = {one.code for one in short}
    stuck: dict[object, list[str]] = {}
    for line in pool:
        if line.code not in lacking:
            stuck.setdefault(_signature(staff, line.code), []).append(line.code)
    for listed in stuck.values():
        place = _dead_end(staff, listed[0], 1, frozenset())
        if place is not None:
            said = f"{_whom(listed)}：分组之间有共同人员，第{place}个位置可能无组可派"
            yield Problem("places", said, tuple(listed))


def _signature(staff: verify.Staff, code: str) -> object:
    places = range(1, min(staff.size, len(staff.candidates)) + 1)
    return staff.barred_from(code), tuple(staff.needed(code, place) for place in places)


def _dead_end(staff: verify.Staff, code: str, place: int, taken: frozenset[str]) -> int | None:
    """The first place that some choice of groups for the places before would leave without a group.

    Groups share members only by exception, so the search ends almost at once; without shared members the
    count of §5 already proves that there is no dead end.
    """
    if place > staff.size:
        return None
    barred, needed = staff.barred_from(code), staff.needed(code, place)
    free = [
        one
        for one in staff.candidates.values()
        if one.name not in barred
        and taken.isdisjoint(one.members)
        and (not needed or not needed.isdisjoint(one.tags))
    ]
    if not free:
        return place
    ends = {_dead_end(staff, code, place + 1, taken | one.members) for one in free} - {None}
    return min((end for end in ends if end is not None), default=None)


Grouped = tuple[verify.Unfillable, str, tuple[str, ...]]


def _grouped(found: Sequence[verify.Unfillable]) -> list[Grouped]:
    """One entry for all objects with the same lack: a missing expertise is one sentence, not 10,000."""
    alike: dict[object, list[verify.Unfillable]] = {}
    for one in found:
        alike.setdefault((one.place, one.needed, one.have, one.bars), []).append(one)
    return [
        (ones[0], _whom([one.code for one in ones]), tuple(one.code for one in ones))
        for ones in alike.values()
    ]


def _whom(codes: Sequence[str]) -> str:
    more = f"等{len(codes)}户" if len(codes) > NAMED else ""
    return "、".join(f"“{verify.shown(code)}”" for code in codes[:NAMED]) + more


def _tags(one: verify.Unfillable) -> str:
    return f"（需{'或'.join(one.needed)}）" if one.needed else ""


def _bars(one: verify.Unfillable) -> str:
    return "（" + "；".join(f"{name}：{bar}" for name, bar in one.bars) + "）" if one.bars else ""
