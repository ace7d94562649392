"""How many are still to be drawn of a group, and the sentence that says why."""

from math import ceil, comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj.rules.amounts import exact, percent
from sjj.rules.direction import DirectionRule, chance_passed_over, undirected
from sjj.rules.quota import Quota, WrongQuota, parse_quota
from sjj.rules.quota_lines import OfficerRatio, Part, PoolCount, QuotaRule, count_pool, line_quota

GENERAL = PoolCount("一般监管对象", 218, (Part("正面清单", 31),))
THREE_PERCENT = QuotaRule(parse_quota("3%"))


def test_every_number_explains_itself():
    found = line_quota(GENERAL, THREE_PERCENT)
    assert (found.wanted, found.draw, found.shortfall) == (6, 6, 0)
    assert found.sentence == "一般监管对象 218 户 − 正面清单 31 户 = 187 户 × 3% = 5.61 → 6 户"


def test_those_inspected_count_and_only_the_rest_is_drawn():
    pool = PoolCount("特殊监管对象", 9, inspected=2)
    found = line_quota(pool, QuotaRule(parse_quota("50%")))
    assert (found.wanted, found.draw) == (5, 3)
    assert "特殊监管对象 9 户 × 50% = 4.5 → 5 户；本季度已检查 2 户，5 − 2 = 还需抽 3 户" in found.sentence


def test_enough_inspected_means_no_draw():
    found = line_quota(PoolCount("特殊监管对象", 9, inspected=6), QuotaRule(parse_quota("50%")))
    assert (found.wanted, found.draw, found.shortfall) == (5, 0, 0)
    assert "已够，不需再抽" in found.sentence


def test_a_visit_need_not_count_where_each_draw_stands_for_itself():
    pool = PoolCount("特殊监管对象", 9, inspected=2)
    found = line_quota(pool, QuotaRule(parse_quota("50%"), counts_inspected=False))
    assert (found.draw, "已检查" in found.sentence) == (5, False)


def test_those_at_the_cap_are_missed_aloud():
    pool = PoolCount("重点监管对象", 40, inspected=4, barred=(Part("达到频次上限", 32),))
    found = line_quota(pool, QuotaRule(parse_quota("25%")))
    assert (found.wanted, found.draw, found.shortfall) == (10, 4, 2)
    assert found.steps[-2:] == (
        "未检查 36 户 − 达到频次上限 32 户 = 可抽 4 户",
        "可抽的只有 4 户，差 2 户",
    )


def test_a_minimum_is_a_floor_but_never_more_than_there_are():
    assert line_quota(PoolCount("全部", 100), QuotaRule(parse_quota("1%"), minimum=3)).draw == 3
    small = line_quota(PoolCount("全部", 2), QuotaRule(parse_quota("1%"), minimum=3))
    assert (small.draw, small.shortfall, small.steps[-1]) == (2, 0, "只有 2 户 → 全部")


@pytest.mark.parametrize(
    ("ratio", "draw", "said"),
    [
        (OfficerRatio(10, 6), 60, "执法人员 6 人 × 10 户（1:10）= 60 户，不低于 → 60 户"),
        (OfficerRatio(5, 1), 6, ""),
        (OfficerRatio(5, 1, is_floor=False), 6, "比要求的 6 户少 1 户，人员不足"),
        (OfficerRatio(5, 9, is_floor=False), 6, ""),
        (OfficerRatio(10, 100), 187, "只有 187 户 → 全部"),
    ],
    ids=["一人十户是下限", "下限已满足", "人手不够只提示", "人手够", "人多户少"],
)
def test_officers_to_objects_is_a_floor_or_what_they_can_bear(ratio: OfficerRatio, draw: int, said: str):
    found = line_quota(GENERAL, QuotaRule(parse_quota("3%"), officer_ratio=ratio))
    assert found.draw == draw
    assert said in found.sentence
    assert found.sentence.count("；") == (1 if said else 0) + (1 if draw == 187 else 0)


def test_a_number_larger_than_the_group_is_short_aloud():
    found = line_quota(PoolCount("特殊监管对象", 3), QuotaRule(Quota(number=5)))
    assert (found.draw, found.shortfall) == (3, 2)
    assert found.sentence == "特殊监管对象 3 户，抽 5 户；可抽的只有 3 户，差 2 户"


def test_sets_are_counted_once_each():
    found = count_pool(
        "一般",
        range(10),
        outside=[("正面清单", {0, 1}), ("停业", {1, 2, 99})],
        inspected={0, 3, 4},
        barred=[("达到频次上限", {4, 5}), ("待整改", {5, 6})],
    )
    assert found.outside == (Part("正面清单", 2), Part("停业", 1))
    assert (found.base, found.inspected) == (7, 2)
    assert found.barred == (Part("达到频次上限", 1), Part("待整改", 1))


@pytest.mark.parametrize(
    ("pool", "rule", "said"),
    [
        (PoolCount("甲", 3, (Part("正面清单", 4),)), THREE_PERCENT, "各部分相加"),
        (PoolCount("甲", 3, inspected=4), THREE_PERCENT, "各部分相加"),
        (PoolCount("甲", -1), THREE_PERCENT, "不能为负"),
        (PoolCount("甲", 3), QuotaRule(parse_quota("3%"), minimum=-1), "不能为负"),
        (PoolCount("甲", 3), QuotaRule(parse_quota("3%"), officer_ratio=OfficerRatio(5, -1)), "人数"),
        (PoolCount("甲", 3), QuotaRule(Quota()), "请填写"),
    ],
    ids=["清单比总数多", "已检查比总数多", "负户数", "负下限", "负人数", "没有比例"],
)
def test_counts_that_contradict_each_other_are_refused(pool: PoolCount, rule: QuotaRule, said: str):
    with pytest.raises(WrongQuota, match=said):
        line_quota(pool, rule)


@settings(derandomize=True)
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 100), st.integers(0, 60))
def test_what_is_drawn_and_what_is_short_make_up_the_rest(
    total: int, inspected: int, barred: int, hundredths: int, minimum: int
):
    inspected = min(inspected, total)
    barred = min(barred, total - inspected)
    pool = PoolCount("甲", total, inspected=inspected, barred=(Part("上限", barred),))
    found = line_quota(pool, QuotaRule(parse_quota(f"{hundredths}%"), minimum))
    assert found.wanted == min(total, max(ceil(hundredths * total / 100 - 1e-9), minimum))
    assert found.draw + found.shortfall == max(0, found.wanted - inspected)
    assert 0 <= found.draw <= total - inspected - barred


def test_small_groups_of_a_large_pool_are_probably_passed_over():
    found = undirected(800, 24, {"人工繁育": 5, "木材经营": 300, "湿地": 2, "空": 0})
    assert [one.label for one in found] == ["湿地", "人工繁育"]
    assert found[1].chance == pytest.approx(comb(795, 24) / comb(800, 24))
    assert undirected(800, 24, {"人工繁育": 5}, DirectionRule(large_pool=1000)) == ()
    assert undirected(800, 800, {"人工繁育": 5}) == ()


def test_the_chance_is_the_one_of_the_urn():
    assert chance_passed_over(10, 1, 3) == pytest.approx(0.7)
    assert chance_passed_over(10, 3, 1) == pytest.approx(0.7)
    assert chance_passed_over(10, 5, 6) == 0
    assert chance_passed_over(10, 0, 6) == 1
    with pytest.raises(ValueError, match="超过"):
        chance_passed_over(10, 11, 1)


def test_amounts_are_cut_and_never_rounded_up():
    assert exact(0) == "0"
    assert exact(-3) == "-3"
    assert percent(parse_quota("2.999%").ratio or 0) == "2.99%"
    assert percent(1) == "100%"
    assert exact(parse_quota("12.5%").ratio or 0) == "0.125"
