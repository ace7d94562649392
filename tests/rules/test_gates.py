"""What must be in order before a team goes out: each gate passes and fails, and says why."""

from dataclasses import replace
from datetime import date

import pytest

from sjj.rules import gates as g
from sjj.rules.lifecycle import ApprovalState

GOOD = g.Facts(
    items=[g.ItemFact("木材经营加工监督检查", True), g.ItemFact("森林防火监督检查", True)],
    approval=g.ApprovalFact(ApprovalState.APPROVED, said="张三2026年3月1日批准"),
    officers=[g.OfficerFact("李四"), g.OfficerFact("王五")],
    recusals=[],
    cap=g.CapFact(1, 2, "部门"),
)


def failed(**changed: object) -> list[tuple[str, str]]:
    """What does not pass when these facts are otherwise."""
    return [(one.code, one.sentence) for one in g.failing(g.gates(replace(GOOD, **changed)))]


def test_everything_in_order_passes_with_its_reason() -> None:
    found = g.gates(GOOD)
    assert [one.code for one in found] == [g.ITEM, g.APPROVAL, g.CERTIFICATES, g.RECUSAL, g.CAP]
    assert g.failing(found) == ()
    assert all(one.sentence for one in found)
    assert [one.law for one in found if one.code != g.RECUSAL] == [g.RULE] * 4


def test_only_what_is_on_the_published_list_is_inspected() -> None:
    items = [
        g.ItemFact("甲", True),
        g.ItemFact("乙", False),
        g.ItemFact("丙", False),
        g.ItemFact("丁", True, True),
    ]
    assert failed(items=items) == [(g.ITEM, "“乙”“丙”没有公布，不得检查；“丁”已移出清单，不得检查")]
    assert failed(items=[])[0][0] == g.ITEM


@pytest.mark.parametrize(
    ("fact", "passes", "said"),
    [
        (g.ApprovalFact(), False, "未办检查审批"),
        (g.ApprovalFact(ApprovalState.ASKED), False, "检查待批准"),
        (
            g.ApprovalFact(ApprovalState.ASKED, urgent=True, urgent_reason="举报正在盗伐"),
            True,
            "紧急，先行检查：举报正在盗伐；审批待补办",
        ),
        (
            g.ApprovalFact(ApprovalState.APPROVED, urgent=True, late=True, said="张三批准"),
            True,
            "审批已补办（张三批准）",
        ),
        (g.ApprovalFact(ApprovalState.APPROVED, late=True, said="张三批准"), False, "检查开始之后才批准"),
        (
            g.ApprovalFact(ApprovalState.REFUSED, urgent=True, reason="上月刚查过"),
            False,
            "检查未批准：上月刚查过",
        ),
        (g.ApprovalFact(ApprovalState.REFUSED), False, "检查未批准"),
    ],
    ids=["none", "waits", "urgent", "made up", "too late", "refused though urgent", "refused"],
)
def test_a_check_is_approved_first_or_urgent(fact: g.ApprovalFact, passes: bool, said: str) -> None:
    found = next(one for one in g.gates(replace(GOOD, approval=fact)) if one.code == g.APPROVAL)
    assert found.passed is passes
    assert said in found.sentence


def test_two_officers_with_a_valid_certificate_go_out() -> None:
    three = [g.OfficerFact("李四"), g.OfficerFact("王五"), g.OfficerFact("赵六", "执法证号未登记")]
    assert failed(officers=three) == []
    assert "赵六执法证号未登记，不得执法" in g.gates(replace(GOOD, officers=three))[2].sentence
    ((code, said),) = failed(officers=three[1:])
    assert (code, said) == (
        g.CERTIFICATES,
        "持有效执法证的只有 1 人，须 2 人以上：赵六执法证号未登记",
    )


@pytest.mark.parametrize(
    ("number", "until", "on_duty", "said"),
    [
        ("1", date(2026, 3, 5), True, ""),
        ("1", date(2026, 3, 4), True, "执法证2026年3月4日已到期"),
        ("", date(2027, 1, 1), True, "执法证号未登记"),
        ("1", None, True, "执法证有效期未登记"),
        ("1", date(2027, 1, 1), False, "不在岗"),
    ],
)
def test_a_certificate_holds_to_its_last_day(
    number: str, until: date | None, on_duty: bool, said: str
) -> None:
    assert g.certificate_problem(number, until, on_duty, date(2026, 3, 5)) == said


def test_a_recusal_waiting_or_granted_is_said() -> None:
    recusals = [g.RecusalFact("李四", True, "近亲属任职"), g.RecusalFact("王五", False)]
    assert failed(recusals=recusals) == [
        (g.RECUSAL, "李四应当回避，须换人（近亲属任职）；王五的回避申请待决定")
    ]


def test_a_visit_above_the_cap_needs_a_reason() -> None:
    assert failed(cap=g.CapFact(2, 2, "部门")) == []
    assert failed(cap=g.CapFact(99)) == []
    assert failed(cap=g.CapFact(3, 2, "年度计划")) == [
        (g.CAP, "本年第 3 次检查，年度计划规定每年不超过 2 次，超过了，没有写明理由")
    ]
    reasoned = replace(GOOD, cap=g.CapFact(3, 2, "年度计划", "群众举报"))
    assert g.failing(g.gates(reasoned)) == ()
    assert "超过上限的理由：群众举报" in g.gates(reasoned)[-1].sentence
