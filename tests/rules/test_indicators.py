"""Targets are dated settings; whether they are met is said with what is missing."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj.rules.indicator_list import COUNTS, INDICATORS, Period, Unit
from sjj.rules.indicators import Span, State, judge, judge_year
from sjj.rules.targets import (
    Comparison,
    Target,
    WrongTargets,
    in_force,
    read_targets,
    target_problems,
)

SINCE = date(2024, 1, 1)
IN_MARCH, AFTER = date(2026, 3, 3), date(2027, 1, 1)
QUARTER, YEAR = Span(2026, 1), Span(2026)


def target(indicator: str, value: int | str, measure: str = "", **more: object) -> Target:
    return Target(indicator, Fraction(value), "本局方案", SINCE, measure=measure, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda one: one.label)
def test_every_indicator_counts_what_has_a_name(indicator):
    for measure in indicator.measures:
        assert measure.upper in COUNTS
        assert measure.lower is None or measure.lower in COUNTS
        assert (measure.lower is None) == (indicator.unit is Unit.TIMES)
    assert indicator.measure("") is indicator.measures[0]
    with pytest.raises(KeyError):
        indicator.measure("别的")


@pytest.mark.parametrize(
    ("wanted", "counts", "today", "state", "missing", "sentence"),
    [
        (
            target("special_quarter", 50),
            {"special": 9, "special_inspected": 2},
            IN_MARCH,
            State.NOT_YET_DUE,
            3,
            "2 户 ÷ 9 户 = 22.22%，要达到“不低于50%”，还差 3 户",
        ),
        (
            target("special_quarter", 50),
            {"special": 9, "special_inspected": 4},
            AFTER,
            State.NOT_MET,
            1,
            "4 户 ÷ 9 户 = 44.44%，未达到“不低于50%”，还差 1 户",
        ),
        (
            target("special_quarter", 50),
            {"special": 9, "special_inspected": 5},
            IN_MARCH,
            State.MET,
            0,
            "5 户 ÷ 9 户 = 55.55%，达到“不低于50%”",
        ),
        (
            target("cross_joint_quarter", 1),
            {"cross_joint_draws": 0},
            IN_MARCH,
            State.NOT_YET_DUE,
            1,
            "部门联合抽取 0 次，要达到“不低于1次”，还差 1 次",
        ),
        (
            target("positive_quarter", 100),
            {"positive": 31, "positive_off_site": 31},
            IN_MARCH,
            State.MET,
            0,
            "31 户 ÷ 31 户 = 100%，达到“不低于100%”",
        ),
        (
            target("key_quarter", 25),
            {"key": 0, "key_inspected": 0},
            AFTER,
            State.PENDING,
            None,
            "2026年第1季度没有重点监管对象，无从计算，待定",
        ),
        (
            target("key_quarter", 25),
            {"key": 12},
            AFTER,
            State.PENDING,
            None,
            "已检查的重点监管对象还没有统计，待定",
        ),
    ],
    ids=["未到期", "过期未达到", "达到", "次数", "全覆盖", "没有对象", "没有统计"],
)
def test_a_quarter_is_judged(wanted, counts, today, state, missing, sentence):
    found = judge(wanted, QUARTER, counts, today)
    assert (found.state, found.missing, found.sentence) == (state, missing, sentence)


@pytest.mark.parametrize(
    ("wanted", "upper", "lower", "state", "missing"),
    [
        (target("internal_joint_share", 30), 3, 16, State.NOT_YET_DUE, 3),
        (target("credit_share", 100), 3, 4, State.NOT_MET, None),
        (target("in_time", 100), 15, 16, State.NOT_MET, None),
        (target("in_time", 95), 18, 20, State.NOT_YET_DUE, 20),
        (target("in_time", 100), 16, 16, State.MET, 0),
        (target("inspected_share", 3), 29, 1000, State.NOT_YET_DUE, 1),
        (target("inspected_share", 5, comparison=Comparison.AT_MOST), 60, 1000, State.NOT_MET, None),
        (target("inspected_share", 5, comparison=Comparison.AT_MOST), 50, 1000, State.MET, 0),
    ],
    ids=[
        "多一次联合总数也多一次",
        "一次没用信用分类就到不了百分之百",
        "迟了一次就补不回",
        "九五成还补得回",
        "都按时",
        "差一户",
        "超过上限",
        "正好上限",
    ],
)
def test_a_share_says_what_mends_it(
    wanted: Target, upper: int, lower: int, state: State, missing: int | None
):
    measure = INDICATORS[wanted.indicator].measure("")
    found = judge(wanted, YEAR, {measure.upper: upper, measure.lower or "": lower}, IN_MARCH)
    assert (found.state, found.missing) == (state, missing)


@settings(derandomize=True)
@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 100))
def test_what_is_missing_is_enough_and_no_more(upper: int, lower: int, value: int):
    upper = min(upper, lower)
    for name in ("special_quarter", "internal_joint_share"):
        wanted = target(name, value)
        measure = INDICATORS[name].measures[0]
        assert measure.lower is not None
        found = judge(wanted, QUARTER, {measure.upper: upper, measure.lower: lower}, IN_MARCH)
        if not found.missing:
            continue

        def met(more: int, grows: bool = measure.grows, value: int = value) -> bool:
            return 100 * (upper + more) >= value * (lower + (more if grows else 0))

        assert met(found.missing)
        assert not met(found.missing - 1)


def test_the_two_papers_count_credit_differently():
    counts = {"draws": 10, "draws_by_credit": 8, "enterprise_draws": 8, "enterprise_draws_by_credit": 8}
    all_draws = judge(target("credit_share", 85, "draws"), YEAR, counts, AFTER)
    of_enterprises = judge(target("credit_share", 80, "enterprise_draws"), YEAR, counts, AFTER)
    assert (all_draws.state, all_draws.figure_words) == (State.NOT_MET, "80%")
    assert (of_enterprises.state, of_enterprises.figure_words) == (State.MET, "100%")
    assert "涉企" in of_enterprises.formula


def test_counts_that_contradict_each_other_are_refused():
    with pytest.raises(ValueError, match="不对"):
        judge(target("key_quarter", 25), QUARTER, {"key": 3, "key_inspected": 4}, AFTER)
    with pytest.raises(ValueError, match="不对"):
        judge(target("cross_joint_quarter", 1), QUARTER, {"cross_joint_draws": -1}, AFTER)


def test_a_year_is_judged_by_what_was_in_force_at_the_end_of_each_period():
    old = Target("key_quarter", Fraction(25), "旧方案", SINCE)
    new = Target("key_quarter", Fraction(30), "新方案", date(2026, 6, 1))
    ended = Target("special_quarter", Fraction(50), "旧方案", SINCE, until=date(2026, 3, 31))
    found = judge_year([new, old, ended, target("credit_share", 85)], 2026, {1: {"key": 4}}, IN_MARCH)
    assert [(one.span.quarter, one.target.indicator, one.target.value) for one in found] == [
        (None, "credit_share", 85),
        (1, "special_quarter", 50),
        (1, "key_quarter", 25),
        (2, "key_quarter", 30),
        (3, "key_quarter", 30),
        (4, "key_quarter", 30),
    ]
    assert all(
        INDICATORS[one.target.indicator].period is (Period.QUARTER if one.span.quarter else Period.YEAR)
        for one in found
    )
    assert in_force([new, old], date(2023, 1, 1)) == ()


def test_targets_are_kept_and_read_back():
    kept = [
        target("credit_share", "82.5", "enterprise_draws"),
        Target("cross_joint_quarter", Fraction(1), "方案", SINCE, date(2026, 12, 31)),
    ]
    assert read_targets([one.stored() for one in kept]) == tuple(kept)


def test_all_that_is_wrong_is_said_at_once():
    rows = [
        {"indicator": "别的"},
        {"indicator": "key_quarter", "value": "120", "source": "", "since": "今年", "measure": "x"},
        {
            "indicator": "cross_joint_quarter",
            "value": "1.5",
            "source": "方案",
            "since": "2026-02-01",
            "until": "2026-01-01",
            "comparison": "不大于",
        },
        {"indicator": "key_quarter", "value": "很多", "source": "方案", "since": "2026-02-01", "until": "x"},
    ]
    problems = target_problems(rows)
    assert problems == [
        "第1个目标：没有这个指标",
        "第2个目标：“重点监管对象季度抽查占比”的目标值120%超过100%",
        "第2个目标：“重点监管对象季度抽查占比”没有这种计算口径",
        "第2个目标：请写明依据（文号、条款）",
        "第2个目标：请填写起始日期",
        "第3个目标：“部门联合抽查次数”的目标值应为整数次",
        "第3个目标：比较方式只能是不低于或不超过",
        "第3个目标：截止日期早于起始日期",
        "第4个目标：“重点监管对象季度抽查占比”的目标值应为不小于0的数",
        "第4个目标：截止日期不对",
    ]
    with pytest.raises(WrongTargets) as caught:
        read_targets(rows)
    assert caught.value.problems == problems
