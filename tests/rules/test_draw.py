"""Freezing, drawing and changing: every refusal, every property, groups, changes."""

import copy
from dataclasses import replace as changed
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj.rules import draw, verify
from tests.rules.draw_makers import (
    DICE,
    DRAWN_AT,
    EVIDENCE,
    LATER,
    VALUES,
    make_frozen,
    make_officers,
    make_pool,
    make_receipt,
    make_rule,
)

WHY = ("注销", EVIDENCE, "分管领导", LATER)
ILL = ("病假", EVIDENCE, "分管领导", LATER)


def sentences(pool: list[draw.PoolLine], rule: draw.Rule) -> str:
    return "\n".join(problem.sentence for problem in draw.problems_before_freeze(pool, rule))


# --- Freezing ----------------------------------------------------------------------------------------

POOL = make_pool(10, ("一般",))
BAR_ALL = {"N-00003": {f"ZF-{number:03d}": "亲属" for number in range(7)}}
DIE = DICE[0]
REFUSED: dict[str, tuple[list[draw.PoolLine], dict[str, Any], str]] = {
    "a size that is not the true count": (
        POOL,
        {"strata": {"一般": draw.Stratum(9, 4)}},
        "9户，名单实有10户",
    ),
    "more to take than there are": (POOL, {"strata": {"一般": draw.Stratum(10, 11)}}, "要抽11户，多于10户"),
    "nothing to take": (POOL, {"strata": {"一般": draw.Stratum(10, 0)}}, "合计抽0户，至少要抽1户"),
    "a stratum without a rule": (POOL, {"strata": {"重点": draw.Stratum(0, 0)}}, "有10户属于“一般”"),
    "a closed stratum with a telling name": (
        POOL,
        {"strata": {"一般": draw.Stratum(10, 4, "", True)}},
        "G1、G2",
    ),
    "no objects": ([], {"strata": {}}, "名单是空的"),
    "a code twice": ([*POOL, POOL[0]], {"strata": {"一般": draw.Stratum(11, 1)}}, "“N-00000”重复2次"),
    "a code with a bar": ([*POOL[1:], changed(POOL[0], code="a|b")], {}, "竖线"),
    "a code with a line break": ([*POOL[1:], changed(POOL[0], code="a\nb")], {}, "控制字符"),
    "a code that is empty": ([*POOL[1:], changed(POOL[0], code="")], {}, "不能为空"),
    "an ID number as code": ([*POOL[1:], changed(POOL[0], code="11010519491231002X")], {}, "身份证号"),
    "a salt that is too short": ([*POOL[1:], changed(POOL[0], salt="ab")], {}, "32位"),
    "one source": (POOL, {"sources": [changed(DIE, digits=10)]}, "只有1个相互独立的"),
    "the same person twice": (POOL, {"sources": [DIE, DIE]}, "只有1个相互独立的"),
    "seven digits": (POOL, {"sources": [DIE, draw.Source("企业", "balls", "", 1)]}, "7位，至少要8位"),
    "a lottery without an issue": (POOL, {"sources": [draw.Source("福彩", "lottery", "", 8)]}, "期号"),
    "a source of another kind": (POOL, {"sources": [*DICE, draw.Source("钱", "phone", "", 4)]}, "种类不对"),
    "a source of no digits": (POOL, {"sources": [*DICE, draw.Source("钱", "dice", "", 0)]}, "位数不能是0"),
    "a team of one officer": (POOL, {"team": draw.TeamRule(1, "officer")}, "至少2，规则写明1"),
    "a team of no group": (POOL, {"team": draw.TeamRule(0, "group")}, "至少1，规则写明0"),
    "another unit": (POOL, {"team": draw.TeamRule(2, "科室")}, "按人员或分组"),
    "no officers": (POOL, {"officers": []}, "没有可抽取的执法人员"),
    "an officer twice": (POOL, {"officers": [*make_officers(), make_officers()[0]]}, "“ZF-000”重复2次"),
    "a tag with a bar": (
        POOL,
        {"officers": [draw.OfficerEntry("A", (), ("a|b",)), *make_officers()]},
        "竖线",
    ),
    "a negative load": (
        POOL,
        {"officers": [draw.OfficerEntry("A", (), (), -1), *make_officers()]},
        "不能是-1",
    ),
    "needs outside the pool": (POOL, {"needs": {"X": [["种苗"]]}}, "“X”不在名单中"),
    "needs for too many places": (POOL, {"needs": {"N-00001": [[], [], []]}}, "要求3个位置，检查组只有2个"),
    "bars outside the pool": (POOL, {"barred": {"X": {"ZF-001": "亲属"}}}, "“X”不在名单中"),
    "a need nobody meets": (POOL, {"needs": {"N-00001": [["潜水"]]}}, "“N-00001”第1个位置（需潜水）"),
    "an object from which too many are barred": (POOL, {"barred": BAR_ALL}, "只有1个（ZF-000：亲属；ZF-001"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_freezing_is_refused_with_a_sentence(what: str):
    pool, others, said = REFUSED[what]
    assert said in sentences(pool, make_rule(pool, **others))
    with pytest.raises(draw.CannotFreeze):
        make_frozen(pool, make_rule(pool, **others))


def test_all_problems_are_said_at_once():
    pool = [*POOL, POOL[0]]
    rule = make_rule(
        pool,
        strata={"一般": draw.Stratum(9, 12)},
        sources=[changed(DIE, digits=1)],
        team=draw.TeamRule(1),
        needs={"X": [["潜水"]]},
    )
    places = {problem.where for problem in draw.problems_before_freeze(pool, rule)}
    assert places == {"pool", "strata", "sources", "team", "needs"}


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ({"draw_no": "a|b"}, "竖线"),
        ({"agency": " "}, "机关名称不能为空"),
        ({"campaign": "e\u0301"}, "NFC"),
        ({"serial": 0}, "从1起"),
        ({"serial": 2}, "前一份承诺"),
        ({"previous": "a" * 64}, "前一份承诺"),
        ({"frozen_at": "2026-03-02 09:10"}, "时间"),
        ({"secret": "A" * 64}, "密数"),
    ],
)
def test_a_wrong_heading_is_refused(heading: dict[str, Any], said: str):
    with pytest.raises(draw.CannotFreeze, match=said):
        make_frozen(**heading)


def test_one_expertise_nobody_has_is_one_sentence_for_all_objects():
    pool = make_pool(500, ("一般",))
    rule = make_rule(pool, needs={line.code: [["潜水"]] for line in pool})
    found = [one for one in draw.problems_before_freeze(pool, rule) if one.where == "places"]
    assert len(found) == 1
    assert len(found[0].codes) == 500
    assert "等500户" in found[0].sentence


def test_a_rule_comes_back_from_its_dictionary():
    rule = make_rule(POOL, needs={"N-00001": [[], ["种苗"]]}, barred={"N-00002": {"ZF-001": "亲属"}})
    assert draw.Rule.from_dict(rule.as_dict()).as_dict() == rule.as_dict()


def test_few_candidates_are_warned_of_and_enough_are_not():
    assert draw.warnings_before_freeze(POOL, make_rule(POOL)) == []
    few = make_rule(POOL, officers=make_officers(3))
    assert not draw.problems_before_freeze(POOL, few)
    (warning,) = draw.warnings_before_freeze(POOL, few)
    assert "第2个位置只有3个可派的，少于4个" in warning.sentence
    assert len(warning.codes) == 10


def test_groups_that_share_a_member_and_could_block_each_other_are_refused():
    officers = [
        draw.OfficerEntry("A", ("甲", "乙")),
        draw.OfficerEntry("B", ("甲",)),
        draw.OfficerEntry("C", ("乙",)),
    ]
    rule = make_rule(POOL, officers=officers, team=draw.TeamRule(2, "group"))
    assert "共同人员，第2个位置可能无组可派" in sentences(POOL, rule)
    assert sentences(POOL, changed(rule, team=draw.TeamRule(1, "group"))) == ""


def test_ten_thousand_objects_with_needs_and_bars_are_checked():
    pool = make_pool(10_000)
    rule = make_rule(
        pool,
        officers=make_officers(60),
        needs={line.code: [["种苗"], ["林政"]] for line in pool},
        barred={line.code: {"ZF-001": "亲属", "ZF-004": "同村"} for line in pool},
    )
    assert draw.problems_before_freeze(pool, rule) == []


def test_a_frozen_draw_comes_back_from_what_was_stored():
    frozen = make_frozen()
    stored = (frozen.commitment_text, frozen.pool_text, frozen.rule_text)
    assert draw.Frozen.restore(*stored, frozen.secret) == frozen


@pytest.mark.parametrize("part", range(4))
def test_a_stored_draw_that_was_touched_is_refused(part: int):
    frozen = make_frozen()
    stored = [frozen.commitment_text, frozen.pool_text, frozen.rule_text, frozen.secret]
    stored[part] = {
        0: stored[0].replace("示例县", "别的县").replace('"serial":1', '"serial":1 '),
        1: stored[1].replace("N-00001", "N-90001"),
        2: stored[2].replace('"take":4', '"take":5', 1),
        3: "0" * 64,
    }[part]
    with pytest.raises(draw.DamagedDraw):
        draw.Frozen.restore(*stored)


# --- Drawing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["314159"], "2个外部来源，给出1个"),
        (["314159", "718"], "第2个外部数字应为4位，给出3位"),
        (["314159", "07 8"], "数字0至9"),
        (["314159", "٠٧١٨"], "数字0至9"),
        (["314159", "0718\n"], "数字0至9"),
        (["", "0718"], "数字0至9"),
    ],
)
def test_a_wrong_value_is_refused(values: list[str], said: str):
    frozen = make_frozen()
    assert said in draw.check_values(frozen.rule, values)[0].sentence
    with pytest.raises(draw.WrongValues, match=said):
        draw.run(frozen, values, DRAWN_AT)


def test_leading_zeros_count():
    frozen = make_frozen()
    assert draw.run(frozen, ["000001", "0000"], DRAWN_AT)["seed"].endswith("|000001|0000")


@pytest.mark.parametrize("at", ["2026-03-02T09:09:59+08:00", "2026-03-02", "9时"])
def test_a_draw_before_the_freeze_or_without_a_time_is_refused(at: str):
    with pytest.raises(draw.WrongValues):
        draw.run(make_frozen(), VALUES, at)


def test_the_same_input_gives_the_same_receipt():
    assert make_receipt() == make_receipt()


def test_every_stratum_gives_what_it_must_and_teams_are_two_officers():
    receipt = make_receipt()
    assert [row["place"] for row in receipt["drawn"]] == list(range(1, 9))
    assert sorted(row["stratum"] for row in receipt["drawn"]) == ["一般"] * 4 + ["特殊"] * 4
    assert [row["ticket"] for row in receipt["drawn"]] == sorted(row["ticket"] for row in receipt["drawn"])
    assert all(len(set(row["team"])) == 2 for row in receipt["drawn"])


def test_bars_and_needs_are_kept_for_every_drawn_object():
    pool = make_pool(30, ("一般",))
    barred = {line.code: {"ZF-001": "亲属", "ZF-002": "同村"} for line in pool}
    rule = make_rule(pool, 20, barred=barred, needs={line.code: [["种苗"], ["林政"]] for line in pool})
    tags = {officer.code: set(officer.tags) for officer in make_officers()}
    for row in make_receipt(pool, rule)["drawn"]:
        assert not {"ZF-001", "ZF-002"} & set(row["team"])
        assert "种苗" in tags[row["team"][0]]
        assert "林政" in tags[row["team"][1]]


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(2, 9), st.integers(2, 3), st.integers(0, 10**6))
def test_nobody_is_sent_much_more_often_than_the_others(people: int, size: int, number: int):
    officers = [draw.OfficerEntry(f"ZF-{index:03d}") for index in range(max(people, size))]
    pool = make_pool(30, ("一般",), seed=number)
    receipt = make_receipt(pool, make_rule(pool, 30, officers=officers, team=draw.TeamRule(size)))
    times = [sum(officer.code in row["team"] for row in receipt["drawn"]) for officer in officers]
    assert max(times) - min(times) <= 3


def test_groups_keep_apart_and_one_barred_member_bars_the_group():
    pool = make_pool(12, ("一般",))
    rule = make_rule(
        pool, 12, team=draw.TeamRule(2, "group"), barred={line.code: {"ZF-003": "亲属"} for line in pool}
    )
    receipt = make_receipt(pool, rule)
    assert {name for row in receipt["drawn"] for name in row["team"]} == {"1组", "3组", "4组"}
    assert {check.status for check in verify.verify(receipt, receipt["commitment_sha256"])} == {"ok"}


def test_a_group_of_one_is_no_candidate():
    officers = [*make_officers(), draw.OfficerEntry("ZF-100", ("孤组",))]
    staff = verify.Staff(make_rule(POOL, officers=officers, team=draw.TeamRule(1, "group")).as_dict())
    assert set(staff.candidates) == {"1组", "2组", "3组", "4组"}


def test_a_group_starts_with_the_greatest_load_and_all_tags_of_its_members():
    officers = [draw.OfficerEntry("A", ("甲",), ("林政",), 1), draw.OfficerEntry("B", ("甲",), ("种苗",), 5)]
    staff = verify.Staff(make_rule(POOL, officers=officers, team=draw.TeamRule(1, "group")).as_dict())
    assert staff.loads == {"甲": 5}
    assert staff.candidates["甲"].tags == {"林政", "种苗"}


# --- Changes -----------------------------------------------------------------------------------------


def test_the_first_unused_reserve_of_the_stratum_takes_over():
    receipt = make_receipt()
    order = verify.Replay(
        receipt["seed"],
        [verify.Row(**row) for row in receipt["pool"]],
        {name: {"take": one["size"]} for name, one in receipt["rule"]["strata"].items()},
    ).drawn
    special = [one.code for one in order if one.stratum == "特殊"]
    once = draw.replace(receipt, special[0], *WHY)
    twice = draw.replace(once, special[4], *WHY)
    assert [change["by"] for change in twice["changes"]] == [special[4], special[5]]
    assert twice["drawn"] == receipt["drawn"]
    assert receipt["changes"] == []


def test_changes_pass_the_verifier_and_the_teams_follow():
    receipt = make_receipt()
    code, team = receipt["drawn"][2]["code"], receipt["drawn"][2]["team"]
    after = draw.substitute(receipt, code, team[0], *ILL)
    into = after["changes"][0]["in"]
    assert into not in team
    assert draw.teams_now(after)[code] == [into, team[1]]
    again = draw.substitute(after, code, into, *ILL)
    assert again["changes"][1]["in"] not in (into, *team)
    assert {check.status for check in verify.verify(again, again["commitment_sha256"])} == {"ok"}


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(0, 1)), max_size=8))
def test_any_run_of_changes_replays_to_the_same_teams(steps: list[tuple[bool, int, int]]):
    receipt = make_receipt()
    for is_replacement, which, place in steps:
        teams = draw.teams_now(receipt)
        code = sorted(teams)[which % len(teams)]
        try:
            if is_replacement:
                receipt = draw.replace(receipt, code, *WHY)
            else:
                receipt = draw.substitute(receipt, code, teams[code][place], *ILL)
        except draw.NobodyLeft:
            continue
    assert {check.status for check in verify.verify(receipt, receipt["commitment_sha256"])} == {"ok"}


def test_without_reserves_it_takes_a_new_draw():
    pool = make_pool(4, ("一般",))
    receipt = make_receipt(pool, make_rule(pool, 4))
    with pytest.raises(draw.NobodyLeft, match="重新组织抽取"):
        draw.replace(receipt, receipt["drawn"][0]["code"], *WHY)


def test_without_officers_it_takes_a_new_draw():
    pool = make_pool(4, ("一般",))
    receipt = make_receipt(pool, make_rule(pool, 4, officers=make_officers(2)))
    row = receipt["drawn"][0]
    with pytest.raises(draw.NobodyLeft, match="无人可派"):
        draw.substitute(receipt, row["code"], row["team"][1], *ILL)


def test_an_officer_who_left_a_group_does_not_come_back_in_another():
    officers = [
        *(draw.OfficerEntry(code, ("甲", "丙")) for code in ("A",)),
        draw.OfficerEntry("B", ("甲",)),
        draw.OfficerEntry("C", ("乙",)),
        draw.OfficerEntry("D", ("乙",)),
        draw.OfficerEntry("E", ("丙",)),
    ]
    pool = make_pool(6, ("一般",))
    receipt = make_receipt(pool, make_rule(pool, 6, officers=officers, team=draw.TeamRule(1, "group")))
    row = next(row for row in receipt["drawn"] if row["team"] == ["甲"])
    after = draw.substitute(receipt, row["code"], "甲", "回避", EVIDENCE, "分管领导", LATER)
    assert after["changes"][0]["in"] == "乙"


BAD_CHANGES = {
    "a reason outside the list": (("拒绝检查", EVIDENCE, "分管领导", LATER), "事由只能是注销"),
    "convenience": (("路远", EVIDENCE, "分管领导", LATER), "事由只能是"),
    "no evidence": (("注销", "", "分管领导", LATER), "证明材料"),
    "no approver": (("注销", EVIDENCE, " ", LATER), "批准人"),
    "a time before the draw": (("注销", EVIDENCE, "分管领导", "2026-03-01T00:00:00Z"), "早于"),
    "no time": (("注销", EVIDENCE, "分管领导", "今天"), "时间"),
}


@pytest.mark.parametrize("what", BAD_CHANGES)
def test_a_change_without_grounds_is_refused(what: str):
    why, said = BAD_CHANGES[what]
    receipt = make_receipt()
    with pytest.raises(draw.ImpossibleChange, match=said):
        draw.replace(receipt, receipt["drawn"][0]["code"], *why)


def test_what_was_not_drawn_or_is_already_replaced_cannot_be_changed():
    receipt = make_receipt()
    code, team = receipt["drawn"][0]["code"], receipt["drawn"][0]["team"]
    after = draw.replace(receipt, code, *WHY)
    for attempt in (
        lambda: draw.replace(after, code, *WHY),
        lambda: draw.replace(after, "N-99999", *WHY),
        lambda: draw.substitute(after, code, team[0], *ILL),
        lambda: draw.substitute(receipt, code, "ZF-999", *ILL),
        lambda: draw.replace(draw.public_receipt(receipt, show_officers=True, inspected=None), code, *WHY),
    ):
        with pytest.raises(draw.ImpossibleChange):
            attempt()


def test_nothing_given_is_ever_altered():
    receipt = make_receipt()
    before = copy.deepcopy(receipt)
    code, team = receipt["drawn"][0]["code"], receipt["drawn"][0]["team"]
    draw.substitute(receipt, code, team[0], *ILL)
    draw.public_receipt(receipt, show_officers=False, inspected=None)
    assert receipt == before
