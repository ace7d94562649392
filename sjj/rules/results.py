"""The closed lists of results and follow-ups, and how item results roll up to the inspection.

Source: the codes of the provincial sheets in use (domain.md §6.3). A label outside these lists is refused by
``submissions``; a result is a finding about one inspection, never a mark for the officer.
"""

from collections.abc import Iterable
from enum import StrEnum

# Gravest last: an inspection shows the gravest of its items' results.
NOTHING_FOUND = "未发现问题"
NO_SUCH_BUSINESS = "未发现开展本次抽查涉及的经营活动"
CORRECTION_ORDERED = "发现问题已责令改正"
FURTHER_ACTION = "发现问题待后续处理"
NOT_DISCLOSED = "未按规定公示应当公示的信息"
FALSE_DISCLOSURE = "公示信息隐瞒真实情况弄虚作假"
NOT_REACHED = "通过登记的住所（经营场所）无法联系"
NOT_COOPERATING = "不配合检查情节严重"

_GRAVITY = (
    NO_SUCH_BUSINESS,
    NOTHING_FOUND,
    CORRECTION_ORDERED,
    FURTHER_ACTION,
    NOT_DISCLOSED,
    FALSE_DISCLOSURE,
    NOT_REACHED,
    NOT_COOPERATING,
)
RESULTS: tuple[str, ...] = (
    NOTHING_FOUND,
    CORRECTION_ORDERED,
    FURTHER_ACTION,
    NO_SUCH_BUSINESS,
    NOT_COOPERATING,
    NOT_REACHED,
)
# Market regulators only; hidden from others by default.
MARKET_RESULTS: tuple[str, ...] = (NOT_DISCLOSED, FALSE_DISCLOSURE)
PROBLEM_RESULTS: frozenset[str] = frozenset(
    {CORRECTION_ORDERED, FURTHER_ACTION, NOT_DISCLOSED, FALSE_DISCLOSURE, NOT_COOPERATING}
)

NO_FOLLOW_UP = "无需后续处置"
ORDERED = "责令改正"  # with a day by which it must be done
FOLLOW_UP_KINDS: tuple[str, ...] = (
    NO_FOLLOW_UP,
    ORDERED,
    "立案查处",
    "移送办案机构",
    "抄告相关部门",
    "移送司法机关",
    "纳入信用记录",
    "其他",
)
ENTITY_STATES: tuple[str, ...] = ("注销", "吊销", "撤销", "迁出", "停业", "关闭")
CHECK_METHODS: tuple[str, ...] = (
    "实地检查",
    "书面检查",
    "网络监测",
    "检验检测",
    "部门结果",
    "委托专业机构辅助",
)


class Answer(StrEnum):
    """The answer to one check point; blank until tapped, never prefilled (S1 三（二）: 随意录入)."""

    OK = "ok"
    PROBLEM = "problem"
    NOT_APPLICABLE = "n/a"

    @property
    def label(self) -> str:
        """What the officer reads on the button."""
        return {"ok": "未发现问题", "problem": "发现问题", "n/a": "不涉及"}[self.value]


class Outcome(StrEnum):
    """How a visit ended."""

    INSPECTED = "inspected"
    CLOSED = "closed"
    MOVED = "moved"
    NOT_FOUND = "not_found"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The outcome in the office's words."""
        return {
            "inspected": "完成检查",
            "closed": "停业关闭",
            "moved": "迁出",
            "not_found": "查无下落",
            "refused": "拒绝检查",
        }[self.value]


def results_for(market_regulator: bool) -> tuple[str, ...]:
    """The result labels an agency is offered."""
    return RESULTS + MARKET_RESULTS if market_regulator else RESULTS


def is_problem(result: str) -> bool:
    """Whether a result label means that a problem was found."""
    return result in PROBLEM_RESULTS


def roll_up(item_results: Iterable[str]) -> str:
    """The result of an inspection from the results of its items: the gravest; ``""`` if there is none.

    Raises ValueError for a label outside the closed list.
    """
    labels = list(item_results)
    for label in labels:
        if label not in _GRAVITY:
            raise ValueError(f"“{label}”不是规定的检查结果")
    return max(labels, key=_GRAVITY.index, default="")


def result_of_outcome(outcome: str) -> str:
    """The result label that a visit without an inspection comes to, ``""`` where a person must say."""
    return {
        Outcome.MOVED.value: NOT_REACHED,
        Outcome.NOT_FOUND.value: NOT_REACHED,
        Outcome.CLOSED.value: NO_SUCH_BUSINESS,
    }.get(outcome, "")
