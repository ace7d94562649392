"""The proposed text of a record: only what was entered, in the office's order, never too long.

`tests/e2e/test_on_site.py` holds the phone's words to these, character for character.
"""

from dataclasses import replace

import pytest

from sjj.rules.narrative import MOST, ItemFacts, Point, VisitFacts, narrative

TEAM = ("张三", "李四")
DONE = VisitFacts(
    entity="洒河桥兴旺木材加工厂",
    address="洒河桥镇2号",
    outcome="inspected",
    started="2026-03-05T09:02",
    team=TEAM,
    certificates=True,
    rights=True,
    policy=True,
    present="王五",
    post="厂长",
    assistants=("赵六",),
    items=(
        ItemFacts(
            "木材经营加工监督检查",
            "发现问题已责令改正",
            "",
            (
                Point(1, "建立台账", "ok"),
                Point(
                    2, "检疫证书齐全", "problem", "缺一车检疫证书。\n当场责令补齐", "责令改正", "2026-03-20"
                ),
                Point(3, "没有收购非法来源的林木", "n/a", "本次没有 收购"),
                Point(4, "还没有看", ""),
            ),
        ),
    ),
    others=(Point(0, "", "problem", "灭火器过期", "其他"),),
    sample="样品名称 锯材；数量 2 份",
    photos=3,
)
LONG = replace(
    DONE,
    items=tuple(
        ItemFacts(
            f"事项{n}",
            "发现问题待后续处理",
            "备注" * 40,
            tuple(Point(p, "要点" * 20, "problem", "情况𠮷" * 90) for p in range(1, 9)),
        )
        for n in range(12)
    ),
)
CASES = {
    "inspected": DONE,
    "bare": VisitFacts(
        "某苗圃", "", "inspected", "", TEAM, items=(ItemFacts("种苗检查", "", "", (Point(1, "x", ""),)),)
    ),
    "some": replace(
        DONE,
        items=(replace(DONE.items[0], points=DONE.items[0].points[:1], note="台账、齐全；"),),
        others=(),
        sample="",
        photos=0,
    ),
    "long": LONG,
    "medium": replace(LONG, items=LONG.items[:1]),
    **{outcome: replace(DONE, outcome=outcome) for outcome in ("closed", "moved", "not_found", "refused")},
    "refused by nobody known": replace(DONE, outcome="refused", present="", photos=0, assistants=()),
    "nothing chosen": replace(DONE, outcome=""),
    "odd times": replace(DONE, started="2026-03-05", others=(replace(DONE.others[0], due="下周"),)),
}


def test_a_finished_visit() -> None:
    assert narrative(DONE) == (
        "2026年3月5日9时02分，执法人员张三、李四到洒河桥兴旺木材加工厂（洒河桥镇2号）进行现场检查，协助人员赵六，"
        "出示执法证件，告知权利和申请回避的权利，宣讲有关政策。厂长王五在场。\n"
        "一、木材经营加工监督检查：检查要点3项，未发现问题1项，发现问题1项，不涉及1项。"
        "要点2“检疫证书齐全”发现问题：缺一车检疫证书。 当场责令补齐，责令改正，2026年3月20日前改正。"
        "要点3：本次没有 收购。检查结果：发现问题已责令改正。\n"
        "另发现：灭火器过期，其他。\n"
        "现场抽样：样品名称 锯材；数量 2 份。\n"
        "现场拍照3张。"
    )


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("closed", "该单位已停业关闭"),
        ("moved", "已从登记的地址迁出"),
        ("not_found", "没有找到该单位"),
        ("refused", "厂长王五拒绝接受检查"),
    ],
)
def test_a_visit_that_could_not_be_made_says_why_and_nothing_of_points(outcome: str, words: str) -> None:
    told = narrative(CASES[outcome])
    assert words in told
    assert "要点" not in told
    assert ("出示执法证件" in told) is (outcome == "refused")


@pytest.mark.parametrize("name", CASES)
def test_it_is_never_longer_than_a_record_holds_nor_invents_anything(name: str) -> None:
    told = narrative(CASES[name])
    assert len(told) <= MOST
    assert "None" not in told
    assert narrative(CASES["bare"]) == "执法人员张三、李四到某苗圃进行现场检查。"
