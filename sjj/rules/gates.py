"""What must be in order before a team goes out, each with its reason in plain words (domain.md §4.5).

国办发〔2024〕54号: an item must be on the published list, only certified officers inspect, a check is approved
first (an urgent one afterwards), an enterprise stays under its yearly cap. Nothing here stops anybody: a gate
that fails is shown, asked about and looked at again by the reviewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sjj.rules.lifecycle import ApprovalState

RULE = "国办发〔2024〕54号"
TEAM = 2  # an inspection takes at least two certified officers
ITEM, APPROVAL, CERTIFICATES, RECUSAL, CAP = "item", "approval", "certificates", "recusal", "cap"


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing to be in order: its name, whether it is, and why; ``law``: the rule that asks for it."""

    code: str
    name: str
    passed: bool
    sentence: str
    law: str = ""


@dataclass(frozen=True, slots=True)
class ItemFact:
    """An item to be checked: whether it stands on the published list, whether it was taken off it."""

    name: str
    published: bool
    retired: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    """The approval of one check. ``state`` None: nobody asked; ``late``: given only after the visit began.

    ``said``: who decided and when; ``reason``: why it was refused; ``urgent_reason``: why it could not wait.
    """

    state: ApprovalState | None = None
    urgent: bool = False
    late: bool = False
    said: str = ""
    reason: str = ""
    urgent_reason: str = ""


@dataclass(frozen=True, slots=True)
class OfficerFact:
    """An officer of the team; ``problem``: why the certificate does not hold that day ("" if it does).

    ``away``: the leave that the officer is on that day, in words.
    """

    name: str
    problem: str = ""
    away: str = ""

    @property
    def why_not(self) -> str:
        """Why this officer cannot inspect that day; empty if nothing stands against it."""
        return self.problem or self.away


@dataclass(frozen=True, slots=True)
class RecusalFact:
    """A recusal between somebody of the team and the object; ``approved`` False: it still waits."""

    officer: str
    approved: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CapFact:
    """Which visit of the year this is, against the yearly cap (None: none is set) and whoever set it."""

    number: int
    cap: int | None = None
    whose: str = ""
    reason: str = ""  # why it is made although the cap is reached


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the gates of one visit go by."""

    items: Sequence[ItemFact]
    approval: ApprovalFact
    officers: Sequence[OfficerFact]
    recusals: Sequence[RecusalFact]
    cap: CapFact


def gates(facts: Facts) -> tuple[Gate, ...]:
    """The five gates of a visit, in the office's order."""
    return (
        _items(facts.items),
        _approval(facts.approval),
        _certificates(facts.officers),
        _recusals(facts.recusals),
        _cap(facts.cap),
    )


def failing(found: Sequence[Gate]) -> tuple[Gate, ...]:
    """Those that are not in order."""
    return tuple(gate for gate in found if not gate.passed)


def certificate_problem(number: str, until: date | None, on_duty: bool, day: date) -> str:
    """Why an officer may not inspect on a day; empty if nothing stands against it."""
    if not number:
        return "执法证号未登记"
    if until is None:
        return "执法证有效期未登记"
    if until < day:
        return f"执法证{_day(until)}已到期"
    return "" if on_duty else "不在岗"


def exceeds(number: int, cap: int | None) -> bool:
    """Whether the n-th visit of a year is one too many."""
    return cap is not None and number > cap


def _items(items: Sequence[ItemFact]) -> Gate:
    name = "检查事项"
    if not items:
        return Gate(ITEM, name, False, "没有选定检查事项", RULE)
    hidden = [one.name for one in items if not one.published]
    gone = [one.name for one in items if one.published and one.retired]
    said = [f"“{'”“'.join(hidden)}”没有公布，不得检查"] if hidden else []
    said += [f"“{'”“'.join(gone)}”已移出清单，不得检查"] if gone else []
    if said:
        return Gate(ITEM, name, False, "；".join(said), RULE)
    which = f"{len(items)} 个检查事项都" if len(items) > 1 else "检查事项"
    return Gate(ITEM, name, True, f"{which}在公布的抽查事项清单上", RULE)


def _approval(fact: ApprovalFact) -> Gate:
    name = "检查审批"
    if fact.state is ApprovalState.REFUSED:
        why = f"：{fact.reason}" if fact.reason else ""
        return Gate(APPROVAL, name, False, f"检查未批准{why}", RULE)
    if fact.urgent:
        return Gate(APPROVAL, name, True, _urgent(fact), RULE)
    if fact.state is ApprovalState.APPROVED:
        if fact.late:
            return Gate(APPROVAL, name, False, f"检查开始之后才批准（{fact.said}），没有说明情况紧急", RULE)
        return Gate(APPROVAL, name, True, fact.said, RULE)
    return Gate(APPROVAL, name, False, "检查待批准" if fact.state else "未办检查审批", RULE)


def _urgent(fact: ApprovalFact) -> str:
    why = f"紧急，先行检查：{fact.urgent_reason}" if fact.urgent_reason else "紧急，先行检查"
    after = f"审批已补办（{fact.said}）" if fact.state is ApprovalState.APPROVED else "审批待补办"
    return f"{why}；{after}"


def _certificates(officers: Sequence[OfficerFact]) -> Gate:
    name = "执法证件"
    able = [one.name for one in officers if not one.why_not]
    unable = "；".join(f"{one.name}{one.why_not}" for one in officers if one.why_not)
    if len(able) < TEAM:
        who = "能到场的持证人员" if any(one.away for one in officers) else "持有效执法证的"
        said = f"{who}只有 {len(able)} 人，须 {TEAM} 人以上" + (f"：{unable}" if unable else "")
        return Gate(CERTIFICATES, name, False, said, RULE)
    only_away = all(one.away and not one.problem for one in officers if one.why_not)
    more = f"；{unable}，{'不到场' if only_away else '不得执法'}" if unable else ""
    return Gate(CERTIFICATES, name, True, f"{'、'.join(able)}的执法证有效{more}", RULE)


def _recusals(recusals: Sequence[RecusalFact]) -> Gate:
    name = "回避"
    if not recusals:
        return Gate(RECUSAL, name, True, "检查组与这一户没有登记的利害关系")
    said = [
        f"{one.officer}{'应当回避，须换人' if one.approved else '的回避申请待决定'}"
        + (f"（{one.reason}）" if one.reason else "")
        for one in recusals
    ]
    return Gate(RECUSAL, name, False, "；".join(said))


def _cap(fact: CapFact) -> Gate:
    name = "年度频次"
    if fact.cap is None:
        return Gate(CAP, name, True, f"本年第 {fact.number} 次检查，未设年度频次上限", RULE)
    said = f"本年第 {fact.number} 次检查，{fact.whose}规定每年不超过 {fact.cap} 次"
    if not exceeds(fact.number, fact.cap):
        return Gate(CAP, name, True, said, RULE)
    if fact.reason:
        return Gate(CAP, name, True, f"{said}；超过上限的理由：{fact.reason}", RULE)
    return Gate(CAP, name, False, f"{said}，超过了，没有写明理由", RULE)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
