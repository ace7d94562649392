"""What two persons see before a freeze, as data that can be compared: everything but the salts.

The list is prepared again at the confirmation. If anything differs from what was put up, nothing is frozen
and the difference is said in words. It decides nothing itself.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from sjj.draws.preparation import Preparation
from sjj.rules.verify import canonical, sha256_of, shown

NAMED = 3
_RULE_PARTS = (("team", "检查组的要求"), ("needs", "各位置的专长或单位要求"), ("sources", "外部数字的来源"))


def seen(ready: Preparation) -> dict[str, Any]:
    """Codes, layers, takes, officers, needs, bars and sources of a prepared draw."""
    rule = ready.rule.as_dict()
    del rule["salt"]
    names = {entity.code: entity.name for entity, _ in ready.pool.members}
    officers = {code: officer.name for code, officer in ready.people.items()}
    return {
        "agency": ready.campaign.agency.name,
        "campaign": ready.campaign.name,
        "lines": {line.code: line.stratum for line in ready.lines},
        "names": {code: _readable(name) for code, name in {**names, **officers}.items()},
        "rule": rule,
        "excluded": {_readable(one.entity.code): _readable(one.reason) for one in ready.pool.excluded},
    }


def _readable(text: str) -> str:
    """What is only read beside the list, whatever the register holds: a draw cannot carry every text (§1)."""
    return unicodedata.normalize("NFC", shown(text, 300))


def seen_text(what: Mapping[str, Any]) -> str:
    """As it is kept, so that it can be compared later."""
    return canonical(dict(what)).decode("utf-8")


def seen_sha256(what: Mapping[str, Any]) -> str:
    """The fingerprint that the second person confirms. Names and reasons shown beside it do not count."""
    return sha256_of({name: what[name] for name in ("agency", "campaign", "lines", "rule")})


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What changed between two views of one list, in words: 名单多了 2 户、少了 1 户；执法人员少了张明."""
    found = [*_heading(before, after), *_list(before, after), *_layers(before, after)]
    found += [*_officers(before, after), *_bars(before, after)]
    rules = before["rule"], after["rule"]
    return found + [f"{label}有改动" for key, label in _RULE_PARTS if rules[0][key] != rules[1][key]]


def _heading(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key, label in (("agency", "部门名称"), ("campaign", "任务名称")):
        if before[key] != after[key]:
            yield f"{label}由“{before[key]}”改为“{after[key]}”"


def _list(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, now = before["lines"], after["lines"]
    more, fewer = sorted(now.keys() - was.keys()), sorted(was.keys() - now.keys())
    said = []
    if more:
        said.append(f"多了 {len(more)} 户（{_named(more, after['names'])}）")
    if fewer:
        said.append(f"少了 {len(fewer)} 户（{_named(fewer, before['names'], after['excluded'])}）")
    if said:
        yield "名单" + "、".join(said)
    moved = [code for code in sorted(was.keys() & now.keys()) if was[code] != now[code]]
    if moved:
        yield f"有 {len(moved)} 户换了层（{_named(moved, after['names'])}）"


def _named(codes: list[str], names: Mapping[str, str], reasons: Mapping[str, str] | None = None) -> str:
    shown = []
    for code in codes[:NAMED]:
        why = f"，{reasons[code]}" if reasons and code in reasons else ""
        shown.append(f"{names.get(code, code)}{why}")
    return "；".join(shown) + ("等" if len(codes) > NAMED else "")


def _layers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, now = before["rule"]["strata"], after["rule"]["strata"]
    for name in sorted(was.keys() | now.keys()):
        old, new = was.get(name), now.get(name)
        if old is None or new is None:
            yield f"{'多' if old is None else '少'}了“{name}”一层"
        elif old["take"] != new["take"]:
            yield f"“{name}”由抽 {old['take']} 户变为抽 {new['take']} 户"


def _officers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, now = ({one["code"]: one for one in side["rule"]["officers"]} for side in (before, after))
    for codes, said, names in (
        (sorted(now.keys() - was.keys()), "多了", after["names"]),
        (sorted(was.keys() - now.keys()), "少了", before["names"]),
    ):
        if codes:
            yield f"执法人员{said}{'、'.join(names.get(code, code) for code in codes)}"
    for key, label in (("load", "本年已抽次数"), ("groups", "执法组"), ("tags", "专长或单位")):
        changed = [code for code in sorted(was.keys() & now.keys()) if was[code][key] != now[code][key]]
        if changed:
            yield f"{'、'.join(after['names'].get(code, code) for code in changed)}的{label}有变化"


def _bars(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, now = (
        {(entity, officer) for entity, bars in side["rule"]["barred"].items() for officer in bars}
        for side in (before, after)
    )
    said = [f"{word} {len(pairs)} 项" for word, pairs in (("多了", now - was), ("少了", was - now)) if pairs]
    if said:
        yield "回避" + "、".join(said)
    elif before["rule"]["barred"] != after["rule"]["barred"]:
        yield "回避的理由有改动"
