"""Each warning names the line that causes it and says the numbers."""

from dataclasses import replace

from sjj.rules.direction import DirectionRule
from sjj.rules.forecast import forecast
from sjj.rules.forecast_settings import Groups, Settings
from sjj.rules.forecast_warnings import PlanWarning, Topic, forecast_warnings
from sjj.rules.plan_lines import Joint, Line, Skip
from sjj.rules.population import Population
from tests.rules.plan_makers import county, groups, line, settings, target, yearly


def warned(plan: list[Line], population: Population, wanted: Settings) -> list[PlanWarning]:
    found = forecast(plan, population, groups(population), wanted)
    return list(forecast_warnings(found, population, groups(population), wanted))


def test_a_sound_plan_has_no_warning():
    population = county()
    its = groups(population)
    plan = yearly("重点", its.key, "25%", Skip.QUARTER)
    assert warned(plan, population, settings(target("key_quarter", 25), cap=4, capacity={1: 12})) == []


def test_a_joint_line_without_partners_is_said_to_have_none():
    population = county()
    its = groups(population)
    plan = [
        replace(line("部门的", its.key, "5"), joint=Joint.CROSS),
        replace(line("科室的", its.key, "5"), joint=Joint.INTERNAL),
        replace(line("选好的", its.key, "5"), joint=Joint.CROSS, partners=("7",)),
    ]
    found = [one for one in warned(plan, population, settings()) if one.topic is Topic.PARTNERS]
    assert [(one.lines, one.sentence) for one in found] == [
        (("部门的",), "“部门的”定为部门联合，还没有选参加的其他部门"),
        (("科室的",), "“科室的”定为内部联合，还没有选参加的科室"),
    ]


def test_a_pool_without_objects_and_one_too_small():
    population = county(special=0)
    its = groups(population)
    found = warned([line("特殊", its.special, "50%"), line("重点", its.key, "46")], population, settings())
    assert [(one.topic, one.lines, one.sentence) for one in found] == [
        (Topic.EMPTY, ("特殊",), "“特殊”（第1季度）的对象没有对象"),
        (Topic.POOL, ("重点",), "“重点”（第1季度）的对象要抽 46 户，只有 45 户"),
    ]


def test_a_pool_used_up_by_earlier_lines():
    population = county(key=10)
    plan = yearly("重点", groups(population).key, "30%", Skip.YEAR)
    (found,) = warned(plan, population, settings())
    assert (found.topic, found.lines, found.quarter, found.is_certain) == (Topic.POOL, ("重点4",), 4, True)
    assert found.sentence.endswith("要抽 3 户，已检查和达到频次上限的除外，预计可抽的只有 1 户")


def test_a_pool_that_may_be_too_small_is_said_to_be_so():
    population = county(key=10)
    its = groups(population)
    plan = [line("甲", its.key | its.general, "7"), line("乙", its.key, "4", 2, skip=Skip.YEAR)]
    (found,) = warned(plan, population, settings())
    assert (found.lines, found.is_certain) == (("乙",), False)
    assert found.sentence == "“乙”（第2季度）的对象要抽 4 户，可抽的可能只有 3 户"


def test_more_visits_than_the_cap_allows_names_all_lines():
    population = county(special=9)
    plan = yearly("特殊", groups(population).special, "50%", Skip.QUARTER)
    found = [one for one in warned(plan, population, settings(cap=2)) if one.topic is Topic.CAP]
    assert [(one.lines, one.sentence) for one in found] == [
        (
            ("特殊1", "特殊2", "特殊3", "特殊4"),
            "对象 9 户，全年要检查 20 户次，频次上限每户 2 次只容得下 18 户次",
        )
    ]
    assert [one for one in warned(plan, population, settings(cap=3)) if one.topic is Topic.CAP] == []


def test_lines_that_count_what_others_inspected_are_not_added_up():
    population = county(special=10)
    special = groups(population).special
    same = [
        line("甲", special, "10", skip=Skip.QUARTER),
        line("乙", special, "10", skip=Skip.QUARTER, counts_inspected=True),
    ]
    assert warned(same, population, settings(cap=1)) == []


def test_too_few_officers_names_the_largest_lines_first():
    population = county()
    its = groups(population)
    plan = [line("小", its.special, "2"), line("大", its.key, "25%")]
    (found,) = warned(plan, population, settings(capacity={1: 10}))
    assert (found.topic, found.lines) == (Topic.CAPACITY, ("大", "小"))
    assert found.sentence == "第1季度需 14 人日，只有 10 人日，最多的是“大”12人日、“小”2人日"


def test_a_target_missed_in_one_quarter_names_its_lines():
    population = county()
    its = groups(population)
    plan = [line(f"重点{quarter}", its.key, "25%", quarter) for quarter in (1, 2, 4)]
    plan.append(line("少抽", its.key, "11", 3))
    (found,) = warned(plan, population, settings(target("key_quarter", 25)))
    assert (found.topic, found.lines, found.quarter) == (Topic.TARGET, ("少抽",), 3)
    assert found.sentence == (
        "2026年第3季度重点监管对象季度抽查占比达不到：11 户 ÷ 45 户 = 24.44%，"
        "未达到“不低于25%”，还差 1 户。有关任务：“少抽”"
    )
    nothing = warned(plan[:3], population, settings(target("key_quarter", 25)))
    assert nothing[0].sentence.endswith("计划中没有有关的任务")


def test_draws_without_credit_are_named_where_their_share_is_missed():
    population = county()
    its = groups(population)
    plan = [line("用", its.key, "3", by_credit=True), line("不用", its.key, "3")]
    (found,) = warned(plan, population, settings(target("credit_share", 80, "draws")))
    assert found.lines == ("不用",)


def test_a_large_pool_drawn_without_direction():
    trades = ["木材" if n >= 6 else "野生动物繁育" for n in range(400)]
    rows = [(n, {"kind": "enterprise", "industry": one, "tag": (one,)}) for n, one in enumerate(trades)]
    population = Population.from_rows(rows)
    plan = [
        line("盲目", population.everything, "3%"),
        line("有方向", population.everything, "3%", directed=True),
    ]
    (found,) = warned(plan, population, settings())
    assert (found.topic, found.lines, found.is_certain) == (Topic.DIRECTION, ("盲目",), False)
    assert found.sentence == (
        "“盲目”（第1季度）从 400 户中不分方向抽 12 户，有 1 个小类很可能一户也抽不到：“野生动物繁育”6 户（83%）"
    )
    assert warned(plan, population, settings(direction=DirectionRule(large_pool=401))) == []


def test_lines_carried_out_are_not_blamed():
    population = Population.from_rows((n, {"class": "特殊"}) for n in range(4))
    done = line("已做", population.everything, "100%", inspected=population.group_of({1}))
    assert warned([done], population, settings()) == []
    assert Groups.of(population).special.bit_count() == 4
