"""现场检查笔录 proposed from the answers: plain sentences an officer then edits. Never decides, never adds a fact.

The page's script (static/field/narrative.js) writes the same words from the same facts, character for
character; a test in a real browser holds the two together. Times are the controls' own texts, "2026-03-05T09:02".
"""

from dataclasses import dataclass

from sjj.rules.remarks import flat
from sjj.rules.results import Answer, Outcome

MOST = 2000  # 笔录 holds at most 2000 characters (domain.md §7)
_NOTE_LIMITS = (300, 120, 60, 30)  # how long a note may stay when the whole is too long
_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Point:
    """An answered check point: its number within the item, and what was entered."""

    number: int
    text: str
    value: str
    note: str = ""
    kind: str = ""
    due: str = ""


@dataclass(frozen=True)
class ItemFacts:
    """One item of the visit with its points."""

    name: str
    result: str
    note: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class VisitFacts:
    """What the form says of a visit, as far as the text is made of it."""

    entity: str
    address: str
    outcome: str
    started: str
    team: tuple[str, ...]
    certificates: bool = False
    rights: bool = False
    policy: bool = False
    present: str = ""
    post: str = ""
    assistants: tuple[str, ...] = ()
    items: tuple[ItemFacts, ...] = ()
    others: tuple[Point, ...] = ()
    sample: str = ""
    photos: int = 0


def narrative(facts: VisitFacts) -> str:
    """The proposed text, at most 2000 characters; notes are shortened before anything else is."""
    text = ""
    for limit in _NOTE_LIMITS:
        text = "\n".join(line for line in _lines(facts, limit) if line)
        if len(text) <= MOST:
            return text
    return text[: MOST - 1] + "…"


def _lines(facts: VisitFacts, limit: int) -> list[str]:
    if facts.outcome != Outcome.INSPECTED:
        return [_arrival(facts), _ended_otherwise(facts), _photos(facts)]
    found = [
        _item(item, f"{_NUMBERS[at]}、" if at < len(_NUMBERS) else f"{at + 1}、", limit)
        for at, item in enumerate(facts.items)
    ]
    others = [f"另发现：{_found(one, limit)}。" for one in facts.others]
    return [_arrival(facts), *found, *others, _sample(facts), _photos(facts)]


def _arrival(facts: VisitFacts) -> str:
    at = f"{_time(facts.started)}，" if _time(facts.started) else ""
    place = f"（{facts.address}）" if facts.address else ""
    went = f"{at}执法人员{'、'.join(facts.team)}到{facts.entity}{place}进行现场检查"
    if facts.assistants:
        went += f"，协助人员{'、'.join(facts.assistants)}"
    if facts.outcome in (Outcome.CLOSED, Outcome.MOVED, Outcome.NOT_FOUND):
        return went + "。"
    told = [
        words
        for said, words in (
            (facts.certificates, "出示执法证件"),
            (facts.rights, "告知权利和申请回避的权利"),
            (facts.policy, "宣讲有关政策"),
        )
        if said
    ]
    who = facts.post + facts.present if facts.present else ""
    there = f"。{who}在场" if who and facts.outcome == Outcome.INSPECTED else ""
    return went + "".join(f"，{words}" for words in told) + there + "。"


def _ended_otherwise(facts: VisitFacts) -> str:
    who = facts.post + facts.present if facts.present else "该单位现场人员"
    return {
        Outcome.CLOSED.value: "现场查看，该单位已停业关闭，未能进行检查。",
        Outcome.MOVED.value: "现场查看，该单位已从登记的地址迁出，未能进行检查。",
        Outcome.NOT_FOUND.value: "在登记的地址没有找到该单位，未能进行检查。",
        Outcome.REFUSED.value: f"{who}拒绝接受检查，检查未能进行。",
    }.get(facts.outcome, "")


def _item(item: ItemFacts, begin: str, limit: int) -> str:
    answered = [point for point in item.points if point.value]
    if not answered and not item.result:
        return ""
    counts = [
        f"{answer.label}{number}项"
        for answer in Answer
        if (number := sum(point.value == answer for point in answered))
    ]
    text = f"{begin}{item.name}：检查要点{len(answered)}项"
    text += f"，{'，'.join(counts)}。" if counts else "。"
    for point in answered:
        if point.value == Answer.PROBLEM:
            text += f"要点{point.number}“{point.text}”发现问题：{_found(point, limit)}。"
        elif point.note:
            text += f"要点{point.number}：{_cut(point.note, limit)}。"
    if item.result:
        text += f"检查结果：{item.result}{'，' + _cut(item.note, limit) if item.note else ''}。"
    return text


def _found(point: Point, limit: int) -> str:
    text = _cut(point.note or point.text, limit)
    if point.kind:
        text += f"，{point.kind}"
    return text + (f"，{_day(point.due)}前改正" if _day(point.due) else "")


def _sample(facts: VisitFacts) -> str:
    return f"现场抽样：{facts.sample}。" if facts.sample else ""


def _photos(facts: VisitFacts) -> str:
    return f"现场拍照{facts.photos}张。" if facts.photos else ""


def _cut(text: str, limit: int) -> str:
    """A note as part of a sentence: one line, no full stop of its own, not longer than the limit."""
    line = flat(text).rstrip("。；;，,")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _day(text: str) -> str:
    parts = text[:10].split("-")
    if len(parts) != len("年月日") or not all(_is_number(part) for part in parts):
        return ""
    year, month, day = (int(part) for part in parts)
    return f"{year}年{month}月{day}日"


def _time(text: str) -> str:
    clock = text[11:16].split(":")
    if not _day(text) or len(clock) != len("时分") or not all(_is_number(part) for part in clock):
        return ""
    return f"{_day(text)}{int(clock[0])}时{clock[1]}分"


def _is_number(text: str) -> bool:
    return bool(text) and all(mark in "0123456789" for mark in text)
