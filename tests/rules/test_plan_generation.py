"""The lines that targets require meet them; lines that overlap can be joined, with what that saves."""

from itertools import product

import pytest

from sjj.rules.forecast import Verdict, forecast
from sjj.rules.plan_generation import required_lines
from sjj.rules.plan_lines import Joint, Layer, Line, Skip
from sjj.rules.plan_merging import merged_plan, suggest_merges
from sjj.rules.population import Population
from sjj.rules.quota import parse_quota
from sjj.rules.visit_counting import Counting
from tests.rules.plan_makers import county, groups, line, settings, target

ECOLOGY = (
    target("special_quarter", 50),
    target("key_quarter", 25),
    target("positive_quarter", 100),
    target("general_quarter", 3),
    target("internal_joint_share", 30),
    target("cross_joint_quarter", 1),
    target("credit_share", 80, "enterprise_draws"),
)


@pytest.mark.parametrize(
    "sizes",
    [
        *(sizes for sizes in product((0, 1, 9), (0, 7), (0, 31), (1, 187)) if any(sizes[:3])),
        (12, 45, 31, 187),
    ],
    ids=lambda sizes: "·".join(map(str, sizes)),
)
def test_quarterly_ratios_are_met_for_sure_whatever_the_sizes(sizes):
    population = county(*sizes)
    its, wanted = groups(population), settings(*ECOLOGY)
    found = forecast(required_lines(its, wanted), population, its, wanted)
    verdicts = {(one.sure.target.indicator, one.verdict) for one in found.outlooks}
    of_classes = ("special_quarter", "key_quarter", "positive_quarter", "general_quarter")
    assert {verdict for name, verdict in verdicts if name not in of_classes} == {Verdict.SURE}
    for name, size in zip(of_classes, sizes, strict=True):
        assert {v for of, v in verdicts if of == name} == {Verdict.SURE if size else Verdict.UNKNOWN}


def test_one_group_alone_cannot_be_joint_both_ways_and_the_forecast_says_so():
    population = county(0, 0, 0, 187)
    its, wanted = groups(population), settings(*ECOLOGY)
    found = forecast(required_lines(its, wanted), population, its, wanted)
    internal, cross = found.outlook("internal_joint_share"), found.outlook("cross_joint_quarter", 1)
    assert internal is not None
    assert cross is not None
    assert (internal.verdict, cross.verdict) == (Verdict.MISSED, Verdict.SURE)


def test_the_lines_say_group_quarter_and_manner():
    population = county()
    lines = required_lines(groups(population), settings(*ECOLOGY))
    assert len(lines) == 16
    assert [one.name for one in lines[:4]] == [
        "第1季度特殊监管对象抽查",
        "第1季度重点监管对象抽查",
        "第1季度非正面清单一般监管对象抽查",
        "第1季度正面清单企业抽查",
    ]
    assert [one.off_site for one in lines[:4]] == [False, False, False, True]
    assert sum(one.joint is Joint.INTERNAL for one in lines) == 5
    assert sum(one.joint is Joint.CROSS for one in lines) == 4
    assert len({one.key for one in lines}) == 16


def test_nobody_is_drawn_twice_before_the_others_where_the_numbers_allow_it():
    population = county(special=12)
    its, wanted = groups(population), settings(*ECOLOGY, cap=2, counting=Counting(off_site=False))
    lines = required_lines(its, wanted)
    assert [one.skip for one in lines[:4]] == [Skip.HALF, Skip.HALF, Skip.YEAR, Skip.QUARTER]
    found = forecast(lines, population, its, wanted)
    assert {one.verdict for one in found.outlooks} == {Verdict.SURE}


def test_a_plan_made_in_summer_covers_what_is_left_of_the_year():
    population = county()
    lines = required_lines(groups(population), settings(*ECOLOGY), start=3)
    assert {one.quarter for one in lines} == {3, 4}
    assert len(lines) == 8


@pytest.mark.parametrize("size", [1, 2, 33, 34, 1001])
def test_a_yearly_share_is_spread_over_the_quarters_without_repeating_anybody(size: int):
    population = county(0, 0, 0, size)
    wanted = settings(target("inspected_share", 3), target("credit_share", 85, "draws"))
    its = groups(population)
    lines = required_lines(its, wanted)
    found = forecast(lines, population, its, wanted)
    assert found.visits == -(-3 * size // 100)
    assert {one.verdict for one in found.outlooks} == {Verdict.SURE}
    assert {one.skip for one in lines} == {Skip.YEAR}


def test_no_target_no_line():
    population = county()
    assert required_lines(groups(population), settings()) == ()
    assert required_lines(groups(population), settings(target("special_quarter", 0))) == ()


ROWS = [
    (n, {"kind": "enterprise", "tag": [t for t, s in (("苗", 0), ("疫", 20)) if s <= n < s + 60]})
    for n in range(100)
]


def overlapping(**more: object) -> tuple[Population, list[Line]]:
    population = Population.from_rows(ROWS)
    seeds, plague = population.group({"tag": ("苗",)}), population.group({"tag": ("疫",)})
    lines = [
        line("种苗", seeds, "10%", 2, items=("种苗",), **more),
        line("检疫", plague, "20%", 2, items=("检疫",), **more),
        line("旁的", population.group({"tag": ("没有",)}), "1", 3),
    ]
    return population, lines


def test_overlapping_lines_are_joined_on_what_they_share():
    population, lines = overlapping()
    wanted = settings(target("internal_joint_share", 30), target("inspected_share", 3))
    (found,) = suggest_merges(lines, population, groups(population), wanted)
    assert (found.kind, found.shared, found.saved) == ("内部联合", 40, 4)
    joint, first, second = found.instead
    assert (joint.layers[0].quota.number, joint.items, joint.joint) == (8, ("种苗", "检疫"), Joint.INTERNAL)
    assert (first.layers[0].quota.number, second.layers[0].quota.number) == (2, 4)
    assert found.sentence.startswith(
        "“种苗”与“检疫”的对象有 40 户相同（较小一方 60 户），合并为内部联合可少上门 4 户次；"
    )
    assert "2026年内部联合抽查占比 0% → 25%（达不到）" in found.sentence
    plan = merged_plan(lines, found)
    assert [one.name for one in plan] == ["种苗·检疫", "种苗（其余）", "检疫（其余）", "旁的"]
    assert not suggest_merges(plan, population, groups(population), wanted)


def test_lines_of_one_pool_become_one():
    population = county()
    key = groups(population).key
    lines = [line("甲", key, "25%"), line("乙", key, "10%", partners=("应急局",))]
    (found,) = suggest_merges(lines, population, groups(population), settings())
    assert (found.kind, found.saved, len(found.instead)) == ("综合查一次", 5, 1)
    assert found.instead[0].layers[0].quota.number == 12
    assert found.instead[0].partners == ("应急局",)


def test_a_line_by_industry_stays_one():
    population = county()
    key = groups(population).key
    lines = [line("甲", key, "25%", joint=Joint.INDUSTRY), line("乙", key, "10%")]
    (found,) = suggest_merges(lines, population, groups(population), settings())
    assert found.kind == "一业一查"


@pytest.mark.parametrize(
    "other",
    [
        {"quarter": 2},
        {"off_site": True},
        {"check_type": "专项"},
        {"inspected": 1},
    ],
    ids=["别的季度", "非现场", "专项", "已做完"],
)
def test_lines_that_cannot_go_together_are_left_alone(other: dict):
    population = county()
    key = groups(population).key
    lines = [line("甲", key, "25%"), line("乙", key, "25%", **other)]
    assert suggest_merges(lines, population, groups(population), settings()) == ()


def test_little_overlap_layers_or_nothing_saved_are_no_suggestion():
    population = county()
    its = groups(population)
    apart = [line("甲", its.key, "25%"), line("乙", its.special | its.general, "3%")]
    assert suggest_merges(apart, population, its, settings()) == ()
    layers = (Layer("重点", its.key, parse_quota("25%")), Layer("特殊", its.special, parse_quota("50%")))
    layered = [Line("甲", "甲", layers, quarter=1), line("乙", its.key, "25%")]
    assert suggest_merges(layered, population, its, settings()) == ()
    nothing = [line("甲", its.key, "0"), line("乙", its.key, "25%")]
    assert suggest_merges(nothing, population, its, settings()) == ()
